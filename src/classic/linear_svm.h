#pragma once

#include <vector>

#include "classic/model.h"

namespace grad::classic {

enum class HingeLoss {
  hinge,          ///< max(0, 1 - y w·[x,1])
  squared_hinge,  ///< its square
};

struct LinearSvmOptions {
  double c = 1;  ///< > 0: the price of the losses against the size of the weights
  HingeLoss loss = HingeLoss::squared_hinge;
  int epochs = 1000;        ///< passes over the examples, at most, for each class
  double tolerance = 1e-4;  ///< ends where the projected gradient of a pass is narrower
};

/// Linear support vector machine: w (features + 1, the bias among the weights) that minimises
///   ½ |w|² + c Σ loss(y w·[x,1]),   y = ±1,
/// by dual coordinate descent (Hsieh and others 2008), the problem of scikit-learn's
/// LinearSVC(C=c). More than two classes: one such w for each against the rest. Standardise the
/// features first. Scores are w_k·[x,1]; with two classes -w·[x,1] and w·[x,1].
class LinearSvm : public Classifier {
 public:
  /// Throws Error unless c > 0 and finite, epochs >= 1, tolerance > 0.
  explicit LinearSvm(const LinearSvmOptions& options = {});
  const char* name() const override { return "LinearSvm"; }
  bool has_probabilities() const override { return false; }

  /// (1, features + 1) for two classes, else (classes, features + 1), row-major; biases last.
  const std::vector<double>& weights() const { return weights_; }
  /// True if every w met the tolerance before its passes ran out.
  bool converged() const { return finished() && unmet_ == 0; }

 private:
  void exchange(State& state) override;
  void begin(Rng rng) override;
  void slice() override;
  void score(const real* x, std::int64_t rows, real* scores) const override;
  void begin_output();
  void visit(std::int64_t row);
  void end_epoch();
  int outputs() const { return classes() == 2 ? 1 : classes(); }
  double product(const double* w, const real* x) const;

  LinearSvmOptions options_;
  Rng rng_;
  std::vector<double> weights_;
  std::vector<double> squares_;  // |[x,1]|²
  // Of the w at work:
  int output_ = 0, epoch_ = 0, unmet_ = 0;
  std::vector<double> alphas_;
  std::vector<int> order_;
  std::int64_t at_ = 0;
  double highest_ = 0, lowest_ = 0;  // projected gradients of this pass
};

}  // namespace grad::classic
