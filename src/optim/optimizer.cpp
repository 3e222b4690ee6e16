#include "optim/optimizer.h"

#include "kernels/kernels.h"

namespace grad::optim {

namespace {

std::vector<Tensor> tensors_of(const nn::Parameters& parameters) {
  std::vector<Tensor> tensors;
  for (const auto& [name, tensor] : parameters) tensors.push_back(tensor);
  return tensors;
}

std::vector<Array> zeros_like(const std::vector<Tensor>& tensors) {
  std::vector<Array> arrays;
  for (const Tensor& tensor : tensors) arrays.push_back(Array::zeros(tensor.shape()));
  return arrays;
}

}  // namespace

SGD::SGD(const nn::Parameters& parameters, const Options& options)
    : parameters_(tensors_of(parameters)), velocity_(zeros_like(parameters_)), options_(options) {}

void SGD::zero_grad() {
  for (const Tensor& parameter : parameters_) parameter.zero_grad();
}

void SGD::step() {
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    const Array& g = parameters_[i].grad();
    if (!g.defined()) continue;
    kernels::sgd_step(g.size(), options_.lr, options_.momentum, options_.weight_decay, g.data(),
                      velocity_[i].data(), parameters_[i].mutable_value().data());
  }
}

Adam::Adam(const nn::Parameters& parameters, const Options& options)
    : parameters_(tensors_of(parameters)),
      m_(zeros_like(parameters_)),
      v_(zeros_like(parameters_)),
      options_(options) {}

void Adam::zero_grad() {
  for (const Tensor& parameter : parameters_) parameter.zero_grad();
}

void Adam::step() {
  // Running products in double: libm's pow differs between builds.
  beta1_power_ *= static_cast<double>(options_.beta1);
  beta2_power_ *= static_cast<double>(options_.beta2);
  const auto correction1 = static_cast<real>(1 - beta1_power_);
  const auto correction2 = static_cast<real>(1 - beta2_power_);
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    const Array& g = parameters_[i].grad();
    if (!g.defined()) continue;
    kernels::adam_step(g.size(), options_.lr, options_.beta1, options_.beta2, options_.eps,
                       correction1, correction2, g.data(), m_[i].data(), v_[i].data(),
                       parameters_[i].mutable_value().data());
  }
}

}  // namespace grad::optim
