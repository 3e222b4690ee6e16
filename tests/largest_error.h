#pragma once

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <cstdint>

#include "tensor/array.h"

namespace grad::tests {

/// The largest distance of a number from the one that belongs in its place. `ours` is an Array or
/// a vector of numbers; there must be as many of both.
template <class Ours>
double largest_error(const Ours& ours, const Array& theirs) {
  REQUIRE(static_cast<std::int64_t>(ours.size()) == theirs.size());
  double largest = 0;
  for (std::int64_t i = 0; i < theirs.size(); ++i)
    largest =
        std::max(largest, std::abs(static_cast<double>(ours[i]) - static_cast<double>(theirs[i])));
  return largest;
}

}  // namespace grad::tests
