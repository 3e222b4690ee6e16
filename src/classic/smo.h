#pragma once

#include <cstdint>
#include <vector>

#include "classic/kernel_rows.h"
#include "tensor/array.h"

namespace grad::classic {

/// Sequential minimal optimisation (Platt 1998) of a support vector machine's dual,
///   ½ Σ α_i α_j y_i y_j K_ij - Σ α_i,  0 <= α_i <= c,  Σ α_i y_i = 0,
/// two coefficients a step: the pair with the largest second-order gain (Fan, Chen and Lin 2005, as
/// in LIBSVM).
class Smo {
 public:
  /// Of the rows of x (n, features), y = ±1.
  Smo(const Array& x, std::vector<double> y, double c, double gamma, double tolerance);
  /// Steps for about `work` sums, which it counts down. Returns whether there is more to gain.
  bool step(std::int64_t& work);

  std::int64_t steps() const { return steps_; }
  const std::vector<double>& alphas() const { return alphas_; }
  /// ρ of f(x) = Σ α_i y_i K(x_i, x) - ρ.
  double rho() const;

 private:
  /// Whether α_i y_i may grow (shrink).
  bool may_grow(std::int64_t i) const { return y_[i] > 0 ? alphas_[i] < c_ : alphas_[i] > 0; }
  bool may_shrink(std::int64_t i) const { return y_[i] > 0 ? alphas_[i] > 0 : alphas_[i] < c_; }
  std::int64_t choose_first() const;
  std::int64_t choose_second(std::int64_t first, const real* kernel) const;
  void update(std::int64_t i, std::int64_t j);

  KernelRows kernel_;
  std::vector<double> y_, alphas_, gradient_;  // of the dual, times 1
  double c_, tolerance_;
  std::int64_t steps_ = 0;
};

}  // namespace grad::classic
