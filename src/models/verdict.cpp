#include "models/verdict.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "tensor/check.h"

namespace grad::models {

namespace {

using data::TimesView;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

double times_of(TimesView times, std::size_t example) { return times.empty() ? 1 : times[example]; }

/// What is measured of classes, for any sample of the examples.
class ClassMeasures {
 public:
  static constexpr const char* names[] = {"accuracy", "f1", "auc", "log_loss"};

  ClassMeasures(std::span<const std::int32_t> labels, const Array& scores, bool probabilities)
      : labels_(labels), classes_(static_cast<int>(scores.shape()[1])) {
    for (std::size_t i = 0; i < labels.size(); ++i) {
      check(labels[i] >= 0 && labels[i] < classes_, [&] {
        return "Label " + std::to_string(labels[i]) + " of example " + std::to_string(i) +
               " is not one of the " + std::to_string(classes_) + " classes learned.";
      });
      const real* row = scores.data() + static_cast<std::int64_t>(i) * classes_;
      predicted_.push_back(static_cast<std::int32_t>(std::max_element(row, row + classes_) - row));
    }
    // Of two classes one tells both.
    for (int label = classes_ == 2 ? 1 : 0; label < classes_; ++label) add_ranking(label, scores);
    if (probabilities) losses_ = data::log_losses(labels, scores);
  }

  data::ConfusionMatrix confusion(TimesView times = {}) const {
    return data::ConfusionMatrix(labels_, predicted_, classes_, times);
  }
  std::vector<double> operator()(TimesView times) const {
    const data::ConfusionMatrix counts = confusion(times);
    return {counts.accuracy(), counts.macro_f1(), auc(times), log_loss(times)};
  }

 private:
  void add_ranking(int label, const Array& scores) {
    std::vector<std::int32_t> is_it;
    std::vector<real> score;
    for (std::size_t i = 0; i < labels_.size(); ++i) {
      is_it.push_back(labels_[i] == label);
      score.push_back(scores[static_cast<std::int64_t>(i) * classes_ + label]);
    }
    const auto ones = std::count(is_it.begin(), is_it.end(), 1);
    if (ones > 0 && ones < std::ssize(is_it)) rankings_.emplace_back(is_it, score);
  }
  double auc(TimesView times) const {
    double sum = 0;
    int told = 0;
    for (const data::RocRanking& ranking : rankings_) {
      const double of_class = ranking.area(times);
      if (std::isnan(of_class)) continue;
      sum += of_class;
      ++told;
    }
    return told > 0 ? sum / told : kNan;
  }
  double log_loss(TimesView times) const {
    if (losses_.empty()) return kNan;
    double sum = 0;
    for (std::size_t i = 0; i < losses_.size(); ++i) sum += times_of(times, i) * losses_[i];
    return sum / static_cast<double>(losses_.size());
  }

  std::span<const std::int32_t> labels_;
  int classes_;
  std::vector<std::int32_t> predicted_;
  std::vector<data::RocRanking> rankings_;  // of the classes that occur beside others
  std::vector<double> losses_;              // of each example; empty without probabilities
};

/// The same of numbers.
struct NumberMeasures {
  static constexpr const char* names[] = {"r2", "rmse", "mae"};

  std::vector<double> operator()(TimesView times) const {
    const auto n = static_cast<double>(targets.size());
    double mean = 0, spread = 0, squares = 0, sizes = 0;
    for (std::size_t i = 0; i < targets.size(); ++i)
      mean += times_of(times, i) * static_cast<double>(targets[i]) / n;
    for (std::size_t i = 0; i < targets.size(); ++i) {
      const auto target = static_cast<double>(targets[i]);
      const double error = target - static_cast<double>(predicted[static_cast<std::int64_t>(i)]);
      spread += times_of(times, i) * (target - mean) * (target - mean);
      squares += times_of(times, i) * error * error;
      sizes += times_of(times, i) * std::abs(error);
    }
    return {spread > 0 ? 1 - squares / spread : kNan, std::sqrt(squares / n), sizes / n};
  }

  std::span<const real> targets;
  const Array& predicted;
};

template <class Measures>
std::vector<Measure> measured(const Measures& measures, std::int64_t count, int samples) {
  const std::vector<double> values = measures(TimesView());
  std::vector<data::Interval> intervals(values.size(), {kNan, kNan});
  if (samples > 0) {
    Rng rng(1);
    intervals = data::bootstrap(count, measures, rng, 0.95, samples);
  }
  std::vector<Measure> list;
  for (std::size_t i = 0; i < values.size(); ++i)
    list.push_back({Measures::names[i], values[i], intervals[i]});
  return list;
}

}  // namespace

const Measure& Verdict::measure(std::string_view name) const {
  for (const Measure& one : measures)
    if (name == one.name) return one;
  fail("There is no measure called \"" + std::string(name) + "\".");
}

Verdict judge_classes(std::span<const std::int32_t> labels, const Array& scores, bool probabilities,
                      int samples) {
  const ClassMeasures measures(labels, scores, probabilities);
  return {measured(measures, std::ssize(labels), samples), measures.confusion()};
}

Verdict judge_numbers(std::span<const real> targets, const Array& predicted, int samples) {
  return {measured(NumberMeasures{targets, predicted}, std::ssize(targets), samples)};
}

}  // namespace grad::models
