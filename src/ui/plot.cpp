#include "ui/plot.h"

#include <algorithm>
#include <cmath>
#include <exception>
#include <limits>
#include <memory>

#include "imgui.h"
#include "imgui_internal.h"
#include "implot.h"
#include "tensor/check.h"
#include "ui/contour.h"
#include "ui/draw.h"
#include "ui/tokens.h"

namespace grad::ui {
namespace {

using Kind = Series::Kind;

constexpr float kLineWeight = 2, kFaintWeight = 1.25f;
constexpr float kDash = 6, kDashGap = 4;
constexpr float kSwatch = 18;  // width of the sample before a label
constexpr float kTickGap = 6;
constexpr float kUnderlayOpacity = 0.45f;
constexpr float kFingerSlack = 6;  // px that a finger moves sideways before it draws
constexpr float kBesideArea = 16;  // px beside the area where a stroke may begin
constexpr std::size_t kTableRows = 40;

ImVec2 pixels(double x, double y) { return ImPlot::PlotToPixels(x, y); }
bool finite(ImVec2 p) { return std::isfinite(p.x) && std::isfinite(p.y); }

/// Decimals that tell neighbouring ticks apart.
int tick_decimals(const std::vector<double>& ticks) {
  for (int decimals = 0; decimals < 6; decimals++) {
    const double scale = std::pow(10.0, decimals);
    if (std::all_of(ticks.begin(), ticks.end(), [&](double tick) {
          return std::abs(tick * scale - std::round(tick * scale)) < 1e-6 * scale;
        }))
      return decimals;
  }
  return 6;
}

std::vector<std::string> tick_labels(const Axis& axis, const std::vector<double>& ticks) {
  if (!axis.names.empty()) return axis.names;
  std::vector<std::string> labels;
  for (const double tick : ticks) {
    const int decimals = axis.logarithmic ? tick_decimals({tick}) : tick_decimals(ticks);
    labels.push_back(format_number(tick, decimals));
  }
  return labels;
}

void dashed_line(ImDrawList& list, const std::vector<ImVec2>& points, ImU32 color, float weight) {
  float travelled = 0;
  for (std::size_t i = 0; i + 1 < points.size(); i++) {
    const ImVec2 a = points[i], b = points[i + 1];
    const float length = std::hypot(b.x - a.x, b.y - a.y);
    if (!(length > 0) || length > 1e5f) continue;
    const auto at = [&](float along) {
      return ImVec2(a.x + (b.x - a.x) * along / length, a.y + (b.y - a.y) * along / length);
    };
    float along = 0;
    while (along < length) {
      const float phase = std::fmod(travelled + along, kDash + kDashGap);
      const float rest = phase < kDash ? kDash - phase : kDash + kDashGap - phase;
      const float end = std::min(length, along + std::max(rest, 0.01f));
      if (phase < kDash) list.AddLine(at(along), at(end), color, weight);
      along = end;
    }
    travelled += length;
  }
}

void stroke(ImDrawList& list, const std::vector<ImVec2>& points, ImU32 color, bool dashed,
            float weight = kLineWeight) {
  if (dashed)
    dashed_line(list, points, color, weight);
  else
    list.AddPolyline(points.data(), static_cast<int>(points.size()), color, 0, weight);
}

void draw_marker(ImDrawList& list, ImVec2 at, Marker marker, float r, ImU32 fill, ImU32 outline) {
  ImVec2 corners[4];
  int count = 4;
  switch (marker) {
    case Marker::circle:
      list.AddCircleFilled(at, r, fill);
      list.AddCircle(at, r, outline);
      return;
    case Marker::square: {
      const float s = r * 0.9f;
      corners[0] = {at.x - s, at.y - s};
      corners[1] = {at.x + s, at.y - s};
      corners[2] = {at.x + s, at.y + s};
      corners[3] = {at.x - s, at.y + s};
      break;
    }
    case Marker::diamond: {
      const float s = r * 1.25f;
      corners[0] = {at.x, at.y - s};
      corners[1] = {at.x + s, at.y};
      corners[2] = {at.x, at.y + s};
      corners[3] = {at.x - s, at.y};
      break;
    }
    case Marker::triangle: {
      const float s = r * 1.15f;
      corners[0] = {at.x, at.y - s};
      corners[1] = {at.x + s, at.y + 0.8f * s};
      corners[2] = {at.x - s, at.y + 0.8f * s};
      count = 3;
      break;
    }
  }
  list.AddConvexPolyFilled(corners, count, fill);
  list.AddPolyline(corners, count, outline, ImDrawFlags_Closed, 1);
}

/// Where the parts of a figure stand.
struct Frame {
  Rect figure;  // all of it
  float top;    // of the axes' box
  float area_width, area_height, left, right, bottom;
};

/// One plot being put down.
class Painter {
 public:
  /// Series before `first_shown` take the room for their names but are not drawn.
  Painter(const Ui& ui, const PlotOptions& options, const std::vector<Series>& series,
          std::size_t first_shown, const std::vector<Series>& underlay)
      : theme_(ui.theme()),
        options_(options),
        series_(series),
        first_shown_(first_shown),
        underlay_(underlay),
        list_(*ImGui::GetWindowDrawList()),
        small_(tokens::text_small * theme_.text_scale),
        line_(std::round(small_ * 1.5f)) {
    x_ticks_ = options.x.ticks.empty() ? round_ticks(options.x, 4) : options.x.ticks;
    y_ticks_ = options.y.ticks.empty() ? round_ticks(options.y, 4) : options.y.ticks;
    x_labels_ = tick_labels(options.x, x_ticks_);
    y_labels_ = tick_labels(options.y, y_ticks_);
    labels_at_ends_ = end_label_width() <= 0.3f * ui.column_width();
  }

