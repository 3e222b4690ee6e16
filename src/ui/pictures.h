#pragma once

// Small pictures, drawn crisply: every pixel a square.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ui/ui.h"

namespace grad::ui {

struct Picture {
  int width = 0, height = 0;
  std::vector<std::uint32_t> pixels = {};  ///< 0xRRGGBBAA, rows from the top
};

/// One or more pictures side by side with a line of words below.
struct Tile {
  std::vector<Picture> pictures;
  std::string caption = {};
  bool chosen = false;  ///< framed
};

struct PicturesOptions {
  std::string title = {};    ///< shown above, and the accessible name
  std::string summary = {};  ///< what the pictures show now, in a sentence
  float side = 64;           ///< width in px that each picture is shown at
  Table table = {};          ///< what stands in for the pictures; required
};

/// Tiles from left to right in as many rows as they need; where a tile is wider than the column,
/// its pictures shrink. One node for all of it, role figure. Throws Error naming the figure where a
/// picture has not width × height pixels. Costs 4 vertices for each run of equal pixels in a row.
void pictures(Ui& ui, std::string_view id, const PicturesOptions& options,
              std::span<const Tile> tiles);

/// Colour of a signed value in [-1,1]: blue – paper – orange.
std::uint32_t diverging_color(const Theme& theme, float value);
/// Colour of a value in [0,1], dark to light, even steps to the eye (after matplotlib's viridis).
std::uint32_t sequential_color(float value);

}  // namespace grad::ui
