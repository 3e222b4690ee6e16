#pragma once

// Small pictures of digits, drawn by strokes: made from a seed, so nothing is downloaded.

#include "data/dataset.h"

namespace grad::data {

constexpr int digit_side = 12;  ///< pixels

/// `n` grey pictures, x (n, digit_side, digit_side, 1), black near 0 and white near 1; y is the
/// digit shown. Written by hand: its strokes have a random place (up to 1.2 pixels off), size (80
/// to 110 %), turn (up to 0.2 radians), slant, thickness and wobble of each corner, and half of the
/// pictures also hold a short stray stroke. Lit by chance, as house numbers are: ink darker or
/// brighter than the ground by 0.3 to 1, and light that changes evenly across the picture. `noise`
/// is the standard deviation of the normal noise on each pixel. Every ten in a row hold each digit
/// once, and they are drawn one after the other: the first m pictures are the same for every n >= m
/// that is a multiple of ten. Throws Error for n < 0 or a noise that is negative or not finite.
Dataset digits(std::int64_t n, real noise, Rng& rng);

}  // namespace grad::data
