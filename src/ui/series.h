#pragma once

// What plots draw, as data: for recording what a run has drawn and comparing it with another.

#include <cstdint>
#include <string>
#include <vector>

namespace grad::ui {

enum class Marker { circle, square, diamond, triangle };

/// A line, a band, points or a rule, in the units of its plot's axes.
struct Series {
  enum class Kind { line, band, points, horizontal, vertical } kind;
  std::string label;
  std::vector<double> x, y, high = {};  ///< band: y is its lower edge
  std::uint32_t color = 0;
  bool dashed = false;
  Marker marker = Marker::circle;
  float size = 3.5f, opacity = 1;
};

/// What one plot drew in a frame, in the order of the calls.
struct PlotData {
  std::string id;  ///< of the plot in its view
  std::vector<Series> series;
};

}  // namespace grad::ui
