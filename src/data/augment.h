#pragma once

// Changed copies of pictures: more examples from the same ones, where the change does not change
// what is seen.

#include "tensor/array.h"
#include "tensor/rng.h"

namespace grad::data {

/// How far a picture may be changed; each number is drawn evenly up to it, but `elastic` and
/// `noise` are standard deviations. 0: not at all.
struct AugmentOptions {
  real shift = 0;     ///< pixels, along each axis
  real rotate = 0;    ///< radians, either way
  real scale = 0;     ///< share: 0.1 is 0.9 to 1.1
  real elastic = 0;   ///< pixels by which places 7 pixels apart move (Simard et al. 2003)
  real noise = 0;     ///< added to every number
  bool flip = false;  ///< left and right change sides in half of the pictures; not for digits
  real outside = 0;   ///< what is seen beyond the edge
};

/// A changed copy of each picture (n, height, width, channels), sampled between pixels in straight
/// lines. Throws Error for other shapes, and for options that are negative or not finite, a scale
/// of 1 or more.
Array augment(const Array& pictures, const AugmentOptions& options, Rng& rng);

}  // namespace grad::data