  /// The part with the lines, once painted.
  const Rect& area() const { return area_; }

  /// Height that the figure needs at this width.
  float measure(float width) {
    title_ = std::make_unique<RichText>(options_.title, small_, width, true);
    caption_height_ = lay_out_caption(width);
    frame_.left = widest(y_labels_) + kTickGap;
    frame_.right = std::max(labels_at_ends_ ? end_label_width() : 0.f,
                            x_labels_.empty() ? 0.f : label_width(x_labels_.back()) / 2 + 1);
    frame_.bottom = line_ + kTickGap;
    frame_.area_width = std::max(width - frame_.left - frame_.right, 20.f);
    frame_.area_height = std::max(options_.height - frame_.bottom - line_, 20.f);
    if (options_.equal_axes) {
      const auto ratio =
          static_cast<float>((options_.y.max - options_.y.min) / (options_.x.max - options_.x.min));
      frame_.area_width = std::min(frame_.area_width, frame_.area_height / ratio);
      frame_.area_height = frame_.area_width * ratio;
    }
    const float title = options_.title.empty() ? 0 : title_->height() + 4;
    return title + caption_height_ + kTickGap + frame_.area_height + frame_.bottom + line_;
  }

  void paint(const Rect& figure, const char* id, std::span<const float> field, int rows,
             int columns) {
    frame_.figure = figure;
    float y = figure.y;
    if (!options_.title.empty()) {
      title_->draw(list_, {figure.x, y}, to_imgui(theme_.ink));
      y += title_->height() + 4;
    }
    draw_caption({figure.x, y});
    frame_.top = y + caption_height_ + kTickGap;
    if (!begin_axes(id)) return;
    if (!field.empty()) draw_field(field, rows, columns);
    for (const Series& series : underlay_) draw_series(series);
    for (const Series& series : shown()) draw_series(series);
    for (const Series& series : shown()) name_rule(series);
    const ImVec2 at = ImPlot::GetPlotPos(), size = ImPlot::GetPlotSize();
    area_ = {at.x, at.y, size.x, size.y};
    const ImU32 edge = to_imgui(mix(theme_.paper, theme_.ink, 0.25f));
    if (options_.equal_axes) {
      list_.AddRect(at, {at.x + size.x, at.y + size.y}, edge);
    } else {
      const float base = std::round(at.y + size.y);
      list_.AddLine({at.x, base}, {at.x + size.x, base}, edge);
    }
    if (labels_at_ends_) draw_end_labels();
    draw_under_pointer(field, rows, columns);
    draw_x_label();
    ImPlot::EndPlot();
    ImGui::PopFont();
  }

 private:
  std::span<const Series> shown() const { return std::span(series_).subspan(first_shown_); }
  float label_width(std::string_view text) const { return text_width(Face::text, small_, text); }
  float rich_width(std::string_view text) const { return RichText(text, small_, 0).width(); }
  float widest(const std::vector<std::string>& labels) const {
    float width = 0;
    for (const std::string& label : labels) width = std::max(width, label_width(label));
    return width;
  }
  /// Faint lines are named in the caption only.
  static bool named_at_end(const Series& s) {
    return !s.label.empty() && s.kind == Kind::line && s.opacity >= 1;
  }
  float end_label_width() const {
    if (options_.equal_axes) return std::numeric_limits<float>::infinity();
    float width = 0;
    for (const Series& s : series_)
      if (named_at_end(s)) width = std::max(width, rich_width(s.label) + 8);
    return width;
  }
  std::uint32_t mark_color(std::uint32_t color) const { return legible(theme_, color, 3); }

  ImU32 line_color(const Series& s) const {
    return s.opacity < 1 ? to_imgui(s.color, s.opacity) : to_imgui(mark_color(s.color));
  }
  static float line_weight(const Series& s) { return s.opacity < 1 ? kFaintWeight : kLineWeight; }

  bool in_caption(const Series& s) const {
    return !s.label.empty() && s.kind != Kind::horizontal && s.kind != Kind::vertical &&
           !(labels_at_ends_ && named_at_end(s));
  }

  /// The line above the area: what the y axis counts, then what has no end to be named at.
  float lay_out_caption(float width) {
    float x = options_.y.label.empty() ? 0 : rich_width(options_.y.label) + 16, y = 0;
    for (const Series& s : series_) {
      if (!in_caption(s)) continue;
      const float entry = kSwatch + 6 + rich_width(s.label);
      if (x > 0 && x + entry > width) {
        x = 0;
        y += line_;
      }
      caption_.push_back({&s, {x, y}});
      x += entry + 16;
    }
    return options_.y.label.empty() && caption_.empty() ? 0 : y + line_;
  }

