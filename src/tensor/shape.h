#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>

namespace grad {

/// Sizes of an array's axes, outermost first; at most `max_axes` of them. A scalar has none.
/// Small and copied by value: no allocation. A size of 0 is allowed, a negative one throws.
class Shape {
 public:
  static constexpr int max_axes = 6;

  constexpr Shape() = default;
  /// (0), without the checks.
  static constexpr Shape empty() {
    Shape shape;
    shape.size_ = 0;
    shape.axes_ = 1;
    return shape;
  }
  Shape(std::initializer_list<std::int64_t> sizes);
  explicit Shape(std::span<const std::int64_t> sizes);

  int axes() const { return axes_; }
  /// Size of one axis; negative `axis` counts from the end (-1 is the last). Throws if out of
  /// range.
  std::int64_t operator[](int axis) const {
    const int i = axis < 0 ? axis + axes_ : axis;
    if (i < 0 || i >= axes_) [[unlikely]]
      refuse(axis);
    return sizes_[static_cast<std::size_t>(i)];
  }
  /// Number of elements (1 for a scalar). The constructor throws if it would pass 2^40.
  std::int64_t size() const { return size_; }
  bool operator==(const Shape& other) const;
  /// "(2,3)".
  std::string text() const;

  /// A copy with the axis' size replaced.
  Shape with(int axis, std::int64_t size) const;

 private:
  [[noreturn]] void refuse(int axis) const;
  /// Sets size_ from the axes'; throws if one is negative or all are too many.
  void count();

  std::array<std::int64_t, max_axes> sizes_{};
  std::int64_t size_ = 1;
  int axes_ = 0;
};

/// NumPy's rule: align at the last axis, sizes equal or 1. Throws Error naming `op` and both
/// shapes.
Shape broadcast(const Shape& a, const Shape& b, const char* op);

}  // namespace grad
