#pragma once

// Figures over ImPlot: light axes, labels at line ends, the number under the pointer, and for each
// a sentence and a table in the semantic record.

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tensor/array.h"
#include "ui/series.h"
#include "ui/ui.h"

namespace grad::ui {

struct Axis {
  std::string label = {};  ///< with its unit
  double min = 0, max = 1;
  bool logarithmic = false;             ///< requires min > 0
  std::vector<double> ticks = {};       ///< few; empty: chosen
  std::vector<std::string> names = {};  ///< of `ticks`, in place of their numbers
};
struct PlotOptions {
  std::string title = {};    ///< shown above the figure, and its accessible name
  std::string summary = {};  ///< one sentence: what the figure shows now
  Axis x = {}, y = {};
  float height = 260;
  bool equal_axes = false;  ///< square units (maps of the plane)
};

/// A figure: construct, draw into it, destroy. Usage:
///   if (Plot plot(ui, "loss", options); plot.open()) { plot.line(...); }
/// What is drawn is put down when the plot ends, in the order of the calls, because the room for
/// labels must be known first; the Ui then keeps it (Ui::plots). Coordinates and labels must come
/// from the run alone, not from the view's width or theme, so that two views of a run draw the
/// same. Values that are not finite leave gaps. Lines and rules with a label are named at their
/// right end (where the view is narrow: above the figure), points above it; an empty label names
/// nothing.
class Plot {
 public:
  Plot(Ui& ui, std::string_view id, const PlotOptions& options);
  ~Plot() noexcept(false);
  Plot(const Plot&) = delete;
  Plot& operator=(const Plot&) = delete;
  bool open() const { return true; }

  /// `opacity` below 1: thin and faint, for many lines behind the one that counts; named above the
  /// figure only.
  void line(std::string_view label, std::span<const double> x, std::span<const double> y,
            std::uint32_t color, bool dashed = false, float opacity = 1);
  /// Shaded between low and high.
  void band(std::string_view label, std::span<const double> x, std::span<const double> low,
            std::span<const double> high, std::uint32_t color);
  void points(std::string_view label, std::span<const double> x, std::span<const double> y,
              std::uint32_t color, Marker marker, float size = 3.5f, float opacity = 1);
  void horizontal(std::string_view label, double y, std::uint32_t color);
  void vertical(std::string_view label, double x, std::uint32_t color);
  /// Values in [-1,1] at the centres of `rows` x `columns` cells that cover the plot's whole area
  /// (rows from top to bottom): class A – paper – class B around zero, smooth, with the line where
  /// it crosses zero. Throws Error unless there are rows x columns values.
  void field(std::span<const float> values, int rows, int columns);
  /// Lets the reader draw in the area: the newest piece of a stroke, from where the pointer was in
  /// the last frame to where it is, in the axes' units and within the area. A finger draws once it
  /// has moved sideways, so that a tap or the beginning of scrolling leaves the figure alone. What
  /// can be drawn must be settable by controls as well.
  struct Stroke {
    double from_x, from_y, to_x, to_y;
  };
  std::optional<Stroke> stroke();
  /// Rows for the table that stands in for the picture (else made from the lines and bands).
  void table(Table table);

 private:
  Ui& ui_;
  PlotOptions options_;
  std::string id_;
  Table table_;
  std::vector<Series> series_;
  std::vector<float> field_;
  int rows_ = 0, columns_ = 0;
  bool drawable_ = false;
  void put_down(Ui::Sketch& sketch);
  void draw_on(Ui::Sketch& sketch, const Stroke& piece) const;

  int exceptions_;  // in flight when the plot began: if there are more at its end, nothing is drawn
};

/// Moves the heights `y` at the ascending places `x` that the stroke passed. Whether there were
/// any.
bool take_stroke(const Plot::Stroke& stroke, std::span<const double> x, std::span<double> y);

/// Ticks for an axis that names none: about `count` round numbers, or powers of ten.
std::vector<double> round_ticks(const Axis& axis, int count);

}  // namespace grad::ui
