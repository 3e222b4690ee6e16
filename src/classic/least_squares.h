#pragma once

#include <span>
#include <vector>

#include "classic/model.h"
#include "tensor/array.h"

namespace grad::classic {

/// Linear least squares: the weights w (features + 1, the last is the intercept) that minimise
/// Σ (w·[x,1] - target)² + ridge |w without intercept|². Normal equations about the means, in
/// double, solved by Cholesky: the same bits everywhere. A singular system gets the smallest ridge,
/// from 1e-12 of the largest variance up by tens, that makes it solvable: a feature that does not
/// vary gets weight 0, features that repeat each other share theirs, one example gives its target
/// as the intercept. x (n, d), n targets. Throws Error unless x has two axes, n >= 1,
/// targets.size() == n, all numbers are finite and ridge is finite and >= 0.
Array least_squares(const Array& x, std::span<const real> targets, real ridge = 0);
/// w·[x,1] for every row of x (n, d): (n).
Array predict_linear(const Array& weights, const Array& x);

/// The normal equations of least_squares(), row by row in double: first every row and target to
/// add_to_means(), then every one to add(). Memory grows with the square of the features.
class NormalEquations {
 public:
  explicit NormalEquations(std::int64_t features);
  void add_to_means(const real* row, real target);
  void add(const real* row, real target);
  /// (features + 1), the intercept last; as least_squares().
  Array solve(double ridge) const;

 private:
  void end_means();

  std::int64_t features_, counted_ = 0;
  bool means_done_ = false;
  std::vector<double> x_mean_, row_, gram_, moments_;
  double y_mean_ = 0;
};

/// least_squares() fitted in slices, all but the solution of the system at the end.
class LinearRegression : public Regressor {
 public:
  static constexpr std::int64_t most_features = 4096;

  /// Throws Error unless ridge is finite and >= 0; start() for more than most_features.
  explicit LinearRegression(double ridge = 0);
  const char* name() const override { return "LinearRegression"; }

  /// (features + 1), the intercept last. Throws Error before the end of the fit.
  const Array& weights() const;

 private:
  void check_fits(const data::Regression& train) const override;
  void exchange(State& state) override;
  void begin(Rng rng) override;
  void slice() override;
  void predict_rows(const real* x, std::int64_t rows, real* predicted) const override;

  double ridge_;
  NormalEquations equations_{0};
  std::int64_t at_ = 0;  // the next visit; every example is visited twice
  Array weights_;
};

}  // namespace grad::classic
