#pragma once

// Sets whose answer is a number: curves to be fitted, a sawtooth that deep networks draw with few
// units, a rolled-up sheet. And a board of classes that only many cuts tell apart.

#include <cstdint>
#include <vector>

#include "data/dataset.h"
#include "tensor/array.h"
#include "tensor/rng.h"

namespace grad::data {

/// Examples and the number that belongs to each: x (n, features), n targets.
struct Regression {
  Array x;
  std::vector<real> target;
  std::int64_t size() const { return static_cast<std::int64_t>(target.size()); }
};

enum class Curve {
  line,   ///< x
  sine,   ///< sin 2πx: two waves
  step,   ///< -1 below 0, else 1
  bump,   ///< Runge's 1 / (1 + 25 x²), on which polynomials through even points fail
  chirp,  ///< sin 2π(x + 1)²: ever faster
};
/// The curve at x in [-1,1].
real curve(Curve which, real x);
/// n points x uniform on [-1,1], targets curve(which, x) plus normal noise of that deviation.
/// Throws Error for n < 0 or a noise that is negative or not finite.
Regression curve_points(Curve which, std::int64_t n, real noise, Rng& rng);

/// The tent 1 - |2x - 1| applied `depth` times to x in [0,1]: 2^(depth-1) teeth from 0 to 1. A
/// network of `depth` layers with two ReLU units each draws it exactly; with one hidden layer it
/// takes 2^depth units (Telgarsky 2016). Exact in float. Throws Error unless 1 <= depth <= 20.
real sawtooth(real x, int depth);
/// n points, uniform on [0,1), with their targets sawtooth(x, depth) + noise.
Regression sawtooth_points(std::int64_t n, int depth, real noise, Rng& rng);

/// A sheet rolled up in space, as scikit-learn's make_swiss_roll: (t cos t, 21 v, t sin t) with t
/// uniform on [1.5π, 4.5π] and v on [0,1], then noise on every coordinate. Targets are t, the place
/// along the sheet, which straight distances do not tell.
Regression swiss_roll(std::int64_t n, real noise, Rng& rng);

/// Uniform on [-1,1]², which is cut into cells × cells squares coloured like a chess board; the
/// class is the colour before the noise. (Not balanced exactly.) Throws Error unless 2 <= cells <=
/// 100.
Dataset checkerboard(std::int64_t n, real noise, Rng& rng, int cells = 4);

}  // namespace grad::data
