#pragma once

// The axes that an operation is to work along.

#include <array>
#include <initializer_list>
#include <span>

#include "tensor/check.h"
#include "tensor/shape.h"

namespace grad {

/// One axis or several, as in sum(x, 1) and sum(x, {0, -1}); negative ones count from the end.
class Axes {
 public:
  Axes(int axis) : Axes({axis}) {}
  Axes(std::initializer_list<int> axes) : Axes(std::span(axes.begin(), axes.size())) {}
  explicit Axes(std::span<const int> axes) {
    check(axes.size() <= Shape::max_axes, "[axes] more than an array can have");
    for (const int axis : axes) axes_[count_++] = axis;
  }
  const int* begin() const { return axes_.data(); }
  const int* end() const { return axes_.data() + count_; }
  int count() const { return static_cast<int>(count_); }
  int operator[](int i) const { return axes_[static_cast<std::size_t>(i)]; }

 private:
  std::array<int, Shape::max_axes> axes_{};
  std::size_t count_ = 0;
};

/// `axis` of an array of that shape, counted from the front. Throws Error naming `op` if there is
/// no such axis.
int positive_axis(const char* op, const Shape& shape, int axis);
/// For each axis of the shape whether it is among `axes`. Throws Error naming `op` if one is not
/// there or given twice.
std::array<bool, Shape::max_axes> chosen_axes(const char* op, const Shape& shape, const Axes& axes);

}  // namespace grad
