// Five models from six decades learn to read the same small pictures of digits, drawn by drawn
// anew, and are judged by others: is newer always better?
//
// How the settings were chosen (learning rates, scale of the inputs): see eras.cpp.

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "data/augment.h"
#include "data/handwriting.h"
#include "demos/demo.h"
#include "demos/eras.h"
#include "ui/pictures.h"
#include "ui/plot.h"

namespace grad::demos {

std::unique_ptr<Demo> make_timeline();

namespace {

constexpr int most_draws = 5;

constexpr std::array<Parameter, 6> declared = {{
    {.name = "rows",
     .label = "Training pictures",
     .min = 10,
     .max = 3'000,
     .initial = 300,
     .step = 1,
     .logarithmic = true,
     .description = "pictures that every model learns from; it is judged by 500 others"},
    {.name = "shift",
     .label = "Digits moved by up to",
     .min = 0,
     .max = 4,
     .initial = 1,
     .step = 1,
     .unit = "px",
     .description = "along each axis, in pictures of 16 × 16 pixels, in training and in the test",
     .swept = true},
    {.name = "noise",
     .label = "Noise",
     .min = 0,
     .max = 0.5,
     .initial = 0,
     .step = 0.05,
     .decimals = 2,
     .description = "standard deviation of each pixel; from paper to ink is 1",
     .more = true},
    {.name = "passes",
     .label = "Passes over the pictures",
     .min = 1,
     .max = 100,
     .initial = 30,
     .step = 1,
     .description = "how often each model sees every picture, ten at a time",
     .more = true},
    {.name = "draws",
     .label = "Draws",
     .min = 1,
     .max = most_draws,
     .initial = 3,
     .step = 1,
     .description = "how often everything is done, each time with other pictures and first weights",
     .more = true},
    {.name = "rate",
     .label = "Learning rates times",
     .min = 0.01,
     .max = 1'000,
     .initial = 1,
     .logarithmic = true,
     .decimals = 2,
     .description = "multiplies the learning rate of each network; the perceptron has none",
     .more = true},
}};
enum Which {
  rows_parameter,
  shift_parameter,
  noise_parameter,
  passes_parameter,
  draws_parameter,
  rate_parameter
};

constexpr std::size_t era_count = std::tuple_size_v<std::remove_cvref_t<decltype(eras())>>;
constexpr int test_rows = 500;
constexpr int pictures_per_step = 50;  // whole tens, as data::handwritten_digits asks
constexpr int answers_per_step = 25;
constexpr int era_area = era_side * era_side;
constexpr double guessing = 1.0 / era_classes;
constexpr double hardly_more = 0.15;  // accuracy that is hardly more than guessing
constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
constexpr double year_min = 1950, year_max = 2030;
constexpr std::array markers = {ui::Marker::circle, ui::Marker::square, ui::Marker::diamond,
                                ui::Marker::triangle, ui::Marker::circle};

std::string percent(double share) { return ui::format_number(100 * share, 0) + "\u202f%"; }
std::string whole(double count) { return ui::format_number(count, 0); }
std::string year_text(int year) { return std::to_string(year); }

/// Pictures being drawn, a few at a time. Inputs are about 0 on average, as LeNet-5 had them.
class Drawer {
 public:
  Drawer() = default;
  Drawer(int rows, double shift, double noise, const Rng& rng)
      : writing_(rng.split(0)),
        moving_(rng.split(1)),
        change_{.shift = static_cast<real>(shift), .noise = static_cast<real>(noise)},
        drawn_{Array({rows, era_side, era_side, 1}), {}, era_classes} {}

  bool complete() const { return drawn_.size() == drawn_.x.shape()[0]; }
  const data::Dataset& drawn() const { return drawn_; }

  void draw_more() {
    const std::int64_t first = drawn_.size();
    const std::int64_t count =
        std::min<std::int64_t>(pictures_per_step, drawn_.x.shape()[0] - first);
    const data::Dataset digits = data::handwritten_digits(count, writing_);
    const Array moved = data::augment(framed(data::half_size(digits.x)), change_, moving_);
    real* out = drawn_.x.data() + first * era_area;
    for (std::int64_t i = 0; i < moved.size(); i++) out[i] = 2 * moved[i] - real(0.3);
    drawn_.y.insert(drawn_.y.end(), digits.y.begin(), digits.y.end());
  }

 private:
  /// An edge of paper, so that digits have room to move.
  static Array framed(const Array& pictures) {
    const std::int64_t count = pictures.shape()[0], side = pictures.shape()[1];
    const std::int64_t edge = (era_side - side) / 2;
    Array all = Array::zeros({count, era_side, era_side, 1});
    for (std::int64_t i = 0; i < count; i++)
      for (std::int64_t row = 0; row < side; row++)
        std::copy_n(pictures.data() + (i * side + row) * side, side,
                    all.data() + i * era_area + (row + edge) * era_side + edge);
    return all;
  }

