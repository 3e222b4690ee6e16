#include "classic/smo.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace grad::classic {

namespace {

constexpr double least_curvature = 1e-12;  // stands for that of two equal examples
constexpr double infinity = std::numeric_limits<double>::infinity();

}  // namespace

Smo::Smo(const Array& x, std::vector<double> y, double c, double gamma, double tolerance)
    : kernel_(x, gamma),
      y_(std::move(y)),
      alphas_(y_.size(), 0),
      gradient_(y_.size(), -1),
      c_(c),
      tolerance_(tolerance) {}

bool Smo::step(std::int64_t& work) {
  while (work > 0) {
    const std::int64_t first = choose_first();
    if (first < 0) return false;
    if (kernel_.missing(first)) work -= kernel_.block_work() / 8;  // products are fast
    const std::int64_t second = choose_second(first, kernel_.row(first));
    if (second < 0) return false;
    if (kernel_.missing(second)) work -= kernel_.block_work() / 8;
    update(first, second);
    ++steps_;
    work -= 3 * static_cast<std::int64_t>(y_.size());
  }
  return true;
}

// The coefficient that gains most by growing, in the direction of its y.
std::int64_t Smo::choose_first() const {
  std::int64_t best = -1;
  double most = -infinity;
  for (std::size_t i = 0; i < y_.size(); ++i) {
    const auto at = static_cast<std::int64_t>(i);
    if (may_grow(at) && -y_[i] * gradient_[i] > most) {
      most = -y_[i] * gradient_[i];
      best = at;
    }
  }
  return best;
}

// The partner with which the step promises most; -1 if none gains more than the tolerance.
std::int64_t Smo::choose_second(std::int64_t first, const real* kernel) const {
  const double highest = -y_[first] * gradient_[first];
  double lowest = infinity, most = -infinity;
  std::int64_t best = -1;
  for (std::size_t i = 0; i < y_.size(); ++i) {
    if (!may_shrink(static_cast<std::int64_t>(i))) continue;
    const double own = -y_[i] * gradient_[i];
    lowest = std::min(lowest, own);
    const double slope = highest - own;
    if (slope <= 0) continue;
    const double curvature = std::max(2 - 2 * static_cast<double>(kernel[i]), least_curvature);
    const double gain = slope * slope / curvature;
    if (gain > most) {
      most = gain;
      best = static_cast<std::int64_t>(i);
    }
  }
  return highest - lowest > tolerance_ ? best : -1;
}

// Moves α_i y_i up and α_j y_j down by the same amount, as far as it gains and the bounds allow.
void Smo::update(std::int64_t i, std::int64_t j) {
  const real *row_i = kernel_.row(i), *row_j = kernel_.row(j);
  const double curvature = std::max(2 - 2 * static_cast<double>(row_i[j]), least_curvature);
  const double slope = y_[j] * gradient_[j] - y_[i] * gradient_[i];
  const double room_i = y_[i] > 0 ? c_ - alphas_[i] : alphas_[i];
  const double room_j = y_[j] > 0 ? alphas_[j] : c_ - alphas_[j];
  const double change = std::min(slope / curvature, std::min(room_i, room_j));
  // A coefficient that reaches its bound gets it exactly.
  alphas_[i] = change == room_i ? (y_[i] > 0 ? c_ : 0) : alphas_[i] + y_[i] * change;
  alphas_[j] = change == room_j ? (y_[j] > 0 ? 0 : c_) : alphas_[j] - y_[j] * change;
  for (std::size_t t = 0; t < y_.size(); ++t)
    gradient_[t] +=
        y_[t] * change * (static_cast<double>(row_i[t]) - static_cast<double>(row_j[t]));
}

double Smo::rho() const {
  double sum = 0, lowest = infinity, highest = -infinity;
  std::int64_t free = 0;
  for (std::size_t i = 0; i < y_.size(); ++i) {
    const double own = y_[i] * gradient_[i];
    const auto at = static_cast<std::int64_t>(i);
    if (may_grow(at) && may_shrink(at)) {
      sum += own;
      ++free;
    } else if (may_grow(at)) {
      lowest = std::min(lowest, own);
    } else {
      highest = std::max(highest, own);
    }
  }
  return free > 0 ? sum / static_cast<double>(free) : (lowest + highest) / 2;
}

}  // namespace grad::classic
