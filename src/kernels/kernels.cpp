// Which class of kernels answers a call.

#include "kernels/classes.h"
#ifdef GRAD_FAST_CLASS
#include "kernels/threads.h"
#endif

namespace grad::kernels {
namespace {

#ifdef GRAD_DOUBLE
namespace own = reference;
#else
namespace own = deterministic;
#endif

Class current = Class::deterministic;

/// Calls body(first, count) for n items of `numbers` numbers in all: for parts of them at once
/// where the fast class has threads and there is much to do, which changes no bit of what is done
/// to each item by itself.
template <class Body>
void spread(std::int64_t n, std::int64_t numbers, Body body) {
#ifdef GRAD_FAST_CLASS
  if (current == Class::fast && numbers >= numbers_worth_threads) {
    return split(n, threads(),
                 [=](std::int64_t first, std::int64_t count, std::int64_t) { body(first, count); });
  }
#else
  (void)numbers;
#endif
  body(std::int64_t{0}, n);
}

/// The same where an item is a number.
template <class Body>
void spread(std::int64_t n, Body body) {
  spread(n, n, body);
}

}  // namespace

#ifdef GRAD_FAST_CLASS

namespace quick = fast;

Class select(Class wanted) { return current = wanted; }

#else

Class select(Class) { return current; }
void set_threads(int) {}
int threads() { return 1; }

namespace quick = own;  // never chosen

#endif

Class selected() { return current; }

void gemm(bool trans_a, bool trans_b, std::int64_t m, std::int64_t n, std::int64_t k, real alpha,
          const real* a, const real* b, real beta, real* c, const real* bias) {
  if (current == Class::fast) {
    return quick::gemm(trans_a, trans_b, m, n, k, alpha, a, b, beta, c, bias);
  }
  own::gemm(trans_a, trans_b, m, n, k, alpha, a, b, beta, c, bias);
}
void conv2d(const Conv& conv, const real* x, const real* w, const real* bias, real* y) {
  if (current == Class::fast) return quick::conv2d(conv, x, w, bias, y);
  own::conv2d(conv, x, w, bias, y);
}
void conv2d_backward_input(const Conv& conv, const real* dy, const real* w, real* dx) {
  if (current == Class::fast) return quick::conv2d_backward_input(conv, dy, w, dx);
  own::conv2d_backward_input(conv, dy, w, dx);
}
void conv2d_backward_weight(const Conv& conv, const real* x, const real* dy, real* dw) {
  if (current == Class::fast) return quick::conv2d_backward_weight(conv, x, dy, dw);
  own::conv2d_backward_weight(conv, x, dy, dw);
}
void max_pool2d(const Pool& pool, const real* x, real* y, std::int32_t* argmax) {
  const std::int64_t picture_x = pool.height * pool.width * pool.channels;
  const std::int64_t picture_y = pool.out_height() * pool.out_width() * pool.channels;
  spread(pool.batch, pool.batch * picture_x, [=](std::int64_t first, std::int64_t count) {
    Pool part = pool;
    part.batch = count;
    std::int32_t* const at = argmax + first * picture_y;
    own::max_pool2d(part, x + first * picture_x, y + first * picture_y, at);
    if (first == 0) return;
    for (std::int64_t i = 0; i < count * picture_y; i++) {
      at[i] += static_cast<std::int32_t>(first * picture_x);
    }
  });
}
void max_pool2d_backward(std::int64_t n, const real* dy, const std::int32_t* argmax, real* dx) {
  own::max_pool2d_backward(n, dy, argmax, dx);
}
void unary(Unary op, std::int64_t n, const real* x, real* y, real parameter) {
  spread(n, [=](std::int64_t i, std::int64_t count) {
    own::unary(op, count, x + i, y + i, parameter);
  });
}
void unary_backward(Unary op, std::int64_t n, const real* x, const real* y, const real* dy,
                    real* dx, real parameter) {
  spread(n, [=](std::int64_t i, std::int64_t count) {
    own::unary_backward(op, count, x + i, y + i, dy + i, dx + i, parameter);
  });
}
void binary(Binary op, std::int64_t n, const real* a, const real* b, real* out) {
  spread(n, [=](std::int64_t i, std::int64_t count) {
    own::binary(op, count, a + i, b + i, out + i);
  });
}
void binary_rows(Binary op, std::int64_t rows, std::int64_t cols, const real* a, const real* b,
                 real* out) {
  own::binary_rows(op, rows, cols, a, b, out);
}
void binary_scalar(Binary op, std::int64_t n, const real* a, real b, real* out) {
  own::binary_scalar(op, n, a, b, out);
}
void axpy(std::int64_t n, real alpha, const real* x, real* y) {
  spread(n, [=](std::int64_t i, std::int64_t count) { own::axpy(count, alpha, x + i, y + i); });
}
void fill(std::int64_t n, real value, real* y) { own::fill(n, value, y); }
real sum(std::int64_t n, const real* x) { return own::sum(n, x); }
void sum_rows(std::int64_t rows, std::int64_t cols, const real* x, real* out) {
  own::sum_rows(rows, cols, x, out);
}
void sum_product_rows(std::int64_t rows, std::int64_t cols, const real* x, const real* y,
                      real* out) {
  own::sum_product_rows(rows, cols, x, y, out);
}
void max_rows(std::int64_t rows, std::int64_t cols, const real* x, real* out) {
  own::max_rows(rows, cols, x, out);
}
void argmax_rows(std::int64_t rows, std::int64_t cols, const real* x, std::int32_t* out) {
  own::argmax_rows(rows, cols, x, out);
}
void softmax(std::int64_t rows, std::int64_t cols, const real* x, real* p) {
  own::softmax(rows, cols, x, p);
}
void softmax_backward(std::int64_t rows, std::int64_t cols, const real* p, const real* dp,
                      real* dx) {
  own::softmax_backward(rows, cols, p, dp, dx);
}
void log_softmax(std::int64_t rows, std::int64_t cols, const real* x, real* y) {
  own::log_softmax(rows, cols, x, y);
}
void log_softmax_backward(std::int64_t rows, std::int64_t cols, const real* y, const real* dy,
                          real* dx) {
  own::log_softmax_backward(rows, cols, y, dy, dx);
}
real cross_entropy(std::int64_t rows, std::int64_t cols, const real* x, const std::int32_t* labels,
                   real* p) {
  return own::cross_entropy(rows, cols, x, labels, p);
}
void cross_entropy_backward(std::int64_t rows, std::int64_t cols, const real* p,
                            const std::int32_t* labels, real scale, real* dx) {
  own::cross_entropy_backward(rows, cols, p, labels, scale, dx);
}
void normalize_rows(std::int64_t rows, std::int64_t cols, bool center, real eps, const real* x,
                    real* y, real* scale) {
  own::normalize_rows(rows, cols, center, eps, x, y, scale);
}
void normalize_rows_backward(std::int64_t rows, std::int64_t cols, bool center, const real* y,
                             const real* scale, const real* dy, real* dx) {
  own::normalize_rows_backward(rows, cols, center, y, scale, dy, dx);
}
void column_moments(std::int64_t rows, std::int64_t cols, const real* x, real* mean,
                    real* variance) {
  own::column_moments(rows, cols, x, mean, variance);
}
void normalize_columns_backward(std::int64_t rows, std::int64_t cols, const real* y,
                                const real* scale, const real* sum_dy, const real* sum_dy_y,
                                const real* dy, real* dx) {
  own::normalize_columns_backward(rows, cols, y, scale, sum_dy, sum_dy_y, dy, dx);
}
void sgd_step(std::int64_t n, real lr, real momentum, real weight_decay, const real* g,
              real* velocity, real* w, bool nesterov) {
  own::sgd_step(n, lr, momentum, weight_decay, g, velocity, w, nesterov);
}
void rms_step(std::int64_t n, real lr, real decay, real gain, real eps, real weight_decay,
              const real* g, real* v, real* w) {
  own::rms_step(n, lr, decay, gain, eps, weight_decay, g, v, w);
}
void adam_step(std::int64_t n, real lr, real beta1, real beta2, real eps, real correction1,
               real correction2, const real* g, real* m, real* v, real* w) {
  spread(n, [=](std::int64_t i, std::int64_t count) {
    own::adam_step(count, lr, beta1, beta2, eps, correction1, correction2, g + i, m + i, v + i,
                   w + i);
  });
}

}  // namespace grad::kernels
