// Elementwise operations and optimiser steps, four numbers at a time. What is left at the end goes
// through the same arithmetic in a padded vector, so that a number does not depend on its place.

#include <algorithm>
#include <cmath>

#include "kernels/classes.h"
#include "kernels/each_four.h"
#include "tensor/vec4.h"

namespace grad::kernels::deterministic {
namespace {

/// y = f(x).
template <class F>
inline void map(std::int64_t n, const float* x, float* y, F f) {
  for_each_four(n, [=](auto from, auto to) { to(y, f(from(x))); });
}

/// out = f(a, b).
template <class F>
inline void map(std::int64_t n, const float* a, const float* b, float* out, F f) {
  for_each_four(n, [=](auto from, auto to) { to(out, f(from(a), from(b))); });
}

/// dx += f(u, dy).
template <class F>
inline void add_slope(std::int64_t n, const float* u, const float* dy, float* dx, F f) {
  for_each_four(n, [=](auto from, auto to) { to(dx, from(dx) + f(from(u), from(dy))); });
}

inline Vec4 larger(Vec4 a, Vec4 b) { return where((a > b) | (a != a), a, b); }
inline Vec4 smaller(Vec4 a, Vec4 b) { return where((a < b) | (a != a), a, b); }
inline Vec4 greater(Vec4 a, Vec4 b) { return where(a > b, splat(1), Vec4{}); }
inline Vec4 equal(Vec4 a, Vec4 b) { return where(a == b, splat(1), Vec4{}); }

}  // namespace

void unary(Unary op, std::int64_t n, const float* x, float* y, float parameter) {
  switch (op) {
    case Unary::neg:
      return map(n, x, y, [](Vec4 v) { return -v; });
    case Unary::exp:
      return map(n, x, y, [](Vec4 v) { return exp(v); });
    case Unary::log:
      return map(n, x, y, [](Vec4 v) { return log(v); });
    case Unary::sqrt:
      return map(n, x, y, [](Vec4 v) { return sqrt(v); });
    case Unary::square:
      return map(n, x, y, [](Vec4 v) { return v * v; });
    case Unary::abs:
      return map(n, x, y, [](Vec4 v) { return abs(v); });
    case Unary::relu:
      return map(n, x, y, [](Vec4 v) { return where(v < 0.0f, Vec4{}, v); });
    case Unary::sigmoid:
      return map(n, x, y, [](Vec4 v) { return sigmoid(v); });
    case Unary::tanh:
      return map(n, x, y, [](Vec4 v) { return tanh(v); });
    case Unary::sign:
      return map(n, x, y,
                 [](Vec4 v) { return where(v > 0.0f, splat(1), where(v < 0.0f, splat(-1), v)); });
    case Unary::leaky_relu:
      return map(n, x, y, [=](Vec4 v) { return where(v > 0.0f, v, parameter * v); });
    case Unary::elu:
      return map(n, x, y, [=](Vec4 v) { return where(v > 0.0f, v, parameter * expm1(v)); });
    case Unary::gelu:
      return map(n, x, y, [](Vec4 v) { return v * normal_cdf(v); });
    case Unary::silu:
      return map(n, x, y, [](Vec4 v) { return v * sigmoid(v); });
    case Unary::softplus:
      return map(n, x, y, [](Vec4 v) { return max(v, Vec4{}) + log1p(exp(-abs(v))); });
  }
}

void unary_backward(Unary op, std::int64_t n, const float* x, const float* y, const float* dy,
                    float* dx, float parameter) {
  switch (op) {
    case Unary::neg:
      return add_slope(n, x, dy, dx, [](Vec4, Vec4 d) { return -d; });
    case Unary::exp:
      return add_slope(n, y, dy, dx, [](Vec4 v, Vec4 d) { return d * v; });
    case Unary::log:
      return add_slope(n, x, dy, dx, [](Vec4 v, Vec4 d) { return d / v; });
    case Unary::sqrt:
      return add_slope(n, y, dy, dx, [](Vec4 v, Vec4 d) { return d / (v + v); });
    case Unary::square:
      return add_slope(n, x, dy, dx, [](Vec4 v, Vec4 d) { return d * (v + v); });
    case Unary::abs:
      return add_slope(n, x, dy, dx, [](Vec4 v, Vec4 d) {
        return where(v > 0.0f, d, where(v < 0.0f, -d, Vec4{}));
      });
    case Unary::relu:
      return add_slope(n, x, dy, dx, [](Vec4 v, Vec4 d) { return where(v > 0.0f, d, Vec4{}); });
    case Unary::sigmoid:
      return add_slope(n, y, dy, dx, [](Vec4 v, Vec4 d) { return d * (v * (1.0f - v)); });
    case Unary::tanh:
      return add_slope(n, y, dy, dx, [](Vec4 v, Vec4 d) { return d * (1.0f - v * v); });
    case Unary::sign:
      return;
    case Unary::leaky_relu:
      return add_slope(n, x, dy, dx,
                       [=](Vec4 v, Vec4 d) { return where(v > 0.0f, d, d * parameter); });
    case Unary::elu:  // parameter > 0, so y and x have one sign
      return add_slope(n, y, dy, dx,
                       [=](Vec4 v, Vec4 d) { return where(v > 0.0f, d, d * (v + parameter)); });
    case Unary::gelu:
      return add_slope(n, x, dy, dx,
                       [](Vec4 v, Vec4 d) { return d * (normal_cdf(v) + v * normal_density(v)); });
    case Unary::silu:
      return add_slope(n, x, dy, dx, [](Vec4 v, Vec4 d) {
        const Vec4 s = sigmoid(v);
        return d * (s + s * (1.0f - s) * v);
      });
    case Unary::softplus:
      return add_slope(n, x, dy, dx, [](Vec4 v, Vec4 d) { return d * sigmoid(v); });
  }
}

void binary(Binary op, std::int64_t n, const float* a, const float* b, float* out) {
  switch (op) {
    case Binary::add:
      return map(n, a, b, out, [](Vec4 u, Vec4 v) { return u + v; });
    case Binary::sub:
      return map(n, a, b, out, [](Vec4 u, Vec4 v) { return u - v; });
    case Binary::mul:
      return map(n, a, b, out, [](Vec4 u, Vec4 v) { return u * v; });
    case Binary::div:
      return map(n, a, b, out, [](Vec4 u, Vec4 v) { return u / v; });
    case Binary::max:
      return map(n, a, b, out, larger);
    case Binary::min:
      return map(n, a, b, out, smaller);
    case Binary::greater:
      return map(n, a, b, out, greater);
    case Binary::equal:
      return map(n, a, b, out, equal);
  }
}

void binary_rows(Binary op, std::int64_t rows, std::int64_t cols, const float* a, const float* b,
                 float* out) {
  for (std::int64_t r = 0; r < rows; r++) {
    deterministic::binary(op, cols, a + r * cols, b, out + r * cols);
  }
}

void binary_scalar(Binary op, std::int64_t n, const float* a, float b, float* out) {
  switch (op) {
    case Binary::add:
      return map(n, a, out, [b](Vec4 v) { return v + b; });
    case Binary::sub:
      return map(n, a, out, [b](Vec4 v) { return v - b; });
    case Binary::mul:
      return map(n, a, out, [b](Vec4 v) { return v * b; });
    case Binary::div:
      return map(n, a, out, [b](Vec4 v) { return v / b; });
    case Binary::max:
      return map(n, a, out, [b](Vec4 v) { return larger(v, splat(b)); });
    case Binary::min:
      return map(n, a, out, [b](Vec4 v) { return smaller(v, splat(b)); });
    case Binary::greater:
      return map(n, a, out, [b](Vec4 v) { return greater(v, splat(b)); });
    case Binary::equal:
      return map(n, a, out, [b](Vec4 v) { return equal(v, splat(b)); });
  }
}

void axpy(std::int64_t n, float alpha, const float* x, float* y) {
  map(n, x, y, y, [alpha](Vec4 u, Vec4 v) { return v + alpha * u; });
}

void fill(std::int64_t n, float value, float* y) { std::fill_n(y, n, value); }

void sgd_step(std::int64_t n, float lr, float momentum, float weight_decay, const float* g,
              float* velocity, float* w, bool nesterov) {
  for_each_four(n, [=](auto from, auto to) {
    const Vec4 slope = from(g) + weight_decay * from(w);
    Vec4 step = slope;
    if (velocity) {
      step = momentum * from(velocity) + slope;
      to(velocity, step);
      if (nesterov) step = slope + momentum * step;
    }
    to(w, from(w) - lr * step);
  });
}

void rms_step(std::int64_t n, float lr, float decay, float gain, float eps, float weight_decay,
              const float* g, float* v, float* w) {
  for_each_four(n, [=](auto from, auto to) {
    const Vec4 slope = from(g) + weight_decay * from(w);
    const Vec4 mean = decay * from(v) + gain * (slope * slope);
    to(v, mean);
    to(w, from(w) - lr * slope / (sqrt(mean) + eps));
  });
}

void adam_step(std::int64_t n, float lr, float beta1, float beta2, float eps, float correction1,
               float correction2, const float* g, float* m, float* v, float* w) {
  const float rate = lr / correction1, spread = 1 / std::sqrt(correction2);
  const float rest1 = 1 - beta1, rest2 = 1 - beta2;
  for_each_four(n, [=](auto from, auto to) {
    const Vec4 slope = from(g);
    const Vec4 mean = beta1 * from(m) + rest1 * slope;
    const Vec4 square = beta2 * from(v) + rest2 * (slope * slope);
    to(m, mean);
    to(v, square);
    to(w, from(w) - rate * mean / (sqrt(square) * spread + eps));
  });
}

}  // namespace grad::kernels::deterministic
