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
/// e^x - 1 within 4 ulp.
real expm1(real x);
/// log(1 + x) within 4 ulp; -inf at -1, NaN below.
real log1p(real x);
/// The error function within 8 ulp.
real erf(real x);
/// Of the standard normal distribution: the share below x, absolute error below 3e-7, and the
/// density at x.
real normal_cdf(real x);
real normal_density(real x);
/// x^y within 1 ulp, for the same special values as C's pow: x < 0 only with whole y, else NaN.
real pow(real x, real y);
/// For |x| up to 1e4, absolute error below 1e-7.
real sin(real x);
real cos(real x);

}  // namespace grad::math
