// Operations that choose between numbers by comparing them.

#include <string>

#include "autograd/broadcast.h"
#include "autograd/ops.h"
#include "autograd/record.h"
#include "tensor/check.h"

namespace grad {

using kernels::Binary;

namespace {

Array product(const Array& a, const Array& b) { return broadcast_binary(Binary::mul, "mul", a, b); }

// 1 where a is chosen before b, 1/2 where they are equal.
Array share_of(Binary better, const Array& a, const Array& b) {
  Array share = broadcast_binary(better, "compare", a, b);
  const Array ties = broadcast_binary(Binary::equal, "compare", a, b);
  kernels::axpy(share.size(), real(0.5), ties.data(), share.data());
  return share;
}

// 1 where x is 0, else 0.
Array is_zero(const Array& x) {
  return broadcast_binary(Binary::equal, "where", x, Array::full({}, 0));
}

}  // namespace

Tensor maximum(const Tensor& a, const Tensor& b) {
  Array y = broadcast_binary(Binary::max, "maximum", a.value(), b.value());
  return record("maximum", std::move(y), {a, b}, [](const Array& g, Inputs in) {
    const Array &u = in[0].value(), &v = in[1].value();
    add_reduced(in[0],
                product(g, share_of(Binary::greater, u, v)));  // da = g [a > b], g/2 if equal
    add_reduced(in[1],
                product(g, share_of(Binary::greater, v, u)));  // db = g [b > a], g/2 if equal
  });
}

Tensor minimum(const Tensor& a, const Tensor& b) { return -maximum(-a, -b); }

Tensor clamp(const Tensor& x, real low, real high) {
  check(low <= high, [&] {
    return "[clamp] low " + std::to_string(low) + " is above high " + std::to_string(high);
  });
  const std::int64_t n = x.value().size();
  Array y(x.shape());
  kernels::binary_scalar(Binary::max, n, x.value().data(), low, y.data());
  kernels::binary_scalar(Binary::min, n, y.data(), high, y.data());
  return record("clamp", y, {x}, [y](const Array& g, Inputs in) {
    // dx = g where x was left alone
    in[0].add_grad(product(g, broadcast_binary(Binary::equal, "clamp", in[0].value(), y)));
  });
}

Tensor greater(const Tensor& a, const Tensor& b) {
  return Tensor(broadcast_binary(Binary::greater, "greater", a.value(), b.value()));
}

Tensor equal(const Tensor& a, const Tensor& b) {
  return Tensor(broadcast_binary(Binary::equal, "equal", a.value(), b.value()));
}

Tensor where(const Tensor& condition, const Tensor& a, const Tensor& b) {
  const Shape shape =
      broadcast(condition.shape(), broadcast(a.shape(), b.shape(), "where"), "where");
  const Array rest = expand(is_zero(condition.value()), shape);
  const Array from_a = expand(a.value(), shape), from_b = expand(b.value(), shape);
  Array y(shape);
  for (std::int64_t i = 0; i < y.size(); ++i) y.data()[i] = rest[i] == 0 ? from_a[i] : from_b[i];
  return record("where", std::move(y), {a, b}, [rest](const Array& g, Inputs in) {
    if (in[0].requires_grad()) add_reduced(in[0], product(g, is_zero(rest)));  // da = g [condition]
    if (in[1].requires_grad()) add_reduced(in[1], product(g, rest));  // db = g [not condition]
  });
}

}  // namespace grad
