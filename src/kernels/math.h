#pragma once

#include "tensor/real.h"

namespace grad::kernels {

// Our own elementary functions: the same bits on every compiler and in WebAssembly, which libm's
// are not. Within a few units in the last place (float) of the true value over the ranges used.

/// e^x; 0 below about -87, +inf above about 88 (float).
real exp(real x);
/// Natural logarithm; -inf at 0, NaN below.
real log(real x);
real tanh(real x);
real sigmoid(real x);
/// For |x| up to about 1e4.
real sin(real x);
real cos(real x);

}  // namespace grad::kernels
