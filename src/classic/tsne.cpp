#include "classic/tsne.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "classic/kernel_rows.h"
#include "kernels/kernels.h"
#include "tensor/check.h"
#include "tensor/math.h"

namespace grad::classic {

namespace {

constexpr double first_size = 1e-4;  // deviation of the first places
constexpr double entropy_error = 1e-5;
constexpr int search_steps = 100;
constexpr real least_joint = real(1e-12);
constexpr int measured_every = 10;      // iterations
constexpr double prepared_share = 0.1;  // of the work, roughly

double sum_of(const real (&lanes)[4]) {
  return (static_cast<double>(lanes[0]) + static_cast<double>(lanes[2])) +
         (static_cast<double>(lanes[1]) + static_cast<double>(lanes[3]));
}

}  // namespace

Tsne::Tsne(const TsneOptions& options) : options_(options) {
  check(options.perplexity >= 1 && options.perplexity < static_cast<double>(most_points) &&
            options.iterations >= 1 && options.iterations <= 100'000 &&
            options.learning_rate >= 0 && std::isfinite(options.learning_rate) &&
            options.exaggeration >= 1 && options.exaggeration <= 1000 && options.exaggerated >= 0,
        "[Tsne] needs a perplexity in [1,2000), 1 to 100,000 iterations, learning rate >= 0, "
        "exaggeration in [1,1000] and exaggerated >= 0");
}

void Tsne::start(const Array& x, std::uint64_t seed) {
  const Array rows = table("Tsne", x);
  const std::int64_t n = rows.shape()[0], width = rows.shape()[1];
  check(n <= most_points, [&] {
    return "[Tsne] " + std::to_string(n) + " points are more than " + std::to_string(most_points);
  });
  check(options_.perplexity + 1 < static_cast<double>(n), [&] {
    return "[Tsne] a perplexity of " + std::to_string(static_cast<int>(options_.perplexity)) +
           " needs more than " + std::to_string(static_cast<int>(options_.perplexity) + 1) +
           " points, not " + std::to_string(n);
  });
  reset(false);
  rng_ = Rng(seed);
  x_ = rows;
  // About the mean, so that distances far from zero are not lost to rounding.
  std::vector<real> mean(static_cast<std::size_t>(width)), variance(mean.size());
  kernels::column_moments(n, width, x_.data(), mean.data(), variance.data());
  centered_ = Array(rows.shape());
  kernels::binary_rows(kernels::Binary::sub, n, width, x_.data(), mean.data(), centered_.data());
  squares_ = row_squares(centered_.data(), n, width);
  pca_.reset();
  if (options_.pca && width >= 2 && width <= 4096) {
    pca_.emplace(2);
    pca_->start(x_, seed);
  }
  phase_ = pca_ ? Phase::components : Phase::neighbours;
  at_ = 0;
  p_ = Array({n, n});
  embedding_ = {};
  iteration_ = 0;
  divergences_.clear();
  reset(true);
}

void Tsne::slice() {
  const std::int64_t n = x_.shape()[0];
  std::int64_t work = slice_work;
  while (work > 0 && !finished()) {
    if (phase_ == Phase::components) {
      if (!pca_->step()) phase_ = Phase::neighbours;
      report(prepared_share / 2 * pca_->progress());
      return;
    }
    if (phase_ == Phase::neighbours) {
      // A product of matrices, and some twenty exponentials a pair.
      const std::int64_t cost = n * (40 + x_.shape()[1] / 4);
      const std::int64_t rows =
          std::clamp<std::int64_t>(work / cost, 1, std::min<std::int64_t>(n - at_, 64));
      find_neighbours(rows);
      work -= rows * cost;
      if (at_ == n) {
        phase_ = Phase::joint;
        at_ = 0;
      }
    } else if (phase_ == Phase::joint) {
      join(at_++);
      work -= 4 * n;
      if (at_ == n) place();
    } else {
      pull(at_++);
      work -= n;
      if (at_ == n) end_iteration();
    }
  }
}

// p_j|i of some rows i.
void Tsne::find_neighbours(std::int64_t rows) {
  const std::int64_t n = x_.shape()[0], width = x_.shape()[1];
  real* distances = p_.data() + at_ * n;
  kernels::gemm(false, true, rows, n, width, -2, centered_.data() + at_ * width, centered_.data(),
                0, distances, squares_.data());
  for (std::int64_t row = at_; row < at_ + rows; ++row) search(row, p_.data() + row * n);
  at_ += rows;
  report(prepared_share * (0.5 + 0.5 * static_cast<double>(at_) / static_cast<double>(n)));
}

// Turns |x_j|² - 2 x_i·x_j into p_j|i: β is doubled or halved until it is bracketed, then bisected.
void Tsne::search(std::int64_t row, real* distances) {
  const std::int64_t n = x_.shape()[0];
  double mean = 0;
  real nearest = std::numeric_limits<real>::infinity();
  for (std::int64_t j = 0; j < n; ++j) {
    distances[j] = std::max(distances[j] + squares_[static_cast<std::size_t>(row)], real(0));
    if (j == row) continue;
    mean += static_cast<double>(distances[j]) / static_cast<double>(n - 1);
    nearest = std::min(nearest, distances[j]);
  }
  // From the nearest on: the same probabilities, and at least one exponential is 1.
  for (std::int64_t j = 0; j < n; ++j) distances[j] -= nearest;
  const double wanted = static_cast<double>(math::log(static_cast<real>(options_.perplexity)));
  Scratch<real> weights(n);
  double beta = mean > 0 ? 1 / mean : 1, least = 0, most = 0, sum = 0;
  for (int step = 0; step < search_steps; ++step) {
    for (std::int64_t j = 0; j < n; ++j) weights[j] = static_cast<real>(-beta) * distances[j];
    kernels::unary(kernels::Unary::exp, n, weights.data(), weights.data());
    weights[row] = 0;
    sum = 0;
    double moment = 0;
    for (std::int64_t j = 0; j < n; ++j) {
      sum += static_cast<double>(weights[j]);
      moment += static_cast<double>(weights[j]) * static_cast<double>(distances[j]);
    }
    const double entropy =
        static_cast<double>(math::log(static_cast<real>(sum))) + beta * moment / sum;
    if (std::abs(entropy - wanted) <= entropy_error) break;
    if (entropy > wanted) {
      least = beta;
      beta = most > 0 ? (beta + most) / 2 : 2 * beta;
    } else {
      most = beta;
      beta = (beta + least) / 2;
    }
  }
  for (std::int64_t j = 0; j < n; ++j)
    distances[j] = static_cast<real>(static_cast<double>(weights[j]) / sum);
}

// p_ij of a row and, as they are symmetric, of its column, beyond the diagonal.
void Tsne::join(std::int64_t row) {
  const std::int64_t n = x_.shape()[0];
  real* p = p_.data();
  for (std::int64_t j = row + 1; j < n; ++j) {
    const real joint =
        std::max((p[row * n + j] + p[j * n + row]) / static_cast<real>(2 * n), least_joint);
    p[row * n + j] = p[j * n + row] = joint;
  }
}

void Tsne::place() {
  const std::int64_t n = x_.shape()[0];
  embedding_ = Array({n, 2});
  if (pca_) {
    const Array coordinates = pca_->transform(x_);
    const double variance = pca_->variances()[0];
    const auto factor =
        static_cast<real>(variance > 0 ? first_size / std::sqrt(variance) : first_size);
    for (std::int64_t i = 0; i < 2 * n; ++i) embedding_.data()[i] = factor * coordinates[i];
    pca_.reset();
  } else {
    for (real& place : embedding_.span()) place = static_cast<real>(first_size) * rng_.normal();
  }
  const auto points = static_cast<std::size_t>(n);
  for (std::vector<real>* column : {&places_x_, &places_y_}) column->resize(points);
  for (std::int64_t i = 0; i < n; ++i) {
    places_x_[static_cast<std::size_t>(i)] = embedding_[2 * i];
    places_y_[static_cast<std::size_t>(i)] = embedding_[2 * i + 1];
  }
  attraction_.assign(2 * points, 0);
  repulsion_.assign(2 * points, 0);
  moves_.assign(2 * points, 0);
  gains_.assign(2 * points, 1);
  normalizer_ = stretch_ = entropy_ = 0;
  phase_ = Phase::moving;
  at_ = 0;
}

// Adds up what all points do to one: Σ p k Δ and Σ k² Δ with k = 1 / (1 + |Δ|²), Δ = y_i - y_j. In
// four lanes, which compilers turn into vectors. The point itself has Δ = 0.
void Tsne::pull(std::int64_t row) {
  const std::int64_t n = x_.shape()[0];
  const real* p = p_.data() + row * n;
  const real* places_x = places_x_.data();
  const real* places_y = places_y_.data();
  const real x = places_x[row], y = places_y[row];
  real pull_x[4] = {}, pull_y[4] = {}, push_x[4] = {}, push_y[4] = {}, sum[4] = {};
  const auto add = [&](std::int64_t j, int lane) {
    const real dx = x - places_x[j], dy = y - places_y[j];
    const real k = 1 / (1 + dx * dx + dy * dy);
    const real pk = p[j] * k, kk = k * k;
    pull_x[lane] += pk * dx;
    pull_y[lane] += pk * dy;
    push_x[lane] += kk * dx;
    push_y[lane] += kk * dy;
    sum[lane] += k;
  };
  std::int64_t j = 0;
  for (; j + 4 <= n; j += 4)
    for (int lane = 0; lane < 4; ++lane) add(j + lane, lane);
  for (; j < n; ++j) add(j, 0);
  const auto at = 2 * static_cast<std::size_t>(row);
  attraction_[at] = static_cast<real>(sum_of(pull_x));
  attraction_[at + 1] = static_cast<real>(sum_of(pull_y));
  repulsion_[at] = static_cast<real>(sum_of(push_x));
  repulsion_[at + 1] = static_cast<real>(sum_of(push_y));
  normalizer_ += sum_of(sum) - 1;  // less its own
  if (iteration_ % measured_every != 0 && iteration_ + 1 != options_.iterations) return;
  Scratch<real> logs(n);
  for (j = 0; j < n; ++j) {
    const real dx = x - places_x[j], dy = y - places_y[j];
    logs[j] = 1 + dx * dx + dy * dy;
  }
  kernels::unary(kernels::Unary::log, n, logs.data(), logs.data());
  for (j = 0; j < n; ++j)
    if (j != row) stretch_ += static_cast<double>(p[j]) * static_cast<double>(logs[j]);
  if (iteration_ > 0) return;
  kernels::unary(kernels::Unary::log, n, p, logs.data());
  for (j = 0; j < n; ++j)
    if (j != row) entropy_ += static_cast<double>(p[j]) * static_cast<double>(logs[j]);
}

// A step down the gradient 4 (Σ p k Δ - Σ k² Δ / Σ k), with the gains of Jacobs (1988).
void Tsne::end_iteration() {
  const std::int64_t n = x_.shape()[0];
  if (stretch_ > 0)
    divergences_.push_back(entropy_ + stretch_ +
                           static_cast<double>(math::log(static_cast<real>(normalizer_))));
  const bool early = iteration_ < options_.exaggerated;
  const auto factor = static_cast<real>(early ? options_.exaggeration : 1);
  const auto share = static_cast<real>(1 / normalizer_);
  const real momentum = early ? real(0.5) : real(0.8);
  const double automatic = std::max(static_cast<double>(n) / options_.exaggeration / 4, 50.0);
  const auto rate =
      static_cast<real>(options_.learning_rate > 0 ? options_.learning_rate : automatic);
  double mean[2] = {0, 0};
  for (std::size_t i = 0; i < moves_.size(); ++i) {
    const real gradient = 4 * (factor * attraction_[i] - share * repulsion_[i]);
    gains_[i] = moves_[i] * gradient < 0 ? gains_[i] + real(0.2)
                                         : std::max(gains_[i] * real(0.8), real(0.01));
    moves_[i] = momentum * moves_[i] - rate * gains_[i] * gradient;
    embedding_.data()[i] += moves_[i];
    mean[i % 2] += static_cast<double>(embedding_.data()[i]) / static_cast<double>(n);
  }
  for (std::int64_t i = 0; i < n; ++i) {
    embedding_.data()[2 * i] -= static_cast<real>(mean[0]);
    embedding_.data()[2 * i + 1] -= static_cast<real>(mean[1]);
    places_x_[static_cast<std::size_t>(i)] = embedding_[2 * i];
    places_y_[static_cast<std::size_t>(i)] = embedding_[2 * i + 1];
  }
  normalizer_ = stretch_ = 0;
  at_ = 0;
  ++iteration_;
  report(iteration_ == options_.iterations
             ? 1
             : prepared_share + (1 - prepared_share) * iteration_ / options_.iterations);
}

const Array& Tsne::embedding() const {
  check(placed(), "[Tsne] the points have no places yet");
  return embedding_;
}

const Array& Tsne::affinities() const {
  check(placed(), "[Tsne] the affinities are not there yet");
  return p_;
}

}  // namespace grad::classic
