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
#include "nn/module.h"
#include "optim/optimizer.h"

using namespace grad;
using tests::Golden;

namespace {

// How far a number may be off, relative to the largest of its array (or to 1): a few roundings for
// one operation, what ten steps make of them for a training run.
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
    {"max_pool2d", [](Inputs x) { return max_pool2d(x[0], 2); }},
    {"max_pool2d_overlapping", [](Inputs x) { return max_pool2d(x[0], 3, 2); }},
    {"softmax", [](Inputs x) { return softmax(x[0]); }},
    {"cross_entropy",
     [](Inputs x) {
       return cross_entropy(x[0], std::vector{1, 4, 0});
     }},
    {"mse_loss", [](Inputs x) { return mse_loss(x[0], x[1]); }},
};

// Puts the golden parameters called `prefix`NAME into the model.
void load(const nn::Sequential& model, const Golden& golden, const std::string& prefix) {
  for (auto [name, parameter] : model.parameters()) {
    const Array& source = golden[prefix + name];
    REQUIRE(source.shape() == parameter.shape());
    std::copy(source.span().begin(), source.span().end(), parameter.mutable_value().data());
  }
}

// Ten steps from the same start must give the same losses and the same parameters.
template <class Optimizer>
void train_like_torch(const Golden& golden, const nn::Sequential& model, Optimizer optimizer) {
  load(model, golden, "before.");
  const Tensor x(golden["x"]);
  const std::vector<std::int32_t> labels = golden.labels("labels");
  std::vector<real> losses;
  for (int step = 0; step < 10; ++step) {
    optimizer.zero_grad();
    const Tensor loss = cross_entropy(model(x), labels);
    loss.backward();
    optimizer.step();
    losses.push_back(loss.item());
  }
  CHECK(losses.back() < losses.front());
  CHECK(largest_error(Array::from(losses, {10}), golden["losses"]) < kTrainingBound);
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

TEST_CASE("ten steps of an MLP with Adam as in PyTorch", "[golden]") {
  Rng rng(1);
  const nn::Sequential model = nn::mlp({2, 16, 16, 2}, nn::ReLU{}, rng);
  train_like_torch(Golden("mlp_relu_adam.txt"), model,
                   optim::Adam(model.parameters(), {.lr = real(0.01)}));
}

TEST_CASE("ten steps of an MLP with momentum and weight decay as in PyTorch", "[golden]") {
  Rng rng(1);
  const nn::Sequential model = nn::mlp({2, 16, 16, 2}, nn::Tanh{}, rng);
  const optim::SGDOptions options{
      .lr = real(0.1), .momentum = real(0.9), .weight_decay = real(0.01)};
  train_like_torch(Golden("mlp_tanh_sgd.txt"), model, optim::SGD(model.parameters(), options));
}

TEST_CASE("ten steps of a small convolutional network as in PyTorch", "[golden]") {
  Rng rng(1);
  const nn::Sequential model({nn::Conv2d(1, 4, 3, rng, 1, 1), nn::ReLU{}, nn::MaxPool2d{2},
                              nn::Conv2d(4, 6, 3, rng), nn::ReLU{}, nn::MaxPool2d{2}, nn::Flatten{},
                              nn::Linear(24, 3, rng)});
  train_like_torch(Golden("cnn_adam.txt"), model,
                   optim::Adam(model.parameters(), {.lr = real(0.01)}));
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
