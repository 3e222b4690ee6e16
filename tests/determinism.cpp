#include "determinism.h"

#include <cmath>
#include <cstring>
#include <initializer_list>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "classic/boosted_trees.h"
#include "classic/k_means.h"
#include "classic/kernel_svm.h"
#include "classic/least_squares.h"
#include "classic/linear_svm.h"
#include "classic/logistic_regression.h"
#include "classic/naive_bayes.h"
#include "classic/nearest_neighbors.h"
#include "classic/pca.h"
#include "classic/perceptron.h"
#include "classic/random_forest.h"
#include "data/augment.h"
#include "data/curves.h"
#include "data/dataset.h"
#include "data/graphs.h"
#include "data/handwriting.h"
#include "data/reviews.h"
#include "data/sequences.h"
#include "data/shapes.h"
#include "data/tables.h"
#include "kernels/kernels.h"
#include "nn/attention.h"
#include "nn/module.h"
#include "nn/recurrent.h"
#include "optim/optimizer.h"
#include "optim/schedule.h"
#include "tensor/array.h"
#include "tensor/math.h"
#include "tensor/rng.h"

namespace determinism {
namespace {

namespace kernels = grad::kernels;
using grad::Array;
using grad::Rng;

/// FNV-1a over the bytes of floats.
class Hash {
 public:
  void add(float number) {
    std::uint32_t bits;
    std::memcpy(&bits, &number, sizeof bits);
    if (number != number) bits = 0x7fc00000;  // the standard leaves a NaN's sign and payload open
    for (int byte = 0; byte < 4; byte++) {
      hash_ = (hash_ ^ ((bits >> (8 * byte)) & 255)) * 1099511628211u;
    }
  }
  void add(const Array& x) {
    for (const float number : x.span()) add(number);
  }
  std::uint64_t value() const { return hash_; }

