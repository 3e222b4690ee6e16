#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "demos/demo.h"

namespace grad::demos {

/// A demo being run: the parameters, the seed and the number of steps taken determine it to the
/// bit (so it selects the deterministic kernels). Changing the seed or a parameter starts it
/// afresh, except parameters that change only what is looked at.
class Run {
 public:
  /// Starts it with its defaults and seed 1. Throws Error naming the demo if there is none of that
  /// name.
  explicit Run(std::string_view demo_name);

  const DemoEntry& entry() const { return *entry_; }
  Demo& demo() { return *demo_; }
  const Demo& demo() const { return *demo_; }
  std::span<const double> values() const { return values_; }
  std::uint64_t seed() const { return seed_; }
  std::int64_t steps() const { return steps_; }
  bool complete() const { return complete_; }

  /// Throws Error naming parameter and range unless it exists and `value` is a finite number in it;
  /// then nothing has changed. A value between two steps of the parameter becomes the nearer one.
  /// The run starts afresh, unless the parameter changes only what is looked at.
  void set(std::string_view parameter, double value);
  /// Several at once, or none of them if one cannot be taken.
  void set(std::span<const Setting> settings);
  void set_seed(std::uint64_t seed);
  /// Back to step 0, with the same parameters and seed.
  void restart();
  /// Takes one step unless the run is complete. False once it is.
  bool step();
  /// Throws Error naming the read-out if there is none of that name.
  double readout(std::string_view name) const;

  /// "n:200,seeds:40,seed:7,step:300": only parameters that differ from their defaults, then seed
  /// (if not 1) and step (if not 0). What the page puts into its address.
  std::string state() const;
  /// The beginning of the same run with another seed and, as set() takes them, other settings,
  /// whatever is looked at.
  std::string state(std::uint64_t seed, std::span<const Setting> settings = {}) const;
  /// Takes such a text. Unknown names, values that are no number or out of range are left at their
  /// defaults, each reported in one sentence in `problems` (at most eight). Returns the step to run
  /// to (0 … 1,000,000); the caller takes the steps in slices. Steps already taken are kept where
  /// they lead there, else the run starts afresh.
  std::int64_t restore(std::string_view state, std::vector<std::string>& problems);

 private:
  std::string text(std::span<const double> values, bool with_looks, std::uint64_t seed,
                   std::int64_t steps) const;
  /// Puts the value in its place; whether that is one of the run, not only of what is looked at.
  bool place(std::vector<double>& values, std::string_view parameter, double value) const;
  /// Whether these values differ from the present ones only in what is looked at.
  bool same_run(std::span<const double> values) const;
  void take(std::vector<double> values, bool afresh);

  const DemoEntry* entry_;
  std::unique_ptr<Demo> demo_;
  std::vector<double> values_;
  std::uint64_t seed_ = 1;
  std::int64_t steps_ = 0;
  bool complete_ = false;
};

/// A demo run from such a text to the step that it names, or to the end if it names none. Throws
/// Error with one sentence for an unknown demo and for a text that is not wholly understood.
Run run_of(std::string_view demo_name, std::string_view state);

}  // namespace grad::demos
