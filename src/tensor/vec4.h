#pragma once

// Four floats at a time, and elementary functions on them, by the vector extensions that GCC and
// Clang share (SSE, NEON and WebAssembly SIMD alike). Only lane-wise IEEE operations, compiled with
// -ffp-contract=off: every build computes the same bits.

#include <cstdint>
#include <cstring>

#if defined(__wasm_simd128__)
#include <wasm_simd128.h>
#elif defined(__SSE__)
#include <xmmintrin.h>
#else
#include <cmath>
#endif

namespace grad {

using Vec4 = float __attribute__((vector_size(16)));
using Int4 = std::int32_t __attribute__((vector_size(16)));
using Uint4 = std::uint32_t __attribute__((vector_size(16)));

inline Vec4 splat(float x) { return Vec4{x, x, x, x}; }

inline Vec4 load(const float* p) {
  Vec4 v;
  std::memcpy(&v, p, sizeof v);
  return v;
}

inline void store(float* p, Vec4 v) { std::memcpy(p, &v, sizeof v); }

/// The first `n` numbers, 1 <= n < 4; the other lanes are `rest`.
inline Vec4 load_part(const float* p, std::int64_t n, float rest = 0) {
  return Vec4{p[0], n > 1 ? p[1] : rest, n > 2 ? p[2] : rest, rest};
}

inline void store_part(float* p, Vec4 v, std::int64_t n) {
  p[0] = v[0];
  if (n > 1) p[1] = v[1];
  if (n > 2) p[2] = v[2];
}

/// Lane by lane: where `mask` is all ones `a`, where it is zero `b`.
inline Vec4 where(Int4 mask, Vec4 a, Vec4 b) {
  return reinterpret_cast<Vec4>((mask & reinterpret_cast<Int4>(a)) |
                                (~mask & reinterpret_cast<Int4>(b)));
}

/// Rows to columns.
inline void transpose(Vec4& a, Vec4& b, Vec4& c, Vec4& d) {
  const Vec4 ab_low = __builtin_shufflevector(a, b, 0, 4, 1, 5);
  const Vec4 ab_high = __builtin_shufflevector(a, b, 2, 6, 3, 7);
  const Vec4 cd_low = __builtin_shufflevector(c, d, 0, 4, 1, 5);
  const Vec4 cd_high = __builtin_shufflevector(c, d, 2, 6, 3, 7);
  a = __builtin_shufflevector(ab_low, cd_low, 0, 1, 4, 5);
  b = __builtin_shufflevector(ab_low, cd_low, 2, 3, 6, 7);
  c = __builtin_shufflevector(ab_high, cd_high, 0, 1, 4, 5);
  d = __builtin_shufflevector(ab_high, cd_high, 2, 3, 6, 7);
}

inline Vec4 abs(Vec4 x) { return reinterpret_cast<Vec4>(reinterpret_cast<Int4>(x) & 0x7fffffff); }

/// The larger in each lane; b where a is NaN.
inline Vec4 max(Vec4 a, Vec4 b) { return where(a > b, a, b); }

inline Vec4 sqrt(Vec4 x) {
#if defined(__wasm_simd128__)
  return reinterpret_cast<Vec4>(wasm_f32x4_sqrt(reinterpret_cast<v128_t>(x)));
#elif defined(__SSE__)
  return _mm_sqrt_ps(x);
#else
  return Vec4{std::sqrt(x[0]), std::sqrt(x[1]), std::sqrt(x[2]), std::sqrt(x[3])};
#endif
}

/// Sum of the lanes.
inline float sum(Vec4 v) { return (v[0] + v[2]) + (v[1] + v[3]); }

/// Largest lane.
inline float max(Vec4 v) {
  const float a = v[0] > v[2] ? v[0] : v[2], b = v[1] > v[3] ? v[1] : v[3];
  return a > b ? a : b;
}

inline Vec4 copy_sign(Vec4 magnitude, Vec4 sign) {
  const Uint4 sign_bit = reinterpret_cast<Uint4>(sign) & 0x80000000u;
  return reinterpret_cast<Vec4>(reinterpret_cast<Uint4>(magnitude) | sign_bit);
}

// Adding and subtracting 1.5 * 2^23 rounds |x| < 2^22 to the nearest integer, which the sum also
// holds in its lowest bits.
constexpr float round_magic = 12582912.0f;

/// e^x = 2^n e^r with n = round(x / ln 2), |r| <= ln 2 / 2; polynomial for e^r from Cephes' expf.
inline Vec4 exp(Vec4 x) {
  constexpr float log2_e = 1.44269504f;
  constexpr float ln2_high = 0.693359375f, ln2_low = -2.12194440e-4f;  // n * ln2_high is exact
  const Vec4 bounded = where(x > 89.0f, splat(89.0f), x);              // 89: already infinite
  const Vec4 shifted = bounded * log2_e + round_magic;
  const Vec4 n = shifted - round_magic;
  const Vec4 r = bounded - n * ln2_high - n * ln2_low;
  Vec4 p = r * 1.9875691500e-4f + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  p = p * r * r + r + 1.0f;
  // 2 p 2^(n-1) rather than p 2^n: n may be 128, for which 2^n is not a float.
  const Vec4 scale = reinterpret_cast<Vec4>((reinterpret_cast<Uint4>(shifted) + 126u) << 23);
  return where(x < -86.9f, Vec4{}, (p + p) * scale);
}

/// log(m 2^e) = log(m) + e ln 2 with m in [sqrt(1/2), sqrt(2)); polynomial from Cephes' logf.
inline Vec4 log(Vec4 x) {
  constexpr float smallest_normal = 1.17549435e-38f;
  constexpr float infinity = __builtin_inff();
  const Int4 denormal = x < smallest_normal;
  const Vec4 normal = where(denormal, x * 0x1p25f, x);
  const Uint4 bits = reinterpret_cast<Uint4>(normal);
  Vec4 m = reinterpret_cast<Vec4>((bits & 0x7fffffu) | 0x3f000000u);  // in [1/2, 1)
  Vec4 e = __builtin_convertvector(reinterpret_cast<Int4>(bits >> 23) - 126, Vec4);
  e = e - where(denormal, splat(25.0f), Vec4{});
  const Int4 small = m < 0.707106781186547524f;
  e = e - where(small, splat(1.0f), Vec4{});
  m = m + where(small, m, Vec4{}) - 1.0f;
  const Vec4 z = m * m;
  Vec4 p = m * 7.0376836292e-2f - 1.1514610310e-1f;
  p = p * m + 1.1676998740e-1f;
  p = p * m - 1.2420140846e-1f;
  p = p * m + 1.4249322787e-1f;
  p = p * m - 1.6668057665e-1f;
  p = p * m + 2.0000714765e-1f;
  p = p * m - 2.4999993993e-1f;
  p = p * m + 3.3333331174e-1f;
  p = p * m * z - e * 2.12194440e-4f - z * 0.5f;
  Vec4 result = m + p + e * 0.693359375f;
  result = where(x == infinity, x, result);
  result = where(x == 0.0f, splat(-infinity), result);
  return where((x >= 0.0f), result, x + (x - x) / Vec4{});  // below 0 and NaN: NaN
}

/// 1 - 2 / (e^2|x| + 1); near 0, where that cancels, an odd polynomial from Cephes' tanhf.
inline Vec4 tanh(Vec4 x) {
  const Vec4 size = abs(x);
  const Vec4 large = 1.0f - 2.0f / (exp(size + size) + 1.0f);
  const Vec4 z = x * x;
  Vec4 p = z * -5.70498872745e-3f + 2.06390887954e-2f;
  p = p * z - 5.37397155531e-2f;
  p = p * z + 1.33314422036e-1f;
  p = p * z - 3.33332819422e-1f;
  return where(size < 0.625f, p * z * x + x, copy_sign(large, x));
}

inline Vec4 sigmoid(Vec4 x) { return 1.0f / (1.0f + exp(-x)); }

/// e^x - 1; near 0, where that cancels, 2 t / (1 - t) with t = tanh(x/2).
inline Vec4 expm1(Vec4 x) {
  const Vec4 t = tanh(x * 0.5f);
  return where(abs(x) < 1.0f, (t + t) / (1.0f - t), exp(x) - 1.0f);
}

/// log(1 + x): what 1 + x loses by rounding is made good by the factor x / ((1 + x) - 1) (Kahan).
inline Vec4 log1p(Vec4 x) {
  const Vec4 sum = 1.0f + x;
  const Vec4 seen = sum - 1.0f;
  const Int4 same = (seen == 0.0f) | (x == __builtin_inff());
  return where(same, x, log(sum) * (x / seen));
}

/// An odd polynomial over an even one, as Eigen has it; 1 from |x| = 4 on, where floats have no
/// number between.
inline Vec4 erf(Vec4 x) {
  const Vec4 z = x * x;
  Vec4 p = z * -2.72614225801306e-10f + 2.77068142495902e-08f;
  p = p * z - 2.10102402082508e-06f;
  p = p * z - 5.69250639462346e-05f;
  p = p * z - 7.34990630326855e-04f;
  p = p * z - 2.95459980854025e-03f;
  p = p * z - 1.60960333262415e-02f;
  Vec4 q = z * -1.45660718464996e-05f - 2.13374055278905e-04f;
  q = q * z - 1.68282697438203e-03f;
  q = q * z - 7.37332916720468e-03f;
  q = q * z - 1.42647390514189e-02f;
  return where(abs(x) >= 4.0f, copy_sign(splat(1.0f), x), x * (p / q));
}

/// The share of standard normal numbers below x.
inline Vec4 normal_cdf(Vec4 x) { return 0.5f + 0.5f * erf(x * 0.707106781186547524f); }

/// The density of standard normal numbers at x.
inline Vec4 normal_density(Vec4 x) { return exp(x * x * -0.5f) * 0.398942280401432678f; }

/// sin(x + quarter_turns * pi/2): reduced to |r| <= pi/4 by Cody and Waite's three-part pi/2;
/// polynomials from Cephes' sinf and cosf.
inline Vec4 sin(Vec4 x, std::int32_t quarter_turns = 0) {
  const Vec4 shifted = x * 0.636619772367581343f + round_magic;
  const Vec4 n = shifted - round_magic;
  const Vec4 r = x - n * 1.5703125f - n * 4.837512969970703125e-4f - n * 7.54978995489188216e-8f;
  const Int4 quadrant = reinterpret_cast<Int4>(shifted) + quarter_turns;
  const Vec4 z = r * r;
  Vec4 s = z * -1.9515295891e-4f + 8.3321608736e-3f;
  s = s * z - 1.6666654611e-1f;
  s = s * z * r + r;
  Vec4 c = z * 2.443315711809948e-5f - 1.388731625493765e-3f;
  c = c * z + 4.166664568298827e-2f;
  c = c * z * z - z * 0.5f + 1.0f;
  const Vec4 y = where((quadrant & 1) != 0, c, s);
  return where((quadrant & 2) != 0, -y, y);
}

inline Vec4 cos(Vec4 x) { return sin(x, 1); }

}  // namespace grad
