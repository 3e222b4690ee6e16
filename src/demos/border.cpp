#include "demos/border.h"

#include <array>
#include <cmath>

namespace grad::demos {

namespace {

/// Two points of the line, so far on both sides of its place nearest to the origin.
struct Ends {
  std::array<double, 2> x, y;
};

Ends ends(double w0, double w1, double b, double reach) {
  const double norm2 = w0 * w0 + w1 * w1, length = reach / std::sqrt(norm2);
  return {{-b * w0 / norm2 - w1 * length, -b * w0 / norm2 + w1 * length},
          {-b * w1 / norm2 + w0 * length, -b * w1 / norm2 - w0 * length}};
}

}  // namespace

void draw_border(ui::Plot& plot, std::string_view label, double w0, double w1, double b,
                 std::uint32_t color, bool dashed, float opacity, double reach) {
  if (w0 == 0 && w1 == 0) return;
  const Ends line = ends(w0, w1, b, reach);
  plot.line(label, line.x, line.y, color, dashed, opacity);
}

void draw_unit_border(ui::Plot& plot, std::string_view label, double w0, double w1, double b,
                      std::uint32_t color) {
  if (w0 == 0 && w1 == 0) return;
  Ends line = ends(w0, w1, 2 * b + w0 + w1, 3);  // in u = 2x - 1
  for (std::size_t i = 0; i < 2; i++) {
    line.x[i] = (line.x[i] + 1) / 2;
    line.y[i] = (line.y[i] + 1) / 2;
  }
  plot.line(label, line.x, line.y, color);
}

}  // namespace grad::demos
