#include "optim/schedule.h"

#include <algorithm>
#include <limits>

#include "optim/snapshot.h"
#include "tensor/check.h"
#include "tensor/math.h"

namespace grad::optim {

namespace {

constexpr real pi = real(3.14159265358979);

// From a to b along half a cosine, as share goes from 0 to 1.
real along_cosine(real a, real b, real share) {
  return b + (a - b) / 2 * (math::cos(pi * std::clamp<real>(share, 0, 1)) + 1);
}

real ratio(int a, int b) { return static_cast<real>(a) / static_cast<real>(b); }

}  // namespace

real StepLR::operator()(int step) const {
  check(every >= 1, "[StepLR] the rate cannot fall more than once a step");
  real rate = lr;
  for (int i = every; i <= step; i += every) rate *= gamma;
  return rate;
}

real CosineAnnealingLR::operator()(int step) const {
  check(steps >= 1, "[CosineAnnealingLR] needs at least one step");
  return along_cosine(lr, lowest, ratio(step, steps));
}

real LinearLR::operator()(int step) const {
  check(steps >= 1, "[LinearLR] needs at least one step");
  return lr * (start + (1 - start) * std::min<real>(ratio(step, steps), 1));
}

real OneCycleLR::operator()(int step) const {
  const real lowest = highest / divisor;
  const real top = rising * static_cast<real>(steps) - 1, last = static_cast<real>(steps - 1);
  check(top > 0 && top < last, "[OneCycleLR] needs more than one step each for rise and fall");
  const auto now = static_cast<real>(step);
  if (now <= top) return along_cosine(lowest, highest, now / top);
  return along_cosine(highest, lowest / last_divisor, (now - top) / (last - top));
}

ReduceLROnPlateau::ReduceLROnPlateau(real lr, real factor, int patience, real threshold,
                                     real lowest)
    : lr_(lr), factor_(factor), threshold_(threshold), lowest_(lowest), patience_(patience) {
  check(factor > 0 && factor < 1, "[ReduceLROnPlateau] factor must be in (0,1)");
}

real ReduceLROnPlateau::step(real measure) {
  if (measure < best_ * (1 - threshold_)) {
    best_ = measure;
    bad_steps_ = 0;
  } else if (++bad_steps_ > patience_) {
    lr_ = std::max(lr_ * factor_, lowest_);
    bad_steps_ = 0;
  }
  return lr_;
}

void ReduceLROnPlateau::list(State& state) {
  state.number("lr", lr_);
  state.number("best", best_);
  state.number("bad_steps", bad_steps_, 0, std::numeric_limits<int>::max());
}

}  // namespace grad::optim
