// Matrix products by packed panels (product.h).

#include <algorithm>

#include "kernels/classes.h"
#include "kernels/product.h"
#include "tensor/array.h"
#include "tensor/vec4.h"

namespace grad::kernels {
namespace {

// Depth of a block: 256 rows of a panel are 8 KB, which stay in the first-level cache.
constexpr std::int64_t block_depth = 256;
// Rows of a block: 96 rows of depth 256 are 96 KB, which stay in the second-level cache.
constexpr std::int64_t block_rows = 96;

/// A block of the transposed left matrix, copied so that its rows lie close together: read in
/// place, rows a power of two apart would share a few cache lines.
void copy_block(std::int64_t depth, std::int64_t rows, const float* a, std::int64_t stride,
                float* out) {
  for (std::int64_t p = 0; p < depth; p++, a += stride, out += rows) {
    std::int64_t i = 0;
    for (; i + 4 <= rows; i += 4) store(out + i, load(a + i));
    if (i < rows) store_part(out + i, load_part(a + i, rows - i), rows - i);
  }
}

}  // namespace

void gemm_by(Multiply multiply, bool trans_a, bool trans_b, std::int64_t m, std::int64_t n,
             std::int64_t k, float alpha, const float* a, std::int64_t a_stride, const float* b,
             float beta, float* c, const float* bias) {
  const std::int64_t most_rows = std::min(m, block_rows), most_depth = std::min(k, block_depth);
  const bool copies_a = trans_a && m > block_rows;
  Offset a_row[block_rows], a_col[block_depth], c_row[block_rows];
  list_steps(most_rows, trans_a ? 1 : a_stride, a_row);
  list_steps(most_depth, trans_a ? a_stride : 1, a_col);
  list_steps(most_rows, n, c_row);
  Scratch<float> packed_b(packed_size(most_depth, n));
  Scratch<float> copied_a(copies_a ? most_rows * most_depth : 0);

  for (std::int64_t p = 0; p == 0 || p < k; p += block_depth) {
    const std::int64_t depth = std::min(k - p, block_depth);
    if (trans_b) {
      pack_transposed(depth, n, b + p, k, packed_b.data());
    } else {
      pack(depth, n, b + p * n, n, packed_b.data());
    }
    for (std::int64_t i = 0; i < m; i += block_rows) {
      const std::int64_t rows = std::min(m - i, block_rows);
      const float* block = a + (trans_a ? p * a_stride + i : i * a_stride + p);
      if (copies_a) {
        copy_block(depth, rows, block, a_stride, copied_a.data());
        list_steps(depth, rows, a_col);
        block = copied_a.data();
      }
      multiply({.a = block,
                .a_row = a_row,
                .a_col = a_col,
                .packed_b = packed_b.data(),
                .c = c + i * n,
                .c_row = c_row,
                .rows = rows,
                .cols = n,
                .depth = depth,
                .alpha = alpha,
                .beta = p == 0 ? beta : 1,
                .bias = p == 0 ? bias : nullptr});
    }
  }
}

namespace deterministic {

void gemm(bool trans_a, bool trans_b, std::int64_t m, std::int64_t n, std::int64_t k, float alpha,
          const float* a, const float* b, float beta, float* c, const float* bias) {
  const std::int64_t a_stride = trans_a ? m : k;
  if (is_narrow(m, n, k)) {
    return gemm_narrow(trans_a, trans_b, m, n, k, alpha, a, a_stride, b, beta, c, bias);
  }
  gemm_by(multiply_rounded, trans_a, trans_b, m, n, k, alpha, a, a_stride, b, beta, c, bias);
}

}  // namespace deterministic

}  // namespace grad::kernels
