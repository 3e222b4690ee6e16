#include "ui/theme.h"

#include <algorithm>
#include <cmath>

#include "imgui.h"
#include "implot.h"
#include "ui/draw.h"
#include "ui/tokens.h"

namespace grad::ui {
namespace {

double linear(std::uint32_t channel) {
  const double c = channel / 255.0;
  return c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4);
}

double luminance(std::uint32_t color) {
  return 0.2126 * linear(color >> 24) + 0.7152 * linear(color >> 16 & 0xff) +
         0.0722 * linear(color >> 8 & 0xff);
}

}  // namespace

Theme light_theme() {
  Theme theme;
  theme.paper = tokens::light_paper;
  theme.ink = tokens::light_ink;
  theme.muted = tokens::light_muted;
  theme.hairline = tokens::light_hairline;
  theme.raised = tokens::light_raised;
  theme.accent = tokens::light_accent;
  theme.accent_ink = tokens::light_accent_ink;
  theme.good = tokens::light_good;
  theme.bad = tokens::light_bad;
  return theme;
}

Theme dark_theme() {
  Theme theme;
  theme.paper = tokens::dark_paper;
  theme.ink = tokens::dark_ink;
  theme.muted = tokens::dark_muted;
  theme.hairline = tokens::dark_hairline;
  theme.raised = tokens::dark_raised;
  theme.accent = tokens::dark_accent;
  theme.accent_ink = tokens::dark_accent_ink;
  theme.good = tokens::dark_good;
  theme.bad = tokens::dark_bad;
  theme.dark = true;
  return theme;
}

std::uint32_t data_color(int index) {
  constexpr std::uint32_t colors[kDataColors] = {
      tokens::data_class_a, tokens::data_class_b,   tokens::data_green, tokens::data_pink,
      tokens::data_sky,     tokens::data_vermilion, tokens::data_yellow};
  return colors[((index % kDataColors) + kDataColors) % kDataColors];
}

double contrast(std::uint32_t a, std::uint32_t b) {
  const double la = luminance(a), lb = luminance(b);
  return (std::max(la, lb) + 0.05) / (std::min(la, lb) + 0.05);
}

std::uint32_t mix(std::uint32_t a, std::uint32_t b, float share) {
  std::uint32_t mixed = 0;
  for (const int shift : {24, 16, 8, 0}) {
    const auto from = static_cast<float>(a >> shift & 0xff);
    const auto to = static_cast<float>(b >> shift & 0xff);
    mixed |= static_cast<std::uint32_t>(std::lround(from + (to - from) * share)) << shift;
  }
  return mixed;
}

std::uint32_t legible(const Theme& theme, std::uint32_t color, double ratio) {
  constexpr int steps = 32;
  for (int i = 0; i < steps; i++) {
    const std::uint32_t shade = mix(color, theme.ink, static_cast<float>(i) / steps);
    if (contrast(shade, theme.paper) >= ratio) return shade;
  }
  return theme.ink;
}

void apply(const Theme& theme) {
  ImGuiStyle& style = ImGui::GetStyle();
  style = ImGuiStyle();
  style.WindowPadding = style.FramePadding = style.ItemSpacing = {0, 0};
  style.WindowBorderSize = style.ChildBorderSize = style.FrameBorderSize = 0;
  style.WindowRounding = 0;
  style.FrameRounding = tokens::radius;
  style.WindowMinSize = {1, 1};
  style.AntiAliasedLines = style.AntiAliasedFill = true;
  style.CircleTessellationMaxError = 0.1f;  // handles stay round at two device pixels a pixel

  const ImVec4 clear(0, 0, 0, 0);
  const auto color = [](std::uint32_t c) { return ImGui::ColorConvertU32ToFloat4(to_imgui(c)); };
  // Widgets draw themselves; what is left of ImGui's own drawing is the text being edited.
  for (ImVec4& c : style.Colors) c = clear;
  style.Colors[ImGuiCol_Text] = color(theme.ink);
  style.Colors[ImGuiCol_TextDisabled] = color(theme.muted);
  style.Colors[ImGuiCol_TextSelectedBg] = color(mix(theme.paper, theme.accent, 0.3f));

  ImPlotStyle& plot = ImPlot::GetStyle();
  plot = ImPlotStyle();
  plot.PlotPadding = plot.LabelPadding = {0, 0};
  plot.LabelPadding = {6, 6};
  plot.PlotBorderSize = 0;
  plot.PlotMinSize = {1, 1};
  plot.MajorTickLen = plot.MinorTickLen = {0, 0};
  plot.MajorGridSize = {1, 1};
  plot.LineWeight = 2;
  for (ImVec4& c : plot.Colors) c = clear;
  plot.Colors[ImPlotCol_AxisText] = color(theme.muted);
  plot.Colors[ImPlotCol_AxisGrid] = color(theme.hairline);
}

}  // namespace grad::ui
