#include "classic/pca.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "classic/symmetric_eigen.h"
#include "kernels/kernels.h"
#include "tensor/check.h"

namespace grad::classic {

namespace {

constexpr std::int64_t most_features = 4096;
constexpr int extra_vectors = 10;  // they make the iteration converge faster
constexpr int most_iterations = 300;
constexpr double settled = 1e-8;  // 1 - |cosine| of the angle that a vector still turns by
constexpr double covariance_share = 0.5;

double dot(const double* a, const double* b, std::int64_t n) {
  double sum = 0;
  for (std::int64_t i = 0; i < n; ++i) sum += a[i] * b[i];
  return sum;
}

// Gram and Schmidt, twice for the sake of rounding. Rows that depend on earlier ones become fresh
// random ones.
void orthonormalize(std::vector<double>& rows, std::int64_t count, std::int64_t width, Rng& rng) {
  for (std::int64_t i = 0; i < count; ++i) {
    double* row = rows.data() + i * width;
    for (;;) {
      const double before = std::sqrt(dot(row, row, width));
      for (int pass = 0; pass < 2; ++pass) {
        for (std::int64_t j = 0; j < i; ++j) {
          const double* other = rows.data() + j * width;
          const double share = dot(row, other, width);
          for (std::int64_t k = 0; k < width; ++k) row[k] -= share * other[k];
        }
      }
      const double length = std::sqrt(dot(row, row, width));
      if (length > 1e-9 * before && length > 0) {
        for (std::int64_t k = 0; k < width; ++k) row[k] /= length;
        break;
      }
      for (std::int64_t k = 0; k < width; ++k) row[k] = static_cast<double>(rng.normal());
    }
  }
}

}  // namespace

Pca::Pca(int components) : wanted_(components) {
  check(components >= 1,
        [&] { return "[Pca] cannot find " + std::to_string(components) + " components"; });
}

void Pca::start(const Array& x, std::uint64_t seed) {
  const Array rows = table("Pca", x);
  const std::int64_t n = rows.shape()[0], d = rows.shape()[1];
  check(n >= 2, "[Pca] one example does not vary: it needs two at least");
  check(d <= most_features, [&] {
    return "[Pca] " + std::to_string(d) + " features are more than " +
           std::to_string(most_features);
  });
  check(wanted_ <= d, [&] {
    return "[Pca] cannot find " + std::to_string(wanted_) + " components of " + std::to_string(d) +
           " features";
  });
  x_ = rows;
  rng_ = Rng(seed);
  centered_ = {};
  covariance_ = Array::zeros({d, d});
  at_ = 0;
  iterations_ = 0;
  vectors_.clear();
  reset(true);
}

void Pca::slice() {
  if (!centered_.defined() && at_ == 0) return center();
  if (at_ < x_.shape()[0]) return add_covariance();
  iterate();
}

void Pca::center() {
  const std::int64_t n = x_.shape()[0], d = x_.shape()[1];
  std::vector<double> mean(static_cast<std::size_t>(d));
  for (std::int64_t i = 0; i < n; ++i)
    for (std::int64_t j = 0; j < d; ++j) mean[j] += static_cast<double>(x_[i * d + j]);
  mean_ = Array({d});
  for (std::int64_t j = 0; j < d; ++j) {
    mean[j] /= static_cast<double>(n);
    mean_.data()[j] = static_cast<real>(mean[j]);
  }
  centered_ = Array(x_.shape());
  for (std::int64_t i = 0; i < n; ++i)
    for (std::int64_t j = 0; j < d; ++j)
      centered_.data()[i * d + j] = static_cast<real>(static_cast<double>(x_[i * d + j]) - mean[j]);
}

void Pca::add_covariance() {
  const std::int64_t n = x_.shape()[0], d = x_.shape()[1];
  const std::int64_t fitting = 64 * slice_work / (d * d);  // products run at several sums a cycle
  const std::int64_t rows = std::min(std::max<std::int64_t>(fitting, 32), n - at_);
  const real* part = centered_.data() + at_ * d;
  kernels::gemm(true, false, d, d, rows, 1 / static_cast<real>(n - 1), part, part, 1,
                covariance_.data());
  at_ += rows;
  report(covariance_share * static_cast<double>(at_) / static_cast<double>(n));
  if (at_ == n) begin_iteration(rng_);
}

void Pca::begin_iteration(Rng rng) {
  const std::int64_t d = x_.shape()[1];
  centered_ = {};
  total_ = 0;
  for (std::int64_t j = 0; j < d; ++j) total_ += static_cast<double>(covariance_[j * d + j]);
  const std::int64_t count = std::min<std::int64_t>(d, wanted_ + extra_vectors);
  vectors_.resize(static_cast<std::size_t>(count * d));
  for (double& number : vectors_) number = static_cast<double>(rng.normal());
  if (count == d)  // all there are: any basis will do, and this one keeps the numbers exact
    for (std::int64_t i = 0; i < d * d; ++i) vectors_[i] = i / d == i % d ? 1 : 0;
  orthonormalize(vectors_, count, d, rng_);
}

// Multiplies the vectors by the covariance, then turns them, within the space they span, to where
// it is diagonal (Rayleigh and Ritz).
void Pca::iterate() {
  const std::int64_t d = x_.shape()[1];
  const std::int64_t count = static_cast<std::int64_t>(vectors_.size()) / d;
  Array now({count, d}), product({count, d});
  const auto multiply = [&] {
    for (std::int64_t i = 0; i < count * d; ++i) now.data()[i] = static_cast<real>(vectors_[i]);
    kernels::gemm(false, false, count, d, d, 1, now.data(), covariance_.data(), 0, product.data());
  };
  const std::vector<double> before = vectors_;
  if (count < d) {
    multiply();
    for (std::int64_t i = 0; i < count * d; ++i) vectors_[i] = static_cast<double>(product[i]);
    orthonormalize(vectors_, count, d, rng_);
  }
  multiply();
  std::vector<double> image(vectors_.size()), inner(static_cast<std::size_t>(count * count));
  for (std::int64_t i = 0; i < count * d; ++i) image[i] = static_cast<double>(product[i]);
  for (std::int64_t i = 0; i < count; ++i) {
    for (std::int64_t j = 0; j <= i; ++j) {
      const double *a = vectors_.data() + i * d, *b = vectors_.data() + j * d;
      const double mean = (dot(a, image.data() + j * d, d) + dot(b, image.data() + i * d, d)) / 2;
      inner[i * count + j] = inner[j * count + i] = mean;
    }
  }
  const SymmetricEigen eigen = symmetric_eigen(inner, count);
  std::vector<double> turned(vectors_.size());
  for (std::int64_t i = 0; i < count; ++i)
    for (std::int64_t j = 0; j < count; ++j)
      for (std::int64_t k = 0; k < d; ++k)
        turned[i * d + k] += eigen.vectors[i * count + j] * vectors_[j * d + k];
  vectors_ = turned;
  values_ = eigen.values;
  ++iterations_;

  double largest_turn = 0;
  for (std::int64_t i = 0; i < wanted_; ++i)
    largest_turn = std::max(largest_turn,
                            1 - std::abs(dot(vectors_.data() + i * d, before.data() + i * d, d)));
  const bool done = count == d || largest_turn <= settled || iterations_ == most_iterations;
  if (done) end();
  report(done ? 1 : covariance_share + (0.99 - covariance_share) * iterations_ / most_iterations);
}

void Pca::end() {
  const std::int64_t d = x_.shape()[1];
  components_ = Array({wanted_, d});
  variances_.clear();
  for (std::int64_t i = 0; i < wanted_; ++i) {
    const double* vector = vectors_.data() + i * d;
    const double* largest = std::max_element(
        vector, vector + d, [](double a, double b) { return std::abs(a) < std::abs(b); });
    const double sign = *largest < 0 ? -1 : 1;
    for (std::int64_t j = 0; j < d; ++j)
      components_.data()[i * d + j] = static_cast<real>(sign * vector[j]);
    variances_.push_back(std::max(values_[i], 0.0));
  }
  covariance_ = {};
}

void Pca::check_finished() const {
  check(finished(), "[Pca] has no components yet: fit() it first");
}

const Array& Pca::components() const {
  check_finished();
  return components_;
}

const std::vector<double>& Pca::variances() const {
  check_finished();
  return variances_;
}

std::vector<double> Pca::variance_shares() const {
  std::vector<double> shares = variances();
  for (double& share : shares) share = total_ > 0 ? share / total_ : 0;
  return shares;
}

Array Pca::transform(const Array& x) const {
  const std::int64_t d = components().shape()[1];
  const Array rows = table("Pca", x);
  check(rows.shape()[1] == d, [&] {
    return "[Pca] learned from " + std::to_string(d) + " features a row and cannot read " +
           x.shape().text();
  });
  Array centered(rows.shape()), coordinates({rows.shape()[0], wanted_});
  kernels::binary_rows(kernels::Binary::sub, rows.shape()[0], d, rows.data(), mean_.data(),
                       centered.data());
  kernels::gemm(false, true, rows.shape()[0], wanted_, d, 1, centered.data(), components_.data(), 0,
                coordinates.data());
  return coordinates;
}

Array Pca::inverse_transform(const Array& coordinates) const {
  const std::int64_t d = components().shape()[1];
  const Array rows = table("Pca", coordinates);
  check(rows.shape()[1] == wanted_, [&] {
    return "[Pca] has " + std::to_string(wanted_) + " components and cannot read coordinates " +
           coordinates.shape().text();
  });
  Array x({rows.shape()[0], d});
  kernels::gemm(false, false, rows.shape()[0], d, wanted_, 1, rows.data(), components_.data(), 0,
                x.data(), mean_.data());
  return x;
}

}  // namespace grad::classic
