// Every operation and layer against finite differences, one line each, over several shapes.

#include "gradcheck.h"

#include <catch2/catch_test_macros.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <utility>

#include "nn/attention.h"
#include "nn/module.h"
#include "nn/recurrent.h"

using namespace grad;
using tests::Function;

namespace {

using Shapes = std::vector<Shape>;

// How to fill an input: kinks and poles are kept further away than the difference step.
enum class Numbers { normal, positive, spaced };

Array make(const Shape& shape, Numbers numbers, Rng& rng) {
  Array x(shape);
  const auto n = static_cast<int>(x.size());
  std::vector<int> order(static_cast<std::size_t>(n));
  for (int i = 0; i < n; ++i) order[static_cast<std::size_t>(i)] = i;
  rng.shuffle(order);
  for (int i = 0; i < n; ++i) {
    const int rank = 2 * order[static_cast<std::size_t>(i)] + 1 - n;  // odd steps around 0
    switch (numbers) {
      case Numbers::normal:
        x.data()[i] = rng.normal();
        break;
      case Numbers::positive:
        x.data()[i] = rng.uniform(real(0.5), 2);
        break;
      case Numbers::spaced:
        x.data()[i] = (static_cast<real>(rank) + real(0.5)) / 20;
        break;
    }
  }
  return x;
}

struct Case {
  std::string name;
  std::vector<Shapes> shapes;  ///< one list of inputs' shapes per trial
  Function f;
  Numbers numbers = Numbers::normal;
};

const std::vector<Shapes> kOne = {{{}}, {{1}}, {{7}}, {{1, 1}}, {{3, 5}}, {{2, 3, 4}}, {{33}}};
const std::vector<Shapes> kTwo = {{{}, {}},
                                  {{5}, {5}},
                                  {{3, 4}, {4}},
                                  {{4}, {3, 4}},
                                  {{3, 4}, {3, 1}},
                                  {{3, 1}, {1, 4}},
                                  {{3, 4}, {}},
                                  {{}, {7}},
                                  {{1}, {2, 3}},
                                  {{2, 3, 4}, {3, 1}},
                                  {{2, 1, 3}, {4, 1}},
                                  {{1, 1, 1}, {3}},
                                  {{2, 3, 4}, {3, 4}},
                                  {{33}, {33}}};
const std::vector<Shapes> kMatrices = {{{3, 5}}, {{2, 1}}, {{2, 9}}};
const std::vector<Shapes> kBoxes = {{{2, 3, 4}}, {{2, 3, 1}}, {{3, 2, 9}}};

const std::vector<std::int32_t> kLabels{2, 0, 1, 2, 1};

Tensor apply_cross_entropy(const Tensor& x) {
  const auto rows = static_cast<std::size_t>(x.shape()[0]);
  std::vector<std::int32_t> labels(kLabels.begin(), kLabels.begin() + static_cast<int>(rows));
  for (std::int32_t& label : labels) label %= static_cast<std::int32_t>(x.shape()[1]);
  return cross_entropy(x, labels);
}

const std::vector<Shapes> kTargets = {{{}, {}}, {{5}, {5}}, {{3, 4}, {3, 4}}};

const std::vector<real> kClassWeights{real(0.5), 2, 1};
const LabelOptions kWeighted{kClassWeights, real(0.2), -1};

Tensor apply_batch_norm(const Tensor& x, const Tensor& weight, const Tensor& bias, bool training) {
  const Shape channels{x.shape()[-1]};
  Array mean = Array::full(channels, real(0.5)), variance = Array::full(channels, 2);
  return batch_norm(x, mean, variance, weight, bias, training, real(0.1), real(0.1));
}

Tensor apply_dropout(const Tensor& x) {
  Rng rng(3);  // the same mask every time
  return dropout(x, real(0.4), true, rng);
}

// clang-format off
const std::vector<Case> kOperations = {
    {"add", kTwo, [](Inputs x) { return x[0] + x[1]; }},
    {"sub", kTwo, [](Inputs x) { return x[0] - x[1]; }},
    {"mul", kTwo, [](Inputs x) { return x[0] * x[1]; }},
    {"div", kTwo, [](Inputs x) { return x[0] / x[1]; }, Numbers::positive},
    {"mul", kOne, [](Inputs x) { return x[0] * x[0]; }},
    {"add", kOne, [](Inputs x) { return (x[0] + 2) + (3 + x[0]); }},
    {"sub", kOne, [](Inputs x) { return (x[0] - 2) * (3 - x[0]); }},
    {"mul", kOne, [](Inputs x) { return (x[0] * 2) * (3 * x[0]); }},
    {"div", kOne, [](Inputs x) { return (x[0] / 2) * (3 / x[0]) * (x[0] / 4); }, Numbers::positive},
    {"neg", kOne, [](Inputs x) { return -x[0]; }},
    {"exp", kOne, [](Inputs x) { return exp(x[0]); }},
    {"log", kOne, [](Inputs x) { return log(x[0]); }, Numbers::positive},
    {"sqrt", kOne, [](Inputs x) { return sqrt(x[0]); }, Numbers::positive},
    {"square", kOne, [](Inputs x) { return square(x[0]); }},
    {"abs", kOne, [](Inputs x) { return abs(x[0]); }, Numbers::spaced},
    {"relu", kOne, [](Inputs x) { return relu(x[0]); }, Numbers::spaced},
    {"sigmoid", kOne, [](Inputs x) { return sigmoid(x[0]); }},
    {"tanh", kOne, [](Inputs x) { return tanh(x[0]); }},
    {"sign", kOne, [](Inputs x) { return sign(x[0]) + x[0]; }, Numbers::spaced},
    {"gelu", kOne, [](Inputs x) { return gelu(x[0]); }},
    {"silu", kOne, [](Inputs x) { return silu(x[0]); }},
    {"softplus", kOne, [](Inputs x) { return softplus(x[0]); }},
    {"leaky_relu", kOne, [](Inputs x) { return leaky_relu(x[0], real(0.1)); }, Numbers::spaced},
    {"elu", kOne, [](Inputs x) { return elu(x[0], real(0.7)); }, Numbers::spaced},
    {"pow", kTwo, [](Inputs x) { return pow(x[0], x[1]); }, Numbers::positive},
    {"pow", kOne, [](Inputs x) { return pow(x[0], 3) + pow(x[0], -2); }, Numbers::positive},
    {"maximum", kTwo, [](Inputs x) { return maximum(x[0], x[1] + real(0.013)); }, Numbers::spaced},
    {"maximum", kTwo, [](Inputs x) { return minimum(x[0], x[1] + real(0.013)); }, Numbers::spaced},
    {"clamp", kOne, [](Inputs x) { return clamp(x[0], real(-0.3), real(0.5)); }, Numbers::spaced},
    {"where", kTwo, [](Inputs x) { return where(greater(Tensor::from({0, 1, 2, 3}, {4, 1, 1, 1}), Tensor::scalar(1)), x[0], x[1]); }},
    {"dropout", kOne, [](Inputs x) { return apply_dropout(x[0]); }},
    {"sum", kOne, [](Inputs x) { return sum(x[0]); }},
    {"mean", kOne, [](Inputs x) { return mean(x[0]); }},
    {"sum", kMatrices, [](Inputs x) { return sum(x[0], -1); }},
    {"sum", kMatrices, [](Inputs x) { return sum(x[0], 0, true); }},
    {"sum", kBoxes, [](Inputs x) { return sum(x[0], {0, 2}); }},
    {"sum", kBoxes, [](Inputs x) { return sum(x[0], {1, -1}, true); }},
    {"sum", kBoxes, [](Inputs x) { return mean(x[0], 1) * mean(x[0], {0, 1}); }},
    {"sum", kMatrices, [](Inputs x) { return var(x[0], 0); }},
    {"sum", kBoxes, [](Inputs x) { return var(x[0], {0, 1}, true, 0); }},
    {"max", kMatrices, [](Inputs x) { return max(x[0], -1); }, Numbers::spaced},
    {"max", kBoxes, [](Inputs x) { return max(x[0], {0, 2}, true); }, Numbers::spaced},
    {"max", kBoxes, [](Inputs x) { return min(x[0], 1); }, Numbers::spaced},
    {"log", kBoxes, [](Inputs x) { return logsumexp(x[0], {0, 1}) * logsumexp(x[0], 1); }},
    {"reshape", {{{6}}, {{2, 3}}}, [](Inputs x) { return reshape(x[0], {3, 1, 2}); }},
    {"flatten", {{{2, 3, 4}}, {{5}}, {{1, 1}}}, [](Inputs x) { return flatten(x[0]); }},
    {"transpose", {{{2, 3}}, {{1, 5}}, {{1, 1}}, {{9, 7}}}, [](Inputs x) { return transpose(x[0]); }},
    {"unsqueeze", kMatrices, [](Inputs x) { return unsqueeze(x[0], -1) * unsqueeze(x[0], 1); }},
    {"permute", kBoxes, [](Inputs x) { return permute(x[0], {2, 0, 1}); }},
    {"transpose", kBoxes, [](Inputs x) { return transpose(x[0], 0, -1); }},
    {"slice", kBoxes, [](Inputs x) { return slice(x[0], 1, 1, 100, 2); }},
    {"slice", kBoxes, [](Inputs x) { return slice(x[0], -1, -2, 2); }},
    {"select", kBoxes, [](Inputs x) { return select(x[0], 1, -1); }},
    {"flip", kBoxes, [](Inputs x) { return flip(x[0], {0, 2}); }},
    {"repeat", kBoxes, [](Inputs x) { return repeat(x[0], {2, 1, 3, 2}); }},
    {"repeat", {{{}}, {{2}}}, [](Inputs x) { return repeat(x[0], {2, 3}); }},
    {"pad", kBoxes, [](Inputs x) { return pad(x[0], {1, 0, 2, 3}, 4); }},
    {"concat", {{{2, 3}, {2, 1}}, {{1, 1}, {1, 4}}}, [](Inputs x) { return concat({x[0], x[1], x[0], x[1], x[0]}, 1); }},
    {"concat", {{{2, 3}, {2, 3}}, {{}, {}}}, [](Inputs x) { return stack({x[0], x[1], x[0]}, -1); }},
    {"gather", {{{3, 2, 2}}}, [](Inputs x) { return gather(x[0], 1, std::vector{0, 1, 1, 1, 0, 0, 0, 0}, {2, 4, 1}); }},
    {"scatter_add", {{{3, 2}, {2, 2}}}, [](Inputs x) { return scatter_add(x[0], 0, std::vector{2, 0, 2, 0}, x[1]); }},
    {"index_select", {{{2, 3, 2}}, {{1, 3, 1}}}, [](Inputs x) { return index_select(x[0], 1, std::vector{2, 0, 2}); }},
    {"index_select", {{{3, 2}}}, [](Inputs x) { return embedding(x[0], std::vector{2, 0, 2, 1}, {2, 2}); }},
    {"matmul", {{{2, 3, 4}, {4, 5}}, {{2, 3, 4}, {2, 4, 5}}, {{3, 4}, {2, 4, 1}}, {{2, 1, 3, 4}, {3, 4, 2}}}, [](Inputs x) { return matmul(x[0], x[1]); }},
    {"matmul", {{{4, 3}, {4, 5}}, {{2, 4, 3}, {4, 5}}, {{4, 3}, {2, 4, 5}}}, [](Inputs x) { return matmul(x[0], x[1], true); }},
    {"matmul", {{{3, 4}, {5, 4}}, {{2, 3, 4}, {5, 4}}, {{2, 3, 4}, {2, 5, 4}}}, [](Inputs x) { return matmul(x[0], x[1], false, true); }},
    {"matmul", {{{4, 3}, {5, 4}}, {{2, 1, 4, 3}, {2, 5, 4}}}, [](Inputs x) { return matmul(x[0], x[1], true, true); }},
    {"linear", {{{2, 3, 2}, {5, 2}, {5}}}, [](Inputs x) { return linear(x[0], x[1], x[2]); }},
    {"matmul", {{{1, 1}, {1, 1}}, {{2, 3}, {3, 4}}, {{5, 1}, {1, 7}}, {{9, 5}, {5, 13}}}, [](Inputs x) { return matmul(x[0], x[1]); }},
    {"linear", {{{1, 1}, {1, 1}, {1}}, {{3, 2}, {5, 2}, {5}}, {{7, 9}, {11, 9}, {11}}}, [](Inputs x) { return linear(x[0], x[1], x[2]); }},
    {"linear", {{{3, 2}, {5, 2}}}, [](Inputs x) { return linear(x[0], x[1], Tensor()); }},
    {"linear", {{{3, 2}, {5, 2}, {5}}}, [](Inputs x) { return linear(x[0], x[1], x[2], Activation::tanh); }},
    {"linear", {{{3, 2}, {5, 2}, {5}}}, [](Inputs x) { return linear(x[0], x[1], x[2], Activation::sigmoid); }},
    {"linear", {{{3, 2}, {5, 2}, {5}}}, [](Inputs x) { return linear(x[0], x[1], x[2], Activation::relu); }},
    {"conv2d", {{{1, 4, 4, 2}, {3, 2, 2, 2}, {3}}}, [](Inputs x) { return conv2d(x[0], x[1], x[2], 1, 0, 1, 1, Activation::tanh); }},
    {"conv2d", {{{1, 1, 1, 1}, {1, 1, 1, 1}, {1}}, {{2, 4, 5, 3}, {5, 3, 2, 3}, {5}}}, [](Inputs x) { return conv2d(x[0], x[1], x[2]); }},
    {"conv2d", {{{2, 3, 3, 2}, {3, 3, 3, 2}}, {{1, 6, 5, 1}, {2, 3, 3, 1}}}, [](Inputs x) { return conv2d(x[0], x[1], Tensor(), 2, 1); }},
    {"conv2d", {{{1, 6, 5, 4}, {6, 2, 3, 2}, {6}}}, [](Inputs x) { return conv2d(x[0], x[1], x[2], 2, 2, 2, 2); }},
    {"conv2d", {{{2, 4, 5, 3}, {3, 3, 2, 1}, {3}}}, [](Inputs x) { return conv2d(x[0], x[1], x[2], 1, 1, 1, 3); }},
    {"conv2d", {{{2, 5, 2}, {4, 3, 2}, {4}}}, [](Inputs x) { return conv1d(x[0], x[1], x[2], 2, 2, 2); }},
    {"conv_transpose2d", {{{2, 2, 3, 3}, {3, 3, 2, 2}, {2}}}, [](Inputs x) { return conv_transpose2d(x[0], x[1], x[2]); }},
    {"conv_transpose2d", {{{1, 3, 2, 4}, {4, 3, 3, 1}}}, [](Inputs x) { return conv_transpose2d(x[0], x[1], Tensor(), 2, 1, 1, 2); }},
    {"avg_pool2d", {{{1, 2, 2, 1}}, {{2, 4, 6, 3}}, {{1, 5, 3, 2}}}, [](Inputs x) { return avg_pool2d(x[0], 2); }},
    {"avg_pool2d", {{{1, 5, 5, 2}}}, [](Inputs x) { return avg_pool2d(x[0], 3, 1); }},
    {"sum", {{{2, 3, 2, 2}}}, [](Inputs x) { return global_avg_pool2d(x[0]); }},
    {"max", {{{2, 3, 2, 2}}}, [](Inputs x) { return global_max_pool2d(x[0]); }, Numbers::spaced},
    {"repeat", {{{2, 3, 2, 2}}}, [](Inputs x) { return upsample_nearest(x[0], 2); }},
    {"upsample_bilinear", {{{2, 3, 2, 2}}, {{1, 1, 4, 1}}}, [](Inputs x) { return upsample_bilinear(x[0], 3); }},
    {"max_pool2d", {{{1, 2, 2, 1}}, {{2, 4, 6, 3}}, {{1, 5, 3, 2}}}, [](Inputs x) { return max_pool2d(x[0], 2); }, Numbers::spaced},
    {"max_pool2d", {{{1, 5, 5, 2}}}, [](Inputs x) { return max_pool2d(x[0], 3, 1); }, Numbers::spaced},
    {"softmax", {{{1, 1}}, {{1, 3}}, {{4, 5}}, {{2, 3, 11}}, {{4}}}, [](Inputs x) { return softmax(x[0]); }},
    {"softmax", kBoxes, [](Inputs x) { return softmax(x[0], 1); }},
    {"log_softmax", {{{1, 1}}, {{1, 3}}, {{4, 5}}, {{2, 3, 11}}, {{4}}}, [](Inputs x) { return log_softmax(x[0]); }},
    {"log_softmax", kBoxes, [](Inputs x) { return log_softmax(x[0], 0); }},
    {"cross_entropy", {{{1, 1}}, {{1, 2}}, {{5, 3}}, {{4, 7}}}, [](Inputs x) { return apply_cross_entropy(x[0]); }},
    {"layer_norm", {{{3, 5}, {5}, {5}}, {{2, 3, 9}, {9}, {9}}, {{2, 1}, {1}, {1}}}, [](Inputs x) { return layer_norm(x[0], x[1], x[2], real(0.1)); }},
    {"layer_norm", {{{3, 5}}}, [](Inputs x) { return layer_norm(x[0], Tensor(), Tensor(), real(0.1)); }},
    {"rms_norm", {{{3, 5}, {5}}, {{2, 3, 9}, {9}}}, [](Inputs x) { return rms_norm(x[0], x[1], real(0.1)); }},
    {"layer_norm", {{{2, 3, 4}, {4}, {4}}, {{1, 2, 2, 6}, {6}, {6}}}, [](Inputs x) { return group_norm(x[0], 2, x[1], x[2], real(0.1)); }},
    {"batch_norm", {{{4, 5}, {5}, {5}}, {{2, 3, 2, 9}, {9}, {9}}}, [](Inputs x) { return apply_batch_norm(x[0], x[1], x[2], true); }},
    {"batch_norm", {{{4, 5}}}, [](Inputs x) { return apply_batch_norm(x[0], Tensor(), Tensor(), true); }},
    {"add", {{{4, 5}, {5}, {5}}}, [](Inputs x) { return apply_batch_norm(x[0], x[1], x[2], false); }},
    {"softmax", {{{3, 4}, {5, 4}, {5, 2}}, {{2, 2, 3, 4}, {2, 2, 5, 4}, {2, 2, 5, 1}}}, [](Inputs x) { return scaled_dot_product_attention(x[0], x[1], x[2]); }},
    {"softmax", {{{3, 4}, {3, 4}, {3, 2}}, {{2, 3, 4}, {2, 3, 4}, {2, 3, 3}}}, [](Inputs x) { return scaled_dot_product_attention(x[0], x[1], x[2], Tensor::from({1, 1, 0}, {3}), true); }},
    {"neg", {{{4, 3}}}, [](Inputs x) { return cross_entropy(x[0], std::vector{2, 0, -1, 1}, kWeighted); }},
    {"neg", {{{4, 3}}}, [](Inputs x) { return nll_loss(x[0], std::vector{2, 0, 0, 1}); }},
    {"softplus", kTargets, [](Inputs x) { return bce_with_logits(x[0], x[1]); }},
    {"abs", kTargets, [](Inputs x) { return l1_loss(x[0], x[1] * real(0.3)); }, Numbers::spaced},
    {"clamp", kTargets, [](Inputs x) { return huber_loss(x[0], x[1] * real(0.3), real(0.35)); }, Numbers::spaced},
    {"mul", kMatrices, [](Inputs x) { return kl_div(log_softmax(x[0]), Tensor(Array::full(x[0].shape(), real(0.2)))); }},
    {"mse_loss", {{{}, {}}, {{5}, {5}}, {{3, 4}, {3, 4}}}, [](Inputs x) { return mse_loss(x[0], x[1]); }},
};

struct LayerCase {
  nn::Layer layer;
  Shape x;
  Numbers numbers = Numbers::normal;
};

Rng layer_rng(21);
const Tensor kAdjacency = nn::normalized_adjacency(4, std::vector<std::pair<int, int>>{{0, 1}, {1, 3}});
const std::vector<LayerCase> kLayers = {
    {nn::Linear(3, 4, layer_rng), {2, 3}},
    {nn::Linear(3, 4, layer_rng, false), {2, 2, 3}},
    {nn::Conv2d(2, 3, 3, layer_rng, 1, 1), {2, 4, 4, 2}},
    {nn::Conv2d(2, 4, 3, layer_rng, 2, 2, 2, 2), {1, 5, 4, 2}},
    {nn::Conv1d(2, 4, 3, layer_rng, 2, 1), {2, 5, 2}},
    {nn::ConvTranspose2d(2, 3, 3, layer_rng, 2, 1, 1), {1, 2, 3, 2}},
    {nn::MaxPool2d{2}, {2, 4, 4, 2}, Numbers::spaced},
    {nn::AvgPool2d{3, 2}, {2, 5, 5, 2}},
    {nn::GlobalAvgPool2d{}, {2, 4, 3, 2}},
    {nn::Upsample{2}, {1, 2, 3, 2}},
    {nn::Upsample{2, true}, {1, 2, 3, 2}},
    {nn::Flatten{}, {2, 4, 3}},
    {nn::ReLU{}, {2, 4}, Numbers::spaced},
    {nn::LeakyReLU{}, {2, 4}, Numbers::spaced},
    {nn::ELU{}, {2, 4}, Numbers::spaced},
    {nn::GELU{}, {2, 4}},
    {nn::SiLU{}, {2, 4}},
    {nn::Softplus{}, {2, 4}},
    {nn::Sigmoid{}, {2, 4}},
    {nn::Tanh{}, {2, 4}},
    {nn::Softmax{}, {2, 4}},
    {nn::BatchNorm(3, real(0.1), real(0.1)), {5, 3}},
    {nn::LayerNorm(5, real(0.1)), {3, 5}},
    {nn::RMSNorm(5, real(0.1)), {3, 5}},
    {nn::GroupNorm(2, 4, real(0.1)), {2, 3, 4}},
    {nn::Dropout(real(0.3), layer_rng), {2, 4}},
    {nn::GraphConv(kAdjacency, 2, 3, layer_rng), {4, 2}},
    {nn::RNN(2, 3, layer_rng), {2, 4, 2}},
    {nn::GRU(2, 3, layer_rng), {2, 3, 2}},
    {nn::LSTM(2, 3, layer_rng), {2, 3, 2}},
    {nn::MultiheadAttention(4, 2, layer_rng), {2, 3, 4}},
    {nn::MultiheadAttention(4, 1, layer_rng, true), {1, 3, 4}},
    {nn::TransformerBlock(4, 2, 6, layer_rng, real(0.2)), {2, 3, 4}},
    {nn::Residual({nn::Linear(3, 3, layer_rng), nn::Tanh{}}), {2, 3}},
    {nn::Sequential({nn::Linear(3, 2, layer_rng), nn::Tanh{}}), {2, 3}},
};
// clang-format on

// The layer as a function of x and of its parameters, with the same random numbers every time.
Function with_parameters(const nn::Layer& layer) {
  return [layer](Inputs in) {
    nn::Layer own = layer;
    const nn::Members members = nn::members_of(own);
    for (std::size_t i = 0; i < members.parameters.size(); ++i)
      *members.parameters[i].second = in[i + 1];
    for (std::shared_ptr<Rng>* rng : members.generators) *rng = std::make_shared<Rng>(**rng);
    return own(in[0]);
  };
}

// The kinds of layers that the headers of the room declare.
std::set<std::string> declared_kinds() {
  std::set<std::string> kinds;
  for (const std::string name : {"layers.h", "recurrent.h", "attention.h", "module.h"}) {
    std::ifstream stream(GRAD_SOURCE_DIR "/src/nn/" + name);
    const std::string text{std::istreambuf_iterator<char>(stream), {}};
    const std::string mark = "kind = \"";
    for (auto at = text.find(mark); at != std::string::npos; at = text.find(mark, at)) {
      at += mark.size();
      kinds.insert(text.substr(at, text.find('"', at) - at));
    }
  }
  return kinds;
}

void run(const Case& trial, std::set<std::string>& names) {
  Rng rng(1);
  for (const Shapes& shapes : trial.shapes) {
    std::vector<Tensor> inputs;
    std::string text;
    for (const Shape& shape : shapes) {
      inputs.emplace_back(make(shape, trial.numbers, rng));
      text += shape.text();
    }
    INFO(trial.name << " " << text);
    CHECK(tests::gradient_error(trial.f, inputs, names) < tests::kGradientBound);
  }
}

// The names that the files of operations record: the literal after record( or after one of the
// helpers that pass a name on to it.
std::set<std::string> recorded_names() {
  std::set<std::string> names;
  int passed_on = 0;
  for (const auto& file : std::filesystem::directory_iterator(GRAD_SOURCE_DIR "/src/autograd")) {
    if (!file.path().filename().string().starts_with("ops_")) continue;
    std::ifstream stream(file.path());
    std::string text{std::istreambuf_iterator<char>(stream), {}};
    std::erase_if(text, [](char c) { return c == ' ' || c == '\n'; });
    for (const std::string call :
         {"record(\"", "unary(\"", "with_number(\"", "reshaped(\"", "normalized(\"", "viewed(\""})
      for (auto at = text.find(call); at != std::string::npos; at = text.find(call, at)) {
        at += call.size();
        names.insert(text.substr(at, text.find('"', at) - at));
      }
    for (auto at = text.find("record(name"); at != std::string::npos;
         at = text.find("record(name", at + 1))
      ++passed_on;
  }
  CHECK(passed_on ==
        5);  // unary, with_number, reshaped, viewed, normalized: a new helper must be added above
  return names;
}

}  // namespace

