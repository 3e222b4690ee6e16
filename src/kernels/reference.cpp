// The operations as plain loops: what they mean, with nothing in the way.

#include <algorithm>
#include <cmath>

#include "kernels/kernels.h"
#include "tensor/math.h"

namespace grad::kernels::reference {

void gemm(bool trans_a, bool trans_b, std::int64_t m, std::int64_t n, std::int64_t k, real alpha,
          const real* a, const real* b, real beta, real* c, const real* bias) {
  for (std::int64_t i = 0; i < m; i++) {
    for (std::int64_t j = 0; j < n; j++) {
      real dot = 0;
      for (std::int64_t p = 0; p < k; p++) {
        dot += (trans_a ? a[p * m + i] : a[i * k + p]) * (trans_b ? b[j * k + p] : b[p * n + j]);
      }
      real& out = c[i * n + j];
      out = alpha * dot + (beta != 0 ? beta * out : bias ? bias[j] : 0);
    }
  }
}

// --- Convolution ---------------------------------------------------------------------------------

namespace {

/// Calls visit(y index, x index, w index) for every product of the convolution, that is for every
/// output element, every tap of the kernel that lies inside the picture and every input channel.
template <class Visit>
void for_each_product(const Conv& conv, Visit visit) {
  const std::int64_t taps = conv.kernel_h * conv.kernel_w;
  std::int64_t y = 0;
  for (std::int64_t image = 0; image < conv.batch; image++) {
    for (std::int64_t oy = 0; oy < conv.out_height(); oy++) {
      for (std::int64_t ox = 0; ox < conv.out_width(); ox++) {
        for (std::int64_t o = 0; o < conv.out_channels; o++, y++) {
          for (std::int64_t tap = 0; tap < taps; tap++) {
            const std::int64_t ky = tap / conv.kernel_w, kx = tap % conv.kernel_w;
            const std::int64_t iy = oy * conv.stride + ky * conv.dilation - conv.padding;
            const std::int64_t ix = ox * conv.stride + kx * conv.dilation - conv.padding;
            if (iy < 0 || iy >= conv.height || ix < 0 || ix >= conv.width) continue;
            const std::int64_t pixel = (image * conv.height + iy) * conv.width + ix;
            const std::int64_t first = o / conv.group_out() * conv.group_in();
            for (std::int64_t i = 0; i < conv.group_in(); i++) {
              visit(y, pixel * conv.in_channels + first + i,
                    (o * taps + tap) * conv.group_in() + i);
            }
          }
        }
      }
    }
  }
}

}  // namespace

void conv2d(const Conv& conv, const real* x, const real* w, const real* bias, real* y) {
  const std::int64_t pixels = conv.batch * conv.out_height() * conv.out_width();
  fill(pixels * conv.out_channels, 0, y);
  for_each_product(
      conv, [=](std::int64_t iy, std::int64_t ix, std::int64_t iw) { y[iy] += x[ix] * w[iw]; });
  if (bias) reference::binary_rows(Binary::add, pixels, conv.out_channels, y, bias, y);
}

void conv2d_backward_input(const Conv& conv, const real* dy, const real* w, real* dx) {
  fill(conv.batch * conv.height * conv.width * conv.in_channels, 0, dx);
  for_each_product(
      conv, [=](std::int64_t iy, std::int64_t ix, std::int64_t iw) { dx[ix] += dy[iy] * w[iw]; });
}

void conv2d_backward_weight(const Conv& conv, const real* x, const real* dy, real* dw) {
  for_each_product(
      conv, [=](std::int64_t iy, std::int64_t ix, std::int64_t iw) { dw[iw] += dy[iy] * x[ix]; });
}

// --- Pooling
// ---------------------------------------------------------------------------------------

void max_pool2d(const Pool& pool, const real* x, real* y, std::int32_t* argmax) {
  const std::int64_t row = pool.width * pool.channels;
  for (std::int64_t image = 0; image < pool.batch; image++) {
    for (std::int64_t oy = 0; oy < pool.out_height(); oy++) {
      for (std::int64_t ox = 0; ox < pool.out_width(); ox++) {
        const std::int64_t corner =
            (image * pool.height + oy * pool.stride) * row + ox * pool.stride * pool.channels;
        for (std::int64_t c = 0; c < pool.channels; c++) {
          std::int64_t best = corner + c;
          for (std::int64_t tap = 0; tap < pool.size * pool.size; tap++) {
            const std::int64_t i =
                corner + tap / pool.size * row + tap % pool.size * pool.channels + c;
            if (x[i] > x[best] || std::isnan(x[i])) best = i;
          }
          *y++ = x[best];
          *argmax++ = static_cast<std::int32_t>(best);
        }
      }
    }
  }
}

void max_pool2d_backward(std::int64_t n, const real* dy, const std::int32_t* argmax, real* dx) {
  for (std::int64_t i = 0; i < n; i++) dx[argmax[i]] += dy[i];
}

// --- Elementwise
// -----------------------------------------------------------------------------------

namespace {

real apply(Unary op, real x, real parameter) {
  switch (op) {
    case Unary::neg:
      return -x;
    case Unary::exp:
      return math::exp(x);
    case Unary::log:
      return math::log(x);
    case Unary::sqrt:
      return std::sqrt(x);
    case Unary::square:
      return x * x;
    case Unary::abs:
      return std::abs(x);
    case Unary::relu:
      return x < 0 ? 0 : x;
    case Unary::sigmoid:
      return math::sigmoid(x);
    case Unary::tanh:
      return math::tanh(x);
    case Unary::sign:
      return x > 0 ? 1 : x < 0 ? -1 : x;
    case Unary::leaky_relu:
      return x > 0 ? x : parameter * x;
    case Unary::elu:
      return x > 0 ? x : parameter * math::expm1(x);
    case Unary::gelu:
      return x * math::normal_cdf(x);
    case Unary::silu:
      return x * math::sigmoid(x);
    case Unary::softplus:
      return (x > 0 ? x : 0) + math::log1p(math::exp(-std::abs(x)));
  }
  return x;
}

/// dy f'(x), with y = f(x).
real slope(Unary op, real x, real y, real dy, real parameter) {
  switch (op) {
    case Unary::neg:
      return -dy;
    case Unary::exp:
      return dy * y;
    case Unary::log:
      return dy / x;
    case Unary::sqrt:
      return dy / (y + y);
    case Unary::square:
      return dy * (x + x);
    case Unary::abs:
      return x > 0 ? dy : x < 0 ? -dy : 0;
    case Unary::relu:
      return x > 0 ? dy : 0;
    case Unary::sigmoid:
      return dy * (y * (1 - y));
    case Unary::tanh:
      return dy * (1 - y * y);
    case Unary::sign:
      return 0;
    case Unary::leaky_relu:
      return x > 0 ? dy : dy * parameter;
    case Unary::elu:
      return x > 0 ? dy : dy * (y + parameter);
    case Unary::gelu:
      return dy * (math::normal_cdf(x) + x * math::normal_density(x));
    case Unary::silu: {
      const real s = math::sigmoid(x);
      return dy * (s + s * (1 - s) * x);
    }
    case Unary::softplus:
      return dy * math::sigmoid(x);
  }
  return dy;
}

real apply(Binary op, real a, real b) {
  switch (op) {
    case Binary::add:
      return a + b;
    case Binary::sub:
      return a - b;
    case Binary::mul:
      return a * b;
    case Binary::div:
      return a / b;
    case Binary::max:
      return a > b || std::isnan(a) ? a : b;
    case Binary::min:
      return a < b || std::isnan(a) ? a : b;
    case Binary::greater:
      return a > b ? 1 : 0;
    case Binary::equal:
      return a == b ? 1 : 0;
  }
  return a;
}

}  // namespace

void unary(Unary op, std::int64_t n, const real* x, real* y, real parameter) {
  for (std::int64_t i = 0; i < n; i++) y[i] = apply(op, x[i], parameter);
}

void unary_backward(Unary op, std::int64_t n, const real* x, const real* y, const real* dy,
                    real* dx, real parameter) {
  for (std::int64_t i = 0; i < n; i++) dx[i] += slope(op, x[i], y[i], dy[i], parameter);
}

void binary(Binary op, std::int64_t n, const real* a, const real* b, real* out) {
  for (std::int64_t i = 0; i < n; i++) out[i] = apply(op, a[i], b[i]);
}

void binary_rows(Binary op, std::int64_t rows, std::int64_t cols, const real* a, const real* b,
                 real* out) {
  for (std::int64_t r = 0; r < rows; r++)
    reference::binary(op, cols, a + r * cols, b, out + r * cols);
}

void binary_scalar(Binary op, std::int64_t n, const real* a, real b, real* out) {
  for (std::int64_t i = 0; i < n; i++) out[i] = apply(op, a[i], b);
}

void axpy(std::int64_t n, real alpha, const real* x, real* y) {
  for (std::int64_t i = 0; i < n; i++) y[i] += alpha * x[i];
}

void fill(std::int64_t n, real value, real* y) { std::fill_n(y, n, value); }

// --- Reductions
// ------------------------------------------------------------------------------------

real sum(std::int64_t n, const real* x) {
  real total = 0;
  for (std::int64_t i = 0; i < n; i++) total += x[i];
  return total;
}

void sum_rows(std::int64_t rows, std::int64_t cols, const real* x, real* out) {
  for (std::int64_t r = 0; r < rows; r++) {
    for (std::int64_t c = 0; c < cols; c++) out[c] += x[r * cols + c];
  }
}

void sum_product_rows(std::int64_t rows, std::int64_t cols, const real* x, const real* y,
                      real* out) {
  for (std::int64_t r = 0; r < rows; r++) {
    for (std::int64_t c = 0; c < cols; c++) out[c] += x[r * cols + c] * y[r * cols + c];
  }
}

void max_rows(std::int64_t rows, std::int64_t cols, const real* x, real* out) {
  for (std::int64_t r = 0; r < rows; r++, x += cols) {
    out[r] = x[0];
    for (std::int64_t c = 1; c < cols; c++) out[r] = apply(Binary::max, x[c], out[r]);
  }
}

void argmax_rows(std::int64_t rows, std::int64_t cols, const real* x, std::int32_t* out) {
  for (std::int64_t r = 0; r < rows; r++, x += cols) {
    out[r] = static_cast<std::int32_t>(std::max_element(x, x + cols) - x);
  }
}

// --- Soft-max and losses
// -----------------------------------------------------------------------------

void softmax(std::int64_t rows, std::int64_t cols, const real* x, real* p) {
  for (std::int64_t r = 0; r < rows; r++, x += cols, p += cols) {
    // Subtracting the largest element changes nothing but keeps exp from overflowing.
    const real largest = cols > 0 ? *std::max_element(x, x + cols) : 0;
    for (std::int64_t c = 0; c < cols; c++) p[c] = math::exp(x[c] - largest);
    const real total = sum(cols, p);
    for (std::int64_t c = 0; c < cols; c++) p[c] /= total;
  }
}

void softmax_backward(std::int64_t rows, std::int64_t cols, const real* p, const real* dp,
                      real* dx) {
  for (std::int64_t r = 0; r < rows; r++, p += cols, dp += cols, dx += cols) {
    real dot = 0;
    for (std::int64_t c = 0; c < cols; c++) dot += dp[c] * p[c];
    for (std::int64_t c = 0; c < cols; c++) dx[c] += p[c] * (dp[c] - dot);
  }
}

void log_softmax(std::int64_t rows, std::int64_t cols, const real* x, real* y) {
  for (std::int64_t r = 0; r < rows; r++, x += cols, y += cols) {
    const real largest = cols > 0 ? *std::max_element(x, x + cols) : 0;
    real total = 0;
    for (std::int64_t c = 0; c < cols; c++) total += math::exp(x[c] - largest);
    for (std::int64_t c = 0; c < cols; c++) y[c] = x[c] - largest - math::log(total);
  }
}

void log_softmax_backward(std::int64_t rows, std::int64_t cols, const real* y, const real* dy,
                          real* dx) {
  for (std::int64_t r = 0; r < rows; r++, y += cols, dy += cols, dx += cols) {
    const real total = sum(cols, dy);
    for (std::int64_t c = 0; c < cols; c++) dx[c] += dy[c] - math::exp(y[c]) * total;
  }
}

real cross_entropy(std::int64_t rows, std::int64_t cols, const real* x, const std::int32_t* labels,
                   real* p) {
  softmax(rows, cols, x, p);
  double loss = 0;
  for (std::int64_t r = 0; r < rows; r++, x += cols) {
    // -log p[label] in a form that stays finite where p[label] underflows.
    const real largest = *std::max_element(x, x + cols);
    real total = 0;
    for (std::int64_t c = 0; c < cols; c++) total += math::exp(x[c] - largest);
    loss += math::log(total) - (x[labels[r]] - largest);
  }
  return rows > 0 ? static_cast<real>(loss / static_cast<double>(rows)) : 0;
}

void cross_entropy_backward(std::int64_t rows, std::int64_t cols, const real* p,
                            const std::int32_t* labels, real scale, real* dx) {
  const real factor = scale / static_cast<real>(rows);
  for (std::int64_t r = 0; r < rows; r++) {
    for (std::int64_t c = 0; c < cols; c++) {
      dx[r * cols + c] += factor * (p[r * cols + c] - (c == labels[r] ? real(1) : real(0)));
    }
  }
}

// --- Normalisation
// -----------------------------------------------------------------------------------

void normalize_rows(std::int64_t rows, std::int64_t cols, bool center, real eps, const real* x,
                    real* y, real* scale) {
  const auto n = static_cast<real>(cols);
  for (std::int64_t r = 0; r < rows; r++, x += cols, y += cols) {
    const real mean = center ? sum(cols, x) / n : 0;
    real squares = 0;
    for (std::int64_t c = 0; c < cols; c++) squares += (x[c] - mean) * (x[c] - mean);
    scale[r] = 1 / std::sqrt(squares / n + eps);
    for (std::int64_t c = 0; c < cols; c++) y[c] = (x[c] - mean) * scale[r];
  }
}

void normalize_rows_backward(std::int64_t rows, std::int64_t cols, bool center, const real* y,
                             const real* scale, const real* dy, real* dx) {
  const auto n = static_cast<real>(cols);
  for (std::int64_t r = 0; r < rows; r++, y += cols, dy += cols, dx += cols) {
    const real mean = center ? sum(cols, dy) / n : 0;
    real slope = 0;
    for (std::int64_t c = 0; c < cols; c++) slope += dy[c] * y[c] / n;
    for (std::int64_t c = 0; c < cols; c++) dx[c] += scale[r] * (dy[c] - mean - y[c] * slope);
  }
}

void column_moments(std::int64_t rows, std::int64_t cols, const real* x, real* mean,
                    real* variance) {
  const auto n = static_cast<real>(rows);
  for (std::int64_t c = 0; c < cols; c++) {
    mean[c] = variance[c] = 0;
    for (std::int64_t r = 0; r < rows; r++) mean[c] += x[r * cols + c] / n;
    for (std::int64_t r = 0; r < rows; r++) {
      const real difference = x[r * cols + c] - mean[c];
      variance[c] += difference * difference / n;
    }
  }
}

void normalize_columns_backward(std::int64_t rows, std::int64_t cols, const real* y,
                                const real* scale, const real* sum_dy, const real* sum_dy_y,
                                const real* dy, real* dx) {
  const auto n = static_cast<real>(rows);
  for (std::int64_t i = 0; i < rows * cols; i++) {
    const std::int64_t c = i % cols;
    dx[i] += scale[c] * (dy[i] - (sum_dy[c] + y[i] * sum_dy_y[c]) / n);
  }
}

// --- Optimiser steps
// -----------------------------------------------------------------------------------

void sgd_step(std::int64_t n, real lr, real momentum, real weight_decay, const real* g,
              real* velocity, real* w, bool nesterov) {
  for (std::int64_t i = 0; i < n; i++) {
    const real slope = g[i] + weight_decay * w[i];
    real step = slope;
    if (velocity) step = velocity[i] = momentum * velocity[i] + slope;
    if (velocity && nesterov) step = slope + momentum * step;
    w[i] -= lr * step;
  }
}

void rms_step(std::int64_t n, real lr, real decay, real gain, real eps, real weight_decay,
              const real* g, real* v, real* w) {
  for (std::int64_t i = 0; i < n; i++) {
    const real slope = g[i] + weight_decay * w[i];
    v[i] = decay * v[i] + gain * (slope * slope);
    w[i] -= lr * slope / (std::sqrt(v[i]) + eps);
  }
}

void adam_step(std::int64_t n, real lr, real beta1, real beta2, real eps, real correction1,
               real correction2, const real* g, real* m, real* v, real* w) {
  // As PyTorch does: the corrections of both means are taken out of the loop.
  const real rate = lr / correction1;
  const real spread = 1 / std::sqrt(correction2);
  for (std::int64_t i = 0; i < n; i++) {
    m[i] = beta1 * m[i] + (1 - beta1) * g[i];
    v[i] = beta2 * v[i] + (1 - beta2) * (g[i] * g[i]);
    w[i] -= rate * m[i] / (std::sqrt(v[i]) * spread + eps);
  }
}

}  // namespace grad::kernels::reference
