#pragma once

// An optimiser of any kind, for who does not want to know which.

#include <memory>
#include <utility>

#include "optim/optimizer.h"
#include "optim/snapshot.h"

namespace grad::optim {

/// Any optimiser, held by value.
class AnyOptimizer {
 public:
  template <class O>
  requires std::derived_from<O, Optimizer> AnyOptimizer(O optimizer)
      : held_(std::make_unique<Holder<O>>(std::move(optimizer))) {}

  void zero_grad() { held_->zero_grad(); }
  void step() { held_->step(); }
  /// The learning rate, which may be changed.
  real& lr() { return held_->lr(); }
  void list(State& state) { held_->list(state); }

 private:
  struct Held {
    virtual ~Held() = default;
    virtual void zero_grad() = 0;
    virtual void step() = 0;
    virtual real& lr() = 0;
    virtual void list(State& state) = 0;
  };
  template <class O>
  struct Holder : Held {
    O optimizer;
    explicit Holder(O own) : optimizer(std::move(own)) {}
    void zero_grad() override { optimizer.zero_grad(); }
    void step() override { optimizer.step(); }
    real& lr() override { return optimizer.options().lr; }
    void list(State& state) override { optimizer.list(state); }
  };

  std::unique_ptr<Held> held_;
};

}  // namespace grad::optim
