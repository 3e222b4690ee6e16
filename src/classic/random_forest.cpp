#include "classic/random_forest.h"

#include <algorithm>
#include <limits>

#include "tensor/check.h"

namespace grad::classic {

RandomForest::RandomForest(const ForestOptions& options) : options_(options) {
  check_forest_options("RandomForest", options);
}

void RandomForest::begin(Rng rng) {
  forest_.start(examples(), labels(), classes(), options_, rng);
  votes_.assign(labels().size() * static_cast<std::size_t>(classes()), 0);
}

void RandomForest::slice() {
  std::int64_t work = slice_work;
  while (work > 0 && !forest_.done()) {
    if (!forest_.step(work)) continue;
    const Tree& tree = trees().back();
    for (std::int64_t i = 0; i < count(); ++i) {
      if (!forest_.left_out(i)) continue;
      const std::span<const real> shares = tree.value(tree.leaf(example(i)));
      for (int c = 0; c < classes(); ++c) votes_[i * classes() + c] += shares[c];
    }
  }
  report(forest_.share());
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
  return forest_.importances();
}

// Tree by tree, so that a tree stays in the cache.
void RandomForest::score(const real* x, std::int64_t rows, real* scores) const {
  std::fill_n(scores, rows * classes(), real(0));
  for (const Tree& tree : trees()) {
    for (std::int64_t i = 0; i < rows; ++i) {
      const std::span<const real> shares = tree.value(tree.leaf(x + i * features()));
      for (int c = 0; c < classes(); ++c) scores[i * classes() + c] += shares[c];
    }
  }
  for (std::int64_t i = 0; i < rows * classes(); ++i)
    scores[i] /= static_cast<real>(trees().size());
}

RandomForestRegressor::RandomForestRegressor(const ForestOptions& options) : options_(options) {
  check_forest_options("RandomForestRegressor", options);
}

void RandomForestRegressor::begin(Rng rng) {
  forest_.start(examples(), targets(), options_, rng);
  sums_.assign(targets().size(), 0);
  votes_.assign(targets().size(), 0);
}

void RandomForestRegressor::slice() {
  std::int64_t work = slice_work;
  while (work > 0 && !forest_.done()) {
    if (!forest_.step(work)) continue;
    const Tree& tree = trees().back();
    for (std::int64_t i = 0; i < count(); ++i) {
      if (!forest_.left_out(i)) continue;
      sums_[i] += static_cast<double>(tree.value(tree.leaf(example(i)))[0]);
      ++votes_[i];
    }
  }
  report(forest_.share());
}

double RandomForestRegressor::out_of_bag_r2() const {
  double judged = 0, mean = 0, spread = 0, error = 0;
  for (std::int64_t i = 0; i < count(); ++i) {
    if (votes_[i] == 0) continue;
    ++judged;
    mean += static_cast<double>(targets()[i]);
  }
  mean /= judged;
  for (std::int64_t i = 0; i < count(); ++i) {
    if (votes_[i] == 0) continue;
    const auto target = static_cast<double>(targets()[i]);
    const double miss = sums_[i] / votes_[i] - target;
    spread += (target - mean) * (target - mean);
    error += miss * miss;
  }
  return spread > 0 ? 1 - error / spread : std::numeric_limits<double>::quiet_NaN();
}

std::vector<double> RandomForestRegressor::importances() const {
  check(ready(), "[RandomForestRegressor] has not learned yet: fit() it first");
  return forest_.importances();
}

void RandomForestRegressor::predict_rows(const real* x, std::int64_t rows, real* predicted) const {
  std::vector<double> sums(static_cast<std::size_t>(rows));
  for (const Tree& tree : trees())
    for (std::int64_t i = 0; i < rows; ++i)
      sums[i] += static_cast<double>(tree.value(tree.leaf(x + i * features()))[0]);
  for (std::int64_t i = 0; i < rows; ++i)
    predicted[i] = static_cast<real>(sums[i] / static_cast<double>(trees().size()));
}

void RandomForest::exchange(State& state) {
  state.trees("trees", forest_.trees(), classes(), features());
  if (state.reading()) votes_.clear();
}

void RandomForestRegressor::exchange(State& state) {
  state.trees("trees", forest_.trees(), 1, features());
  if (state.reading()) votes_.clear();
}

}  // namespace grad::classic
