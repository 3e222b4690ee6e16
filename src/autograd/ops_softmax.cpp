#include <string>

#include "autograd/ops.h"
#include "autograd/record.h"
#include "kernels/kernels.h"
#include "tensor/check.h"

namespace grad {

namespace {

// Calls rows_only(x) with `axis` turned to the end, where soft-max works.
template <class RowsOnly>
Tensor along(const char* op, const Tensor& x, int axis, RowsOnly rows_only) {
  axis = positive_axis(op, x.shape(), axis);
  check(x.shape()[axis] >= 1,
        [&] { return std::string("[") + op + "] axis is empty in " + x.shape().text(); });
  if (axis == x.shape().axes() - 1) return rows_only(x);
  return transpose(rows_only(transpose(x, axis, -1)), axis, -1);
}

}  // namespace

Tensor softmax(const Tensor& x, int axis) {
  return along("softmax", x, axis, [](const Tensor& rows_of_x) {
    const std::int64_t cols = rows_of_x.shape()[-1], rows = rows_of_x.shape().size() / cols;
    Array p(rows_of_x.shape());
    kernels::softmax(rows, cols, rows_of_x.value().data(), p.data());
    return record("softmax", p, {rows_of_x}, [p, rows, cols](const Array& g, Inputs in) {
      // dx = p (g - sum of g p over the row)
      kernels::softmax_backward(rows, cols, p.data(), g.data(), in[0].grad_buffer().data());
    });
  });
}

Tensor log_softmax(const Tensor& x, int axis) {
  return along("log_softmax", x, axis, [](const Tensor& rows_of_x) {
    const std::int64_t cols = rows_of_x.shape()[-1], rows = rows_of_x.shape().size() / cols;
    Array y(rows_of_x.shape());
    kernels::log_softmax(rows, cols, rows_of_x.value().data(), y.data());
    return record("log_softmax", y, {rows_of_x}, [y, rows, cols](const Array& g, Inputs in) {
      // dx = g - softmax(x) (sum of g over the row)
      kernels::log_softmax_backward(rows, cols, y.data(), g.data(), in[0].grad_buffer().data());
    });
  });
}

}  // namespace grad
