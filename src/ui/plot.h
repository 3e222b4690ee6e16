#pragma once

// Figures over ImPlot: light axes, labels at line ends, the number under the pointer, and for each
// a sentence and a table in the semantic record.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tensor/array.h"
#include "ui/ui.h"

namespace grad::ui {

struct Axis {
  std::string label;  ///< with its unit
  double min = 0, max = 1;
  bool logarithmic = false;
  std::vector<double> ticks;  ///< few; empty: chosen
};
struct PlotOptions {
  std::string title;    ///< accessible name
  std::string summary;  ///< one sentence: what the figure shows now
  Axis x, y;
  float height = 260;
  bool equal_axes = false;  ///< square units (maps of the plane)
};
enum class Marker { circle, square, diamond, triangle };

/// A figure: construct, draw into it, destroy. Usage:
///   if (Plot plot(ui, "loss", options); plot.open()) { plot.line(...); }
class Plot {
 public:
  Plot(Ui& ui, std::string_view id, const PlotOptions& options);
  ~Plot();
  Plot(const Plot&) = delete;
  Plot& operator=(const Plot&) = delete;
  bool open() const { return open_; }

  void line(std::string_view label, std::span<const double> x, std::span<const double> y,
            std::uint32_t color, bool dashed = false);
  /// Shaded between low and high.
  void band(std::string_view label, std::span<const double> x, std::span<const double> low,
            std::span<const double> high, std::uint32_t color);
  void points(std::string_view label, std::span<const double> x, std::span<const double> y,
              std::uint32_t color, Marker marker, float size = 3.5f, float opacity = 1);
  void horizontal(std::string_view label, double y, std::uint32_t color);
  void vertical(std::string_view label, double x, std::uint32_t color);
  /// Values in [-1,1] on a grid over the plot's whole area (rows from top to bottom), blue – paper
  /// – orange around zero, smooth, with the line where it crosses zero.
  void field(std::span<const float> values, int rows, int columns);
  /// Rows for the table that stands in for the picture (else made from the lines and bands).
  void table(Table table);

 private:
  Ui& ui_;
  Node node_;
  bool open_ = false;
};

}  // namespace grad::ui
