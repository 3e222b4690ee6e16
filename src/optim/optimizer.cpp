#include "optim/optimizer.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "kernels/kernels.h"
#include "optim/snapshot.h"

namespace grad::optim {

Optimizer::Optimizer(const nn::Parameters& parameters) {
  for (const auto& [name, tensor] : parameters) parameters_.push_back(tensor);
}

void Optimizer::zero_grad() {
  for (const Tensor& parameter : parameters_) parameter.zero_grad();
}

std::vector<Array> Optimizer::zeros() const {
  std::vector<Array> arrays;
  for (const Tensor& parameter : parameters_) arrays.push_back(Array::zeros(parameter.shape()));
  return arrays;
}

void Optimizer::list(State& state, const char* name, std::vector<Array>& arrays) {
  for (std::size_t i = 0; i < arrays.size(); ++i)
    state.array(name + ("." + std::to_string(i)), arrays[i]);
}

SGD::SGD(const nn::Parameters& parameters, const Options& options)
    : Optimizer(parameters), velocity_(zeros()), options_(options) {}

void SGD::step() {
  for_each([&](std::size_t i, const Array& g, Array& w) {
    kernels::sgd_step(g.size(), options_.lr, options_.momentum, options_.weight_decay, g.data(),
                      velocity_[i].data(), w.data(), options_.nesterov);
  });
}

void SGD::list(State& state) {
  state.number("lr", options_.lr);
  Optimizer::list(state, "momentum_buffer", velocity_);
}

RMSProp::RMSProp(const nn::Parameters& parameters, const Options& options)
    : Optimizer(parameters), v_(zeros()), options_(options) {}

void RMSProp::step() {
  for_each([&](std::size_t i, const Array& g, Array& w) {
    kernels::rms_step(g.size(), options_.lr, options_.alpha, 1 - options_.alpha, options_.eps,
                      options_.weight_decay, g.data(), v_[i].data(), w.data());
  });
}

void RMSProp::list(State& state) {
  state.number("lr", options_.lr);
  Optimizer::list(state, "square_avg", v_);
}

Adagrad::Adagrad(const nn::Parameters& parameters, const Options& options)
    : Optimizer(parameters), v_(zeros()), options_(options) {}

void Adagrad::step() {
  for_each([&](std::size_t i, const Array& g, Array& w) {
    kernels::rms_step(g.size(), options_.lr, 1, 1, options_.eps, options_.weight_decay, g.data(),
                      v_[i].data(), w.data());
  });
}

void Adagrad::list(State& state) {
  state.number("lr", options_.lr);
  Optimizer::list(state, "sum", v_);
}

Adam::Adam(const nn::Parameters& parameters, const Options& options)
    : Optimizer(parameters), m_(zeros()), v_(zeros()), options_(options) {}

void Adam::step() {
  // Running products in double: libm's pow differs between builds.
  beta1_power_ *= static_cast<double>(options_.beta1);
  beta2_power_ *= static_cast<double>(options_.beta2);
  const auto correction1 = static_cast<real>(1 - beta1_power_);
  const auto correction2 = static_cast<real>(1 - beta2_power_);
  for_each([&](std::size_t i, const Array& g, Array& w) {
    kernels::adam_step(g.size(), options_.lr, options_.beta1, options_.beta2, options_.eps,
                       correction1, correction2, g.data(), m_[i].data(), v_[i].data(), w.data());
  });
}

void Adam::list(State& state) {
  state.number("lr", options_.lr);
  state.number("beta1_power", beta1_power_);
  state.number("beta2_power", beta2_power_);
  Optimizer::list(state, "exp_avg", m_);
  Optimizer::list(state, "exp_avg_sq", v_);
}

AdamW::AdamW(const nn::Parameters& parameters, const Options& options)
    : Optimizer(parameters), adam_(parameters), options_(options) {}

void AdamW::step() {
  for_each([&](std::size_t, const Array&, Array& w) {
    kernels::binary_scalar(kernels::Binary::mul, w.size(), w.data(),
                           1 - options_.lr * options_.weight_decay, w.data());
  });
  adam_.options() = {options_.lr, options_.beta1, options_.beta2, options_.eps};
  adam_.step();
}

void AdamW::list(State& state) {
  state.number("lr", options_.lr);
  state.part("adam", adam_);
}

real clip_grad_norm(const nn::Parameters& parameters, real max_norm) {
  double squares = 0;
  for (const auto& [name, parameter] : parameters) {
    const Array& g = parameter.grad();
    if (!g.defined()) continue;
    Array square(g.shape());
    kernels::unary(kernels::Unary::square, g.size(), g.data(), square.data());
    squares += static_cast<double>(kernels::sum(square.size(), square.data()));
  }
  const auto norm = static_cast<real>(std::sqrt(squares));
  const real factor = max_norm / (norm + real(1e-6));
  if (factor >= 1) return norm;
  for (const auto& [name, parameter] : parameters) {
    if (!parameter.grad().defined()) continue;
    Array& g = parameter.grad_buffer();
    kernels::binary_scalar(kernels::Binary::mul, g.size(), g.data(), factor, g.data());
  }
  return norm;
}

void clip_grad_value(const nn::Parameters& parameters, real limit) {
  for (const auto& [name, parameter] : parameters) {
    if (!parameter.grad().defined()) continue;
    for (real& number : parameter.grad_buffer().span()) number = std::clamp(number, -limit, limit);
  }
}

}  // namespace grad::optim
