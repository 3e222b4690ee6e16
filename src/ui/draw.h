#pragma once

// How the widgets of this room put words, numbers and marks on an ImGui draw list. Positions and
// sizes are CSS pixels; texts are set on a baseline and at the size in em that CSS means.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "imgui.h"
#include "ui/maths.h"
#include "ui/semantics.h"
#include "ui/theme.h"

namespace grad::ui {

/// 0xRRGGBBAA as ImGui packs it, its alpha multiplied by `alpha`.
ImU32 to_imgui(std::uint32_t color, float alpha = 1);

/// The faces compiled in. `variable` sets the letters of formulas.
enum class Face { text, strong, variable };

/// Puts the faces into an atlas, sharp at this many device pixels per CSS pixel, and rasterises
/// them.
void add_fonts(ImFontAtlas& atlas, float pixel_ratio);
/// The face nearest in size, of the current context's atlas.
ImFont* font_for(Face face, float size);

/// Width of one line. `tabular`: all digits as wide as the widest, so that numbers do not jump.
float text_width(Face face, float size, std::string_view text, bool tabular = false);
/// Draws one line; `baseline` is the left end of its baseline. Returns its width.
float draw_text(ImDrawList& list, Face face, float size, ImVec2 baseline, ImU32 color,
                std::string_view text, bool tabular = false);
/// From a line box' top to its baseline, for a box of `line_height` px.
float baseline_offset(float size, float line_height);

/// A text with maths, broken into lines.
class RichText {
 public:
  /// `width` <= 0: one line.
  RichText(std::string_view text, float size, float width, bool strong = false);
  float width() const { return width_; }
  float height() const { return static_cast<float>(lines_) * line_height_; }
  float line_height() const { return line_height_; }
  void draw(ImDrawList& list, ImVec2 top_left, ImU32 color) const;

 private:
  struct Placed {
    Inline piece;
    float x;
    int line;
  };
  std::vector<Placed> pieces_;
  float size_, line_height_, width_ = 0;
  int lines_ = 1;
  bool strong_;
};

inline ImVec2 top_left(const Rect& r) { return {r.x, r.y}; }
inline ImVec2 bottom_right(const Rect& r) { return {r.x + r.w, r.y + r.h}; }
inline bool contains(const Rect& r, ImVec2 p) {
  return p.x >= r.x && p.x < r.x + r.w && p.y >= r.y && p.y < r.y + r.h;
}

}  // namespace grad::ui
