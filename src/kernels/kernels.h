#pragma once

// All arithmetic on arrays: pure functions on raw row-major buffers. No gradients, no graph, no
// allocation visible to the caller. Each operation has a plain loop (namespace reference: the
// documentation, the oracle of the tests and the path for small shapes) and a fast one with equal
// meaning. Two classes of fast kernels, chosen at run time:
//   deterministic  own four-lane kernels in a fixed order: same bits on every compiler and in wasm;
//   fast           XNNPACK, fused multiply-add, threads: quickest, bits differ between machines.

#include <cstdint>

#include "tensor/real.h"

namespace grad::kernels {

enum class Class { deterministic, fast };

/// Selects the class for all later calls (global; one training thread). The fast class is ignored
/// where the build has none (native-double, and web-simd, which has nothing faster). Returns the
/// class now in force.
Class select(Class wanted);
Class selected();
/// Threads used by the fast class (1 = none). Clamped to what the machine has.
void set_threads(int count);
int threads();

// --- Matrix product ----------------------------------------------------------------------------

/// C(m,n) = alpha * op(A) op(B) + beta * C, with op(A) of (m,k), op(B) of (k,n), all row-major and
/// dense; `trans_a` means A is stored (k,m), `trans_b` that B is stored (n,k). With beta == 0, C is
/// only written, and `bias`(n), if not null, is added to every row; otherwise it must be null. Sums
/// over k in increasing order within blocks of 256 (deterministic class).
void gemm(bool trans_a, bool trans_b, std::int64_t m, std::int64_t n, std::int64_t k, real alpha,
          const real* a, const real* b, real beta, real* c, const real* bias = nullptr);

// --- Convolution and pooling (NHWC, weights [out][kh][kw][in / groups]) ------------------------

struct Conv {
  std::int64_t batch, height, width, in_channels;
  std::int64_t out_channels, kernel_h, kernel_w;
  std::int64_t stride = 1, padding = 0;
  std::int64_t dilation = 1;  ///< distance of neighbouring taps
  std::int64_t groups = 1;    ///< parts of the channels that do not see each other
  std::int64_t out_height() const { return out_size(height, kernel_h); }
  std::int64_t out_width() const { return out_size(width, kernel_w); }
  std::int64_t group_in() const { return in_channels / groups; }
  std::int64_t group_out() const { return out_channels / groups; }

