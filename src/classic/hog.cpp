#include "classic/hog.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "tensor/check.h"
#include "tensor/math.h"

namespace grad::classic {

namespace {

constexpr real block_floor = real(0.1);  // length below which a block is left faint

struct Direction {
  real x, y;
};

/// Where a pixel's vote goes along one axis: two neighbouring cells and the share of the first.
struct Place {
  int first, second;
  real share;
};

Place place(int pixel, int cell, int cells) {
  const real at = (real(pixel) + real(0.5)) / real(cell) - real(0.5);
  const int first = static_cast<int>(std::floor(at));
  const real beyond = at - real(first);
  return {std::max(first, 0), std::min(first + 1, cells - 1), 1 - beyond};
}

class Histograms {
 public:
  Histograms(int height, int width, const HogOptions& options)
      : height_(height),
        width_(width),
        cell_(options.cell),
        bins_(options.orientations),
        rows_(height / options.cell),
        columns_(width / options.cell),
        votes_(static_cast<std::size_t>(rows_ * columns_ * bins_)) {
    for (int bin = 0; bin < bins_; bin++) {
      const real angle = real(3.14159265358979323846) * real(bin) / real(bins_);
      directions_.push_back({math::cos(angle), math::sin(angle)});
    }
  }

  int length() const { return (rows_ - 1) * (columns_ - 1) * 4 * bins_; }

  void describe(const real* picture, real* features) {
    std::fill(votes_.begin(), votes_.end(), real(0));
    for (int row = 0; row < rows_ * cell_; row++) {
      const Place down = place(row, cell_, rows_);
      for (int column = 0; column < columns_ * cell_; column++)
        vote(gradient(picture, row, column), down, place(column, cell_, columns_));
    }
    for (int row = 0; row + 1 < rows_; row++)
      for (int column = 0; column + 1 < columns_; column++) features = block(row, column, features);
  }

 private:
  Direction gradient(const real* picture, int row, int column) const {
    const auto at = [&](int r, int c) {
      return picture[std::clamp(r, 0, height_ - 1) * width_ + std::clamp(c, 0, width_ - 1)];
    };
    return {at(row, column + 1) - at(row, column - 1), at(row + 1, column) - at(row - 1, column)};
  }

  void vote(Direction g, const Place& down, const Place& across) {
    int nearest = 0;
    real most = -1;
    for (int bin = 0; bin < bins_; bin++) {
      const Direction& d = directions_[static_cast<std::size_t>(bin)];
      const real along = std::abs(g.x * d.x + g.y * d.y);
      if (along > most) {
        most = along;
        nearest = bin;
      }
    }
    const real length = std::sqrt(g.x * g.x + g.y * g.y);
    histogram(down.first, across.first)[nearest] += length * down.share * across.share;
    histogram(down.first, across.second)[nearest] += length * down.share * (1 - across.share);
    histogram(down.second, across.first)[nearest] += length * (1 - down.share) * across.share;
    histogram(down.second, across.second)[nearest] +=
        length * (1 - down.share) * (1 - across.share);
  }

  real* histogram(int row, int column) { return votes_.data() + (row * columns_ + column) * bins_; }

  /// Writes the block whose upper left cell is given; returns where the next one goes.
  real* block(int row, int column, real* features) {
    real* out = features;
    real squares = block_floor * block_floor;
    for (const int r : {row, row + 1}) {
      for (const int c : {column, column + 1}) {
        const real* votes = histogram(r, c);
        for (int bin = 0; bin < bins_; bin++) {
          squares += votes[bin] * votes[bin];
          *out++ = votes[bin];
        }
      }
    }
    const real scale = 1 / std::sqrt(squares);
    for (real* value = features; value < out; value++) *value *= scale;
    return out;
  }

  int height_, width_, cell_, bins_, rows_, columns_;
  std::vector<Direction> directions_;
  std::vector<real> votes_;
};

}  // namespace

Array hog(const Array& x, const HogOptions& options) {
  check(options.cell >= 1 && options.orientations >= 1, [&] {
    return "[hog] cells of " + std::to_string(options.cell) + " pixels and " +
           std::to_string(options.orientations) + " orientations make no histogram";
  });
  const Shape& shape = x.shape();
  check(shape.axes() == 4 && shape[3] == 1 && shape[1] >= 2 * options.cell &&
            shape[2] >= 2 * options.cell,
        [&] {
          return "[hog] needs grey pictures (n, h, w, 1) of at least 2 x 2 cells of " +
                 std::to_string(options.cell) + " pixels, not " + shape.text();
        });
  Histograms histograms(static_cast<int>(shape[1]), static_cast<int>(shape[2]), options);
  const std::int64_t n = shape[0], area = shape[1] * shape[2], length = histograms.length();
  Array features({n, length});
  for (std::int64_t i = 0; i < n; i++)
    histograms.describe(x.data() + i * area, features.data() + i * length);
  return features;
}

}  // namespace grad::classic
