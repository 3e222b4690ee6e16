#include <catch2/catch_test_macros.hpp>

#include "determinism.h"

TEST_CASE("the deterministic class computes the committed bits", "[determinism]") {
  for (const determinism::Result& result : determinism::results()) {
    CAPTURE(result.name);
    CHECK(result.hash == result.expected);
  }
}
