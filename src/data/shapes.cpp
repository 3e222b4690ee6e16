#include "data/shapes.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "tensor/check.h"
#include "tensor/math.h"

namespace grad::data {

namespace {

constexpr real kPi = real(3.14159265358979323846);

struct Point {
  real x, y;
};
using Color = std::array<real, 3>;

enum Shapes { disc, square, triangle, ring, cross, star, half_disc, bar, corner, crescent };
enum Textures { plain, stripes, checks, dots };

Point turned(Point p, Point direction) {
  return {p.x * direction.x + p.y * direction.y, p.y * direction.x - p.x * direction.y};
}

Point direction_of(real angle) { return {math::cos(angle), math::sin(angle)}; }

/// How far outside (negative: inside) a shape around 0 the point p is, in pixels; exact enough
/// near the edge to smooth it. Each shape covers the area of a disc of radius `size`.
real outside(int shape, Point p, real size) {
  // Of the shape's own lengths, those that make its area π size².
  constexpr real half_side = real(0.8862), inradius = real(0.7776);
  constexpr real ring_radius = real(1.197), ring_hole = real(0.55);
  constexpr real arm = real(1.241), arm_width = real(0.3);
  constexpr real star_radius = real(1.673), star_waist = real(0.309);     // cos 72°
  constexpr real half_radius = real(1.4142), half_middle = real(0.4244);  // 4 / 3π: its centroid
  constexpr real bar_length = real(1.658), bar_width = real(0.4737);
  constexpr real corner_side = real(1.1078), corner_inside = real(-0.2216);
  constexpr real crescent_radius = real(1.4332), bite_radius = real(0.8), bite_place = real(0.5);
  const real ax = std::abs(p.x), ay = std::abs(p.y);
  switch (shape) {
    case disc:
      return std::sqrt(p.x * p.x + p.y * p.y) - size;
    case square:
      return std::max(ax, ay) - half_side * size;
    case triangle: {
      constexpr real s = real(0.8660254);  // sin 60°
      return std::max({p.y, s * p.x - p.y / 2, -s * p.x - p.y / 2}) - inradius * size;
    }
    case ring: {
      const real outer = ring_radius * size, inner = ring_hole * outer;
      const real r = std::sqrt(p.x * p.x + p.y * p.y);
      return std::max(r - outer, inner - r);
    }
    case cross: {
      const real length = arm * size, width = arm_width * length;
      return std::min(std::max(ax - length, ay - width), std::max(ay - length, ax - width));
    }
    case half_disc: {
      const real radius = half_radius * size, y = p.y + half_middle * radius;
      return std::max(std::sqrt(p.x * p.x + y * y) - radius, -y);
    }
    case bar:
      return std::max(ax - bar_length * size, ay - bar_width * size);
    case corner: {
      const real cut = std::min(p.x, p.y) - corner_inside * size;
      return std::max(std::max(ax, ay) - corner_side * size, cut);
    }
    case crescent: {
      const real radius = crescent_radius * size;
      const real x = p.x - radius * real(0.386);  // so that its centroid is in the middle
      const real bite = x - bite_place * radius;
      return std::max(std::sqrt(x * x + p.y * p.y) - radius,
                      bite_radius * radius - std::sqrt(bite * bite + p.y * p.y));
    }
    default: {  // star
      // Inside a five-pointed star is what lies beyond at most one of the five lines that it is
      // drawn with: the second largest distance decides.
      constexpr std::array<Point, 5> normals = {{{0, 1},
                                                 {real(0.95105652), real(0.30901699)},
                                                 {real(0.58778525), real(-0.80901699)},
                                                 {real(-0.58778525), real(-0.80901699)},
                                                 {real(-0.95105652), real(0.30901699)}}};
      real largest = -1e9F, second = -1e9F;
      for (const Point n : normals) {
        const real d = n.x * p.x + n.y * p.y;
        second = std::max(second, std::min(largest, d));
        largest = std::max(largest, d);
      }
      return second - star_waist * star_radius * size;
    }
  }
}

/// 1 at whole multiples of the period, -1 halfway between, straight lines from one to the other.
real wave(real x, real period) {
  const real turns = x / period;
  return 4 * std::abs(turns - std::floor(turns) - real(0.5)) - 1;
}

/// Share of a texture's second tone at p.
real second_tone(int texture, Point p, real period) {
  const real u = wave(p.x, period), v = wave(p.y, period);
  real level = 0;  // above 0: second tone
  switch (texture) {
    case plain:
      return 0;
    case stripes:
      level = u;
      break;
    case checks:
      level = 2 * u * v;
      break;
    default:
      level = u + v - real(0.5);
  }
  return std::clamp(real(0.5) + real(1.5) * level, real(0), real(1));
}

/// Hue in sixths of the colour circle (0 red, 1 yellow, 2 green …), saturation and value in 0 … 1.
Color color_of(real hue, real saturation, real value) {
  Color color{};
  for (std::size_t channel = 0; channel < 3; channel++) {
    real from_peak = std::abs(hue - 2 * static_cast<real>(channel));
    from_peak = std::min(from_peak, 6 - from_peak);
    const real purity = std::clamp(2 - from_peak, real(0), real(1));
    color[channel] = value * (1 - saturation * (1 - purity));
  }
  return color;
}

real mix(real a, real b, real share) { return a + (b - a) * share; }

/// Draws what is not given and fills in one picture.
void draw_picture(int shape, int texture, int hue, Rng& rng, real* out) {
  constexpr real middle = real(kPictureSide) / 2;
  const real size = rng.uniform(real(5.5), real(8));
  const Point center = {middle + rng.uniform(-4, 4), middle + rng.uniform(-4, 4)};
  const Point turn = direction_of(rng.uniform(0, 2 * kPi));
  const Point grain = direction_of(rng.uniform(0, 2 * kPi));
  const Point slope = direction_of(rng.uniform(0, 2 * kPi));
  const real period = rng.uniform(4, 7);
  const bool light = rng.bits() % 2 == 0;
  const auto tone = [&](int of_hue, bool bright) {
    real exact = static_cast<real>(of_hue) + rng.uniform(real(-0.4), real(0.4));
    if (exact < 0) exact += 6;
    const real saturation = rng.uniform(real(0.5), real(0.9));
    return color_of(exact, saturation,
                    bright ? rng.uniform(real(0.75), 1) : rng.uniform(real(0.3), real(0.5)));
  };
  const int other_hue = (hue + 1 + static_cast<int>(rng.below(5))) % 6;
  const Color surface = tone(hue, light), behind = tone(other_hue, !light);
  const real second = light ? real(0.55) : real(1.6);  // the second tone is darker, or lighter
  for (int row = 0; row < kPictureSide; row++) {
    for (int column = 0; column < kPictureSide; column++) {
      const Point p = {static_cast<real>(column) + real(0.5) - center.x,
                       static_cast<real>(row) + real(0.5) - center.y};
      const real inside =
          std::clamp(real(0.5) - outside(shape, turned(p, turn), size), real(0), real(1));
      const real share = second_tone(texture, turned(p, grain), period);
      const real shade = 1 + real(0.015) * turned(p, slope).x;
      for (std::size_t channel = 0; channel < 3; channel++) {
        const real on = surface[channel] * mix(1, second, share);
        const real value =
            mix(behind[channel] * shade, on, inside) + rng.uniform(real(-0.06), real(0.06));
        *out++ = 2 * std::clamp(value, real(0), real(1)) - 1;
      }
    }
  }
}

}  // namespace

ShapePictures shape_pictures(std::int64_t n, Rng& rng, int classes) {
  check(n >= 0, [&] { return "[shape_pictures] cannot make " + std::to_string(n) + " pictures"; });
  check(classes >= 1 && classes <= std::ssize(kTenShapeNames), [&] {
    return "[shape_pictures] " + std::to_string(classes) + " classes are not from 1 to 10";
  });
  ShapePictures all{Array({n, kPictureSide, kPictureSide, 3}), {}, {}, {}};
  const std::int64_t numbers = kPictureSide * kPictureSide * 3;
  for (std::int64_t i = 0; i < n; i++) {
    all.shape.push_back(static_cast<std::int32_t>(i % classes));
    all.texture.push_back(static_cast<std::int32_t>(rng.below(kTextureNames.size())));
    all.hue.push_back(static_cast<std::int32_t>(rng.below(kHueNames.size())));
    draw_picture(all.shape.back(), all.texture.back(), all.hue.back(), rng,
                 all.x.data() + i * numbers);
  }
  return all;
}

}  // namespace grad::data
