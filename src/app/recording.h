#pragma once

// What a run came to when the pages were built, and the same run in a page beside it. The command
// line records (`gradschool demo --json --figures`), web/site/results.mjs puts the recordings of a
// demo into results/<demo>.json, and the demo's view compares: to the bit, for both are made by the
// deterministic kernels.

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "demos/run.h"
#include "quiz/json.h"
#include "ui/series.h"
#include "ui/ui.h"

namespace grad::app {

/// What the figures of a run show, drawn without a window. Construct it where the run begins, let
/// the run take its steps, write.
class FigureRecorder {
 public:
  /// `run` must outlive this.
  explicit FigureRecorder(demos::Run& run);

  /// Members of the object being written: "figures", title, summary and table of each; "plots", for
  /// each a hash of the bits of all its series, and what a page draws in advance: the series in
  /// full opacity that have changed since the run began, to six digits; and "looks", the read-outs
  /// that depend on what is looked at (a series that does has "look": true).
  void write(quiz::JsonWriter& out);

 private:
  /// What is seen of the run now.
  struct Sight {
    std::vector<ui::PlotData> plots;
    std::vector<ui::Node> nodes;
    std::vector<demos::Readout> readouts;
  };
  Sight look() const;
  /// What is seen with each parameter that changes only that at either end of its range.
  std::vector<Sight> look_elsewhere();

  demos::Run& run_;
  Sight at_start_;
};

/// The recordings that came with a page, and how the page's own run compares with the one that has
/// its parameters and its seed. Parameters that change only what is looked at do not count; but
/// where they differ, plots are not compared, and read-outs and series that depend on them are left
/// out.
class Recordings {
 public:
  enum class Verdict {
    none,      ///< this run was not recorded
    ahead,     ///< it was, and has not got there yet
    same,      ///< it has: all that can be compared has the recorded bits
    different  ///< it has, and something differs
  };

  /// Room is left for recordings of which it is known that they will come.
  void expect() { expected_ = true; }
  bool expected() const { return expected_; }
  /// Takes {"demo": …, "runs": [{state, complete, readouts, plots}]}. Throws Error with a sentence
  /// if that is not what the text holds, and then keeps what was there.
  void load(std::string_view json, const demos::Run& run);

  Verdict verdict(const demos::Run& run) const;
  /// "none", "ahead", "same", "different".
  static const char* name(Verdict verdict);
  /// A line to stand under the figures; "" if there is nothing to compare with.
  std::string sentence(const demos::Run& run) const;
  /// For each read-out of the run, in their order, what it came to in the recorded run; NaN unless
  /// that is still ahead.
  std::vector<double> ahead(const demos::Run& run) const;

  /// Before and after a frame's figures are drawn.
  void lay_under(ui::Ui& ui, const demos::Run& run) const;
  void look_at(const ui::Ui& ui, const demos::Run& run);

 private:
  /// What a state text says: the run itself, what is looked at, and the step.
  struct State {
    std::string run, look;
    std::int64_t steps = 0;
  };
  struct Recording {
    State state;
    bool complete = false;
    std::vector<std::pair<std::string, double>> readouts;
    std::vector<std::pair<std::string, std::string>> bits;  ///< of each plot
    std::vector<ui::PlotData> plots;                        ///< what to draw in advance
    std::vector<ui::PlotData> plots_anyhow;                 ///< of it, whatever is looked at
    std::vector<std::string> looks;  ///< read-outs that depend on what is looked at
  };

  static State split(std::string_view state, const demos::Demo& demo);
  static Recording read(const quiz::Json& json, const demos::Demo& demo);
  /// The recording of this run that says most about where it is; null without one.
  const Recording* find(const demos::Run& run) const;
  static bool same_look(const Recording& recording, const demos::Run& run);
  /// Whether a read-out cannot be compared, because something else is looked at.
  static bool left_out(const Recording& recording, const std::string& readout, bool same_look);

  std::vector<Recording> recordings_;
  bool expected_ = false;
  const Recording* seen_ = nullptr;  ///< whose plots the last frame at its end was compared with
  bool seen_same_ = false;
};

}  // namespace grad::app
