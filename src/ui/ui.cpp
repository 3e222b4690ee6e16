#include "ui/ui.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <iterator>

#include "imgui.h"
#include "imgui_internal.h"
#include "tensor/check.h"
#include "ui/draw.h"
#include "ui/tokens.h"

namespace grad::ui {
namespace {

constexpr float kMargin = 4;       // room for focus rings at the view's edges
constexpr float kNarrowest = 200;  // content is laid out no narrower than this
constexpr float kBlockGap = 12;    // between what stands one below the other
constexpr float kRowGap = 8;       // between what stands side by side
constexpr float kColumnGap = 24;
constexpr float kRing = 2;  // width of the focus ring
constexpr float kRingDistance = 2;
constexpr std::size_t kLongestEntry = 256;

ImVec2 center(const Rect& r) { return {r.x + r.w / 2, r.y + r.h / 2}; }

/// Share of the track, 0 … 1, at which a value stands, and back.
double share_of(double value, const SliderOptions& o) {
  if (o.max <= o.min) return 0;
  const double share = o.logarithmic ? std::log(value / o.min) / std::log(o.max / o.min)
                                     : (value - o.min) / (o.max - o.min);
  return std::clamp(share, 0.0, 1.0);
}

double value_at(double share, const SliderOptions& o) {
  share = std::clamp(share, 0.0, 1.0);
  return o.logarithmic ? o.min * std::pow(o.max / o.min, share) : o.min + share * (o.max - o.min);
}

/// Moved by so many key presses: steps, or hundredths of the track where steps are finer than that
/// or there are none; at least far enough to change what is shown.
double moved(double value, int presses, const SliderOptions& o) {
  const double hundredth = value_at(share_of(value, o) + presses / 100.0, o);
  if (o.step <= 0) return hundredth;
  const double step = value + presses * o.step;
  return o.logarithmic && std::abs(hundredth - value) > std::abs(step - value) ? hundredth : step;
}

/// What the arrow keys and their like ask of a slider; 0 where nothing.
int presses() {
  constexpr struct {
    ImGuiKey key;
    int count;
  } keys[] = {{ImGuiKey_RightArrow, 1}, {ImGuiKey_UpArrow, 1}, {ImGuiKey_LeftArrow, -1},
              {ImGuiKey_DownArrow, -1}, {ImGuiKey_PageUp, 10}, {ImGuiKey_PageDown, -10}};
  int count = 0;
  for (const auto& k : keys)
    if (ImGui::IsKeyPressed(k.key)) count += k.count;
  return count;
}

bool activated_by_key() {
  return ImGui::IsKeyPressed(ImGuiKey_Space, false) || ImGui::IsKeyPressed(ImGuiKey_Enter, false) ||
         ImGui::IsKeyPressed(ImGuiKey_KeypadEnter, false);
}

std::string format_reading(const Reading& r, double value) {
  const std::string number = format_number(value, r.decimals);
  return r.unit.empty() || std::isnan(value) ? number : number + "\u202f" + r.unit;
}

std::string format_reading(const Reading& r) { return format_reading(r, r.value); }

/// " → 0.970", beside the value, which has the unit.
std::string format_recorded(const Reading& r, double recorded) {
  return " → " + format_number(recorded, r.decimals);
}

void draw_check(ImDrawList& list, ImVec2 middle, float size, ImU32 color) {
  const ImVec2 points[] = {{middle.x - 0.5f * size, middle.y + 0.05f * size},
                           {middle.x - 0.12f * size, middle.y + 0.4f * size},
                           {middle.x + 0.5f * size, middle.y - 0.4f * size}};
  list.AddPolyline(points, 3, color, 0, 2);
}

void draw_cross(ImDrawList& list, ImVec2 middle, float size, ImU32 color) {
  const float r = 0.38f * size;
  list.AddLine({middle.x - r, middle.y - r}, {middle.x + r, middle.y + r}, color, 2);
  list.AddLine({middle.x - r, middle.y + r}, {middle.x + r, middle.y - r}, color, 2);
}

}  // namespace

// --- The frame -----------------------------------------------------------------------------------

void Ui::begin(float width, float height, std::vector<Action> actions) {
  width_ = std::max(std::isfinite(width) ? width : 0, kNarrowest);
  height_ = height;
  actions_ = std::move(actions);
  follow_keys();
  nodes_.clear();
  last_rows_ = std::exchange(rows_, {});
  plots_.clear();
  underlays_ = {};
  stops_.clear();
  columns_.clear();
  levels_.clear();
  sketch_ = nullptr;
  kept_back_.reset();
  area_ = {kMargin, kMargin, width_ - 2 * kMargin, true};
  last_ = row_ = {};
  same_row_ = entered_ = false;
}

void Ui::end() {
  check(columns_.empty(), "[ui] begin_columns() without end_columns()");
  content_height_ = area_.y + kMargin;
  actions_.clear();
  underlays_ = {};
  sketch_ = nullptr;
  keep_focus();
}

const std::vector<Series>& Ui::underlay(std::string_view plot) const {
  static const std::vector<Series> none;
  for (const PlotData& data : underlays_)
    if (data.id == plot) return data.series;
  return none;
}

std::size_t Ui::focused_stop() const {
  const auto at = std::find_if(stops_.begin(), stops_.end(),
                               [&](const Stop& stop) { return stop.id == focus_; });
  return static_cast<std::size_t>(at - stops_.begin());
}

/// Moves the focus among the stops of the last frame: Tab and Shift+Tab (a group of radio buttons
/// is one stop, at the chosen one), and the arrows within such a group.
void Ui::follow_keys() {
  const std::size_t at = focused_stop();
  const bool focused = at < stops_.size();
  const std::string group = focused ? stops_[at].group : std::string();
  const int arrow =
      ImGui::IsKeyPressed(ImGuiKey_DownArrow) || ImGui::IsKeyPressed(ImGuiKey_RightArrow) ? 1
      : ImGui::IsKeyPressed(ImGuiKey_UpArrow) || ImGui::IsKeyPressed(ImGuiKey_LeftArrow)  ? -1
                                                                                          : 0;
  const bool tab = ImGui::IsKeyPressed(ImGuiKey_Tab);
  const bool within_group = !tab && arrow != 0 && !group.empty();
  if (stops_.empty() || (!tab && !within_group)) return;

  const auto count = static_cast<int>(stops_.size());
  const int direction = within_group ? arrow : ImGui::GetIO().KeyShift ? -1 : 1;
  int place = focused ? static_cast<int>(at) : direction > 0 ? -1 : 0;
  for (int i = 0; i < count; i++) {
    place = (place + direction + count) % count;
    const Stop& stop = stops_[static_cast<std::size_t>(place)];
    if (within_group) {
      if (stop.group != group) continue;
      actions_.push_back({stop.id, 1, ""});
    } else if (!stop.group.empty()) {
      const bool chosen_elsewhere = std::any_of(
          stops_.begin(), stops_.end(),
          [&](const Stop& other) { return other.group == stop.group && other.checked; });
      if (stop.group == group || (chosen_elsewhere && !stop.checked)) continue;
    }
    focus(stop.id, true);
    return;
  }
}

/// What had the focus may be gone ("Check" became "Try again"): what took its place gets it.
void Ui::keep_focus() {
  const std::size_t at = focused_stop();
  if (at < stops_.size())
    focus_place_ = at;
  else if (!focus_.empty() && !stops_.empty() && focus_visible_)
    focus(stops_[std::min(focus_place_, stops_.size() - 1)].id, true);
}

void Ui::focus(std::string_view id, bool visible) {
  focus_ = id;
  focus_visible_ = visible;
}

void Ui::record(Node node) {
  check(!node.id.empty(), "[ui] a node needs an id");
  nodes_.push_back(std::move(node));
}

const Action* Ui::take_action(std::string_view id) {
  // Of several the last one counts: they are one drag.
  bool found = false;
  for (Action& action : actions_) {
    if (action.id != id) continue;
    taken_ = action;
    found = true;
  }
  if (!found) return nullptr;
  std::erase_if(actions_, [&](const Action& action) { return action.id == id; });
  return &taken_;
}

Ui::Pointer Ui::interact(Node node) {
  const Rect rect = node.rect;
  const bool enabled = !node.disabled;
  Pointer pointer;
  const std::string id = node.id;
  if (enabled) stops_.push_back({id, node.role == Role::radio ? node.group : "", node.checked});
  record(std::move(node));

  const ImGuiID item = ImGui::GetID(id.c_str());
  const ImRect box(top_left(rect), bottom_right(rect));
  if (!ImGui::ItemAdd(box, item) || !enabled) {
    pointer.focused = enabled && focus_ == id;
    return pointer;
  }
  pointer.clicked = ImGui::ButtonBehavior(box, item, &pointer.hovered, &pointer.held);
  if (ImGui::IsItemActivated()) focus(id, false);
  pointer.released = ImGui::IsItemDeactivated();
  pointer.focused = focus_ == id;
  if (pointer.hovered || pointer.held) ImGui::SetMouseCursor(ImGuiMouseCursor_Hand);
  return pointer;
}

// --- Layout --------------------------------------------------------------------------------------

Rect Ui::place(float width, float height) {
  width = width > 0 ? std::min(width, area_.width) : area_.width;
  const float beside = last_.x + last_.w + kRowGap;
  const bool row = same_row_ && beside + width <= area_.x + area_.width + 0.5f;
  Rect rect{area_.x, area_.y + (area_.empty ? 0 : kBlockGap), width, height};
  if (row) {
    rect.x = beside;
    rect.y = std::max(row_.y, row_.y + (row_.h - height) / 2);
  }
  area_.y = std::max(row ? area_.y : 0, rect.y + height);
  area_.empty = same_row_ = false;
  last_ = rect;
  if (!row) row_ = rect;
  return rect;
}

void Ui::gap(float steps) { area_.y += steps * tokens::space; }

void Ui::same_row() { same_row_ = !area_.empty; }

void Ui::begin_columns(std::span<const float> shares) {
  Columns columns;
  columns.outer = area_;
  columns.shares.assign(shares.begin(), shares.end());
  columns.stacked = narrow();
  columns.bottom = area_.y;
  columns_.push_back(std::move(columns));
  start_column();
}

void Ui::start_column() {
  const Columns& columns = columns_.back();
  if (columns.stacked) return;
  const auto count = static_cast<float>(columns.shares.size());
  const float room = std::max(columns.outer.width - kColumnGap * (count - 1), count);
  float total = 0, before = 0;
  for (std::size_t i = 0; i < columns.shares.size(); i++) {
    total += columns.shares[i];
    if (i < columns.index) before += columns.shares[i];
  }
  area_.x =
      columns.outer.x + room * before / total + kColumnGap * static_cast<float>(columns.index);
  area_.y = columns.outer.y + (columns.outer.empty ? 0 : kBlockGap);
  area_.width = room * columns.shares[columns.index] / total;
  area_.empty = true;
}

void Ui::next_column() {
  check(!columns_.empty() && columns_.back().index + 1 < columns_.back().shares.size(),
        "[ui] next_column() beyond the last column");
  Columns& columns = columns_.back();
  columns.bottom = std::max(columns.bottom, area_.y);
  columns.index++;
  start_column();
}

void Ui::end_columns() {
  check(!columns_.empty(), "[ui] end_columns() without begin_columns()");
  const float bottom = std::max(columns_.back().bottom, area_.y);
  area_ = columns_.back().outer;
  area_.y = bottom;
  area_.empty = false;
  columns_.pop_back();
}

// --- Controls ------------------------------------------------------------------------------------

bool Ui::slider(std::string_view id, std::string_view label, double& value,
                const SliderOptions& options) {
  const float size = text_size();
  const float line = std::round(size * 1.4f);
  const float handle = theme_->touch ? 14.f : 10.f;  // radius
  const Rect all = place(0, line + 2 * handle + 4);
  const Rect track{all.x, all.y + line + 2, all.w, 2 * handle + 4};
  const float left = track.x + handle, right = track.x + track.w - handle;

  const double before = value;
  Node node;
  node.id = id;
  node.role = Role::slider;
  node.label = plain_text(label);
  node.description = options.description;
  node.min = options.min;
  node.max = options.max;
  node.step = options.step;
  node.logarithmic = options.logarithmic;
  node.rect = track;
  const std::size_t place_of_node = nodes_.size();
  const Pointer pointer = interact(std::move(node));

  // The last move and the release may come in one frame.
  if ((pointer.held || pointer.released) && right > left) {
    const float x = ImGui::GetIO().MousePos.x;
    value = slider_value(value_at(static_cast<double>((x - left) / (right - left)), options),
                         options, value);
  }
  if (pointer.focused) {
    if (const int count = presses()) {
      focus_visible_ = true;
      value = slider_value(moved(value, count, options), options, value);
    }
    if (ImGui::IsKeyPressed(ImGuiKey_Home)) value = options.min;
    if (ImGui::IsKeyPressed(ImGuiKey_End)) value = options.max;
  }
  if (const Action* action = take_action(id)) value = slider_value(action->value, options, value);
  nodes_[place_of_node].value = value;
  nodes_[place_of_node].value_text = format_value(value, options);

  const float baseline = std::round(all.y + baseline_offset(size, line));
  const ImU32 ink = to_imgui(theme_->ink);
  const std::string shown = format_value(value, options);
  const float value_width = text_width(Face::text, size, shown, true);
  RichText(label, size, 0)
      .draw(list(), {all.x, baseline - baseline_offset(size, std::round(size * 1.5f))}, ink);
  draw_text(list(), Face::text, size, {all.x + all.w - value_width, baseline}, ink, shown, true);

  const float y = std::round(track.y + track.h / 2);
  const float x = left + static_cast<float>(share_of(value, options)) * (right - left);
  const float thick = 3;
  list().AddRectFilled({track.x, y - thick / 2}, {track.x + track.w, y + thick / 2},
                       to_imgui(mix(theme_->paper, theme_->ink, 0.16f)), thick / 2);
  list().AddRectFilled({track.x, y - thick / 2}, {x, y + thick / 2}, to_imgui(theme_->accent),
                       thick / 2);
  if (pointer.hovered || pointer.held)
    list().AddCircleFilled({x, y}, handle + 4, to_imgui(theme_->accent, 0.16f), 48);
  list().AddCircleFilled({x, y}, handle, to_imgui(theme_->accent), 48);
  list().AddCircleFilled({x, y}, handle - 2, to_imgui(theme_->paper), 48);
  if (pointer.held) list().AddCircleFilled({x, y}, handle - 6, to_imgui(theme_->accent), 48);
  if (pointer.focused && focus_visible_)
    list().AddCircle({x, y}, handle + kRingDistance + kRing / 2, to_imgui(theme_->accent), 48,
                     kRing);
  return value != before;
}

bool Ui::button(std::string_view id, std::string_view label, Emphasis emphasis, bool enabled,
                std::string_view description) {
  const float size = text_size();
  const bool primary = emphasis == Emphasis::primary;
  const RichText words(label, size, 0, primary);
  const bool quiet = emphasis == Emphasis::quiet;
  const float padding = quiet ? 4 : 16;
  const Rect rect = place(words.width() + 2 * padding, std::max(row_height(), size * 2.2f));
  Node node;
  node.id = id;
  node.role = Role::button;
  node.label = plain_text(label);
  node.description = description;
  node.disabled = !enabled;
  node.rect = rect;
  const Pointer pointer = interact(std::move(node));
  bool pressed = pointer.clicked;
  if (pointer.focused && activated_by_key()) pressed = focus_visible_ = true;
  if (take_action(id) && enabled) pressed = true;

  std::uint32_t fill = theme_->paper, border = mix(theme_->paper, theme_->ink, 0.28f),
                color = theme_->ink;
  if (primary) {
    fill = border = theme_->accent;
    color = theme_->accent_ink;
    if (pointer.hovered) fill = border = mix(fill, theme_->ink, 0.12f);
    if (pointer.held) fill = border = mix(theme_->accent, theme_->ink, 0.24f);
  } else if (pointer.hovered) {
    fill = theme_->raised;
    border = theme_->accent;
  }
  if (quiet) {
    color = legible(*theme_, theme_->accent, 4.5);
    if (!pointer.hovered) border = theme_->paper;
  }
  if (pointer.held && !primary) fill = mix(theme_->raised, theme_->ink, 0.06f);
  if (!enabled) {
    fill = theme_->paper;
    border = theme_->hairline;
    color = theme_->muted;
  }
  const ImVec2 a = top_left(rect), b = bottom_right(rect);
  list().AddRectFilled(a, b, to_imgui(fill), tokens::radius);
  list().AddRect(a, b, to_imgui(border), tokens::radius);
  words.draw(list(),
             {rect.x + (rect.w - words.width()) / 2, rect.y + (rect.h - words.height()) / 2},
             to_imgui(color));
  if (pointer.focused && focus_visible_) draw_focus_ring(rect, tokens::radius);
  return pressed && enabled;
}

bool Ui::checkbox(std::string_view id, std::string_view label, bool& on, std::string_view group,
                  bool enabled) {
  if (!choose_many({.id = id, .label = label, .group = group, .on = on, .enabled = enabled}))
    return false;
  on = !on;
  return true;
}

bool Ui::radio(std::string_view id, std::string_view label, bool selected, std::string_view group,
               bool enabled) {
  return choose_one({.id = id, .label = label, .group = group, .on = selected, .enabled = enabled});
}

bool Ui::select(std::string_view id, std::string_view label, std::span<const char* const> options,
                int& selected, std::string_view description) {
  const float size = text_size(), mark = 14, padding = 10, apart = 6;
  const float height = theme_->touch ? 44.f : 34.f;
  const RichText title(label, size, area_.width);
  std::vector<RichText> words;
  std::vector<Rect> pills;  // from the top left corner of the first one
  float x = 0, y = 0;
  for (const char* option : options) {
    words.emplace_back(option, size, 0);
    const float width = std::min(3 * padding + mark + words.back().width(), area_.width);
    if (x > 0 && x + width > area_.width) {
      x = 0;
      y += height + apart;
    }
    pills.push_back({x, y, width, height});
    x += width + apart;
  }
  const float head = title.height() + 4;
  const Rect all = place(0, head + y + height);
  title.draw(list(), top_left(all), to_imgui(theme_->ink));
  record_words(id, Role::heading, plain_text(label), {all.x, all.y, all.w, title.height()});

  const int before = selected;
  for (std::size_t i = 0; i < options.size(); i++) {
    const int number = static_cast<int>(i);
    const Rect rect{all.x + pills[i].x, all.y + head + pills[i].y, pills[i].w, pills[i].h};
    Node node;
    node.id = std::string(id) + "." + std::to_string(i);
    node.role = Role::radio;
    node.label = plain_text(options[i]);
    node.group = id;
    node.description = description;
    node.checked = number == selected;
    node.rect = rect;
    const std::string pill = node.id;
    const Pointer pointer = interact(std::move(node));
    const Action* action = take_action(pill);
    const bool key = pointer.focused && activated_by_key();
    if (key) focus_visible_ = true;
    if (pointer.clicked || key || (action && action->value != 0)) selected = number;

    const bool on = number == selected;
    std::uint32_t fill = on ? mix(theme_->paper, theme_->accent, 0.08f) : theme_->paper;
    if (pointer.hovered && !on) fill = theme_->raised;
    const std::uint32_t border =
        on || pointer.hovered ? theme_->accent : mix(theme_->paper, theme_->ink, 0.28f);
    list().AddRectFilled(top_left(rect), bottom_right(rect), to_imgui(fill), tokens::radius);
    list().AddRect(top_left(rect), bottom_right(rect), to_imgui(border), tokens::radius, 0,
                   on ? 1.5f : 1.f);
    const Rect box{rect.x + padding, rect.y + (rect.h - mark) / 2, mark, mark};
    draw_row_mark({.id = pill, .label = "", .group = id, .on = on}, Role::radio, box);
    words[i].draw(list(), {box.x + mark + padding, rect.y + (rect.h - words[i].height()) / 2},
                  to_imgui(theme_->ink));
    if (pointer.focused && focus_visible_) draw_focus_ring(rect, tokens::radius);
  }
  // Those before the chosen one were recorded as they were.
  for (Node& node : nodes_)
    if (node.group == id)
      node.checked = node.id == std::string(id) + "." + std::to_string(selected);
  return selected != before;
}

bool Ui::choose(const Choice& choice, Role role) {
  const float size = text_size();
  const float mark = 20, padding = 12;
  const float inside = area_.width - 3 * padding - mark;
  const RichText label(choice.label, size, inside);
  const RichText note(choice.note, small_size(), inside);
  const bool noted = !choice.note.empty();
  const float height =
      std::max(label.height() + (noted ? note.height() + 2 : 0) + 20, theme_->touch ? 48.f : 42.f);
  // Rows of one group stand closer together than blocks do.
  if (!area_.empty && !nodes_.empty() && nodes_.back().group == choice.group &&
      !choice.group.empty())
    area_.y -= kBlockGap - kRowGap;
  const Rect rect = place(0, height);

  Node node;
  node.id = choice.id;
  node.role = role;
  node.label = plain_text(choice.label);
  node.group = choice.group;
  node.description = plain_text(choice.note);
  if (choice.mark != Choice::Mark::none)
    node.description =
        (choice.mark == Choice::Mark::right ? "Right answer. " : "Wrong. ") + node.description;
  node.checked = choice.on;
  node.disabled = !choice.enabled;
  node.rect = rect;
  const std::size_t place_of_node = nodes_.size();
  const Pointer pointer = interact(std::move(node));

  bool on = choice.on;
  if (pointer.clicked) on = role == Role::radio || !on;
  if (pointer.focused && activated_by_key()) {
    on = role == Role::radio || !on;
    focus_visible_ = true;
  }
  if (const Action* action = take_action(choice.id); action && choice.enabled)
    on = action->value != 0 || (role == Role::radio && on);
  nodes_[place_of_node].checked = on;

  std::uint32_t fill = theme_->paper, border = theme_->hairline;
  if (on) {
    fill = mix(theme_->paper, theme_->accent, 0.08f);
    border = theme_->accent;
  }
  if (choice.mark == Choice::Mark::right) border = theme_->good;
  if (choice.mark == Choice::Mark::wrong) {
    border = theme_->bad;
    fill = mix(theme_->paper, theme_->bad, 0.06f);
  }
  if (choice.mark == Choice::Mark::right) fill = mix(theme_->paper, theme_->good, 0.07f);
  if (pointer.hovered) {
    if (!on) fill = theme_->raised;
    border = theme_->accent;
  }
  const ImVec2 a = top_left(rect), b = bottom_right(rect);
  list().AddRectFilled(a, b, to_imgui(fill), tokens::radius);
  list().AddRect(a, b, to_imgui(border), tokens::radius, 0, on ? 1.5f : 1.f);

  Choice shown = choice;
  shown.on = on;
  const float text_top = rect.y + (noted ? 10 : (rect.h - label.height()) / 2);
  const Rect box{rect.x + padding, text_top + (label.line_height() - mark) / 2, mark, mark};
  draw_row_mark(shown, role, box);
  const float x = rect.x + 2 * padding + mark;
  label.draw(list(), {x, text_top}, to_imgui(theme_->ink));
  if (noted) note.draw(list(), {x, text_top + label.height() + 2}, to_imgui(theme_->muted));
  if (pointer.focused && focus_visible_) draw_focus_ring(rect, tokens::radius);
  return on != choice.on;
}

void Ui::draw_row_mark(const Choice& choice, Role role, const Rect& box) {
  const ImVec2 middle = center(box);
  const float r = box.w / 2 - 1;
  if (choice.mark == Choice::Mark::right)
    return draw_check(list(), middle, box.w * 0.8f, to_imgui(theme_->good));
  if (choice.mark == Choice::Mark::wrong)
    return draw_cross(list(), middle, box.w * 0.8f, to_imgui(theme_->bad));
  const std::uint32_t edge = choice.on ? theme_->accent : mix(theme_->paper, theme_->ink, 0.55f);
  const ImU32 color = to_imgui(choice.enabled ? edge : mix(theme_->paper, theme_->ink, 0.4f));
  if (role == Role::radio) {
    list().AddCircle(middle, r, color, 48, 1.5f);
    if (choice.on) list().AddCircleFilled(middle, r - 4, color, 48);
    return;
  }
  const ImVec2 a(middle.x - r, middle.y - r), b(middle.x + r, middle.y + r);
  if (choice.on) {
    list().AddRectFilled(a, b, color, 4);
    draw_check(list(), middle, r * 1.2f, to_imgui(theme_->accent_ink));
  } else {
    list().AddRect(a, b, color, 4, 0, 1.5f);
  }
}

namespace {

/// Six dots, as a sign that something can be taken hold of.
void draw_grip(ImDrawList& list, ImVec2 middle, ImU32 color) {
  for (const float x : {-3.f, 3.f})
    for (const float y : {-6.f, 0.f, 6.f})
      list.AddCircleFilled({middle.x + x, middle.y + y}, 1.5f, color, 8);
}

}  // namespace

bool Ui::arrow_button(const std::string& id, const std::string& label, const Rect& rect, bool up,
                      bool enabled) {
  Node node;
  node.id = id;
  node.role = Role::button;
  node.label = label;
  node.disabled = !enabled;
  node.rect = rect;
  const Pointer pointer = interact(std::move(node));
  bool pressed = pointer.clicked;
  if (pointer.focused && activated_by_key()) pressed = focus_visible_ = true;
  if (take_action(id)) pressed = true;
  const ImVec2 middle = center(rect);
  const float r = 5, tip = up ? -r / 2 : r / 2;
  const ImVec2 points[] = {
      {middle.x - r, middle.y - tip}, {middle.x, middle.y + tip}, {middle.x + r, middle.y - tip}};
  if (pointer.hovered)
    list().AddRectFilled(top_left(rect), bottom_right(rect), to_imgui(theme_->raised),
                         tokens::radius);
  const std::uint32_t color = pointer.hovered ? theme_->accent : theme_->ink;
  list().AddPolyline(points, 3, to_imgui(enabled ? color : theme_->hairline), 0, 2);
  if (pointer.focused && focus_visible_) draw_focus_ring(rect, tokens::radius);
  return pressed && enabled;
}

/// Follows the pointer that drags a row by what lies left of `reach`; `lift` is how far it has
/// come. The places to move by, once the row is let go.
int Ui::drag_row(const MovableRow& row, const Rect& rect, float reach, float& lift) {
  const std::string id(row.id);
  const ImGuiID item = ImGui::GetID((id + ".grip").c_str());
  const ImRect box(top_left(rect), ImVec2(reach, rect.y + rect.h));
  bool hovered = false, held = false;
  if (!ImGui::ItemAdd(box, item)) return 0;
  ImGui::ButtonBehavior(box, item, &hovered, &held);
  const bool there = ImGui::IsMousePosValid();
  const float pointer = ImGui::GetIO().MousePos.y;
  if (ImGui::IsItemActivated() && there) grabbed_ = pointer - rect.y;
  if (hovered || held) ImGui::SetMouseCursor(ImGuiMouseCursor_Hand);
  const bool let_go = ImGui::IsItemDeactivated();
  if (let_go) drop_on_.clear();
  if ((!held && !let_go) || !there) return 0;
  lift = std::clamp(pointer - grabbed_, 0.f, std::max(0.f, height_ - rect.h)) - rect.y;
  const float middle = rect.y + lift + rect.h / 2;
  int from = 0, to = 0;
  for (const Row& other : last_rows_) {
    from += other.rect.y < rect.y;
    to += other.id != id && other.rect.y + other.rect.h / 2 < middle;
  }
  if (held) {
    const bool other = to != from && to < static_cast<int>(last_rows_.size());
    drop_on_ = other ? last_rows_[static_cast<std::size_t>(to)].id : "";
    return 0;
  }
  lift = 0;
  return to - from;
}

int Ui::movable(const MovableRow& row) {
  const float size = text_size(), padding = 12, mark = 20;
  const float press = theme_->touch ? 44 : 32, grip = row.enabled ? 12 : 0;
  const float beside = row.mark == Choice::Mark::none ? grip + padding : mark + padding;
  const float inside = area_.width - 2 * padding - beside - 2 * press;
  const std::string words =
      (row.left.empty() ? "" : std::string(row.left) + "  →  ") + std::string(row.text);
  const RichText label(words, size, inside);
  const RichText note(row.note, small_size(), inside);
  const float note_height = row.note.empty() ? 0 : note.height() + 2;
  const float height = std::max(label.height() + note_height + 20, press + 8);
  if (!area_.empty) area_.y -= kBlockGap - kRowGap;
  const Rect rect = place(0, height);
  const std::string id(row.id), name = plain_text(row.text);
  rows_.push_back({id, rect});
  record_words(id, Role::text,
               plain_text(words + (row.note.empty() ? "" : ". ") + std::string(row.note)), rect);
  float lift = 0;
  int moved = 0;
  if (row.enabled) {
    Node handle;
    handle.id = id + ".grip";
    handle.drawable = true;
    handle.rect = {rect.x, rect.y, press, rect.h};
    record(std::move(handle));
    moved = drag_row(row, rect, rect.x + rect.w - 2 * press - 4, lift);
  }

  // What is being dragged lies over the others.
  ImDrawList& to = lift == 0 ? list() : *ImGui::GetForegroundDrawList();
  std::uint32_t border = theme_->hairline;
  if (row.mark == Choice::Mark::right) border = theme_->good;
  if (row.mark == Choice::Mark::wrong) border = theme_->bad;
  if (lift != 0 || drop_on_ == id) border = theme_->accent;
  const ImVec2 a(rect.x, rect.y + lift), b(rect.x + rect.w, rect.y + rect.h + lift);
  if (lift != 0) {
    list().AddRect(top_left(rect), bottom_right(rect), to_imgui(theme_->hairline), tokens::radius);
    to.AddRectFilled(a, b, to_imgui(theme_->raised), tokens::radius);
  }
  to.AddRect(a, b, to_imgui(border), tokens::radius, 0, drop_on_ == id ? 2.f : 1.f);
  const float top = a.y + (height - label.height() - note_height) / 2;
  const float x = rect.x + padding;
  if (row.mark != Choice::Mark::none) {
    Choice marked{};
    marked.mark = row.mark;
    draw_row_mark(marked, Role::text, {x, top, mark, mark});
  } else if (row.enabled) {
    draw_grip(to, {x + 4, a.y + height / 2}, to_imgui(theme_->muted));
  }
  label.draw(to, {x + beside, top}, to_imgui(theme_->ink));
  note.draw(to, {x + beside, top + label.height() + 2}, to_imgui(theme_->muted));
  if (!row.enabled) return 0;
  const auto button = [&](int place_from_right) {
    return Rect{rect.x + rect.w - static_cast<float>(place_from_right) * press - 4,
                rect.y + (height - press) / 2, press, press};
  };
  const bool up = arrow_button(id + ".up", "Move “" + name + "” up", button(2), true, row.enabled);
  const bool down =
      arrow_button(id + ".down", "Move “" + name + "” down", button(1), false, row.enabled);
  return up ? -1 : down ? 1 : moved;
}

bool Ui::text_box(std::string_view id, std::string_view label, std::string& text, bool enabled,
                  bool invalid) {
  const float size = text_size();
  const RichText words(label, size, area_.width);
  const Rect title = place(words.width(), words.height());
  words.draw(list(), top_left(title), to_imgui(theme_->ink));
  area_.y -= kBlockGap - 4;
  const Rect rect = place(240, theme_->touch ? 48.f : 40.f);

  Node node;
  node.id = id;
  node.role = Role::textbox;
  node.label = plain_text(label);
  node.value_text = text;
  node.disabled = !enabled;
  node.invalid = invalid;
  node.rect = rect;
  const std::size_t place_of_node = nodes_.size();
  record(std::move(node));
  const std::string name(id);
  if (enabled) stops_.push_back({name, "", false});

  const std::string field = "##" + name;  // ImGui shows no label of its own
  const ImGuiID item = ImGui::GetID(field.c_str());
  const bool editing = ImGui::GetActiveID() == item;
  const bool hovered = enabled && contains(rect, ImGui::GetIO().MousePos);
  std::uint32_t border = mix(theme_->paper, theme_->ink, 0.5f);
  if (invalid) border = theme_->bad;
  if (editing || hovered) border = theme_->accent;
  if (!enabled) border = theme_->hairline;
  const ImVec2 a = top_left(rect), b = bottom_right(rect);
  list().AddRectFilled(a, b, to_imgui(enabled ? theme_->paper : theme_->raised), tokens::radius);
  list().AddRect(a, b, to_imgui(border), tokens::radius, 0, editing || invalid ? 2.f : 1.f);

  const std::string before = text;
  if (const Action* action = take_action(id); action && enabled)
    text = action->text.substr(0, kLongestEntry - 1);
  if (enabled) {
    // Reached by Tab: begin to edit, as a click would.
    if (focus_ == name && focus_visible_ && !editing) {
      GImGui->NavActivateId = item;
      GImGui->NavActivateFlags = ImGuiActivateFlags_PreferInput;
    }
    char buffer[kLongestEntry];
    const std::size_t length = text.copy(buffer, sizeof buffer - 1);
    buffer[length] = '\0';
    ImGui::SetCursorScreenPos(a);
    const float padding = (rect.h - ImGui::GetFontSize()) / 2;
    ImGui::PushStyleVar(ImGuiStyleVar_FramePadding, ImVec2(12, padding));
    ImGui::SetNextItemWidth(rect.w);
    if (ImGui::InputText(field.c_str(), buffer, sizeof buffer)) text = buffer;
    ImGui::PopStyleVar();
    if (ImGui::IsItemActivated()) focus(name, focus_ == name && focus_visible_);
    if (editing &&
        (ImGui::IsKeyPressed(ImGuiKey_Enter) || ImGui::IsKeyPressed(ImGuiKey_KeypadEnter)))
      entered_ = true;
    if (editing && focus_ != name) ImGui::ClearActiveID();
  } else {
    draw_text(list(), Face::text, size, {rect.x + 12, rect.y + baseline_offset(size, rect.h)},
              to_imgui(theme_->ink), text);
  }
  nodes_[place_of_node].value_text = text;
  return text != before;
}

int Ui::dots(std::span<const Dot> dots, int current) {
  int pressed = -1;
  const float target = theme_->touch ? 44.f : 32.f;
  for (std::size_t i = 0; i < dots.size(); i++) {
    const Dot& dot = dots[i];
    // Their targets touch, so that the marks stand close together.
    Rect rect = place(target, target);
    area_.empty = false;
    same_row_ = true;
    last_.w -= kRowGap;
    Node node;
    node.id = dot.id;
    node.role = Role::button;
    node.label = dot.label;
    node.rect = rect;
    const Pointer pointer = interact(std::move(node));
    if (pointer.clicked || (pointer.focused && activated_by_key()) || take_action(dot.id))
      pressed = static_cast<int>(i);

    const bool here = static_cast<int>(i) == current;
    const float r = 9;
    const ImVec2 middle(rect.x + r + 1, center(rect).y);
    std::uint32_t color = mix(theme_->paper, theme_->ink, 0.5f);
    if (dot.state == Dot::State::right) color = theme_->good;
    if (dot.state == Dot::State::missed) color = theme_->bad;
    if (dot.state == Dot::State::begun || here) color = here ? theme_->accent : color;
    if (pointer.hovered) list().AddCircleFilled(middle, r + 4, to_imgui(theme_->accent, 0.14f), 48);
    if (dot.state == Dot::State::right) {
      list().AddCircleFilled(middle, r, to_imgui(theme_->good), 48);
      draw_check(list(), middle, r * 0.9f, to_imgui(theme_->paper));
    } else if (dot.state == Dot::State::missed) {
      list().AddCircle(middle, r - 1, to_imgui(theme_->bad), 48, 2);
      list().AddLine({middle.x - 4, middle.y}, {middle.x + 4, middle.y}, to_imgui(theme_->bad), 2);
    } else {
      list().AddCircle(middle, r - 1, to_imgui(color), 48, here ? 2.f : 1.5f);
      if (dot.state == Dot::State::begun) list().AddCircleFilled(middle, 3, to_imgui(color), 32);
    }
    if (here)
      list().AddRectFilled({middle.x - r, rect.y + rect.h - 3}, {middle.x + r, rect.y + rect.h - 1},
                           to_imgui(theme_->accent), 1);
    if (pointer.focused && focus_visible_)
      draw_focus_ring({middle.x - r, middle.y - r, 2 * r, 2 * r}, r);
  }
  same_row_ = false;
  return pressed;
}

// --- Words ---------------------------------------------------------------------------------------

void Ui::record_words(std::string_view id, Role role, std::string label, const Rect& rect) {
  Node node;
  node.id = id;
  node.role = role;
  node.label = std::move(label);
  node.rect = rect;
  record(std::move(node));
}

void Ui::heading(std::string_view id, std::string_view text) {
  const RichText words(text, text_size() + 2, area_.width, true);
  const Rect rect = place(0, words.height());
  words.draw(list(), top_left(rect), to_imgui(theme_->ink));
  record_words(id, Role::heading, plain_text(text), rect);
}

void Ui::prompt(std::string_view id, std::string_view text) {
  const RichText words(text, text_size() + 2, area_.width);
  const Rect rect = place(0, words.height());
  words.draw(list(), top_left(rect), to_imgui(theme_->ink));
  record_words(id, Role::heading, plain_text(text), rect);
}

void Ui::paragraph(std::string_view id, std::string_view text, std::uint32_t color, int lines) {
  const RichText words(text, text_size(), area_.width);
  const Rect rect =
      place(0, std::max(words.height(), static_cast<float>(lines) * words.line_height()));
  words.draw(list(), top_left(rect), to_imgui(color));
  record_words(id, Role::text, plain_text(text), rect);
}

void Ui::text(std::string_view id, std::string_view text, int lines) {
  paragraph(id, text, theme_->ink, lines);
}

void Ui::code(std::string_view id, std::string_view text) {
  // The faces have no fixed width, and one more would cost every page its bytes: each character
  // stands in the middle of a cell of its own.
  const float size = text_size(), cell = 0.6f * size, line = 1.45f * size, padding = 12;
  const int columns = std::max(8, static_cast<int>((area_.width - 2 * padding) / cell));
  struct Cell {
    int column, row;
    std::string_view character;
  };
  std::vector<Cell> cells;
  int column = 0, row = 0;
  for (std::string_view rest = text; !rest.empty();) {
    std::size_t length = 1;
    while (length < rest.size() && (static_cast<unsigned char>(rest[length]) & 0xc0) == 0x80)
      length++;
    const bool breaks = rest[0] == '\n';
    if (breaks || column == columns) {
      column = 0;
      row++;
    }
    if (!breaks) cells.push_back({column++, row, rest.substr(0, length)});
    rest.remove_prefix(length);
  }
  const float height = static_cast<float>(row + 1) * line + 2 * padding;
  const Rect rect = place(0, height);
  list().AddRectFilled(top_left(rect), bottom_right(rect), to_imgui(theme_->raised),
                       tokens::radius);
  for (const Cell& each : cells) {
    const float width = text_width(Face::text, size, each.character);
    const float x = rect.x + padding + static_cast<float>(each.column) * cell + (cell - width) / 2;
    const float y = rect.y + padding + static_cast<float>(each.row) * line;
    draw_text(list(), Face::text, size, {x, y + baseline_offset(size, line)}, to_imgui(theme_->ink),
              each.character);
  }
  record_words(id, Role::text, std::string(text), rect);
}

void Ui::muted(std::string_view id, std::string_view text, int lines) {
  paragraph(id, text, theme_->muted, lines);
}

void Ui::caption(std::string_view id, std::string_view text) {
  const RichText words(text, text_size(), area_.width);
  // As high as a button, beside which it stands.
  const Rect rect =
      place(words.width(), std::max({words.height(), row_height(), text_size() * 2.2f}));
  const float above = std::round((rect.h - words.height()) / 2);
  words.draw(list(), {rect.x, rect.y + above}, to_imgui(theme_->muted));
  record_words(id, Role::text, plain_text(text), rect);
}

void Ui::box(std::string_view title, std::string_view text, std::uint32_t bar) {
  const float padding = 12, size = text_size();
  const float inside = area_.width - 2 * padding - 4;
  const RichText head(title, size, inside, true);
  const RichText body(text, size, inside);
  const float head_height = title.empty() ? 0 : head.height();
  const Rect rect = place(0, head_height + body.height() + 2 * padding - 4);
  list().AddRectFilled(top_left(rect), bottom_right(rect), to_imgui(theme_->raised),
                       tokens::radius);
  list().AddRectFilled(top_left(rect), {rect.x + 4, rect.y + rect.h}, to_imgui(bar), tokens::radius,
                       ImDrawFlags_RoundCornersLeft);
  const ImVec2 at(rect.x + padding + 4, rect.y + padding - 2);
  head.draw(list(), at, to_imgui(theme_->ink));
  body.draw(list(), {at.x, at.y + head_height}, to_imgui(theme_->ink));
}

void Ui::status(std::string_view id, std::string_view text, bool good, bool shown_boxed) {
  Node node;
  node.id = id;
  node.role = Role::status;
  node.label = plain_text(text);
  node.rect = {area_.x, area_.y, 0, 0};
  if (!text.empty() && shown_boxed) {
    box("", text, good ? theme_->good : theme_->bad);
    node.rect = last_;
  } else if (!text.empty()) {
    const RichText words(text, text_size(), area_.width);
    node.rect = place(0, words.height());
    words.draw(list(), top_left(node.rect), to_imgui(good ? theme_->muted : theme_->bad));
  }
  record(std::move(node));
}

void Ui::outcome(std::string_view id, std::string_view text) {
  box("", text, theme_->accent);
  record_words(id, Role::status, plain_text(text), last_);
}

void Ui::note(std::string_view id, std::string_view title, std::string_view text) {
  box(title, text, theme_->hairline);
  const std::string head = plain_text(title);
  record_words(id, Role::text, (head.empty() ? "" : head + ": ") + plain_text(text), last_);
}

void Ui::announce(std::string_view id, std::string_view text) {
  record_words(id, Role::status, plain_text(text), {area_.x, area_.y, 0, 0});
}

void Ui::readings(std::span<const Reading> readings) {
  // A narrow column lists them; a wide one sets them side by side.
  if (area_.width < 420)
    list_readings(readings);
  else
    spread_readings(readings);
}

void Ui::record_reading(const Reading& reading, const Rect& rect) {
  Node node;
  node.id = "reading." + reading.id;
  node.value_text = format_reading(reading);
  node.label = plain_text(reading.label) + ": " +
               (std::isnan(reading.value) ? "not known yet" : node.value_text);
  if (!std::isnan(reading.recorded))
    node.label += ", in the end " + format_reading(reading, reading.recorded);
  node.rect = rect;
  record(std::move(node));
}

/// Room for the recorded value, whether it is shown or not, so that the value stands still.
float Ui::recorded_width(const Reading& r, float size) const {
  if (!r.compared) return 0;
  return std::max(text_width(Face::text, size, format_recorded(r, r.value), true),
                  text_width(Face::text, size, format_recorded(r, r.recorded), true));
}

void Ui::list_readings(std::span<const Reading> readings) {
  const float size = text_size(), small = small_size(), line = std::round(size * 1.9f);
  // Names are set smaller where one of them would meet its number.
  float needed = 0, beside = 0;  // of the recorded values: one column
  for (const Reading& r : readings) beside = std::max(beside, recorded_width(r, small));
  for (const Reading& r : readings) {
    const double widest = std::isnan(r.value) ? r.recorded : r.value;
    needed = std::max(needed, RichText(r.label, size, 0).width() + kRowGap + beside +
                                  text_width(Face::strong, size, format_reading(r, widest), true));
  }
  const float label_size = needed <= area_.width ? size : small;
  for (const Reading& r : readings) {
    if (&r != readings.data()) area_.y -= kBlockGap;
    const Rect rect = place(0, line);
    const ImU32 rule = to_imgui(theme_->hairline);
    list().AddLine({rect.x, rect.y + line}, {rect.x + rect.w, rect.y + line}, rule);
    const float baseline = rect.y + baseline_offset(size, line);
    const RichText label(r.label, label_size, 0);
    label.draw(list(), {rect.x, baseline - baseline_offset(label_size, label.line_height())},
               to_imgui(theme_->muted));
    const std::string value = format_reading(r);
    const float right = rect.x + rect.w - beside;
    draw_text(list(), Face::strong, size,
              {right - text_width(Face::strong, size, value, true), baseline},
              to_imgui(theme_->ink), value, true);
    if (!std::isnan(r.recorded))
      draw_text(list(), Face::text, small, {right, baseline}, to_imgui(theme_->muted),
                format_recorded(r, r.recorded), true);
    record_reading(r, rect);
  }
}

void Ui::spread_readings(std::span<const Reading> readings) {
  if (readings.empty()) return;
  const float small = small_size(), large = 20 * theme_->text_scale;
  const float line = std::round(small * 1.4f), height = line + std::round(large * 1.3f);
  // Cells of one width, so that nothing moves while numbers change.
  float cell = 72;
  for (const Reading& r : readings)
    cell = std::max(
        {cell, RichText(r.label, small, 0).width(),
         text_width(Face::strong, large, format_reading(r), true) + recorded_width(r, small)});
  cell = std::ceil((cell + 20) / 8) * 8;
  const int columns = std::max(1, static_cast<int>((area_.width + 20) / cell));
  const auto count = static_cast<int>(readings.size());
  const int rows = (count + columns - 1) / columns;
  const float row_step = height + 8;
  const Rect all = place(0, static_cast<float>(rows) * row_step - 8);
  for (int i = 0; i < count; i++) {
    const Reading& r = readings[static_cast<std::size_t>(i)];
    const int row = i / columns;
    const Rect rect{all.x + static_cast<float>(i % columns) * cell,
                    all.y + static_cast<float>(row) * row_step, cell - 20, height};
    RichText(r.label, small, 0).draw(list(), top_left(rect), to_imgui(theme_->muted));
    const std::string value = format_reading(r);
    const float baseline = rect.y + line + baseline_offset(large, height - line);
    draw_text(list(), Face::strong, large, {rect.x, baseline}, to_imgui(theme_->ink), value, true);
    if (!std::isnan(r.recorded))
      draw_text(list(), Face::text, small,
                {rect.x + text_width(Face::strong, large, value, true), baseline},
                to_imgui(theme_->muted), format_recorded(r, r.recorded), true);
    record_reading(r, rect);
  }
}

void Ui::goal(std::string_view id, std::string_view text, bool reached) {
  const float size = text_size(), radius = 9, indent = 2 * radius + 10;
  const std::string goal(text);
  const RichText open("Goal, still open: " + goal + ".", size, area_.width - indent);
  const RichText done("Goal reached: " + goal + ".", size, area_.width - indent, true);
  const RichText& words = reached ? done : open;
  const Rect rect = place(0, std::max(open.height(), done.height()));
  const ImVec2 middle(rect.x + radius, rect.y + words.line_height() / 2);
  if (reached) {
    list().AddCircleFilled(middle, radius, to_imgui(theme_->good), 48);
    draw_check(list(), middle, radius * 0.9f, to_imgui(theme_->paper));
  } else {
    list().AddCircle(middle, radius - 1, to_imgui(mix(theme_->paper, theme_->ink, 0.5f)), 48, 1.5f);
  }
  words.draw(list(), {rect.x + indent, rect.y}, to_imgui(theme_->ink));
  record_words(id, Role::text,
               (reached ? "Goal reached: " : "Goal, still open: ") + plain_text(text) + ".", rect);
}

// --- Small things --------------------------------------------------------------------------------

void Ui::draw_focus_ring(const Rect& r, float radius) {
  const float d = kRingDistance + kRing / 2;
  list().AddRect({r.x - d, r.y - d}, {r.x + r.w + d, r.y + r.h + d}, to_imgui(theme_->accent),
                 radius + kRingDistance, 0, kRing);
}

float Ui::text_size() const { return tokens::text_figure * theme_->text_scale; }
float Ui::small_size() const { return tokens::text_small * theme_->text_scale; }
ImDrawList& Ui::list() const { return *ImGui::GetWindowDrawList(); }

}  // namespace grad::ui
