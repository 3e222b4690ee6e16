#include "classic/lbfgs.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>

namespace grad::classic {

namespace {

constexpr int most_shortenings = 30;
constexpr double least_gain = 1e-9;  // of the value: below it, rounding decides

double dot(std::span<const double> a, std::span<const double> b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

void add(double factor, std::span<const double> x, std::span<double> y) {
  for (std::size_t i = 0; i < y.size(); ++i) y[i] += factor * x[i];
}

double largest(std::span<const double> x) {
  double size = 0;
  for (const double number : x) size = std::max(size, std::abs(number));
  return size;
}

}  // namespace

Lbfgs::Lbfgs(std::vector<double> start, const LbfgsOptions& options)
    : options_(options), best_(std::move(start)), trial_(best_) {}

void Lbfgs::tell(double value, std::span<const double> gradient) {
  constexpr double enough = 1e-4;  // of the decrease that the slope promises (Armijo's rule)
  if (!begun_ || value <= value_ + enough * length_ * slope_) {
    accept(value, gradient);
  } else if (++shortened_ > most_shortenings) {
    done_ = true;
  } else {
    // The minimum of the parabola through both values and the slope, kept within bounds.
    const double excess = value - value_ - length_ * slope_;
    const double best = -slope_ * length_ / (2 * excess);
    length_ *= std::isfinite(best) ? std::clamp(best, 0.1, 0.5) : 0.1;
    move();
  }
}

void Lbfgs::accept(double value, std::span<const double> gradient) {
  double gain = 0;
  if (begun_) {
    Pair pair{trial_, {gradient.begin(), gradient.end()}, 0};
    add(-1, best_, pair.step);
    add(-1, gradient_, pair.change);
    pair.product = dot(pair.step, pair.change);
    const bool curved = pair.product > 1e-12 * dot(pair.change, pair.change);
    if (curved) pairs_.push_back(std::move(pair));
    if (pairs_.size() > static_cast<std::size_t>(options_.memory)) pairs_.pop_front();
    gain = value_ - value;
    ++iterations_;
  }
  best_ = trial_;
  value_ = value;
  gradient_.assign(gradient.begin(), gradient.end());
  const bool settled = begun_ && gain <= least_gain * std::abs(value);
  begun_ = true;
  done_ = settled || largest(gradient_) <= options_.tolerance || iterations_ >= options_.iterations;
  if (!done_) choose_direction();
}

// The two loops of Nocedal's algorithm: the inverse Hessian, as the pairs know it, times -gradient.
void Lbfgs::choose_direction() {
  direction_ = gradient_;
  std::vector<double> factors(pairs_.size());
  for (std::size_t i = pairs_.size(); i-- > 0;) {
    factors[i] = dot(pairs_[i].step, direction_) / pairs_[i].product;
    add(-factors[i], pairs_[i].change, direction_);
  }
  double scale = 1 / std::max(1.0, std::sqrt(dot(gradient_, gradient_)));
  if (!pairs_.empty())
    scale = pairs_.back().product / dot(pairs_.back().change, pairs_.back().change);
  for (double& number : direction_) number *= -scale;
  for (std::size_t i = 0; i < pairs_.size(); ++i) {
    const double other = dot(pairs_[i].change, direction_) / pairs_[i].product;
    add(-factors[i] - other, pairs_[i].step, direction_);
  }
  slope_ = dot(gradient_, direction_);
  length_ = 1;
  shortened_ = 0;
  move();
}

void Lbfgs::move() {
  trial_ = best_;
  add(length_, direction_, trial_);
}

}  // namespace grad::classic
