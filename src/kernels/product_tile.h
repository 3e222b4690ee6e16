#pragma once

// The micro-kernel: a tile of 4 rows by 8 columns held in eight vectors, one pass over the depth.
// Included by the two files that compile it, product_rounded.cpp and product_fused.cpp; `madd` says
// how they multiply and add. Measured: the loop must not be unrolled (browsers' compilers then
// spill registers), other tile sizes were slower in one browser or another, and an index in place
// of the two pointers that move takes a fifth of the speed in WebAssembly.

#include "kernels/product.h"
#include "tensor/vec4.h"

namespace grad::kernels {
namespace {

struct TileRow {
  Vec4 left{}, right{};

  template <class Madd>
  void add(float a, Vec4 b_left, Vec4 b_right, Madd madd) {
    const Vec4 all = splat(a);
    left = madd(all, b_left, left);
    right = madd(all, b_right, right);
  }
};

/// The first `count` of four sums: scaled, and added to the bias or to what is there.
inline void write_four(const Product& s, Vec4 sums, std::int64_t j, std::int64_t count, float* c) {
  const bool all = count >= 4;
  sums *= s.alpha;
  if (s.beta != 0) {
    sums += s.beta * (all ? load(c) : load_part(c, count));
  } else if (s.bias) {
    sums += all ? load(s.bias + j) : load_part(s.bias + j, count);
  }
  if (all) {
    store(c, sums);
  } else {
    store_part(c, sums, count);
  }
}

inline void write(const Product& s, const TileRow& row, std::int64_t i, std::int64_t j) {
  float* c = s.c + s.c_row[i] + j;
  write_four(s, row.left, j, s.cols - j, c);
  if (s.cols - j > 4) write_four(s, row.right, j + 4, s.cols - j - 4, c + 4);
}

/// The same for rows i to i+3 and all of columns j to j+7 where alpha is 1 and beta 0 or 1.
inline void write_whole(const Product& s, const TileRow (&rows)[4], std::int64_t i,
                        std::int64_t j) {
  const Vec4 left = s.bias ? load(s.bias + j) : Vec4{},
             right = s.bias ? load(s.bias + j + 4) : Vec4{};
  for (int q = 0; q < 4; q++) {
    float* c = s.c + s.c_row[i + q] + j;
    const TileRow& row = rows[q];
    if (s.beta != 0) {
      store(c, row.left + load(c));
      store(c + 4, row.right + load(c + 4));
    } else if (s.bias) {
      store(c, row.left + left);
      store(c + 4, row.right + right);
    } else {
      store(c, row.left);
      store(c + 4, row.right);
    }
  }
}

/// Rows i to i+3 (those that exist) and columns j to j+7.
template <class Madd>
inline void multiply_tile(const Product& s, std::int64_t i, std::int64_t j, const float* b,
                          Madd madd) {
  const std::int64_t last = s.rows - 1;  // stands in for rows past the end, whose sums are dropped
  const float* a0 = s.a + s.a_row[i];
  const float* a1 = s.a + s.a_row[i + 1 < last ? i + 1 : last];
  const float* a2 = s.a + s.a_row[i + 2 < last ? i + 2 : last];
  const float* a3 = s.a + s.a_row[i + 3 < last ? i + 3 : last];
  TileRow row0, row1, row2, row3;
  const Offset* a_col = s.a_col;
  for (const float* const end = b + s.depth * panel_width; b != end; b += panel_width) {
    const Offset col = *a_col++;
    const Vec4 left = load(b), right = load(b + 4);
    row0.add(a0[col], left, right, madd);
    row1.add(a1[col], left, right, madd);
    row2.add(a2[col], left, right, madd);
    row3.add(a3[col], left, right, madd);
  }
  if (s.alpha == 1 && (s.beta == 0 || s.beta == 1) && i + 3 <= last && j + panel_width <= s.cols) {
    return write_whole(s, {row0, row1, row2, row3}, i, j);
  }
  write(s, row0, i, j);
  if (i + 1 <= last) write(s, row1, i + 1, j);
  if (i + 2 <= last) write(s, row2, i + 2, j);
  if (i + 3 <= last) write(s, row3, i + 3, j);
}

template <class Madd>
inline void multiply(const Product& s, Madd madd) {
  const float* panel = s.packed_b;
  for (std::int64_t j = 0; j < s.cols; j += panel_width, panel += panel_width * s.depth) {
    for (std::int64_t i = 0; i < s.rows; i += 4) multiply_tile(s, i, j, panel, madd);
  }
}

}  // namespace
}  // namespace grad::kernels
