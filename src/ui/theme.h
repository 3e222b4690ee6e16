#pragma once

#include <cstdint>

namespace grad::ui {

/// Colours as 0xRRGGBBAA, from web/tokens.json (generated into ui/tokens.h), so that page and
/// figures match.
struct Theme {
  std::uint32_t paper, ink, muted, hairline, raised, accent, accent_ink, good, bad;
  bool dark = false;
  bool reduced_motion = false;
  bool touch = false;    ///< larger handles and rows
  float text_scale = 1;  ///< the reader's font size over 16 px
};
Theme light_theme();
Theme dark_theme();

/// Data colours of Okabe and Ito's palette, always doubled by shape, dash or label.
inline constexpr int kDataColors = 7;
std::uint32_t data_color(int index);

/// WCAG's contrast ratio of two opaque colours, 1 … 21.
double contrast(std::uint32_t a, std::uint32_t b);
/// `a` at share 0, `b` at share 1.
std::uint32_t mix(std::uint32_t a, std::uint32_t b, float share);
/// The colour, or the shade of it nearest to it that has at least this contrast to the paper: 3 for
/// marks, 4.5 for text.
std::uint32_t legible(const Theme& theme, std::uint32_t color, double ratio = 3);

/// Puts a theme's colours and sizes on the current ImGui and ImPlot contexts.
void apply(const Theme& theme);

}  // namespace grad::ui
