#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>

#include "imgui.h"
#include "imgui_internal.h"
#include "tensor/check.h"
#include "ui/draw.h"
#include "ui/fonts_data.h"
#include "ui/tokens.h"
#include "ui/utf8.h"

namespace grad::ui {
namespace {

struct Ttf {
  const unsigned char* data;
  unsigned size;
};
Ttf regular() { return {kFigureTtf, kFigureTtfSize}; }
Ttf semibold() { return {kFigureSemiboldTtf, kFigureSemiboldTtfSize}; }
Ttf symbols() { return {kFigureMathTtf, kFigureMathTtfSize}; }
Ttf italic() { return {kFigureItalicTtf, kFigureItalicTtfSize}; }

unsigned u16(const unsigned char* p) { return p[0] * 256u + p[1]; }
unsigned u32(const unsigned char* p) { return u16(p) * 65536u + u16(p + 2); }

const unsigned char* table(Ttf font, std::string_view tag) {
  const unsigned count = u16(font.data + 4);
  for (unsigned i = 0; i < count; i++) {
    const unsigned char* entry = font.data + 12 + 16 * i;
    if (std::equal(tag.begin(), tag.end(), entry)) return font.data + u32(entry + 8);
  }
  fail("[fonts] a face lacks the table " + std::string(tag));
}

/// ImGui sizes fonts by the distance from ascent to descent; CSS by the em.
float height_in_em(Ttf font) {
  const unsigned char* hhea = table(font, "hhea");
  const auto ascent = static_cast<std::int16_t>(u16(hhea + 4));
  const auto descent = static_cast<std::int16_t>(u16(hhea + 6));
  return static_cast<float>(ascent - descent) / static_cast<float>(u16(table(font, "head") + 18));
}

// Every character that one of the faces may have.
constexpr ImWchar kRanges[] = {0x20,   0x17f,  0x300,  0x3ff,  0x1d00, 0x1dff, 0x2000,
                               0x23ff, 0x2500, 0x27ff, 0x2c60, 0x2c7f, 0};

struct Cut {
  Face face;
  float size;  // em, CSS pixels
};
// In the atlas' order. The first is what ImGui itself uses.
constexpr Cut kCuts[] = {{Face::text, tokens::text_figure},
                         {Face::text, tokens::text_small},
                         {Face::strong, tokens::text_figure},
                         {Face::strong, 20},
                         {Face::variable, tokens::text_figure}};

// The page sets formulas this much larger than the text around them (as KaTeX does), so that the
// heights of small letters agree.
constexpr float kVariableScale = 1.21f;

float em_height(Face face) {
  static const float heights[] = {height_in_em(regular()), height_in_em(semibold()),
                                  height_in_em(italic()) * kVariableScale};
  return heights[static_cast<int>(face)];
}

void add(ImFontAtlas& atlas, Ttf font, float em, float pixel_ratio, bool merge) {
  ImFontConfig config;
  config.FontDataOwnedByAtlas = false;
  config.MergeMode = merge;
  // Between two pixels a glyph is drawn from a picture twice as wide; dense screens need none.
  config.OversampleH = pixel_ratio < 1.5f ? 3 : 1;
  config.OversampleV = 1;
  // ImGui does not write to the data that it does not own.
  atlas.AddFontFromMemoryTTF(const_cast<unsigned char*>(font.data), static_cast<int>(font.size),
                             em * height_in_em(font) * pixel_ratio, &config, kRanges);
}

/// Width in em of the spaces that formulas use; 0 for all else.
float space_width(char32_t c) {
  if (c == U'\u2009') return 3 / 18.f;
  if (c == U'\u205f') return 4 / 18.f;
  return c == U'\u2004' ? 5 / 18.f : 0;
}

float advance(const ImFont& font, float scale, char32_t c, float digit, float em) {
  if (const float space = space_width(c); space > 0) return space * em;
  if (digit > 0 && c >= U'0' && c <= U'9') return digit;
  const ImFontGlyph* glyph = font.FindGlyph(static_cast<ImWchar>(c));
  return glyph ? glyph->AdvanceX * scale : 0;
}

float widest_digit(const ImFont& font, float scale) {
  float widest = 0;
  for (ImWchar c = '0'; c <= '9'; c++)
    widest = std::max(widest, font.FindGlyph(c)->AdvanceX * scale);
  return widest;
}

float font_scale(const ImFont& font, Face face, float size) {
  return size * em_height(face) / font.FontSize;
}

}  // namespace

ImU32 to_imgui(std::uint32_t color, float alpha) {
  const auto a = static_cast<std::uint32_t>(std::lround(static_cast<float>(color & 0xff) * alpha));
  return IM_COL32(color >> 24, color >> 16 & 0xff, color >> 8 & 0xff, a);
}

void add_fonts(ImFontAtlas& atlas, float pixel_ratio) {
  atlas.Locked = false;
  atlas.Clear();
  // Lines are drawn as polygons; their baked pictures would only take room.
  atlas.Flags |= ImFontAtlasFlags_NoMouseCursors;
  for (const Cut& cut : kCuts) {
    switch (cut.face) {
      case Face::text:
        add(atlas, regular(), cut.size, pixel_ratio, false);
        break;
      case Face::strong:
        add(atlas, semibold(), cut.size, pixel_ratio, false);
        if (cut.size == tokens::text_figure) add(atlas, regular(), cut.size, pixel_ratio, true);
        break;
      case Face::variable:
        add(atlas, italic(), cut.size * kVariableScale, pixel_ratio, false);
        add(atlas, regular(), cut.size, pixel_ratio, true);
        break;
    }
    if (cut.size == tokens::text_figure || cut.face == Face::text)
      add(atlas, symbols(), cut.size, pixel_ratio, true);
  }
  check(atlas.Build(), "[fonts] the faces could not be rasterised");
}

ImFont* font_for(Face face, float size) {
  const auto& fonts = ImGui::GetIO().Fonts->Fonts;
  int best = -1;
  for (int i = 0; i < fonts.Size && i < static_cast<int>(std::size(kCuts)); i++) {
    if (kCuts[i].face != face) continue;
    if (best < 0 || std::abs(kCuts[i].size - size) < std::abs(kCuts[best].size - size)) best = i;
  }
  check(best >= 0, "[fonts] build_fonts() must come before the first frame");
  return fonts[best];
}

float text_width(Face face, float size, std::string_view text, bool tabular) {
  const ImFont& font = *font_for(face, size);
  const float scale = font_scale(font, face, size);
  const float digit = tabular ? widest_digit(font, scale) : 0;
  float width = 0;
  for (std::size_t at = 0; at < text.size();)
    width += advance(font, scale, next_code_point(text, at), digit, size);
  return width;
}

float draw_text(ImDrawList& list, Face face, float size, ImVec2 baseline, ImU32 color,
                std::string_view text, bool tabular) {
  const ImFont& font = *font_for(face, size);
  const float scale = font_scale(font, face, size);
  const float digit = tabular ? widest_digit(font, scale) : 0;
  // Glyphs sit on whole device pixels vertically, else their stems blur.
  const float ratio = std::max(ImGui::GetIO().DisplayFramebufferScale.y, 0.1f);
  const float top = std::round(baseline.y * ratio) / ratio - std::round(font.Ascent) * scale;
  float x = baseline.x;
  list.PushTextureID(font.ContainerAtlas->TexID);
  for (std::size_t at = 0; at < text.size();) {
    const char32_t c = next_code_point(text, at);
    const float step = advance(font, scale, c, digit, size);
    const ImFontGlyph* glyph = font.FindGlyph(static_cast<ImWchar>(c));
    if (glyph && glyph->Visible && space_width(c) == 0) {
      // A narrow digit stands in the middle of its place.
      const float inset =
          digit > 0 && c >= U'0' && c <= U'9' ? (digit - glyph->AdvanceX * scale) / 2 : 0;
      list.PrimReserve(6, 4);
      list.PrimRectUV({x + inset + glyph->X0 * scale, top + glyph->Y0 * scale},
                      {x + inset + glyph->X1 * scale, top + glyph->Y1 * scale},
                      {glyph->U0, glyph->V0}, {glyph->U1, glyph->V1}, color);
    }
    x += step;
  }
  list.PopTextureID();
  return x - baseline.x;
}

float baseline_offset(float size, float line_height) {
  // Half of what the capitals leave above and below, as wide as Inter's capitals are high.
  constexpr float cap_height = 0.727f;
  return (line_height + size * cap_height) / 2;
}

}  // namespace grad::ui
