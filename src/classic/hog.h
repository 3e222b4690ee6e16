#pragma once

#include "tensor/array.h"

namespace grad::classic {

struct HogOptions {
  int cell = 4;          ///< side of a cell in pixels
  int orientations = 8;  ///< bins over half a turn: the sign of a gradient does not count
};

/// Histograms of oriented gradients after Dalal and Triggs (2005), for grey pictures x (n, h, w, 1)
/// of at least 2 × 2 cells: central differences (at the border one-sided), each pixel's gradient
/// votes with its length for the orientation nearest its own, in the cells around the pixel by
/// bilinear weights; every 2 × 2 cells, overlapping, are a block that is divided by its Euclidean
/// length. Returns (n, blocks · 4 · orientations), blocks row by row. Throws Error where the
/// options or the shape do not fit.
Array hog(const Array& x, const HogOptions& options = {});

}  // namespace grad::classic
