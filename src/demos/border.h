#pragma once

#include <cstdint>
#include <string_view>

#include "ui/plot.h"

namespace grad::demos {

/// The line w0 x + w1 y + b = 0 through a plot whose area lies within `reach` of the origin;
/// nothing if w0 and w1 are both 0.
void draw_border(ui::Plot& plot, std::string_view label, double w0, double w1, double b,
                 std::uint32_t color, bool dashed = false, float opacity = 1, double reach = 3);

/// The same through a plot whose area is the square [0,1]².
void draw_unit_border(ui::Plot& plot, std::string_view label, double w0, double w1, double b,
                      std::uint32_t color);

}  // namespace grad::demos