  void draw_caption(ImVec2 at) {
    RichText(options_.y.label, small_, 0).draw(list_, at, to_imgui(theme_.muted));
    for (const auto& [s, offset] : caption_) {
      if (s < shown().data()) continue;
      const ImVec2 corner(at.x + offset.x, at.y + offset.y);
      draw_swatch(*s, {corner.x, corner.y + line_ / 2});
      RichText(s->label, small_, 0)
          .draw(list_, {corner.x + kSwatch + 6, corner.y}, to_imgui(theme_.ink));
    }
  }

  void draw_swatch(const Series& s, ImVec2 left) {
    const ImVec2 right(left.x + kSwatch, left.y);
    switch (s.kind) {
      case Kind::points:
        draw_marker(list_, {left.x + kSwatch / 2, left.y}, s.marker, std::max(s.size, 3.5f),
                    to_imgui(s.color), to_imgui(outline(s.color)));
        break;
      case Kind::band:
        list_.AddRectFilled({left.x, left.y - 5}, {right.x, left.y + 5}, to_imgui(s.color, 0.3f));
        break;
      case Kind::line:
        stroke(list_, {left, right}, line_color(s), s.dashed, line_weight(s));
        break;
      default:
        stroke(list_, {left, right}, to_imgui(mark_color(s.color)), true, 1);
        break;
    }
  }

  bool begin_axes(const char* id) {
    ImGui::PushFont(font_for(Face::text, small_));
    ImGui::SetCursorScreenPos({frame_.figure.x, frame_.top});
    const ImVec2 size(frame_.left + frame_.area_width + 0.5f,
                      frame_.area_height + ImGui::GetFontSize() + kTickGap + 0.5f);
    constexpr ImPlotFlags flags = ImPlotFlags_CanvasOnly | ImPlotFlags_NoInputs;
    if (!ImPlot::BeginPlot(id, size, flags)) {
      ImGui::PopFont();
      return false;
    }
    constexpr ImPlotAxisFlags plain = ImPlotAxisFlags_NoLabel | ImPlotAxisFlags_NoTickMarks |
                                      ImPlotAxisFlags_NoInitialFit | ImPlotAxisFlags_NoMenus |
                                      ImPlotAxisFlags_NoSideSwitch | ImPlotAxisFlags_NoHighlight |
                                      ImPlotAxisFlags_Lock;
    ImPlot::SetupAxes(nullptr, nullptr, plain | ImPlotAxisFlags_NoGridLines,
                      plain | (options_.equal_axes ? ImPlotAxisFlags_NoGridLines : 0));
    setup_axis(ImAxis_X1, options_.x, x_ticks_, x_labels_);
    setup_axis(ImAxis_Y1, options_.y, y_ticks_, y_labels_);
    ImPlot::SetupFinish();
    return true;
  }

  static void setup_axis(ImAxis which, const Axis& axis, const std::vector<double>& ticks,
                         const std::vector<std::string>& labels) {
    if (axis.logarithmic) ImPlot::SetupAxisScale(which, ImPlotScale_Log10);
    ImPlot::SetupAxisLimits(which, axis.min, axis.max, ImPlotCond_Always);
    std::vector<const char*> texts;
    for (const std::string& label : labels) texts.push_back(label.c_str());
    ImPlot::SetupAxisTicks(which, ticks.data(), static_cast<int>(ticks.size()), texts.data());
  }

  std::uint32_t outline(std::uint32_t color) const {
    return legible(theme_, mix(color, theme_.ink, 0.35f), 3);
  }

  void draw_series(const Series& s) {
    ImPlot::PushPlotClipRect(s.kind == Kind::points ? s.size + 1 : 0);
    const ImU32 color = to_imgui(mark_color(s.color));
    const ImVec2 at = ImPlot::GetPlotPos(), size = ImPlot::GetPlotSize();
    switch (s.kind) {
      case Kind::line:
        draw_line(s);
        break;
      case Kind::band:
        draw_band(s);
        break;
      case Kind::points:
        for (std::size_t i = 0; i < s.x.size(); i++) {
          const ImVec2 p = pixels(s.x[i], s.y[i]);
          if (finite(p))
            draw_marker(list_, p, s.marker, s.size, to_imgui(s.color, s.opacity),
                        to_imgui(outline(s.color), s.opacity));
        }
        break;
      case Kind::horizontal: {
        const float y = std::round(pixels(options_.x.min, s.y[0]).y);
        if (!std::isfinite(y)) break;
        stroke(list_, {{at.x, y}, {at.x + size.x, y}}, color, true, 1);
        break;
      }
      case Kind::vertical: {
        const float x = std::round(pixels(s.x[0], options_.y.min).x);
        if (!std::isfinite(x)) break;
        stroke(list_, {{x, at.y}, {x, at.y + size.y}}, color, true, 1);
        break;
      }
    }
    ImPlot::PopPlotClipRect();
  }

