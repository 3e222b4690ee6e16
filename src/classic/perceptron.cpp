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

void Perceptron::begin(Rng rng) {
  rng_ = rng;
  current_.assign(outputs() * (features() + 1), 0);
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

double Perceptron::product(const std::vector<double>& w, int output, const real* x) const {
  const std::int64_t d = features();
  const double* own = w.data() + output * (d + 1);
  double sum = own[d];
  for (std::int64_t j = 0; j < d; ++j) sum += own[j] * static_cast<double>(x[j]);
  return sum;
}

Perceptron::Lead Perceptron::lead(const std::vector<double>& w, std::int64_t i) const {
  if (outputs() == 1)
    return {.ahead = (label(i) ? 1 : -1) * product(w, 0, example(i)), .rival = 1 - label(i)};
  double best = -std::numeric_limits<double>::infinity();
  int rival = -1;
  for (int k = 0; k < classes(); ++k) {
    if (k == label(i)) continue;
    const double score = product(w, k, example(i));
    if (score <= best) continue;
    best = score;
    rival = k;
  }
  return {.ahead = product(w, label(i), example(i)) - best, .rival = rival};
}

// Weights of zero are right nowhere, as in the rule.
std::int64_t Perceptron::right(const std::vector<double>& w) const {
  std::int64_t count_right = 0;
  for (std::int64_t i = 0; i < count(); ++i) count_right += lead(w, i).ahead > 0;
  return count_right;
}

// An output's weights += factor [x,1].
void Perceptron::add(int output, double factor, std::int64_t i) {
  const std::int64_t d = features();
  const auto seen = static_cast<double>(seen_);
  double* current = current_.data() + output * (d + 1);
  double* weighted = weighted_.data() + output * (d + 1);
  for (std::int64_t j = 0; j <= d; ++j) {
    const double change = factor * (j < d ? static_cast<double>(example(i)[j]) : 1.0);
    current[j] += change;
    weighted[j] += seen * change;
  }
}

void Perceptron::learn(std::int64_t i, int rival) {
  if (outputs() == 1) {
    add(0, label(i) ? 1 : -1, i);
  } else {
    add(label(i), 1, i);
    add(rival, -1, i);
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
  const Lead lead_now = lead(current_, i);
  const bool mistake = lead_now.ahead <= 0;
  if (mistake) learn(i, lead_now.rival);
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
    work += outputs() * (features() + 1) * (visit() && pocket ? count() : 1);
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
  return std::sqrt(outputs() == 1 ? longest : 2 * longest);
}

double Perceptron::margin(const std::vector<double>& w) const {
  double square = 0;
  for (const double weight : w) square += weight * weight;
  check(w.size() == current_.size() && square > 0, [&] {
    return "[Perceptron] a margin needs " + std::to_string(current_.size()) +
           " weights, not all of them 0";
  });
  double smallest = std::numeric_limits<double>::infinity();
  for (std::int64_t i = 0; i < count(); ++i) smallest = std::min(smallest, lead(w, i).ahead);
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
    const real* row = x + i * features();
    for (int k = 0; k < outputs(); ++k)
      scores[i * classes() + classes() - outputs() + k] = static_cast<real>(product(w, k, row));
    if (outputs() == 1) scores[2 * i] = -scores[2 * i + 1];
  }
}

// The weights of the variant are all that predictions need.
void Perceptron::exchange(State& state) {
  std::vector<double> kept = state.reading() ? std::vector<double>() : weights();
  state.numbers("weights", kept, outputs() * (features() + 1));
  if (!state.reading()) return;
  current_ = pocket_ = kept;
  weighted_.assign(kept.size(), 0);
  mistakes_.clear();
  at_ = seen_ = 0;
  epoch_ = 0;
}

}  // namespace grad::classic
