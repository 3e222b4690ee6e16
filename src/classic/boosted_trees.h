#pragma once

#include <vector>

#include "classic/columns.h"
#include "classic/gradient_tree.h"
#include "classic/model.h"
#include "classic/tree.h"

namespace grad::classic {

struct BoostingOptions {
  int rounds = 100;            ///< at most; 1 to 10,000
  double learning_rate = 0.1;  ///< shrinkage: each tree's values are multiplied by it
  GradientTreeOptions tree = {};
  int bins = 255;  ///< ranks that a feature is cut into, 2 to 65,536
  /// Share of the examples, evenly by class, that is held out to stop early; 0: none.
  double validation_share = 0;
  int patience = 10;  ///< rounds without a smaller validation loss that end the fit
};

/// Throws Error beginning with [name] unless rounds, bins and the tree's options are in range,
/// learning_rate is in (0,1], validation_share in [0,0.5] and patience >= 1.
void check_boosting_options(const char* name, const BoostingOptions& options);

/// Gradient-boosted trees (Friedman 2001) on histograms (as LightGBM: Ke and others 2017): with two
/// classes a sum of trees is the log-odds, with more there is a sum for every class and a softmax
/// over them. A round fits one tree a sum to the gradients g and curvatures h of the loss,
/// -log P(label), at the present sums: leaves get -Σg / (Σh + l2), and a split gains
/// (Σg)² / (Σh + l2) of both halves less that of the whole. The same method as scikit-learn's
/// HistGradientBoostingClassifier. No chance but in the choice of held-out examples. Scores are
/// probabilities, from the first round on.
class BoostedTrees : public Classifier {
 public:
  /// Throws Error as check_boosting_options().
  explicit BoostedTrees(const BoostingOptions& options = {});
  const char* name() const override { return "BoostedTrees"; }
  bool ready() const override { return best_rounds_ > 0; }

  /// Rounds kept: after an early stop, those up to the smallest validation loss.
  int rounds() const { return static_cast<int>(trees_.size()) / sums(); }
  /// Mean -log P(label) after each round, those after the best one too; of the examples that
  /// trees were fitted to, and of those held out (empty if none).
  const std::vector<double>& training_losses() const { return training_losses_; }
  const std::vector<double>& validation_losses() const { return validation_losses_; }
  /// Round by round, in each round one for every sum; one value a node.
  const std::vector<Tree>& trees() const { return trees_; }
  /// Share of each feature in the gains of all splits; adds up to 1, or all are 0 if none was made.
  std::vector<double> importances() const;

 private:
  void exchange(State& state) override;
  void begin(Rng rng) override;
  void slice() override;
  void score(const real* x, std::int64_t rows, real* scores) const override;
  void hold_out(Rng rng);
  void start_sums();
  void start_tree();
  void end_tree();
  void end_round();
  Array logits(const real* totals, std::int64_t rows) const;
  double loss(const Array& z, const std::vector<std::int32_t>& rows) const;
  /// Trees in a round.
  int sums() const { return classes() == 2 ? 1 : classes(); }

  BoostingOptions options_;
  Columns columns_;
  std::vector<std::int32_t> fitted_, held_out_;  // rows
  std::vector<real> start_;                      // of every sum: the classes' shares
  std::vector<real> totals_;                     // (n, sums)
  Array p_;                                      // (n, classes), at the beginning of the round
  GradientTreeGrower grower_;
  bool growing_ = false;
  std::vector<Tree> trees_;
  std::vector<double> gains_;
  std::vector<double> training_losses_, validation_losses_;
  int best_rounds_ = 0;
};

}  // namespace grad::classic
