#pragma once

// Optimisers: they hold handles to the parameters of a model and change their numbers in place.
//
//   optim::Adam optimizer(model.parameters(), {.lr = 0.01f});
//   optimizer.zero_grad();  loss(model(x)).backward();  optimizer.step();
//
// All as PyTorch defines them. Below, g is the gradient; where it says weight_decay without more,
// weight_decay w is added to g first.

#include <vector>

#include "nn/module.h"

namespace grad::optim {

class State;

/// What all of them share: the parameters. Those without a gradient are left alone by step().
class Optimizer {
 public:
  void zero_grad();

 protected:
  explicit Optimizer(const nn::Parameters& parameters);
  /// An array of zeros for each parameter.
  std::vector<Array> zeros() const;
  /// Lists such arrays under one name.
  static void list(State& state, const char* name, std::vector<Array>& arrays);
  /// Calls update(i, g, w) for each parameter with a gradient.
  template <class Update>
  void for_each(Update update) {
    for (std::size_t i = 0; i < parameters_.size(); ++i)
      if (const Array& g = parameters_[i].grad(); g.defined())
        update(i, g, parameters_[i].mutable_value());
  }

 private:
  std::vector<Tensor> parameters_;
};

struct SGDOptions {
  real lr = real(1e-2), momentum = 0, weight_decay = 0;
  bool nesterov = false;
};
/// Stochastic gradient descent: v = momentum v + g; w -= lr v, with Nesterov w -= lr (g + momentum
/// v).
class SGD : public Optimizer {
 public:
  using Options = SGDOptions;
  explicit SGD(const nn::Parameters& parameters, const Options& options = {});
  void step();
  Options& options() { return options_; }
  /// What step() remembers and its learning rate, for snapshots (snapshot.h).
  void list(State& state);

 private:
  std::vector<Array> velocity_;
  Options options_;
};

struct RMSPropOptions {
  real lr = real(1e-2), alpha = real(0.99), eps = real(1e-8), weight_decay = 0;
};
/// Steps in units of the gradient's recent size: v = alpha v + (1 - alpha) g²;
/// w -= lr g / (sqrt(v) + eps).
class RMSProp : public Optimizer {
 public:
  using Options = RMSPropOptions;
  explicit RMSProp(const nn::Parameters& parameters, const Options& options = {});
  void step();
  Options& options() { return options_; }
  /// What step() remembers and its learning rate, for snapshots (snapshot.h).
  void list(State& state);

 private:
  std::vector<Array> v_;
  Options options_;
};

struct AdagradOptions {
  real lr = real(1e-2), eps = real(1e-10), weight_decay = 0;
};
/// Steps that shrink with all the gradients so far: v = v + g²; w -= lr g / (sqrt(v) + eps).
class Adagrad : public Optimizer {
 public:
  using Options = AdagradOptions;
  explicit Adagrad(const nn::Parameters& parameters, const Options& options = {});
  void step();
  Options& options() { return options_; }
  /// What step() remembers and its learning rate, for snapshots (snapshot.h).
  void list(State& state);

 private:
  std::vector<Array> v_;
  Options options_;
};

struct AdamOptions {
  real lr = real(1e-3), beta1 = real(0.9), beta2 = real(0.999), eps = real(1e-8);
};
/// Adam, Kingma and Ba 2015, algorithm 1, with PyTorch's defaults.
class Adam : public Optimizer {
 public:
  using Options = AdamOptions;
  explicit Adam(const nn::Parameters& parameters, const Options& options = {});
  void step();
  Options& options() { return options_; }
  /// What step() remembers and its learning rate, for snapshots (snapshot.h).
  void list(State& state);

 private:
  std::vector<Array> m_, v_;
  Options options_;
  double beta1_power_ = 1, beta2_power_ = 1;  ///< beta^t after t steps
};

struct AdamWOptions {
  real lr = real(1e-3), beta1 = real(0.9), beta2 = real(0.999), eps = real(1e-8);
  real weight_decay = real(1e-2);
};
/// Adam with decoupled weight decay (Loshchilov and Hutter 2019): w -= lr weight_decay w before
/// Adam's step, which does not see the decay.
class AdamW : public Optimizer {
 public:
  using Options = AdamWOptions;
  explicit AdamW(const nn::Parameters& parameters, const Options& options = {});
  void step();
  Options& options() { return options_; }
  /// What step() remembers and its learning rate, for snapshots (snapshot.h).
  void list(State& state);

 private:
  Adam adam_;
  Options options_;
};

/// Scales all gradients by one factor so that their common Euclidean norm is at most `max_norm`.
/// Returns the norm before. Call between backward() and step().
real clip_grad_norm(const nn::Parameters& parameters, real max_norm);
/// Moves every number of every gradient into [-limit, limit].
void clip_grad_value(const nn::Parameters& parameters, real limit);

}  // namespace grad::optim
