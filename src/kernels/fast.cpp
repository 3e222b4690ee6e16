// The fast class. In the browser: our own kernels with fused multiply-add, spread over threads;
// XNNPACK was measured there and is no faster (52-54 GFLOP/s against 51-54 on products from 256 up,
// 37 against 52 on the input gradient of a 13x13 convolution). Natively XNNPACK has kernels for
// wider registers, four to five times as fast, and is used for all but weight gradients.

#include <algorithm>

#include "kernels/classes.h"
#include "kernels/product.h"
#include "kernels/threads.h"
#include "tensor/array.h"
#ifdef GRAD_XNNPACK
#include "kernels/xnnpack.h"
#include "tensor/vec4.h"
#endif

namespace grad::kernels::fast {
namespace {

// About 70 microseconds of work: below that a second thread costs more than it saves.
constexpr std::int64_t products_worth_threads = 2'000'000;

std::int64_t products(const Conv& conv) {
  return conv.batch * conv.out_height() * conv.out_width() * conv.out_channels * conv.kernel_h *
         conv.kernel_w * conv.in_channels;
}

/// Into how many parts to cut work of so many products, of `most` equal units.
std::int64_t parts_of(std::int64_t work, std::int64_t most) {
  if (work < products_worth_threads) return 1;
  return std::clamp<std::int64_t>(most, 1, threads());
}

/// Calls body(first, count, part) for equal ranges of 0..n-1, at once.
template <class Body>
void split(std::int64_t n, std::int64_t parts, Body body) {
  if (parts == 1) return body(std::int64_t{0}, n, std::int64_t{0});
  parallel(parts, [&](std::int64_t part) {
    const std::int64_t first = n * part / parts;
    body(first, n * (part + 1) / parts - first, part);
  });
}

/// The same convolution of `count` pictures.
Conv with_batch(Conv conv, std::int64_t count) {
  conv.batch = count;
  return conv;
}

std::int64_t picture_of_x(const Conv& conv) { return conv.height * conv.width * conv.in_channels; }
std::int64_t picture_of_y(const Conv& conv) {
  return conv.out_height() * conv.out_width() * conv.out_channels;
}

#ifdef GRAD_XNNPACK

// Below that, setting an operator up costs more than it saves.
constexpr std::int64_t products_worth_xnnpack = 10'000;

/// out(cols,rows) = the transpose of a(rows,cols).
void transpose(std::int64_t rows, std::int64_t cols, const float* a, float* out) {
  std::int64_t j = 0;
  for (; j + 4 <= cols; j += 4) {
    std::int64_t i = 0;
    for (; i + 4 <= rows; i += 4) {
      const float* from = a + i * cols + j;
      Vec4 v0 = load(from), v1 = load(from + cols);
      Vec4 v2 = load(from + 2 * cols), v3 = load(from + 3 * cols);
      grad::transpose(v0, v1, v2, v3);
      float* to = out + j * rows + i;
      store(to, v0);
      store(to + rows, v1);
      store(to + 2 * rows, v2);
      store(to + 3 * rows, v3);
    }
    for (; i < rows; i++) {
      for (std::int64_t q = j; q < j + 4; q++) out[q * rows + i] = a[i * cols + q];
    }
  }
  for (; j < cols; j++) {
    for (std::int64_t i = 0; i < rows; i++) out[j * rows + i] = a[i * cols + j];
  }
}

/// XNNPACK's operator only writes the product of A and a transposed B; the rest of gemm is done
/// around it. (Its flag for a plain B packs wrongly where k is no multiple of 8.)
void gemm_by_xnnpack(bool trans_a, bool trans_b, std::int64_t m, std::int64_t n, std::int64_t k,
                     float alpha, const float* a, const float* b, float beta, float* c) {
  Scratch<float> transposed_a(trans_a ? m * k : 0), transposed_b(trans_b ? 0 : k * n);
  if (trans_a) {
    transpose(k, m, a, transposed_a.data());
    a = transposed_a.data();
  }
  if (!trans_b) {
    transpose(k, n, b, transposed_b.data());
    b = transposed_b.data();
  }
  if (alpha == 1 && beta == 0) return xnnpack::multiply(m, n, k, a, b, c);
  Scratch<float> product(m * n);
  xnnpack::multiply(m, n, k, a, b, product.data());
  if (beta == 0) return deterministic::binary_scalar(Binary::mul, m * n, product.data(), alpha, c);
  if (beta != 1) deterministic::binary_scalar(Binary::mul, m * n, c, beta, c);
  deterministic::axpy(m * n, alpha, product.data(), c);
}

#endif

}  // namespace

void gemm(bool trans_a, bool trans_b, std::int64_t m, std::int64_t n, std::int64_t k, float alpha,
          const float* a, const float* b, float beta, float* c) {
#ifdef GRAD_XNNPACK
  if (m * n * k >= products_worth_xnnpack) {
    return gemm_by_xnnpack(trans_a, trans_b, m, n, k, alpha, a, b, beta, c);
  }
#endif
  const std::int64_t a_stride = trans_a ? m : k;
  split(m, parts_of(m * n * k, m / 4), [=](std::int64_t first, std::int64_t rows, std::int64_t) {
    gemm_by(multiply_fused, trans_a, trans_b, rows, n, k, alpha,
            a + first * (trans_a ? 1 : a_stride), a_stride, b, beta, c + first * n);
  });
}

void conv2d(const Conv& conv, const float* x, const float* w, const float* bias, float* y) {
#ifdef GRAD_XNNPACK
  if (products(conv) >= products_worth_xnnpack) return xnnpack::conv2d(conv, x, w, bias, y);
#endif
  split(conv.batch, parts_of(products(conv), conv.batch),
        [=, &conv](std::int64_t first, std::int64_t count, std::int64_t) {
          conv2d_by(multiply_fused, with_batch(conv, count), x + first * picture_of_x(conv), w,
                    bias, y + first * picture_of_y(conv));
        });
}

void conv2d_backward_input(const Conv& conv, const float* dy, const float* w, float* dx) {
#ifdef GRAD_XNNPACK
  // XNNPACK's deconvolution by parts, for strides, writes out of bounds on some shapes.
  if (conv.stride == 1 && products(conv) >= products_worth_xnnpack) {
    return xnnpack::conv2d_backward_input(conv, dy, w, dx);
  }
#endif
  split(conv.batch, parts_of(products(conv), conv.batch),
        [=, &conv](std::int64_t first, std::int64_t count, std::int64_t) {
          conv2d_backward_input_by(multiply_fused, with_batch(conv, count),
                                   dy + first * picture_of_y(conv), w,
                                   dx + first * picture_of_x(conv));
        });
}

void conv2d_backward_weight(const Conv& conv, const float* x, const float* dy, float* dw) {
  const std::int64_t parts = parts_of(products(conv), conv.batch);
  const std::int64_t n = conv.out_channels * conv.kernel_h * conv.kernel_w * conv.in_channels;
  // The first part adds to dw itself, the others to sums of their own.
  Scratch<float> sums((parts - 1) * n);
  std::fill_n(sums.data(), (parts - 1) * n, 0.0f);
  split(conv.batch, parts, [&](std::int64_t first, std::int64_t count, std::int64_t part) {
    conv2d_backward_weight_by(multiply_fused, with_batch(conv, count),
                              x + first * picture_of_x(conv), dy + first * picture_of_y(conv),
                              part == 0 ? dw : sums.data() + (part - 1) * n);
  });
  for (std::int64_t part = 1; part < parts; part++) {
    deterministic::axpy(n, 1, sums.data() + (part - 1) * n, dw);
  }
}

}  // namespace grad::kernels::fast
