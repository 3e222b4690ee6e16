// Copies the right matrix of a product into panels (see product.h).

#include <algorithm>

#include "kernels/product.h"
#include "tensor/vec4.h"

namespace grad::kernels {

void pack(std::int64_t depth, std::int64_t cols, const float* b, std::int64_t stride, float* out) {
  std::int64_t j = 0;
  for (; j + panel_width <= cols; j += panel_width) {
    const float* row = b + j;
    for (std::int64_t p = 0; p < depth; p++, row += stride, out += panel_width) {
      store(out, load(row));
      store(out + 4, load(row + 4));
    }
  }
  if (j == cols) return;
  const float* row = b + j;
  for (std::int64_t p = 0; p < depth; p++, row += stride, out += panel_width) {
    store(out, Vec4{});
    store(out + 4, Vec4{});
    for (std::int64_t q = 0; q < cols - j; q++) out[q] = row[q];
  }
}

namespace {

/// Four rows of b become four columns of a panel.
void pack_four(std::int64_t depth, const float* b, std::int64_t stride, float* out) {
  const float *b0 = b, *b1 = b0 + stride, *b2 = b1 + stride, *b3 = b2 + stride;
  std::int64_t p = 0;
  for (; p + 4 <= depth; p += 4, out += 4 * panel_width) {
    Vec4 v0 = load(b0 + p), v1 = load(b1 + p), v2 = load(b2 + p), v3 = load(b3 + p);
    transpose(v0, v1, v2, v3);
    store(out, v0);
    store(out + panel_width, v1);
    store(out + 2 * panel_width, v2);
    store(out + 3 * panel_width, v3);
  }
  for (; p < depth; p++, out += panel_width) store(out, Vec4{b0[p], b1[p], b2[p], b3[p]});
}

/// As above where only `count` < 4 rows are left.
void pack_rest(std::int64_t depth, std::int64_t count, const float* b, std::int64_t stride,
               float* out) {
  for (std::int64_t p = 0; p < depth; p++, out += panel_width) {
    store(out, Vec4{});
    for (std::int64_t q = 0; q < count; q++) out[q] = b[q * stride + p];
  }
}

}  // namespace

void pack_transposed(std::int64_t depth, std::int64_t cols, const float* b, std::int64_t stride,
                     float* out) {
  for (std::int64_t j = 0; j < panel_count(cols) * panel_width; j += 4) {
    float* half = out + j / panel_width * panel_width * depth + j % panel_width;
    if (j + 4 <= cols) {
      pack_four(depth, b + j * stride, stride, half);
    } else {
      pack_rest(depth, std::max<std::int64_t>(cols - j, 0), b + j * stride, stride, half);
    }
  }
}

}  // namespace grad::kernels
