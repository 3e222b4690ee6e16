#include "classic/forest_grower.h"

#include <cmath>
#include <string>
#include <utility>

#include "tensor/check.h"

namespace grad::classic {

namespace {

constexpr double ranking_share = 0.05;      // of the work, roughly
constexpr std::int64_t work_per_rank = 16;  // sorting, in visits a number

}  // namespace

void check_forest_options(const char* who, const ForestOptions& options) {
  check(options.trees >= 1 && options.trees <= 10'000, [&] {
    return "[" + std::string(who) + "] " + std::to_string(options.trees) +
           " trees are not in [1,10000]";
  });
  check_tree_options(who, options.tree);
}

void ForestGrower::start(const Array& x, const std::vector<std::int32_t>& labels, int classes,
                         const ForestOptions& options, Rng rng) {
  start(x, options, rng);
  if (options_.tree.max_features == 0)
    options_.tree.max_features =
        static_cast<std::int64_t>(std::sqrt(static_cast<double>(columns_.features())));
  labels_ = &labels;
  targets_ = nullptr;
  classes_ = classes;
}

void ForestGrower::start(const Array& x, const std::vector<real>& targets,
                         const ForestOptions& options, Rng rng) {
  start(x, options, rng);
  labels_ = nullptr;
  targets_ = &targets;
}

void ForestGrower::start(const Array& x, const ForestOptions& options, Rng rng) {
  options_ = options;
  rng_ = rng;
  grower_.reset();
  growing_ = false;
  columns_ = Columns(x, Columns::most_ranks);
  trees_.clear();
  importances_.assign(static_cast<std::size_t>(x.shape()[1]), 0);
}

bool ForestGrower::step(std::int64_t& work) {
  for (; work > 0 && !columns_.done(); work -= work_per_rank * columns_.rows()) columns_.add();
  while (work > 0 && !done()) {
    if (!growing_) start_tree();
    if (grower_->step(work)) continue;
    growing_ = false;
    trees_.push_back(std::move(grower_->tree()));
    const std::vector<double> importances = grower_->importances();
    for (std::size_t j = 0; j < importances.size(); ++j) importances_[j] += importances[j];
    if (done()) {
      grower_.reset();
      columns_ = {};
    }
    return true;
  }
  return false;
}

void ForestGrower::start_tree() {
  if (!grower_) {
    if (labels_) {
      grower_.emplace(columns_, *labels_, classes_, options_.tree);
    } else {
      grower_.emplace(columns_, *targets_, options_.tree);
    }
  }
  Rng rng = rng_.split(trees_.size());
  weights_.assign(static_cast<std::size_t>(columns_.rows()), options_.bootstrap ? 0 : 1);
  if (options_.bootstrap)
    for (std::size_t i = 0; i < weights_.size(); ++i)
      ++weights_[rng.below(static_cast<std::uint32_t>(weights_.size()))];
  grower_->start(weights_, rng);
  growing_ = true;
}

double ForestGrower::share() const {
  if (done()) return 1;
  if (!columns_.done())
    return ranking_share * static_cast<double>(columns_.added()) /
           static_cast<double>(columns_.features());
  const double growing = growing_ ? 0.99 * grower_->share() : 0;
  return ranking_share +
         (1 - ranking_share) * (static_cast<double>(trees_.size()) + growing) / options_.trees;
}

std::vector<double> ForestGrower::importances() const {
  std::vector<double> means = importances_;
  for (double& mean : means) mean /= static_cast<double>(trees_.size());
  return means;
}

}  // namespace grad::classic
