#include "data/digits.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>
#include <string>

#include "tensor/check.h"
#include "tensor/math.h"

namespace grad::data {

namespace {

struct Point {
  real x, y;
};
using Stroke = std::vector<Point>;

/// The corners of each digit's strokes in a box 4 wide and 6 high, y downwards, around (0, 0).
const std::array<std::vector<Stroke>, 10>& strokes_of_digits() {
  static const std::array<std::vector<Stroke>, 10> strokes = {{
      {{{0, -3}, {1.6F, -2}, {2, 0}, {1.6F, 2}, {0, 3}, {-1.6F, 2}, {-2, 0}, {-1.6F, -2}, {0, -3}}},
      {{{-1.2F, -1.8F}, {0.3F, -3}, {0.3F, 3}}},
      {{{-1.8F, -1.6F}, {-1, -2.8F}, {0.8F, -3}, {1.8F, -1.6F}, {0.8F, 0.2F}, {-2, 3}, {2, 3}}},
      {{{-1.8F, -2.6F},
        {0.2F, -3},
        {1.6F, -2},
        {1.2F, -0.6F},
        {-0.2F, -0.1F},
        {1.5F, 0.6F},
        {1.8F, 1.9F},
        {0.2F, 3},
        {-1.8F, 2.6F}}},
      {{{0.8F, 3}, {0.8F, -3}, {-2, 1.2F}, {2, 1.2F}}},
      {{{1.7F, -3},
        {-1.5F, -3},
        {-1.7F, -0.3F},
        {0.3F, -0.7F},
        {1.8F, 0.8F},
        {1.4F, 2.4F},
        {0, 3},
        {-1.8F, 2.6F}}},
      {{{1.4F, -3},
        {-0.8F, -1.8F},
        {-1.8F, 0.8F},
        {-1, 2.7F},
        {0.6F, 3},
        {1.8F, 1.6F},
        {1, 0.1F},
        {-0.6F, 0},
        {-1.7F, 1.2F}}},
      {{{-2, -3}, {1.9F, -3}, {-0.6F, 3}}},
      {{{0, -0.2F},
        {-1.5F, -1.2F},
        {-1.2F, -2.6F},
        {0, -3},
        {1.2F, -2.6F},
        {1.5F, -1.2F},
        {0, -0.2F},
        {-1.8F, 1.2F},
        {-1.4F, 2.6F},
        {0, 3},
        {1.4F, 2.6F},
        {1.8F, 1.2F},
        {0, -0.2F}}},
      {{{1.6F, -0.9F},
        {0.4F, 0.1F},
        {-1.2F, -0.3F},
        {-1.8F, -1.6F},
        {-0.8F, -2.9F},
        {0.8F, -2.9F},
        {1.7F, -1.4F},
        {1.4F, 1.2F},
        {0.2F, 3}}},
  }};
  return strokes;
}

struct Segment {
  Point a, ab;
  real inverse_length2;  ///< 0 for a dot
};

Segment segment(Point a, Point b) {
  const Point ab = {b.x - a.x, b.y - a.y};
  const real length2 = ab.x * ab.x + ab.y * ab.y;
  return {a, ab, length2 > 0 ? 1 / length2 : 0};
}

real distance2(const Segment& s, Point p) {
  const Point ap = {p.x - s.a.x, p.y - s.a.y};
  const real t = std::clamp((ap.x * s.ab.x + ap.y * s.ab.y) * s.inverse_length2, real(0), real(1));
  const Point off = {ap.x - t * s.ab.x, ap.y - t * s.ab.y};
  return off.x * off.x + off.y * off.y;
}

constexpr real center = real(digit_side) / 2;

/// The digit's strokes in pixels, as somebody might write them.
void write_digit(int digit, Rng& rng, std::vector<Segment>& pen) {
  const Point place = {center + rng.uniform(real(-1.2), real(1.2)),
                       center + rng.uniform(real(-1.2), real(1.2))};
  const real size = real(1.5) * rng.uniform(real(0.8), real(1.1));
  const real width = size * rng.uniform(real(0.85), real(1.15));
  const real turn = rng.uniform(real(-0.2), real(0.2));
  const real slant = rng.uniform(real(-0.3), real(0.3));
  const real c = math::cos(turn), s = math::sin(turn);
  constexpr real wobble = real(0.2);
  for (const Stroke& stroke : strokes_of_digits()[static_cast<std::size_t>(digit)]) {
    Point last{};
    for (std::size_t i = 0; i < stroke.size(); i++) {
      const real x = width * (stroke[i].x + rng.uniform(-wobble, wobble) - slant * stroke[i].y);
      const real y = size * (stroke[i].y + rng.uniform(-wobble, wobble));
      const Point at = {place.x + c * x - s * y, place.y + s * x + c * y};
      if (i > 0) pen.push_back(segment(last, at));
      last = at;
    }
  }
}

/// A short stroke anywhere.
void stray(Rng& rng, std::vector<Segment>& pen) {
  const Point a = {rng.uniform(0, digit_side), rng.uniform(0, digit_side)};
  pen.push_back(
      segment(a, {a.x + rng.uniform(real(-4), real(4)), a.y + rng.uniform(real(-4), real(4))}));
}

void draw(const std::vector<Segment>& pen, real noise, Rng& rng, real* pixels) {
  const real reach = rng.uniform(real(0.4), real(0.9)) + real(0.5);
  const real contrast = rng.uniform(real(0.3), 1) * (rng.below(2) == 0 ? real(1) : real(-1));
  constexpr real slope = real(0.3) / digit_side;
  const real ground = (1 - contrast) / 2;
  const real light_x = rng.uniform(-slope, slope), light_y = rng.uniform(-slope, slope);
  for (int row = 0; row < digit_side; row++) {
    for (int column = 0; column < digit_side; column++) {
      const Point p = {real(column) + real(0.5), real(row) + real(0.5)};
      real nearest = reach * reach;
      for (const Segment& s : pen) nearest = std::min(nearest, distance2(s, p));
      const real ink = std::min(real(1), reach - std::sqrt(nearest));
      const real light = light_x * (p.x - center) + light_y * (p.y - center);
      *pixels++ = ground + contrast * ink + light + noise * rng.normal();
    }
  }
}

}  // namespace

Dataset digits(std::int64_t n, real noise, Rng& rng) {
  check(n >= 0 && n <= std::numeric_limits<int>::max(),
        [&] { return "[digits] cannot make " + std::to_string(n) + " pictures"; });
  check(std::isfinite(noise) && noise >= 0, [&] {
    return "[digits] noise must be finite and not negative, not " + std::to_string(noise);
  });
  constexpr std::int64_t area = digit_side * digit_side;
  Dataset all{Array({n, digit_side, digit_side, 1}), {}, 10};
  std::array<int, 10> order{};
  std::vector<Segment> pen;
  for (std::int64_t i = 0; i < n; i++) {
    if (i % 10 == 0) {
      std::iota(order.begin(), order.end(), 0);
      rng.shuffle(order);
    }
    const int digit = order[static_cast<std::size_t>(i % 10)];
    all.y.push_back(digit);
    pen.clear();
    write_digit(digit, rng, pen);
    if (rng.below(2) == 1) stray(rng, pen);
    draw(pen, noise, rng, all.x.data() + i * area);
  }
  return all;
}

}  // namespace grad::data
