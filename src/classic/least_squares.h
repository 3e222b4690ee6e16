#pragma once

#include <span>

#include "tensor/array.h"

namespace grad::classic {

/// Linear least squares: the weights w (features + 1, the last is the intercept) that minimise
/// Σ (w·[x,1] - target)² + ridge |w without intercept|². Normal equations in double, solved by
/// Cholesky; a singular system gets the smallest ridge that makes it solvable.
/// x (n, d), n targets. Throws Error unless x has two axes, n >= 1 and targets.size() == n.
Array least_squares(const Array& x, std::span<const real> targets, real ridge = 0);
/// w·[x,1] for every row of x (n, d): (n).
Array predict_linear(const Array& weights, const Array& x);

}  // namespace grad::classic
