#pragma once

// Handwriting that we make: digits and letters as people write them, in the measures of MNIST, made
// from a seed. The network of lesson 04-02, trained on 60,000 of these digits alone, reads about 96
// % of real ones (tests/bench/handwriting.cpp). The smaller, noisier digits of digits.h are for
// demos in which features are to fail.

#include <string>
#include <string_view>
#include <vector>

#include "data/dataset.h"

namespace grad::data {

inline constexpr int handwriting_side = 28;                         ///< pixels
inline constexpr int half_handwriting_side = handwriting_side / 2;  ///< of half_size()
inline constexpr std::string_view handwritten_letter_names = "ABCDEFGHIJ";

struct HandwritingOptions {
  real variation = 1;       ///< of slant, turn, proportions and wobble; 0: as in a copybook
  real noise = real(0.02);  ///< standard deviation of the normal noise on each pixel
};

/// n grey pictures, x (n, 28, 28, 1), paper 0 and ink 1; y is the digit. Each is one of several
/// ways to write the digit (open and closed fours, sevens with a bar, twos with a loop), with its
/// own corners, curvature, proportions, slant, turn, pen and sharpness. As in MNIST the writing is
/// scaled to a square of 20 pixels and its centre of mass put (nearly) in the middle. Every ten in
/// a row hold each digit once; the first m pictures are the same for every n >= m that is a
/// multiple of ten. Throws Error for n < 0, and options that are negative, not finite, or a
/// variation above 3.
Dataset handwritten_digits(std::int64_t n, Rng& rng, const HandwritingOptions& options = {});
/// The same for the capital letters A to J, which are classes 0 to 9.
Dataset handwritten_letters(std::int64_t n, Rng& rng, const HandwritingOptions& options = {});

/// Such pictures (n, 28, 28, 1) at half their size: the mean brightness of every 2 × 2 pixels.
Array half_size(const Array& pictures);

}  // namespace grad::data
