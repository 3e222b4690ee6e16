#include "app/sweep.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>
#include <utility>

#include "quiz/json.h"
#include "tensor/check.h"

namespace grad::app {
namespace {

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t kMaxResultBytes = 10'000;

/// The range of some values with a little air, so that no point lies on the frame; logarithmic
/// where most of them would otherwise lie on the ground.
ui::Axis axis_over(const std::vector<double>& values, std::string label) {
  constexpr double kManyTimes = 50;
  ui::Axis axis{.label = std::move(label)};
  if (values.empty()) return axis;
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  axis.logarithmic = *low > 0 && *high > kManyTimes * *low;
  if (axis.logarithmic) {
    axis.min = *low / 1.5;
    axis.max = *high * 1.5;
    return axis;
  }
  const double air = *high > *low ? (*high - *low) / 10 : std::max(std::abs(*low) / 10, 0.1);
  axis.min = *low - air;
  axis.max = *high + air;
  return axis;
}

/// Values over a parameter's range at equal ways of its slider, in two digits where it has many.
std::vector<double> spread_over(const demos::Parameter& parameter) {
  std::vector<double> values;
  for (int i = 0; i < Sweep::kValues; i++) {
    const double share = i / static_cast<double>(Sweep::kValues - 1);
    const double at = parameter.logarithmic
                          ? parameter.min * std::pow(parameter.max / parameter.min, share)
                          : parameter.min + share * (parameter.max - parameter.min);
    double unit = 1;
    while (std::abs(at) >= 100 * unit) unit *= 10;
    const ui::SliderOptions slider{
        .min = parameter.min, .max = parameter.max, .step = parameter.step, .decimals = 10};
    const double value =
        ui::slider_value(unit > 1 ? unit * std::round(at / unit) : at, slider, parameter.initial);
    if (values.empty() || value > values.back()) values.push_back(value);
  }
  return values;
}

Sweep::Scatter scatter_of(const std::vector<double>& values) {
  Sweep::Scatter scatter{values.size(), kUnknown, kUnknown, kUnknown, kUnknown};
  if (values.empty()) return scatter;
  const auto n = static_cast<double>(values.size());
  double sum = 0, squares = 0;
  for (const double value : values) sum += value;
  scatter.mean = sum / n;
  for (const double value : values) squares += (value - scatter.mean) * (value - scatter.mean);
  if (values.size() > 1) scatter.sd = std::sqrt(squares / (n - 1));
  scatter.min = *std::min_element(values.begin(), values.end());
  scatter.max = *std::max_element(values.begin(), values.end());
  return scatter;
}

std::string value_text(const demos::Parameter& parameter, double value) {
  return ui::format_number(value, parameter.decimals);
}

}  // namespace

std::string run_to_end(std::string_view demo, std::string_view state,
                       const std::atomic<bool>* stop) {
  demos::Run run(demo);
  std::vector<std::string> problems;
  run.restore(state, problems);
  while (!(stop && *stop) && run.step()) {
  }
  quiz::JsonWriter out;
  out.begin_object().key("readouts").begin_object();
  for (const demos::Readout& readout : run.demo().readouts())
    out.member(readout.name, readout.value);
  return out.end_object().end_object().text();
}

void Sweep::name_readouts(const demos::Run& run) {
  for (const demos::Readout& readout : run.demo().readouts()) names_.push_back(readout.name);
}

void Sweep::begin(const demos::Run& run) {
  stop();
  name_readouts(run);
  for (std::uint64_t seed = 1; seed <= kSeeds; seed++)
    runs_.push_back({.state = run.state(seed), .at = static_cast<double>(seed), .results = {}});
}

void Sweep::begin(const demos::Run& run, const demos::Parameter& parameter) {
  stop();
  name_readouts(run);
  parameter_ = &parameter;
  values_ = spread_over(parameter);
  // Seed by seed, so that the whole range is soon seen.
  for (std::uint64_t seed = 1; seed <= kSeedsEach; seed++)
    for (const double value : values_) {
      const demos::Setting setting{parameter.name, value};
      runs_.push_back({.state = run.state(seed, {&setting, 1}), .at = value, .results = {}});
    }
}

void Sweep::follow(const demos::Run& run) {
  if (!begun()) return;
  const demos::Setting setting{parameter_ ? parameter_->name : "", runs_.front().at};
  const std::span<const demos::Setting> varied(&setting, parameter_ ? 1 : 0);
  if (runs_.front().state != run.state(1, varied)) stop();
}

std::vector<std::string> Sweep::wanted() const {
  std::vector<std::string> wanted;
  for (const Made& made : runs_)
    if (!made.known) wanted.push_back(made.state);
  return wanted;
}

void Sweep::take(std::string_view state, std::string_view result) {
  const auto found = std::find_if(runs_.begin(), runs_.end(),
                                  [&](const Made& made) { return made.state == state; });
  if (found == runs_.end()) return;
  found->known = true;
  found->results.assign(names_.size(), kUnknown);
  try {
    const quiz::Json json = quiz::parse_json(result, kMaxResultBytes);
    const quiz::Json* readouts = json.find("readouts");
    check(readouts != nullptr, "no read-outs");
    for (std::size_t i = 0; i < names_.size(); i++) {
      const quiz::Json* value = readouts->find(names_[i]);
      if (value && value->kind == quiz::Json::Kind::number) found->results[i] = value->number;
    }
  } catch (const Error&) {
    found->failed = true;
  }
}

std::size_t Sweep::done() const {
  return static_cast<std::size_t>(
      std::count_if(runs_.begin(), runs_.end(), [](const Made& made) { return made.known; }));
}

Sweep::Scatter Sweep::scatter(std::size_t readout) const {
  std::vector<double> results;
  for (const Made& made : runs_)
    if (made.known && std::isfinite(made.results[readout]))
      results.push_back(made.results[readout]);
  return scatter_of(results);
}

Sweep::Scatter Sweep::scatter(std::size_t readout, double value) const {
  std::vector<double> results;
  for (const Made& made : runs_)
    if (made.at == value && made.known && std::isfinite(made.results[readout]))
      results.push_back(made.results[readout]);
  return scatter_of(results);
}

std::string Sweep::findings(const demos::Readout& shown) const {
  const auto column = static_cast<std::size_t>(shown_);
  const auto text = [&](double value) { return ui::format_number(value, shown.decimals); };
  const Scatter all = scatter(column);
  if (all.count < 2) return "";
  if (!parameter_)
    return "Over " + std::to_string(all.count) + " seeds: " + text(all.mean) +
           " on average, standard deviation " + text(all.sd) + ", from " + text(all.min) + " to " +
           text(all.max) + ".";
  const auto known = [&](double value) { return scatter(column, value).count > 0; };
  const auto first = std::find_if(values_.begin(), values_.end(), known);
  const auto last = std::find_if(values_.rbegin(), values_.rend(), known);
  const auto at = [&](double value) {
    const Scatter here = scatter(column, value);
    return text(here.mean) + (here.count > 1 ? " ± " + text(here.sd) : "") + " at " +
           value_text(*parameter_, value);
  };
  return "Mean and standard deviation over " + std::to_string(kSeedsEach) +
         " seeds: " + at(*first) + ", " + at(*last) + ".";
}

std::string Sweep::sentence(const demos::Readout& shown) const {
  const auto failed =
      std::count_if(runs_.begin(), runs_.end(), [](const Made& made) { return made.failed; });
  std::string sentence;
  if (done() < runs_.size())
    sentence = std::to_string(done()) + " of " + std::to_string(runs_.size()) +
               (parameter_ ? " runs" : " seeds") + " computed. ";
  sentence += findings(shown);
  if (failed > 0)
    sentence +=
        " " + std::to_string(failed) + (failed == 1 ? " run" : " runs") + " could not be computed.";
  return sentence;
}

/// Of a sweep over seeds every run; of one over values what their runs come to.
ui::Table Sweep::table(const std::vector<demos::Readout>& readouts) const {
  ui::Table table;
  if (!parameter_) {
    table.columns = {"Seed"};
    for (const demos::Readout& readout : readouts) table.columns.push_back(readout.label);
    for (const Made& made : runs_) {
      if (!made.known) continue;
      std::vector<std::string> row = {ui::format_number(made.at, 0)};
      for (std::size_t i = 0; i < readouts.size(); i++)
        row.push_back(ui::format_number(made.results[i], readouts[i].decimals));
      table.rows.push_back(std::move(row));
    }
    return table;
  }
  const auto column = static_cast<std::size_t>(shown_);
  const auto text = [&](double value) {
    return ui::format_number(value, readouts[column].decimals);
  };
  table.columns = {parameter_->label, "Seeds", "Mean", "Standard deviation", "Least", "Most"};
  for (const double value : values_) {
    const Scatter here = scatter(column, value);
    table.rows.push_back({value_text(*parameter_, value), std::to_string(here.count),
                          text(here.mean), text(here.sd), text(here.min), text(here.max)});
  }
  return table;
}

void Sweep::draw(ui::Ui& ui, const demos::Run& run) {
  const std::vector<demos::Readout> readouts = run.demo().readouts();
  std::vector<const char*> labels;
  for (const demos::Readout& readout : readouts) labels.push_back(readout.label);
  if (labels.size() > 1)
    ui.select("sweep.readout", parameter_ ? "Result over values" : "Result over seeds", labels,
              shown_);
  const demos::Readout& shown = readouts[static_cast<std::size_t>(shown_)];
  if (parameter_)
    draw_values(ui, shown, table(readouts));
  else
    draw_seeds(ui, shown, table(readouts));
  ui.muted("sweep.sentence", sentence(shown), ui.narrow() ? 4 : 1);
}

/// What both figures share.
ui::PlotOptions Sweep::plot_options(const demos::Readout& shown) const {
  std::vector<double> results;
  for (const Made& made : runs_)
    if (made.known && std::isfinite(made.results[static_cast<std::size_t>(shown_)]))
      results.push_back(made.results[static_cast<std::size_t>(shown_)]);
  ui::PlotOptions options;
  options.summary = sentence(shown);
  options.y = axis_over(results, shown.unit);
  options.height = 180;
  return options;
}

void Sweep::draw_seeds(ui::Ui& ui, const demos::Readout& shown, ui::Table table) const {
  ui::PlotOptions options = plot_options(shown);
  options.title = std::string(shown.label) + ", seed by seed";
  options.x = {.label = "seed", .min = 0, .max = kSeeds + 1.0, .ticks = {1, 5, 10, 15, 20}};
  ui::Plot plot(ui, "sweep", options);
  if (const Scatter all = scatter(static_cast<std::size_t>(shown_)); all.count > 1) {
    const std::vector<double> ends = {options.x.min, options.x.max}, mean(2, all.mean);
    plot.band("mean and standard deviation", ends, std::vector<double>(2, all.mean - all.sd),
              std::vector<double>(2, all.mean + all.sd), ui.theme().muted);
    plot.line("", ends, mean, ui.theme().muted, true);
  }
  draw_runs(plot);
  plot.table(std::move(table));
}

void Sweep::draw_values(ui::Ui& ui, const demos::Readout& shown, ui::Table table) const {
  ui::PlotOptions options = plot_options(shown);
  options.title = std::string(shown.label) + " against “" + parameter_->label + "”";
  options.x = axis_over(values_, parameter_->label);
  options.x.logarithmic = parameter_->logarithmic;
  if (parameter_->logarithmic) {
    options.x.min = values_.front() / 1.3;
    options.x.max = values_.back() * 1.3;
  }
  options.height = 240;
  ui::Plot plot(ui, "sweep", options);
  std::vector<double> mean, low, high;
  for (const double value : values_) {
    const Scatter here = scatter(static_cast<std::size_t>(shown_), value);
    mean.push_back(here.mean);
    low.push_back(here.mean - here.sd);
    high.push_back(here.mean + here.sd);
    if (options.y.logarithmic && low.back() <= 0) low.back() = options.y.min;
  }
  plot.band("mean and standard deviation", values_, low, high, ui::data_color(0));
  plot.line("", values_, mean, ui::data_color(0));
  draw_runs(plot);
  plot.table(std::move(table));
}

/// One point a run.
void Sweep::draw_runs(ui::Plot& plot) const {
  std::vector<double> x, y;
  for (const Made& made : runs_) {
    if (!made.known) continue;
    x.push_back(made.at);
    y.push_back(made.results[static_cast<std::size_t>(shown_)]);
  }
  plot.points("", x, y, ui::data_color(0), ui::Marker::circle, 3, parameter_ ? 0.6F : 1);
}

}  // namespace grad::app
