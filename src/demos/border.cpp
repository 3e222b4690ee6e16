#include "demos/border.h"

#include <array>
#include <cmath>

namespace grad::demos {

namespace {

/// Two points of the line, beyond the corners of [-1,1]² on both sides if it passes through that.
struct Ends {
  std::array<double, 2> x, y;
};

Ends ends(double w0, double w1, double b) {
  const double norm2 = w0 * w0 + w1 * w1, reach = 3 / std::sqrt(norm2);
  return {{-b * w0 / norm2 - w1 * reach, -b * w0 / norm2 + w1 * reach},
          {-b * w1 / norm2 + w0 * reach, -b * w1 / norm2 - w0 * reach}};
}

}  // namespace

void draw_border(ui::Plot& plot, std::string_view label, double w0, double w1, double b,
                 std::uint32_t color, bool dashed, float opacity) {
  if (w0 == 0 && w1 == 0) return;
  const Ends line = ends(w0, w1, b);
  plot.line(label, line.x, line.y, color, dashed, opacity);
}

void draw_unit_border(ui::Plot& plot, std::string_view label, double w0, double w1, double b,
                      std::uint32_t color) {
  if (w0 == 0 && w1 == 0) return;
  Ends line = ends(w0, w1, 2 * b + w0 + w1);  // in u = 2x - 1
  for (std::size_t i = 0; i < 2; i++) {
    line.x[i] = (line.x[i] + 1) / 2;
    line.y[i] = (line.y[i] + 1) / 2;
  }
  plot.line(label, line.x, line.y, color);
}

}  // namespace grad::demos
