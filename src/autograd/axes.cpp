#include "autograd/axes.h"

#include <string>

namespace grad {

int positive_axis(const char* op, const Shape& shape, int axis) {
  const int positive = axis < 0 ? axis + shape.axes() : axis;
  check(positive >= 0 && positive < shape.axes(), [&] {
    return std::string("[") + op + "] no axis " + std::to_string(axis) + " in " + shape.text();
  });
  return positive;
}

std::array<bool, Shape::max_axes> chosen_axes(const char* op, const Shape& shape,
                                              const Axes& axes) {
  std::array<bool, Shape::max_axes> chosen{};
  for (const int axis : axes) {
    bool& mine = chosen[static_cast<std::size_t>(positive_axis(op, shape, axis))];
    check(!mine, [&] {
      return std::string("[") + op + "] axis " + std::to_string(axis) + " is given twice";
    });
    mine = true;
  }
  return chosen;
}

}  // namespace grad
