#pragma once

#include <cstdint>
#include <vector>

#include "classic/model.h"
#include "tensor/array.h"

namespace grad::classic {

/// Principal component analysis (Pearson 1901, Hotelling 1933): the orthonormal directions along
/// which examples vary most, eigenvectors of their covariance matrix Σ (x - mean)(x - mean)ᵀ /
/// (n - 1). The leading ones come from orthogonal iteration on a few more vectors than are wanted;
/// where that is all there are, from one solution by Jacobi's rotations. In each component the
/// number of largest size is positive.
class Pca : public Sliced {
 public:
  /// Throws Error unless components >= 1.
  explicit Pca(int components);

  /// Begins with examples x (n, ...), held until finished; the seed is that of the first vectors.
  /// Throws Error unless x is finite, n >= 2, components <= features and features <= 4096.
  void start(const Array& x, std::uint64_t seed = 0);
  void fit(const Array& x, std::uint64_t seed = 0) {
    start(x, seed);
    finish();
  }

  // Throw Error unless finished:

  /// (components, features), the direction of largest variance first.
  const Array& components() const;
  /// Of the examples along each component.
  const std::vector<double>& variances() const;
  /// variances() as shares of the sum of all features' variances (0 if nothing varies).
  std::vector<double> variance_shares() const;
  /// Coordinates (rows, components) of each row of x, less the mean, along the components.
  Array transform(const Array& x) const;
  /// The rows (rows, features) that have such coordinates (rows, components).
  Array inverse_transform(const Array& coordinates) const;

 private:
  void slice() override;
  void center();
  void add_covariance();
  void begin_iteration(Rng rng);
  void iterate();
  void end();
  void check_finished() const;

  int wanted_;
  Rng rng_;
  Array x_, mean_;
  Array centered_;    // (n, features), until the covariance is there
  Array covariance_;  // (features, features)
  std::int64_t at_ = 0;
  int iterations_ = 0;
  std::vector<double> vectors_, values_;  // (vectors, features), and eigenvalue of each
  double total_ = 0;                      // variance
  Array components_;
  std::vector<double> variances_;
};

}  // namespace grad::classic
