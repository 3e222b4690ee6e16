#include "demos/run.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <optional>

#include "kernels/kernels.h"
#include "tensor/check.h"

namespace grad::demos {

namespace {

constexpr std::uint64_t default_seed = 1;
constexpr std::uint64_t max_step = 1'000'000;
constexpr std::size_t max_problems = 8;
constexpr std::size_t max_quoted = 24;

/// What somebody typed, fit to be shown: short, printable ASCII only.
std::string quoted(std::string_view text) {
  std::string shown = "\"";
  for (const char c : text.substr(0, max_quoted)) shown += c >= ' ' && c <= '~' ? c : '?';
  return shown + (text.size() > max_quoted ? "…\"" : "\"");
}

/// The shortest plain decimal that reads back as the same number; never an exponent, whose sign
/// means a space in an address.
std::string plain_number(double value) {
  char text[400];
  for (int decimals = 0; decimals <= 30; decimals++) {
    std::snprintf(text, sizeof text, "%.*f", decimals, value);
    if (std::strtod(text, nullptr) == value) break;
  }
  return text;
}

/// Decimal notation only: strtod alone would also take "0x10", "nan" and leading space.
std::optional<double> parse_number(std::string_view text) {
  if (text.empty() || text.size() > 40) return std::nullopt;
  if (text.find_first_not_of("0123456789+-.eE") != text.npos) return std::nullopt;
  const std::string terminated(text);
  char* end = nullptr;
  const double value = std::strtod(terminated.c_str(), &end);
  if (end != terminated.c_str() + terminated.size()) return std::nullopt;
  return value;
}

std::optional<std::uint64_t> parse_count(std::string_view text, std::uint64_t max) {
  if (text.empty()) return std::nullopt;
  std::uint64_t value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    const auto digit = static_cast<std::uint64_t>(c - '0');
    if (value > (max - digit) / 10) return std::nullopt;
    value = value * 10 + digit;
  }
  return value;
}

std::optional<std::size_t> find_parameter(const Demo& demo, std::string_view name) {
  const auto parameters = demo.parameters();
  for (std::size_t i = 0; i < parameters.size(); i++)
    if (name == parameters[i].name) return i;
  return std::nullopt;
}

std::string range_text(const Parameter& parameter) {
  return plain_number(parameter.min) + " to " + plain_number(parameter.max);
}

bool in_range(const Parameter& parameter, double value) {
  return value >= parameter.min && value <= parameter.max;  // false for NaN
}

/// The nearest value that the parameter can take. Rounded to ten decimals, so that addresses say
/// 0.34, not what -1 + 67 · 0.02 comes to in binary.
double to_step(const Parameter& parameter, double value) {
  if (parameter.step == 0) return value;
  constexpr double decimals = 1e10;
  const double steps = std::round((value - parameter.min) / parameter.step);
  const double nearest = std::round((parameter.min + steps * parameter.step) * decimals) / decimals;
  return std::min(nearest, parameter.max);
}

std::vector<double> defaults(const Demo& demo) {
  std::vector<double> values;
  for (const Parameter& parameter : demo.parameters()) values.push_back(parameter.initial);
  return values;
}

const DemoEntry& known_demo(std::string_view name) {
  const DemoEntry* entry = find_demo(name);
  check(entry != nullptr, [&] { return "There is no demo called " + quoted(name) + "."; });
  return *entry;
}

}  // namespace

Run::Run(std::string_view demo_name)
    : entry_(&known_demo(demo_name)), demo_(entry_->make()), values_(defaults(*demo_)) {
  restart();
}

/// Puts `value` among `values`, which hold one number for each parameter.
bool Run::place(std::vector<double>& values, std::string_view name, double value) const {
  const auto index = find_parameter(*demo_, name);
  check(index.has_value(), [&] {
    return "The demo " + std::string(entry_->name) + " has no parameter " + quoted(name) + ".";
  });
  const Parameter& parameter = demo_->parameters()[*index];
  check(in_range(parameter, value), [&] {
    return std::string(parameter.name) + " must be a number from " + range_text(parameter) + ".";
  });
  values[*index] = to_step(parameter, value);
  return !parameter.view;
}

void Run::set(std::string_view name, double value) {
  std::vector<double> values = values_;
  const bool afresh = place(values, name, value);
  take(std::move(values), afresh);
}

void Run::set(std::span<const Setting> settings) {
  std::vector<double> values = values_;
  bool afresh = false;
  for (const Setting& setting : settings)
    afresh = place(values, setting.parameter, setting.value) || afresh;
  take(std::move(values), afresh);
}

