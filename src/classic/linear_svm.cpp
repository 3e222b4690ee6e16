#include "classic/linear_svm.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <string>

#include "tensor/check.h"

namespace grad::classic {

LinearSvm::LinearSvm(const LinearSvmOptions& options) : options_(options) {
  check(options.c > 0 && std::isfinite(options.c),
        [&] { return "[LinearSvm] c must be positive, not " + std::to_string(options.c); });
  check(options.epochs >= 1 && options.tolerance > 0,
        "[LinearSvm] needs epochs >= 1 and tolerance > 0");
}

void LinearSvm::begin(Rng rng) {
  rng_ = rng;
  weights_.assign(static_cast<std::size_t>(outputs() * (features() + 1)), 0);
  squares_.assign(labels().size(), 1);
  for (std::int64_t i = 0; i < count(); ++i)
    for (std::int64_t j = 0; j < features(); ++j)
      squares_[i] += static_cast<double>(example(i)[j]) * static_cast<double>(example(i)[j]);
  output_ = unmet_ = 0;
  begin_output();
}

void LinearSvm::begin_output() {
  alphas_.assign(labels().size(), 0);
  order_.resize(labels().size());
  std::iota(order_.begin(), order_.end(), 0);
  epoch_ = 0;
  at_ = 0;
}

double LinearSvm::product(const double* w, const real* x) const {
  const std::int64_t d = features();
  // Four running sums: one alone would wait for every addition.
  double sums[4] = {w[d], 0, 0, 0};
  std::int64_t j = 0;
  for (; j + 4 <= d; j += 4)
    for (int lane = 0; lane < 4; ++lane)
      sums[lane] += w[j + lane] * static_cast<double>(x[j + lane]);
  for (; j < d; ++j) sums[0] += w[j] * static_cast<double>(x[j]);
  return (sums[0] + sums[1]) + (sums[2] + sums[3]);
}

void LinearSvm::slice() {
  for (std::int64_t work = 0; work < slice_work && !finished(); work += 2 * features() + 8) {
    if (at_ == 0) {
      rng_.shuffle(order_);
      highest_ = -std::numeric_limits<double>::infinity();
      lowest_ = -highest_;
    }
    visit(order_[at_]);
    if (++at_ == count()) end_epoch();
  }
}

// Minimises the dual along one α, within 0 and its upper bound, and keeps w = Σ α y [x,1].
void LinearSvm::visit(std::int64_t row) {
  const bool squared = options_.loss == HingeLoss::squared_hinge;
  const double most = squared ? std::numeric_limits<double>::infinity() : options_.c;
  const double diagonal = squared ? 0.5 / options_.c : 0;
  double* w = weights_.data() + output_ * (features() + 1);
  const double y = labels()[row] == (outputs() == 1 ? 1 : output_) ? 1 : -1;
  double& alpha = alphas_[row];
  const double gradient = y * product(w, example(row)) - 1 + diagonal * alpha;
  double projected = gradient;
  if (alpha == 0) projected = std::min(gradient, 0.0);
  if (alpha == most) projected = std::max(gradient, 0.0);
  highest_ = std::max(highest_, projected);
  lowest_ = std::min(lowest_, projected);
  if (std::abs(projected) < 1e-12) return;
  const double before = alpha;
  alpha = std::min(std::max(alpha - gradient / (squares_[row] + diagonal), 0.0), most);
  const double change = (alpha - before) * y;
  for (std::int64_t j = 0; j < features(); ++j)
    w[j] += change * static_cast<double>(example(row)[j]);
  w[features()] += change;
}

void LinearSvm::end_epoch() {
  at_ = 0;
  ++epoch_;
  const bool met = highest_ - lowest_ <= options_.tolerance;
  double share = static_cast<double>(epoch_) / options_.epochs;
  if (met || epoch_ == options_.epochs) {
    unmet_ += !met;
    ++output_;
    share = 0;
    if (output_ < outputs()) begin_output();
  }
  report((output_ + 0.99 * share) / outputs());
}

void LinearSvm::score(const real* x, std::int64_t rows, real* scores) const {
  for (std::int64_t i = 0; i < rows; ++i, x += features(), scores += classes()) {
    for (int k = 0; k < outputs(); ++k)
      scores[k] = static_cast<real>(product(weights_.data() + k * (features() + 1), x));
    if (outputs() > 1) continue;
    scores[1] = scores[0];
    scores[0] = -scores[0];
  }
}

void LinearSvm::exchange(State& state) {
  state.numbers("weights", weights_, outputs() * (features() + 1));
}

}  // namespace grad::classic
