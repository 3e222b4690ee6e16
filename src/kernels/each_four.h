#pragma once

// The loop of all elementwise kernels, four numbers at a time.

#include <cstdint>

#include "tensor/vec4.h"

namespace grad::kernels {

/// Calls body(load, store) for i = 0, 4, 8 ...: load(p) gives p[i..i+3], store(p, v) writes them,
/// both only as far as n.
template <class Body>
inline void for_each_four(std::int64_t n, Body body) {
  std::int64_t i = 0;
  for (; i + 4 <= n; i += 4) {
    body([i](const float* p) { return load(p + i); }, [i](float* p, Vec4 v) { store(p + i, v); });
  }
  if (i == n) return;
  const std::int64_t rest = n - i;
  body([=](const float* p) { return load_part(p + i, rest); },
       [=](float* p, Vec4 v) { store_part(p + i, v, rest); });
}

}  // namespace grad::kernels
