#include "nn/module.h"

#include <cmath>
#include <string>
#include <type_traits>

#include "tensor/check.h"

namespace grad::nn {

namespace {

// PyTorch's default for layers that sum `fan_in` products.
Tensor uniform_parameter(const Shape& shape, std::int64_t fan_in, Rng& rng) {
  const real bound = 1 / std::sqrt(static_cast<real>(fan_in));
  Array numbers(shape);
  for (real& number : numbers.span()) number = rng.uniform(-bound, bound);
  return Tensor(std::move(numbers), true);
}

Tensor apply(const Layer& layer, const Tensor& x, bool training) {
  return std::visit(
      [&]<class L>(const L& own) {
        if constexpr (std::is_same_v<L, Dropout>)
          return dropout(x, own.p, training, *own.rng);
        else
          return own(x);
      },
      layer);
}

// As apply(), but says which layer it was that an error came from.
Tensor apply_named(std::size_t index, const Layer& layer, const Tensor& x, bool training) {
  try {
    return apply(layer, x, training);
  } catch (const Error& error) {
    const std::string kind = std::visit([](const auto& own) { return own.kind; }, layer);
    fail("layer " + std::to_string(index) + " (" + kind + "): " + error.what());
  }
}

Tensor copy_parameter(const Tensor& parameter) {
  return Tensor(parameter.value().clone(), parameter.requires_grad());
}

}  // namespace

Linear::Linear(int in, int out, Rng& rng) {
  check(in >= 1 && out >= 1, [&] {
    return "[Linear] sizes must be at least 1, not " + std::to_string(in) + " and " +
           std::to_string(out);
  });
  weight = uniform_parameter({out, in}, in, rng);
  bias = uniform_parameter({out}, in, rng);
}
Tensor Linear::operator()(const Tensor& x) const { return linear(x, weight, bias); }

Conv2d::Conv2d(int in, int out, int kernel, Rng& rng, int stride_, int padding_)
    : stride(stride_), padding(padding_) {
  check(in >= 1 && out >= 1 && kernel >= 1 && stride >= 1 && padding >= 0, [&] {
    return "[Conv2d] channels " + std::to_string(in) + " and " + std::to_string(out) + ", kernel " +
           std::to_string(kernel) + " and stride " + std::to_string(stride) +
           " must be at least 1 and padding " + std::to_string(padding) + " at least 0";
  });
  const std::int64_t fan_in = std::int64_t{in} * kernel * kernel;
  weight = uniform_parameter({out, kernel, kernel, in}, fan_in, rng);
  bias = uniform_parameter({out}, fan_in, rng);
}
Tensor Conv2d::operator()(const Tensor& x) const {
  return conv2d(x, weight, bias, stride, padding);
}

Tensor MaxPool2d::operator()(const Tensor& x) const { return max_pool2d(x, size); }
Tensor Flatten::operator()(const Tensor& x) const { return flatten(x); }
Tensor ReLU::operator()(const Tensor& x) const { return relu(x); }
Tensor Sigmoid::operator()(const Tensor& x) const { return sigmoid(x); }
Tensor Tanh::operator()(const Tensor& x) const { return tanh(x); }

Dropout::Dropout(real p_, Rng& seed_from) : p(p_) {
  check(p >= 0 && p < 1,
        [&] { return "[Dropout] probability " + std::to_string(p) + " is not in [0,1)"; });
  const std::uint64_t high = seed_from.bits();
  const std::uint64_t low = seed_from.bits();
  rng = std::make_shared<Rng>(high << 32 | low);
}

Sequential::Sequential(std::vector<Layer> layers) : layers_(std::move(layers)) {}

Tensor Sequential::operator()(const Tensor& x) const {
  Tensor y = x;
  for (std::size_t i = 0; i < layers_.size(); ++i) y = apply_named(i, layers_[i], y, training_);
  return y;
}

std::vector<Tensor> Sequential::trace(const Tensor& x) const {
  std::vector<Tensor> outputs;
  outputs.reserve(layers_.size());
  for (std::size_t i = 0; i < layers_.size(); ++i)
    outputs.push_back(apply_named(i, layers_[i], i == 0 ? x : outputs.back(), training_));
  return outputs;
}

Parameters Sequential::parameters() const {
  Parameters all;
  for (std::size_t i = 0; i < layers_.size(); ++i)
    std::visit(
        [&]<class L>(const L& layer) {
          if constexpr (requires { layer.weight; }) {
            all.emplace_back(std::to_string(i) + ".weight", layer.weight);
            all.emplace_back(std::to_string(i) + ".bias", layer.bias);
          }
        },
        layers_[i]);
  return all;
}

std::int64_t Sequential::parameter_count() const {
  std::int64_t count = 0;
  for (const auto& [name, parameter] : parameters()) count += parameter.value().size();
  return count;
}

Sequential Sequential::clone() const {
  Sequential copy = *this;
  for (Layer& layer : copy.layers_)
    std::visit(
        []<class L>(L& own) {
          if constexpr (requires { own.weight; }) {
            own.weight = copy_parameter(own.weight);
            own.bias = copy_parameter(own.bias);
          } else if constexpr (requires { own.rng; }) {
            own.rng = std::make_shared<Rng>(*own.rng);
          }
        },
        layer);
  return copy;
}

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
