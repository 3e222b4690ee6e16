#pragma once

// Features made of features, before any model sees them.

#include <cstdint>
#include <vector>

#include "tensor/array.h"

namespace grad::classic {

/// Brings every feature to mean 0 and standard deviation 1: z = (x - mean) / deviation. Fit it to
/// the training part alone, then transform both parts.
class Standardizer {
 public:
  /// Means and standard deviations (dividing by n) of the columns of x (n, ...); a constant column
  /// gets deviation 1, so that it becomes 0. Throws Error unless x has rows and is finite.
  explicit Standardizer(const Array& x);
  /// One that has these already. Throws Error unless there is a deviation above 0 for every mean.
  Standardizer(std::vector<double> means, std::vector<double> deviations);
  /// (rows, features). Throws Error unless x is finite and as wide as the first.
  Array transform(const Array& x) const;

  const std::vector<double>& means() const { return means_; }
  const std::vector<double>& deviations() const { return deviations_; }

 private:
  std::vector<double> means_, deviations_;
};

struct PolynomialOptions {
  int degree = 2;
  bool products_only = false;  ///< no powers: x0·x1, but not x0²
};

/// All products of 1 to `degree` features of each row of x (n, ...), without the constant; those of
/// one factor first, and of each degree in the order x0·x0, x0·x1, …, x1·x1, …, as scikit-learn's
/// PolynomialFeatures. Throws Error unless x is finite, 1 <= degree <= 10 and the result has at
/// most 100,000 columns.
Array polynomial_features(const Array& x, const PolynomialOptions& options = {});

}  // namespace grad::classic
