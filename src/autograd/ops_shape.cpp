#include "autograd/ops.h"
#include "autograd/record.h"
#include "tensor/check.h"

namespace grad {

namespace {

Array transposed(const Array& x) {
  const std::int64_t rows = x.shape()[0], cols = x.shape()[1];
  Array y({cols, rows});
  for (std::int64_t r = 0; r < rows; ++r)
    for (std::int64_t c = 0; c < cols; ++c) y.data()[c * rows + r] = x[r * cols + c];
  return y;
}

// The same numbers under another shape, in both directions.
Tensor reshaped(const char* name, const Tensor& x, const Shape& shape) {
  return record(name, x.value().reshape(shape), {x}, [](const Array& g, Inputs in) {
    in[0].add_grad(g.reshape(in[0].shape()));  // dx = g
  });
}

}  // namespace

Tensor reshape(const Tensor& x, const Shape& shape) {
  check(shape.size() == x.shape().size(), [&] {
    return "[reshape] " + x.shape().text() + " has another number of elements than " + shape.text();
  });
  return reshaped("reshape", x, shape);
}

Tensor flatten(const Tensor& x) {
  check(x.shape().axes() >= 1, "[flatten] a scalar has no first axis");
  const std::int64_t n = x.shape()[0];
  std::int64_t rest = 1;
  for (int axis = 1; axis < x.shape().axes(); ++axis) rest *= x.shape()[axis];
  return reshaped("flatten", x, {n, rest});
}

Tensor transpose(const Tensor& x) {
  check(x.shape().axes() == 2,
        [&] { return "[transpose] needs two axes, not " + x.shape().text(); });
  return record("transpose", transposed(x.value()), {x}, [](const Array& g, Inputs in) {
    in[0].add_grad(transposed(g));  // dx = gᵀ
  });
}

}  // namespace grad
