// Reductions, soft-max, losses, normalisation and pooling, four columns or channels at a time.

#include <algorithm>
#include <cmath>
#include <type_traits>

#include "kernels/classes.h"
#include "kernels/each_four.h"
#include "tensor/math.h"
#include "tensor/vec4.h"

namespace grad::kernels::deterministic {

namespace {

constexpr float infinity = __builtin_inff();

float largest(std::int64_t cols, const float* x) {
  Vec4 most = splat(-infinity);
  std::int64_t c = 0;
  for (; c + 4 <= cols; c += 4) most = max(load(x + c), most);
  if (c < cols) most = max(load_part(x + c, cols - c, -infinity), most);
  return max(most);
}

/// p = exp(x - shift); returns the sum of p.
float exp_row(std::int64_t cols, const float* x, float shift, float* p) {
  Vec4 total{};
  std::int64_t c = 0;
  for (; c + 4 <= cols; c += 4) {
    const Vec4 e = exp(load(x + c) - shift);
    store(p + c, e);
    total += e;
  }
  if (c < cols) {
    const Vec4 e = exp(load_part(x + c, cols - c, -infinity) - shift);  // 0 in the unused lanes
    store_part(p + c, e, cols - c);
    total += e;
  }
  return grad::sum(total);
}

}  // namespace

// --- Reductions
// ------------------------------------------------------------------------------------

float sum(std::int64_t n, const float* x) {
  Vec4 sum0{}, sum1{}, sum2{}, sum3{};
  std::int64_t i = 0;
  for (; i + 16 <= n; i += 16) {
    sum0 += load(x + i);
    sum1 += load(x + i + 4);
    sum2 += load(x + i + 8);
    sum3 += load(x + i + 12);
  }
  for (; i + 4 <= n; i += 4) sum0 += load(x + i);
  if (i < n) sum1 += load_part(x + i, n - i);
  return grad::sum((sum0 + sum1) + (sum2 + sum3));
}

void sum_rows(std::int64_t rows, std::int64_t cols, const float* x, float* out) {
  // In blocks, so that rounding errors grow with the block and the number of blocks, not the rows.
  constexpr std::int64_t block = 256;
  for (std::int64_t first = 0; first < rows; first += block, x += block * cols) {
    const std::int64_t count = std::min(block, rows - first);
    std::int64_t c = 0;
    for (; c + 8 <= cols; c += 8) {
      Vec4 left{}, right{};
      for (std::int64_t r = 0; r < count; r++) {
        left += load(x + r * cols + c);
        right += load(x + r * cols + c + 4);
      }
      store(out + c, load(out + c) + left);
      store(out + c + 4, load(out + c + 4) + right);
    }
    for (; c < cols; c++) {
      float total = 0;
      for (std::int64_t r = 0; r < count; r++) total += x[r * cols + c];
      out[c] += total;
    }
  }
}

void sum_product_rows(std::int64_t rows, std::int64_t cols, const float* x, const float* y,
                      float* out) {
  constexpr std::int64_t block = 256;  // as in sum_rows
  for (std::int64_t first = 0; first < rows; first += block, x += block * cols, y += block * cols) {
    const std::int64_t count = std::min(block, rows - first);
    std::int64_t c = 0;
    for (; c + 4 <= cols; c += 4) {
      Vec4 total{};
      for (std::int64_t r = 0; r < count; r++) {
        total += load(x + r * cols + c) * load(y + r * cols + c);
      }
      store(out + c, load(out + c) + total);
    }
    for (; c < cols; c++) {
      float total = 0;
      for (std::int64_t r = 0; r < count; r++) total += x[r * cols + c] * y[r * cols + c];
      out[c] += total;
    }
  }
}

void max_rows(std::int64_t rows, std::int64_t cols, const float* x, float* out) {
  for (std::int64_t r = 0; r < rows; r++, x += cols) {
    const float* odd = std::find_if(x, x + cols, [](float v) { return v != v; });
    out[r] = odd == x + cols ? largest(cols, x) : *odd;
  }
}

void argmax_rows(std::int64_t rows, std::int64_t cols, const float* x, std::int32_t* out) {
  for (std::int64_t r = 0; r < rows; r++, x += cols) {
    out[r] = static_cast<std::int32_t>(std::max_element(x, x + cols) - x);
  }
}

// --- Soft-max and losses
// -----------------------------------------------------------------------------

namespace {

/// Sum of products.
float dot(std::int64_t n, const float* a, const float* b) {
  Vec4 even{}, odd{};
  std::int64_t i = 0;
  for (; i + 8 <= n; i += 8) {
    even += load(a + i) * load(b + i);
    odd += load(a + i + 4) * load(b + i + 4);
  }
  for (; i + 4 <= n; i += 4) even += load(a + i) * load(b + i);
  if (i < n) odd += load_part(a + i, n - i) * load_part(b + i, n - i);
  return grad::sum(even + odd);
}

}  // namespace

void softmax(std::int64_t rows, std::int64_t cols, const float* x, float* p) {
  for (std::int64_t r = 0; r < rows; r++, x += cols, p += cols) {
    const float total = exp_row(cols, x, largest(cols, x), p);
    deterministic::binary_scalar(Binary::div, cols, p, total, p);
  }
}

void softmax_backward(std::int64_t rows, std::int64_t cols, const float* p, const float* dp,
                      float* dx) {
  for (std::int64_t r = 0; r < rows; r++, p += cols, dp += cols, dx += cols) {
    const float total = dot(cols, dp, p);
    for_each_four(cols,
                  [=](auto from, auto to) { to(dx, from(dx) + from(p) * (from(dp) - total)); });
  }
}

void log_softmax(std::int64_t rows, std::int64_t cols, const float* x, float* y) {
  for (std::int64_t r = 0; r < rows; r++, x += cols, y += cols) {
    const float shift = largest(cols, x);
    const float log_total = math::log(exp_row(cols, x, shift, y));
    for_each_four(cols, [=](auto from, auto to) { to(y, from(x) - shift - log_total); });
  }
}

void log_softmax_backward(std::int64_t rows, std::int64_t cols, const float* y, const float* dy,
                          float* dx) {
  for (std::int64_t r = 0; r < rows; r++, y += cols, dy += cols, dx += cols) {
    const float total = deterministic::sum(cols, dy);
    for_each_four(
        cols, [=](auto from, auto to) { to(dx, from(dx) + (from(dy) - exp(from(y)) * total)); });
  }
}

float cross_entropy(std::int64_t rows, std::int64_t cols, const float* x,
                    const std::int32_t* labels, float* p) {
  double loss = 0;
  for (std::int64_t r = 0; r < rows; r++, x += cols, p += cols) {
    const float shift = largest(cols, x);
    const float total = exp_row(cols, x, shift, p);
    deterministic::binary_scalar(Binary::div, cols, p, total, p);
    loss += math::log(total) - (x[labels[r]] - shift);
  }
  return rows > 0 ? static_cast<float>(loss / static_cast<double>(rows)) : 0;
}

void cross_entropy_backward(std::int64_t rows, std::int64_t cols, const float* p,
                            const std::int32_t* labels, float scale, float* dx) {
  const float factor = scale / static_cast<float>(rows);
  for (std::int64_t r = 0; r < rows; r++, p += cols, dx += cols) {
    const std::int32_t label = labels[r];
    const float before = dx[label];
    deterministic::axpy(cols, factor, p, dx);
    dx[label] = before + factor * (p[label] - 1);
  }
}

// --- Normalisation
// -----------------------------------------------------------------------------------

namespace {

/// Sum of (x - mean)².
float spread(std::int64_t n, const float* x, float mean) {
  Vec4 even{}, odd{};
  std::int64_t i = 0;
  for (; i + 8 <= n; i += 8) {
    const Vec4 a = load(x + i) - mean, b = load(x + i + 4) - mean;
    even += a * a;
    odd += b * b;
  }
  for (; i + 4 <= n; i += 4) {
    const Vec4 a = load(x + i) - mean;
    even += a * a;
  }
  if (i < n) {
    const Vec4 a = load_part(x + i, n - i, mean) - mean;
    odd += a * a;
  }
  return grad::sum(even + odd);
}

}  // namespace

void normalize_rows(std::int64_t rows, std::int64_t cols, bool center, float eps, const float* x,
                    float* y, float* scale) {
  const auto n = static_cast<float>(cols);
  for (std::int64_t r = 0; r < rows; r++, x += cols, y += cols) {
    const float mean = center ? deterministic::sum(cols, x) / n : 0;
    const float factor = 1 / std::sqrt(spread(cols, x, mean) / n + eps);
    for_each_four(cols, [=](auto from, auto to) { to(y, (from(x) - mean) * factor); });
    scale[r] = factor;
  }
}

void normalize_rows_backward(std::int64_t rows, std::int64_t cols, bool center, const float* y,
                             const float* scale, const float* dy, float* dx) {
  const auto n = static_cast<float>(cols);
  for (std::int64_t r = 0; r < rows; r++, y += cols, dy += cols, dx += cols) {
    const float mean = center ? deterministic::sum(cols, dy) / n : 0;
    const float slope = dot(cols, dy, y) / n, factor = scale[r];
    for_each_four(cols, [=](auto from, auto to) {
      to(dx, from(dx) + factor * (from(dy) - mean - from(y) * slope));
    });
  }
}

void column_moments(std::int64_t rows, std::int64_t cols, const float* x, float* mean,
                    float* variance) {
  const auto n = static_cast<float>(rows);
  deterministic::fill(cols, 0, mean);
  deterministic::sum_rows(rows, cols, x, mean);
  deterministic::binary_scalar(Binary::div, cols, mean, n, mean);
  for_each_four(cols, [=](auto from, auto to) {
    const Vec4 middle = from(mean);
    Vec4 total{};
    for (std::int64_t r = 0; r < rows; r++) {
      const Vec4 a = from(x + r * cols) - middle;
      total += a * a;
    }
    to(variance, total / n);
  });
}

void normalize_columns_backward(std::int64_t rows, std::int64_t cols, const float* y,
                                const float* scale, const float* sum_dy, const float* sum_dy_y,
                                const float* dy, float* dx) {
  const auto n = static_cast<float>(rows);
  for (std::int64_t r = 0; r < rows; r++, y += cols, dy += cols, dx += cols) {
    for_each_four(cols, [=](auto from, auto to) {
      const Vec4 slope = from(dy) - (from(sum_dy) + from(y) * from(sum_dy_y)) / n;
      to(dx, from(dx) + from(scale) * slope);
    });
  }
}

// --- Pooling
// -----------------------------------------------------------------------------------------

namespace {

/// The largest of one window in up to four channels, and where it is.
struct Largest {
  Vec4 value;
  Int4 index;

