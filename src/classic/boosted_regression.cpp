#include "classic/boosted_regression.h"

#include <numeric>
#include <utility>

namespace grad::classic {

void BoostedTreesRegressor::begin(Rng rng) {
  std::vector<int> rows(targets().size());
  std::iota(rows.begin(), rows.end(), 0);
  begin_boosting(examples(), {std::move(rows)}, rng);
  start_ = 0;
  for (const std::int32_t row : fitted()) start_ += static_cast<double>(targets()[row]);
  start_ /= static_cast<double>(fitted().size());
  start_sums({0});
}

void BoostedTreesRegressor::slice() { report(boost()); }

// The loss (sum - target)² / 2 has gradient sum - target and curvature 1.
Boosting::Derivatives BoostedTreesRegressor::derivatives(int /*sum*/, const Rows& rows) const {
  std::vector<real> gradients(sums_.size());
  for (const std::int32_t row : rows)
    gradients[row] = sums_[row] - static_cast<real>(static_cast<double>(targets()[row]) - start_);
  return {std::move(gradients), std::vector<real>(sums_.size(), 1)};
}

double BoostedTreesRegressor::mean_loss(const Rows& rows) const {
  double total = 0;
  for (const std::int32_t row : rows) {
    const double miss =
        start_ + static_cast<double>(sums_[row]) - static_cast<double>(targets()[row]);
    total += miss * miss / 2;
  }
  return total / static_cast<double>(rows.size());
}

void BoostedTreesRegressor::predict_rows(const real* x, std::int64_t rows, real* predicted) const {
  std::vector<double> sums(static_cast<std::size_t>(rows), start_);
  add_trees(x, rows, features(), sums.data());
  for (std::int64_t i = 0; i < rows; ++i) predicted[i] = static_cast<real>(sums[i]);
}

void BoostedTreesRegressor::exchange(State& state) {
  state.number("start", start_);
  exchange_trees(state, features(), 1);
}

}  // namespace grad::classic
