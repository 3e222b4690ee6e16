#pragma once

// The two classes of kernels behind kernels.h, whose functions choose between them. Signatures and
// meanings are those of kernels.h.

#include "kernels/kernels.h"

namespace grad::kernels {

namespace deterministic {
void gemm(bool trans_a, bool trans_b, std::int64_t m, std::int64_t n, std::int64_t k, real alpha,
          const real* a, const real* b, real beta, real* c, const real* bias);
void conv2d(const Conv& conv, const real* x, const real* w, const real* bias, real* y);
void conv2d_backward_input(const Conv& conv, const real* dy, const real* w, real* dx);
void conv2d_backward_weight(const Conv& conv, const real* x, const real* dy, real* dw);
void max_pool2d(const Pool& pool, const real* x, real* y, std::int32_t* argmax);
void max_pool2d_backward(std::int64_t n, const real* dy, const std::int32_t* argmax, real* dx);
void unary(Unary op, std::int64_t n, const real* x, real* y, real parameter);
void unary_backward(Unary op, std::int64_t n, const real* x, const real* y, const real* dy,
                    real* dx, real parameter);
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
              real* velocity, real* w, bool nesterov);
void rms_step(std::int64_t n, real lr, real decay, real gain, real eps, real weight_decay,
              const real* g, real* v, real* w);
void adam_step(std::int64_t n, real lr, real beta1, real beta2, real eps, real correction1,
               real correction2, const real* g, real* m, real* v, real* w);
}  // namespace deterministic

/// Only what gains by it; everything else is deterministic in both classes.
namespace fast {
void gemm(bool trans_a, bool trans_b, std::int64_t m, std::int64_t n, std::int64_t k, real alpha,
          const real* a, const real* b, real beta, real* c, const real* bias);
void conv2d(const Conv& conv, const real* x, const real* w, const real* bias, real* y);
void conv2d_backward_input(const Conv& conv, const real* dy, const real* w, real* dx);
void conv2d_backward_weight(const Conv& conv, const real* x, const real* dy, real* dw);
}  // namespace fast

}  // namespace grad::kernels
