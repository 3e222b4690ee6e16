#pragma once

// Activations that a product applies to its result within one operation: no node, no buffer and no
// pass over memory of their own. Theirs are those whose derivative follows from their value.

#include "autograd/ops.h"
#include "kernels/kernels.h"

namespace grad {

inline kernels::Unary kernel_of(Activation activation) {
  switch (activation) {
    case Activation::sigmoid:
      return kernels::Unary::sigmoid;
    case Activation::tanh:
      return kernels::Unary::tanh;
    default:
      return kernels::Unary::relu;
  }
}

/// y = f(y).
inline void apply(Activation f, Array& y) {
  if (f != Activation::none) kernels::unary(kernel_of(f), y.size(), y.data(), y.data());
}

/// What the derivative of y = f(z) needs.
inline Array kept_by(Activation f, const Array& y) { return f == Activation::none ? Array() : y; }

/// The gradient of z from g, that of y = f(z).
inline Array before(Activation f, const Array& y, const Array& g) {
  if (f == Activation::none) return g;
  Array dz = Array::zeros(g.shape());
  kernels::unary_backward(kernel_of(f), g.size(), y.data(), y.data(), g.data(), dz.data());
  return dz;
}

}  // namespace grad
