#pragma once

// Networks: layers one after the other (layers.h has what they are made of, layer.h what a layer
// is).
//
//   Rng rng(1);
//   nn::Sequential model({nn::Linear(2, 16, rng), nn::ReLU{}, nn::Linear(16, 2, rng)});
//   const Tensor logits = model(x);

#include <initializer_list>
#include <span>
#include <string>
#include <vector>

#include "nn/layers.h"

namespace grad::nn {

/// Layers applied one after the other.
class Sequential {
 public:
  static constexpr const char* kind = "Sequential";

  Sequential() = default;
  Sequential(std::vector<Layer> layers);

  /// Throws Error naming the layer's index and kind where a shape does not fit.
  Tensor operator()(const Tensor& x) const;
  /// The output of every layer, first to last (for looking inside).
  std::vector<Tensor> trace(const Tensor& x) const;

  /// Training mode switches dropout on and lets norms use the batch's statistics.
  void train(bool on = true);
  bool training() const { return training_; }
  Parameters parameters() const;
  std::int64_t parameter_count() const;
  /// A copy with numbers of its own.
  Sequential clone() const;
  void list(Members& members);
  const std::vector<Layer>& layers() const { return layers_; }
  std::vector<Layer>& layers() { return layers_; }

 private:
  std::vector<Layer> layers_;
  bool training_ = true;
};

/// y = x + body(x), whose shapes must be equal.
struct Residual {
  static constexpr const char* kind = "Residual";
  Sequential body;
  explicit Residual(std::vector<Layer> layers);
  Tensor operator()(const Tensor& x) const;
  void list(Members& members);
};

/// Linear layers of the given sizes with `activation` between them (not after the last):
/// mlp({2, 64, 64, 2}, ReLU{}, rng).
Sequential mlp(std::initializer_list<int> sizes, const Layer& activation, Rng& rng);
Sequential mlp(std::span<const int> sizes, const Layer& activation, Rng& rng);

}  // namespace grad::nn
