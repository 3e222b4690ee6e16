#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "app/open_runs.h"
#include "app/prediction.h"
#include "app/recording.h"
#include "app/sweep.h"
#include "app/view.h"
#include "demos/run.h"
#include "quiz/json.h"
#include "tensor/check.h"
#include "ui/ui.h"

namespace grad::app {
namespace {

constexpr float kSideBySide = 860;  // px: from this width on the controls stand beside the figure

enum Speed { slow, normal, fast };
constexpr std::array speeds = {"Slow", "Normal", "Fast"};
constexpr Pace kSlowPace{.between_steps = 250};     // a few steps a second, to watch each
constexpr Pace kFastPace{.between_pictures = 500};  // hardly any time goes into pictures

/// A demo with its controls: the figure, the parameters, what came out, and the run.
class DemoView final : public View {
 public:
  explicit DemoView(std::string_view name) : run_(name), open_run_(run_) { announce(); }

  bool running() const override {
    return restoring() || (playing() && !run_.complete() && !prediction_.asking());
  }

  void advance() override {
    if (!running()) return;
    open_run_.use();
    const bool was_restoring = restoring();
    if (!run_.step()) restore_to_ = 0;
    if (run_.complete() || (was_restoring && !restoring())) announce();
    if (run_.complete()) prediction_.finish(run_);
    changed();
  }

  Pace pace() const override {
    if (restoring() || speed_ == normal) return {};
    return speed_ == slow ? kSlowPace : kFastPace;
  }

  std::string state() const override { return run_.state(); }

  /// A link to a step shows that step and waits there; other links play.
  std::string restore(std::string_view state) override {
    std::vector<std::string> problems;
    open_run_.use();
    restore_to_ = run_.restore(state, problems);
    play_ = restore_to_ > 0 ? Play::off : Play::automatic;
    prediction_.drop();
    announce();
    changed();
    std::string sentences;
    for (const std::string& problem : problems) {
      if (!sentences.empty()) sentences += ' ';
      sentences += problem;
    }
    return sentences;
  }

  void predict(std::string_view readout) override {
    run_.readout(readout);  // throws if there is none
    prediction_.ask(std::string(readout), run_.demo());
    announce();
    changed();
  }

  std::string model() const override {
    quiz::JsonWriter out;
    out.begin_object().key("readouts").begin_object();
    for (const demos::Readout& readout : run_.demo().readouts())
      out.member(readout.name, readout.value);
    out.end_object().member("narration", run_.demo().narrate());
    if (const std::optional<demos::Goal> goal = run_.demo().goal()) {
      out.key("goal").begin_object().member("text", goal->text);
      out.member("reached", goal->reached).end_object();
    }
    out.key("steps").raw(std::to_string(run_.steps()));
    out.member("complete", run_.complete()).member("running", running());
    out.member("recorded", Recordings::name(recordings_.verdict(run_)));
    return out.end_object().text();
  }

  std::vector<std::string> jobs() const override { return sweep_.wanted(); }
  void take_job(std::string_view state, std::string_view result) override {
    sweep_.take(state, result);
    changed();
  }

  std::string take_results(std::string_view json) override {
    recordings_.expect();
    changed();
    if (json.empty()) return "";
    try {
      recordings_.load(json, run_);
      return "";
    } catch (const Error& error) {
      return error.what();
    }
  }

 private:
  /// Demos begin by themselves, except where the reader wants no motion.
  enum class Play { automatic, on, off };
  bool playing() const {
    return play_ == Play::on || (play_ == Play::automatic && !theme().reduced_motion);
  }
  bool restoring() const { return !run_.complete() && run_.steps() < restore_to_; }

  void content(ui::Ui& ui) override {
    if (ui.width() < kSideBySide) {
      goal(ui);
      view_parameters(ui);
      if (prediction_.asking()) begin_with_guess(ui);  // it may ask to draw in the figure
      figures(ui);
      if (!prediction_.asking()) transport(ui);
      if (run_.demo().uses_seed()) {
        if (!ui.narrow()) ui.same_row();
        seed(ui);
      }
      speed(ui);
      parameters(ui, ui.narrow() ? 1 : 2);
      readings(ui);
      narration(ui);
      sweep(ui);
      return;
    }
    constexpr std::array<float, 2> shares = {0.7f, 0.3f};
    ui.begin_columns(shares);
    view_parameters(ui);
    figures(ui);
    narration(ui);
    sweep(ui);
    ui.next_column();
    goal(ui);
    if (prediction_.asking())
      begin_with_guess(ui);
    else
      transport(ui);
    speed(ui);
    parameters(ui, 1);
    if (run_.demo().uses_seed()) seed(ui);
    ui.gap(2);
    readings(ui);
    ui.end_columns();
  }

