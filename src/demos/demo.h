#pragma once

// A demo is plain C++ without platform code. From what it declares come its controls, the URL
// state, the accessible twin, the command line, the tests, and quiz questions that read a run. To
// add one: write demos/<name>.cpp with a `std::unique_ptr<Demo> make_<symbol>()`, and add one line
// to demos.inc.

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ui/ui.h"

namespace grad::demos {

/// A number that the learner may set.
struct Parameter {
  const char* name;   ///< in URLs and on the command line
  const char* label;  ///< on the slider
  double min, max, initial;
  double step = 0;  ///< 0: continuous
  bool logarithmic = false;
  int decimals = 0;
  const char* unit = "";
  const char* description = "";
  bool more = false;  ///< behind "More settings"
  /// Names of the values min, min + 1 … max of a choice, which is shown as radio buttons; addresses
  /// keep the number. Empty: a slider.
  std::span<const char* const> choices = {};
  /// Changes only what is looked at: a change does not start the run afresh.
  bool view = false;
  /// A sweep over its range is offered. Not with `view` nor with `choices`.
  bool swept = false;
};

/// A parameter and what it is to be.
struct Setting {
  const char* parameter;
  double value;
};

/// A named result of the run. NaN until it is known.
struct Readout {
  const char* name;
  const char* label;
  double value;
  int decimals = 3;
  const char* unit = "";
  bool may_stay_unknown = false;  ///< NaN may be the result: a crossing that there is not
  const char* plot = "";  ///< id of the figure that shows it on its vertical axis, if one does
};

/// What a read-out comes to at a few places rather than at the one that is chosen.
struct Curve {
  const char* against;    ///< what the places count: "the number of training pictures"
  double min, max;        ///< heights that can be expected
  std::vector<double> x;  ///< the places, ascending, always the same
  std::vector<double> y;  ///< NaN until known
  const char* what = "";  ///< the heights, where that is more than the read-out's label
  std::vector<std::string> names = {};  ///< of the places, where they are not mere numbers: years
};

/// Something to reach, and whether the run, as it is now, has reached it.
struct Goal {
  const char* text;  ///< what to do, one line without a full stop: "Get the error below 0.05"
  bool reached;      ///< follows from the state, so it can be lost again
};

class Demo {
 public:
  virtual ~Demo() = default;
  virtual std::span<const Parameter> parameters() const = 0;
  /// What to try, one line.
  virtual const char* task() const = 0;
  /// What to reach; nothing where a demo is only to be looked at. Not reached at the defaults.
  virtual std::optional<Goal> goal() const { return std::nullopt; }
  /// Begins a run. `values` holds one number for each parameter, in their order, within range.
  virtual void start(std::span<const double> values, std::uint64_t seed) = 0;
  /// Parameters with `view` have changed; all values as in start(). The run goes on as it was.
  virtual void show(std::span<const double> /*values*/) {}
  /// One bounded, deterministic unit of work (aim: at most 8 ms on a laptop). Returns false when
  /// the run is complete; further calls change nothing.
  virtual bool step() = 0;
  /// Whether a step may be taken back, for which the run is made again without it: only where the
  /// whole of it takes no time to speak of.
  virtual bool can_go_back() const { return false; }
  virtual std::vector<Readout> readouts() const = 0;
  /// The curve that the read-out lies on, if the figure that shows it (Readout::plot) draws one: a
  /// learner who is to predict the read-out draws that curve instead of giving a number.
  virtual std::optional<Curve> curve(std::string_view /*readout*/) const { return std::nullopt; }
  /// Whether a run depends on its seed. If not, neither another seed nor twenty are offered.
  virtual bool uses_seed() const { return true; }
  /// The state in one or two plain sentences.
  virtual std::string narrate() const = 0;
  /// The figure(s) only: parameters, read-outs and run buttons are drawn by app/view.
  virtual void draw(ui::Ui& ui) = 0;
  /// What the reader did in the figures since the last call (drew a curve, say), as parameters to
  /// set. A demo never changes its own, because the address must hold them: whoever calls draw()
  /// asks for them afterwards and starts the run anew.
  virtual std::vector<Setting> take_settings() { return {}; }
};

struct DemoEntry {
  const char* name;   ///< "feature-ceiling"
  const char* title;  ///< "Feature ceiling"
  std::unique_ptr<Demo> (*make)();
};
/// All demos, in the order of demos.inc.
std::span<const DemoEntry> all_demos();
/// Null if there is none of that name.
const DemoEntry* find_demo(std::string_view name);

}  // namespace grad::demos
