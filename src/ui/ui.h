#pragma once

// Widgets: each draws with Dear ImGui and records a semantic node. Nothing outside src/ui calls
// ImGui::Button or its like, so nothing can be drawn that a screen reader does not meet.

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tensor/array.h"
#include "ui/semantics.h"
#include "ui/theme.h"

namespace grad::ui {

struct SliderOptions {
  double min = 0, max = 1, step = 0;  ///< step 0: continuous
  bool logarithmic = false;
  int decimals = 2;
  std::string unit;
  std::string description;
};
enum class Emphasis { normal, primary };

/// A number shown in tabular figures, so that it does not jump. NaN is shown as an en dash.
struct Reading {
  std::string id, label;
  double value;
  int decimals = 2;
  std::string unit;
};

/// One view's widgets, for the length of a frame. Made by app/view.
class Ui {
 public:
  explicit Ui(const Theme& theme) : theme_(&theme) {}

  /// Between ImGui::NewFrame and Render. `actions` are consumed by the widgets they name.
  void begin(float width, float height, std::vector<Action> actions);
  /// Actions that no widget took are dropped. The nodes stay until the next begin().
  void end();
  const std::vector<Node>& nodes() const { return nodes_; }
  const Theme& theme() const { return *theme_; }
  void set_theme(const Theme& theme) { theme_ = &theme; }
  float width() const { return width_; }
  /// True where the view is too narrow for things side by side (phones): below 560 px.
  bool narrow() const { return width_ < 560; }
  /// Height that the content took in the frame just drawn, so that the page can size the view.
  float content_height() const { return content_height_; }

  // Controls: return true in the frame in which the learner changed or pressed them.
  bool slider(std::string_view id, std::string_view label, double& value,
              const SliderOptions& options);
  bool button(std::string_view id, std::string_view label, Emphasis emphasis = Emphasis::normal,
              bool enabled = true);
  bool checkbox(std::string_view id, std::string_view label, bool& on, std::string_view group = "",
                bool enabled = true);
  /// One of several: true if it was chosen now.
  bool radio(std::string_view id, std::string_view label, bool selected, std::string_view group,
             bool enabled = true);
  /// A number or short text; in the page a real input lies over it, because phones' keyboards and
  /// input methods do not reach ImGui.
  bool text_box(std::string_view id, std::string_view label, std::string& text,
                bool enabled = true);

  // Words. Texts may hold maths between dollar signs (a small inline layout).
  void heading(std::string_view id, std::string_view text);
  void text(std::string_view id, std::string_view text);
  void muted(std::string_view id, std::string_view text);
  /// Announced politely when it changes.
  void status(std::string_view id, std::string_view text, bool good, bool shown_boxed = true);
  void readings(std::span<const Reading> readings);

  // Layout.
  void gap(float steps = 1);
  /// Children side by side, each `width` wide (in a narrow view: one below the other).
  void begin_columns(std::span<const float> shares);
  void next_column();
  void end_columns();
  void same_row();

  // Record a node for something drawn by ui/plot (which has the figure's words and numbers).
  void record(Node node);

 private:
  const Theme* theme_;
  float width_ = 0, height_ = 0, content_height_ = 0;
  std::vector<Action> actions_;
  std::vector<Node> nodes_;
};

}  // namespace grad::ui
