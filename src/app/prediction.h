#pragma once

// Predict, then run: before the first run of a demo the reader commits to a number, and at its end
// sees how far it was from what came out.

#include <string>

#include "demos/run.h"
#include "ui/ui.h"

namespace grad::app {

class Prediction {
 public:
  /// Asks for a guess at a read-out, which must exist.
  void ask(std::string readout);
  /// Another run than the one that was guessed at, or none to wait for any more.
  void drop() { *this = {}; }
  /// The run waits for a guess.
  bool asking() const { return phase_ == Phase::asking; }
  /// The run has come to its end.
  void finish(const demos::Run& run);

  /// The question with its controls, while asking(). True if the run is to begin: with a guess, or
  /// without one.
  bool question(ui::Ui& ui, const demos::Run& run);
  /// Once locked in: the guess in the figure that shows the read-out, as a dashed line.
  void mark(ui::Ui& ui, const demos::Run& run) const;
  /// Once locked in: the guess, then what came of it.
  void outcome(ui::Ui& ui, const demos::Run& run) const;

 private:
  enum class Phase { none, asking, locked, told };
  bool lock();
  demos::Readout readout(const demos::Run& run) const;

  Phase phase_ = Phase::none;
  std::string readout_, entered_, problem_, told_;
  double guess_ = 0;
};

}  // namespace grad::app
