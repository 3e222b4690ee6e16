// Layers and optimisers: shapes, initialisation, names, copies, steps that can be done by hand.

#include "nn/module.h"

#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <functional>
#include <string>

#include "data/dataset.h"
#include "nn/attention.h"
#include "nn/init.h"
#include "nn/recurrent.h"
#include "nn/summary.h"
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

TEST_CASE("an activation behind a product gives the bits of one by itself", "[nn]") {
  const auto numbers = [](const Array& array) {
    return std::vector<real>(array.span().begin(), array.span().end());
  };
  Rng rng(4);
  const nn::Sequential model({nn::Conv2d(2, 5, 3, rng), nn::ReLU{}, nn::Conv2d(5, 3, 2, rng),
                              nn::Tanh{}, nn::Flatten{}, nn::Linear(3 * 4 * 3, 7, rng),
                              nn::Sigmoid{}, nn::Linear(7, 4, rng), nn::Tanh{},
                              nn::Linear(4, 3, rng), nn::ReLU{}, nn::Linear(3, 2, rng)});
  const nn::Sequential twin = model.clone();
  const Tensor x = Tensor::randn({3, 7, 6, 2}, rng);
  const Tensor together = model(x), apart = twin.trace(x).back();  // a layer at a time
  CHECK(numbers(together.value()) == numbers(apart.value()));
  sum(square(together)).backward();
  sum(square(apart)).backward();
  const nn::Parameters mine = model.parameters(), others = twin.parameters();
  for (std::size_t i = 0; i < mine.size(); ++i) {
    INFO(mine[i].first);
    CHECK(numbers(mine[i].second.grad()) == numbers(others[i].second.grad()));
  }
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

TEST_CASE("10,000 steps hold no more memory than two", "[optim]") {
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
  step();  // the first one's gradients are held while the second computes
  const MemoryUse after_two = memory_use();
  for (int i = 2; i < 10'000; ++i) step();
  CHECK(memory_use().live == after_two.live);
  CHECK(memory_use().pooled == after_two.pooled);
}

TEST_CASE("a forward pass without backward releases its graph", "[optim]") {
  Rng rng(4);
  const nn::Sequential cnn = small_cnn(rng);
  const Tensor x = Tensor::randn({1, 8, 8, 1}, rng);
  const std::size_t before = memory_use().live;
  for (int frame = 0; frame < 100; ++frame) (void)cnn(x);
  CHECK(memory_use().live == before);
}

TEST_CASE("parts of a layer are named by their path", "[nn]") {
  Rng rng(1);
  std::string names;
  for (const auto& [name, parameter] : nn::parameters_of(nn::Sequential(
           {nn::TransformerBlock(4, 2, 6, rng), nn::Residual({nn::Linear(4, 4, rng, false)})})))
    names += name + " ";
  CHECK(names ==
        "0.norm1.weight 0.norm1.bias 0.self_attn.in_proj_weight 0.self_attn.in_proj_bias "
        "0.self_attn.out_proj.weight 0.self_attn.out_proj.bias 0.norm2.weight 0.norm2.bias "
        "0.linear1.weight 0.linear1.bias 0.linear2.weight 0.linear2.bias 1.body.0.weight ");
}

TEST_CASE("training mode reaches every part", "[nn]") {
  Rng rng(2);
  nn::Sequential model({nn::Residual({nn::BatchNorm(3), nn::Dropout(real(0.5), rng)})});
  const Tensor x = Tensor::randn({8, 3}, rng);
  const auto first = numbers(model(x).value());
  CHECK(numbers(model(x).value()) != first);
  model.train(false);
  const auto still = numbers(model(x).value());
  CHECK(numbers(model(x).value()) == still);
  CHECK(still != first);
  model.train();
  CHECK(numbers(model(x).value()) != still);
}

TEST_CASE("a copied BatchNorm shares its statistics, a clone has its own", "[nn]") {
  Rng rng(3);
  const nn::BatchNorm norm(2);
  nn::BatchNorm alias(1);
  alias = norm;
  const nn::BatchNorm apart = nn::clone(norm);
  (void)norm(Tensor::randn({50, 2}, rng) + 3);
  CHECK(norm.running_mean[0] > real(0.2));
  CHECK(numbers(alias.running_mean) == numbers(norm.running_mean));
  CHECK(numbers(apart.running_mean) == std::vector<real>{0, 0});
}

TEST_CASE("a layer is found again by its type", "[nn]") {
  Rng rng(1);
  nn::Sequential model = small_cnn(rng);
  CHECK(std::string(model.layers()[4].kind()) == "Linear");
  REQUIRE(model.layers()[4].as<nn::Linear>() != nullptr);
  CHECK(model.layers()[4].as<nn::Linear>()->weight.shape() == Shape{3, 36});
  CHECK(model.layers()[4].as<nn::Conv2d>() == nullptr);
}

TEST_CASE("steps of recurrent layers give what the whole sequence gives", "[nn]") {
  Rng rng(4);
  const nn::LSTM lstm(2, 3, rng);
  const nn::GRU gru(2, 3, rng);
  const nn::RNN rnn(2, 3, rng);
  const Tensor x = Tensor::randn({2, 5, 2}, rng);
  nn::LSTM::State state{Tensor::zeros({2, 3}), Tensor::zeros({2, 3})};
  Tensor h = Tensor::zeros({2, 3}), s = Tensor::zeros({2, 3});
  for (int t = 0; t < 5; ++t) {
    state = lstm.step(select(x, 1, t), state);
    h = gru.step(select(x, 1, t), h);
    s = rnn.step(select(x, 1, t), s);
  }
  CHECK(numbers(select(lstm(x), 1, -1).value()) == numbers(state.h.value()));
  CHECK(numbers(select(gru(x), 1, -1).value()) == numbers(h.value()));
  CHECK(numbers(select(rnn(x), 1, -1).value()) == numbers(s.value()));
}

TEST_CASE("attention does not look where it may not", "[nn]") {
  Rng rng(5);
  const nn::MultiheadAttention causal(4, 2, rng, true);
  const Tensor x = Tensor::randn({1, 4, 4}, rng);
  Tensor changed(x.value().clone());
  changed.mutable_value().data()[12] += 1;  // the last place
  const auto before = numbers(slice(causal(x), 1, 0, 3).value());
  CHECK(numbers(slice(causal(changed), 1, 0, 3).value()) == before);
  CHECK(numbers(select(causal(changed), 1, 3).value()) != numbers(select(causal(x), 1, 3).value()));

  // Without order, attention commutes with permutations of its places.
  const nn::MultiheadAttention free(4, 2, rng);
  const Array there = flip(free(x), 1).value(), back = free(flip(x, 1)).value();
  for (std::int64_t i = 0; i < there.size(); ++i) CHECK(std::abs(there[i] - back[i]) < real(1e-5));
  CHECK(free(x, Tensor::randn({1, 7, 4}, rng)).shape() == Shape{1, 4, 4});
}

TEST_CASE("initialisations have the variance that they name", "[nn]") {
  Rng rng(6);
  const auto variance = [](const Tensor& w) { return var(w, {0, 1}, false, 0).item(); };
  const Tensor w = Tensor::zeros({100, 300}, true);
  const auto near = [](real a, double b) {
    return std::abs(static_cast<double>(a) / b - 1) < 0.05;
  };
  nn::xavier_uniform(w, rng);
  CHECK(near(variance(w), 2.0 / 400));
  nn::xavier_normal(w, rng, 2);
  CHECK(near(variance(w), 8.0 / 400));
  nn::he_uniform(w, rng);
  CHECK(near(variance(w), 2.0 / 300));
  nn::he_normal(w, rng);
  CHECK(near(variance(w), 2.0 / 300));
  nn::init_normal(w, 5, 3, rng);
  CHECK(near(variance(w), 9));
  CHECK(near(mean(w).item(), 5));
  CHECK(sentence_of([&] { nn::he_normal(Tensor::zeros({3}, true), rng); }) ==
        "[init] fans need a weight (out,...,in), not (3)");
}

TEST_CASE("orthogonal weights keep lengths", "[nn]") {
  Rng rng(7);
  for (const Shape& shape : {Shape{5, 8}, Shape{8, 5}, Shape{4, 2, 2, 3}}) {
    const Tensor w = Tensor::zeros(shape, true);
    nn::orthogonal(w, rng, 2);
    const Tensor matrix = flatten(w.detach());
    const bool wide = matrix.shape()[0] <= matrix.shape()[1];
    const Array product = matmul(matrix, matrix, !wide, wide).value();
    const std::int64_t n = product.shape()[0];
    for (std::int64_t i = 0; i < n * n; ++i)
      CHECK(std::abs(product[i] - (i % (n + 1) == 0 ? real(4) : real(0))) < real(1e-5));
  }
}

TEST_CASE("a summary counts shapes, parameters and products", "[nn]") {
  Rng rng(1);
  CHECK(nn::summary_table(small_cnn(rng), {1, 8, 8, 1}) ==
        "layer             output     parameters  multiply-adds\n"
        "0      Conv2d     (1,6,6,4)          40           1296\n"
        "1      ReLU       (1,6,6,4)           0              0\n"
        "2      MaxPool2d  (1,3,3,4)           0              0\n"
        "3      Flatten    (1,36)              0              0\n"
        "4      Linear     (1,3)             111            108\n"
        "total                               151           1404\n");
  const nn::Sequential block({nn::TransformerBlock(4, 2, 6, rng), nn::LSTM(4, 3, rng)});
  const auto rows = nn::summarize(block, {1, 5, 4});
  // Projections 5·4·12 and 5·4·4, scores and values 2·5·5·4, feed-forward 2·5·4·6.
  CHECK(rows[0].multiply_adds == 5 * 4 * 16 + 2 * 5 * 5 * 4 + 2 * 5 * 4 * 6);
  CHECK(rows[1].multiply_adds == 5 * 12 * 4 + 5 * 12 * 3);
  CHECK(rows[1].parameters == 12 * 4 + 12 * 3 + 24);
}

TEST_CASE("layers that cannot be are refused in one sentence", "[nn]") {
  Rng rng(1);
  CHECK(sentence_of([&] { nn::MultiheadAttention(5, 2, rng); }) ==
        "[MultiheadAttention] 2 heads do not divide size 5");
  CHECK(sentence_of([&] { nn::Conv2d(3, 4, 3, rng, 1, 0, 1, 2); }) ==
        "[Conv2d] 2 groups do not divide channels 3 and 4");
  CHECK(sentence_of([&] { nn::LSTM(0, 2, rng); }) ==
        "[LSTM] sizes must be at least 1, not 0 and 2");
  CHECK(sentence_of([&] {
          nn::GRU(2, 2, rng)(Tensor::zeros({1, 2}));
        }) == "[GRU] needs (n,steps,in), not (1,2)");
  CHECK(sentence_of([&] {
          nn::Residual({nn::Linear(2, 3, rng)})(Tensor::zeros({1, 2}));
        }) == "[Residual] body makes (1,3) of (1,2)");
  CHECK(sentence_of([&] {
          nn::Embedding(2, 2, rng)(Tensor::from({real(0.5)}, {1}));
        }).ends_with("is not a whole number"));
  CHECK(sentence_of([&] {
          nn::normalized_adjacency(2, std::vector<std::pair<int, int>>{{0, 2}});
        }) == "[normalized_adjacency] edge 0-2 in a graph of 2 nodes");
}
