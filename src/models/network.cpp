#include "models/network.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>
#include <utility>

#include "io/weights.h"
#include "kernels/kernels.h"
#include "tensor/check.h"

namespace grad::models {

namespace {

constexpr std::int64_t block = 256;  // rows predicted at a time, to bound memory

void check_hidden(const char* who, const std::vector<int>& hidden) {
  for (const int width : hidden) {
    check(width >= 1 && width <= 65'536, [&] {
      return "[" + std::string(who) + "] a hidden layer of " + std::to_string(width) +
             " is not in [1,65536]";
    });
  }
}

/// Linear layers from `in` to `out` numbers, pictures flattened first.
nn::Sequential mlp(std::int64_t in, const std::vector<int>& hidden, int out, Rng& rng) {
  std::vector<nn::Layer> layers{nn::Flatten{}};
  auto width = static_cast<int>(in);
  for (const int next : hidden) {
    layers.emplace_back(nn::Linear(width, next, rng));
    layers.emplace_back(nn::ReLU{});
    width = next;
  }
  layers.emplace_back(nn::Linear(width, out, rng));
  return nn::Sequential(std::move(layers));
}

/// Calls use(first, logits) for one block of rows after the other.
template <class Use>
void for_blocks(const nn::Sequential& network, const Shape& shape, const real* x, Use use) {
  const NoGrad no_grad;
  const std::int64_t rows = shape[0], width = shape.size() / rows;
  for (std::int64_t first = 0; first < rows; first += block) {
    const std::int64_t count = std::min(block, rows - first);
    const Array part = Array::from({x + first * width, static_cast<std::size_t>(count * width)},
                                   shape.with(0, count));
    use(first, network(Tensor(part)).value());
  }
}

/// Writes a network's weights under PyTorch's names or reads all that is left to be read into them.
void exchange_weights(nn::Sequential& network, classic::State& state) {
  if (state.reading()) {
    io::Safetensors file;
    for (const auto& [name, array] : state.arrays()) file.tensors.emplace_back(name, array);
    io::load_weights(network, file);
    for (const auto& [name, tensor] : file.tensors) {
      Array read;
      state.array(name, read, tensor.shape());
    }
  } else {
    for (auto& [name, array] : io::weights_of(network).tensors)
      state.array(name, array, array.shape());
  }
}

}  // namespace

void check_training(const char* who, const TrainingOptions& options) {
  check(options.epochs >= 1 && options.epochs <= 100'000 && options.batch >= 1 && options.lr > 0 &&
            std::isfinite(options.lr),
        "[" + std::string(who) + "] needs 1 to 100,000 epochs, batch >= 1 and lr > 0");
}

Training::Training(const nn::Sequential& network, const Array& examples,
                   const TrainingOptions& options, Rng rng)
    : optimizer_(network.parameters(), {.lr = options.lr}),
      examples_(examples),
      order_(static_cast<std::size_t>(examples.shape()[0])),
      rng_(rng),
      batch_(std::min<std::int64_t>(options.batch, examples.shape()[0])) {
  std::iota(order_.begin(), order_.end(), 0);
  total_ = options.epochs * ((examples.shape()[0] + batch_ - 1) / batch_);
}

std::vector<int> Training::next(Array& x) {
  const std::int64_t n = examples_.shape()[0], width = examples_.size() / n;
  if (at_ == 0) rng_.shuffle(order_);
  const std::int64_t count = std::min(batch_, n - at_);
  std::vector<int> rows(order_.begin() + at_, order_.begin() + at_ + count);
  x = Array(examples_.shape().with(0, count));
  for (std::int64_t i = 0; i < count; ++i)
    std::copy_n(examples_.data() + rows[static_cast<std::size_t>(i)] * width, width,
                x.data() + i * width);
  at_ = at_ + count == n ? 0 : at_ + count;
  return rows;
}

void Training::step(const Tensor& loss) {
  optimizer_.zero_grad();
  loss.backward();
  optimizer_.step();
  ++done_;
}

const nn::Sequential& NetworkClassifier::network() const {
  check(network_.has_value(),
        [&] { return "[" + std::string(name()) + "] has no network before start()"; });
  return *network_;
}

void NetworkClassifier::exchange(classic::State& state) {
  if (state.reading()) {
    Rng rng;
    network_ = build(rng);
    training_.reset();
  }
  exchange_weights(*network_, state);
}

void NetworkClassifier::begin(Rng rng) {
  network_ = build(rng);
  training_ =
      std::make_unique<Training>(*network_, examples().reshape(examples_shape()), options_, rng);
}