  /// Above the right end of a horizontal rule, beside the top of a vertical one; on a strip of
  /// paper that keeps the name legible over points.
  void name_rule(const Series& s) {
    if (s.label.empty() || (s.kind != Kind::horizontal && s.kind != Kind::vertical)) return;
    const ImVec2 area = ImPlot::GetPlotPos(), size = ImPlot::GetPlotSize();
    const bool across = s.kind == Kind::horizontal;
    const ImVec2 rule = across ? pixels(options_.x.min, s.y[0]) : pixels(s.x[0], options_.y.min);
    if (!finite(rule)) return;
    const RichText name(s.label, small_, 0);
    const float rest =
        area.x + size.x - name.width();  // where a name begins that ends at the right
    // A vertical rule far to the right has its name on the left.
    const float beside = rule.x + 5 <= rest ? rule.x + 5 : rule.x - 5 - name.width();
    const ImVec2 at =
        across ? ImVec2(rest, rule.y - line_) : ImVec2(std::max(area.x, beside), area.y);
    list_.AddRectFilled({at.x - 3, at.y + 2}, {at.x + name.width() + 3, at.y + line_ - 1},
                        to_imgui(theme_.paper, 0.8f), 3);
    name.draw(list_, at, to_imgui(legible(theme_, s.color, 4.5)));
  }

  void draw_line(const Series& s) {
    const ImU32 color = line_color(s);
    const float weight = line_weight(s);
    std::vector<ImVec2> run;
    const auto flush = [&] {
      if (run.size() == 1) list_.AddCircleFilled(run[0], weight, color);
      if (run.size() > 1) stroke(list_, run, color, s.dashed, weight);
      run.clear();
    };
    for (std::size_t i = 0; i < s.x.size(); i++) {
      const ImVec2 p = pixels(s.x[i], s.y[i]);
      if (finite(p))
        run.push_back(p);
      else
        flush();
    }
    flush();
  }

  void draw_band(const Series& s) {
    const ImU32 color = to_imgui(s.color, 0.22f * s.opacity);
    for (std::size_t i = 0; i + 1 < s.x.size(); i++) {
      const ImVec2 corners[] = {pixels(s.x[i], s.y[i]), pixels(s.x[i], s.high[i]),
                                pixels(s.x[i + 1], s.high[i + 1]), pixels(s.x[i + 1], s.y[i + 1])};
      if (!std::all_of(std::begin(corners), std::end(corners), finite)) continue;
      // Two triangles without smoothed edges: neighbours share an edge, which must not show.
      list_.PrimReserve(6, 4);
      const auto first = list_._VtxCurrentIdx;
      for (const unsigned i0 : {0u, 1u, 2u, 0u, 2u, 3u}) list_.PrimWriteIdx(first + i0);
      for (const ImVec2 corner : corners)
        list_.PrimWriteVtx(corner, ImGui::GetFontTexUvWhitePixel(), color);
    }
  }

  std::uint32_t field_color(float value) const {
    const float v = std::isfinite(value) ? std::clamp(value, -1.f, 1.f) : 0.f;
    return mix(theme_.paper, data_color(v < 0 ? 0 : 1),
               std::abs(v) * (theme_.dark ? 0.36f : 0.32f));
  }

  /// One mesh with the cells' centres as corners, continued to the area's edges.
  void draw_field(std::span<const float> values, int rows, int columns) {
    const ImVec2 at = ImPlot::GetPlotPos(), size = ImPlot::GetPlotSize();
    const float cell_x = size.x / static_cast<float>(columns);
    const float cell_y = size.y / static_cast<float>(rows);
    const auto center = [](int i, int count, float origin, float cell) {
      const float cells = std::clamp(static_cast<float>(i) - 0.5f, 0.f, static_cast<float>(count));
      return origin + cells * cell;
    };
    const auto width = static_cast<unsigned>(columns + 2);
    list_.PrimReserve(6 * (rows + 1) * (columns + 1), (rows + 2) * (columns + 2));
    const auto first = list_._VtxCurrentIdx;
    for (int row = 0; row <= rows; row++) {
      for (int column = 0; column <= columns; column++) {
        const unsigned corner =
            first + static_cast<unsigned>(row) * width + static_cast<unsigned>(column);
        for (const unsigned i :
             {corner, corner + 1, corner + width + 1, corner, corner + width + 1, corner + width})
          list_.PrimWriteIdx(i);
      }
    }
    for (int row = 0; row < rows + 2; row++) {
      for (int column = 0; column < columns + 2; column++) {
        const int r = std::clamp(row - 1, 0, rows - 1), c = std::clamp(column - 1, 0, columns - 1);
        list_.PrimWriteVtx(
            {center(column, columns, at.x, cell_x), center(row, rows, at.y, cell_y)},
            ImGui::GetFontTexUvWhitePixel(),
            to_imgui(field_color(values[static_cast<std::size_t>(r) * columns + c])));
      }
    }
    ImPlot::PushPlotClipRect();
    for (const auto& chain : zero_contour(values, rows, columns)) {
      std::vector<ImVec2> points;
      for (const GridPoint& p : chain)
        points.push_back({at.x + (p.column + 0.5f) * cell_x, at.y + (p.row + 0.5f) * cell_y});
      stroke(list_, points, to_imgui(theme_.ink), false, 1.75f);
    }
    ImPlot::PopPlotClipRect();
  }

