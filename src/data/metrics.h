#pragma once

// How good predictions are. Definitions and edge cases are scikit-learn's; sums are in double.
// Everything throws Error unless there is at least one example, the two sides have as many, labels
// are in [0, classes), and numbers are finite.

#include <cstdint>
#include <span>
#include <vector>

#include "tensor/array.h"
#include "tensor/rng.h"

namespace grad::data {

using LabelView = std::span<const std::int32_t>;
using RealView = std::span<const real>;
/// How often each example counts, as in a sample drawn with replacement; empty: once each.
using TimesView = std::span<const int>;

/// Share of the examples whose label is predicted.
double accuracy(LabelView truth, LabelView predicted);

/// How often each class was taken for each: count(true class, predicted class).
class ConfusionMatrix {
 public:
  ConfusionMatrix(LabelView truth, LabelView predicted, int classes, TimesView times = {});
  int classes() const { return classes_; }
  std::int64_t count(int truth, int predicted) const {
    return counts_[truth * classes_ + predicted];
  }
  double accuracy() const;
  /// Of those taken for the class, the share that is of it; 0 if there are none.
  double precision(int label) const;
  /// Of those of the class, the share that is taken for it; 0 if there are none.
  double recall(int label) const;
  /// 2 · precision · recall / (precision + recall); 0 where both are 0.
  double f1(int label) const;
  /// The mean over all classes that occur, in truth or predictions, whatever their sizes.
  double macro_f1() const;
  bool operator==(const ConfusionMatrix&) const = default;

 private:
  std::int64_t row_sum(int truth) const;
  std::int64_t column_sum(int predicted) const;
  int classes_;
  std::vector<std::int64_t> counts_;
};

/// A place on the ROC curve: with everything scored >= threshold taken for class 1.
struct RocPoint {
  double false_positive_rate, true_positive_rate, threshold;
};
/// The curve from (0,0), threshold infinite, to (1,1), a point for each different score. Truth is 0
/// or 1. Throws Error where one of them does not occur.
std::vector<RocPoint> roc_curve(LabelView truth, RealView score);
/// The area under it: the chance that an example of class 1 scores higher than one of class 0, ties
/// counted half.
double roc_auc(LabelView truth, RealView score);
/// Both for many samples of the same examples, which are put in order once.
class RocRanking {
 public:
  /// Throws Error as roc_curve().
  RocRanking(LabelView truth, RealView score);
  std::vector<RocPoint> curve() const;
  /// NaN where the sample holds examples of one class only.
  double area(TimesView times = {}) const;

 private:
  struct Place {
    std::size_t example;
    bool one;
    real score;
  };
  std::int64_t ones_ = 0;
  std::vector<Place> order_;  // from the highest score down
};

/// -log of the probability of the true class of each example; probabilities (n, classes) are first
/// brought to at least 2⁻²³ (1.2e-7), as floats cannot be told from 1 nearer to it.
std::vector<double> log_losses(LabelView truth, const Array& probabilities);
/// Their mean.
double log_loss(LabelView truth, const Array& probabilities);

/// Mean of (target - predicted)².
double mean_squared_error(RealView target, RealView predicted);
/// Mean of |target - predicted|.
double mean_absolute_error(RealView target, RealView predicted);
/// 1 - Σ(target - predicted)² / Σ(target - mean)²: 1 for perfect predictions, 0 for the mean. For
/// constant targets 1 if they are all met, else 0.
double r_squared(RealView target, RealView predicted);

/// The examples to which about the same probability was given.
struct CalibrationBin {
  std::int64_t count;
  double mean_probability, share_true;
};
/// `bins` intervals of equal width from 0 to 1, to which their upper ends belong; those without
/// examples are left out. `right` says (1 or 0) whether what was given the probability was so.
std::vector<CalibrationBin> calibration(LabelView right, RealView probability, int bins = 10);
/// Expected calibration error: the mean of |share_true - mean_probability|, weighted by count.
double calibration_error(std::span<const CalibrationBin> bins);

/// Between which values the mean probably lies.
struct Interval {
  double low, high;
};
/// Percentile intervals by the bootstrap: between which values statistics of `count` examples lie
/// in that share (`level`) of samples, as many examples drawn with replacement. `statistics(times)`
/// returns them for a sample, always as many, NaN for what that sample does not tell; the interval
/// is NaN where none does. Throws Error unless count >= 1, 0 < level < 1 and rounds >= 1.
template <class Statistics>
std::vector<Interval> bootstrap(std::int64_t count, Statistics statistics, Rng& rng,
                                double level = 0.95, int rounds = 1000);
/// That of the mean. For accuracy give 1 for each right and 0 for each wrong answer.
Interval bootstrap_mean(RealView values, Rng& rng, double level = 0.95, int rounds = 1000);

// --- parts of bootstrap() -------------------------------------------------------------------

void check_bootstrap(std::int64_t count, double level, int rounds);
/// How often each of times.size() examples is drawn when as many are.
void draw_sample(std::span<int> times, Rng& rng);
/// Between which the middle share of the values lies that are not NaN.
Interval middle_of(std::vector<double> values, double level);

template <class Statistics>
std::vector<Interval> bootstrap(std::int64_t count, Statistics statistics, Rng& rng, double level,
                                int rounds) {
  check_bootstrap(count, level, rounds);
  std::vector<int> times(static_cast<std::size_t>(count));
  std::vector<std::vector<double>> values;  // of each statistic, a sample each
  for (int round = 0; round < rounds; ++round) {
    draw_sample(times, rng);
    const std::vector<double> sample = statistics(TimesView(times));
    values.resize(sample.size());
    for (std::size_t k = 0; k < sample.size(); ++k) values[k].push_back(sample[k]);
  }
  std::vector<Interval> intervals;
  for (const std::vector<double>& of_one : values) intervals.push_back(middle_of(of_one, level));
  return intervals;
}

}  // namespace grad::data
