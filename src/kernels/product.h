#pragma once

// The one inner loop of the engine. Matrix products and the three passes of a convolution differ
// only in where the numbers lie, and all of those layouts are separable: element (i, p) of the left
// matrix lies at row[i] + col[p]. So one micro-kernel serves them all without copying the left
// side:
//   dense (m,k)           row[i] = i k                  col[p] = p
//   transposed (k,m)      row[i] = i                    col[p] = p m
//   patches of an image   row[i] = corner of patch i    col[p] = offset of tap p in a patch
//   patches, transposed   row[i] = offset of tap i      col[p] = corner of patch p

#include <cstddef>
#include <cstdint>

#include "kernels/kernels.h"

namespace grad::kernels {

/// Columns of the result that are computed together: the right matrix is packed into panels of so
/// many columns, [panel][depth][panel_width], the last one filled up with zeros.
constexpr std::int64_t panel_width = 8;

constexpr std::int64_t panel_count(std::int64_t cols) {
  return (cols + panel_width - 1) / panel_width;
}
constexpr std::int64_t packed_size(std::int64_t depth, std::int64_t cols) {
  return panel_count(cols) * panel_width * depth;
}

/// A place in memory, in numbers from a base; as wide as a pointer.
using Offset = std::ptrdiff_t;

/// offsets[i] = i * step.
inline void list_steps(std::int64_t n, std::int64_t step, Offset* offsets) {
  for (std::int64_t i = 0; i < n; i++) offsets[i] = static_cast<Offset>(i * step);
}

/// out[c_row[i] + j] = alpha * dot + (beta == 0 ? bias[j] : beta * out[c_row[i] + j]), where
/// dot = sum over p, in increasing order, of a[a_row[i] + a_col[p]] * b(p,j), for i < rows and
/// j < cols; a null bias counts as 0.
struct Product {
  const float* a;
  const Offset* a_row;
  const Offset* a_col;
  const float* packed_b;
  float* c;
  const Offset* c_row;
  std::int64_t rows, cols, depth;
  float alpha = 1, beta = 0;
  const float* bias = nullptr;
};

/// Every product rounded, then every sum: the same bits everywhere.
void multiply_rounded(const Product& product);
/// Multiply and add fused where the module may (product_fused.cpp): bits differ between machines.
void multiply_fused(const Product& product);

using Multiply = void (*)(const Product&);

/// kernels::gemm and the convolutions by one of the two. `a_stride` numbers lie between the stored
/// rows of A (k of them if plain, m or more if transposed).
void gemm_by(Multiply multiply, bool trans_a, bool trans_b, std::int64_t m, std::int64_t n,
             std::int64_t k, float alpha, const float* a, std::int64_t a_stride, const float* b,
             float beta, float* c, const float* bias);
/// The same, every product rounded, for what is_narrow() names.
void gemm_narrow(bool trans_a, bool trans_b, std::int64_t m, std::int64_t n, std::int64_t k,
                 float alpha, const float* a, std::int64_t a_stride, const float* b, float beta,
                 float* c, const float* bias);
/// True where gemm_narrow() is the better: k <= 4, or m or n <= 2.
bool is_narrow(std::int64_t m, std::int64_t n, std::int64_t k);
void conv2d_by(Multiply multiply, const Conv& conv, const float* x, const float* w,
               const float* bias, float* y);
void conv2d_backward_input_by(Multiply multiply, const Conv& conv, const float* dy, const float* w,
                              float* dx);
void conv2d_backward_weight_by(Multiply multiply, const Conv& conv, const float* x, const float* dy,
                               float* dw);

/// Packs b, stored (depth, cols) with `stride` numbers from row to row.
void pack(std::int64_t depth, std::int64_t cols, const float* b, std::int64_t stride, float* out);
/// Packs the transpose of b, stored (cols, depth) with `stride` numbers from row to row.
void pack_transposed(std::int64_t depth, std::int64_t cols, const float* b, std::int64_t stride,
                     float* out);

}  // namespace grad::kernels