  Rng writing_, moving_;
  data::AugmentOptions change_;
  data::Dataset drawn_;
};

/// What came of one era's model.
struct Result {
  std::vector<double> accuracies = {};  ///< of each draw
  std::int64_t parameters = 0;
  int failures = 0;          ///< draws in which training broke down
  std::string problem = {};  ///< how, the last time
  double training_ms = 0;    ///< of all draws; measured, so never part of what a run is compared by

  double mean() const {
    if (accuracies.empty()) return unknown;
    double sum = 0;
    for (const double accuracy : accuracies) sum += accuracy;
    return sum / static_cast<double>(accuracies.size());
  }
  double lowest() const {
    return accuracies.empty() ? unknown : *std::min_element(accuracies.begin(), accuracies.end());
  }
  double highest() const {
    return accuracies.empty() ? unknown : *std::max_element(accuracies.begin(), accuracies.end());
  }
};

class Timeline final : public Demo {
 public:
  std::span<const Parameter> parameters() const override { return declared; }
  const char* task() const override {
    return "Is newer always better? Draw what you expect, then change how many pictures there are "
           "and how far the digits move.";
  }

  std::optional<Goal> goal() const override {
    return Goal{"Find a run with 100 pictures or more in which a model of the 20th century wins",
                complete() && rows_ >= 100 && eras()[best(era_count)].year <= 2000};
  }

  void start(std::span<const double> values, std::uint64_t seed) override {
    rows_ = static_cast<int>(values[rows_parameter]);
    shift_ = values[shift_parameter];
    noise_ = values[noise_parameter];
    draws_ = static_cast<int>(values[draws_parameter]);
    options_ = {static_cast<int>(values[passes_parameter]), values[rate_parameter]};
    rng_ = Rng(seed);
    results_ = {};
    draw_ = 0;
    begin_draw();
  }

  bool step() override {
    if (complete()) return false;
    if (!train_.complete())
      train_.draw_more();
    else if (!test_.complete())
      test_.draw_more();
    else
      compete();
    return !complete();
  }

  std::vector<Readout> readouts() const override {
    std::vector<Readout> all;
    for (std::size_t i = 0; i < era_count; i++)
      all.push_back({.name = eras()[i].name,
                     .label = eras()[i].label,
                     .value = results_[i].mean(),
                     .plot = "eras"});
    all.push_back({.name = "newest_lead",
                   .label = "Newest’s lead",
                   .value = 100 * newest_lead(),
                   .decimals = 1,
                   .unit = "points"});
    return all;
  }

  std::optional<Curve> curve(std::string_view readout) const override {
    if (readout == "newest_lead") return std::nullopt;
    Curve curve{.against = "the year of the model", .min = 0, .max = 1, .x = {}, .y = {}};
    curve.what = "Accuracy";
    for (std::size_t i = 0; i < era_count; i++) {
      curve.x.push_back(eras()[i].year);
      curve.y.push_back(results_[i].mean());
      curve.names.push_back(year_text(eras()[i].year));
    }
    return curve;
  }

  std::string narrate() const override {
    if (complete()) return outcome() + " " + spread_sentence() + troubles();
    std::string text = "Draw " + whole(draw_ + 1) + " of " + whole(draws_) + ". ";
    if (!train_.complete() || !test_.complete()) return text + "The pictures are being drawn.";
    text += model_ && !learned_ ? "Now learning: " + std::string(eras()[at_].said) + ", " +
                                      percent(std::floor(10 * model_->progress()) / 10) + " done."
                                : "Now reading: " + std::string(eras()[at_].said) + ".";
    return text + troubles();
  }

  void draw(ui::Ui& ui) override {
    draw_timeline(ui);
    draw_numbers(ui);
    draw_examples(ui);
  }

 private:
  static constexpr std::size_t newest = era_count - 1;

  bool complete() const { return draw_ == draws_; }

  // ---- The race ----

  void begin_draw() {
    const Rng rng = rng_.split(static_cast<std::uint64_t>(draw_));
    train_ = Drawer(rows_, shift_, noise_, rng.split(0));
    test_ = Drawer(test_rows, shift_, noise_, rng.split(1));
    models_rng_ = rng.split(2);
    model_.reset();
    at_ = 0;
  }

  void compete() {
    using Clock = std::chrono::steady_clock;
    const Clock::time_point start = Clock::now();
    Result& result = results_[at_];
    if (!model_) {
      model_ = eras()[at_].make(train_.drawn(), options_, models_rng_.split(at_));
      learned_ = false;
      tested_ = right_ = 0;
    } else if (!learned_) {
      learned_ = !model_->learn();
    } else {
      test_more();
      return;
    }
    result.training_ms += std::chrono::duration<double, std::milli>(Clock::now() - start).count();
  }

