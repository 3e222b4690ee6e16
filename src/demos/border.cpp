#include "demos/border.h"

#include <array>
#include <cmath>

namespace grad::demos {

void draw_border(ui::Plot& plot, std::string_view label, double w0, double w1, double b,
                 std::uint32_t color, bool dashed, float opacity) {
  const double norm2 = w0 * w0 + w1 * w1;
  if (norm2 == 0) return;
  const double reach = 3 / std::sqrt(norm2);  // beyond the corners on both sides
  const std::array<double, 2> x = {-b * w0 / norm2 - w1 * reach, -b * w0 / norm2 + w1 * reach};
  const std::array<double, 2> y = {-b * w1 / norm2 + w0 * reach, -b * w1 / norm2 - w0 * reach};
  plot.line(label, x, y, color, dashed, opacity);
}

}  // namespace grad::demos
