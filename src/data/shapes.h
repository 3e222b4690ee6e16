#pragma once

// Generated pictures of one coloured, textured shape each, for networks that learn to see. All that
// went into a picture is known, so that it can be measured what a unit responds to.

#include <array>
#include <cstdint>
#include <iterator>
#include <vector>

#include "tensor/array.h"
#include "tensor/rng.h"

namespace grad::data {

inline constexpr std::array<const char*, 6> kShapeNames = {"disc", "square", "triangle",
                                                           "ring", "cross",  "star"};
/// Those, and four more for harder tasks.
inline constexpr std::array<const char*, 10> kTenShapeNames = {
    "disc", "square",    "triangle", "ring",   "cross",
    "star", "half disc", "bar",      "corner", "crescent"};
inline constexpr std::array<const char*, 4> kTextureNames = {"plain", "stripes", "checks", "dots"};
inline constexpr std::array<const char*, 6> kHueNames = {"red",  "yellow", "green",
                                                         "cyan", "blue",   "magenta"};
inline constexpr int kPictureSide = 32;

/// n pictures and what each shows.
struct ShapePictures {
  Array x;                            ///< (n, 32, 32, 3): red, green and blue, 0 … 1 as -1 … 1
  std::vector<std::int32_t> shape;    ///< the class: an index into kShapeNames, kTenShapeNames
  std::vector<std::int32_t> texture;  ///< of the shape's surface: an index into kTextureNames
  std::vector<std::int32_t> hue;      ///< of the shape's surface: an index into kHueNames
  std::int64_t size() const { return static_cast<std::int64_t>(shape.size()); }
};

/// Shapes in turn (so that their counts differ by 1 at most); everything else is drawn without
/// regard to the shape, so that neither colour nor texture gives the class away: place, angle and
/// size (shapes of one size cover the same area), hue, brightness (half of the shapes are darker
/// than what is behind them), texture with its own period and angle, a background of another hue
/// that runs from dark to light, and noise. The first `classes` of kTenShapeNames are drawn. Throws
/// Error for n < 0 and unless 1 <= classes <= 10. Same n, classes and state of rng: same bits.
ShapePictures shape_pictures(std::int64_t n, Rng& rng, int classes = int{kShapeNames.size()});

}  // namespace grad::data
