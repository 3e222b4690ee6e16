#pragma once

#include <span>

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

}  // namespace grad::classic