 private:
  std::int64_t out_size(std::int64_t size, std::int64_t kernel) const {
    return (size + 2 * padding - dilation * (kernel - 1) - 1) / stride + 1;
  }
};
/// y[b,oy,ox,o] = bias[o] + sum over ky,kx,i of x[b, oy*s+ky*d-p, ox*s+kx*d-p, i] w[o,ky,kx,i],
/// where i counts the channels of o's group; bias may be null. x outside the picture counts as 0.
void conv2d(const Conv& conv, const real* x, const real* w, const real* bias, real* y);
/// dx = gradient of conv2d with respect to x, given dy (overwrites dx).
void conv2d_backward_input(const Conv& conv, const real* dy, const real* w, real* dx);
/// dw += gradient with respect to w (accumulates). The bias gradient is sum_rows over dy.
void conv2d_backward_weight(const Conv& conv, const real* x, const real* dy, real* dw);

struct Pool {
  std::int64_t batch, height, width, channels;
  std::int64_t size, stride;
  std::int64_t out_height() const { return (height - size) / stride + 1; }
  std::int64_t out_width() const { return (width - size) / stride + 1; }
};
/// Largest value of each window; `argmax` (same length as y) receives the index into x of the first
/// largest one, for the backward pass.
void max_pool2d(const Pool& pool, const real* x, real* y, std::int32_t* argmax);
/// dx[argmax[i]] += dy[i]; dx must be zeroed by the caller.
void max_pool2d_backward(std::int64_t n, const real* dy, const std::int32_t* argmax, real* dx);

// --- Elementwise, y[i] = f(x[i]) for i < n; y may be x -----------------------------------------

enum class Unary {
  neg,
  exp,
  log,
  sqrt,
  square,
  abs,
  relu,
  sigmoid,
  tanh,
  sign,        // -1, 0 or 1; its derivative is 0
  leaky_relu,  // x above 0, parameter * x below
  elu,         // x above 0, parameter * (exp(x) - 1) below
  gelu,        // x times the share of standard normal numbers below x
  silu,        // x sigmoid(x)
  softplus     // log(1 + exp(x))
};
/// `parameter` is for those that name it.
void unary(Unary op, std::int64_t n, const real* x, real* y, real parameter = 0);
/// dx[i] += dy[i] f'(x[i]), written with x and y = f(x), whichever is cheaper.
void unary_backward(Unary op, std::int64_t n, const real* x, const real* y, const real* dy,
                    real* dx, real parameter = 0);

/// The larger or smaller of two is NaN where one is; greater and equal are 1 where true, else 0.
enum class Binary { add, sub, mul, div, max, min, greater, equal };
/// out = a op b, equal sizes.
void binary(Binary op, std::int64_t n, const real* a, const real* b, real* out);
/// out[r,c] = a[r,c] op b[c]: a row vector against every row (bias).
void binary_rows(Binary op, std::int64_t rows, std::int64_t cols, const real* a, const real* b,
                 real* out);
/// out = a op scalar.
void binary_scalar(Binary op, std::int64_t n, const real* a, real b, real* out);

/// y += alpha x.
void axpy(std::int64_t n, real alpha, const real* x, real* y);
void fill(std::int64_t n, real value, real* y);

// --- Reductions --------------------------------------------------------------------------------

/// Sum of n numbers: running sums, then added in a fixed order.
real sum(std::int64_t n, const real* x);
/// out[c] += sum over r of x[r,c] (accumulates).
void sum_rows(std::int64_t rows, std::int64_t cols, const real* x, real* out);
/// out[c] += sum over r of x[r,c] y[r,c] (accumulates).
void sum_product_rows(std::int64_t rows, std::int64_t cols, const real* x, const real* y,
                      real* out);
/// Largest element of each row; NaN if one is. cols >= 1.
void max_rows(std::int64_t rows, std::int64_t cols, const real* x, real* out);
/// Index of the first largest element of each row.
void argmax_rows(std::int64_t rows, std::int64_t cols, const real* x, std::int32_t* out);

// --- Soft-max and losses -----------------------------------------------------------------------

/// p[r,:] = exp(x[r,:] - max) / sum.
void softmax(std::int64_t rows, std::int64_t cols, const real* x, real* p);
/// dx[r,:] += p[r,:] (dp[r,:] - sum of dp p over the row).
void softmax_backward(std::int64_t rows, std::int64_t cols, const real* p, const real* dp,
                      real* dx);
/// y[r,:] = x[r,:] - max - log(sum of exp(x[r,:] - max)).
void log_softmax(std::int64_t rows, std::int64_t cols, const real* x, real* y);
/// dx[r,:] += dy[r,:] - exp(y[r,:]) (sum of dy over the row).
void log_softmax_backward(std::int64_t rows, std::int64_t cols, const real* y, const real* dy,
                          real* dx);
/// Mean over rows of -log softmax(x)[label]; also writes p = softmax(x), which the gradient needs.
real cross_entropy(std::int64_t rows, std::int64_t cols, const real* x, const std::int32_t* labels,
                   real* p);
/// dx += scale / rows * (p - onehot(label)).
void cross_entropy_backward(std::int64_t rows, std::int64_t cols, const real* p,
                            const std::int32_t* labels, real scale, real* dx);

// --- Normalisation -----------------------------------------------------------------------------

/// y[r,:] = (x[r,:] - mean of the row, if `center`) * scale[r], where
/// scale[r] = 1 / sqrt(mean of the squares of the same differences + eps).
void normalize_rows(std::int64_t rows, std::int64_t cols, bool center, real eps, const real* x,
                    real* y, real* scale);
/// dx[r,:] += scale[r] (dy - mean of dy, if `center` - y mean of dy y).
void normalize_rows_backward(std::int64_t rows, std::int64_t cols, bool center, const real* y,
                             const real* scale, const real* dy, real* dx);
/// Mean and variance (divided by rows) of each column. rows >= 1.
void column_moments(std::int64_t rows, std::int64_t cols, const real* x, real* mean,
                    real* variance);
/// dx[r,c] += scale[c] (dy[r,c] - (sum_dy[c] + y[r,c] sum_dy_y[c]) / rows), which is what columns
/// normalised to y pass on if the sums are those of dy and of dy y over their rows.
void normalize_columns_backward(std::int64_t rows, std::int64_t cols, const real* y,
                                const real* scale, const real* sum_dy, const real* sum_dy_y,
                                const real* dy, real* dx);

// --- Optimiser steps, in place -----------------------------------------------------------------

/// PyTorch's SGD: v = momentum v + g (+ weight_decay w); w -= lr v, or lr (g + momentum v) if
/// `nesterov`. `velocity` may be null when momentum == 0.
void sgd_step(std::int64_t n, real lr, real momentum, real weight_decay, const real* g,
              real* velocity, real* w, bool nesterov = false);
/// v = decay v + gain g² and w -= lr g / (sqrt(v) + eps), with weight_decay w added to g.
void rms_step(std::int64_t n, real lr, real decay, real gain, real eps, real weight_decay,
              const real* g, real* v, real* w);
/// Adam (Kingma and Ba 2015, algorithm 1): m, v running means; correction1 = 1 - beta1^t,
/// correction2 = 1 - beta2^t; w -= lr (m / correction1) / (sqrt(v / correction2) + eps).
void adam_step(std::int64_t n, real lr, real beta1, real beta2, real eps, real correction1,
               real correction2, const real* g, real* m, real* v, real* w);

// --- The same, as plain loops ------------------------------------------------------------------

/// What each operation means, without order of summation as a promise. Elementwise operations,
/// optimiser steps and products with k <= 256 agree with the deterministic class to the bit.
namespace reference {
void gemm(bool trans_a, bool trans_b, std::int64_t m, std::int64_t n, std::int64_t k, real alpha,
          const real* a, const real* b, real beta, real* c, const real* bias = nullptr);
void conv2d(const Conv& conv, const real* x, const real* w, const real* bias, real* y);
void conv2d_backward_input(const Conv& conv, const real* dy, const real* w, real* dx);
void conv2d_backward_weight(const Conv& conv, const real* x, const real* dy, real* dw);
void max_pool2d(const Pool& pool, const real* x, real* y, std::int32_t* argmax);
void max_pool2d_backward(std::int64_t n, const real* dy, const std::int32_t* argmax, real* dx);
void unary(Unary op, std::int64_t n, const real* x, real* y, real parameter = 0);
void unary_backward(Unary op, std::int64_t n, const real* x, const real* y, const real* dy,
                    real* dx, real parameter = 0);
void binary(Binary op, std::int64_t n, const real* a, const real* b, real* out);
void binary_rows(Binary op, std::int64_t rows, std::int64_t cols, const real* a, const real* b,
                 real* out);
void binary_scalar(Binary op, std::int64_t n, const real* a, real b, real* out);
void axpy(std::int64_t n, real alpha, const real* x, real* y);
void fill(std::int64_t n, real value, real* y);
real sum(std::int64_t n, const real* x);
void sum_rows(std::int64_t rows, std::int64_t cols, const real* x, real* out);
void sum_product_rows(std::int64_t rows, std::int64_t cols, const real* x, const real* y,
                      real* out);
void max_rows(std::int64_t rows, std::int64_t cols, const real* x, real* out);
void argmax_rows(std::int64_t rows, std::int64_t cols, const real* x, std::int32_t* out);
void softmax(std::int64_t rows, std::int64_t cols, const real* x, real* p);
void softmax_backward(std::int64_t rows, std::int64_t cols, const real* p, const real* dp,
                      real* dx);
void log_softmax(std::int64_t rows, std::int64_t cols, const real* x, real* y);
void log_softmax_backward(std::int64_t rows, std::int64_t cols, const real* y, const real* dy,
                          real* dx);
real cross_entropy(std::int64_t rows, std::int64_t cols, const real* x, const std::int32_t* labels,
                   real* p);
void cross_entropy_backward(std::int64_t rows, std::int64_t cols, const real* p,
                            const std::int32_t* labels, real scale, real* dx);
void normalize_rows(std::int64_t rows, std::int64_t cols, bool center, real eps, const real* x,
                    real* y, real* scale);
void normalize_rows_backward(std::int64_t rows, std::int64_t cols, bool center, const real* y,
                             const real* scale, const real* dy, real* dx);
void column_moments(std::int64_t rows, std::int64_t cols, const real* x, real* mean,
                    real* variance);
void normalize_columns_backward(std::int64_t rows, std::int64_t cols, const real* y,
                                const real* scale, const real* sum_dy, const real* sum_dy_y,
                                const real* dy, real* dx);
void sgd_step(std::int64_t n, real lr, real momentum, real weight_decay, const real* g,
              real* velocity, real* w, bool nesterov = false);
void rms_step(std::int64_t n, real lr, real decay, real gain, real eps, real weight_decay,
              const real* g, real* v, real* w);
void adam_step(std::int64_t n, real lr, real beta1, real beta2, real eps, real correction1,
               real correction2, const real* g, real* m, real* v, real* w);
}  // namespace reference

}  // namespace grad::kernels
