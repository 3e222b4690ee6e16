#include "app/sweep.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "quiz/json.h"
#include "tensor/check.h"
#include "ui/plot.h"

namespace grad::app {
namespace {

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t kMaxResultBytes = 10'000;

/// The range of some values with a little air, so that no point lies on the frame.
ui::Axis axis_over(const std::vector<double>& values, std::string label) {
  ui::Axis axis{.label = std::move(label)};
  if (values.empty()) return axis;
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  const double air = *high > *low ? (*high - *low) / 10 : std::max(std::abs(*low) / 10, 0.1);
  axis.min = *low - air;
  axis.max = *high + air;
  return axis;
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

void Sweep::begin(const demos::Run& run) {
  stop();
  for (std::uint64_t seed = 1; seed <= kSeeds; seed++) states_.push_back(run.state(seed));
  results_.resize(states_.size());
  for (const demos::Readout& readout : run.demo().readouts()) names_.push_back(readout.name);
}

void Sweep::follow(const demos::Run& run) {
  if (begun() && states_.front() != run.state(1)) stop();
}

std::vector<std::string> Sweep::wanted() const {
  std::vector<std::string> wanted;
  for (std::size_t i = 0; i < states_.size(); i++)
    if (!results_[i].known) wanted.push_back(states_[i]);
  return wanted;
}

void Sweep::take(std::string_view state, std::string_view result) {
  const auto found = std::find(states_.begin(), states_.end(), state);
  if (found == states_.end()) return;
  Result& taken = results_[static_cast<std::size_t>(found - states_.begin())];
  taken.known = true;
  taken.values.assign(names_.size(), kUnknown);
  try {
    const quiz::Json json = quiz::parse_json(result, kMaxResultBytes);
    const quiz::Json* readouts = json.find("readouts");
    check(readouts != nullptr, "no read-outs");
    for (std::size_t i = 0; i < names_.size(); i++) {
      const quiz::Json* value = readouts->find(names_[i]);
      if (value && value->kind == quiz::Json::Kind::number) taken.values[i] = value->number;
    }
  } catch (const Error&) {
    taken.failed = true;
  }
}

std::size_t Sweep::done() const {
  return static_cast<std::size_t>(
      std::count_if(results_.begin(), results_.end(), [](const Result& r) { return r.known; }));
}

Sweep::Scatter Sweep::scatter(std::size_t readout) const {
  std::vector<double> values;
  for (const Result& result : results_)
    if (result.known && std::isfinite(result.values[readout]))
      values.push_back(result.values[readout]);
  Scatter scatter{values.size(), kUnknown, kUnknown, kUnknown, kUnknown};
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

std::string Sweep::sentence(const demos::Readout& shown) const {
  const auto failed =
      std::count_if(results_.begin(), results_.end(), [](const Result& r) { return r.failed; });
  const Scatter all = scatter(static_cast<std::size_t>(shown_));
  const auto text = [&](double value) { return ui::format_number(value, shown.decimals); };
  std::string sentence;
  if (done() < states_.size())
    sentence =
        std::to_string(done()) + " of " + std::to_string(states_.size()) + " seeds computed. ";
  if (all.count > 1)
    sentence += "Over " + std::to_string(all.count) + " seeds: " + text(all.mean) +
                " on average, standard deviation " + text(all.sd) + ", from " + text(all.min) +
                " to " + text(all.max) + ".";
  if (failed > 0)
    sentence +=
        " " + std::to_string(failed) + (failed == 1 ? " run" : " runs") + " could not be computed.";
  return sentence;
}

ui::Table Sweep::table(const std::vector<demos::Readout>& readouts) const {
  ui::Table table{{"Seed"}, {}};
  for (const demos::Readout& readout : readouts) table.columns.push_back(readout.label);
  for (std::size_t i = 0; i < results_.size(); i++) {
    if (!results_[i].known) continue;
    std::vector<std::string> row = {std::to_string(i + 1)};
    for (std::size_t column = 0; column < readouts.size(); column++)
      row.push_back(ui::format_number(results_[i].values[column], readouts[column].decimals));
    table.rows.push_back(std::move(row));
  }
  return table;
}

void Sweep::draw(ui::Ui& ui, const demos::Run& run) {
  const std::vector<demos::Readout> readouts = run.demo().readouts();
  std::vector<const char*> labels;
  for (const demos::Readout& readout : readouts) labels.push_back(readout.label);
  if (labels.size() > 1) ui.select("sweep.readout", "Result over seeds", labels, shown_);
  const demos::Readout& shown = readouts[static_cast<std::size_t>(shown_)];
  draw_seeds(ui, shown, table(readouts));
  ui.muted("sweep.sentence", sentence(shown), ui.narrow() ? 3 : 1);
}

void Sweep::draw_seeds(ui::Ui& ui, const demos::Readout& shown, ui::Table table) const {
  const auto column = static_cast<std::size_t>(shown_);
  std::vector<double> seeds, values;
  for (std::size_t i = 0; i < results_.size(); i++) {
    if (!results_[i].known || !std::isfinite(results_[i].values[column])) continue;
    seeds.push_back(static_cast<double>(i + 1));
    values.push_back(results_[i].values[column]);
  }
  ui::PlotOptions options;
  options.title = std::string(shown.label) + ", seed by seed";
  options.summary = sentence(shown);
  options.x = {.label = "seed", .min = 0, .max = kSeeds + 1.0, .ticks = {1, 5, 10, 15, 20}};
  options.y = axis_over(values, shown.unit);
  options.height = 180;
  ui::Plot plot(ui, "sweep", options);
  if (const Scatter all = scatter(column); all.count > 1) {
    const std::vector<double> ends = {options.x.min, options.x.max}, mean(2, all.mean);
    plot.band("mean and standard deviation", ends, std::vector<double>(2, all.mean - all.sd),
              std::vector<double>(2, all.mean + all.sd), ui.theme().muted);
    plot.line("", ends, mean, ui.theme().muted, true);
  }
  plot.points("", seeds, values, ui::data_color(0), ui::Marker::circle);
  plot.table(std::move(table));
}

}  // namespace grad::app