void Run::take(std::vector<double> values, bool afresh) {
  values_ = std::move(values);
  if (afresh)
    restart();
  else
    demo_->show(values_);
}

void Run::set_seed(std::uint64_t seed) {
  seed_ = seed;
  restart();
}

void Run::restart() {
  kernels::select(kernels::Class::deterministic);
  demo_->start(values_, seed_);
  steps_ = 0;
  complete_ = false;
}

bool Run::same_run(std::span<const double> values) const {
  const auto parameters = demo_->parameters();
  for (std::size_t i = 0; i < parameters.size(); i++)
    if (!parameters[i].view && values[i] != values_[i]) return false;
  return true;
}

bool Run::step() {
  if (complete_) return false;
  kernels::select(kernels::Class::deterministic);  // whatever ran in between
  complete_ = !demo_->step();
  steps_++;
  return !complete_;
}

double Run::readout(std::string_view name) const {
  for (const Readout& readout : demo_->readouts())
    if (name == readout.name) return readout.value;
  fail("The demo " + std::string(entry_->name) + " has no read-out " + quoted(name) + ".");
}

std::string Run::state() const { return text(values_, true, seed_, steps_); }

std::string Run::state(std::uint64_t seed, std::span<const Setting> settings) const {
  std::vector<double> values = values_;
  for (const Setting& setting : settings) place(values, setting.parameter, setting.value);
  return text(values, false, seed, 0);
}

std::string Run::text(std::span<const double> values, bool with_looks, std::uint64_t seed,
                      std::int64_t steps) const {
  std::string text;
  const auto add = [&](std::string_view name, const std::string& value) {
    if (!text.empty()) text += ',';
    text.append(name).append(1, ':').append(value);
  };
  const auto parameters = demo_->parameters();
  for (std::size_t i = 0; i < parameters.size(); i++)
    if (values[i] != parameters[i].initial && (with_looks || !parameters[i].view))
      add(parameters[i].name, plain_number(values[i]));
  if (seed != default_seed) add("seed", std::to_string(seed));
  if (steps != 0) add("step", std::to_string(steps));
  return text;
}

std::int64_t Run::restore(std::string_view state, std::vector<std::string>& problems) {
  const auto report = [&](std::string problem) {
    if (problems.size() < max_problems) problems.push_back(std::move(problem));
  };
  std::vector<double> values = defaults(*demo_);
  std::uint64_t seed = default_seed;
  std::uint64_t target = 0;
  while (!state.empty()) {
    const std::string_view item = state.substr(0, state.find(','));
    state.remove_prefix(std::min(item.size() + 1, state.size()));
    const std::size_t colon = item.find(':');
    const std::string_view name = item.substr(0, colon);
    const std::string_view text = colon == item.npos ? "" : item.substr(colon + 1);
    if (name == "seed") {
      if (const auto count = parse_count(text, UINT64_MAX)) {
        seed = *count;
      } else {
        report("seed must be a whole number, not " + quoted(text) + "; it stays " +
               std::to_string(seed) + ".");
      }
    } else if (name == "step") {
      if (const auto count = parse_count(text, max_step)) {
        target = *count;
      } else {
        report("step must be a whole number from 0 to " + std::to_string(max_step) + ", not " +
               quoted(text) + "; the run begins at step " + std::to_string(target) + ".");
      }
    } else if (const auto index = find_parameter(*demo_, name)) {
      const Parameter& parameter = demo_->parameters()[*index];
      const auto value = parse_number(text);
      if (value && in_range(parameter, *value)) {
        values[*index] = to_step(parameter, *value);
      } else {
        report(std::string(name) + " must be a number from " + range_text(parameter) + ", not " +
               quoted(text) + "; it stays " + plain_number(values[*index]) + ".");
      }
    } else {
      report("The demo " + std::string(entry_->name) + " has no parameter " + quoted(name) +
             "; it is ignored.");
    }
  }
  const bool leads_there = steps_ > 0 && static_cast<std::uint64_t>(steps_) <= target &&
                           seed == seed_ && same_run(values);
  seed_ = seed;
  take(std::move(values), !leads_there);
  return static_cast<std::int64_t>(target);
}

Run run_of(std::string_view demo_name, std::string_view state) {
  Run run(demo_name);
  std::vector<std::string> problems;
  const std::int64_t target = run.restore(state, problems);
  if (!problems.empty()) fail(problems.front());
  while ((target == 0 || run.steps() < target) && run.step()) {
  }
  return run;
}

}  // namespace grad::demos
