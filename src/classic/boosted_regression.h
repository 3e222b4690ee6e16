#pragma once

#include <vector>

#include "classic/boosted_trees.h"
#include "classic/columns.h"
#include "classic/gradient_tree.h"
#include "classic/model.h"

namespace grad::classic {

/// Gradient-boosted trees for numbers (Friedman 2001): begins with the mean of the targets, and
/// every round adds a tree fitted to what is left, shrunk by the learning rate. With the options of
/// boosted_trees.h, whose losses are mean squared errors halved here, as in scikit-learn's
/// HistGradientBoostingRegressor. No chance but in the choice of held-out examples.
class BoostedTreesRegressor : public Regressor {
 public:
  /// Throws Error as BoostedTrees.
  explicit BoostedTreesRegressor(const BoostingOptions& options = {});
  const char* name() const override { return "BoostedTreesRegressor"; }
  bool ready() const override { return best_rounds_ > 0; }

  /// Rounds kept: after an early stop, those up to the smallest validation loss.
  int rounds() const { return static_cast<int>(trees_.size()); }
  /// Mean of (target - sum)² / 2 after each round, those after the best one too; of the examples
  /// that trees were fitted to, and of those held out (empty if none).
  const std::vector<double>& training_losses() const { return training_losses_; }
  const std::vector<double>& validation_losses() const { return validation_losses_; }
  const std::vector<Tree>& trees() const { return trees_; }

 private:
  void exchange(State& state) override;
  void begin(Rng rng) override;
  void slice() override;
  void predict_rows(const real* x, std::int64_t rows, real* predicted) const override;
  void hold_out(Rng rng);
  void start_tree();
  void end_round();
  double loss(const std::vector<std::int32_t>& rows) const;

  BoostingOptions options_;
  Columns columns_;
  std::vector<std::int32_t> fitted_, held_out_;  // rows
  double start_ = 0;
  std::vector<real> sums_;  // less start_, so that they are small
  GradientTreeGrower grower_;
  bool growing_ = false;
  std::vector<Tree> trees_;
  std::vector<double> training_losses_, validation_losses_;
  int best_rounds_ = 0;
};

}  // namespace grad::classic
