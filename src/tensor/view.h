#pragma once

// Reading and writing an array in another order than its own. Slices, permutations, reversals,
// repetitions and windows are all one thing: a box of indices, each with a step through memory.

#include <array>
#include <cstdint>

#include "tensor/real.h"
#include "tensor/shape.h"

namespace grad {

/// Element (i, j, ...) of the box lies at offset + i * steps[0] + j * steps[1] + ... Steps may be
/// negative (reversal) or 0 (repetition). Small and copied by value.
struct View {
  static constexpr int max_axes = 2 * Shape::max_axes;  // windows and repetitions split axes

  int axes = 0;
  std::array<std::int64_t, max_axes> sizes{}, steps{};
  std::int64_t offset = 0;

  /// A single element, to which axes are added.
  View() = default;
  /// An array of that shape in its own order.
  explicit View(const Shape& shape);
  /// An array of shape `from` as often as makes `to`, to which it broadcasts.
  static View repeated(const Shape& from, const Shape& to);

  /// Appends an innermost axis.
  void add_axis(std::int64_t size, std::int64_t step);
  std::int64_t size() const;
};

/// places[k] = where the k-th element of the view lies; these must be below 2^31.
void list_places(const View& view, std::int32_t* places);
/// out[k] = x[place], for the places of the view in order, k = 0, 1, ...
void read(const View& view, const real* x, real* out);
/// x[place] = values[k].
void write(const View& view, const real* values, real* x);
/// x[place] += alpha * values[k]; the places may repeat.
void add(const View& view, real alpha, const real* values, real* x);

}  // namespace grad
