#include "classic/boosted_trees.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "kernels/kernels.h"
#include "tensor/check.h"
#include "tensor/math.h"

namespace grad::classic {

namespace {

constexpr double ranking_share = 0.05;      // of the work, roughly
constexpr std::int64_t work_per_rank = 16;  // sorting, in visits a number

}  // namespace

void check_boosting_options(const char* name, const BoostingOptions& o) {
  const std::string who = "[" + std::string(name) + "] ";
  check(o.rounds >= 1 && o.rounds <= 10'000,
        [&] { return who + std::to_string(o.rounds) + " rounds are not in [1,10000]"; });
  check(o.learning_rate > 0 && o.learning_rate <= 1, [&] {
    return who + "learning rate " + std::to_string(o.learning_rate) + " is not in (0,1]";
  });
  check(o.bins >= 2 && o.bins <= Columns::most_ranks,
        [&] { return who + std::to_string(o.bins) + " bins are not in [2,65536]"; });
  check(o.tree.max_leaves >= 2 && o.tree.max_depth >= 0 && o.tree.min_samples_leaf >= 1 &&
            o.tree.l2 >= 0 && std::isfinite(o.tree.l2),
        who + "needs max_leaves >= 2, max_depth and l2 >= 0, min_samples_leaf >= 1");
  check(o.validation_share >= 0 && o.validation_share <= 0.5 && o.patience >= 1,
        who + "needs a validation share in [0,0.5] and patience >= 1");
}

BoostedTrees::BoostedTrees(const BoostingOptions& options) : options_(options) {
  check_boosting_options("BoostedTrees", options);
}

void BoostedTrees::begin(Rng rng) {
  columns_ = Columns(examples(), options_.bins);
  hold_out(rng);
  start_sums();
  growing_ = false;
  trees_.clear();
  gains_.assign(features(), 0);
  training_losses_.clear();
  validation_losses_.clear();
  best_rounds_ = 0;
}

// The same share of every class, but never its last example.
void BoostedTrees::hold_out(Rng rng) {
  std::vector<std::vector<int>> by_class(classes());
  for (std::int64_t i = 0; i < count(); ++i) by_class[labels()[i]].push_back(static_cast<int>(i));
  fitted_.clear();
  held_out_.clear();
  for (std::vector<int>& rows : by_class) {
    if (rows.empty()) continue;
    rng.shuffle(rows);
    const double wanted = static_cast<double>(rows.size()) * options_.validation_share;
    const auto held = std::min(static_cast<std::ptrdiff_t>(std::floor(wanted + 0.5)),
                               static_cast<std::ptrdiff_t>(rows.size()) - 1);
    held_out_.insert(held_out_.end(), rows.begin(), rows.begin() + held);
    fitted_.insert(fitted_.end(), rows.begin() + held, rows.end());
  }
  std::sort(fitted_.begin(), fitted_.end());
  std::sort(held_out_.begin(), held_out_.end());
}

// The sums begin where they give every class its share of the examples.
void BoostedTrees::start_sums() {
  std::vector<real> shares(classes());
  for (const std::int32_t row : fitted_) shares[labels()[row]] += 1;
  for (real& share : shares)
    share = std::max(share / static_cast<real>(fitted_.size()), real(1e-7));
  start_.clear();
  if (sums() == 1) {
    start_.push_back(math::log(shares[1] / shares[0]));
  } else {
    for (const real share : shares) start_.push_back(math::log(share));
  }
  totals_.resize(static_cast<std::size_t>(count() * sums()));
  for (std::size_t i = 0; i < totals_.size(); ++i) totals_[i] = start_[i % start_.size()];
  p_ = Array({count(), classes()});
  kernels::softmax(count(), classes(), logits(totals_.data(), count()).data(), p_.data());
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

void BoostedTrees::slice() {
  std::int64_t work = slice_work;
  for (; work > 0 && !columns_.done(); work -= work_per_rank * count()) {
    columns_.add();
    report(ranking_share * static_cast<double>(columns_.added()) / static_cast<double>(features()));
  }
  while (work > 0 && columns_.done() && !finished()) {
    if (!growing_) start_tree();
    if (!grower_.step(work)) end_tree();
    work -= count();
  }
}

void BoostedTrees::start_tree() {
  const auto sum = static_cast<std::int64_t>(trees_.size()) % sums();
  const std::int64_t output_class = sums() == 1 ? 1 : sum;
  std::vector<real> gradients(static_cast<std::size_t>(count()));
  std::vector<real> curvatures(static_cast<std::size_t>(count()));
  for (const std::int32_t row : fitted_) {
    const real p = p_[row * std::int64_t{classes()} + output_class];
    gradients[row] = p - (labels()[row] == output_class ? real(1) : real(0));
    curvatures[row] = p * (1 - p);
  }
  grower_.start(columns_, options_.tree, fitted_, std::move(gradients), std::move(curvatures));
  growing_ = true;
}

void BoostedTrees::end_tree() {
  growing_ = false;
  const auto sum = static_cast<std::int64_t>(trees_.size()) % sums();
  Tree tree = std::move(grower_.tree());
  for (real& value : tree.values) value *= static_cast<real>(options_.learning_rate);
  for (const GradientTreeGrower::Leaf& leaf : grower_.leaves())
    for (const std::int32_t row : leaf.rows) totals_[row * sums() + sum] += tree.values[leaf.node];
  for (const std::int32_t row : held_out_)
    totals_[row * sums() + sum] += tree.values[tree.leaf(example(row))];
  grower_.add_gains(gains_);
  trees_.push_back(std::move(tree));
  if (sum + 1 == sums()) end_round();
}

void BoostedTrees::end_round() {
  const Array z = logits(totals_.data(), count());
  kernels::softmax(count(), classes(), z.data(), p_.data());
  training_losses_.push_back(loss(z, fitted_));
  const auto round = static_cast<int>(training_losses_.size());
  bool stop = round == options_.rounds;
  if (held_out_.empty()) {
    best_rounds_ = round;
  } else {
    validation_losses_.push_back(loss(z, held_out_));
    if (best_rounds_ == 0 || validation_losses_.back() < validation_losses_[best_rounds_ - 1])
      best_rounds_ = round;
    stop = stop || round - best_rounds_ >= options_.patience;
  }
  report(stop ? 1 : ranking_share + (1 - ranking_share) * round / options_.rounds);
  if (!stop) return;
  trees_.resize(static_cast<std::size_t>(best_rounds_) * sums());
  columns_ = {};
}

// Mean -log P(label), from the likeliest class, so that no logarithm is that of a rounded zero.
double BoostedTrees::loss(const Array& z, const std::vector<std::int32_t>& rows) const {
  double total = 0;
  for (const std::int32_t row : rows) {
    const real *logit = z.data() + std::int64_t{row} * classes(),
               *p = p_.data() + std::int64_t{row} * classes();
    const std::int64_t top = std::max_element(p, p + classes()) - p;
    total += static_cast<double>(logit[top] - logit[labels()[row]]) -
             static_cast<double>(math::log(p[top]));
  }
  return total / static_cast<double>(rows.size());
}

void BoostedTrees::score(const real* x, std::int64_t rows, real* scores) const {
  const std::int64_t width = sums(), whole = static_cast<std::int64_t>(trees_.size()) / width;
  std::vector<real> totals(static_cast<std::size_t>(rows * width));
  for (std::size_t i = 0; i < totals.size(); ++i) totals[i] = start_[i % start_.size()];
  for (std::int64_t t = 0; t < whole * width; ++t) {
    const Tree& tree = trees_[t];
    for (std::int64_t i = 0; i < rows; ++i)
      totals[i * width + t % width] += tree.values[tree.leaf(x + i * features())];
  }
  kernels::softmax(rows, classes(), logits(totals.data(), rows).data(), scores);
}

std::vector<double> BoostedTrees::importances() const {
  double sum = 0;
  for (const double gain : gains_) sum += gain;
  std::vector<double> shares = gains_;
  if (sum > 0)
    for (double& share : shares) share /= sum;
  return shares;
}

void BoostedTrees::exchange(State& state) {
  state.numbers("start", start_, sums());
  state.trees("trees", trees_, 1, features());
  if (!state.reading()) return;
  best_rounds_ = rounds();
  check(trees_.size() == static_cast<std::size_t>(best_rounds_) * sums() && best_rounds_ > 0,
        "The model's \"trees\" are no whole number of rounds.");
  gains_.assign(features(), 0);
}

}  // namespace grad::classic
