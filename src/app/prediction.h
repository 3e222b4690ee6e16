#pragma once

// Predict, then run: before the first run of a demo the reader commits to a number, or draws a
// curve, and at the run's end sees how far it was from what came out.

#include <string>

#include "demos/run.h"
#include "ui/ui.h"

namespace grad::app {

class Prediction {
 public:
  /// Asks for a guess at a read-out, which must exist: for its curve if the demo has one, else for
  /// the number.
  void ask(std::string readout, const demos::Demo& demo);
  /// Another run than the one that was guessed at, or none to wait for any more.
  void drop() { *this = {}; }
  /// The run waits for a guess.
  bool asking() const { return phase_ == Phase::asking; }
  /// The run has come to its end.
  void finish(const demos::Run& run);

  enum class Answer {
    none,
    changed,  ///< another guess is to be drawn
    begin     ///< the run is to begin: with a guess, or without one
  };
  /// The question with its controls, while asking().
  Answer question(ui::Ui& ui, const demos::Run& run);
  /// Before the figures are drawn. While asking, what would give the answer away is kept back; once
  /// locked in, the guess stands in the figure that shows the read-out, dashed.
  void mark(ui::Ui& ui, const demos::Run& run);
  /// Once locked in: the guess, then what came of it.
  void outcome(ui::Ui& ui, const demos::Run& run) const;

 private:
  enum class Phase { none, asking, locked, told };
  bool is_curve() const { return !sketch_.x.empty(); }
  bool ask_for_number(ui::Ui& ui, const demos::Readout& asked);
  bool ask_for_curve(ui::Ui& ui, const demos::Run& run, const demos::Readout& asked);
  /// What is wrong with the guess as it is, "" if nothing.
  std::string check_guess();
  std::string compare(const demos::Readout& result) const;
  std::string compare(const demos::Readout& unit, const demos::Curve& result) const;
  demos::Readout readout(const demos::Run& run) const;

  Phase phase_ = Phase::none;
  std::string readout_, entered_, problem_, told_;
  double guess_ = 0;
  ui::Ui::Sketch sketch_;
  bool by_sliders_ = false;
};

}  // namespace grad::app
