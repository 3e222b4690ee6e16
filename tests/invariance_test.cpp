// Properties that hold whatever the numbers are: linearity, permutation, shift, scale, adjoints;
// over random shapes.

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <numeric>
#include <vector>

#include "nn/attention.h"
#include "nn/layers.h"
#include "nn/recurrent.h"

using namespace grad;

namespace {

#ifdef GRAD_DOUBLE
constexpr double kBound = 1e-12;
#else
constexpr double kBound = 2e-5;
#endif
constexpr int kTries = 40;

// Largest difference, relative to the largest number (or to 1).
double difference(const Tensor& a, const Tensor& b) {
  REQUIRE(a.shape() == b.shape());
  double error = 0, size = 1;
  for (std::int64_t i = 0; i < a.value().size(); ++i) {
    const auto x = static_cast<double>(a.value()[i]), y = static_cast<double>(b.value()[i]);
    REQUIRE(std::isfinite(x));
    error = std::max(error, std::abs(x - y));
    size = std::max(size, std::abs(y));
  }
  return error / size;
}

double dot(const Tensor& a, const Tensor& b) { return static_cast<double>(sum(a * b).item()); }

int between(int low, int high, Rng& rng) {
  return low + static_cast<int>(rng.below(static_cast<std::uint32_t>(high - low + 1)));
}

std::vector<int> shuffled(int n, Rng& rng) {
  std::vector<int> order(static_cast<std::size_t>(n));
  std::iota(order.begin(), order.end(), 0);
  rng.shuffle(order);
  return order;
}

// f(a x + b y) = a f(x) + b f(y).
template <class F>
void check_linear(F f, const Shape& shape, Rng& rng) {
  const Tensor x = Tensor::randn(shape, rng), y = Tensor::randn(shape, rng);
  const real a = rng.uniform(-2, 2), b = rng.uniform(-2, 2);
  CHECK(difference(f(x * a + y * b), f(x) * a + f(y) * b) < kBound);
}

// Taking slices of an axis in another order before f or after gives the same.
template <class F>
void check_equivariant(F f, const Tensor& x, int axis, Rng& rng) {
  const std::vector<int> order = shuffled(static_cast<int>(x.shape()[axis]), rng);
  CHECK(difference(f(index_select(x, axis, order)), index_select(f(x), axis, order)) < kBound);
}

}  // namespace

TEST_CASE("products and convolutions are linear, and their gradients are the adjoints",
          "[invariance]") {
  Rng rng(1);
  for (int i = 0; i < kTries; ++i) {
    const int n = between(1, 5, rng), in = between(1, 9, rng), out = between(1, 9, rng);
    const Tensor w = Tensor::randn({out, in}, rng);
    check_linear([&](const Tensor& x) { return linear(x, w, {}); }, {n, in}, rng);

    const int k = between(1, 3, rng), stride = between(1, 2, rng), padding = between(0, k - 1, rng);
    const int size = between(k, 9, rng);
    const Tensor kernel = Tensor::randn({out, k, k, in}, rng);
    const auto convolve = [&](const Tensor& x) { return conv2d(x, kernel, {}, stride, padding); };
    check_linear(convolve, {n, size, size, in}, rng);
    check_linear([](const Tensor& x) { return upsample_bilinear(x, 2); }, {n, size, size, in}, rng);
    check_linear([&](const Tensor& x) { return avg_pool2d(x, k, stride); }, {n, size, size, in},
                 rng);

    // <conv(x), y> = <x, gradient of <conv(x), y>>, for the map is linear.
    const Tensor x(Tensor::randn({n, size, size, in}, rng).value(), true);
    const Tensor image = convolve(x), y = Tensor::randn(image.shape(), rng);
    const double before = dot(image.detach(), y);
    sum(image * y).backward();
    const double after = dot(x.detach(), Tensor(x.grad()));
    CHECK(std::abs(before - after) < 10 * kBound * (1 + std::abs(before)));
  }
}

TEST_CASE("a convolution of a shifted picture is the shifted convolution, to the bit",
          "[invariance]") {
  Rng rng(2);
  for (int i = 0; i < kTries; ++i) {
    const int k = between(1, 3, rng), size = between(k + 1, 10, rng), in = between(1, 5, rng);
    const Tensor kernel = Tensor::randn({between(1, 5, rng), k, k, in}, rng);
    const Tensor x = Tensor::randn({1, size, size, in}, rng);
    const auto without_first = [](const Tensor& y) {
      return slice(slice(y, 1, 1, y.shape()[1]), 2, 1, y.shape()[2]);
    };
    CHECK(difference(conv2d(without_first(x), kernel, {}), without_first(conv2d(x, kernel, {}))) <
          kBound);
    CHECK(difference(max_pool2d(without_first(x), k, 1), without_first(max_pool2d(x, k, 1))) == 0);
  }
}