  /// What other seeds and other values come to.
  void sweep(ui::Ui& ui) {
    sweep_.follow(run_);
    if (prediction_.asking()) return;  // it would give the answer away
    if (!sweep_.begun()) return offer_sweeps(ui);
    sweep_.draw(ui, run_);
    if (ui.button("sweep.run", sweep_.wanted().empty() ? "Close" : "Stop", ui::Emphasis::quiet,
                  true, "Closes what was computed for other seeds or values."))
      sweep_.stop();
  }

  void offer_sweeps(ui::Ui& ui) {
    if (!run_.demo().uses_seed()) return;
    if (ui.button("sweep.run", "Try " + std::to_string(Sweep::kSeeds) + " seeds",
                  ui::Emphasis::quiet, true,
                  "Makes this run with the seeds 1 to " + std::to_string(Sweep::kSeeds) +
                      " and shows how far the results scatter."))
      sweep_.begin(run_);
    for (const demos::Parameter& parameter : run_.demo().parameters()) {
      if (!parameter.swept) continue;
      ui.same_row();
      if (ui.button(
              "sweep.over." + std::string(parameter.name),
              std::string(parameter.label) + ": try " + std::to_string(Sweep::kValues) + " values",
              ui::Emphasis::quiet, true,
              "Makes this run over the whole range, with " + std::to_string(Sweep::kSeedsEach) +
                  " seeds at each value."))
        sweep_.begin(run_, parameter);
    }
  }

  void figures(ui::Ui& ui) {
    if (!prediction_.asking()) recordings_.lay_under(ui, run_);
    prediction_.mark(ui, run_);
    run_.demo().draw(ui);
    recordings_.look_at(ui, run_);
    const std::vector<demos::Setting> settings = run_.demo().take_settings();
    if (settings.empty()) return;
    run_.set(settings);
    after_change();
  }

  /// Announced when it is reached, once; what is announced goes when the goal is lost.
  void goal(ui::Ui& ui) const {
    const std::optional<demos::Goal> goal = run_.demo().goal();
    if (!goal) return;
    ui.goal("goal", goal->text, goal->reached);
    const std::string text = "Goal reached: " + std::string(goal->text) + ".";
    ui.announce("goal.status", goal->reached ? text : "");
  }

  void narration(ui::Ui& ui) {
    ui.muted("narration", narrated(), ui.narrow() ? 4 : 2);
    ui.announce("narration.status", announced_);
    if (recordings_.expected())
      ui.muted("recorded", prediction_.asking() ? "" : recordings_.sentence(run_),
               ui.narrow() ? 2 : 1);
  }

  /// What would give the answer away is kept back while a guess is asked for.
  void readings(ui::Ui& ui) const {
    constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
    const bool hidden = prediction_.asking();
    const std::vector<double> ahead = recordings_.ahead(run_);
    std::vector<ui::Reading> readings;
    for (const demos::Readout& r : run_.demo().readouts())
      readings.push_back({r.name, r.label, hidden ? unknown : r.value, r.decimals, r.unit,
                          recordings_.expected(), hidden ? unknown : ahead[readings.size()]});
    ui.readings(readings);
    prediction_.outcome(ui, run_);
  }

  std::string narrated() const {
    return prediction_.asking() ? "The run waits for your guess." : run_.demo().narrate();
  }

  void parameters(ui::Ui& ui, int columns) {
    const auto declared = run_.demo().parameters();
    std::vector<std::size_t> shown;
    bool more = false;
    for (std::size_t i = 0; i < declared.size(); i++) {
      if (declared[i].view) continue;
      more = more || declared[i].more;
      if (!declared[i].more || more_) shown.push_back(i);
    }
    controls(ui, shown, columns);
    if (more && ui.button("more", more_ ? "Fewer settings" : "More settings", ui::Emphasis::quiet))
      more_ = !more_;
  }

  /// What is looked at is chosen above the figure.
  void view_parameters(ui::Ui& ui) {
    const auto declared = run_.demo().parameters();
    std::vector<std::size_t> shown;
    for (std::size_t i = 0; i < declared.size(); i++) {
      if (!declared[i].view) continue;
      if (declared[i].choices.empty())
        shown.push_back(i);
      else
        parameter(ui, declared[i], i);
    }
    controls(ui, shown, ui.narrow() ? 1 : 2);
  }

  void controls(ui::Ui& ui, const std::vector<std::size_t>& shown, int columns) {
    const auto declared = run_.demo().parameters();
    const std::vector<float> shares(static_cast<std::size_t>(columns), 1.f);
    for (std::size_t i = 0; i < shown.size(); i++) {
      const bool first = i % shares.size() == 0;
      if (columns > 1 && first) ui.begin_columns(shares);
      if (columns > 1 && !first) ui.next_column();
      parameter(ui, declared[shown[i]], shown[i]);
      if (columns > 1 && (i % shares.size() == shares.size() - 1 || i + 1 == shown.size()))
        ui.end_columns();
    }
  }

