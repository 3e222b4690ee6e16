#include "classic/decision_tree.h"

#include <algorithm>
#include <utility>

namespace grad::classic {

namespace {

constexpr double ranking_share = 0.3;       // of the work, roughly
constexpr std::int64_t work_per_rank = 16;  // sorting, in visits a number

}  // namespace

DecisionTree::DecisionTree(const TreeOptions& options) : options_(options) {
  check_tree_options("DecisionTree", options);
}

void DecisionTree::begin(Rng rng) {
  rng_ = rng;
  grower_.reset();
  columns_ = Columns(examples(), Columns::most_ranks);
  tree_ = {};
  importances_.clear();
}

void DecisionTree::slice() {
  std::int64_t work = slice_work;
  for (; work > 0 && !columns_.done(); work -= work_per_rank * count()) {
    columns_.add();
    report(ranking_share * static_cast<double>(columns_.added()) / static_cast<double>(features()));
  }
  if (!columns_.done()) return;
  if (!grower_) {
    grower_.emplace(columns_, labels(), classes(), options_);
    grower_->start(std::vector<std::uint16_t>(labels().size(), 1), rng_);
  }
  if (grower_->step(work)) {
    report(ranking_share + (0.99 - ranking_share) * grower_->share());
    return;
  }
  tree_ = std::move(grower_->tree());
  importances_ = grower_->importances();
  grower_.reset();
  columns_ = {};
  report(1);
}

void DecisionTree::score(const real* x, std::int64_t rows, real* scores) const {
  for (std::int64_t i = 0; i < rows; ++i) {
    const std::span<const real> shares = tree_.value(tree_.leaf(x + i * features()));
    std::copy(shares.begin(), shares.end(), scores + i * classes());
  }
}

DecisionTreeRegressor::DecisionTreeRegressor(const TreeOptions& options) : options_(options) {
  check_tree_options("DecisionTreeRegressor", options);
}

void DecisionTreeRegressor::begin(Rng rng) {
  forest_.start(examples(), targets(), {.trees = 1, .tree = options_, .bootstrap = false}, rng);
}

void DecisionTreeRegressor::slice() {
  std::int64_t work = slice_work;
  forest_.step(work);
  report(forest_.share());
}

void DecisionTreeRegressor::predict_rows(const real* x, std::int64_t rows, real* predicted) const {
  for (std::int64_t i = 0; i < rows; ++i)
    predicted[i] = tree().value(tree().leaf(x + i * features()))[0];
}

void DecisionTree::exchange(State& state) {
  std::vector<Tree> one;
  if (!state.reading()) one.push_back(tree_);
  state.trees("tree", one, classes(), features());
  state.numbers("importances", importances_, features());
  tree_ = one.front();
}

void DecisionTreeRegressor::exchange(State& state) {
  state.trees("tree", forest_.trees(), 1, features());
}

}  // namespace grad::classic
