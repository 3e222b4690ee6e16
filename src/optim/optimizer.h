#pragma once

// Optimisers: they hold handles to the parameters of a model and change their numbers in place.
//
//   optim::Adam optimizer(model.parameters(), {.lr = 0.01f});
//   optimizer.zero_grad();  loss(model(x)).backward();  optimizer.step();

#include <vector>

#include "nn/module.h"

namespace grad::optim {

struct SGDOptions {
  real lr = real(1e-2), momentum = 0, weight_decay = 0;
};
struct AdamOptions {
  real lr = real(1e-3), beta1 = real(0.9), beta2 = real(0.999), eps = real(1e-8);
};

/// Stochastic gradient descent as PyTorch defines it: v = momentum v + g + weight_decay w;
/// w -= lr v.
class SGD {
 public:
  using Options = SGDOptions;
  explicit SGD(const nn::Parameters& parameters, const Options& options = {});
  void zero_grad();
  /// Parameters without a gradient are left alone.
  void step();
  Options& options() { return options_; }

 private:
  std::vector<Tensor> parameters_;
  std::vector<Array> velocity_;
  Options options_;
};

/// Adam, Kingma and Ba 2015, algorithm 1, with PyTorch's defaults.
class Adam {
 public:
  using Options = AdamOptions;
  explicit Adam(const nn::Parameters& parameters, const Options& options = {});
  void zero_grad();
  void step();
  Options& options() { return options_; }

 private:
  std::vector<Tensor> parameters_;
  std::vector<Array> m_, v_;
  Options options_;
  double beta1_power_ = 1, beta2_power_ = 1;  ///< beta^t after t steps
};

}  // namespace grad::optim