TEST_CASE("every operation passes the gradient check", "[gradcheck]") {
  std::set<std::string> checked;
  for (const Case& trial : kOperations) {
    std::set<std::string> names;
    run(trial, names);
    CHECK(names.contains(trial.name));
    checked.merge(names);
  }
  const std::set<std::string> recorded = recorded_names();
  CHECK(recorded.size() >= 23);
  CHECK(checked == recorded);
}

TEST_CASE("every layer passes the gradient check, parameters included", "[gradcheck]") {
  std::set<std::string> names, kinds;
  Rng rng(1);
  for (LayerCase trial : kLayers) {
    kinds.insert(trial.layer.kind());
    std::vector<Tensor> inputs{Tensor(make(trial.x, trial.numbers, rng))};
    for (const auto& [name, tensor] : nn::members_of(trial.layer).parameters)
      inputs.push_back(*tensor);
    INFO(trial.layer.kind() << " " << trial.x.text());
    CHECK(tests::gradient_error(with_parameters(trial.layer), inputs, names) <
          tests::kGradientBound);
  }
  nn::Embedding table(3, 2, rng);  // its input takes no gradient
  kinds.insert(nn::Embedding::kind);
  const Function rows = [&](Inputs in) {
    table.weight = in[0];
    return table(Tensor::from({2, 0, 2, 1}, {2, 2}));
  };
  CHECK(tests::gradient_error(rows, {Tensor::randn({3, 2}, rng)}, names) < tests::kGradientBound);
  CHECK(kinds == declared_kinds());
}

