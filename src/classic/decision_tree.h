#pragma once

#include <optional>
#include <vector>

#include "classic/columns.h"
#include "classic/forest_grower.h"
#include "classic/model.h"
#include "classic/tree.h"
#include "classic/tree_grower.h"

namespace grad::classic {

/// Classification tree (CART: Breiman, Friedman, Olshen and Stone 1984): every node is split where
/// Gini's impurity 1 - Σ share² of its halves, weighted by their sizes, is smallest, half-way
/// between two neighbouring numbers, until the leaves are pure or an option forbids it. Among equal
/// splits the first feature and the lowest threshold win. (Beyond 65,536 distinct numbers in a
/// column, neighbours are treated as one.) Scores are the shares of the classes in the leaf.
class DecisionTree : public Classifier {
 public:
  /// Throws Error as check_tree_options().
  explicit DecisionTree(const TreeOptions& options = {});
  const char* name() const override { return "DecisionTree"; }

  /// Its values are the shares of the classes in every node, inner ones too.
  const Tree& tree() const { return tree_; }
  /// Share of each feature in the total decrease of impurity; adds up to 1, or all are 0 if nothing
  /// was split. Says what this tree used, not what matters in the world: of two features that tell
  /// the same one may get nothing.
  const std::vector<double>& importances() const { return importances_; }

 private:
  void exchange(State& state) override;
  void begin(Rng rng) override;
  void slice() override;
  void score(const real* x, std::int64_t rows, real* scores) const override;

  TreeOptions options_;
  Rng rng_;
  Columns columns_;
  std::optional<TreeGrower> grower_;
  Tree tree_;
  std::vector<double> importances_;
};

/// Regression tree (CART): every node is split where Σ (target - mean of its half)² is smallest. A
/// leaf tells the mean of its targets.
class DecisionTreeRegressor : public Regressor {
 public:
  /// Throws Error as check_tree_options().
  explicit DecisionTreeRegressor(const TreeOptions& options = {});
  const char* name() const override { return "DecisionTreeRegressor"; }

  /// Its values are the means of the targets in every node, inner ones too.
  const Tree& tree() const { return forest_.trees().front(); }
  /// Share of each feature in the total decrease of the squared error, as DecisionTree's.
  std::vector<double> importances() const { return forest_.importances(); }

 private:
  void exchange(State& state) override;
  void begin(Rng rng) override;
  void slice() override;
  void predict_rows(const real* x, std::int64_t rows, real* predicted) const override;

  TreeOptions options_;
  ForestGrower forest_;  // of one tree
};

}  // namespace grad::classic
