#pragma once

#include <vector>

#include "classic/boosted_trees.h"
#include "classic/columns.h"
#include "classic/gradient_tree.h"
#include "classic/model.h"

namespace grad::classic {

/// Gradient-boosted trees for numbers (Friedman 2001): begins with the mean of the targets, and
/// every round adds a tree fitted to what is left, shrunk by the learning rate. With the options of
/// boosting.h, whose losses are mean squared errors halved here, as in scikit-learn's
/// HistGradientBoostingRegressor. No chance but in the choice of held-out examples.
class BoostedTreesRegressor : public Regressor, public Boosting {
 public:
  /// Throws Error as Boosting.
  explicit BoostedTreesRegressor(const BoostingOptions& options = {})
      : Boosting("BoostedTreesRegressor", options) {}
  const char* name() const override { return "BoostedTreesRegressor"; }
  bool ready() const override { return boosted(); }

 private:
  void exchange(State& state) override;
  void begin(Rng rng) override;
  void slice() override;
  void predict_rows(const real* x, std::int64_t rows, real* predicted) const override;
  Derivatives derivatives(int sum, const Rows& rows) const override;
  void see(const std::vector<real>& totals) override { sums_ = totals; }
  double mean_loss(const Rows& rows) const override;

  double start_ = 0;
  std::vector<real> sums_;  // less start_, so that they are small
};

}  // namespace grad::classic
