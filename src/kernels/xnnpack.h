#pragma once

// XNNPACK's operators for the fast class. Weights change with every training step, so nothing
// packed is kept from call to call. Buffers must be padded as those of Array are: XNNPACK reads up
// to 16 bytes past an input.

#include "kernels/kernels.h"

namespace grad::kernels::xnnpack {

/// C(m,n) = A(m,k) times the transpose of B(n,k), plus bias(n) in every row unless that is null; m,
/// n, k at least 1.
void multiply(std::int64_t m, std::int64_t n, std::int64_t k, const float* a, const float* b,
              const float* bias, float* c);
/// As kernels::conv2d and kernels::conv2d_backward_input, for batches that are not empty; the
/// latter for stride 1.
void conv2d(const Conv& conv, const float* x, const float* w, const float* bias, float* y);
void conv2d_backward_input(const Conv& conv, const float* dy, const float* w, float* dx);

}  // namespace grad::kernels::xnnpack
