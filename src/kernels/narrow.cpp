// Products that would leave most of a packed tile empty or spend their time on its edges. Each sum
// runs over k in the order of the general kernel, so that both give the same bits.
//
//   shallow  k <= 4: a row of the result is a sum of at most four scaled rows of B.
//   thin     n <= 2 or m <= 2: the long side of the result lies across the lanes of vectors, and
//            each of the one or two numbers of the other side is spread over all lanes.

#include <algorithm>

#include "kernels/product.h"
#include "tensor/vec4.h"

namespace grad::kernels {
namespace {

constexpr std::int64_t most_shallow = 4, most_thin = 2;
constexpr std::int64_t block_depth = 256;  // as in gemm.cpp

struct Matrix {
  const float* data;
  Offset row, col;  // steps to the next row and column; one of them is 1
  const float* at(std::int64_t i, std::int64_t j) const { return data + i * row + j * col; }
};

Matrix transposed(Matrix a) { return {a.data, a.col, a.row}; }

// --- Shallow
// -----------------------------------------------------------------------------------------

// Columns worked on together: the rows of B and the bias of so many fit on the stack.
constexpr std::int64_t block_cols = 64;

/// c = alpha a rows + (beta == 0 ? bias : beta c), in up to block_cols columns.
struct Shallow {
  std::int64_t cols;
  Matrix a;
  float alpha, beta;
  float* c;
  std::int64_t c_row;
  float rows[most_shallow][block_cols];  // of B, filled up with zeros to a whole vector
  float bias[block_cols];
};

/// Rows i to i + count - 1 of the result.
template <int depth, int count>
void multiply_rows(const Shallow& s, std::int64_t i) {
  Vec4 factors[count][depth];
  for (int q = 0; q < count; q++) {
    for (int p = 0; p < depth; p++) factors[q][p] = splat(*s.a.at(i + q, p));
  }
  const auto sums = [&](int q, std::int64_t j) {
    Vec4 total = factors[q][0] * load(s.rows[0] + j);
    for (int p = 1; p < depth; p++) total += factors[q][p] * load(s.rows[p] + j);
    return s.alpha * total;
  };
  float* c = s.c + i * s.c_row;
  std::int64_t j = 0;
  if (s.beta == 0) {
    for (; j + 4 <= s.cols; j += 4) {
      for (int q = 0; q < count; q++) store(c + q * s.c_row + j, sums(q, j) + load(s.bias + j));
    }
  } else {
    for (; j + 4 <= s.cols; j += 4) {
      for (int q = 0; q < count; q++) {
        float* four = c + q * s.c_row + j;
        store(four, sums(q, j) + s.beta * load(four));
      }
    }
  }
  if (j == s.cols) return;
  const std::int64_t rest = s.cols - j;
  for (int q = 0; q < count; q++) {
    float* few = c + q * s.c_row + j;
    const Vec4 before = s.beta == 0 ? load(s.bias + j) : s.beta * load_part(few, rest);
    store_part(few, sums(q, j) + before, rest);
  }
}

template <int depth>
void multiply_shallow(const Shallow& s, std::int64_t m) {
  std::int64_t i = 0;
  for (; i + 2 <= m; i += 2) multiply_rows<depth, 2>(s, i);
  if (i < m) multiply_rows<depth, 1>(s, i);
}

void gemm_shallow(std::int64_t m, std::int64_t n, std::int64_t k, float alpha, Matrix a, Matrix b,
                  float beta, float* c, const float* bias) {
  constexpr decltype(&multiply_shallow<1>) by_depth[most_shallow] = {
      multiply_shallow<1>, multiply_shallow<2>, multiply_shallow<3>, multiply_shallow<4>};
  Shallow s;
  s.a = a;
  s.alpha = alpha;
  s.beta = beta;
  s.c_row = n;
  for (std::int64_t first = 0; first < n; first += block_cols) {
    s.cols = std::min(n - first, block_cols);
    s.c = c + first;
    const std::int64_t padded = (s.cols + 3) / 4 * 4;
    for (std::int64_t p = 0; p < k; p++) {
      for (std::int64_t j = 0; j < padded; j++) {
        s.rows[p][j] = j < s.cols ? *b.at(p, first + j) : 0;
      }
    }
    for (std::int64_t j = 0; j < padded; j++) s.bias[j] = bias && j < s.cols ? bias[first + j] : 0;
    by_depth[k - 1](s, m);
  }
}

// --- Thin
// --------------------------------------------------------------------------------------------

/// c(i,t) = alpha * sum over p of wide(i,p) thin(p,t) + (beta == 0 ? bias : beta c(i,t)).
struct Thin {
  std::int64_t length, depth;  // of the wide side
  Matrix wide, thin;
  float alpha, beta;
  float* c;
  Offset c_wide, c_thin;
  const float* bias;  // null: 0
  Offset bias_wide, bias_thin;
};

/// Sums for four or eight items of the wide side, four in each of `groups` vectors.
template <int count, int groups>
struct Sums {
  Vec4 of[groups][count] = {};

