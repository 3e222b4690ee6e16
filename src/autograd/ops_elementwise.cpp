#include <string>

#include "autograd/broadcast.h"
#include "autograd/ops.h"
#include "autograd/record.h"
#include "kernels/kernels.h"
#include "tensor/check.h"
#include "tensor/math.h"

namespace grad {

using kernels::Binary;
using kernels::Unary;

namespace {

// f at every element; the kernel of the same name knows the derivative.
Tensor unary(const char* name, Unary op, const Tensor& x, real parameter = 0) {
  Array y(x.shape());
  kernels::unary(op, y.size(), x.value().data(), y.data(), parameter);
  return record(name, y, {x}, [op, y, parameter](const Array& g, Inputs in) {
    kernels::unary_backward(op, g.size(), in[0].value().data(), y.data(), g.data(),
                            in[0].grad_buffer().data(), parameter);
  });
}

Array product(const Array& a, const Array& b) { return broadcast_binary(Binary::mul, "mul", a, b); }

// x op number, where the derivative is a constant.
Tensor with_number(const char* name, Binary op, const Tensor& x, real number, real derivative) {
  Array y(x.shape());
  kernels::binary_scalar(op, y.size(), x.value().data(), number, y.data());
  return record(name, std::move(y), {x},
                [derivative](const Array& g, Inputs in) { add_reduced(in[0], g, derivative); });
}

}  // namespace

// --- Arithmetic ---------------------------------------------------------------------------------

Tensor operator+(const Tensor& a, const Tensor& b) {
  Array y = broadcast_binary(Binary::add, "add", a.value(), b.value());
  return record("add", std::move(y), {a, b}, [](const Array& g, Inputs in) {
    add_reduced(in[0], g);  // da = g
    add_reduced(in[1], g);  // db = g
  });
}

Tensor operator-(const Tensor& a, const Tensor& b) {
  Array y = broadcast_binary(Binary::sub, "sub", a.value(), b.value());
  return record("sub", std::move(y), {a, b}, [](const Array& g, Inputs in) {
    add_reduced(in[0], g);      // da = g
    add_reduced(in[1], g, -1);  // db = -g
  });
}

Tensor operator*(const Tensor& a, const Tensor& b) {
  Array y = broadcast_binary(Binary::mul, "mul", a.value(), b.value());
  return record("mul", std::move(y), {a, b}, [](const Array& g, Inputs in) {
    if (in[0].requires_grad()) add_reduced(in[0], product(g, in[1].value()));  // da = g b
    if (in[1].requires_grad()) add_reduced(in[1], product(g, in[0].value()));  // db = g a
  });
}

Tensor operator/(const Tensor& a, const Tensor& b) {
  Array y = broadcast_binary(Binary::div, "div", a.value(), b.value());
  return record("div", y, {a, b}, [y](const Array& g, Inputs in) {
    const Array da = broadcast_binary(Binary::div, "div", g, in[1].value());
    add_reduced(in[0], da);                                             // da = g / b
    if (in[1].requires_grad()) add_reduced(in[1], product(da, y), -1);  // db = -g y / b
  });
}

Tensor operator+(const Tensor& a, real b) { return with_number("add", Binary::add, a, b, 1); }
Tensor operator-(const Tensor& a, real b) { return with_number("sub", Binary::sub, a, b, 1); }
Tensor operator*(const Tensor& a, real b) { return with_number("mul", Binary::mul, a, b, b); }
Tensor operator/(const Tensor& a, real b) { return with_number("div", Binary::div, a, b, 1 / b); }
Tensor operator+(real a, const Tensor& b) { return b + a; }
Tensor operator-(real a, const Tensor& b) { return Tensor::scalar(a) - b; }
Tensor operator*(real a, const Tensor& b) { return b * a; }
Tensor operator/(real a, const Tensor& b) { return Tensor::scalar(a) / b; }
Tensor operator-(const Tensor& a) { return unary("neg", Unary::neg, a); }  // dx = -g

// --- Functions ----------------------------------------------------------------------------------

Tensor exp(const Tensor& x) { return unary("exp", Unary::exp, x); }              // dx = g y
Tensor log(const Tensor& x) { return unary("log", Unary::log, x); }              // dx = g / x
Tensor sqrt(const Tensor& x) { return unary("sqrt", Unary::sqrt, x); }           // dx = g / (2 y)
Tensor square(const Tensor& x) { return unary("square", Unary::square, x); }     // dx = 2 g x
Tensor abs(const Tensor& x) { return unary("abs", Unary::abs, x); }              // dx = g sign(x)
Tensor relu(const Tensor& x) { return unary("relu", Unary::relu, x); }           // dx = g [x > 0]
Tensor sigmoid(const Tensor& x) { return unary("sigmoid", Unary::sigmoid, x); }  // dx = g y (1 - y)
Tensor tanh(const Tensor& x) { return unary("tanh", Unary::tanh, x); }           // dx = g (1 - y²)

Tensor sign(const Tensor& x) { return unary("sign", Unary::sign, x); }  // dx = 0
Tensor silu(const Tensor& x) { return unary("silu", Unary::silu, x); }  // dx = g s (1 + x (1 - s))
Tensor gelu(const Tensor& x) { return unary("gelu", Unary::gelu, x); }  // dx = g (Φ(x) + x φ(x))
Tensor softplus(const Tensor& x) {
  return unary("softplus", Unary::softplus, x);  // dx = g sigmoid(x)
}
Tensor leaky_relu(const Tensor& x, real slope) {
  return unary("leaky_relu", Unary::leaky_relu, x, slope);  // dx = g [x > 0] + g slope [x <= 0]
}
Tensor elu(const Tensor& x, real alpha) {
  check(alpha > 0, [&] { return "[elu] alpha " + std::to_string(alpha) + " is not above 0"; });
  return unary("elu", Unary::elu, x, alpha);  // dx = g [x > 0] + g (y + alpha) [x <= 0]
}

Tensor pow(const Tensor& x, const Tensor& exponent) {
  const Shape shape = broadcast(x.shape(), exponent.shape(), "pow");
  const Array base = expand(x.value(), shape), power = expand(exponent.value(), shape);
  Array y(shape);
  for (std::int64_t i = 0; i < y.size(); ++i) y.data()[i] = math::pow(base[i], power[i]);
  return record("pow", y, {x, exponent}, [y](const Array& g, Inputs in) {
    const Array b = expand(in[0].value(), y.shape()), p = expand(in[1].value(), y.shape());
    Array slope(y.shape());
    if (in[0].requires_grad()) {  // dx = g p x^(p-1), 0 where p is
      for (std::int64_t i = 0; i < y.size(); ++i)
        slope.data()[i] = p[i] == 0 ? 0 : g[i] * p[i] * math::pow(b[i], p[i] - 1);
      add_reduced(in[0], slope);
    }
    if (in[1].requires_grad()) {  // dp = g y log(x), 0 where x and y are
      Array dp(y.shape());
      for (std::int64_t i = 0; i < y.size(); ++i)
        dp.data()[i] = b[i] == 0 && y[i] == 0 ? 0 : g[i] * y[i] * math::log(b[i]);
      add_reduced(in[1], dp);
    }
  });
}

Tensor pow(const Tensor& x, real exponent) { return pow(x, Tensor::scalar(exponent)); }

Tensor dropout(const Tensor& x, real p, bool training, Rng& rng) {
  check(p >= 0 && p < 1,
        [&] { return "[dropout] probability " + std::to_string(p) + " is not in [0,1)"; });
  if (!training || p == 0) return x;
  Array mask(x.shape());
  for (real& keep : mask.span()) keep = rng.uniform() < p ? real(0) : 1 / (1 - p);
  return record("dropout", product(x.value(), mask), {x}, [mask](const Array& g, Inputs in) {
    in[0].add_grad(product(g, mask));  // dx = g mask
  });
}

}  // namespace grad
