// Layers and optimisers: shapes, initialisation, names, copies, steps that can be done by hand.

#include "nn/module.h"

#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <functional>
#include <string>
#include <variant>

#include "data/dataset.h"
#include "optim/optimizer.h"
#include "optim/schedule.h"
#include "sentence.h"

using namespace grad;
using tests::sentence_of;

namespace {

std::vector<real> numbers(const Array& array) { return {array.span().begin(), array.span().end()}; }

nn::Sequential small_cnn(Rng& rng) {
  return nn::Sequential({nn::Conv2d(1, 4, 3, rng), nn::ReLU{}, nn::MaxPool2d{2}, nn::Flatten{},
                         nn::Linear(36, 3, rng)});
}

}  // namespace

TEST_CASE("a Linear layer starts uniform in ±1/sqrt(in)", "[nn]") {
  Rng rng(1);
  const nn::Linear layer(100, 200, rng);
  CHECK(layer.weight.shape() == Shape{200, 100});
  CHECK(layer.bias.shape() == Shape{200});
  CHECK(layer.weight.requires_grad());
  double sum = 0, squares = 0, largest = 0;
  for (const real w : layer.weight.value().span()) {
    const auto value = static_cast<double>(w);
    sum += value;
    squares += value * value;
    largest = std::max(largest, std::abs(value));
  }
  const double n = 20'000, variance = 0.1 * 0.1 / 3;  // of the uniform distribution on ±0.1
  CHECK(largest <= 0.1);
  CHECK(largest > 0.0999);
  CHECK(std::abs(sum / n) < 5 * std::sqrt(variance / n));
  CHECK(std::abs(squares / n / variance - 1) < 0.05);
}

TEST_CASE("the same seed gives the same layer", "[nn]") {
  Rng a(3), b(3);
  CHECK(numbers(nn::Conv2d(2, 3, 3, a).weight.value()) ==
        numbers(nn::Conv2d(2, 3, 3, b).weight.value()));
  CHECK(a.state() == b.state());
}

TEST_CASE("parameters are named by layer, in order", "[nn]") {
  Rng rng(1);
  std::string names;
  for (const auto& [name, parameter] : small_cnn(rng).parameters())
    names += name + parameter.shape().text() + " ";
  CHECK(names == "0.weight(4,3,3,1) 0.bias(4) 4.weight(3,36) 4.bias(3) ");
  CHECK(small_cnn(rng).parameter_count() == 36 + 4 + 108 + 3);
}

TEST_CASE("trace gives the output of every layer", "[nn]") {
  Rng rng(1);
  const nn::Sequential model = small_cnn(rng);
  const Tensor x = Tensor::randn({2, 8, 8, 1}, rng);
  const std::vector<Tensor> outputs = model.trace(x);
  REQUIRE(outputs.size() == 5);
  CHECK(outputs[0].shape() == Shape{2, 6, 6, 4});
  CHECK(outputs[2].shape() == Shape{2, 3, 3, 4});
  CHECK(outputs[3].shape() == Shape{2, 36});
  CHECK(numbers(outputs[4].value()) == numbers(model(x).value()));
}

TEST_CASE("copying a model aliases its parameters, clone does not", "[nn]") {
  Rng rng(1);
  const nn::Sequential model = nn::mlp({1, 1}, nn::ReLU{}, rng);
  nn::Sequential alias;
  alias = model;
  const nn::Sequential copy = model.clone();
  Tensor weight = model.parameters()[0].second;
  const real before = weight.value()[0];
  weight.mutable_value().data()[0] = before + 1;
  CHECK(alias.parameters()[0].second.value()[0] == before + 1);
  CHECK(copy.parameters()[0].second.value()[0] == before);
  CHECK(copy.parameters()[0].second.requires_grad());
}

TEST_CASE("a cloned dropout draws the same numbers, apart from the original", "[nn]") {
  Rng rng(1);
  nn::Sequential model({nn::Dropout(real(0.5), rng)});
  const nn::Sequential copy = model.clone();
  const Tensor x(Array::full({64}, 1));
  const auto first = numbers(model(x).value());
  CHECK(numbers(model(x).value()) != first);
  CHECK(numbers(copy(x).value()) == first);
  model.train(false);
  CHECK(numbers(model(x).value()) == numbers(x.value()));
}