  /// `wide(g)` gives the numbers of group g at depth p.
  template <class Wide>
  void add(const Thin& s, std::int64_t p, Wide wide) {
    Vec4 items[groups];
    for (int g = 0; g < groups; g++) items[g] = wide(g);
    for (int t = 0; t < count; t++) {
      const Vec4 factor = splat(*s.thin.at(p, t));
      for (int g = 0; g < groups; g++) of[g][t] += items[g] * factor;
    }
  }

  void write(const Thin& s, std::int64_t first, std::int64_t items) const {
    for (std::int64_t q = 0; q < items; q++) {
      for (int t = 0; t < count; t++) {
        const std::int64_t i = first + q;
        float& c = s.c[i * s.c_wide + t * s.c_thin];
        float sum = s.alpha * of[q / 4][t][q % 4];
        if (s.beta != 0) sum += s.beta * c;
        if (s.bias) sum += s.bias[i * s.bias_wide + t * s.bias_thin];
        c = sum;
      }
    }
  }
};

/// Items from number i of a wide side that is stored by depth.
template <int count, int groups>
void add_by_depth(const Thin& s, std::int64_t i, Sums<count, groups>& sums) {
  const float* from = s.wide.at(i, 0);
  const std::int64_t rest = s.length - i;
  for (std::int64_t p = 0; p < s.depth; p++, from += s.wide.col) {
    sums.add(s, p, [=](int g) { return rest >= 4 ? load(from + 4 * g) : load_part(from, rest); });
  }
}

/// The same where it is stored by item.
template <int count, int groups>
void add_by_item(const Thin& s, std::int64_t i, Sums<count, groups>& sums) {
  const std::int64_t last = s.length - 1;  // stands in for items past the end
  const float* item[4 * groups];
  for (std::int64_t q = 0; q < 4 * groups; q++) item[q] = s.wide.at(std::min(i + q, last), 0);
  std::int64_t p = 0;
  for (; p + 4 <= s.depth; p += 4) {
    Vec4 v[groups][4];
    for (int g = 0; g < groups; g++) {
      for (int q = 0; q < 4; q++) v[g][q] = load(item[4 * g + q] + p);
      transpose(v[g][0], v[g][1], v[g][2], v[g][3]);
    }
    for (int q = 0; q < 4; q++) sums.add(s, p + q, [&](int g) { return v[g][q]; });
  }
  for (; p < s.depth; p++) {
    sums.add(s, p, [&](int g) {
      return Vec4{item[4 * g][p], item[4 * g + 1][p], item[4 * g + 2][p], item[4 * g + 3][p]};
    });
  }
}

template <int count, int groups>
void multiply_items(const Thin& s, std::int64_t i) {
  Sums<count, groups> sums;
  if (s.wide.row == 1) {
    add_by_depth(s, i, sums);
  } else {
    add_by_item(s, i, sums);
  }
  sums.write(s, i, std::min<std::int64_t>(4 * groups, s.length - i));
}

template <int count>
void multiply_thin(const Thin& s) {
  std::int64_t i = 0;
  for (; i + 8 <= s.length; i += 8) multiply_items<count, 2>(s, i);
  for (; i < s.length; i += 4) multiply_items<count, 1>(s, i);
}

void gemm_thin(Thin s, std::int64_t count) {
  const std::int64_t k = s.depth;
  for (std::int64_t p = 0; p < k; p += block_depth) {
    s.depth = std::min(k - p, block_depth);
    if (count == 1) {
      multiply_thin<1>(s);
    } else {
      multiply_thin<2>(s);
    }
    s.wide.data += s.depth * s.wide.col;
    s.thin.data += s.depth * s.thin.row;
    s.beta = 1;
    s.bias = nullptr;
  }
}

}  // namespace

bool is_narrow(std::int64_t m, std::int64_t n, std::int64_t k) {
  return m >= 1 && n >= 1 && k >= 1 && (k <= most_shallow || std::min(m, n) <= most_thin);
}

void gemm_narrow(bool trans_a, bool trans_b, std::int64_t m, std::int64_t n, std::int64_t k,
                 float alpha, const float* a, std::int64_t a_stride, const float* b, float beta,
                 float* c, const float* bias) {
  const auto stride_a = static_cast<Offset>(a_stride), stride_c = static_cast<Offset>(n);
  const auto stride_b = static_cast<Offset>(trans_b ? k : n);
  const Matrix left = trans_a ? Matrix{a, 1, stride_a} : Matrix{a, stride_a, 1};
  const Matrix right = trans_b ? Matrix{b, 1, stride_b} : Matrix{b, stride_b, 1};
  if (k <= most_shallow) {
    gemm_shallow(m, n, k, alpha, left, right, beta, c, bias);
  } else if (n <= m) {
    gemm_thin({m, k, left, right, alpha, beta, c, stride_c, 1, bias, 0, 1}, n);
  } else {
    gemm_thin({n, k, transposed(right), transposed(left), alpha, beta, c, 1, stride_c, bias, 1, 0},
              m);
  }
}

}  // namespace grad::kernels
