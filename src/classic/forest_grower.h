#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "classic/columns.h"
#include "classic/tree.h"
#include "classic/tree_grower.h"
#include "tensor/rng.h"

namespace grad::classic {

struct ForestOptions {
  int trees = 100;  ///< 1 to 10,000
  /// Of every tree; max_features 0 means the square root of the number of features, rounded down,
  /// where classes are told, and all of them where numbers are.
  TreeOptions tree = {};
  bool bootstrap = true;  ///< every tree has its own draw of n examples with replacement, else all
};
/// Throws Error beginning with [who] for a number of trees out of range and as
/// check_tree_options().
void check_forest_options(const char* who, const ForestOptions& options);

/// What forests share: ranks the columns, then grows one tree after the other, each on its own
/// draw. Tree t draws from a generator of its own, split from the first.
class ForestGrower {
 public:
  /// Forgets what was grown. x (n, features) and the labels must outlive it.
  void start(const Array& x, const std::vector<std::int32_t>& labels, int classes,
             const ForestOptions& options, Rng rng);
  void start(const Array& x, const std::vector<real>& targets, const ForestOptions& options,
             Rng rng);

  /// Works on, counting `work` down, until it is used up or a tree has grown. Returns whether one
  /// has: trees().back().
  bool step(std::int64_t& work);
  /// Share of the work that is done.
  double share() const;
  bool done() const { return static_cast<int>(trees_.size()) == options_.trees; }
  /// Whether the last tree's draw left an example out.
  bool left_out(std::int64_t row) const { return weights_[static_cast<std::size_t>(row)] == 0; }
  const std::vector<Tree>& trees() const { return trees_; }
  std::vector<Tree>& trees() { return trees_; }
  /// Mean over the trees.
  std::vector<double> importances() const;

 private:
  void start(const Array& x, const ForestOptions& options, Rng rng);
  void start_tree();

  ForestOptions options_;
  Rng rng_;
  Columns columns_;
  const std::vector<std::int32_t>* labels_ = nullptr;
  const std::vector<real>* targets_ = nullptr;
  int classes_ = 0;
  std::optional<TreeGrower> grower_;
  bool growing_ = false;
  std::vector<std::uint16_t> weights_;  // how often the growing tree counts each example
  std::vector<Tree> trees_;
  std::vector<double> importances_;  // sum over the trees
};

}  // namespace grad::classic
