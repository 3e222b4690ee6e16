#pragma once

#include <vector>

#include "classic/forest_grower.h"
#include "classic/model.h"

namespace grad::classic {

/// Random forest (Breiman 2001): the mean of the class shares of many trees (decision_tree.h), each
/// grown on a bootstrap sample, each node split by the best of a few features drawn anew. Tree t
/// draws from a generator of its own, split from the seed, so that the first t trees of a larger
/// forest are the smaller forest. Scores are probabilities, from the first tree on.
class RandomForest : public Classifier {
 public:
  /// Throws Error as check_forest_options().
  explicit RandomForest(const ForestOptions& options = {});
  const char* name() const override { return "RandomForest"; }
  bool ready() const override { return !trees().empty(); }

  const std::vector<Tree>& trees() const { return forest_.trees(); }
  /// Accuracy on the training examples where each is judged only by the trees whose sample it was
  /// not in: an estimate of the test accuracy that costs no test set. Of the trees so far and the
  /// examples that some tree left out; NaN if there are none.
  double out_of_bag_accuracy() const;
  /// Mean over the trees of DecisionTree::importances(); favours features with many distinct
  /// numbers.
  std::vector<double> importances() const;

 private:
  void exchange(State& state) override;
  void begin(Rng rng) override;
  void slice() override;
  void score(const real* x, std::int64_t rows, real* scores) const override;

  ForestOptions options_;
  ForestGrower forest_;
  std::vector<real> votes_;  // (n, classes), of trees that left the example out
};

/// The same for numbers: the mean of many regression trees. In contrast to the forest of classes
/// every split looks at all features, as in scikit-learn, unless max_features says otherwise.
class RandomForestRegressor : public Regressor {
 public:
  /// Throws Error as check_forest_options().
  explicit RandomForestRegressor(const ForestOptions& options = {});
  const char* name() const override { return "RandomForestRegressor"; }
  bool ready() const override { return !trees().empty(); }

  const std::vector<Tree>& trees() const { return forest_.trees(); }
  /// R² on the training examples where each is judged only by the trees whose sample it was not in;
  /// of the examples that some tree left out, NaN if there are none or they do not vary.
  double out_of_bag_r2() const;
  /// As RandomForest's, by the decrease of the squared error.
  std::vector<double> importances() const;

 private:
  void exchange(State& state) override;
  void begin(Rng rng) override;
  void slice() override;
  void predict_rows(const real* x, std::int64_t rows, real* predicted) const override;

  ForestOptions options_;
  ForestGrower forest_;
  std::vector<double> sums_;         // of the predictions of trees that left the example out
  std::vector<std::int32_t> votes_;  // how many did
};

}  // namespace grad::classic
