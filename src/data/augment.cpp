#include "data/augment.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "tensor/check.h"
#include "tensor/math.h"

namespace grad::data {

namespace {

struct Point {
  real x, y;
};
struct Size {
  std::int64_t height, width, channels;
};

/// Smooth displacements: normal ones at places 7 pixels apart, straight lines between.
class Elastic {
 public:
  Elastic(const Size& size, real deviation, Rng& rng)
      : columns_(size.width / kApart + 2), moves_(columns_ * (size.height / kApart + 2)) {
    for (Point& move : moves_) {
      move.x = deviation * rng.normal();
      move.y = deviation * rng.normal();
    }
  }
  Point at(std::int64_t row, std::int64_t column) const {
    const real v = static_cast<real>(row % kApart) / kApart;
    const real u = static_cast<real>(column % kApart) / kApart;
    const Point* corner = &moves_[row / kApart * columns_ + column / kApart];
    const auto mix = [&](auto part) {
      const real upper = part(corner[0]) + u * (part(corner[1]) - part(corner[0]));
      const Point* below = corner + columns_;
      const real lower = part(below[0]) + u * (part(below[1]) - part(below[0]));
      return upper + v * (lower - upper);
    };
    return {mix([](Point p) { return p.x; }), mix([](Point p) { return p.y; })};
  }

 private:
  static constexpr std::int64_t kApart = 7;
  std::int64_t columns_;
  std::vector<Point> moves_;
};

/// A picture's numbers at `p`, with `outside` around it.
void sample(const real* picture, const Size& size, Point p, real outside, real* out) {
  const real left = std::floor(p.x), top = std::floor(p.y);
  const auto column = static_cast<std::int64_t>(left), row = static_cast<std::int64_t>(top);
  const real u = p.x - left, v = p.y - top;
  for (std::int64_t channel = 0; channel < size.channels; ++channel) {
    const auto pixel = [&](std::int64_t r, std::int64_t c) {
      const bool inside = r >= 0 && c >= 0 && r < size.height && c < size.width;
      return inside ? picture[(r * size.width + c) * size.channels + channel] : outside;
    };
    const real upper = pixel(row, column) * (1 - u) + pixel(row, column + 1) * u;
    const real lower = pixel(row + 1, column) * (1 - u) + pixel(row + 1, column + 1) * u;
    out[channel] = upper * (1 - v) + lower * v;
  }
}

void change(const real* picture, const Size& size, const AugmentOptions& options, Rng& rng,
            real* out) {
  const real turn = rng.uniform(-options.rotate, options.rotate);
  const real zoom = 1 / (1 + rng.uniform(-options.scale, options.scale));
  const Point shift = {rng.uniform(-options.shift, options.shift),
                       rng.uniform(-options.shift, options.shift)};
  const bool flipped = options.flip && rng.below(2) == 1;
  const Elastic elastic(size, options.elastic, rng);
  const real c = zoom * math::cos(turn), s = zoom * math::sin(turn);
  const Point middle = {static_cast<real>(size.width - 1) / 2,
                        static_cast<real>(size.height - 1) / 2};
  // A place beyond this is outside whatever the picture is; so that it fits an integer.
  const auto bounded = [](real place, std::int64_t length) {
    return std::clamp(place, real(-2), static_cast<real>(length + 1));
  };
  for (std::int64_t row = 0; row < size.height; ++row)
    for (std::int64_t column = 0; column < size.width; ++column) {
      const Point move = elastic.at(row, column);
      const real x = static_cast<real>(column) - middle.x - shift.x + move.x;
      const real y = static_cast<real>(row) - middle.y - shift.y + move.y;
      const real side = flipped ? -1 : 1;
      const Point from = {bounded(side * (c * x - s * y) + middle.x, size.width),
                          bounded(s * x + c * y + middle.y, size.height)};
      sample(picture, size, from, options.outside, out);
      out += size.channels;
    }
}

void check_options(const AugmentOptions& options) {
  const auto valid = [](real value) { return std::isfinite(value) && value >= 0; };
  check(valid(options.shift) && valid(options.rotate) && options.rotate <= 100 &&
            valid(options.scale) && options.scale < 1 && valid(options.elastic) &&
            valid(options.noise) && std::isfinite(options.outside),
        "[augment] shift, rotate (up to 100), scale (below 1), elastic and noise must be finite "
        "and not negative");
}

}  // namespace

Array augment(const Array& pictures, const AugmentOptions& options, Rng& rng) {
  const Shape& shape = pictures.shape();
  check(shape.axes() == 4,
        [&] { return "[augment] pictures are (n, height, width, channels), not " + shape.text(); });
  check_options(options);
  const Size size = {shape[1], shape[2], shape[3]};
  const std::int64_t numbers = size.height * size.width * size.channels;
  Array changed(shape);
  for (std::int64_t i = 0; i < shape[0]; ++i)
    change(pictures.data() + i * numbers, size, options, rng, changed.data() + i * numbers);
  if (options.noise > 0)
    for (real& value : changed.span()) value += options.noise * rng.normal();
  return changed;
}

}  // namespace grad::data
