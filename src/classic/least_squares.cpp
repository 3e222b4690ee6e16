#include "classic/least_squares.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

#include "tensor/check.h"

namespace grad::classic {

namespace {

using Vector = std::vector<double>;

// A symmetric matrix of which the lower triangle is used.
struct Matrix {
  std::size_t size;
  Vector numbers = Vector(size * size);
  double& operator()(std::size_t row, std::size_t column) { return numbers[row * size + column]; }
};

// Overwrites A by L with A = L Lᵀ. False if a pivot is not clearly positive: `smallest` is what
// rounding may have left of a zero.
bool cholesky(Matrix& a, double smallest) {
  for (std::size_t j = 0; j < a.size; ++j) {
    for (std::size_t k = 0; k < j; ++k) a(j, j) -= a(j, k) * a(j, k);
    if (!(a(j, j) > smallest)) return false;
    a(j, j) = std::sqrt(a(j, j));
    for (std::size_t i = j + 1; i < a.size; ++i) {
      for (std::size_t k = 0; k < j; ++k) a(i, j) -= a(i, k) * a(j, k);
      a(i, j) /= a(j, j);
    }
  }
  return true;
}

// Solves L Lᵀ w = b in place.
void solve(Matrix& l, Vector& b) {
  for (std::size_t i = 0; i < l.size; ++i) {
    for (std::size_t k = 0; k < i; ++k) b[i] -= l(i, k) * b[k];
    b[i] /= l(i, i);
  }
  for (std::size_t i = l.size; i-- > 0;) {
    for (std::size_t k = i + 1; k < l.size; ++k) b[i] -= l(k, i) * b[k];
    b[i] /= l(i, i);
  }
}

// Solves (A + ridge I) w = b. Where that is singular, the ridge starts at 1e-12 of the largest
// diagonal element and grows tenfold until it is not.
Vector solve_with_ridge(const Matrix& a, double ridge, const Vector& b) {
  double largest = 0;
  Matrix source = a;
  for (std::size_t i = 0; i < a.size; ++i) largest = std::max(largest, source(i, i));
  check(std::isfinite(largest), "[least_squares] x holds numbers too large to square");
  if (largest == 0) return Vector(a.size, 0.0);  // no feature varies: the intercept says it all
  const double smallest = 1e-14 * largest;
  for (;; ridge = std::max(10 * ridge, 1e-12 * largest)) {
    Matrix factor = a;
    for (std::size_t i = 0; i < a.size; ++i) factor(i, i) += ridge;
    if (!cholesky(factor, smallest)) continue;
    Vector w = b;
    solve(factor, w);
    return w;
  }
}

}  // namespace

NormalEquations::NormalEquations(std::int64_t features)
    : features_(features),
      x_mean_(static_cast<std::size_t>(features)),
      row_(x_mean_.size()),
      gram_(x_mean_.size() * x_mean_.size()),
      moments_(x_mean_.size()) {}

void NormalEquations::add_to_means(const real* row, real target) {
  for (std::size_t j = 0; j < x_mean_.size(); ++j) x_mean_[j] += static_cast<double>(row[j]);
  y_mean_ += static_cast<double>(target);
  ++counted_;
}

void NormalEquations::end_means() {
  for (double& mean : x_mean_) mean /= static_cast<double>(counted_);
  y_mean_ /= static_cast<double>(counted_);
  means_done_ = true;
}

// About the means, so that the intercept drops out of the system and is not penalised.
void NormalEquations::add(const real* row, real target) {
  if (!means_done_) end_means();
  const std::size_t d = x_mean_.size();
  for (std::size_t j = 0; j < d; ++j) row_[j] = static_cast<double>(row[j]) - x_mean_[j];
  const double residual = static_cast<double>(target) - y_mean_;
  for (std::size_t j = 0; j < d; ++j) {
    moments_[j] += row_[j] * residual;
    for (std::size_t k = 0; k <= j; ++k) gram_[j * d + k] += row_[j] * row_[k];
  }
}

Array NormalEquations::solve(double ridge) const {
  const Vector w = solve_with_ridge({x_mean_.size(), gram_}, ridge, moments_);
  Array weights({features_ + 1});
  double intercept = y_mean_;
  for (std::size_t j = 0; j < w.size(); ++j) {
    weights.data()[j] = static_cast<real>(w[j]);
    intercept -= w[j] * x_mean_[j];
  }
  weights.data()[features_] = static_cast<real>(intercept);
  return weights;
}

Array least_squares(const Array& x, std::span<const real> targets, real ridge) {
  check(x.shape().axes() == 2 && x.shape()[0] >= 1,
        [&] { return "[least_squares] needs x of (n,features), n >= 1, not " + x.shape().text(); });
  const auto n = static_cast<std::size_t>(x.shape()[0]);
  const auto d = static_cast<std::size_t>(x.shape()[1]);
  check(targets.size() == n, [&] {
    return "[least_squares] " + std::to_string(targets.size()) + " targets for " + x.shape().text();
  });
  check(ridge >= 0 && std::isfinite(ridge), [&] {
    return "[least_squares] ridge " + std::to_string(ridge) + " must be finite and not negative";
  });
  for (const real number : x.span())
    check(std::isfinite(number), "[least_squares] x holds a number that is not finite");
  for (const real target : targets)
    check(std::isfinite(target), "[least_squares] a target is not finite");

  NormalEquations equations(x.shape()[1]);
  for (std::size_t i = 0; i < n; ++i) equations.add_to_means(x.data() + i * d, targets[i]);
  for (std::size_t i = 0; i < n; ++i) equations.add(x.data() + i * d, targets[i]);
  return equations.solve(static_cast<double>(ridge));
}

Array predict_linear(const Array& weights, const Array& x) {
  check(x.shape().axes() == 2 && weights.shape() == Shape{x.shape()[1] + 1}, [&] {
    return "[predict_linear] weights " + weights.shape().text() + " do not fit x " +
           x.shape().text();
  });
  const std::int64_t n = x.shape()[0], d = x.shape()[1];
  Array predictions({n});
  for (std::int64_t i = 0; i < n; ++i) {
    double sum = static_cast<double>(weights[d]);
    for (std::int64_t j = 0; j < d; ++j)
      sum += static_cast<double>(weights[j]) * static_cast<double>(x[i * d + j]);
    predictions.data()[i] = static_cast<real>(sum);
  }
  return predictions;
}

LinearRegression::LinearRegression(double ridge) : ridge_(ridge) {
  check(ridge >= 0 && std::isfinite(ridge),
        "[LinearRegression] the ridge must be finite and not negative");
}

void LinearRegression::check_fits(const data::Regression& train) const {
  const std::int64_t width = train.x.size() / train.x.shape()[0];
  check(width <= most_features, [&] {
    return "[LinearRegression] " + std::to_string(width) + " features are more than " +
           std::to_string(most_features);
  });
}

void LinearRegression::begin(Rng) {
  equations_ = NormalEquations(features());
  at_ = 0;
  weights_ = {};
}

void LinearRegression::slice() {
  const std::int64_t n = count(), d = features();
  for (std::int64_t work = slice_work; work > 0 && at_ < 2 * n; ++at_) {
    const std::int64_t i = at_ % n;
    const real target = targets()[static_cast<std::size_t>(i)];
    if (at_ < n) {
      equations_.add_to_means(example(i), target);
      work -= d + 1;
    } else {
      equations_.add(example(i), target);
      work -= d * d / 2 + 1;
    }
  }
  if (at_ < 2 * n) {
    report(0.9 * static_cast<double>(std::max(at_ - n, std::int64_t{0})) / static_cast<double>(n));
    return;
  }
  weights_ = equations_.solve(ridge_);
  equations_ = NormalEquations(0);
  report(1);
}

const Array& LinearRegression::weights() const {
  check(weights_.defined(), "[LinearRegression] has not learned yet: fit() it first");
  return weights_;
}

void LinearRegression::predict_rows(const real* x, std::int64_t rows, real* predicted) const {
  const std::int64_t d = features();
  for (std::int64_t i = 0; i < rows; ++i) {
    double sum = static_cast<double>(weights_[d]);
    for (std::int64_t j = 0; j < d; ++j)
      sum += static_cast<double>(weights_[j]) * static_cast<double>(x[i * d + j]);
    predicted[i] = static_cast<real>(sum);
  }
}

void LinearRegression::exchange(State& state) {
  state.array("weights", weights_, {features() + 1});
}

}  // namespace grad::classic
