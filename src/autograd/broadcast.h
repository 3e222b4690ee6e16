#pragma once

// NumPy's broadcasting for operations and their gradients: an axis of size 1 (or a missing outer
// one) is repeated going forward, so going back its gradient is summed.

#include "autograd/tensor.h"
#include "kernels/kernels.h"

namespace grad {

/// x repeated to `shape`, to which it broadcasts (not checked).
Array expand(const Array& x, const Shape& shape);

/// a op b. Throws Error naming `name` and both shapes if they do not broadcast.
Array broadcast_binary(kernels::Binary op, const char* name, const Array& a, const Array& b);

/// Adds alpha·g, summed over the axes along which `in` was repeated, to the gradient of `in`.
void add_reduced(const Tensor& in, const Array& g, real alpha = 1);

}  // namespace grad