  /// At the right of the area, in the line's colour, pushed apart where lines end close together.
  void draw_end_labels() {
    const ImVec2 at = ImPlot::GetPlotPos(), size = ImPlot::GetPlotSize();
    struct Label {
      const Series* series;
      float y;
    };
    std::vector<Label> labels;
    for (const Series& s : shown()) {
      if (!named_at_end(s)) continue;
      std::size_t last = s.y.size();
      while (last > 0 && !std::isfinite(s.y[last - 1])) last--;
      if (last == 0) continue;
      const float y = pixels(options_.x.max, s.y[last - 1]).y;
      if (std::isfinite(y)) labels.push_back({&s, std::clamp(y, at.y, at.y + size.y)});
    }
    std::sort(labels.begin(), labels.end(), [](const Label& a, const Label& b) {
      return a.y != b.y ? a.y < b.y : a.series < b.series;
    });
    const float apart = line_ - 2;
    for (std::size_t i = 1; i < labels.size(); i++)
      labels[i].y = std::max(labels[i].y, labels[i - 1].y + apart);
    float lowest = at.y + size.y;
    for (std::size_t i = labels.size(); i-- > 0;) {
      labels[i].y = std::min(labels[i].y, lowest);
      lowest = labels[i].y - apart;
    }
    for (const Label& label : labels)
      RichText(label.series->label, small_, 0)
          .draw(list_, {at.x + size.x + 8, label.y - line_ / 2},
                to_imgui(legible(theme_, label.series->color, 4.5)));
  }

  void draw_x_label() {
    if (options_.x.label.empty()) return;
    const ImVec2 at = ImPlot::GetPlotPos(), size = ImPlot::GetPlotSize();
    const float width = rich_width(options_.x.label);
    RichText(options_.x.label, small_, 0)
        .draw(list_,
              {std::max(frame_.figure.x, at.x + (size.x - width) / 2),
               at.y + size.y + frame_.bottom - 2},
              to_imgui(theme_.muted));
  }

  /// The numbers at the pointer: of every named line at the nearest x, or the place in the plane.
  void draw_under_pointer(std::span<const float> field, int rows, int columns) {
    const ImVec2 at = ImPlot::GetPlotPos(), size = ImPlot::GetPlotSize();
    const ImVec2 mouse = ImGui::GetIO().MousePos;
    if (!contains({at.x, at.y, size.x, size.y}, mouse) || !ImGui::IsWindowHovered()) return;
    std::vector<std::string> rows_of_text;
    if (options_.equal_axes || !field.empty()) {
      const ImPlotPoint p = ImPlot::PixelsToPlot(mouse);
      rows_of_text.push_back(named(options_.x.label, p.x, 2) + ",  " +
                             named(options_.y.label, p.y, 2));
      if (!field.empty()) {
        const int column =
            std::clamp(static_cast<int>((mouse.x - at.x) / size.x * static_cast<float>(columns)), 0,
                       columns - 1);
        const int row = std::clamp(
            static_cast<int>((mouse.y - at.y) / size.y * static_cast<float>(rows)), 0, rows - 1);
        const float v = field[static_cast<std::size_t>(row) * columns + column];
        rows_of_text.push_back(named("output", static_cast<double>(v), 2));
      }
    } else {
      read_lines(mouse, rows_of_text);
    }
    if (!rows_of_text.empty()) draw_reading(mouse, rows_of_text);
  }

  static std::string named(const std::string& label, double value, int decimals) {
    const std::string number = format_number(value, decimals);
    return label.empty() ? number : plain_text(label) + " " + number;
  }

  void read_lines(ImVec2 mouse, std::vector<std::string>& rows) {
    double x = std::numeric_limits<double>::quiet_NaN();
    float nearest = std::numeric_limits<float>::infinity();
    for (const Series& s : shown()) {
      if (!named_at_end(s)) continue;
      for (std::size_t i = 0; i < s.x.size(); i++) {
        const ImVec2 p = pixels(s.x[i], s.y[i]);
        if (!finite(p) || std::abs(p.x - mouse.x) >= nearest) continue;
        nearest = std::abs(p.x - mouse.x);
        x = s.x[i];
      }
    }
    if (!std::isfinite(x)) return;
    const ImVec2 at = ImPlot::GetPlotPos(), size = ImPlot::GetPlotSize();
    const float px = std::round(pixels(x, options_.y.max).x);
    list_.AddLine({px, at.y}, {px, at.y + size.y}, to_imgui(mix(theme_.paper, theme_.ink, 0.3f)));
    rows.push_back(named(options_.x.label, x, std::min(tick_decimals({x}), 3)));
    for (const Series& s : shown()) {
      if (!named_at_end(s)) continue;
      for (std::size_t i = 0; i < s.x.size(); i++) {
        if (s.x[i] != x || !std::isfinite(s.y[i])) continue;
        const ImVec2 p = pixels(s.x[i], s.y[i]);
        if (contains({at.x, at.y, size.x, size.y + 1}, p))
          draw_marker(list_, p, Marker::circle, 4, to_imgui(s.color), to_imgui(theme_.paper));
        rows.push_back(named(s.label, s.y[i], 3));
        break;
      }
    }
  }

