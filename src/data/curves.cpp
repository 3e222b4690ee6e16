#include "data/curves.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "tensor/check.h"
#include "tensor/math.h"

namespace grad::data {

namespace {

constexpr real kPi = real(3.14159265358979323846);

void check_points(const char* name, std::int64_t n, real noise) {
  check(n >= 0 && n <= std::numeric_limits<int>::max(),
        [&] { return std::string("[") + name + "] cannot make " + std::to_string(n) + " points"; });
  check(std::isfinite(noise) && noise >= 0, [&] {
    return std::string("[") + name + "] noise must be finite and not negative, not " +
           std::to_string(noise);
  });
}

// n numbers uniform on [low, high) and their values, with noise.
template <class Value>
Regression along_line(std::int64_t n, real low, real high, real noise, Rng& rng, Value value) {
  Regression set{Array({n, 1}), {}};
  for (real& x : set.x.span()) {
    x = rng.uniform(low, high);
    set.target.push_back(value(x) + noise * rng.normal());
  }
  return set;
}

}  // namespace

real curve(Curve which, real x) {
  switch (which) {
    case Curve::line:
      return x;
    case Curve::sine:
      return math::sin(2 * kPi * x);
    case Curve::step:
      return x < 0 ? real(-1) : real(1);
    case Curve::bump:
      return 1 / (1 + 25 * x * x);
    case Curve::chirp:
      return math::sin(2 * kPi * (x + 1) * (x + 1));
  }
  fail("[curve] there is no such curve");
}

Regression curve_points(Curve which, std::int64_t n, real noise, Rng& rng) {
  check_points("curve_points", n, noise);
  return along_line(n, -1, 1, noise, rng, [which](real x) { return curve(which, x); });
}

real sawtooth(real x, int depth) {
  check(depth >= 1 && depth <= 20,
        [&] { return "[sawtooth] depth " + std::to_string(depth) + " is not in [1,20]"; });
  for (int i = 0; i < depth; ++i) x = 1 - std::abs(2 * x - 1);
  return x;
}

Regression sawtooth_points(std::int64_t n, int depth, real noise, Rng& rng) {
  check_points("sawtooth_points", n, noise);
  sawtooth(0, depth);  // refuses a depth out of range even for no points
  return along_line(n, 0, 1, noise, rng, [depth](real x) { return sawtooth(x, depth); });
}

Regression swiss_roll(std::int64_t n, real noise, Rng& rng) {
  check_points("swiss_roll", n, noise);
  Regression set{Array({n, 3}), {}};
  for (std::int64_t i = 0; i < n; ++i) {
    const real t = rng.uniform(real(1.5) * kPi, real(4.5) * kPi), v = rng.uniform();
    real* point = set.x.data() + 3 * i;
    point[0] = t * math::cos(t);
    point[1] = 21 * v;
    point[2] = t * math::sin(t);
    for (int j = 0; j < 3; ++j) point[j] += noise * rng.normal();
    set.target.push_back(t);
  }
  return set;
}

Dataset checkerboard(std::int64_t n, real noise, Rng& rng, int cells) {
  check_points("checkerboard", n, noise);
  check(cells >= 2 && cells <= 100,
        [&] { return "[checkerboard] " + std::to_string(cells) + " cells are not in [2,100]"; });
  Dataset set{Array({n, 2}), {}, 2};
  for (std::int64_t i = 0; i < n; ++i) {
    int place = 0;
    for (int j = 0; j < 2; ++j) {
      const real x = rng.uniform(-1, 1);
      // Rounding may lift the last cell's upper end to the next.
      place += std::min(static_cast<int>((x + 1) / 2 * static_cast<real>(cells)), cells - 1);
      set.x.data()[2 * i + j] = x + noise * rng.normal();
    }
    set.y.push_back(place % 2);
  }
  return set;
}

}  // namespace grad::data
