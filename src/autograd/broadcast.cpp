#include "autograd/broadcast.h"

#include <array>
#include <cstdint>

namespace grad {

namespace {

using kernels::Binary;
using Sizes = std::array<std::int64_t, Shape::max_axes>;

// True where x, repeated as a whole, fills `shape`: a row vector against a matrix.
bool is_suffix(const Shape& x, const Shape& shape) {
  if (x.axes() > shape.axes()) return false;
  for (int axis = 1; axis <= x.axes(); ++axis)
    if (x[-axis] != shape[-axis]) return false;
  return true;
}

// Calls visit(i, j) for each element i of `shape`, in order, with the position j in an array of
// shape `small` (which broadcasts to `shape`) that it is a copy of.
template <class Visit>
void for_each_copy(const Shape& small, const Shape& shape, Visit visit) {
  Sizes stride{}, index{};
  std::int64_t step = 1;
  for (int axis = 1; axis <= small.axes(); ++axis) {
    const auto at = static_cast<std::size_t>(shape.axes() - axis);
    stride[at] = small[-axis] == 1 ? 0 : step;
    step *= small[-axis];
  }
  std::int64_t from = 0;
  for (std::int64_t i = 0; i < shape.size(); ++i) {
    visit(i, from);
    for (int axis = shape.axes() - 1; axis >= 0; --axis) {
      const auto at = static_cast<std::size_t>(axis);
      from += stride[at];
      if (++index[at] < shape[axis]) break;
      from -= stride[at] * index[at];
      index[at] = 0;
    }
  }
}

Array expand(const Array& x, const Shape& shape) {
  if (x.size() == shape.size()) return x;
  Array out(shape);
  for_each_copy(x.shape(), shape,
                [to = out.data(), from = x.data()](auto i, auto j) { to[i] = from[j]; });
  return out;
}

}  // namespace

Array broadcast_binary(Binary op, const char* name, const Array& a, const Array& b) {
  const Shape shape = a.shape() == b.shape() ? a.shape() : broadcast(a.shape(), b.shape(), name);
  const std::int64_t n = shape.size();
  Array out(shape);
  if (n == 0) return out;
  if (a.size() == n && b.size() == n) {
    kernels::binary(op, n, a.data(), b.data(), out.data());
  } else if (a.size() == n && b.size() == 1) {
    kernels::binary_scalar(op, n, a.data(), b[0], out.data());
  } else if (a.size() == n && is_suffix(b.shape(), shape)) {
    kernels::binary_rows(op, n / b.size(), b.size(), a.data(), b.data(), out.data());
  } else {
    kernels::binary(op, n, expand(a, shape).data(), expand(b, shape).data(), out.data());
  }
  return out;
}

void add_reduced(const Tensor& in, const Array& g, real alpha) {
  if (!in.requires_grad()) return;
  const std::int64_t n = g.size(), size = in.value().size();
  if (size == n && alpha == 1) {
    in.add_grad(g.shape() == in.shape() ? g : g.reshape(in.shape()));
    return;
  }
  real* dx = in.grad_buffer().data();
  if (size == n) {
    kernels::axpy(n, alpha, g.data(), dx);
  } else if (size == 1) {
    dx[0] += alpha * kernels::sum(n, g.data());
  } else if (alpha == 1 && is_suffix(in.shape(), g.shape())) {
    kernels::sum_rows(size == 0 ? 0 : n / size, size, g.data(), dx);
  } else {
    for_each_copy(in.shape(), g.shape(),
                  [dx, alpha, from = g.data()](auto i, auto j) { dx[j] += alpha * from[i]; });
  }
}

}  // namespace grad
