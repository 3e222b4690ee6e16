#pragma once

// Learning rates over time, named and defined as PyTorch's schedulers. All but the last are
// functions of the number of steps done:
//
//   const optim::CosineAnnealingLR schedule{.lr = 0.1f, .steps = 1000};
//   optimizer.options().lr = schedule(step);

#include "tensor/real.h"

namespace grad::optim {

class State;

/// lr gamma^k after k times `every` steps.
struct StepLR {
  real lr;
  int every;
  real gamma = real(0.1);
  real operator()(int step) const;
};

/// From lr to `lowest` along half a cosine; stays there after `steps`.
struct CosineAnnealingLR {
  real lr;
  int steps;
  real lowest = 0;
  real operator()(int step) const;
};

/// Warm-up: from start * lr to lr along a line; stays there after `steps`.
struct LinearLR {
  real lr;
  int steps;
  real start = real(1.0 / 3);
  real operator()(int step) const;
};

/// Smith's one cycle: from highest / divisor up to `highest` in the first `rising` share of the
/// steps, then down to highest / divisor / last_divisor at the last one, both along cosines.
struct OneCycleLR {
  real highest;
  int steps;
  real rising = real(0.3), divisor = 25, last_divisor = 10'000;
  real operator()(int step) const;
};

/// Lowers the rate by `factor` when a measure that should fall has not fallen for more than
/// `patience` steps: lr = plateau.step(loss).
class ReduceLROnPlateau {
 public:
  explicit ReduceLROnPlateau(real lr, real factor = real(0.1), int patience = 10,
                             real threshold = real(1e-4), real lowest = 0);
  /// The rate from now on. A measure has fallen if it is below best * (1 - threshold).
  real step(real measure);
  real lr() const { return lr_; }
  /// For snapshots.
  void list(State& state);

 private:
  real lr_, factor_, threshold_, lowest_;
  int patience_, bad_steps_ = 0;
  real best_ = __builtin_inff();
};

}  // namespace grad::optim