  void test_more() {
    const data::Dataset& test = test_.drawn();
    const Array part =
        Array::from({test.x.data() + tested_ * era_area, std::size_t{answers_per_step * era_area}},
                    test.x.shape().with(0, answers_per_step));
    for (const std::int32_t digit : model_->read(part))
      right_ += digit == test.y[static_cast<std::size_t>(tested_++)];
    if (tested_ == test_rows) judge();
  }

  void judge() {
    Result& result = results_[at_];
    result.accuracies.push_back(right_ / static_cast<double>(test_rows));
    result.parameters = model_->parameter_count();
    if (const std::string problem = model_->problem(); !problem.empty()) {
      result.failures++;
      result.problem = problem;
    }
    model_.reset();
    if (++at_ < era_count) return;
    draw_++;
    if (!complete()) begin_draw();
  }

  std::size_t best(std::size_t count) const {
    std::size_t best = 0;
    for (std::size_t i = 1; i < count; i++)
      if (results_[i].mean() > results_[best].mean()) best = i;
    return best;
  }

  /// Of the newest model over the best of the older ones; NaN until all are known.
  double newest_lead() const { return results_[newest].mean() - results_[best(newest)].mean(); }

  // ---- In words ----

  static std::string told(std::size_t i) {
    return std::string(eras()[i].said) + " of " + year_text(eras()[i].year);
  }

  std::string outcome() const {
    const std::size_t first = best(era_count), older = best(newest);
    std::string text = "After " + whole(rows_) + " pictures the best is " + told(first) + " with " +
                       percent(results_[first].mean()) + ". ";
    const double lead = 100 * newest_lead();
    text += "The newest, " + told(newest) + ", reads " + percent(results_[newest].mean());
    if (lead == 0) return text + ", as many as the best of the older ones.";
    return text + ": " + ui::format_number(std::abs(lead), 1) + " points " +
           (lead > 0 ? "more than " : "fewer than ") + told(older) + ".";
  }

  std::string spread_sentence() const {
    double widest = 0;
    for (const Result& result : results_)
      widest = std::max(widest, result.highest() - result.lowest());
    if (draws_ == 1) return "One draw says little: take more, or another seed.";
    return "Over " + whole(draws_) + " draws one and the same model varies by up to " +
           ui::format_number(100 * widest, 1) + " points.";
  }

  /// What went wrong, said of each model.
  std::string troubles() const {
    std::string text;
    std::vector<const char*> guessers;
    for (std::size_t i = 0; i < era_count; i++) {
      const Result& result = results_[i];
      if (result.failures > 0)
        text += " Training of " + std::string(eras()[i].said) + " broke down in " +
                whole(result.failures) + " of " +
                whole(static_cast<double>(result.accuracies.size())) + " draws. " + result.problem;
      if (result.mean() < hardly_more) guessers.push_back(eras()[i].label);
    }
    for (std::size_t i = 0; i < guessers.size(); i++)
      text += std::string(i == 0 ? " Little more than guessing: " : ", ") + guessers[i];
    return guessers.empty() ? text : text + ".";
  }

  // ---- The figures ----

  /// The blue that stands out on dark paper.
  static std::uint32_t color(const ui::Ui& ui, std::size_t i) {
    constexpr std::array<int, era_count> light = {5, 1, 2, 0, 3};
    return ui::data_color(light[i] == 0 && ui.theme().dark ? 4 : light[i]);
  }

  void draw_timeline(ui::Ui& ui) const {
    ui::PlotOptions options;
    options.title = "Share of 500 unseen digits read, by the year of the model";
    options.summary =
        "Each model by its year and its accuracy: the mean of the draws, a bar from "
        "the lowest to the highest draw. " +
        narrate();
    options.x = {.label = "year of the model", .min = year_min, .max = year_max};
    for (const int year : {1960, 1980, 2000, 2020}) {
      options.x.ticks.push_back(year);
      options.x.names.push_back(year_text(year));
    }
    options.y = {.label = "accuracy", .min = 0, .max = 1, .ticks = {0, 0.25, 0.5, 0.75, 1}};
    options.height = 330;
    ui::Plot plot(ui, "eras", options);
    if (!plot.open()) return;
    plot.horizontal("guessing", guessing, ui.theme().muted);
    std::vector<double> years, means;
    for (std::size_t i = 0; i < era_count; i++) {
      years.push_back(eras()[i].year);
      means.push_back(results_[i].mean());
    }
    plot.line("", years, means, ui.theme().muted, true);
    for (std::size_t i = 0; i < era_count; i++) draw_era(plot, i, color(ui, i));
    plot.table(table());
  }