 private:
  std::uint64_t hash_ = 14695981039346656037u;
};

Array random(const grad::Shape& shape, Rng& rng, float low = -1, float high = 1) {
  Array x(shape);
  for (float& number : x.span()) number = rng.uniform(low, high);
  return x;
}

std::uint64_t elementary_functions() {
  Hash hash;
  for (std::uint64_t bits = 0; bits < (std::uint64_t{1} << 32); bits += 65521) {
    const auto pattern = static_cast<std::uint32_t>(bits);
    float x;
    std::memcpy(&x, &pattern, sizeof x);
    for (auto* f : {grad::math::exp, grad::math::log, grad::math::tanh, grad::math::sigmoid,
                    grad::math::sin, grad::math::cos}) {
      hash.add(f(x));
    }
  }
  return hash.value();
}

std::uint64_t random_numbers() {
  Hash hash;
  Rng rng(7);
  for (int i = 0; i < 10000; i++) {
    hash.add(rng.uniform(-2, 3));
    hash.add(rng.normal());
    hash.add(static_cast<float>(rng.below(1000)));
  }
  return hash.value();
}

std::uint64_t matrix_products() {
  Hash hash;
  Rng rng(1);
  for (const std::int64_t m : {1, 7, 101}) {
    for (const std::int64_t n : {1, 8, 29}) {
      for (const std::int64_t k : {1, 64, 600}) {
        const Array a = random({m, k}, rng), b = random({k, n}, rng);
        Array c = random({m, n}, rng);
        for (const bool trans_a : {false, true}) {
          for (const bool trans_b : {false, true}) {
            kernels::gemm(trans_a, trans_b, m, n, k, 0.7F, a.data(), b.data(), 0.3F, c.data());
          }
        }
        hash.add(c);
      }
    }
  }
  return hash.value();
}

void hash_convolutions(std::initializer_list<kernels::Conv> convs, Rng& rng, Hash& hash) {
  for (const kernels::Conv& conv : convs) {
    const Array x = random({conv.batch, conv.height, conv.width, conv.in_channels}, rng);
    Array w = random({conv.out_channels, conv.kernel_h, conv.kernel_w, conv.group_in()}, rng);
    const Array bias = random({conv.out_channels}, rng);
    Array y({conv.batch, conv.out_height(), conv.out_width(), conv.out_channels});
    Array dx(x.shape());
    kernels::conv2d(conv, x.data(), w.data(), bias.data(), y.data());
    kernels::conv2d_backward_input(conv, y.data(), w.data(), dx.data());
    kernels::conv2d_backward_weight(conv, x.data(), y.data(), w.data());
    hash.add(y);
    hash.add(dx);
    hash.add(w);
  }
}

std::uint64_t convolutions() {
  Hash hash;
  Rng rng(2);
  hash_convolutions({{3, 28, 28, 1, 32, 3, 3, 1, 0},
                     {3, 13, 13, 32, 20, 3, 3, 1, 1},
                     {9, 7, 6, 3, 5, 3, 2, 2, 2}},
                    rng, hash);
  return hash.value();
}

// Dilated, in groups, depthwise.
std::uint64_t special_convolutions() {
  Hash hash;
  Rng rng(13);
  hash_convolutions({{3, 13, 13, 8, 20, 3, 3, 1, 2, 2, 1},
                     {2, 9, 8, 6, 12, 3, 2, 2, 1, 1, 3},
                     {2, 9, 8, 13, 13, 3, 3, 1, 1, 1, 13}},
                    rng, hash);
  return hash.value();
}

std::uint64_t elementwise_operations() {
  Hash hash;
  Rng rng(3);
  for (const std::int64_t n : {1, 6, 1027}) {
    const Array x = random({n}, rng, -10, 10), b = random({n}, rng);
    Array y({n}), dx = random({n}, rng);
    for (int op = 0; op <= static_cast<int>(kernels::Unary::tanh); op++) {
      kernels::unary(static_cast<kernels::Unary>(op), n, x.data(), y.data());
      kernels::unary_backward(static_cast<kernels::Unary>(op), n, x.data(), y.data(), b.data(),
                              dx.data());
      hash.add(y);
      hash.add(dx);
      kernels::fill(n, 0, dx.data());
    }
    for (int op = 0; op <= static_cast<int>(kernels::Binary::div); op++) {
      kernels::binary(static_cast<kernels::Binary>(op), n, x.data(), b.data(), y.data());
      hash.add(y);
    }
  }
  return hash.value();
}

std::uint64_t activations_and_comparisons() {
  Hash hash;
  Rng rng(11);
  for (const std::int64_t n : {1, 6, 1027}) {
    const Array x = random({n}, rng, -10, 10), b = random({n}, rng);
    Array y({n}), dx = Array::zeros({n});
    for (int op = static_cast<int>(kernels::Unary::sign);
         op <= static_cast<int>(kernels::Unary::softplus); op++) {
      kernels::unary(static_cast<kernels::Unary>(op), n, x.data(), y.data(), 0.3F);
      kernels::unary_backward(static_cast<kernels::Unary>(op), n, x.data(), y.data(), b.data(),
                              dx.data(), 0.3F);
      hash.add(y);
      hash.add(dx);
    }
    for (int op = static_cast<int>(kernels::Binary::max);
         op <= static_cast<int>(kernels::Binary::equal); op++) {
      kernels::binary(static_cast<kernels::Binary>(op), n, x.data(), b.data(), y.data());
      hash.add(y);
    }
    for (std::int64_t i = 0; i < n; i++) {
      hash.add(grad::math::pow(std::abs(x[i]), b[i]));
      hash.add(grad::math::pow(x[i], 3));
      for (auto* f : {grad::math::expm1, grad::math::log1p, grad::math::erf}) hash.add(f(b[i]));
    }
  }
  return hash.value();
}

std::uint64_t normalisation() {
  Hash hash;
  Rng rng(12);
  const std::int64_t rows = 300;
  for (const std::int64_t cols : {2, 10, 37}) {
    const Array x = random({rows, cols}, rng, -5, 5), dy = random({rows, cols}, rng);
    Array y(x.shape()), dx = Array::zeros(x.shape()), scale({rows});
    Array mean({cols}), variance({cols});
    for (const bool center : {false, true}) {
      kernels::normalize_rows(rows, cols, center, 1e-5F, x.data(), y.data(), scale.data());
      kernels::normalize_rows_backward(rows, cols, center, y.data(), scale.data(), dy.data(),
                                       dx.data());
    }
    kernels::column_moments(rows, cols, x.data(), mean.data(), variance.data());
    kernels::sum_product_rows(rows, cols, x.data(), dy.data(), mean.data());
    kernels::normalize_columns_backward(rows, cols, y.data(), variance.data(), mean.data(),
                                        variance.data(), dy.data(), dx.data());
    kernels::log_softmax(rows, cols, x.data(), y.data());
    kernels::log_softmax_backward(rows, cols, y.data(), dy.data(), dx.data());
    kernels::softmax(rows, cols, x.data(), y.data());
    kernels::softmax_backward(rows, cols, y.data(), dy.data(), dx.data());
    hash.add(dx);
    hash.add(y);
  }
  return hash.value();
}

std::uint64_t reductions_and_losses() {
  Hash hash;
  Rng rng(4);
  const std::int64_t rows = 300;
  for (const std::int64_t cols : {2, 10, 37}) {
    const Array x = random({rows, cols}, rng, -5, 5);
    std::vector<std::int32_t> labels;
    for (std::int64_t r = 0; r < rows; r++) {
      labels.push_back(static_cast<std::int32_t>(rng.below(static_cast<std::uint32_t>(cols))));
    }
    Array p(x.shape()), totals = Array::zeros({cols});
    hash.add(kernels::sum(x.size(), x.data()));
    kernels::sum_rows(rows, cols, x.data(), totals.data());
    hash.add(totals);
    kernels::softmax(rows, cols, x.data(), p.data());
    hash.add(p);
    hash.add(kernels::cross_entropy(rows, cols, x.data(), labels.data(), p.data()));
    kernels::cross_entropy_backward(rows, cols, x.data(), labels.data(), 0.9F, p.data());
    hash.add(p);
  }
  return hash.value();
}

std::uint64_t optimiser_steps() {
  Hash hash;
  Rng rng(5);
  const std::int64_t n = 1001;
  Array w = random({n}, rng), m = Array::zeros({n}), v = Array::zeros({n});
  float power1 = 1, power2 = 1;
  for (int step = 0; step < 20; step++) {
    const Array g = random({n}, rng);
    power1 *= 0.9F;
    power2 *= 0.999F;
    kernels::adam_step(n, 1e-3F, 0.9F, 0.999F, 1e-8F, 1 - power1, 1 - power2, g.data(), m.data(),
                       v.data(), w.data());
    kernels::sgd_step(n, 1e-2F, 0.9F, 1e-4F, g.data(), m.data(), w.data());
  }
  hash.add(w);
  return hash.value();
}

// Values and gradients of operations on tensors, over axes, shapes, indices and windows.
std::uint64_t differentiated_operations() {
  using grad::Tensor;
  Hash hash;
  Rng rng(15);
  const auto add = [&hash](const Tensor& y, std::initializer_list<Tensor> leaves) {
    sum(square(y)).backward();
    hash.add(y.value());
    for (const Tensor& leaf : leaves) {
      hash.add(leaf.grad());
      leaf.zero_grad();
    }
  };
  const auto leaf = [&rng](const grad::Shape& shape) { return Tensor(random(shape, rng), true); };
  const std::vector<std::int32_t> index = {2, 0, 1, 2, 1, 0, 0};

  const Tensor x = leaf({5, 7, 3}), row = leaf({7, 1}),
               positive = Tensor(random({5, 7, 3}, rng, 0.1F, 2), true);
  add(pow(positive, row), {positive, row});
  add(maximum(x, row), {x, row});
  add(minimum(x, row), {x, row});
  add(where(greater(x, row), x, row), {x, row});
  add(clamp(x, -0.5F, 0.4F), {x});
  for (const grad::Axes& axes : {grad::Axes(1), grad::Axes{0, 2}, grad::Axes{0, 1, 2}}) {
    add(sum(x, axes), {x});
    add(mean(x, axes, true), {x});
    add(var(x, axes), {x});
    add(max(x, axes), {x});
    add(min(x, axes), {x});
    add(logsumexp(x, axes), {x});
  }
  add(permute(x, {2, 0, 1}), {x});
  add(slice(x, 1, -6, 7, 2), {x});
  add(flip(repeat(x, {2, 1, 2}), {0, 2}), {x});
  add(pad(x, {1, 2, 0, 1}, 0.5F), {x});
  add(grad::concat({x, positive}, 1), {x, positive});
  add(grad::stack({x, positive}, -1), {x, positive});
  add(gather(x, 0, index, {1, 7, 1}), {x});
  add(scatter_add(x, 2, index, row * reshape(index_select(row, 0, index), {1, 7, 1})), {x, row});
  add(grad::embedding(row, index, {7}), {row});

  const Tensor a = leaf({2, 1, 9, 4}), b = leaf({3, 6, 9});
  add(matmul(a, b, true, true), {a, b});
  const Tensor sequence = leaf({2, 11, 4}), taps = leaf({6, 3, 2}), bias = leaf({6});
  add(conv1d(sequence, taps, bias, 2, 1, 2, 2), {sequence, taps, bias});
  const Tensor picture = leaf({2, 7, 6, 4}), up = leaf({4, 3, 3, 3}), up_bias = leaf({6});
  add(conv_transpose2d(picture, up, up_bias, 2, 1, 1, 2), {picture, up, up_bias});
  add(avg_pool2d(picture, 3, 2), {picture});
  add(max_pool2d(picture, 2), {picture});
  add(global_avg_pool2d(picture), {picture});
  add(global_max_pool2d(picture), {picture});
  add(upsample_nearest(picture, 2), {picture});
  add(upsample_bilinear(picture, 3), {picture});
  add(dropout(picture, 0.3F, true, rng), {picture});
  const Tensor scale = leaf({4}), shift = leaf({4});
  add(group_norm(picture, 2, scale, shift), {picture, scale, shift});
  add(rms_norm(picture, scale), {picture, scale});
  Array mean_so_far = Array::zeros({4}), var_so_far = Array::full({4}, 1);
  add(batch_norm(picture, mean_so_far, var_so_far, scale, shift, true), {picture, scale, shift});
  hash.add(mean_so_far);
  hash.add(var_so_far);
  const Tensor query = leaf({2, 3, 5, 4}), key = leaf({2, 3, 5, 4}), value = leaf({2, 3, 5, 2});
  for (const bool causal : {false, true})
    add(scaled_dot_product_attention(query, key, value, {}, causal), {query, key, value});

  const Tensor logits = leaf({7, 3}), target(random({7, 3}, rng, 0.1F, 1));
  const std::vector<float> weight = {0.5F, 1, 2};
  add(cross_entropy(logits, index, {weight, 0.1F, 1}), {logits});
  add(nll_loss(log_softmax(logits, 0), index, {weight}), {logits});
  add(bce_with_logits(logits, target), {logits});
  add(l1_loss(logits, target), {logits});
  add(huber_loss(logits, target, 0.4F), {logits});
  add(kl_div(log_softmax(logits), target), {logits});
  return hash.value();
}

// Twenty steps of every optimiser, with clipped gradients and changing rates.
std::uint64_t optimisers() {
  namespace optim = grad::optim;
  Hash hash;
  Rng rng(16);
  const auto run = [&](auto make) {
    const grad::nn::Parameters w = {{"w", grad::Tensor(random({37}, rng), true)}};
    auto optimizer = make(w);
    for (int step = 0; step < 20; step++) {
      optimizer.zero_grad();
      w[0].second.add_grad(random({37}, rng));
      hash.add(optim::clip_grad_norm(w, 1.5F));
      optim::clip_grad_value(w, 0.4F);
      optimizer.options().lr = optim::OneCycleLR{0.1F, 20}(step) +
                               optim::CosineAnnealingLR{0.1F, 20}(step) +
                               optim::LinearLR{0.1F, 7}(step) + optim::StepLR{0.1F, 6}(step);
      optimizer.step();
    }
    hash.add(w[0].second.value());
  };
  run([](const auto& w) { return optim::SGD(w, {.momentum = 0.9F, .nesterov = true}); });
  run([](const auto& w) { return optim::RMSProp(w); });
  run([](const auto& w) { return optim::Adagrad(w); });
  run([](const auto& w) { return optim::Adam(w); });
  run([](const auto& w) { return optim::AdamW(w); });
  return hash.value();
}

// Every toy set, split and in batches.
std::uint64_t toy_data() {
  namespace data = grad::data;
  Hash hash;
  const auto add = [&hash](const data::Dataset& set) {
    hash.add(set.x);
    for (const std::int32_t label : set.y) hash.add(static_cast<float>(label));
  };
  Rng rng(9);
  for (const int which : {0, 1, 2, 3, 4}) {
    const data::Dataset set = which == 0   ? data::xor_points(101, 0.1F, rng)
                              : which == 1 ? data::moons(101, 0.1F, rng)
                              : which == 2 ? data::circles(101, 0.1F, rng)
                              : which == 3 ? data::spirals(101, 0.1F, rng)
                                           : data::blobs(101, 0.1F, rng, 3);
    add(set);
    const data::Split parts = data::split(set, 0.3F, rng);
    data::Batches batches(parts.train, 16, rng);
    for (int i = 0; i < 10; i++) add(batches.next());
  }
  return hash.value();
}

// Curves, tables and reviews.
std::uint64_t generated_data() {
  namespace data = grad::data;
  Hash hash;
  Rng rng(12);
  const auto add_targets = [&hash](const std::vector<float>& targets) {
    for (const float target : targets) hash.add(target);
  };
  for (const data::Curve which : {data::Curve::line, data::Curve::sine, data::Curve::step,
                                  data::Curve::bump, data::Curve::chirp}) {
    add_targets(data::curve_points(which, 50, 0.1F, rng).target);
  }
  add_targets(data::sawtooth_points(50, 5, 0, rng).target);
  hash.add(data::swiss_roll(50, 0.1F, rng).x);
  hash.add(data::checkerboard(50, 0.1F, rng).x);
  for (const auto make : {data::credit_risk, data::house_prices, data::churn}) {
    const data::Table table = make(200, rng);
    hash.add(table.x);
    add_targets(table.target);
    hash.add(data::encode(table, table));
  }
  for (const std::string& text : data::reviews(200, {}, rng).text) {
    for (const char letter : text) hash.add(static_cast<float>(letter));
  }
  return hash.value();
}

// Handwriting, ten shapes, series, sequences, graphs; changed pictures.
std::uint64_t more_generated_data() {
  namespace data = grad::data;
  Hash hash;
  Rng rng(13);
  hash.add(data::handwritten_digits(50, rng).x);
  hash.add(data::handwritten_letters(20, rng).x);
  hash.add(data::augment(data::shape_pictures(20, rng, 10).x,
                         {.shift = 2, .rotate = 0.3F, .scale = 0.2F, .elastic = 1, .flip = true},
                         rng));
  hash.add(data::sine_series(3, 50, 2, 0.1F, rng));
  const float coefficients[] = {0.5F, -0.4F};
  hash.add(data::autoregression(3, 50, coefficients, 1, rng));
  hash.add(data::adding_problem(3, 20, rng).x);
  for (const std::int32_t symbol : data::symbol_pairs(data::SequenceTask::add, 5, 4, rng).target)
    hash.add(static_cast<float>(symbol));
  for (const auto& [a, b] : data::growing_graph(30, 2, rng).edges)
    hash.add(static_cast<float>(a * 30 + b));
  return hash.value();
}

// Well-posed, singular and penalised regressions.
std::uint64_t least_squares() {
  Hash hash;
  Rng rng(10);
  for (const auto& [n, features] : {std::pair{1, 2}, {3, 5}, {200, 4}}) {
    const Array x = random({n, features}, rng), targets = random({n}, rng);
    for (const float ridge : {0.0F, 0.5F}) {
      hash.add(grad::classic::least_squares(x, targets.span(), ridge));
    }
  }
  return hash.value();
}

// The scores of every classifier for two and three classes; clusters and components.
std::uint64_t classical_models() {
  namespace classic = grad::classic;
  Hash hash;
  Rng rng(11);
  for (const int classes : {2, 3}) {
    const grad::data::Dataset train = grad::data::blobs(150, 0.6F, rng, classes);
    const Array test = random({40, 2}, rng, -2, 2);
    const auto learn = [&](classic::Classifier&& model) {
      model.fit(train, 5);
      hash.add(model.scores(test));
    };
    if (classes == 2) learn(classic::Perceptron());
    learn(classic::LogisticRegression());
    learn(classic::RandomForest({.trees = 10}));
    learn(classic::BoostedTrees({.rounds = 10, .validation_share = 0.2}));
    learn(classic::NearestNeighbors());
    learn(classic::NearestNeighbors({.tree_features = 0}));
    learn(classic::GaussianNaiveBayes());
    learn(classic::LinearSvm());
    learn(classic::KernelSvm());
  }
  const Array x = random({100, 30}, rng);
  classic::KMeans clusters({.clusters = 5, .starts = 3});
  clusters.fit(x, 6);
  hash.add(clusters.centres());
  for (const int components : {4, 25}) {
    classic::Pca pca(components);
    pca.fit(x, 7);
    hash.add(pca.components());
  }
  return hash.value();
}

// The loss of every step and the parameters after the last.
std::uint64_t trained(const grad::nn::Sequential& model, const grad::data::Dataset& set,
                      int steps) {
  Hash hash;
  grad::optim::Adam adam(model.parameters(), {.lr = 0.01F});
  const grad::Tensor x(set.x);
  for (int step = 0; step < steps; step++) {
    adam.zero_grad();
    const grad::Tensor loss = cross_entropy(model(x), set.y);
    loss.backward();
    adam.step();
    hash.add(loss.item());
  }
  for (const auto& [name, parameter] : model.parameters()) hash.add(parameter.value());
  return hash.value();
}

std::uint64_t training_an_mlp() {
  Rng rng(7);
  const grad::data::Dataset moons = grad::data::moons(200, 0.15F, rng);
  return trained(grad::nn::mlp({2, 32, 32, 2}, grad::nn::Tanh{}, rng), moons, 500);
}

std::uint64_t training_a_cnn() {
  namespace nn = grad::nn;
  Rng rng(8);
  const nn::Sequential model({nn::Conv2d(1, 8, 3, rng, 1, 1), nn::ReLU{}, nn::MaxPool2d{2},
                              nn::Conv2d(8, 12, 3, rng), nn::ReLU{}, nn::MaxPool2d{2},
                              nn::Flatten{}, nn::Dropout(0.2F, rng), nn::Linear(48, 3, rng)});
  grad::data::Dataset noise{random({16, 12, 12, 1}, rng), {}, 3};
  for (std::int32_t i = 0; i < 16; i++) noise.y.push_back(i % 3);
  return trained(model, noise, 50);
}

std::uint64_t training_on_sequences() {
  namespace nn = grad::nn;
  Rng rng(14);
  const nn::Sequential model(
      {nn::Linear(3, 8, rng), nn::TransformerBlock(8, 2, 16, rng, 0.1F, true), nn::GRU(8, 7, rng),
       nn::LSTM(7, 6, rng), nn::Flatten{}, nn::BatchNorm(30), nn::GELU{}, nn::Linear(30, 3, rng)});
  grad::data::Dataset noise{random({16, 5, 3}, rng), {}, 3};
  for (std::int32_t i = 0; i < 16; i++) noise.y.push_back(i % 3);
  return trained(model, noise, 20);
}

}  // namespace

std::vector<Result> results() {
  kernels::select(kernels::Class::deterministic);
  return {
      {"elementary functions", elementary_functions(), 0x0691766630ee483d},
      {"random numbers", random_numbers(), 0xb794fae2466252fd},
      {"matrix products", matrix_products(), 0xff59db998c875858},
      {"convolutions", convolutions(), 0x0c38d59aabd056a5},
      {"elementwise operations", elementwise_operations(), 0x13573db21dd9829e},
      {"reductions and losses", reductions_and_losses(), 0x6b21f11a8dff9662},
      {"optimiser steps", optimiser_steps(), 0xf0006cd060d976ab},
      {"activations and comparisons", activations_and_comparisons(), 0x4f0dcd1f13b5ecda},
      {"normalisation", normalisation(), 0x6fdd7c75b7796b80},
      {"special convolutions", special_convolutions(), 0x7dc292e1942fce2d},
      {"differentiated operations", differentiated_operations(), 0xfcbdd658a86a7620},
      {"optimisers and schedules", optimisers(), 0x51d45eec8308cc7f},
      {"toy data", toy_data(), 0x9327b1bfbdf979f0},
      {"generated data", generated_data(), 0x5002803d4176aa37},
      {"more generated data", more_generated_data(), 0xe7678507e79a1ecf},
      {"least squares", least_squares(), 0xc191fd173e5777a7},
      {"classical models", classical_models(), 0x052ca7662b72a01f},
      {"500 steps of an mlp", training_an_mlp(), 0x90ceb97597f0c783},
      {"50 steps of a cnn", training_a_cnn(), 0xd7356685697a3c3b},
      {"20 steps on sequences", training_on_sequences(), 0x225cbd474041516c},
  };
}

}  // namespace determinism
