#pragma once

#include "tensor/real.h"

namespace grad::math {

// Our own elementary functions: the same bits on every compiler and in WebAssembly, which libm's
// are not. Errors are the largest found over the sweeps of tests/math_test.cpp, in units in the
// last place of a float. NaN gives NaN. (The native-double build, which promises no bits, uses
// libm.)

/// e^x within 1 ulp; 0 below -86.9 (no denormal results), +inf above 88.73.
real exp(real x);
/// Natural logarithm within 1 ulp; -inf at 0, NaN below, +inf at +inf. Denormals count.
real log(real x);
/// Within 1.5 ulp; -1 and 1 at the infinities.
real tanh(real x);
/// 1 / (1 + e^-x) within 2.5 ulp; 0 below about -88.7.
real sigmoid(real x);
/// For |x| up to 1e4, absolute error below 1e-7.
real sin(real x);
real cos(real x);

}  // namespace grad::math
