#pragma once

// One run is one draw of data and weights. A sweep makes the same run with many seeds, so that the
// reader sees how far the results scatter, or with a few seeds at each of several values of one
// parameter, so that they see how the results depend on it. A run is a pure function of demo,
// parameters and seed: whoever hosts the view computes it somewhere else (a page in job workers,
// the window in a thread) and hands back what came out.

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "demos/run.h"
#include "ui/plot.h"
#include "ui/ui.h"

namespace grad::app {

/// Makes the run of `state` to its end, or until `stop` is set: {"readouts": {name: value, …}},
/// null for what stays unknown. May be called from any thread. Throws Error naming the demo if
/// there is none of that name.
std::string run_to_end(std::string_view demo, std::string_view state,
                       const std::atomic<bool>* stop = nullptr);

class Sweep {
 public:
  static constexpr std::uint64_t kSeeds = 20;
  static constexpr std::uint64_t kSeedsEach = 4;  ///< at each value of a parameter
  static constexpr int kValues = 7;               ///< of a parameter, evenly over its range

  bool begun() const { return !runs_.empty(); }
  /// The parameters of `run` with the seeds 1 … kSeeds.
  void begin(const demos::Run& run);
  /// The same with the seeds 1 … kSeedsEach for values of one parameter of its demo.
  void begin(const demos::Run& run, const demos::Parameter& parameter);
  void stop() { *this = {}; }
  /// Forgets what belongs to other parameters than those of `run`.
  void follow(const demos::Run& run);

  /// States of the runs that are still to be made, in their order.
  std::vector<std::string> wanted() const;
  /// What came out of one of them. A text that is not what run_to_end() gives counts as a run that
  /// failed; a state that is not wanted is ignored.
  void take(std::string_view state, std::string_view result);

  /// How many results there are, and the scatter of one read-out over them (NaN where unknown).
  std::size_t done() const;
  struct Scatter {
    std::size_t count = 0;
    double mean, sd, min, max;  ///< sd: of the sample, n - 1
  };
  Scatter scatter(std::size_t readout) const;
  /// Values of the parameter, ascending, and the scatter at one of them.
  const std::vector<double>& values() const { return values_; }
  Scatter scatter(std::size_t readout, double value) const;
  /// The figure, its sentence and its table; `run` names the read-outs.
  void draw(ui::Ui& ui, const demos::Run& run);

 private:
  struct Made {
    std::string state;
    double at;  ///< the seed, or the parameter's value
    bool known = false, failed = false;
    std::vector<double> results;  ///< by read-out
  };
  void name_readouts(const demos::Run& run);
  std::string sentence(const demos::Readout& shown) const;
  std::string findings(const demos::Readout& shown) const;
  ui::PlotOptions plot_options(const demos::Readout& shown) const;
  void draw_seeds(ui::Ui& ui, const demos::Readout& shown, ui::Table table) const;
  void draw_values(ui::Ui& ui, const demos::Readout& shown, ui::Table table) const;
  void draw_runs(ui::Plot& plot) const;
  ui::Table table(const std::vector<demos::Readout>& readouts) const;

  const demos::Parameter* parameter_ = nullptr;  ///< that varies; null: the seed
  std::vector<double> values_;
  std::vector<Made> runs_;
  std::vector<std::string> names_;
  int shown_ = 0;
};

}  // namespace grad::app
