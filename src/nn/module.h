#pragma once

// Layers: plain structs that hold parameters, know their `kind` and are called like functions.
// Copying a layer aliases its parameters (they are Tensor handles); `clone()` of a Sequential
// copies the numbers.

#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "autograd/ops.h"

namespace grad::nn {

/// Named parameters in a fixed order: "0.weight", "0.bias", "2.weight" …
using Parameters = std::vector<std::pair<std::string, Tensor>>;

/// y = x wᵀ + b. Initialised as PyTorch: uniform in ±1/sqrt(in) for both.
struct Linear {
  static constexpr const char* kind = "Linear";
  Tensor weight;  ///< (out, in)
  Tensor bias;    ///< (out)
  Linear(int in, int out, Rng& rng);
  Tensor operator()(const Tensor& x) const;
};

/// Convolution over NHWC pictures. Initialised as PyTorch: uniform in ±1/sqrt(in·k·k).
struct Conv2d {
  static constexpr const char* kind = "Conv2d";
  Tensor weight;  ///< (out, k, k, in)
  Tensor bias;    ///< (out)
  int stride, padding;
  Conv2d(int in, int out, int kernel, Rng& rng, int stride = 1, int padding = 0);
  Tensor operator()(const Tensor& x) const;
};

struct MaxPool2d {
  static constexpr const char* kind = "MaxPool2d";
  int size;
  Tensor operator()(const Tensor& x) const;
};
struct Flatten {
  static constexpr const char* kind = "Flatten";
  Tensor operator()(const Tensor& x) const;
};
struct ReLU {
  static constexpr const char* kind = "ReLU";
  Tensor operator()(const Tensor& x) const;
};
struct Sigmoid {
  static constexpr const char* kind = "Sigmoid";
  Tensor operator()(const Tensor& x) const;
};
struct Tanh {
  static constexpr const char* kind = "Tanh";
  Tensor operator()(const Tensor& x) const;
};
/// Zeroes with probability p, in [0,1). Active only in a Sequential's training mode; owns its
/// generator (seeded by two draws from `seed_from`) so that a run is reproducible.
struct Dropout {
  static constexpr const char* kind = "Dropout";
  real p;
  std::shared_ptr<Rng> rng;
  Dropout(real p, Rng& seed_from);
};

using Layer = std::variant<Linear, Conv2d, MaxPool2d, Flatten, ReLU, Sigmoid, Tanh, Dropout>;

/// Layers applied one after the other.
class Sequential {
 public:
  Sequential() = default;
  Sequential(std::vector<Layer> layers);

  /// Throws Error naming the layer's index and kind where a shape does not fit.
  Tensor operator()(const Tensor& x) const;
  /// The output of every layer, first to last (for looking inside).
  std::vector<Tensor> trace(const Tensor& x) const;

  /// Training mode switches dropout on.
  void train(bool on = true) { training_ = on; }
  bool training() const { return training_; }
  Parameters parameters() const;
  std::int64_t parameter_count() const;
  /// A copy with numbers of its own.
  Sequential clone() const;
  const std::vector<Layer>& layers() const { return layers_; }

 private:
  std::vector<Layer> layers_;
  bool training_ = true;
};

/// Linear layers of the given sizes with `activation` between them (not after the last):
/// mlp({2, 64, 64, 2}, ReLU{}, rng).
Sequential mlp(std::initializer_list<int> sizes, const Layer& activation, Rng& rng);
Sequential mlp(std::span<const int> sizes, const Layer& activation, Rng& rng);

}  // namespace grad::nn
