#pragma once

#include <span>
#include <vector>

namespace grad::ui {

struct GridPoint {
  float column, row;
};

/// The lines along which a field of `rows` × `columns` samples crosses zero (marching squares), as
/// chains of points in grid units: (0, 0) is the first sample, (columns - 1, rows - 1) the last.
/// Closed lines end where they began. Samples that are not finite have no line beside them.
std::vector<std::vector<GridPoint>> zero_contour(std::span<const float> values, int rows,
                                                 int columns);

}  // namespace grad::ui