  void parameter(ui::Ui& ui, const demos::Parameter& parameter, std::size_t index) {
    const std::string id = "parameter." + std::string(parameter.name);
    double value = run_.values()[index];
    const bool changed = parameter.choices.empty() ? slider(ui, id, parameter, value)
                                                   : choice(ui, id, parameter, value);
    if (!changed) return;
    run_.set(parameter.name, value);
    after_change();
  }

  static bool choice(ui::Ui& ui, const std::string& id, const demos::Parameter& parameter,
                     double& value) {
    int place = static_cast<int>(value - parameter.min);
    if (!ui.select(id, parameter.label, parameter.choices, place, parameter.description))
      return false;
    value = parameter.min + place;
    return true;
  }

  static bool slider(ui::Ui& ui, const std::string& id, const demos::Parameter& parameter,
                     double& value) {
    const ui::SliderOptions options{.min = parameter.min,
                                    .max = parameter.max,
                                    .step = parameter.step,
                                    .logarithmic = parameter.logarithmic,
                                    .decimals = parameter.decimals,
                                    .unit = parameter.unit,
                                    .description = parameter.description};
    return ui.slider(id, parameter.label, value, options);
  }

  void seed(ui::Ui& ui) {
    const std::string seed = std::to_string(run_.seed());
    if (ui.button("seed", "New seed", ui::Emphasis::normal, true,
                  "The seed is " + seed + ". Another one draws other data and weights.")) {
      run_.set_seed(run_.seed() + 1);
      begin_again();
    }
    ui.same_row();
    ui.caption("seed.value", "Seed " + std::to_string(run_.seed()));
  }

  void transport(ui::Ui& ui) {
    const bool running = this->running();
    const char* label = running ? "Pause" : run_.complete() ? "Run again" : "Run";
    if (ui.button("run", label, ui::Emphasis::primary)) run_or_pause(running);
    ui.same_row();
    if (ui.button("step", "Step", ui::Emphasis::normal, !run_.complete())) {
      stop();
      run_.step();
      if (run_.complete()) prediction_.finish(run_);
      announce();
      changed();
    }
    if (run_.demo().can_go_back()) {
      ui.same_row();
      if (ui.button("back", "Back", ui::Emphasis::normal, run_.steps() > 0, "Undoes a step."))
        step_back();
    }
    ui.same_row();
    if (ui.button("reset", "Reset", ui::Emphasis::normal, true,
                  "All settings and the seed as they were at first.")) {
      std::vector<std::string> problems;
      run_.restore("", problems);
      begin_again();
      stop();
    }
  }

  void step_back() {
    const std::int64_t one_less = run_.steps() - 1;
    stop();
    run_.restart();
    begin_again();
    restore_to_ = one_less;
  }

  void begin_with_guess(ui::Ui& ui) {
    const Prediction::Answer answer = prediction_.question(ui, run_);
    if (answer == Prediction::Answer::none) return;
    if (answer == Prediction::Answer::begin) {
      play_ = Play::on;
      announce();
    }
    changed();
  }

  /// Not part of the state: a link shows the same run at the reader's own speed.
  void speed(ui::Ui& ui) {
    ui.select("speed", "Speed", speeds, speed_,
              "How fast steps follow each other. The result is the same.");
  }

  void run_or_pause(bool running) {
    if (running) {
      stop();
      announce();
    } else {
      if (run_.complete()) run_.restart();
      play_ = Play::on;
      announce();
    }
    changed();
  }

  void stop() {
    play_ = Play::off;
    restore_to_ = 0;
  }

  /// After a change of parameters, which may have left the run alone.
  void after_change() {
    if (run_.steps() == 0)
      begin_again();
    else
      changed();
  }

  /// The run has started afresh.
  void begin_again() {
    restore_to_ = 0;
    if (!prediction_.asking()) prediction_.drop();
    announce();
    changed();
  }

  /// What a screen reader is told: not every step, but where a run starts, stops or is changed.
  void announce() { announced_ = narrated(); }

  demos::Run run_;
  OpenRun open_run_;
  Prediction prediction_;
  Play play_ = Play::automatic;
  std::int64_t restore_to_ = 0;
  int speed_ = normal;
  bool more_ = false;
  std::string announced_;
  Recordings recordings_;
  Sweep sweep_;
};

}  // namespace

std::unique_ptr<View> make_demo_view(std::string_view name) {
  return std::make_unique<DemoView>(name);
}

}  // namespace grad::app
