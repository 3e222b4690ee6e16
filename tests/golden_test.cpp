// Values, gradients and training runs against PyTorch's and NumPy's, computed once in float64 by
// tests/golden/make_golden.py and committed.

#include "golden.h"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <functional>
#include <set>

#include "autograd/record.h"
#include "classic/least_squares.h"
#include "nn/attention.h"
#include "nn/module.h"
#include "nn/recurrent.h"
#include "optim/optimizer.h"
#include "optim/schedule.h"

using namespace grad;
using tests::Golden;

namespace {

// How far a number may be off, relative to the largest of its array (or to 1): a few roundings for
// one operation, what twenty steps make of them for a training run.
#ifdef GRAD_DOUBLE
constexpr double kOperationBound = 1e-10, kTrainingBound = 1e-7;
#else
constexpr double kOperationBound = 3e-6, kTrainingBound = 2e-4;
#endif

double largest_error(const Array& ours, const Array& theirs) {
  REQUIRE(ours.shape() == theirs.shape());
  double error = 0, size = 1;
  for (std::int64_t i = 0; i < ours.size(); ++i) {
    const auto a = static_cast<double>(ours[i]), b = static_cast<double>(theirs[i]);
    REQUIRE(std::isfinite(a));
    error = std::max(error, std::abs(a - b));
    size = std::max(size, std::abs(b));
  }
  return error / size;
}

using Function = std::function<Tensor(Inputs)>;

// A layer as a function of x and of its parameters in their order.
Function layer_of(const nn::Layer& layer) {
  return [layer](Inputs in) {
    nn::Layer own = layer;
    const auto parameters = nn::members_of(own).parameters;
    REQUIRE(parameters.size() + 1 == in.size());
    for (std::size_t i = 0; i < parameters.size(); ++i) *parameters[i].second = in[i + 1];
    return own(in[0]);
  };
}

Rng unused_rng(1);  // what it draws is replaced by golden parameters
const std::vector<std::pair<std::string, Function>> kOperations = {
    {"add", [](Inputs x) { return x[0] + x[1]; }},
    {"add_row", [](Inputs x) { return x[0] + x[1]; }},
    {"sub", [](Inputs x) { return x[0] - x[1]; }},
    {"sub_column", [](Inputs x) { return x[0] - x[1]; }},
    {"mul", [](Inputs x) { return x[0] * x[1]; }},
    {"mul_outer", [](Inputs x) { return x[0] * x[1]; }},
    {"div", [](Inputs x) { return x[0] / x[1]; }},
    {"div_row", [](Inputs x) { return x[0] / x[1]; }},
    {"neg", [](Inputs x) { return -x[0]; }},
    {"exp", [](Inputs x) { return exp(x[0]); }},
    {"log", [](Inputs x) { return log(x[0]); }},
    {"sqrt", [](Inputs x) { return sqrt(x[0]); }},
    {"square", [](Inputs x) { return square(x[0]); }},
    {"abs", [](Inputs x) { return abs(x[0]); }},
    {"relu", [](Inputs x) { return relu(x[0]); }},
    {"sigmoid", [](Inputs x) { return sigmoid(x[0]); }},
    {"tanh", [](Inputs x) { return tanh(x[0]); }},
    {"sign", [](Inputs x) { return sign(x[0]); }},
    {"gelu", [](Inputs x) { return gelu(x[0]); }},
    {"silu", [](Inputs x) { return silu(x[0]); }},
    {"softplus", [](Inputs x) { return softplus(x[0]); }},
    {"leaky_relu", [](Inputs x) { return leaky_relu(x[0]); }},
    {"elu", [](Inputs x) { return elu(x[0], 2); }},
    {"pow", [](Inputs x) { return pow(x[0], x[1]); }},
    {"pow_whole", [](Inputs x) { return pow(x[0], 3); }},
    {"maximum", [](Inputs x) { return maximum(x[0], x[1]); }},
    {"minimum", [](Inputs x) { return minimum(x[0], x[1]); }},
    {"clamp", [](Inputs x) { return clamp(x[0], real(-0.5), real(0.75)); }},
    {"where", [](Inputs x) { return where(greater(x[0], x[1]), x[0], x[1] * 2); }},
    {"sum_axes",
     [](Inputs x) {
       return sum(x[0], {0, 2});
     }},
    {"mean_axis", [](Inputs x) { return mean(x[0], 1, true); }},
    {"var",
     [](Inputs x) {
       return var(x[0], {0, 1});
     }},
    {"var_population", [](Inputs x) { return var(x[0], -1, true, 0); }},
    {"max_axes",
     [](Inputs x) {
       return max(x[0], {0, 2});
     }},
    {"min_axis", [](Inputs x) { return min(x[0], 1, true); }},
    {"logsumexp",
     [](Inputs x) {
       return logsumexp(x[0], {1, 2});
     }},
    {"permute",
     [](Inputs x) {
       return permute(x[0], {2, 0, 1});
     }},
    {"slice", [](Inputs x) { return slice(x[0], 2, 1, 4, 2); }},
    {"flip",
     [](Inputs x) {
       return flip(x[0], {0, 2});
     }},
    {"repeat",
     [](Inputs x) {
       return repeat(x[0], {2, 3});
     }},
    {"pad",
     [](Inputs x) {
       return pad(x[0], {1, 2, 0, 1}, real(0.5));
     }},
    {"concat",
     [](Inputs x) {
       return concat({x[0], x[1], x[0], x[1]}, 1);
     }},
    {"stack",
     [](Inputs x) {
       return stack({x[0], x[1]}, 1);
     }},
    {"gather",
     [](Inputs x) {
       return gather(x[0], 1, std::vector{4, 0, 2, 2, 1, 1}, {3, 2});
     }},
    {"scatter_add",
     [](Inputs x) {
       return scatter_add(x[0], 1, std::vector{4, 0, 2, 2, 1, 1}, x[1]);
     }},
    {"index_select",
     [](Inputs x) {
       return index_select(x[0], 1, std::vector{3, 1, 3});
     }},
    {"embedding",
     [](Inputs x) {
       return embedding(x[0], std::vector{2, 0, 2, 1}, {2, 2});
     }},
    {"matmul_batched", [](Inputs x) { return matmul(x[0], x[1]); }},
    {"matmul_transposed", [](Inputs x) { return matmul(x[0], x[1], true, true); }},
    {"linear_batched", [](Inputs x) { return linear(x[0], x[1], x[2]); }},
    {"softmax_axis", [](Inputs x) { return softmax(x[0], 0); }},
    {"log_softmax", [](Inputs x) { return log_softmax(x[0]); }},
    {"sum", [](Inputs x) { return sum(x[0]); }},
    {"mean", [](Inputs x) { return mean(x[0]); }},
    {"reshape",
     [](Inputs x) {
       return reshape(x[0], {5, 3});
     }},
    {"flatten", [](Inputs x) { return flatten(x[0]); }},
    {"transpose", [](Inputs x) { return transpose(x[0]); }},
    {"matmul", [](Inputs x) { return matmul(x[0], x[1]); }},
    {"linear", [](Inputs x) { return linear(x[0], x[1], x[2]); }},
    {"linear_no_bias", [](Inputs x) { return linear(x[0], x[1], Tensor()); }},
    {"conv2d", [](Inputs x) { return conv2d(x[0], x[1], x[2]); }},
    {"conv2d_stride_padding", [](Inputs x) { return conv2d(x[0], x[1], x[2], 2, 1); }},
    {"conv2d_groups_dilation", [](Inputs x) { return conv2d(x[0], x[1], x[2], 1, 1, 2, 2); }},
    {"conv2d_depthwise", [](Inputs x) { return conv2d(x[0], x[1], x[2], 2, 1, 1, 3); }},
    {"conv1d", [](Inputs x) { return conv1d(x[0], x[1], x[2], 2, 1); }},
    {"conv_transpose2d", [](Inputs x) { return conv_transpose2d(x[0], x[1], x[2], 2, 1, 1); }},
    {"conv_transpose2d_groups",
     [](Inputs x) { return conv_transpose2d(x[0], x[1], x[2], 1, 0, 0, 2, 2); }},
    {"avg_pool2d", [](Inputs x) { return avg_pool2d(x[0], 3, 2); }},
    {"global_avg_pool2d", [](Inputs x) { return global_avg_pool2d(x[0]); }},
    {"global_max_pool2d", [](Inputs x) { return global_max_pool2d(x[0]); }},
    {"upsample_nearest", [](Inputs x) { return upsample_nearest(x[0], 2); }},
    {"upsample_bilinear", [](Inputs x) { return upsample_bilinear(x[0], 3); }},
    {"max_pool2d", [](Inputs x) { return max_pool2d(x[0], 2); }},
    {"max_pool2d_overlapping", [](Inputs x) { return max_pool2d(x[0], 3, 2); }},
    {"softmax", [](Inputs x) { return softmax(x[0]); }},
    {"cross_entropy",
     [](Inputs x) {
       return cross_entropy(x[0], std::vector{1, 4, 0});
     }},
    {"attention",
     [](Inputs x) {
       const Tensor mask = Tensor::from({1, 0, 1, 1, 1, 1}, {2, 3});
       return scaled_dot_product_attention(x[0], x[1], x[2], mask);
     }},
    {"attention_causal",
     [](Inputs x) { return scaled_dot_product_attention(x[0], x[0], x[0], {}, true); }},
    {"rnn", layer_of(nn::RNN(2, 3, unused_rng))},
    {"gru", layer_of(nn::GRU(2, 3, unused_rng))},
    {"lstm", layer_of(nn::LSTM(2, 3, unused_rng))},
    {"multihead_attention", layer_of(nn::MultiheadAttention(4, 2, unused_rng))},
    {"transformer_block", layer_of(nn::TransformerBlock(4, 2, 6, unused_rng))},
    {"mse_loss", [](Inputs x) { return mse_loss(x[0], x[1]); }},
    {"layer_norm", [](Inputs x) { return layer_norm(x[0], x[1], x[2]); }},
    {"rms_norm", [](Inputs x) { return rms_norm(x[0], x[1]); }},
    {"group_norm", [](Inputs x) { return group_norm(x[0], 2, x[1], x[2]); }},
    {"batch_norm",
     [](Inputs x) {
       Array mean = Array::zeros({3}), variance = Array::full({3}, 1);
       return batch_norm(x[0], mean, variance, x[1], x[2], true);
     }},
    {"batch_norm_eval",
     [](Inputs x) {
       Array mean = Array::from({1, 0, real(-0.5)}, {3});
       Array variance = Array::from({1, real(0.5), 2}, {3});
       return batch_norm(x[0], mean, variance, x[1], x[2], false);
     }},
    {"batch_norm_running",
     [](Inputs x) {
       Array mean = Array::zeros({3}), variance = Array::full({3}, 1);
       batch_norm(x[0], mean, variance, Tensor(), Tensor(), true, real(0.25));
       return stack({Tensor(mean), Tensor(variance)}) + sum(x[0]) * 0;
     }},
    {"cross_entropy_options",
     [](Inputs x) {
       const std::vector<real> weight{1, 2, real(0.5), 1, 3};
       return cross_entropy(x[0], std::vector{1, 4, -1}, {weight, real(0.1), -1});
     }},
    {"cross_entropy_smooth",
     [](Inputs x) {
       return cross_entropy(x[0], std::vector{1, 4, 0}, {.label_smoothing = real(0.2)});
     }},
    {"nll_loss",
     [](Inputs x) {
       return nll_loss(x[0], std::vector{1, 4, 0});
     }},
    {"bce_with_logits", [](Inputs x) { return bce_with_logits(x[0], x[1]); }},
    {"l1_loss", [](Inputs x) { return l1_loss(x[0], x[1]); }},
    {"huber_loss", [](Inputs x) { return huber_loss(x[0], x[1], real(0.75)); }},
    {"kl_div",
     [](Inputs x) {
       const Tensor row = Tensor::from({real(0.5), real(0.25), real(0.25), 0, 0}, {5});
       return kl_div(log_softmax(x[0]), repeat(row, {3, 1}));
     }},
};

// Puts the golden parameters called `prefix`NAME into the model.
void load(const nn::Sequential& model, const Golden& golden, const std::string& prefix) {
  for (auto [name, parameter] : model.parameters()) {
    const Array& source = golden[prefix + name];
    REQUIRE(source.shape() == parameter.shape());
    std::copy(source.span().begin(), source.span().end(), parameter.mutable_value().data());
  }
}

// Twenty steps from the same start must give the same losses and the same parameters.
template <class Optimizer>
void train_like_torch(const Golden& golden, const nn::Sequential& model, Optimizer optimizer) {
  load(model, golden, "before.");
  const Tensor x(golden["x"]);
  const std::vector<std::int32_t> labels = golden.labels("labels");
  std::vector<real> losses;
  for (int step = 0; step < 20; ++step) {
    optimizer.zero_grad();
    const Tensor loss = cross_entropy(model(x), labels);
    loss.backward();
    optimizer.step();
    losses.push_back(loss.item());
  }
  CHECK(losses.back() < losses.front());
  CHECK(largest_error(Array::from(losses, {20}), golden["losses"]) < kTrainingBound);
  for (const auto& [name, parameter] : model.parameters()) {
    INFO(name);
    CHECK(largest_error(parameter.value(), golden["after." + name]) < kTrainingBound);
    CHECK(largest_error(parameter.value(), golden["before." + name]) > 10 * kTrainingBound);
  }
}

}  // namespace