TEST_CASE("the order of examples does not matter, nor that of places to attention",
          "[invariance]") {
  Rng rng(3);
  for (int i = 0; i < kTries; ++i) {
    const int n = between(2, 6, rng), length = between(1, 5, rng), size = 2 * between(1, 4, rng);
    const Tensor x = Tensor::randn({n, length, size}, rng);
    check_equivariant(nn::LSTM(size, 5, rng), x, 0, rng);
    check_equivariant(nn::GRU(size, 5, rng), x, 0, rng);
    check_equivariant(nn::TransformerBlock(size, 2, 7, rng), x, 0, rng);
    check_equivariant(nn::GroupNorm(2, size), x, 0, rng);
    check_equivariant(nn::LayerNorm(size), x, 0, rng);
    check_equivariant(nn::Linear(size, 3, rng), x, 0, rng);
    check_equivariant(nn::BatchNorm(size), x, 0, rng);
    // Attention knows no positions by itself.
    check_equivariant(nn::MultiheadAttention(size, 2, rng), x, 1, rng);

    const Tensor logits = Tensor::randn({n, size}, rng);
    const std::vector<int> order = shuffled(n, rng);
    Labels labels, moved;
    for (int row = 0; row < n; ++row) labels.push_back(between(0, size - 1, rng));
    for (const int row : order) moved.push_back(labels[static_cast<std::size_t>(row)]);
    CHECK(difference(cross_entropy(index_select(logits, 0, order), moved),
                     cross_entropy(logits, labels)) < kBound);
  }
}

TEST_CASE("what comes later does not change what a causal model says before", "[invariance]") {
  Rng rng(4);
  for (int i = 0; i < kTries; ++i) {
    const int length = between(2, 7, rng), size = 2 * between(1, 4, rng);
    const int seen = between(1, length - 1, rng);
    const Tensor x = Tensor::randn({2, length, size}, rng);
    const Tensor later = Tensor::randn({2, length - seen, size}, rng);
    const Tensor start = slice(x, 1, 0, seen);
    const Tensor changed = concat({start, later}, 1);
    const nn::TransformerBlock block(size, 2, 6, rng, 0, true);
    CHECK(difference(slice(block(changed), 1, 0, seen), slice(block(x), 1, 0, seen)) < kBound);
    const nn::RNN rnn(size, 3, rng);
    CHECK(difference(slice(rnn(changed), 1, 0, seen), rnn(start)) < kBound);
  }
}

TEST_CASE("a graph's layer does not depend on how nodes are numbered", "[invariance]") {
  Rng rng(5);
  for (int i = 0; i < kTries; ++i) {
    const int nodes = between(2, 8, rng);
    const std::vector<int> order = shuffled(nodes, rng);
    std::vector<int> place(order.size());
    for (int k = 0; k < nodes; ++k)
      place[static_cast<std::size_t>(order[static_cast<std::size_t>(k)])] = k;
    std::vector<std::pair<int, int>> edges, renamed;
    for (int k = 0; k < nodes; ++k) {
      const int a = between(0, nodes - 1, rng), b = between(0, nodes - 1, rng);
      edges.emplace_back(a, b);
      renamed.emplace_back(place[static_cast<std::size_t>(a)], place[static_cast<std::size_t>(b)]);
    }
    nn::GraphConv layer(nn::normalized_adjacency(nodes, edges), 3, 4, rng);
    const Tensor x = Tensor::randn({nodes, 3}, rng), y = layer(x);
    layer.adjacency = nn::normalized_adjacency(nodes, renamed);
    CHECK(difference(layer(index_select(x, 0, order)), index_select(y, 0, order)) < kBound);
  }
}

TEST_CASE("norms forget shift and scale, softmax forgets shift", "[invariance]") {
  Rng rng(6);
  for (int i = 0; i < kTries; ++i) {
    const int n = between(2, 6, rng), size = 4 * between(1, 4, rng);
    const Tensor x = Tensor::randn({n, size}, rng);
    const real scale = rng.uniform(1, 3), shift = rng.uniform(-2, 2);
    const Tensor moved = x * scale + shift;
    // With eps 0 but for the roundings, which the shift costs.
    const double bound = 100 * kBound;
    CHECK(difference(layer_norm(moved, {}, {}, 0), layer_norm(x, {}, {}, 0)) < bound);
    CHECK(difference(group_norm(moved, 2, {}, {}, 0), group_norm(x, 2, {}, {}, 0)) < bound);
    CHECK(difference(rms_norm(x * scale, {}, 0), rms_norm(x, {}, 0)) < bound);
    Array mean = Array::zeros({size}), variance = Array::full({size}, 1);
    const auto batch = [&](const Tensor& y) {
      return batch_norm(y, mean, variance, {}, {}, true, real(0.1), 0);
    };
    if (n >= 4) CHECK(difference(batch(moved), batch(x)) < bound);
    CHECK(difference(softmax(x + shift), softmax(x)) < bound);
    CHECK(difference(log_softmax(x + shift), log_softmax(x)) < bound);
    CHECK(std::abs(dot(softmax(x), Tensor(Array::full({n, size}, 1))) - n) < n * kBound);
  }
}
