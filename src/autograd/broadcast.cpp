#include "autograd/broadcast.h"

#include <cstdint>

#include "tensor/view.h"

namespace grad {

namespace {

using kernels::Binary;

// True where x, repeated as a whole, fills `shape`: a row vector against a matrix.
bool is_suffix(const Shape& x, const Shape& shape) {
  if (x.axes() > shape.axes()) return false;
  for (int axis = 1; axis <= x.axes(); ++axis)
    if (x[-axis] != shape[-axis]) return false;
  return true;
}

}  // namespace

Array expand(const Array& x, const Shape& shape) {
  if (x.shape() == shape) return x;
  if (x.size() == shape.size()) return x.reshape(shape);
  Array out(shape);
  read(View::repeated(x.shape(), shape), x.data(), out.data());
  return out;
}

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
    add(View::repeated(in.shape(), g.shape()), alpha, g.data(), dx);
  }
}

}  // namespace grad