TEST_CASE("every operation gives PyTorch's values and gradients", "[golden]") {
  const Golden golden("operations.txt");
  std::set<std::string> compared;
  for (const auto& [name, f] : kOperations) {
    INFO(name);
    std::vector<Tensor> inputs;
    for (int i = 0; golden.has(name + ".x" + std::to_string(i)); ++i)
      inputs.emplace_back(golden[name + ".x" + std::to_string(i)], true);
    const Tensor y = f(inputs);
    CHECK(largest_error(y.value(), golden[name + ".y"]) < kOperationBound);
    sum(y * Tensor(golden[name + ".g"])).backward();
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      const Array& theirs = golden[name + ".d" + std::to_string(i)];
      CHECK(largest_error(inputs[i].grad(), theirs) < kOperationBound);
    }
    compared.insert(name);
  }
  for (const auto& [key, array] : golden) CHECK(compared.contains(key.substr(0, key.find('.'))));
}

TEST_CASE("twenty steps of an MLP with Adam as in PyTorch", "[golden]") {
  Rng rng(1);
  const nn::Sequential model = nn::mlp({2, 16, 16, 2}, nn::ReLU{}, rng);
  train_like_torch(Golden("mlp_relu_adam.txt"), model,
                   optim::Adam(model.parameters(), {.lr = real(0.01)}));
}

