#include "classic/boosted_regression.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

namespace grad::classic {

namespace {

constexpr double ranking_share = 0.05;      // of the work, roughly
constexpr std::int64_t work_per_rank = 16;  // sorting, in visits a number

}  // namespace

BoostedTreesRegressor::BoostedTreesRegressor(const BoostingOptions& options) : options_(options) {
  check_boosting_options("BoostedTreesRegressor", options);
}

void BoostedTreesRegressor::begin(Rng rng) {
  columns_ = Columns(examples(), options_.bins);
  hold_out(rng);
  start_ = 0;
  for (const std::int32_t row : fitted_) start_ += static_cast<double>(targets()[row]);
  start_ /= static_cast<double>(fitted_.size());
  sums_.assign(targets().size(), 0);
  growing_ = false;
  trees_.clear();
  training_losses_.clear();
  validation_losses_.clear();
  best_rounds_ = 0;
}

// Never the last example.
void BoostedTreesRegressor::hold_out(Rng rng) {
  std::vector<int> rows(targets().size());
  std::iota(rows.begin(), rows.end(), 0);
  rng.shuffle(rows);
  const double wanted = static_cast<double>(rows.size()) * options_.validation_share;
  const auto held = std::min(static_cast<std::ptrdiff_t>(std::floor(wanted + 0.5)),
                             static_cast<std::ptrdiff_t>(rows.size()) - 1);
  held_out_.assign(rows.begin(), rows.begin() + held);
  fitted_.assign(rows.begin() + held, rows.end());
  std::sort(fitted_.begin(), fitted_.end());
  std::sort(held_out_.begin(), held_out_.end());
}

void BoostedTreesRegressor::slice() {
  std::int64_t work = slice_work;
  for (; work > 0 && !columns_.done(); work -= work_per_rank * count()) {
    columns_.add();
    report(ranking_share * static_cast<double>(columns_.added()) / static_cast<double>(features()));
  }
  while (work > 0 && columns_.done() && !finished()) {
    if (!growing_) start_tree();
    if (!grower_.step(work)) end_round();
    work -= count();
  }
}

// The loss (sum - target)² / 2 has gradient sum - target and curvature 1.
void BoostedTreesRegressor::start_tree() {
  std::vector<real> gradients(sums_.size());
  for (const std::int32_t row : fitted_)
    gradients[row] = sums_[row] - static_cast<real>(static_cast<double>(targets()[row]) - start_);
  grower_.start(columns_, options_.tree, fitted_, std::move(gradients),
                std::vector<real>(sums_.size(), 1));
  growing_ = true;
}

void BoostedTreesRegressor::end_round() {
  growing_ = false;
  Tree tree = std::move(grower_.tree());
  for (real& value : tree.values) value *= static_cast<real>(options_.learning_rate);
  for (const GradientTreeGrower::Leaf& leaf : grower_.leaves())
    for (const std::int32_t row : leaf.rows) sums_[row] += tree.values[leaf.node];
  for (const std::int32_t row : held_out_) sums_[row] += tree.values[tree.leaf(example(row))];
  trees_.push_back(std::move(tree));

  training_losses_.push_back(loss(fitted_));
  const auto round = static_cast<int>(training_losses_.size());
  bool stop = round == options_.rounds;
  if (held_out_.empty()) {
    best_rounds_ = round;
  } else {
    validation_losses_.push_back(loss(held_out_));
    if (best_rounds_ == 0 || validation_losses_.back() < validation_losses_[best_rounds_ - 1])
      best_rounds_ = round;
    stop = stop || round - best_rounds_ >= options_.patience;
  }
  report(stop ? 1 : ranking_share + (1 - ranking_share) * round / options_.rounds);
  if (!stop) return;
  trees_.resize(static_cast<std::size_t>(best_rounds_));
  columns_ = {};
}

double BoostedTreesRegressor::loss(const std::vector<std::int32_t>& rows) const {
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
  for (const Tree& tree : trees_)
    for (std::int64_t i = 0; i < rows; ++i)
      sums[i] += static_cast<double>(tree.values[tree.leaf(x + i * features())]);
  for (std::int64_t i = 0; i < rows; ++i) predicted[i] = static_cast<real>(sums[i]);
}

void BoostedTreesRegressor::exchange(State& state) {
  state.number("start", start_);
  state.trees("trees", trees_, 1, features());
  if (state.reading()) best_rounds_ = rounds();
}

}  // namespace grad::classic
