#pragma once

// Widgets: each draws with Dear ImGui and records a semantic node. Nothing outside src/ui calls
// ImGui::Button or its like, so nothing can be drawn that a screen reader does not meet.
//
// A frame: begin(), widgets from top to bottom, end(). Every widget takes the next free place of
// its column; widgets know their own size, and texts wrap. Ids are unique in a view and the same
// from frame to frame.

#include <array>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tensor/array.h"
#include "ui/semantics.h"
#include "ui/series.h"
#include "ui/theme.h"

struct ImDrawList;

namespace grad::ui {

struct SliderOptions {
  double min = 0, max = 1, step = 0;  ///< step 0: continuous
  bool logarithmic = false;           ///< requires min > 0
  int decimals = 2;
  std::string unit = {};
  std::string description = {};
};
/// quiet: words without a frame, for what is seldom wanted.
enum class Emphasis { normal, primary, quiet };

/// A number shown in tabular figures, so that it does not jump. NaN is shown as an en dash.
struct Reading {
  std::string id, label;
  double value;
  int decimals = 2;
  std::string unit;
  /// Leaves room beside the value for a recorded one to compare with, and shows that, muted, unless
  /// it is NaN: "0.512 → 0.970".
  bool compared = false;
  double recorded = std::numeric_limits<double>::quiet_NaN();
};

/// A row that can be chosen, in full. checkbox() and radio() are short for the common cases.
struct Choice {
  std::string_view id, label, group;
  bool on = false;
  bool enabled = true;
  enum class Mark { none, right, wrong } mark = Mark::none;  ///< shown beside it once graded
  std::string_view note = {};                                ///< shown under the label: feedback
};

/// A row of a list that is brought into order.
struct MovableRow {
  std::string_view id, text;
  std::string_view left = {};  ///< what stands opposite, before an arrow; may be empty
  bool enabled = true;
  Choice::Mark mark = Choice::Mark::none;
  std::string_view note = {};
};

/// "1,250", "−0.07", "0.123"; an en dash for NaN, "∞" for infinity.
std::string format_number(double value, int decimals);
/// A slider's value as shown and read out: format_number and the unit. A logarithmic slider without
/// steps shows three significant digits.
std::string format_value(double value, const SliderOptions& options);
/// The value that a slider with these options takes when `value` is asked for: within range, on a
/// step, rounded to the digits shown. A value that is not finite becomes `fallback`.
double slider_value(double value, const SliderOptions& options, double fallback);

/// One view's widgets. Made by app/view, once per view; begin() and end() enclose a frame.
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
              bool enabled = true, std::string_view description = "");
  bool checkbox(std::string_view id, std::string_view label, bool& on, std::string_view group = "",
                bool enabled = true);
  /// One of several: true if it was chosen now.
  bool radio(std::string_view id, std::string_view label, bool selected, std::string_view group,
             bool enabled = true);
  /// One of a few with short names, by number: a label, and the options side by side as radio
  /// buttons `id`.0, `id`.1 … True if another one was chosen now.
  bool select(std::string_view id, std::string_view label, std::span<const char* const> options,
              int& selected, std::string_view description = "");
  /// The same rows with a mark and a note. choose_many() returns whether it was switched.
  bool choose_one(const Choice& choice) { return choose(choice, Role::radio); }
  bool choose_many(const Choice& choice) { return choose(choice, Role::checkbox); }
  /// With two buttons, `id`.up and `id`.down, and by dragging (fingers take it by `id`.grip): by
  /// how many places the row is to move, down if above 0. The rows of a frame are one list.
  int movable(const MovableRow& row);
  /// A number or short text; in the page a real input lies over it, because phones' keyboards and
  /// input methods do not reach ImGui.
  bool text_box(std::string_view id, std::string_view label, std::string& text, bool enabled = true,
                bool invalid = false);
  /// True in the frame in which Enter was pressed in a text box.
  bool entered() const { return entered_; }
  /// Progress through a sequence: one dot for each place, each a button. Returns the place pressed
  /// or -1.
  struct Dot {
    std::string id, label;
    enum class State { open, begun, right, missed } state = State::open;
  };
  int dots(std::span<const Dot> dots, int current);

  // Words. Texts may hold maths between dollar signs (a small inline layout).
  void heading(std::string_view id, std::string_view text);
  /// A heading set as text is, but larger: a question.
  void prompt(std::string_view id, std::string_view text);
  /// Takes the room of at least `lines` lines, so that what is below does not move with the text.
  void text(std::string_view id, std::string_view text, int lines = 1);
  /// A program, every character as wide as every other.
  void code(std::string_view id, std::string_view text);
  void muted(std::string_view id, std::string_view text, int lines = 1);
  /// A few quiet words, only as wide as they are: beside a button, say.
  void caption(std::string_view id, std::string_view text);
  /// Announced politely when it changes. An empty one takes no room but is recorded.
  void status(std::string_view id, std::string_view text, bool good, bool shown_boxed = true);
  /// A boxed status that is neither good nor bad.
  void outcome(std::string_view id, std::string_view text);
  /// A calm box with a title, for an explanation.
  void note(std::string_view id, std::string_view title, std::string_view text);
  /// Announced politely when it changes, not drawn: for what is drawn elsewhere.
  void announce(std::string_view id, std::string_view text);
  void readings(std::span<const Reading> readings);
  /// Something to reach: an open ring, or a filled one with a check mark once reached, and words
  /// that say the same. Takes the room of both, so that reaching it moves nothing.
  void goal(std::string_view id, std::string_view text, bool reached);

  // Layout.
  void gap(float steps = 1);
  /// Children side by side, in these shares of the width (in a narrow view: one below the other).
  void begin_columns(std::span<const float> shares);
  void next_column();
  void end_columns();
  /// The next widget stands beside the last one, if there is room.
  void same_row();

  // For what this room draws itself (ui/plot): records a node; takes the next place, `width` <= 0:
  // all of the column.
  void record(Node node);
  Rect place(float width, float height);
  float column_width() const { return area_.width; }
  /// What the plots of this frame have drawn, in their order; kept until the next begin().
  const std::vector<PlotData>& plots() const { return plots_; }
  void keep(PlotData plot) { plots_.push_back(std::move(plot)); }
  /// Series to be drawn faintly beneath those of the plots with these ids, in this frame: a
  /// recorded run, say. Of the series count kind, label and coordinates. `plots` must live until
  /// end().
  void set_underlays(std::span<const PlotData> plots) { underlays_ = plots; }
  /// Those for one plot.
  const std::vector<Series>& underlay(std::string_view plot) const;
  /// Where a figure's plot was in the last frame: what is dragged over it is measured from there.
  Rect& plot_area(std::string_view id) { return plot_areas_[std::string(id)]; }
  /// For this frame, a dashed line across the plot of that id, which need not be there.
  struct Level {
    std::string plot, label;
    double y;
  };
  void mark_level(std::string_view plot, std::string_view label, double y) {
    levels_.push_back({std::string(plot), std::string(label), y});
  }
  const std::vector<Level>& levels() const { return levels_; }
  /// A curve of the reader's: heights from `min` to `max` at ascending places of a plot's x axis.
  struct Sketch {
    std::string plot, label;
    std::vector<double> x, y;
    double min = 0, max = 1;
    bool open = false;   ///< strokes across the plot change it
    bool drawn = false;  ///< one has
  };
  /// For this frame, dashed in the plot of its id, which need not be there. `sketch` must live
  /// until end().
  void set_sketch(Sketch& sketch) { sketch_ = &sketch; }
  /// Null if there is none for this plot.
  Sketch* sketch(std::string_view plot) const {
    return sketch_ && sketch_->plot == plot ? sketch_ : nullptr;
  }
  /// For this frame: what the plot of that id draws takes room but is not shown, and no plot tells
  /// in words or in a table what it shows. For who is to guess first.
  void keep_back(std::string_view plot) { kept_back_ = plot; }
  /// The plot, "" if it is not there, null where nothing is kept back.
  const std::optional<std::string>& kept_back() const { return kept_back_; }

 private:
  struct Pointer {
    bool hovered = false, held = false, released = false, clicked = false, focused = false;
  };
  struct Area {
    float x = 0, y = 0, width = 0;
    bool empty = true;
  };
  struct Columns {
    Area outer;
    std::vector<float> shares;
    std::size_t index = 0;
    float bottom = 0;
    bool stacked = false;
  };
  struct Stop {  // a place that Tab reaches
    std::string id, group;
    bool checked;
  };

  Pointer interact(Node node);
  const Action* take_action(std::string_view id);
  bool choose(const Choice& choice, Role role);
  bool arrow_button(const std::string& id, const std::string& label, const Rect& rect, bool up,
                    bool enabled);
  int drag_row(const MovableRow& row, const Rect& rect, float reach, float& lift);
  void draw_row_mark(const Choice& choice, Role role, const Rect& box);
  void draw_focus_ring(const Rect& around, float radius);
  void paragraph(std::string_view id, std::string_view text, std::uint32_t color, int lines);
  void record_words(std::string_view id, Role role, std::string label, const Rect& rect);
  void record_reading(const Reading& reading, const Rect& rect);
  float recorded_width(const Reading& reading, float size) const;
  void list_readings(std::span<const Reading> readings);
  void spread_readings(std::span<const Reading> readings);
  void box(std::string_view title, std::string_view text, std::uint32_t bar);
  void start_column();
  std::size_t focused_stop() const;
  void follow_keys();
  void keep_focus();
  void focus(std::string_view id, bool visible);
  float text_size() const;
  float small_size() const;
  float row_height() const { return theme_->touch ? 44.f : 36.f; }
  ImDrawList& list() const;

  const Theme* theme_;
  float width_ = 0, height_ = 0, content_height_ = 0;
  std::vector<Action> actions_;
  Action taken_;
  std::vector<Node> nodes_;

  Area area_;
  std::vector<Columns> columns_;
  Rect last_, row_;  // the widget placed last, and the first one of its row
  bool same_row_ = false;

  struct Row {
    std::string id;
    Rect rect;
  };
  std::vector<Row> rows_, last_rows_;  // movable ones, of this frame and of the one before
  float grabbed_ = 0;                  // from a dragged row's upper edge to the pointer
  std::string drop_on_;                // where it would go if it were let go now

  std::map<std::string, Rect> plot_areas_;  // by figure
  std::vector<PlotData> plots_;
  std::span<const PlotData> underlays_;
  std::vector<Level> levels_;
  Sketch* sketch_ = nullptr;
  std::optional<std::string> kept_back_;

  std::vector<Stop> stops_;  // of this frame
  std::string focus_;
  std::size_t focus_place_ = 0;  // where it was among the stops
  bool focus_visible_ = false;   // it was moved by keys
  bool entered_ = false;
};

}  // namespace grad::ui
