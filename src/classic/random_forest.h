#pragma once

#include <optional>
#include <vector>

#include "classic/columns.h"
#include "classic/model.h"
#include "classic/tree.h"
#include "classic/tree_grower.h"

namespace grad::classic {

struct ForestOptions {
  int trees = 100;  ///< 1 to 10,000
  /// Of every tree; max_features 0 means the square root of the number of features, rounded down.
  TreeOptions tree = {};
  bool bootstrap = true;  ///< every tree has its own draw of n examples with replacement, else all
};

/// Random forest (Breiman 2001): the mean of the class shares of many trees (decision_tree.h), each
/// grown on a bootstrap sample, each node split by the best of a few features drawn anew. Tree t
/// draws from a generator of its own, split from the seed, so that the first t trees of a larger
/// forest are the smaller forest. Scores are probabilities, from the first tree on.
class RandomForest : public Classifier {
 public:
  /// Throws Error for a number of trees out of range and as check_tree_options().
  explicit RandomForest(const ForestOptions& options = {});
  const char* name() const override { return "RandomForest"; }
  bool ready() const override { return !trees_.empty(); }

  const std::vector<Tree>& trees() const { return trees_; }
  /// Accuracy on the training examples where each is judged only by the trees whose sample it was
  /// not in: an estimate of the test accuracy that costs no test set. Of the trees so far and the
  /// examples that some tree left out; NaN if there are none.
  double out_of_bag_accuracy() const;
  /// Mean over the trees of DecisionTree::importances(); favours features with many distinct
  /// numbers.
  std::vector<double> importances() const;

 private:
  void begin(Rng rng) override;
  void slice() override;
  void score(const real* x, std::int64_t rows, real* scores) const override;
  void start_tree();
  void end_tree();

  ForestOptions options_;
  Rng rng_;
  Columns columns_;
  std::optional<TreeGrower> grower_;
  bool growing_ = false;
  std::vector<std::uint16_t> weights_;  // how often the growing tree counts each example
  std::vector<Tree> trees_;
  std::vector<double> importances_;  // sum over the trees
  std::vector<real> votes_;          // (n, classes), of trees that left the example out
};

}  // namespace grad::classic