TEST_CASE("a whole network passes the gradient check, parameters included", "[gradcheck]") {
  Rng rng(8);
  nn::Layer model =
      nn::Sequential({nn::Conv2d(1, 2, 3, rng, 1, 1), nn::Tanh{}, nn::MaxPool2d{2}, nn::Flatten{},
                      nn::Linear(8, 5, rng), nn::Sigmoid{}, nn::Linear(5, 3, rng)});
  std::vector<Tensor> inputs{Tensor::randn({2, 4, 4, 1}, rng)};
  for (const auto& [name, tensor] : nn::members_of(model).parameters) inputs.push_back(*tensor);
  const Function network = with_parameters(model);
  const Function loss = [&](Inputs in) { return apply_cross_entropy(network(in)); };
  std::set<std::string> names;
  CHECK(tests::gradient_error(loss, inputs, names) < tests::kGradientBound);
}

TEST_CASE("the checker finds a wrong derivative", "[gradcheck]") {
  const Function wrong = [](Inputs x) {
    return record("wrong", square(x[0]).value(), {x[0]},
                  [](const Array& g, Inputs in) { in[0].add_grad(g); });
  };
  Rng rng(2);
  std::set<std::string> names;
  CHECK(tests::gradient_error(wrong, {Tensor::randn({3}, rng)}, names) > 0.1);
}