  void draw_reading(ImVec2 mouse, const std::vector<std::string>& rows) {
    float width = 0;
    for (const std::string& row : rows)
      width = std::max(width, text_width(Face::text, small_, row, true));
    const float padding = 8;
    const ImVec2 size(width + 2 * padding,
                      static_cast<float>(rows.size()) * line_ + 2 * padding - 4);
    const Rect& figure = frame_.figure;
    ImVec2 at(mouse.x + 14, mouse.y - size.y - 10);
    if (at.x + size.x > figure.x + figure.w) at.x = mouse.x - size.x - 14;
    at.x = std::max(at.x, figure.x);
    if (at.y < figure.y) at.y = mouse.y + 18;
    ImDrawList& above = *ImGui::GetForegroundDrawList();
    const ImVec2 end(at.x + size.x, at.y + size.y);
    above.AddRectFilled(at, end, to_imgui(theme_.paper), tokens::radius);
    above.AddRect(at, end, to_imgui(mix(theme_.paper, theme_.ink, 0.25f)), tokens::radius);
    for (std::size_t i = 0; i < rows.size(); i++)
      draw_text(above, Face::text, small_,
                {at.x + padding, at.y + padding - 2 + static_cast<float>(i) * line_ +
                                     baseline_offset(small_, line_)},
                to_imgui(i == 0 && rows.size() > 1 ? theme_.muted : theme_.ink), rows[i], true);
  }

