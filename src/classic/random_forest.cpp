#include "classic/random_forest.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <utility>

#include "tensor/check.h"

namespace grad::classic {

namespace {

constexpr double ranking_share = 0.05;      // of the work, roughly
constexpr std::int64_t work_per_rank = 16;  // sorting, in visits a number

}  // namespace

RandomForest::RandomForest(const ForestOptions& options) : options_(options) {
  check(options.trees >= 1 && options.trees <= 10'000, [&] {
    return "[RandomForest] " + std::to_string(options.trees) + " trees are not in [1,10000]";
  });
  check_tree_options("RandomForest", options.tree);
}

void RandomForest::begin(Rng rng) {
  rng_ = rng;
  grower_.reset();
  growing_ = false;
  columns_ = Columns(examples(), Columns::most_ranks);
  trees_.clear();
  importances_.assign(features(), 0);
  votes_.assign(labels().size() * static_cast<std::size_t>(classes()), 0);
}

void RandomForest::slice() {
  std::int64_t work = slice_work;
  for (; work > 0 && !columns_.done(); work -= work_per_rank * count()) {
    columns_.add();
    report(ranking_share * static_cast<double>(columns_.added()) / static_cast<double>(features()));
  }
  while (work > 0 && columns_.done() && !finished()) {
    if (!growing_) start_tree();
    if (!grower_->step(work)) end_tree();
  }
}

void RandomForest::start_tree() {
  if (!grower_) {
    TreeOptions options = options_.tree;
    if (options.max_features == 0)
      options.max_features = static_cast<std::int64_t>(std::sqrt(static_cast<double>(features())));
    grower_.emplace(columns_, labels(), classes(), options);
  }
  Rng rng = rng_.split(trees_.size());
  weights_.assign(labels().size(), options_.bootstrap ? 0 : 1);
  if (options_.bootstrap)
    for (std::size_t i = 0; i < weights_.size(); ++i)
      ++weights_[rng.below(static_cast<std::uint32_t>(weights_.size()))];
  grower_->start(weights_, rng);
  growing_ = true;
}

void RandomForest::end_tree() {
  growing_ = false;
  trees_.push_back(std::move(grower_->tree()));
  const std::vector<double> importances = grower_->importances();
  for (std::size_t j = 0; j < importances.size(); ++j) importances_[j] += importances[j];
  const Tree& tree = trees_.back();
  for (std::int64_t i = 0; i < count(); ++i) {
    if (weights_[i] > 0) continue;
    const std::span<const real> shares = tree.value(tree.leaf(example(i)));
    for (int c = 0; c < classes(); ++c) votes_[i * classes() + c] += shares[c];
  }
  const auto grown = static_cast<int>(trees_.size());
  report(grown == options_.trees ? 1
                                 : ranking_share + (1 - ranking_share) * grown / options_.trees);
  if (!finished()) return;
  grower_.reset();
  columns_ = {};
}

double RandomForest::out_of_bag_accuracy() const {
  std::int64_t judged = 0, right = 0;
  for (std::int64_t i = 0; i < count(); ++i) {
    const real* votes = votes_.data() + i * classes();
    const std::int64_t best = std::max_element(votes, votes + classes()) - votes;
    if (votes[best] == 0) continue;  // in every sample
    ++judged;
    right += best == labels()[i];
  }
  if (judged == 0) return std::numeric_limits<double>::quiet_NaN();
  return static_cast<double>(right) / static_cast<double>(judged);
}

std::vector<double> RandomForest::importances() const {
  check(ready(), "[RandomForest] has not learned yet: fit() it first");
  std::vector<double> means = importances_;
  for (double& mean : means) mean /= static_cast<double>(trees_.size());
  return means;
}

// Tree by tree, so that a tree stays in the cache.
void RandomForest::score(const real* x, std::int64_t rows, real* scores) const {
  std::fill_n(scores, rows * classes(), real(0));
  for (const Tree& tree : trees_) {
    for (std::int64_t i = 0; i < rows; ++i) {
      const std::span<const real> shares = tree.value(tree.leaf(x + i * features()));
      for (int c = 0; c < classes(); ++c) scores[i * classes() + c] += shares[c];
    }
  }
  for (std::int64_t i = 0; i < rows * classes(); ++i) scores[i] /= static_cast<real>(trees_.size());
}

}  // namespace grad::classic
