#pragma once

#include <vector>

#include "classic/model.h"

namespace grad::classic {

/// Gaussian naive Bayes: within a class every feature is normal, independent of the others, with
/// the mean μ and variance σ² of the class' examples (dividing by their number):
///   log P(k | x) = log share_k - ½ Σ_j (log 2π σ²_kj + (x_j - μ_kj)² / σ²_kj) + constant.
/// Every variance is enlarged by `smoothing` times the largest variance of a feature over all
/// examples, as in scikit-learn's GaussianNB. A class without examples has probability 0. Scores
/// are probabilities.
class GaussianNaiveBayes : public Classifier {
 public:
  /// Throws Error unless smoothing > 0 and finite.
  explicit GaussianNaiveBayes(double smoothing = 1e-9);
  const char* name() const override { return "GaussianNaiveBayes"; }

  /// (classes, features), row-major; those of a class without examples are 0.
  const std::vector<double>& means() const { return means_; }
  const std::vector<double>& variances() const { return variances_; }

 private:
  void exchange(State& state) override;
  void begin(Rng rng) override;
  void slice() override;
  void score(const real* x, std::int64_t rows, real* scores) const override;
  void add(std::int64_t visit);
  void end();

  double smoothing_;
  std::int64_t at_ = 0;  // the next example; every example is visited twice
  std::vector<double> counts_, means_, variances_;
  std::vector<double> overall_means_, overall_variances_;
  std::vector<double> constants_;  // log share_k - ½ Σ log 2π σ²_kj
};

}  // namespace grad::classic