  const Theme& theme_;
  const PlotOptions& options_;
  const std::vector<Series>& series_;
  std::size_t first_shown_;
  const std::vector<Series>& underlay_;
  ImDrawList& list_;
  float small_, line_;
  std::vector<double> x_ticks_, y_ticks_;
  std::vector<std::string> x_labels_, y_labels_;
  bool labels_at_ends_ = false;
  struct Entry {
    const Series* series;
    ImVec2 offset;
  };
  std::vector<Entry> caption_;
  float caption_height_ = 0;
  std::unique_ptr<RichText> title_;
  Frame frame_{};
  Rect area_;
};

Table table_of(const PlotOptions& options, const std::vector<Series>& series) {
  Table table;
  const Series* first = nullptr;
  for (const Series& s : series)
    if (s.kind == Kind::line && s.opacity >= 1 && !s.label.empty() && !first) first = &s;
  if (!first) return table;
  table.columns.push_back(options.x.label.empty() ? "x" : plain_text(options.x.label));
  // Of many samples every so-many-th one, and the last.
  const std::size_t every =
      std::max<std::size_t>(1, (first->x.size() + kTableRows - 1) / kTableRows);
  std::vector<std::size_t> samples;
  for (std::size_t i = 0; i < first->x.size(); i += every) samples.push_back(i);
  if (!samples.empty() && samples.back() + 1 != first->x.size())
    samples.push_back(first->x.size() - 1);
  for (const std::size_t i : samples)
    table.rows.push_back({format_number(first->x[i], tick_decimals({first->x[i]}))});
  for (const Series& s : series) {
    if (s.label.empty() || s.opacity < 1 || (s.kind != Kind::line && s.kind != Kind::band))
      continue;
    table.columns.push_back(plain_text(s.label));
    for (std::size_t row = 0; row < samples.size(); row++) {
      const auto at = std::find(s.x.begin(), s.x.end(), first->x[samples[row]]);
      std::string cell;
      if (at != s.x.end()) {
        const auto i = static_cast<std::size_t>(at - s.x.begin());
        cell = format_number(s.y[i], 3);
        if (s.kind == Kind::band) cell += " to " + format_number(s.high[i], 3);
      }
      table.rows[row].push_back(cell);
    }
  }
  return table;
}

/// The number at this share of an axis.
double along(const Axis& axis, float share) {
  const double within = std::clamp(static_cast<double>(share), 0.0, 1.0);
  return axis.logarithmic ? axis.min * std::pow(axis.max / axis.min, within)
                          : axis.min + within * (axis.max - axis.min);
}

/// And back.
double share(const Axis& axis, double at) {
  return axis.logarithmic ? std::log(at / axis.min) / std::log(axis.max / axis.min)
                          : (at - axis.min) / (axis.max - axis.min);
}

std::vector<double> copy(std::span<const double> values) { return {values.begin(), values.end()}; }

/// Series to lie beneath those that are drawn: each in the looks of the one that it corresponds to,
/// of the same kind and label, but faint; in grey where there is none yet.
std::vector<Series> faint(const std::vector<Series>& beneath, const std::vector<Series>& drawn,
                          const Theme& theme) {
  std::vector<Series> underlay;
  std::vector<bool> taken(drawn.size(), false);
  for (const Series& series : beneath) {
    Series under = series;
    under.color = theme.muted;
    for (std::size_t i = 0; i < drawn.size(); i++) {
      if (taken[i] || drawn[i].kind != series.kind || drawn[i].label != series.label) continue;
      if (drawn[i].opacity < 1) continue;
      taken[i] = true;
      under.color = drawn[i].color;
      under.dashed = drawn[i].dashed;
      under.marker = drawn[i].marker;
      under.size = drawn[i].size;
      break;
    }
    under.opacity = kUnderlayOpacity;
    underlay.push_back(std::move(under));
  }
  return underlay;
}

}  // namespace

bool take_stroke(const Plot::Stroke& stroke, std::span<const double> x, std::span<double> y) {
  const double run = stroke.to_x - stroke.from_x, rise = stroke.to_y - stroke.from_y;
  const auto [left, right] = std::minmax(stroke.from_x, stroke.to_x);
  bool moved = false;
  for (std::size_t i = 0; i < x.size(); i++) {
    if (run == 0 || x[i] < left || x[i] > right) continue;
    y[i] = stroke.from_y + rise * (x[i] - stroke.from_x) / run;
    moved = true;
  }
  return moved;
}

std::vector<double> round_ticks(const Axis& axis, int count) {
  std::vector<double> ticks;
  if (!(axis.max > axis.min) || !std::isfinite(axis.max - axis.min) || count < 1) return ticks;
  if (axis.logarithmic) {
    const int first = static_cast<int>(std::ceil(std::log10(axis.min) - 1e-9));
    const int last = static_cast<int>(std::floor(std::log10(axis.max) + 1e-9));
    const int every = std::max(1, (last - first + count) / (count + 1));
    for (int power = first; power <= last; power += every) ticks.push_back(std::pow(10.0, power));
    return ticks;
  }
  const double rough = (axis.max - axis.min) / count;
  const double power = std::pow(10.0, std::floor(std::log10(rough)));
  const double lead = rough / power;
  const double step = power * (lead < 1.5 ? 1 : lead < 3.5 ? 2 : lead < 7.5 ? 5 : 10);
  for (double i = std::ceil(axis.min / step - 1e-9); i * step <= axis.max + 1e-9 * step; i++)
    ticks.push_back(i == 0 ? 0 : i * step);
  return ticks;
}

Plot::Plot(Ui& ui, std::string_view id, const PlotOptions& options)
    : ui_(ui), options_(options), id_(id), exceptions_(std::uncaught_exceptions()) {
  for (const Axis* axis : {&options_.x, &options_.y}) {
    check(axis->max > axis->min && std::isfinite(axis->max - axis->min),
          [&] { return "[plot " + id_ + "] an axis has no extent"; });
    check(!axis->logarithmic || axis->min > 0,
          [&] { return "[plot " + id_ + "] a logarithmic axis must begin above 0"; });
  }
}

Plot::~Plot() noexcept(false) {
  if (std::uncaught_exceptions() != exceptions_) return;
  const std::vector<Series> underlay = faint(ui_.underlay(id_), series_, ui_.theme());
  const std::size_t own = series_.size();
  for (const Ui::Level& level : ui_.levels())
    if (level.plot == id_) horizontal(level.label, level.y, ui_.theme().ink);
  if (Ui::Sketch* sketch = ui_.sketch(id_)) put_down(*sketch);
  const std::optional<std::string>& kept_back = ui_.kept_back();
  const bool hidden = kept_back == id_;
  Painter painter(ui_, options_, series_, hidden ? own : 0, underlay);
  const Rect rect = ui_.place(0, painter.measure(ui_.column_width()));
  Node node;
  node.id = id_;
  node.role = Role::figure;
  node.label = plain_text(options_.title);
  if (kept_back) {
    node.description = "What it shows is kept back until you have made your guess.";
  } else {
    node.description = plain_text(options_.summary);
    node.table = table_.columns.empty() ? table_of(options_, series_) : std::move(table_);
  }
  node.rect = rect;
  node.drawable = drawable_;
  ui_.record(std::move(node));
  if (hidden) field_.clear();
  painter.paint(rect, id_.c_str(), field_, rows_, columns_);
  if (drawable_) ui_.plot_area(id_) = painter.area();
  series_.resize(own);  // what is kept is what was drawn into it
  ui_.keep({id_, std::move(series_)});
}

/// Equal ways on the screen count alike, so places are shares of the axis. A press, or a stroke
/// straight up or down, moves the nearest height.
void Plot::draw_on(Ui::Sketch& sketch, const Stroke& piece) const {
  std::vector<double> places;
  for (const double x : sketch.x) places.push_back(share(options_.x, x));
  const Stroke on_screen{share(options_.x, piece.from_x), piece.from_y,
                         share(options_.x, piece.to_x), piece.to_y};
  const double run = std::abs(on_screen.to_x - on_screen.from_x);
  const double rise = std::abs(share(options_.y, piece.to_y) - share(options_.y, piece.from_y));
  if (!take_stroke(on_screen, places, sketch.y)) {
    if (2 * run > rise) return;
    const auto nearest = std::min_element(places.begin(), places.end(), [&](double a, double b) {
      return std::abs(a - on_screen.to_x) < std::abs(b - on_screen.to_x);
    });
    sketch.y[static_cast<std::size_t>(nearest - places.begin())] = piece.to_y;
  }
  for (double& y : sketch.y) y = std::clamp(y, sketch.min, sketch.max);
  sketch.drawn = true;
}

void Plot::put_down(Ui::Sketch& sketch) {
  if (sketch.open)
    if (const auto piece = stroke()) draw_on(sketch, *piece);
  line(sketch.label, sketch.x, sketch.y, ui_.theme().ink, true);
  points("", sketch.x, sketch.y, ui_.theme().ink, Marker::square, 3.5f);
}

std::optional<Plot::Stroke> Plot::stroke() {
  drawable_ = true;
  const Rect area = ui_.plot_area(id_);
  if (area.w <= 0 || area.h <= 0) return std::nullopt;  // not drawn yet
  ImRect box(top_left(area), bottom_right(area));
  box.Expand({kBesideArea, 0});
  const ImGuiID item = ImGui::GetID(("stroke " + id_).c_str());
  if (!ImGui::ItemAdd(box, item)) return std::nullopt;
  bool hovered = false, held = false;
  ImGui::ButtonBehavior(box, item, &hovered, &held);
  // The last move and the release may come in one frame.
  if (!held && !ImGui::IsItemDeactivated()) return std::nullopt;
  const ImGuiIO& io = ImGui::GetIO();
  if (!ImGui::IsMousePosValid()) return std::nullopt;  // the browser took the finger for scrolling
  bool& drawing = *ImGui::GetStateStorage()->GetBoolRef(item);
  if (ImGui::IsItemActivated()) drawing = io.MouseSource == ImGuiMouseSource_Mouse;
  drawing = drawing || std::abs(io.MousePos.x - io.MouseClickedPos[0].x) >= kFingerSlack;
  if (!drawing) return std::nullopt;
  const ImVec2 to = io.MousePos;
  ImVec2 from = to;
  if (!ImGui::IsItemActivated()) {
    from = {to.x - io.MouseDelta.x, to.y - io.MouseDelta.y};
    if (from.x == to.x && from.y == to.y) return std::nullopt;  // held still
  }
  const auto x = [&](float at) { return along(options_.x, (at - area.x) / area.w); };
  const auto y = [&](float at) { return along(options_.y, 1 - (at - area.y) / area.h); };
  return Stroke{x(from.x), y(from.y), x(to.x), y(to.y)};
}

void Plot::line(std::string_view label, std::span<const double> x, std::span<const double> y,
                std::uint32_t color, bool dashed, float opacity) {
  check(x.size() == y.size(), "[plot] a line needs as many y as x");
  Series s{.kind = Kind::line,
           .label = std::string(label),
           .x = copy(x),
           .y = copy(y),
           .high = {},
           .color = color};
  s.dashed = dashed;
  s.opacity = opacity;
  series_.push_back(std::move(s));
}

void Plot::band(std::string_view label, std::span<const double> x, std::span<const double> low,
                std::span<const double> high, std::uint32_t color) {
  check(x.size() == low.size() && x.size() == high.size(),
        "[plot] a band needs as many low and high values as x");
  series_.push_back({.kind = Kind::band,
                     .label = std::string(label),
                     .x = copy(x),
                     .y = copy(low),
                     .high = copy(high),
                     .color = color});
}

void Plot::points(std::string_view label, std::span<const double> x, std::span<const double> y,
                  std::uint32_t color, Marker marker, float size, float opacity) {
  check(x.size() == y.size(), "[plot] points need as many y as x");
  Series s{.kind = Kind::points,
           .label = std::string(label),
           .x = copy(x),
           .y = copy(y),
           .high = {},
           .color = color};
  s.marker = marker;
  s.size = size;
  s.opacity = opacity;
  series_.push_back(std::move(s));
}

void Plot::horizontal(std::string_view label, double y, std::uint32_t color) {
  series_.push_back({.kind = Kind::horizontal,
                     .label = std::string(label),
                     .x = {0},
                     .y = {y},
                     .high = {},
                     .color = color});
}

void Plot::vertical(std::string_view label, double x, std::uint32_t color) {
  series_.push_back({.kind = Kind::vertical,
                     .label = std::string(label),
                     .x = {x},
                     .y = {0},
                     .high = {},
                     .color = color});
}

void Plot::field(std::span<const float> values, int rows, int columns) {
  check(rows > 0 && columns > 0 &&
            values.size() == static_cast<std::size_t>(rows) * static_cast<std::size_t>(columns),
        "[plot] a field needs rows x columns values");
  field_.assign(values.begin(), values.end());
  rows_ = rows;
  columns_ = columns;
}

void Plot::table(Table table) { table_ = std::move(table); }

}  // namespace grad::ui
