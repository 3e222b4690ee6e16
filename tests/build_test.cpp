// The compiler flags that results depend on.
#include <catch2/catch_test_macros.hpp>

TEST_CASE("the compiler does not fuse a multiplication with an addition", "[determinism]") {
  // a * b rounds to 1; fused, the product keeps the digits that the subtraction then shows.
  volatile float a = 1.0F + 0x1p-13F;
  volatile float b = 1.0F - 0x1p-13F;
  const float x = a;
  const float y = b;
  CHECK(x * y - 1.0F == 0.0F);
}
