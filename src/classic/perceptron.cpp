#include "classic/perceptron.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <string>

#include "tensor/check.h"

namespace grad::classic {

Perceptron::Perceptron(const PerceptronOptions& options) : options_(options) {
  check(options.epochs >= 1 && options.epochs <= 1'000'000, [&] {
    return "[Perceptron] " + std::to_string(options.epochs) + " epochs are not in [1,1000000]";
  });
}

void Perceptron::check_fits(const data::Dataset& train) const {
  check(train.classes == 2, [&] {
    return "[Perceptron] tells two classes apart, not " + std::to_string(train.classes);
  });
}

void Perceptron::begin(Rng rng) {
  rng_ = rng;
  current_.assign(features() + 1, 0);
  pocket_ = weighted_ = current_;
  order_.resize(labels().size());
  std::iota(order_.begin(), order_.end(), 0);
  mistakes_.clear();
  at_ = seen_ = 0;
  pocket_right_ = right(pocket_);
  epoch_ = 0;
  separated_ = false;
  begin_epoch();
}

void Perceptron::begin_epoch() {
  at_ = 0;
  mistakes_before_ = mistakes_.size();
  if (options_.shuffle) rng_.shuffle(order_);
}

double Perceptron::product(const std::vector<double>& w, const real* x) const {
  const std::int64_t d = features();
  double sum = w[d];
  for (std::int64_t j = 0; j < d; ++j) sum += w[j] * static_cast<double>(x[j]);
  return sum;
}

// Weights of zero are right nowhere, as in the rule.
std::int64_t Perceptron::right(const std::vector<double>& w) const {
  std::int64_t count_right = 0;
  for (std::int64_t i = 0; i < count(); ++i) count_right += sign(i) * product(w, example(i)) > 0;
  return count_right;
}

void Perceptron::learn(std::int64_t i) {
  const std::int64_t d = features();
  const auto seen = static_cast<double>(seen_);
  for (std::int64_t j = 0; j <= d; ++j) {
    const double change = sign(i) * (j < d ? static_cast<double>(example(i)[j]) : 1.0);
    current_[j] += change;
    weighted_[j] += seen * change;
  }
  mistakes_.push_back({static_cast<std::int32_t>(i), epoch_});
  if (options_.variant != PerceptronVariant::pocket) return;
  const std::int64_t now_right = right(current_);
  if (now_right > pocket_right_) {
    pocket_ = current_;
    pocket_right_ = now_right;
  }
}

// Looks at one example; whether it was a mistake.
bool Perceptron::visit() {
  const std::int64_t i = order_[static_cast<std::size_t>(at_)];
  const bool mistake = sign(i) * product(current_, example(i)) <= 0;
  if (mistake) learn(i);
  ++seen_;
  if (++at_ == count()) {
    separated_ = mistakes_.size() == mistakes_before_;
    if (separated_ || epoch_ + 1 == options_.epochs) {
      report(1);
    } else {
      ++epoch_;
      begin_epoch();
    }
  }
  report(static_cast<double>(seen_) / (static_cast<double>(count()) * options_.epochs));
  return mistake;
}

void Perceptron::slice() {
  const bool pocket = options_.variant == PerceptronVariant::pocket;
  for (std::int64_t work = 0; work < slice_work && !finished();)
    work += (features() + 1) * (visit() && pocket ? count() : 1);
}

bool Perceptron::next_mistake() {
  check(ready(), "[Perceptron] nothing was started");
  while (!finished())
    if (visit()) return true;
  return false;
}

std::vector<double> Perceptron::weights() const {
  if (options_.variant == PerceptronVariant::pocket) return pocket_;
  std::vector<double> w = current_;
  if (options_.variant == PerceptronVariant::averaged && seen_ > 0)
    for (std::size_t j = 0; j < w.size(); ++j) w[j] -= weighted_[j] / static_cast<double>(seen_);
  return w;
}

double Perceptron::radius() const {
  double longest = 0;
  for (std::int64_t i = 0; i < count(); ++i) {
    double square = 1;
    for (std::int64_t j = 0; j < features(); ++j) {
      const auto number = static_cast<double>(example(i)[j]);
      square += number * number;
    }
    longest = std::max(longest, square);
  }
  return std::sqrt(longest);
}

double Perceptron::margin(const std::vector<double>& w) const {
  double square = 0;
  for (const double weight : w) square += weight * weight;
  check(w.size() == static_cast<std::size_t>(features()) + 1 && square > 0, [&] {
    return "[Perceptron] a margin needs " + std::to_string(features() + 1) +
           " weights, not all of them 0";
  });
  double smallest = std::numeric_limits<double>::infinity();
  for (std::int64_t i = 0; i < count(); ++i)
    smallest = std::min(smallest, sign(i) * product(w, example(i)));
  return smallest / std::sqrt(square);
}

double Perceptron::bound(double margin) const {
  if (!(margin > 0)) return std::numeric_limits<double>::infinity();
  const double ratio = radius() / margin;
  return ratio * ratio;
}

void Perceptron::score(const real* x, std::int64_t rows, real* scores) const {
  const std::vector<double> w = weights();
  for (std::int64_t i = 0; i < rows; ++i) {
    const double distance = product(w, x + i * features());
    scores[2 * i] = static_cast<real>(-distance);
    scores[2 * i + 1] = static_cast<real>(distance);
  }
}

}  // namespace grad::classic
