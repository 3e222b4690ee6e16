#pragma once

#include <vector>

#include "classic/lbfgs.h"
#include "classic/model.h"

namespace grad::classic {

struct LogisticOptions {
  double c = 1;             ///< > 0: the smaller, the more the weights are held near 0
  int iterations = 200;     ///< of the search, at most
  double tolerance = 1e-5;  ///< it ends where no component of the mean gradient is larger
};

/// Logistic regression, for more than two classes softmax regression: the weights w that minimise
///   Σ -log P(label | x) + |w without biases|² / (2 c),
/// the problem of scikit-learn's LogisticRegression(C=c), by L-BFGS. With two classes P(1 | x) =
/// σ(w·[x,1]), with more P(k | x) is the softmax of w_k·[x,1]. Standardise the features first: the
/// penalty treats all of them alike. Scores are probabilities, from the first step on.
class LogisticRegression : public Classifier {
 public:
  /// Throws Error unless c > 0 and finite, iterations >= 1, tolerance > 0.
  explicit LogisticRegression(const LogisticOptions& options = {});
  const char* name() const override { return "LogisticRegression"; }
  bool ready() const override { return weights_.defined(); }

  /// (1, features + 1) for two classes, (classes, features + 1) for more; biases last.
  Array weights() const;
  /// Steps of the search.
  int iterations() const { return search_.iterations(); }

 private:
  void exchange(State& state) override;
  void begin(Rng rng) override;
  void slice() override;
  void score(const real* x, std::int64_t rows, real* scores) const override;
  void unpack(const std::vector<double>& point);
  Array logits(const real* x, std::int64_t rows) const;
  double add_block(std::int64_t first, std::int64_t rows);
  void end_evaluation();
  std::int64_t outputs() const { return classes() == 2 ? 1 : classes(); }

  LogisticOptions options_;
  Lbfgs search_;
  Array weights_, biases_;  // (outputs, features), (outputs): where the value is computed
  Array gradient_;          // (outputs, features): sum over the examples so far
  std::vector<double> bias_gradient_;
  double loss_ = 0;
  std::int64_t at_ = 0;  // the next example of this evaluation
};

}  // namespace grad::classic
