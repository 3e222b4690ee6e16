#include "tensor/math.h"

#include <cmath>

#ifndef GRAD_DOUBLE
#include "tensor/vec4.h"
#endif

namespace grad::math {

#ifdef GRAD_DOUBLE

real exp(real x) { return std::exp(x); }
real log(real x) { return std::log(x); }
real tanh(real x) { return std::tanh(x); }
real sigmoid(real x) { return 1 / (1 + std::exp(-x)); }
real expm1(real x) { return std::expm1(x); }
real log1p(real x) { return std::log1p(x); }
real erf(real x) { return std::erf(x); }
real normal_cdf(real x) { return 0.5 * std::erfc(x * -0.70710678118654752440); }
real normal_density(real x) { return std::exp(-0.5 * x * x) * 0.39894228040143267794; }
real pow(real x, real y) { return std::pow(x, y); }
real sin(real x) { return std::sin(x); }
real cos(real x) { return std::cos(x); }

#else

// One lane of the vector functions, so that one number has the same value as inside an array.
real exp(real x) { return grad::exp(splat(x))[0]; }
real log(real x) { return grad::log(splat(x))[0]; }
real tanh(real x) { return grad::tanh(splat(x))[0]; }
real sigmoid(real x) { return grad::sigmoid(splat(x))[0]; }
real expm1(real x) { return grad::expm1(splat(x))[0]; }
real log1p(real x) { return grad::log1p(splat(x))[0]; }
real erf(real x) { return grad::erf(splat(x))[0]; }
real normal_cdf(real x) { return grad::normal_cdf(splat(x))[0]; }
real normal_density(real x) { return grad::normal_density(splat(x))[0]; }
real sin(real x) { return grad::sin(splat(x))[0]; }
real cos(real x) { return grad::cos(splat(x))[0]; }

namespace {

/// Of a positive, finite x, in double precision: 2 artanh(s) with s = (m-1)/(m+1), as a series.
double precise_log(double x) {
  int power;
  double m = std::frexp(x, &power);
  if (m < 0.70710678118654752440) {
    m *= 2;
    --power;
  }
  const double s = (m - 1) / (m + 1), z = s * s;  // |s| <= 0.172
  double series = 0;
  for (int k = 19; k >= 1; k -= 2) series = series * z + 1.0 / k;
  return 2 * s * series + power * 0.69314718055994530942;
}

/// For |x| < 1000, in double precision: Taylor's series of what is left of x after powers of 2.
double precise_exp(double x) {
  const double n = std::floor(x * 1.4426950408889634074 + 0.5);
  const double r = x - n * 0.69314718055994530942;
  double series = 1;
  for (int k = 13; k >= 1; --k) series = 1 + series * r / k;
  return std::ldexp(series, static_cast<int>(n));
}

/// Of x >= 0.
real positive_pow(real x, real y) {
  constexpr real infinity = __builtin_inff();
  if (x == 1) return 1;
  if (x == 0 || x == infinity) return (x == 0) == (y > 0) ? real(0) : infinity;
  const double exponent = static_cast<double>(y) * precise_log(static_cast<double>(x));
  if (exponent > 89) return infinity;
  return exponent < -105 ? real(0) : static_cast<real>(precise_exp(exponent));
}

}  // namespace

real pow(real x, real y) {
  if (x == 1 || y == 0) return 1;
  if (std::isnan(x) || std::isnan(y)) return x + y;
  const real power = positive_pow(std::abs(x), y);
  if (!std::signbit(x)) return power;
  const bool odd = std::fmod(std::abs(y), real(2)) == 1, whole = std::floor(y) == y;
  if (!whole && x != 0 && !std::isinf(x)) return std::nanf("");
  return odd ? -power : power;
}

#endif

}  // namespace grad::math