void NetworkClassifier::slice() {
  Array x;
  const std::vector<int> rows = training_->next(x);
  std::vector<std::int32_t> y;
  y.reserve(rows.size());
  for (const int row : rows) y.push_back(labels()[static_cast<std::size_t>(row)]);
  training_->step(cross_entropy((*network_)(Tensor(x)), y));
  report(training_->share());
}

void NetworkClassifier::score(const real* x, std::int64_t rows, real* scores) const {
  for_blocks(*network_, batch_shape(rows), x, [&](std::int64_t first, const Array& logits) {
    kernels::softmax(logits.shape()[0], classes(), logits.data(), scores + first * classes());
  });
}

MlpClassifier::MlpClassifier(const std::vector<int>& hidden, const TrainingOptions& options)
    : NetworkClassifier(options), hidden_(hidden) {
  check_hidden("MlpClassifier", hidden);
  check_training("MlpClassifier", options);
}

nn::Sequential MlpClassifier::build(Rng& rng) const {
  return mlp(features(), hidden_, classes(), rng);
}

CnnClassifier::CnnClassifier(const TrainingOptions& options) : NetworkClassifier(options) {
  check_training("CnnClassifier", options);
}

void CnnClassifier::check_fits(const data::Dataset& train) const {
  check_pictures(train.x.shape());
}

void CnnClassifier::check_pictures(const Shape& shape) {
  check(shape.axes() == 4 && shape[1] >= 4 && shape[2] >= 4, [&] {
    return "[CnnClassifier] reads pictures (n,height,width,channels) of at least 4 by 4, not " +
           shape.text();
  });
}

nn::Sequential CnnClassifier::build(Rng& rng) const {
  const Shape& shape = examples_shape();
  check_pictures(shape);
  const auto channels = static_cast<int>(shape[3]);
  const auto places = static_cast<int>((shape[1] / 4) * (shape[2] / 4));
  std::vector<nn::Layer> layers;
  layers.emplace_back(nn::Conv2d(channels, 16, 3, rng, 1, 1));
  layers.emplace_back(nn::ReLU{});
  layers.emplace_back(nn::MaxPool2d{2});
  layers.emplace_back(nn::Conv2d(16, 32, 3, rng, 1, 1));
  layers.emplace_back(nn::ReLU{});
  layers.emplace_back(nn::MaxPool2d{2});
  layers.emplace_back(nn::Flatten{});
  layers.emplace_back(nn::Linear(32 * places, 64, rng));
  layers.emplace_back(nn::ReLU{});
  layers.emplace_back(nn::Linear(64, classes(), rng));
  return nn::Sequential(std::move(layers));
}

MlpRegressor::MlpRegressor(const std::vector<int>& hidden, const TrainingOptions& options)
    : hidden_(hidden), options_(options) {
  check_hidden("MlpRegressor", hidden);
  check_training("MlpRegressor", options);
}

void MlpRegressor::exchange(classic::State& state) {
  state.number("mean", mean_);
  state.number("deviation", deviation_);
  if (state.reading()) {
    Rng rng;
    network_ = mlp(features(), hidden_, 1, rng);
    training_.reset();
  }
  exchange_weights(*network_, state);
}

void MlpRegressor::begin(Rng rng) {
  double sum = 0, squares = 0;
  for (const real target : targets()) sum += static_cast<double>(target);
  const double mean = sum / static_cast<double>(count());
  for (const real target : targets()) {
    const double difference = static_cast<double>(target) - mean;
    squares += difference * difference;
  }
  mean_ = static_cast<real>(mean);
  deviation_ = static_cast<real>(std::sqrt(squares / static_cast<double>(count())));
  if (!(deviation_ > 0)) deviation_ = 1;
  network_ = mlp(features(), hidden_, 1, rng);
  training_ = std::make_unique<Training>(*network_, examples(), options_, rng);
}

void MlpRegressor::slice() {
  Array x;
  const std::vector<int> rows = training_->next(x);
  Array target({static_cast<std::int64_t>(rows.size()), 1});
  for (std::size_t i = 0; i < rows.size(); ++i)
    target.data()[i] = (targets()[static_cast<std::size_t>(rows[i])] - mean_) / deviation_;
  training_->step(mse_loss((*network_)(Tensor(x)), Tensor(target)));
  report(training_->share());
}

void MlpRegressor::predict_rows(const real* x, std::int64_t rows, real* predicted) const {
  for_blocks(*network_, Shape{rows, features()}, x, [&](std::int64_t first, const Array& outputs) {
    for (std::int64_t i = 0; i < outputs.size(); ++i)
      predicted[first + i] = mean_ + deviation_ * outputs[i];
  });
}

}  // namespace grad::models
