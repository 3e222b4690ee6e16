#include "nn/module.h"

#include <string>

#include "tensor/check.h"

namespace grad::nn {

namespace {

// The activation that a layer is, if a product can apply it.
Activation activation_of(const Layer& layer) {
  if (layer.as<ReLU>()) return Activation::relu;
  if (layer.as<Tanh>()) return Activation::tanh;
  return layer.as<Sigmoid>() ? Activation::sigmoid : Activation::none;
}

Tensor call(const Layer& layer, const Tensor& x, Activation activation) {
  if (activation == Activation::none) return layer(x);
  if (const auto* linear = layer.as<Linear>()) return (*linear)(x, activation);
  return (*layer.as<Conv2d>())(x, activation);
}

// Says which layer it was that an error came from.
Tensor apply_named(std::size_t index, const Layer& layer, const Tensor& x,
                   Activation activation = Activation::none) {
  try {
    return call(layer, x, activation);
  } catch (const Error& error) {
    fail("layer " + std::to_string(index) + " (" + layer.kind() + "): " + error.what());
  }
}

}  // namespace

Sequential::Sequential(std::vector<Layer> layers) : layers_(std::move(layers)) {}

Tensor Sequential::operator()(const Tensor& x) const {
  Tensor y = x;
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    const Layer& layer = layers_[i];
    const bool product = layer.as<Linear>() || layer.as<Conv2d>();
    const Activation next =
        product && i + 1 < layers_.size() ? activation_of(layers_[i + 1]) : Activation::none;
    y = apply_named(i, layer, y, next);
    if (next != Activation::none) ++i;
  }
  return y;
}

std::vector<Tensor> Sequential::trace(const Tensor& x) const {
  std::vector<Tensor> outputs;
  outputs.reserve(layers_.size());
  for (std::size_t i = 0; i < layers_.size(); ++i)
    outputs.push_back(apply_named(i, layers_[i], i == 0 ? x : outputs.back()));
  return outputs;
}

void Sequential::train(bool on) { nn::train(*this, on); }

Parameters Sequential::parameters() const { return parameters_of(*this); }

std::int64_t Sequential::parameter_count() const {
  std::int64_t count = 0;
  for (const auto& [name, parameter] : parameters()) count += parameter.value().size();
  return count;
}

Sequential Sequential::clone() const { return nn::clone(*this); }

void Sequential::list(Members& members) {
  members.training(training_);
  for (std::size_t i = 0; i < layers_.size(); ++i) members.part(std::to_string(i), layers_[i]);
}

Residual::Residual(std::vector<Layer> layers) : body(std::move(layers)) {}
Tensor Residual::operator()(const Tensor& x) const {
  const Tensor y = body(x);
  check(y.shape() == x.shape(),
        [&] { return "[Residual] body makes " + y.shape().text() + " of " + x.shape().text(); });
  return x + y;
}
void Residual::list(Members& members) { members.part("body", body); }

Sequential mlp(std::initializer_list<int> sizes, const Layer& activation, Rng& rng) {
  return mlp(std::span<const int>(sizes.begin(), sizes.size()), activation, rng);
}

Sequential mlp(std::span<const int> sizes, const Layer& activation, Rng& rng) {
  check(sizes.size() >= 2, "[mlp] needs at least an input and an output size");
  std::vector<Layer> layers;
  for (std::size_t i = 0; i + 1 < sizes.size(); ++i) {
    if (i > 0) layers.push_back(activation);
    layers.emplace_back(Linear(sizes[i], sizes[i + 1], rng));
  }
  return Sequential(std::move(layers));
}

}  // namespace grad::nn
