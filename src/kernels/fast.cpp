// The fast class: XNNPACK where it measured faster, our own kernels with fused multiply-add, spread
// over threads, elsewhere. Natively XNNPACK has kernels for wider registers, four to five times as
// fast, and takes all but weight gradients. In the browser it takes the products of dense layers:
// it is ahead by up to a factor of two where they are narrow and by a few percent where they are
// not. The convolutions stay ours (54-56 GFLOP/s against 30-53 on 13x13x32->64, 53 against 39 on
// its input gradient), except by 1x1 kernels, which are dense layers.

#include <algorithm>

#include "kernels/classes.h"
#include "kernels/depthwise.h"
#include "kernels/product.h"
#include "kernels/threads.h"
#include "kernels/xnnpack.h"
#include "tensor/array.h"
#include "tensor/vec4.h"

namespace grad::kernels::fast {
namespace {

/// Into how many parts to cut work of so many products, of `most` equal units.
std::int64_t parts_of(std::int64_t work, std::int64_t most) {
  if (work < products_worth_threads) return 1;
  return std::clamp<std::int64_t>(most, 1, threads());
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

/// Calls body(some of the pictures, where theirs begin in x, where in y) for parts of the batch.
template <class Body>
void split_batch(const Conv& conv, Body body) {
  const std::int64_t parts = parts_of(products(conv), conv.batch);
  // Two for each thread: one that other programs hold up leaves its second to the others.
  split(conv.batch, parts == 1 ? 1 : std::min(2 * parts, conv.batch),
        [&](std::int64_t first, std::int64_t count, std::int64_t) {
          body(with_batch(conv, count), first * picture_of_x(conv), first * picture_of_y(conv));
        });
}

#ifdef __wasm__

bool worth_xnnpack(bool trans_a, bool trans_b, std::int64_t m, std::int64_t n, std::int64_t k) {
  // Its operator wants A plain and B transposed. Turning A, or a B that is not narrow, costs more
  // than it gains.
  return !trans_a && (trans_b || std::min(n, k) < panel_width) && m >= 8 && m * n * k >= 4'000;
}
bool worth_xnnpack(const Conv&) { return false; }

#else

// Below that, setting an operator up costs more than it saves.
constexpr std::int64_t products_worth_xnnpack = 10'000;

bool worth_xnnpack(bool, bool, std::int64_t m, std::int64_t n, std::int64_t k) {
  return m * n * k >= products_worth_xnnpack;
}
bool worth_xnnpack(const Conv& conv) {
  return conv.dilation == 1 && conv.groups == 1 && products(conv) >= products_worth_xnnpack;
}

#endif

bool is_dense(const Conv& conv) {
  return conv.kernel_h == 1 && conv.kernel_w == 1 && conv.stride == 1 && conv.padding == 0 &&
         conv.groups == 1;
}

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
                     float alpha, const float* a, const float* b, float beta, float* c,
                     const float* bias) {
  Scratch<float> transposed_a(trans_a ? m * k : 0), transposed_b(trans_b ? 0 : k * n);
  if (trans_a) {
    transpose(k, m, a, transposed_a.data());
    a = transposed_a.data();
  }
  if (!trans_b) {
    transpose(k, n, b, transposed_b.data());
    b = transposed_b.data();
  }
  if (alpha == 1 && beta == 0) return xnnpack::multiply(m, n, k, a, b, bias, c);
  Scratch<float> product(m * n);
  xnnpack::multiply(m, n, k, a, b, nullptr, product.data());
  if (beta == 0) {
    deterministic::binary_scalar(Binary::mul, m * n, product.data(), alpha, c);
    if (bias) deterministic::binary_rows(Binary::add, m, n, c, bias, c);
    return;
  }
  if (beta != 1) deterministic::binary_scalar(Binary::mul, m * n, c, beta, c);
  deterministic::axpy(m * n, alpha, product.data(), c);
}

}  // namespace

void gemm(bool trans_a, bool trans_b, std::int64_t m, std::int64_t n, std::int64_t k, float alpha,
          const float* a, const float* b, float beta, float* c, const float* bias) {
  if (worth_xnnpack(trans_a, trans_b, m, n, k)) {
    return gemm_by_xnnpack(trans_a, trans_b, m, n, k, alpha, a, b, beta, c, bias);
  }
  const std::int64_t a_stride = trans_a ? m : k;
  const bool narrow = is_narrow(m, n, k);
  split(m, parts_of(m * n * k, m / 4), [=](std::int64_t first, std::int64_t rows, std::int64_t) {
    const float* part = a + first * (trans_a ? 1 : a_stride);
    float* out = c + first * n;
    if (narrow) {
      gemm_narrow(trans_a, trans_b, rows, n, k, alpha, part, a_stride, b, beta, out, bias);
    } else {
      gemm_by(multiply_fused, trans_a, trans_b, rows, n, k, alpha, part, a_stride, b, beta, out,
              bias);
    }
  });
}

void conv2d(const Conv& conv, const float* x, const float* w, const float* bias, float* y) {
  if (is_depthwise(conv)) {
    return split_batch(conv, [=](const Conv& part, std::int64_t at_x, std::int64_t at_y) {
      depthwise(part, x + at_x, w, bias, y + at_y);
    });
  }
  if (is_dense(conv)) {
    return gemm(false, true, conv.batch * conv.height * conv.width, conv.out_channels,
                conv.in_channels, 1, x, w, 0, y, bias);
  }
  if (worth_xnnpack(conv)) return xnnpack::conv2d(conv, x, w, bias, y);
  split_batch(conv, [=](const Conv& part, std::int64_t at_x, std::int64_t at_y) {
    conv2d_by(multiply_fused, part, x + at_x, w, bias, y + at_y);
  });
}

void conv2d_backward_input(const Conv& conv, const float* dy, const float* w, float* dx) {
  if (is_depthwise(conv)) {
    return split_batch(conv, [=](const Conv& part, std::int64_t at_x, std::int64_t at_y) {
      depthwise_backward_input(part, dy + at_y, w, dx + at_x);
    });
  }
  // XNNPACK's deconvolution by parts, for strides, writes out of bounds on some shapes.
  if (conv.stride == 1 && worth_xnnpack(conv)) {
    return xnnpack::conv2d_backward_input(conv, dy, w, dx);
  }
  split_batch(conv, [=](const Conv& part, std::int64_t at_x, std::int64_t at_y) {
    conv2d_backward_input_by(multiply_fused, part, dy + at_y, w, dx + at_x);
  });
}

void conv2d_backward_weight(const Conv& conv, const float* x, const float* dy, float* dw) {
  const std::int64_t parts = parts_of(products(conv), conv.batch);
  const std::int64_t n = conv.out_channels * conv.kernel_h * conv.kernel_w * conv.group_in();
  // The first part adds to dw itself, the others to sums of their own.
  Scratch<float> sums((parts - 1) * n);
  std::fill_n(sums.data(), (parts - 1) * n, 0.0f);
  split(conv.batch, parts, [&](std::int64_t first, std::int64_t count, std::int64_t part) {
    const Conv some = with_batch(conv, count);
    const float *some_x = x + first * picture_of_x(conv),
                *some_dy = dy + first * picture_of_y(conv);
    float* const to = part == 0 ? dw : sums.data() + (part - 1) * n;
    if (is_depthwise(conv)) return depthwise_backward_weight(some, some_x, some_dy, to);
    conv2d_backward_weight_by(multiply_fused, some, some_x, some_dy, to);
  });
  for (std::int64_t part = 1; part < parts; part++) {
    deterministic::axpy(n, 1, sums.data() + (part - 1) * n, dw);
  }
}

}  // namespace grad::kernels::fast
