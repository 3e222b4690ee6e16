#include "classic/boosted_trees.h"

#include <algorithm>
#include <utility>

#include "kernels/kernels.h"
#include "tensor/math.h"

namespace grad::classic {

// The sums begin where they give every class its share of the examples.
void BoostedTrees::begin(Rng rng) {
  std::vector<std::vector<int>> by_class(static_cast<std::size_t>(classes()));
  for (std::int64_t i = 0; i < count(); ++i) by_class[labels()[i]].push_back(static_cast<int>(i));
  begin_boosting(examples(), std::move(by_class), rng);
  std::vector<real> shares(static_cast<std::size_t>(classes()));
  for (const std::int32_t row : fitted()) shares[labels()[row]] += 1;
  for (real& share : shares)
    share = std::max(share / static_cast<real>(fitted().size()), real(1e-7));
  start_.clear();
  if (sums() == 1) {
    start_.push_back(math::log(shares[1] / shares[0]));
  } else {
    for (const real share : shares) start_.push_back(math::log(share));
  }
  p_ = Array({count(), classes()});
  start_sums(start_);
}

// (rows, classes), of which the softmax is the probability.
Array BoostedTrees::logits(const real* totals, std::int64_t rows) const {
  Array z({rows, classes()});
  for (std::int64_t i = 0; i < rows; ++i) {
    if (sums() == 1) {
      z.data()[2 * i] = 0;
      z.data()[2 * i + 1] = totals[i];
    } else {
      std::copy_n(totals + i * sums(), sums(), z.data() + i * sums());
    }
  }
  return z;
}

void BoostedTrees::slice() { report(boost()); }

Boosting::Derivatives BoostedTrees::derivatives(int sum, const Rows& rows) const {
  const std::int64_t output_class = sums() == 1 ? 1 : sum;
  std::vector<real> gradients(static_cast<std::size_t>(count()));
  std::vector<real> curvatures(static_cast<std::size_t>(count()));
  for (const std::int32_t row : rows) {
    const real p = p_[row * std::int64_t{classes()} + output_class];
    gradients[row] = p - (labels()[row] == output_class ? real(1) : real(0));
    curvatures[row] = p * (1 - p);
  }
  return {std::move(gradients), std::move(curvatures)};
}

void BoostedTrees::see(const std::vector<real>& totals) {
  z_ = logits(totals.data(), count());
  kernels::softmax(count(), classes(), z_.data(), p_.data());
}

// Mean -log P(label), from the likeliest class, so that no logarithm is that of a rounded zero.
double BoostedTrees::mean_loss(const Rows& rows) const {
  double total = 0;
  for (const std::int32_t row : rows) {
    const real *logit = z_.data() + std::int64_t{row} * classes(),
               *p = p_.data() + std::int64_t{row} * classes();
    const std::int64_t top = std::max_element(p, p + classes()) - p;
    total += static_cast<double>(logit[top] - logit[labels()[row]]) -
             static_cast<double>(math::log(p[top]));
  }
  return total / static_cast<double>(rows.size());
}

void BoostedTrees::score(const real* x, std::int64_t rows, real* scores) const {
  std::vector<real> totals(static_cast<std::size_t>(rows * sums()));
  for (std::size_t i = 0; i < totals.size(); ++i) totals[i] = start_[i % start_.size()];
  add_trees(x, rows, features(), totals.data());
  kernels::softmax(rows, classes(), logits(totals.data(), rows).data(), scores);
}

void BoostedTrees::exchange(State& state) {
  state.numbers("start", start_, sums());
  exchange_trees(state, features(), sums());
}

}  // namespace grad::classic
