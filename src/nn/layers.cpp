#include "nn/layers.h"

#include <cmath>
#include <string>

#include "nn/init.h"
#include "tensor/check.h"

namespace grad::nn {

namespace {

Tensor constant_parameter(int size, real value) {
  check(size >= 1, [&] {
    return "[norm] number of channels must be at least 1, not " + std::to_string(size);
  });
  return Tensor(Array::full({size}, value), true);
}

void check_conv(const std::string& kind, int in, int out, int kernel, int stride, int padding,
                int groups) {
  check(in >= 1 && out >= 1 && kernel >= 1 && stride >= 1 && padding >= 0, [&] {
    return "[" + kind + "] channels " + std::to_string(in) + " and " + std::to_string(out) +
           ", kernel " + std::to_string(kernel) + " and stride " + std::to_string(stride) +
           " must be at least 1 and padding " + std::to_string(padding) + " at least 0";
  });
  check(groups >= 1 && in % groups == 0 && out % groups == 0, [&] {
    return "[" + kind + "] " + std::to_string(groups) + " groups do not divide channels " +
           std::to_string(in) + " and " + std::to_string(out);
  });
}

}  // namespace

// --- Linear -------------------------------------------------------------------------------------

Linear::Linear(int in, int out, Rng& rng, bool with_bias) {
  check(in >= 1 && out >= 1, [&] {
    return "[Linear] sizes must be at least 1, not " + std::to_string(in) + " and " +
           std::to_string(out);
  });
  weight = uniform_parameter({out, in}, in, rng);
  if (with_bias) bias = uniform_parameter({out}, in, rng);
}
Tensor Linear::operator()(const Tensor& x, Activation activation) const {
  return linear(x, weight, bias, activation);
}
void Linear::list(Members& members) {
  members.parameter("weight", weight);
  members.parameter("bias", bias);
}

// --- Convolutions -------------------------------------------------------------------------------

Conv2d::Conv2d(int in, int out, int kernel, Rng& rng, int stride_, int padding_, int dilation_,
               int groups_)
    : stride(stride_), padding(padding_), dilation(dilation_), groups(groups_) {
  check_conv(kind, in, out, kernel, stride, padding, groups);
  const std::int64_t fan_in = std::int64_t{in} / groups * kernel * kernel;
  weight = uniform_parameter({out, kernel, kernel, in / groups}, fan_in, rng);
  bias = uniform_parameter({out}, fan_in, rng);
}
Tensor Conv2d::operator()(const Tensor& x, Activation activation) const {
  return conv2d(x, weight, bias, stride, padding, dilation, groups, activation);
}
void Conv2d::list(Members& members) {
  members.parameter("weight", weight);
  members.parameter("bias", bias);
}

Conv1d::Conv1d(int in, int out, int kernel, Rng& rng, int stride_, int padding_, int dilation_,
               int groups_)
    : stride(stride_), padding(padding_), dilation(dilation_), groups(groups_) {
  check_conv(kind, in, out, kernel, stride, padding, groups);
  const std::int64_t fan_in = std::int64_t{in} / groups * kernel;
  weight = uniform_parameter({out, kernel, in / groups}, fan_in, rng);
  bias = uniform_parameter({out}, fan_in, rng);
}
Tensor Conv1d::operator()(const Tensor& x) const {
  return conv1d(x, weight, bias, stride, padding, dilation, groups);
}
void Conv1d::list(Members& members) {
  members.parameter("weight", weight);
  members.parameter("bias", bias);
}

ConvTranspose2d::ConvTranspose2d(int in, int out, int kernel, Rng& rng, int stride_, int padding_,
                                 int output_padding_, int groups_)
    : stride(stride_), padding(padding_), output_padding(output_padding_), groups(groups_) {
  check_conv(kind, in, out, kernel, stride, padding, groups);
  const std::int64_t fan_in = std::int64_t{out} / groups * kernel * kernel;
  weight = uniform_parameter({in, kernel, kernel, out / groups}, fan_in, rng);
  bias = uniform_parameter({out}, fan_in, rng);
}
Tensor ConvTranspose2d::operator()(const Tensor& x) const {
  return conv_transpose2d(x, weight, bias, stride, padding, output_padding, groups);
}
void ConvTranspose2d::list(Members& members) {
  members.parameter("weight", weight);
  members.parameter("bias", bias);
}

// --- Layers that hold nothing -------------------------------------------------------------------

Tensor MaxPool2d::operator()(const Tensor& x) const { return max_pool2d(x, size, stride); }
Tensor AvgPool2d::operator()(const Tensor& x) const { return avg_pool2d(x, size, stride); }
Tensor GlobalAvgPool2d::operator()(const Tensor& x) const { return global_avg_pool2d(x); }
Tensor Upsample::operator()(const Tensor& x) const {
  return bilinear ? upsample_bilinear(x, scale) : upsample_nearest(x, scale);
}
Tensor Flatten::operator()(const Tensor& x) const { return flatten(x); }
Tensor ReLU::operator()(const Tensor& x) const { return relu(x); }
Tensor LeakyReLU::operator()(const Tensor& x) const { return leaky_relu(x, slope); }
Tensor ELU::operator()(const Tensor& x) const { return elu(x, alpha); }
Tensor GELU::operator()(const Tensor& x) const { return gelu(x); }
Tensor SiLU::operator()(const Tensor& x) const { return silu(x); }
Tensor Softplus::operator()(const Tensor& x) const { return softplus(x); }
Tensor Sigmoid::operator()(const Tensor& x) const { return sigmoid(x); }
Tensor Tanh::operator()(const Tensor& x) const { return tanh(x); }
Tensor Softmax::operator()(const Tensor& x) const { return softmax(x, axis); }

// --- Norms --------------------------------------------------------------------------------------

BatchNorm::BatchNorm(int channels, real momentum_, real eps_)
    : weight(constant_parameter(channels, 1)),
      bias(constant_parameter(channels, 0)),
      running_mean(Array::zeros({channels})),
      running_var(Array::full({channels}, 1)),
      momentum(momentum_),
      eps(eps_) {}
Tensor BatchNorm::operator()(const Tensor& x) const {
  Array mean = running_mean, variance = running_var;  // handles: the statistics themselves change
  return batch_norm(x, mean, variance, weight, bias, training, momentum, eps);
}
void BatchNorm::list(Members& members) {
  members.parameter("weight", weight);
  members.parameter("bias", bias);
  members.buffer("running_mean", running_mean);
  members.buffer("running_var", running_var);
  members.training(training);
}

LayerNorm::LayerNorm(int features, real eps_)
    : weight(constant_parameter(features, 1)), bias(constant_parameter(features, 0)), eps(eps_) {}
Tensor LayerNorm::operator()(const Tensor& x) const { return layer_norm(x, weight, bias, eps); }
void LayerNorm::list(Members& members) {
  members.parameter("weight", weight);
  members.parameter("bias", bias);
}

RMSNorm::RMSNorm(int features, real eps_) : weight(constant_parameter(features, 1)), eps(eps_) {}
Tensor RMSNorm::operator()(const Tensor& x) const { return rms_norm(x, weight, eps); }
void RMSNorm::list(Members& members) { members.parameter("weight", weight); }

GroupNorm::GroupNorm(int groups_, int channels, real eps_)
    : groups(groups_),
      weight(constant_parameter(channels, 1)),
      bias(constant_parameter(channels, 0)),
      eps(eps_) {}
Tensor GroupNorm::operator()(const Tensor& x) const {
  return group_norm(x, groups, weight, bias, eps);
}
void GroupNorm::list(Members& members) {
  members.parameter("weight", weight);
  members.parameter("bias", bias);
}

// --- Dropout, tables, graphs --------------------------------------------------------------------

Dropout::Dropout(real p_, Rng& seed_from) : p(p_) {
  check(p >= 0 && p < 1,
        [&] { return "[Dropout] probability " + std::to_string(p) + " is not in [0,1)"; });
  const std::uint64_t high = seed_from.bits();
  const std::uint64_t low = seed_from.bits();
  rng = std::make_shared<Rng>(high << 32 | low);
}
Tensor Dropout::operator()(const Tensor& x) const { return dropout(x, p, training, *rng); }
void Dropout::list(Members& members) {
  members.generator(rng);
  members.training(training);
}

Embedding::Embedding(int entries, int size, Rng& rng) {
  check(entries >= 1 && size >= 1, [&] {
    return "[Embedding] sizes must be at least 1, not " + std::to_string(entries) + " and " +
           std::to_string(size);
  });
  weight = Tensor::randn({entries, size}, rng, true);
}
Tensor Embedding::operator()(std::span<const std::int32_t> index, const Shape& shape) const {
  return embedding(weight, index, shape);
}
Tensor Embedding::operator()(const Tensor& x) const {
  Labels index;
  for (const real number : x.value().span()) {
    check(std::floor(number) == number && std::abs(number) < real(1 << 24),
          [&] { return "[Embedding] " + std::to_string(number) + " is not a whole number"; });
    index.push_back(static_cast<std::int32_t>(number));
  }
  return embedding(weight, index, x.shape());
}
void Embedding::list(Members& members) { members.parameter("weight", weight); }

GraphConv::GraphConv(const Tensor& adjacency_, int in, int out, Rng& rng)
    : adjacency(adjacency_), linear(in, out, rng) {
  check(adjacency.shape().axes() == 2 && adjacency.shape()[0] == adjacency.shape()[1], [&] {
    return "[GraphConv] adjacency must be (nodes,nodes), not " + adjacency.shape().text();
  });
}
Tensor GraphConv::operator()(const Tensor& x) const {
  return matmul(adjacency, grad::linear(x, linear.weight, Tensor())) + linear.bias;
}
void GraphConv::list(Members& members) { linear.list(members); }

Tensor normalized_adjacency(int nodes, std::span<const std::pair<int, int>> edges) {
  check(nodes >= 1, "[normalized_adjacency] a graph needs at least one node");
  Array a = Array::zeros({nodes, nodes});
  for (int i = 0; i < nodes; ++i) a.data()[i * nodes + i] = 1;
  for (const auto& edge : edges) {
    const int i = edge.first, j = edge.second;
    check(i >= 0 && i < nodes && j >= 0 && j < nodes, [&] {
      return "[normalized_adjacency] edge " + std::to_string(i) + "-" + std::to_string(j) +
             " in a graph of " + std::to_string(nodes) + " nodes";
    });
    a.data()[i * nodes + j] = a.data()[j * nodes + i] = 1;
  }
  const Tensor degrees = sum(Tensor(a), 1);
  const Tensor root = sqrt(degrees);
  return Tensor((Tensor(a) / root / unsqueeze(root, 1)).value());
}

}  // namespace grad::nn
