#include "app/prediction.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "quiz/quiz.h"

namespace grad::app {
namespace {

std::string with_unit(double value, const demos::Readout& readout) {
  const std::string unit = readout.unit;
  return ui::format_number(value, readout.decimals) + (unit.empty() ? "" : "\u202f" + unit);
}

}  // namespace

void Prediction::ask(std::string readout) {
  drop();
  phase_ = Phase::asking;
  readout_ = std::move(readout);
}

demos::Readout Prediction::readout(const demos::Run& run) const {
  const std::vector<demos::Readout> all = run.demo().readouts();
  return *std::find_if(all.begin(), all.end(),
                       [&](const demos::Readout& each) { return readout_ == each.name; });
}

void Prediction::finish(const demos::Run& run) {
  if (phase_ != Phase::locked) return;
  phase_ = Phase::told;
  const demos::Readout result = readout(run);
  if (std::isnan(result.value)) {
    told_ = "; in this run it stays unknown.";
    return;
  }
  told_ = "; it came to " + with_unit(result.value, result) + ", " +
          with_unit(std::abs(result.value - guess_), result) + " away.";
}

bool Prediction::lock() {
  const bool empty = entered_.find_first_not_of(' ') == std::string::npos;
  problem_.clear();
  if (empty) problem_ = "Make a guess first, or just run it.";
  if (!empty && !quiz::parse_number(entered_, guess_))
    problem_ = "“" + entered_ + "” cannot be read as one number; write it like 0.8 or 2/3.";
  if (!problem_.empty()) return false;
  phase_ = Phase::locked;
  return true;
}

bool Prediction::question(ui::Ui& ui, const demos::Run& run) {
  const demos::Readout asked = readout(run);
  ui.prompt("prediction", std::string("What will “") + asked.label + "” come to?");
  const std::string unit = asked.unit;
  if (ui.text_box("prediction.entry", unit.empty() ? "Your guess" : "Your guess, in " + unit,
                  entered_, true, !problem_.empty()))
    problem_.clear();
  const bool entered = ui.entered();
  ui.status("prediction.problem", problem_, false);
  const bool pressed = ui.button("prediction.lock", "Lock in and run", ui::Emphasis::primary);
  ui.same_row();
  const bool skipped = ui.button("prediction.skip", "Just run it", ui::Emphasis::quiet);
  if (skipped) drop();
  return skipped || ((pressed || entered) && lock());
}

void Prediction::mark(ui::Ui& ui, const demos::Run& run) const {
  if (phase_ == Phase::locked || phase_ == Phase::told)
    ui.mark_level(readout(run).plot, "your guess", guess_);
}

void Prediction::outcome(ui::Ui& ui, const demos::Run& run) const {
  if (phase_ != Phase::locked && phase_ != Phase::told) return;
  const std::string said = "You said " + with_unit(guess_, readout(run));
  ui.outcome("prediction.outcome", said + (phase_ == Phase::told ? told_ : "."));
}

}  // namespace grad::app