  void see(Vec4 candidate, Int4 at) {
    const Int4 better = (candidate > value) | (candidate != candidate);  // NaN wins and stays
    value = where(better, candidate, value);
    index = (better & at) | (~better & index);
  }
};

/// `corner` is the index into x of the window's first number in the first of the channels.
template <class Size, class Load>
inline Largest largest_of_window(const Pool& pool, Size size, std::int64_t corner, Load load_four) {
  const Int4 lanes = Int4{0, 1, 2, 3} + static_cast<std::int32_t>(corner);
  Largest best{load_four(corner), lanes};
  for (std::int64_t ky = 0; ky < size; ky++) {
    for (std::int64_t kx = ky == 0; kx < size; kx++) {
      const std::int64_t offset = (ky * pool.width + kx) * pool.channels;
      best.see(load_four(corner + offset), lanes + static_cast<std::int32_t>(offset));
    }
  }
  return best;
}

/// `size` is that of the pool, as a constant where that unrolls the loops over a window.
template <class Size>
void max_pool2d_of(const Pool& pool, Size size, const float* x, float* y, std::int32_t* argmax) {
  for (std::int64_t image = 0; image < pool.batch; image++) {
    for (std::int64_t oy = 0; oy < pool.out_height(); oy++) {
      for (std::int64_t ox = 0; ox < pool.out_width(); ox++) {
        const std::int64_t corner =
            ((image * pool.height + oy * pool.stride) * pool.width + ox * pool.stride) *
            pool.channels;
        std::int64_t c = 0;
        for (; c + 4 <= pool.channels; c += 4) {
          const Largest best = largest_of_window(pool, size, corner + c,
                                                 [x](std::int64_t i) { return load(x + i); });
          store(y + c, best.value);
          std::memcpy(argmax + c, &best.index, sizeof best.index);
        }
        if (c < pool.channels) {
          const std::int64_t rest = pool.channels - c;
          const Largest best = largest_of_window(
              pool, size, corner + c, [=](std::int64_t i) { return load_part(x + i, rest); });
          store_part(y + c, best.value, rest);
          for (std::int64_t q = 0; q < rest; q++) argmax[c + q] = best.index[q];
        }
        y += pool.channels;
        argmax += pool.channels;
      }
    }
  }
}

}  // namespace

void max_pool2d(const Pool& pool, const float* x, float* y, std::int32_t* argmax) {
  if (pool.size == 2) {
    max_pool2d_of(pool, std::integral_constant<std::int64_t, 2>{}, x, y, argmax);
  } else {
    max_pool2d_of(pool, pool.size, x, y, argmax);
  }
}

void max_pool2d_backward(std::int64_t n, const float* dy, const std::int32_t* argmax, float* dx) {
  for (std::int64_t i = 0; i < n; i++) dx[argmax[i]] += dy[i];
}

}  // namespace grad::kernels::deterministic
