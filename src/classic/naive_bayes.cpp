#include "classic/naive_bayes.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "kernels/kernels.h"
#include "tensor/check.h"
#include "tensor/math.h"

namespace grad::classic {

namespace {

constexpr double log_two_pi = 1.8378770664093453;

// Our own logarithm, of a number that may be too small for a float: log(x 2^e) = log x + e log 2.
double log_of(double x) {
  int exponent = 0;
  const double mantissa = std::frexp(x, &exponent);
  return static_cast<double>(math::log(static_cast<real>(mantissa))) +
         exponent * 0.6931471805599453;
}

}  // namespace

GaussianNaiveBayes::GaussianNaiveBayes(double smoothing) : smoothing_(smoothing) {
  check(smoothing > 0 && std::isfinite(smoothing),
        "[GaussianNaiveBayes] smoothing must be positive and finite");
}

void GaussianNaiveBayes::begin(Rng) {
  const std::int64_t d = features();
  counts_.assign(classes(), 0);
  means_.assign(classes() * d, 0);
  variances_.assign(classes() * d, 0);
  overall_means_.assign(d, 0);
  overall_variances_.assign(d, 0);
  at_ = 0;
}

// First the means of all examples are made, then their squared distances from them.
void GaussianNaiveBayes::slice() {
  const std::int64_t n = count();
  for (std::int64_t work = 0; work < slice_work && at_ < 2 * n; work += features()) {
    add(at_++);
    if (at_ != n) continue;
    for (double& mean : overall_means_) mean /= static_cast<double>(n);
    for (std::size_t i = 0; i < means_.size(); ++i)
      means_[i] /= std::max(1.0, counts_[i / features()]);
  }
  if (at_ == 2 * n) end();
  report(static_cast<double>(at_) / static_cast<double>(2 * n));
}

void GaussianNaiveBayes::add(std::int64_t visit) {
  const bool first = visit < count();
  const std::int64_t row = first ? visit : visit - count(), d = features();
  const std::int32_t label = labels()[row];
  if (first) counts_[label] += 1;
  for (std::int64_t j = 0; j < d; ++j) {
    const auto number = static_cast<double>(example(row)[j]);
    if (first) {
      means_[label * d + j] += number;
      overall_means_[j] += number;
    } else {
      const double own = number - means_[label * d + j], overall = number - overall_means_[j];
      variances_[label * d + j] += own * own;
      overall_variances_[j] += overall * overall;
    }
  }
}

void GaussianNaiveBayes::end() {
  const std::int64_t d = features();
  const auto n = static_cast<double>(count());
  const double largest =
      *std::max_element(overall_variances_.begin(), overall_variances_.end()) / n;
  // Where nothing varies at all, any positive variance leaves the shares to decide.
  const double extra = largest > 0 ? smoothing_ * largest : 1;
  constants_.assign(classes(), -std::numeric_limits<double>::infinity());
  for (int k = 0; k < classes(); ++k) {
    if (counts_[k] == 0) continue;
    constants_[k] = log_of(counts_[k] / n);
    for (std::int64_t j = 0; j < d; ++j) {
      double& variance = variances_[k * d + j];
      variance = variance / counts_[k] + extra;
      constants_[k] -= 0.5 * (log_two_pi + log_of(variance));
    }
  }
}

void GaussianNaiveBayes::score(const real* x, std::int64_t rows, real* scores) const {
  const std::int64_t d = features();
  std::vector<double> logs(classes());
  for (std::int64_t i = 0; i < rows; ++i, x += d, scores += classes()) {
    for (int k = 0; k < classes(); ++k) {
      logs[k] = constants_[k];
      if (counts_[k] == 0) continue;
      for (std::int64_t j = 0; j < d; ++j) {
        const double distance = static_cast<double>(x[j]) - means_[k * d + j];
        logs[k] -= 0.5 * distance * distance / variances_[k * d + j];
      }
    }
    const double top = *std::max_element(logs.begin(), logs.end());
    for (int k = 0; k < classes(); ++k) scores[k] = static_cast<real>(logs[k] - top);
    kernels::softmax(1, classes(), scores, scores);
  }
}

void GaussianNaiveBayes::exchange(State& state) {
  state.numbers("counts", counts_, classes());
  state.numbers("means", means_, classes() * features());
  state.numbers("variances", variances_, classes() * features());
  // A class without examples has -inf, which files do not hold.
  std::vector<double> finite = constants_;
  for (std::size_t k = 0; k < finite.size(); ++k)
    if (counts_[k] == 0) finite[k] = 0;
  state.numbers("constants", finite, classes());
  if (!state.reading()) return;
  constants_ = finite;
  for (std::size_t k = 0; k < finite.size(); ++k)
    if (counts_[k] == 0) constants_[k] = -std::numeric_limits<double>::infinity();
}

}  // namespace grad::classic