TEST_CASE("twenty steps of an MLP with momentum and weight decay as in PyTorch", "[golden]") {
  Rng rng(1);
  const nn::Sequential model = nn::mlp({2, 16, 16, 2}, nn::Tanh{}, rng);
  const optim::SGDOptions options{
      .lr = real(0.1), .momentum = real(0.9), .weight_decay = real(0.01)};
  train_like_torch(Golden("mlp_tanh_sgd.txt"), model, optim::SGD(model.parameters(), options));
}

TEST_CASE("twenty steps of a small convolutional network as in PyTorch", "[golden]") {
  Rng rng(1);
  const nn::Sequential model({nn::Conv2d(1, 4, 3, rng, 1, 1), nn::ReLU{}, nn::MaxPool2d{2},
                              nn::Conv2d(4, 6, 3, rng), nn::ReLU{}, nn::MaxPool2d{2}, nn::Flatten{},
                              nn::Linear(24, 3, rng)});
  train_like_torch(Golden("cnn_adam.txt"), model,
                   optim::Adam(model.parameters(), {.lr = real(0.01)}));
}

TEST_CASE("twenty steps of an LSTM as in PyTorch", "[golden]") {
  Rng rng(1);
  const nn::Sequential model({nn::LSTM(3, 8, rng), nn::Flatten{}, nn::Linear(40, 3, rng)});
  train_like_torch(Golden("lstm_adam.txt"), model,
                   optim::Adam(model.parameters(), {.lr = real(0.01)}));
}

