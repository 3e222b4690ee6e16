#pragma once

// The micro-kernel: a tile of 4 rows by 8 columns held in eight vectors, one pass over the depth.
// Included by the two files that compile it, product_rounded.cpp and product_fused.cpp; `madd` says
// how they multiply and add. Measured: the loop must not be unrolled (browsers' compilers then
// spill registers), and other tile sizes were slower in one browser or another.

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

/// Writes one row of a tile of full width.
inline void write_row(const Product& s, TileRow row, std::int64_t j, float* c) {
  row.left *= s.alpha;
  row.right *= s.alpha;
  if (s.beta != 0) {
    row.left += s.beta * load(c);
    row.right += s.beta * load(c + 4);
  } else if (s.bias) {
    row.left += load(s.bias + j);
    row.right += load(s.bias + j + 4);
  }
  store(c, row.left);
  store(c + 4, row.right);
}

/// The first `width` numbers of a row, by the same arithmetic.
inline void write_part(const Product& s, TileRow row, std::int64_t j, std::int64_t width,
                       float* c) {
  float numbers[panel_width];
  store(numbers, row.left);
  store(numbers + 4, row.right);
  for (std::int64_t q = 0; q < width; q++) {
    const float number = s.alpha * numbers[q];
    if (s.beta != 0) {
      c[q] = number + s.beta * c[q];
    } else {
      c[q] = s.bias ? number + s.bias[j + q] : number;
    }
  }
}

inline void write(const Product& s, const TileRow& row, std::int64_t i, std::int64_t j) {
  float* c = s.c + s.c_row[i] + j;
  const std::int64_t width = s.cols - j;
  if (width >= panel_width) {
    write_row(s, row, j, c);
  } else {
    write_part(s, row, j, width, c);
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
  for (std::int64_t p = 0; p < s.depth; p++, b += panel_width) {
    const Offset col = s.a_col[p];
    const Vec4 left = load(b), right = load(b + 4);
    row0.add(a0[col], left, right, madd);
    row1.add(a1[col], left, right, madd);
    row2.add(a2[col], left, right, madd);
    row3.add(a3[col], left, right, madd);
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
