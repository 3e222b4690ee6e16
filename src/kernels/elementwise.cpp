// Elementwise operations and optimiser steps, four numbers at a time. What is left at the end goes
// through the same arithmetic in a padded vector, so that a number does not depend on its place.

#include <algorithm>
#include <cmath>

#include "kernels/classes.h"
#include "tensor/vec4.h"

namespace grad::kernels::deterministic {
namespace {

/// Calls body(load, store, i) for i = 0, 4, 8 ...: load(p) gives p[i..i+3], store(p, v) writes
/// them, both only as far as n.
template <class Body>
inline void for_each_four(std::int64_t n, Body body) {
  std::int64_t i = 0;
  for (; i + 4 <= n; i += 4) {
    body([i](const float* p) { return load(p + i); }, [i](float* p, Vec4 v) { store(p + i, v); });
  }
  if (i == n) return;
  const std::int64_t rest = n - i;
  body([=](const float* p) { return load_part(p + i, rest); },
       [=](float* p, Vec4 v) { store_part(p + i, v, rest); });
}

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

}  // namespace

void unary(Unary op, std::int64_t n, const float* x, float* y) {
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
  }
}

void unary_backward(Unary op, std::int64_t n, const float* x, const float* y, const float* dy,
                    float* dx) {
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
  }
}

void axpy(std::int64_t n, float alpha, const float* x, float* y) {
  map(n, x, y, y, [alpha](Vec4 u, Vec4 v) { return v + alpha * u; });
}

void fill(std::int64_t n, float value, float* y) { std::fill_n(y, n, value); }

void sgd_step(std::int64_t n, float lr, float momentum, float weight_decay, const float* g,
              float* velocity, float* w) {
  for_each_four(n, [=](auto from, auto to) {
    Vec4 step = from(g) + weight_decay * from(w);
    if (velocity) {
      step = momentum * from(velocity) + step;
      to(velocity, step);
    }
    to(w, from(w) - lr * step);
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
