#pragma once

// The feed-forward layers; recurrent ones are in recurrent.h, attention in attention.h. All work on
// batches: the first axis counts examples, the last one features or channels.

#include "nn/layer.h"

namespace grad::nn {

/// y = x wᵀ + b for x (...,in). Initialised as PyTorch: uniform in ±1/sqrt(in) for both.
struct Linear {
  static constexpr const char* kind = "Linear";
  Tensor weight;  ///< (out, in)
  Tensor bias;    ///< (out), or undefined
  Linear(int in, int out, Rng& rng, bool with_bias = true);
  Tensor operator()(const Tensor& x, Activation activation = Activation::none) const;
  void list(Members& members);
};

/// Convolution over NHWC pictures. Initialised as PyTorch: uniform in ±1/sqrt(in·k·k/groups).
struct Conv2d {
  static constexpr const char* kind = "Conv2d";
  Tensor weight;  ///< (out, k, k, in/groups)
  Tensor bias;    ///< (out)
  int stride, padding, dilation, groups;
  Conv2d(int in, int out, int kernel, Rng& rng, int stride = 1, int padding = 0, int dilation = 1,
         int groups = 1);
  Tensor operator()(const Tensor& x, Activation activation = Activation::none) const;
  void list(Members& members);
};

/// Convolution over sequences (n,length,in). Initialised as Conv2d.
struct Conv1d {
  static constexpr const char* kind = "Conv1d";
  Tensor weight;  ///< (out, k, in/groups)
  Tensor bias;    ///< (out)
  int stride, padding, dilation, groups;
  Conv1d(int in, int out, int kernel, Rng& rng, int stride = 1, int padding = 0, int dilation = 1,
         int groups = 1);
  Tensor operator()(const Tensor& x) const;
  void list(Members& members);
};

/// The transpose of a convolution, which makes pictures larger. Initialised as PyTorch: uniform in
/// ±1/sqrt(out·k·k/groups).
struct ConvTranspose2d {
  static constexpr const char* kind = "ConvTranspose2d";
  Tensor weight;  ///< (in, k, k, out/groups)
  Tensor bias;    ///< (out)
  int stride, padding, output_padding, groups;
  ConvTranspose2d(int in, int out, int kernel, Rng& rng, int stride = 1, int padding = 0,
                  int output_padding = 0, int groups = 1);
  Tensor operator()(const Tensor& x) const;
  void list(Members& members);
};

struct MaxPool2d {
  static constexpr const char* kind = "MaxPool2d";
  int size, stride = 0;  ///< stride 0: size
  Tensor operator()(const Tensor& x) const;
};
struct AvgPool2d {
  static constexpr const char* kind = "AvgPool2d";
  int size, stride = 0;
  Tensor operator()(const Tensor& x) const;
};
struct GlobalAvgPool2d {
  static constexpr const char* kind = "GlobalAvgPool2d";
  Tensor operator()(const Tensor& x) const;
};
struct Upsample {
  static constexpr const char* kind = "Upsample";
  int scale;
  bool bilinear = false;
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
struct LeakyReLU {
  static constexpr const char* kind = "LeakyReLU";
  real slope = real(0.01);
  Tensor operator()(const Tensor& x) const;
};
struct ELU {
  static constexpr const char* kind = "ELU";
  real alpha = 1;
  Tensor operator()(const Tensor& x) const;
};
struct GELU {
  static constexpr const char* kind = "GELU";
  Tensor operator()(const Tensor& x) const;
};
struct SiLU {
  static constexpr const char* kind = "SiLU";
  Tensor operator()(const Tensor& x) const;
};
struct Softplus {
  static constexpr const char* kind = "Softplus";
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
struct Softmax {
  static constexpr const char* kind = "Softmax";
  int axis = -1;
  Tensor operator()(const Tensor& x) const;
};

/// Each channel to mean 0 and variance 1 over the batch (in training; else by running statistics),
/// then scaled and shifted. For (n,features) and pictures alike.
struct BatchNorm {
  static constexpr const char* kind = "BatchNorm";
  Tensor weight, bias;              ///< (channels), from 1 and 0
  Array running_mean, running_var;  ///< (channels), from 0 and 1
  real momentum, eps;
  bool training = true;
  explicit BatchNorm(int channels, real momentum = real(0.1), real eps = real(1e-5));
  Tensor operator()(const Tensor& x) const;
  void list(Members& members);
};
/// Each row of features to mean 0 and variance 1, then scaled and shifted.
struct LayerNorm {
  static constexpr const char* kind = "LayerNorm";
  Tensor weight, bias;  ///< (features), from 1 and 0
  real eps;
  explicit LayerNorm(int features, real eps = real(1e-5));
  Tensor operator()(const Tensor& x) const;
  void list(Members& members);
};
/// Each row of features to a mean square of 1, then scaled.
struct RMSNorm {
  static constexpr const char* kind = "RMSNorm";
  Tensor weight;  ///< (features), from 1
  real eps;
  explicit RMSNorm(int features, real eps = real(1e-6));
  Tensor operator()(const Tensor& x) const;
  void list(Members& members);
};
/// Each group of channels of each example to mean 0 and variance 1, then scaled and shifted.
struct GroupNorm {
  static constexpr const char* kind = "GroupNorm";
  int groups;
  Tensor weight, bias;  ///< (channels), from 1 and 0
  real eps;
  GroupNorm(int groups, int channels, real eps = real(1e-5));
  Tensor operator()(const Tensor& x) const;
  void list(Members& members);
};

/// Zeroes with probability p, in [0,1), in training mode. Owns its generator (seeded by two draws
/// from `seed_from`) so that a run is reproducible.
struct Dropout {
  static constexpr const char* kind = "Dropout";
  real p;
  std::shared_ptr<Rng> rng;
  bool training = true;
  Dropout(real p, Rng& seed_from);
  Tensor operator()(const Tensor& x) const;
  void list(Members& members);
};

/// Rows of a table by number, standard normal at first.
struct Embedding {
  static constexpr const char* kind = "Embedding";
  Tensor weight;  ///< (entries, size)
  Embedding(int entries, int size, Rng& rng);
  /// The rows in an array of that shape, so that the result is (shape,size).
  Tensor operator()(std::span<const std::int32_t> index, const Shape& shape) const;
  /// The same for numbers that are whole: x (...) to (...,size). No gradient passes to x.
  Tensor operator()(const Tensor& x) const;
  void list(Members& members);
};

/// A graph's layer (Kipf and Welling 2017): y = A x wᵀ + b for node features x (nodes,in), where
/// the adjacency A mixes each node with its neighbours.
struct GraphConv {
  static constexpr const char* kind = "GraphConv";
  Tensor adjacency;  ///< (nodes, nodes), as normalized_adjacency() makes it; not trained
  Linear linear;
  GraphConv(const Tensor& adjacency, int in, int out, Rng& rng);
  Tensor operator()(const Tensor& x) const;
  void list(Members& members);
};
/// D^-1/2 (A + I) D^-1/2 of an undirected graph, with the degrees D of A + I. Throws Error if an
/// edge names a node that is not there.
Tensor normalized_adjacency(int nodes, std::span<const std::pair<int, int>> edges);

}  // namespace grad::nn