TEST_CASE("twenty steps of a causal Transformer as in PyTorch", "[golden]") {
  Rng rng(1);
  const nn::Sequential model({nn::Embedding(11, 8, rng),
                              nn::TransformerBlock(8, 2, 16, rng, 0, true), nn::LayerNorm(8),
                              nn::Flatten{}, nn::Linear(48, 3, rng)});
  const optim::SGDOptions options{.lr = real(0.05), .momentum = real(0.9)};
  train_like_torch(Golden("transformer_sgd.txt"), model, optim::SGD(model.parameters(), options));
}

namespace {

// Five steps along the golden gradients end at the golden numbers.
template <class Optimizer, class Options>
void step_like_torch(const std::string& name, const Options& options,
                     const std::function<void(const nn::Parameters&)>& clip = {}) {
  INFO(name);
  const Golden golden("optimizers.txt");
  Tensor w(golden["start"].clone(), true);
  const nn::Parameters parameters{{"w", w}};
  Optimizer optimizer(parameters, options);
  for (int step = 0; step < 5; ++step) {
    optimizer.zero_grad();
    sum(w * select(Tensor(golden["gradients"]), 0, step)).backward();
    if (clip) clip(parameters);
    optimizer.step();
  }
  CHECK(largest_error(w.value(), golden[name]) < kOperationBound);
}

template <class Rate>
void rates_like_torch(const std::string& name, Rate rate) {
  INFO(name);
  const Array rates = Golden("optimizers.txt")[name];
  for (int step = 0; step < rates.size(); ++step) {
    CAPTURE(step);
    CHECK(std::abs(rate(step) - rates[step]) < real(1e-6));
  }
}

}  // namespace