  void draw_era(ui::Plot& plot, std::size_t i, std::uint32_t color) const {
    const Result& result = results_[i];
    const auto year = static_cast<double>(eras()[i].year);
    const std::vector<double> years(result.accuracies.size(), year);
    const std::array<double, 2> ends = {result.lowest(), result.highest()}, both = {year, year};
    const double mean = result.mean();
    plot.line("", both, ends, color);
    plot.points("", years, result.accuracies, color, markers[i], 3, 0.5f);
    plot.points(std::string(eras()[i].label) + " " + year_text(eras()[i].year), {&year, 1},
                {&mean, 1}, color, markers[i], 6);
  }

  ui::Table table() const {
    ui::Table table{.columns = {"Year", "Model", "Parameters", "Accuracy", "Lowest", "Highest"},
                    .rows = {}};
    for (std::size_t i = 0; i < era_count; i++) {
      const Result& result = results_[i];
      const bool known = !result.accuracies.empty();
      table.rows.push_back({year_text(eras()[i].year), eras()[i].label,
                            known ? whole(static_cast<double>(result.parameters)) : "not yet",
                            ui::format_number(result.mean(), 3),
                            ui::format_number(result.lowest(), 3),
                            ui::format_number(result.highest(), 3)});
    }
    return table;
  }

  /// Times are of this machine and this run: in no figure and no read-out, because those are
  /// compared with recorded ones.
  void draw_numbers(ui::Ui& ui) const {
    std::vector<ui::Reading> parameters, seconds;
    for (std::size_t i = 0; i < era_count; i++) {
      const Result& result = results_[i];
      const auto draws = static_cast<double>(result.accuracies.size());
      const std::string name = eras()[i].name;
      const std::string label = std::string(eras()[i].label) + " " + year_text(eras()[i].year);
      const bool known = draws > 0;
      parameters.push_back({"parameters." + name, label,
                            known ? static_cast<double>(result.parameters) : unknown, 0, ""});
      // While a model is learning, its time belongs to a draw that is not counted yet.
      const bool learning = at_ == i && model_ != nullptr;
      seconds.push_back({"seconds." + name, label,
                         known ? result.training_ms / 1000 / (draws + (learning ? 1 : 0)) : unknown,
                         2, "s"});
    }
    ui.caption("parameters.title", "Parameters");
    ui.readings(parameters);
    ui.caption("seconds.title", "Seconds to learn, a draw, measured here and now");
    ui.readings(seconds);
  }

  void draw_examples(ui::Ui& ui) const {
    const data::Dataset& drawn = train_.drawn();
    ui::PicturesOptions options;
    options.title = "Ten of the pictures to learn from";
    options.summary =
        "The first ten training pictures of this draw, the digits 0 to 9, moved by "
        "up to " +
        whole(shift_) + " pixels, with noise " + ui::format_number(noise_, 2) + ".";
    options.side = 64;
    options.table = {.columns = {"Picture", "Digit", "Ink"}, .rows = {}};
    std::vector<ui::Tile> tiles;
    for (int i = 0; i < era_classes; i++) {
      const bool known = i < static_cast<int>(drawn.size());
      ui::Picture picture{.width = era_side, .height = era_side};
      double ink = 0;
      for (int k = 0; k < era_area; k++) {
        const auto value = known ? static_cast<double>(drawn.x[i * era_area + k]) : -0.3;
        const double share = std::clamp((value + 0.3) / 2, 0.0, 1.0);
        ink += share;
        picture.pixels.push_back(
            ui::mix(ui.theme().paper, ui.theme().ink, static_cast<float>(share)));
      }
      const std::string digit = known ? std::to_string(drawn.y[static_cast<std::size_t>(i)]) : "–";
      tiles.push_back({.pictures = {std::move(picture)}, .caption = digit});
      options.table.rows.push_back({whole(i + 1), digit, percent(ink / era_area)});
    }
    ui::pictures(ui, "pictures", options, tiles);
  }

  int rows_ = 0, draws_ = 0;
  double shift_ = 0, noise_ = 0;
  EraOptions options_;
  Rng rng_, models_rng_;
  int draw_ = 0;  ///< which one is being made
  Drawer train_, test_;
  std::size_t at_ = 0;  ///< whose turn it is
  std::unique_ptr<EraModel> model_;
  bool learned_ = false;
  int tested_ = 0, right_ = 0;
  std::array<Result, era_count> results_;
};

}  // namespace

std::unique_ptr<Demo> make_timeline() { return std::make_unique<Timeline>(); }

}  // namespace grad::demos