TEST_CASE("errors name the layer", "[nn]") {
  Rng rng(1);
  const nn::Sequential model = nn::mlp({2, 4, 3}, nn::Tanh{}, rng);
  CHECK(sentence_of([&] {
          model(Tensor::zeros({5, 3}));
        }) == "layer 0 (Linear): [linear] input (5,3) does not fit weight (4,2) (out,in)");
  const nn::Sequential cnn = small_cnn(rng);
  CHECK(sentence_of([&] {
          cnn.trace(Tensor::zeros({1, 3, 3, 1}));
        }) ==
        "layer 2 (MaxPool2d): [max_pool2d] window 2 with stride 2 does not fit input (1,1,1,4)");
  CHECK(sentence_of([&] { nn::Linear(0, 2, rng); }) ==
        "[Linear] sizes must be at least 1, not 0 and 2");
  CHECK(sentence_of([&] { nn::Conv2d(1, 1, 0, rng); }).starts_with("[Conv2d] channels 1 and 1"));
  CHECK(sentence_of([&] { nn::Dropout(1, rng); }).starts_with("[Dropout] probability 1.0"));
  CHECK(sentence_of([&] { nn::mlp({2}, nn::ReLU{}, rng); }) ==
        "[mlp] needs at least an input and an output size");
}

TEST_CASE("SGD steps as by hand", "[optim]") {
  const Tensor w = Tensor::from({1, 2}, {2}, true), unused = Tensor::from({7}, {1}, true);
  optim::SGD sgd({{"w", w}, {"unused", unused}}, {.lr = real(0.5), .momentum = real(0.5)});
  sgd.step();  // no gradient yet
  CHECK(numbers(w.value()) == std::vector<real>{1, 2});
  for (int step = 0; step < 2; ++step) {
    sgd.zero_grad();
    sum(w).backward();  // gradient 1: v = 1, then 1.5
    sgd.step();
  }
  CHECK(numbers(w.value()) == std::vector<real>{real(-0.25), real(0.75)});
  CHECK(unused.value().item() == 7);
}

TEST_CASE("Adam's first step is lr in the direction of the sign", "[optim]") {
  const Tensor w = Tensor::from({1, -2}, {2}, true);
  optim::Adam adam({{"w", w}}, {.lr = real(0.125)});
  sum(w * w * 100).backward();
  adam.step();
  CHECK(std::abs(w.value()[0] - real(0.875)) < real(1e-6));
  CHECK(std::abs(w.value()[1] + real(1.875)) < real(1e-6));
  adam.options().lr = 0;
  const auto before = numbers(w.value());
  adam.step();
  CHECK(numbers(w.value()) == before);
}

TEST_CASE("clipping by norm tells the norm and leaves small gradients alone", "[optim]") {
  const Tensor w = Tensor::from({1, 2}, {2}, true), unused = Tensor::from({7}, {1}, true);
  const nn::Parameters parameters{{"w", w}, {"unused", unused}};
  sum(w * Tensor::from({3, 4}, {2})).backward();
  CHECK(optim::clip_grad_norm(parameters, 6) == 5);
  CHECK(numbers(w.grad()) == std::vector<real>{3, 4});
  CHECK(optim::clip_grad_norm(parameters, 1) == 5);
  CHECK(std::abs(w.grad()[0] - real(0.6)) < real(1e-6));
  CHECK_FALSE(unused.grad().defined());
}

TEST_CASE("schedules that cannot be are refused", "[optim]") {
  CHECK(sentence_of([] { optim::StepLR{.lr = 1, .every = 0}(1); }).starts_with("[StepLR]"));
  CHECK(sentence_of([] { optim::OneCycleLR{.highest = 1, .steps = 3}(0); }) ==
        "[OneCycleLR] needs more than one step each for rise and fall");
  CHECK(sentence_of([] { optim::ReduceLROnPlateau(1, 2); }).starts_with("[ReduceLROnPlateau]"));
}

TEST_CASE("10,000 steps hold no more memory than one", "[optim]") {
  Rng rng(4);
  const data::Dataset points = data::moons(10, real(0.1), rng);
  nn::Sequential model = nn::mlp({2, 4, 2}, nn::Tanh{}, rng);
  optim::Adam adam(model.parameters());
  const Tensor x(points.x);
  const auto step = [&] {
    adam.zero_grad();
    cross_entropy(model(x), points.y).backward();
    adam.step();
  };
  step();
  const MemoryUse after_one = memory_use();
  for (int i = 1; i < 10'000; ++i) step();
  CHECK(memory_use().live == after_one.live);
  CHECK(memory_use().pooled == after_one.pooled);
}

TEST_CASE("a forward pass without backward releases its graph", "[optim]") {
  Rng rng(4);
  const nn::Sequential cnn = small_cnn(rng);
  const Tensor x = Tensor::randn({1, 8, 8, 1}, rng);
  const std::size_t before = memory_use().live;
  for (int frame = 0; frame < 100; ++frame) (void)cnn(x);
  CHECK(memory_use().live == before);
}
