#include "tensor/shape.h"

#include <algorithm>

#include "tensor/check.h"

namespace grad {
namespace {

constexpr double max_size = 0x1p40;

std::string text_of(std::span<const std::int64_t> sizes) {
  std::string text = "(";
  for (std::size_t i = 0; i < sizes.size(); i++) {
    if (i > 0) text += ',';
    text += std::to_string(sizes[i]);
  }
  return text + ")";
}

}  // namespace

Shape::Shape(std::initializer_list<std::int64_t> sizes)
    : Shape(std::span<const std::int64_t>(sizes.begin(), sizes.size())) {}

Shape::Shape(std::span<const std::int64_t> sizes) : axes_(static_cast<int>(sizes.size())) {
  check(sizes.size() <= max_axes, [&] {
    return "[shape] more than " + std::to_string(max_axes) + " axes: " + text_of(sizes);
  });
  std::copy(sizes.begin(), sizes.end(), sizes_.begin());
  count();
}

void Shape::count() {
  size_ = 1;
  for (int i = 0; i < axes_; i++) {
    const std::int64_t size = sizes_[static_cast<std::size_t>(i)];
    check(size >= 0, [&] { return "[shape] negative size in " + text(); });
    // In double, where the product cannot overflow; it is exact up to the limit.
    check(static_cast<double>(size_) * static_cast<double>(size) <= max_size,
          [&] { return "[shape] too many elements: " + text(); });
    size_ *= size;
  }
}

void Shape::refuse(int axis) const {
  fail("[shape] no axis " + std::to_string(axis) + " in " + text());
}

bool Shape::operator==(const Shape& other) const {
  return axes_ == other.axes_ && sizes_ == other.sizes_;
}

std::string Shape::text() const {
  return text_of({sizes_.data(), static_cast<std::size_t>(axes_)});
}

Shape Shape::with(int axis, std::int64_t size) const {
  Shape other = *this;
  if ((*this)[axis] == size) return other;  // throws if out of range
  other.sizes_[static_cast<std::size_t>(axis < 0 ? axis + axes_ : axis)] = size;
  other.count();
  return other;
}

Shape broadcast(const Shape& a, const Shape& b, const char* op) {
  if (a == b) return a;
  Shape result = a.axes() >= b.axes() ? a : b;
  for (int axis = -1; axis >= -std::min(a.axes(), b.axes()); axis--) {
    check(a[axis] == b[axis] || a[axis] == 1 || b[axis] == 1, [&] {
      return std::string("[") + op + "] shapes do not broadcast: " + a.text() + " and " + b.text();
    });
    result = result.with(axis, a[axis] == 1 ? b[axis] : a[axis]);
  }
  return result;
}

}  // namespace grad
