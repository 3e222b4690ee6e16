#pragma once

#include <vector>

#include "classic/boosting.h"
#include "classic/model.h"

namespace grad::classic {

/// Gradient-boosted trees (Friedman 2001) on histograms (as LightGBM: Ke and others 2017): with two
/// classes a sum of trees is the log-odds, with more there is a sum for every class and a softmax
/// over them. A round fits one tree a sum to the gradients g and curvatures h of the loss,
/// -log P(label), at the present sums: leaves get -Σg / (Σh + l2), and a split gains
/// (Σg)² / (Σh + l2) of both halves less that of the whole. The same method as scikit-learn's
/// HistGradientBoostingClassifier. No chance but in the choice of held-out examples. Scores are
/// probabilities, from the first round on.
class BoostedTrees : public Classifier, public Boosting {
 public:
  /// Throws Error as Boosting.
  explicit BoostedTrees(const BoostingOptions& options = {}) : Boosting("BoostedTrees", options) {}
  const char* name() const override { return "BoostedTrees"; }
  bool ready() const override { return boosted(); }

 private:
  void exchange(State& state) override;
  void begin(Rng rng) override;
  void slice() override;
  void score(const real* x, std::int64_t rows, real* scores) const override;
  Derivatives derivatives(int sum, const Rows& rows) const override;
  void see(const std::vector<real>& totals) override;
  double mean_loss(const Rows& rows) const override;
  Array logits(const real* totals, std::int64_t rows) const;
  /// Trees in a round.
  int sums() const { return classes() == 2 ? 1 : classes(); }

  std::vector<real> start_;  // of every sum: the classes' shares
  Array z_, p_;              // (n, classes) each, at the beginning of the round
};

}  // namespace grad::classic