TEST_CASE("optimisers and gradient clipping step as in PyTorch", "[golden]") {
  const real decay = real(0.01);
  step_like_torch<optim::SGD>(
      "nesterov",
      optim::SGDOptions{
          .lr = real(0.1), .momentum = real(0.9), .weight_decay = decay, .nesterov = true});
  step_like_torch<optim::RMSProp>("rmsprop",
                                  optim::RMSPropOptions{.lr = real(0.05), .weight_decay = decay});
  step_like_torch<optim::Adagrad>("adagrad",
                                  optim::AdagradOptions{.lr = real(0.1), .weight_decay = decay});
  step_like_torch<optim::AdamW>("adamw",
                                optim::AdamWOptions{.lr = real(0.02), .weight_decay = real(0.1)});
  const optim::SGDOptions plain{.lr = real(0.1)};
  step_like_torch<optim::SGD>("clip_norm", plain, [](const nn::Parameters& parameters) {
    optim::clip_grad_norm(parameters, real(1.5));
  });
  step_like_torch<optim::SGD>("clip_value", plain, [](const nn::Parameters& parameters) {
    optim::clip_grad_value(parameters, real(0.5));
  });
}

TEST_CASE("schedules give PyTorch's learning rates", "[golden]") {
  const real lr = real(0.1);
  rates_like_torch("step", optim::StepLR{.lr = lr, .every = 3, .gamma = real(0.5)});
  rates_like_torch("cosine", optim::CosineAnnealingLR{.lr = lr, .steps = 8, .lowest = real(0.01)});
  rates_like_torch("linear", optim::LinearLR{.lr = lr, .steps = 4, .start = real(0.25)});
  rates_like_torch("one_cycle", optim::OneCycleLR{.highest = real(0.5), .steps = 10});
  optim::ReduceLROnPlateau plateau(lr, real(0.5), 1);
  const Array measures = Golden("optimizers.txt")["measures"];
  rates_like_torch("plateau", [&](int step) { return plateau.step(measures[step]); });
}

TEST_CASE("least squares gives NumPy's weights", "[golden]") {
  const Golden golden("least_squares.txt");
  for (const std::string name : {"plain", "ridge", "exact", "duplicate"}) {
    INFO(name);
    const Array w = classic::least_squares(golden[name + ".x"], golden[name + ".targets"].span(),
                                           golden[name + ".ridge"].item());
    // A column given twice costs digits: the solution comes from a tiny ridge.
    const double bound = name == "duplicate" ? 1e-3 : 10 * kOperationBound;
    CHECK(largest_error(w, golden[name + ".weights"]) < bound);
  }
}
