#include "data/metrics.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <string>

#include "tensor/check.h"
#include "tensor/math.h"

namespace grad::data {

namespace {

void check_sizes(const char* name, std::size_t a, std::size_t b) {
  check(a > 0 && a == b, [&] {
    return std::string("[") + name + "] needs as many predictions as examples, at least one, not " +
           std::to_string(b) + " for " + std::to_string(a);
  });
}

void check_labels(const char* name, LabelView labels, int classes) {
  for (std::size_t i = 0; i < labels.size(); ++i)
    check(labels[i] >= 0 && labels[i] < classes, [&] {
      return std::string("[") + name + "] label " + std::to_string(labels[i]) + " of example " +
             std::to_string(i) + " is not in [0," + std::to_string(classes) + ")";
    });
}

void check_finite(const char* name, RealView numbers) {
  for (std::size_t i = 0; i < numbers.size(); ++i)
    check(std::isfinite(numbers[i]), [&] {
      return std::string("[") + name + "] number " + std::to_string(i) + " is not finite";
    });
}

void check_times(const char* name, TimesView times, std::size_t examples) {
  check(times.empty() || times.size() == examples, [&] {
    return std::string("[") + name + "] needs as many times as examples, not " +
           std::to_string(times.size()) + " for " + std::to_string(examples);
  });
}

double ratio(std::int64_t part, std::int64_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

// Sum of distance(target, predicted).
template <class Distance>
double sum_over(const char* name, RealView target, RealView predicted, Distance distance) {
  check_sizes(name, target.size(), predicted.size());
  check_finite(name, target);
  check_finite(name, predicted);
  double sum = 0;
  for (std::size_t i = 0; i < target.size(); ++i)
    sum += distance(static_cast<double>(target[i]), static_cast<double>(predicted[i]));
  return sum;
}

double squared(double a, double b) { return (a - b) * (a - b); }

}  // namespace

double accuracy(LabelView truth, LabelView predicted) {
  check_sizes("accuracy", truth.size(), predicted.size());
  std::int64_t right = 0;
  for (std::size_t i = 0; i < truth.size(); ++i) right += truth[i] == predicted[i];
  return ratio(right, std::ssize(truth));
}

ConfusionMatrix::ConfusionMatrix(LabelView truth, LabelView predicted, int classes, TimesView times)
    : classes_(classes) {
  constexpr const char* name = "ConfusionMatrix";
  check(classes >= 1 && classes <= 10'000, [&] {
    return "[ConfusionMatrix] " + std::to_string(classes) + " classes are not from 1 to 10000";
  });
  check_sizes(name, truth.size(), predicted.size());
  check_labels(name, truth, classes);
  check_labels(name, predicted, classes);
  check_times(name, times, truth.size());
  counts_.assign(static_cast<std::size_t>(classes) * static_cast<std::size_t>(classes), 0);
  for (std::size_t i = 0; i < truth.size(); ++i)
    counts_[truth[i] * classes + predicted[i]] += times.empty() ? 1 : times[i];
}

std::int64_t ConfusionMatrix::row_sum(int truth) const {
  std::int64_t sum = 0;
  for (int c = 0; c < classes_; ++c) sum += count(truth, c);
  return sum;
}

std::int64_t ConfusionMatrix::column_sum(int predicted) const {
  std::int64_t sum = 0;
  for (int c = 0; c < classes_; ++c) sum += count(c, predicted);
  return sum;
}

double ConfusionMatrix::accuracy() const {
  std::int64_t right = 0;
  for (int c = 0; c < classes_; ++c) right += count(c, c);
  return ratio(right, std::accumulate(counts_.begin(), counts_.end(), std::int64_t{0}));
}

double ConfusionMatrix::precision(int label) const {
  return ratio(count(label, label), column_sum(label));
}

double ConfusionMatrix::recall(int label) const {
  return ratio(count(label, label), row_sum(label));
}

double ConfusionMatrix::f1(int label) const {
  return ratio(2 * count(label, label), row_sum(label) + column_sum(label));
}

double ConfusionMatrix::macro_f1() const {
  double sum = 0;
  int occurring = 0;
  for (int c = 0; c < classes_; ++c) {
    occurring += row_sum(c) + column_sum(c) > 0;
    sum += f1(c);
  }
  return sum / occurring;
}

RocRanking::RocRanking(LabelView truth, RealView score) {
  check_sizes("roc_curve", truth.size(), score.size());
  check_labels("roc_curve", truth, 2);
  check_finite("roc_curve", score);
  ones_ = std::count(truth.begin(), truth.end(), 1);
  check(ones_ > 0 && ones_ < std::ssize(truth),
        "[roc_curve] needs examples of class 0 and of class 1");
  for (std::size_t i = 0; i < truth.size(); ++i) order_.push_back({i, truth[i] == 1, score[i]});
  std::sort(order_.begin(), order_.end(), [](const Place& a, const Place& b) {
    return a.score != b.score ? a.score > b.score : a.example < b.example;
  });
}

std::vector<RocPoint> RocRanking::curve() const {
  const std::int64_t all_zeros = std::ssize(order_) - ones_;
  std::vector<RocPoint> curve = {{0, 0, std::numeric_limits<double>::infinity()}};
  std::int64_t ones = 0, zeros = 0;
  for (std::size_t i = 0; i < order_.size(); ++i) {
    (order_[i].one ? ones : zeros)++;
    if (i + 1 < order_.size() && order_[i].score == order_[i + 1].score) continue;
    curve.push_back(
        {ratio(zeros, all_zeros), ratio(ones, ones_), static_cast<double>(order_[i].score)});
  }
  return curve;
}

// Pairs of a zero and a one before it, and half of those beside it.
double RocRanking::area(TimesView times) const {
  check_times("roc_auc", times, order_.size());
  std::int64_t ones = 0, zeros = 0, ones_before = 0, zeros_before = 0;
  double pairs = 0;
  for (std::size_t i = 0; i < order_.size(); ++i) {
    (order_[i].one ? ones : zeros) += times.empty() ? 1 : times[order_[i].example];
    if (i + 1 < order_.size() && order_[i].score == order_[i + 1].score) continue;
    pairs +=
        static_cast<double>(zeros - zeros_before) * static_cast<double>(ones + ones_before) / 2;
    ones_before = ones;
    zeros_before = zeros;
  }
  if (ones == 0 || zeros == 0) return std::numeric_limits<double>::quiet_NaN();
  return pairs / (static_cast<double>(ones) * static_cast<double>(zeros));
}

std::vector<RocPoint> roc_curve(LabelView truth, RealView score) {
  return RocRanking(truth, score).curve();
}

double roc_auc(LabelView truth, RealView score) { return RocRanking(truth, score).area(); }

std::vector<double> log_losses(LabelView truth, const Array& probabilities) {
  const Shape& shape = probabilities.shape();
  check(!truth.empty() && shape.axes() == 2 && shape[0] == std::ssize(truth) && shape[1] >= 1, [&] {
    return "[log_loss] needs probabilities (" + std::to_string(truth.size()) +
           ",classes) for at least one example, not " + shape.text();
  });
  const std::int64_t classes = shape[1];
  check_labels("log_loss", truth, static_cast<int>(classes));
  check_finite("log_loss", probabilities.span());
  constexpr real least = real(1.1920929e-7);
  std::vector<double> losses;
  for (std::int64_t i = 0; i < shape[0]; ++i) {
    const real p = probabilities[i * classes + truth[static_cast<std::size_t>(i)]];
    losses.push_back(-static_cast<double>(math::log(std::clamp(p, least, 1 - least))));
  }
  return losses;
}

double log_loss(LabelView truth, const Array& probabilities) {
  const std::vector<double> losses = log_losses(truth, probabilities);
  return std::accumulate(losses.begin(), losses.end(), 0.0) / static_cast<double>(losses.size());
}

double mean_squared_error(RealView target, RealView predicted) {
  return sum_over("mean_squared_error", target, predicted, squared) /
         static_cast<double>(target.size());
}

double mean_absolute_error(RealView target, RealView predicted) {
  return sum_over("mean_absolute_error", target, predicted,
                  [](double a, double b) { return std::abs(a - b); }) /
         static_cast<double>(target.size());
}

double r_squared(RealView target, RealView predicted) {
  const double error = sum_over("r_squared", target, predicted, squared);
  double mean = 0, spread = 0;
  for (const real value : target) mean += static_cast<double>(value);
  mean /= static_cast<double>(target.size());
  for (const real value : target) spread += squared(static_cast<double>(value), mean);
  if (spread == 0) return error == 0 ? 1 : 0;
  return 1 - error / spread;
}

std::vector<CalibrationBin> calibration(LabelView right, RealView probability, int bins) {
  check_sizes("calibration", right.size(), probability.size());
  check_labels("calibration", right, 2);
  check(bins >= 1 && bins <= 1000,
        [&] { return "[calibration] " + std::to_string(bins) + " bins are not from 1 to 1000"; });
  std::vector<CalibrationBin> all(static_cast<std::size_t>(bins), CalibrationBin{0, 0, 0});
  for (std::size_t i = 0; i < right.size(); ++i) {
    const real p = probability[i];
    check(p >= 0 && p <= 1, [&] {
      return "[calibration] " + std::to_string(p) + " of example " + std::to_string(i) +
             " is no probability";
    });
    const auto above = static_cast<int>(std::ceil(static_cast<double>(p) * bins));
    CalibrationBin& bin = all[std::max(above, 1) - 1];
    ++bin.count;
    bin.mean_probability += static_cast<double>(p);
    bin.share_true += right[i];
  }
  std::erase_if(all, [](const CalibrationBin& bin) { return bin.count == 0; });
  for (CalibrationBin& bin : all) {
    bin.mean_probability /= static_cast<double>(bin.count);
    bin.share_true /= static_cast<double>(bin.count);
  }
  return all;
}

double calibration_error(std::span<const CalibrationBin> bins) {
  double sum = 0, count = 0;
  for (const CalibrationBin& bin : bins) {
    sum += static_cast<double>(bin.count) * std::abs(bin.share_true - bin.mean_probability);
    count += static_cast<double>(bin.count);
  }
  check(count > 0, "[calibration_error] there are no bins");
  return sum / count;
}

void check_bootstrap(std::int64_t count, double level, int rounds) {
  check(count >= 1 && level > 0 && level < 1 && rounds >= 1,
        "[bootstrap] needs examples, a level between 0 and 1 and at least one round");
}

void draw_sample(std::span<int> times, Rng& rng) {
  std::fill(times.begin(), times.end(), 0);
  const auto n = static_cast<std::uint32_t>(times.size());
  for (std::uint32_t i = 0; i < n; ++i) ++times[rng.below(n)];
}

Interval middle_of(std::vector<double> values, double level) {
  std::erase_if(values, [](double value) { return std::isnan(value); });
  if (values.empty()) {
    constexpr double nan = std::numeric_limits<double>::quiet_NaN();
    return {nan, nan};
  }
  std::sort(values.begin(), values.end());
  // Between order statistics as numpy.quantile.
  const auto quantile = [&](double share) {
    const double at = share * static_cast<double>(values.size() - 1);
    const auto low = static_cast<std::size_t>(at);
    const std::size_t high = std::min(low + 1, values.size() - 1);
    return values[low] + (at - static_cast<double>(low)) * (values[high] - values[low]);
  };
  return {quantile((1 - level) / 2), quantile((1 + level) / 2)};
}

Interval bootstrap_mean(RealView values, Rng& rng, double level, int rounds) {
  check_finite("bootstrap_mean", values);
  const auto mean = [&](TimesView times) {
    double sum = 0;
    for (std::size_t i = 0; i < values.size(); ++i)
      sum += times[i] * static_cast<double>(values[i]);
    return std::vector<double>{sum / static_cast<double>(values.size())};
  };
  return bootstrap(std::ssize(values), mean, rng, level, rounds)[0];
}

}  // namespace grad::data
