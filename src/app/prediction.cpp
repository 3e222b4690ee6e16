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

std::string place(const demos::Curve& curve, std::size_t i) {
  return curve.names.empty() ? ui::format_number(curve.x[i], 0) : curve.names[i];
}

std::string what(const demos::Curve& curve, const demos::Readout& readout) {
  return *curve.what ? curve.what : readout.label;
}

}  // namespace

void Prediction::ask(std::string readout, const demos::Demo& demo) {
  drop();
  phase_ = Phase::asking;
  readout_ = std::move(readout);
  if (std::optional<demos::Curve> curve = demo.curve(readout_)) {
    const double middle = (curve->min + curve->max) / 2;
    sketch_ = {.plot = {},
               .label = "your guess",
               .x = curve->x,
               .y = std::vector<double>(curve->x.size(), middle),
               .min = curve->min,
               .max = curve->max};
  }
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
  told_ = is_curve() ? compare(result, *run.demo().curve(readout_)) : compare(result);
}

std::string Prediction::compare(const demos::Readout& result) const {
  const std::string said = "You said " + with_unit(guess_, result);
  if (std::isnan(result.value)) return said + "; in this run it stays unknown.";
  return said + "; it came to " + with_unit(result.value, result) + ", " +
         with_unit(std::abs(result.value - guess_), result) + " away.";
}

std::string Prediction::compare(const demos::Readout& unit, const demos::Curve& result) const {
  double sum = 0;
  std::size_t known = 0, worst = 0;
  const auto away = [&](std::size_t i) { return std::abs(result.y[i] - sketch_.y[i]); };
  for (std::size_t i = 0; i < result.x.size(); i++) {
    if (std::isnan(result.y[i])) continue;
    if (known == 0 || away(i) > away(worst)) worst = i;
    sum += away(i);
    known++;
  }
  if (known == 0) return "You drew a curve; in this run it stays unknown.";
  return "Your curve is " + with_unit(sum / static_cast<double>(known), unit) +
         " away on average, over " + std::to_string(known) + " places; most at " +
         place(result, worst) + ", where you drew " + with_unit(sketch_.y[worst], unit) +
         " and it came to " + with_unit(result.y[worst], unit) + ".";
}

std::string Prediction::check_guess() {
  if (is_curve()) return sketch_.drawn ? "" : "Draw your curve first, or just run it.";
  if (entered_.find_first_not_of(' ') == std::string::npos)
    return "Make a guess first, or just run it.";
  if (!quiz::parse_number(entered_, guess_))
    return "“" + entered_ + "” cannot be read as one number; write it like 0.8 or 2/3.";
  return "";
}

Prediction::Answer Prediction::question(ui::Ui& ui, const demos::Run& run) {
  const demos::Readout asked = readout(run);
  const bool answered = is_curve() ? ask_for_curve(ui, run, asked) : ask_for_number(ui, asked);
  const bool entered = ui.entered();
  ui.status("prediction.problem", problem_, false);
  const bool pressed = ui.button("prediction.lock", "Lock in and run", ui::Emphasis::primary);
  ui.same_row();
  if (ui.button("prediction.skip", "Just run it", ui::Emphasis::quiet)) {
    drop();
    return Answer::begin;
  }
  if (pressed || entered) {
    problem_ = check_guess();
    if (!problem_.empty()) return Answer::changed;
    phase_ = Phase::locked;
    return Answer::begin;
  }
  if (!answered) return Answer::none;
  problem_.clear();
  return Answer::changed;
}

bool Prediction::ask_for_number(ui::Ui& ui, const demos::Readout& asked) {
  ui.prompt("prediction", std::string("What will “") + asked.label + "” come to?");
  const std::string unit = asked.unit;
  return ui.text_box("prediction.entry", unit.empty() ? "Your guess" : "Your guess, in " + unit,
                     entered_, true, !problem_.empty());
}

/// Drawn in the figure, or set by sliders, which are folded away because most readers draw.
bool Prediction::ask_for_curve(ui::Ui& ui, const demos::Run& run, const demos::Readout& asked) {
  const demos::Curve curve = *run.demo().curve(readout_);
  ui.prompt("prediction", "How will “" + what(curve, asked) + "” change with " + curve.against +
                              "? Draw the curve in the figure.");
  bool changed = false;
  if (by_sliders_)
    for (std::size_t i = 0; i < curve.x.size(); i++) {
      const ui::SliderOptions options{.min = curve.min,
                                      .max = curve.max,
                                      .step = (curve.max - curve.min) / 100,
                                      .decimals = asked.decimals,
                                      .unit = asked.unit,
                                      .description = "your guess"};
      changed = ui.slider("prediction.at." + std::to_string(i),
                          what(curve, asked) + " at " + place(curve, i), sketch_.y[i], options) ||
                changed;
    }
  sketch_.drawn = sketch_.drawn || changed;
  if (ui.button("prediction.sliders", by_sliders_ ? "Hide the sliders" : "Set it with sliders",
                ui::Emphasis::quiet))
    by_sliders_ = !by_sliders_;
  return changed;
}

void Prediction::mark(ui::Ui& ui, const demos::Run& run) {
  if (phase_ == Phase::none) return;
  const std::string plot = readout(run).plot;
  if (asking()) ui.keep_back(plot);
  if (is_curve()) {
    sketch_.plot = plot;
    sketch_.open = asking();
    ui.set_sketch(sketch_);
  } else if (!asking()) {
    ui.mark_level(plot, "your guess", guess_);
  }
}

void Prediction::outcome(ui::Ui& ui, const demos::Run& run) const {
  if (phase_ == Phase::told) ui.outcome("prediction.outcome", told_);
  if (phase_ == Phase::locked)
    ui.outcome("prediction.outcome", is_curve()
                                         ? "Your curve is locked in."
                                         : "You said " + with_unit(guess_, readout(run)) + ".");
}

}  // namespace grad::app
