#pragma once

#include "tensor/array.h"

namespace grad::classic {

struct ColorHistogramOptions {
  int bins = 4;   ///< for each of the three colours, 1 to 32: bins³ boxes of colours
  int cells = 1;  ///< the picture is cut into cells × cells parts, 1 to 16, each with a histogram
  real low = 0, high = 1;  ///< what the colours range over; beyond counts as the outermost bin
};

/// Colour histograms (Swain and Ballard 1991) of pictures x (n, h, w, 3): the share of each part's
/// pixels whose red, green and blue fall into each box. Where things are within a part is
/// forgotten. Returns (n, cells² · bins³): part by part, row by row, blue fastest. Throws Error
/// unless x is of such pictures with at least `cells` rows and columns, is finite, low < high, and
/// the result has at most 100,000 columns.
Array color_histogram(const Array& x, const ColorHistogramOptions& options = {});

}  // namespace grad::classic
