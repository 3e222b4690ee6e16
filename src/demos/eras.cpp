#include "demos/eras.h"

#include <algorithm>
#include <utility>

#include "classic/perceptron.h"
#include "kernels/kernels.h"
#include "nn/attention.h"
#include "nn/module.h"
#include "train/trainer.h"

namespace grad::demos {

namespace {

constexpr int batch_size = 10;

class PerceptronOf1958 final : public EraModel {
 public:
  PerceptronOf1958(const data::Dataset& train, const EraOptions& options, Rng rng)
      : model_({.epochs = options.passes}) {
    model_.start(train, rng.bits());
  }
  bool learn() override { return model_.step(); }
  double progress() const override { return model_.progress(); }
  std::vector<std::int32_t> read(const Array& pictures) override {
    return model_.predict(pictures);
  }
  std::int64_t parameter_count() const override {
    return static_cast<std::int64_t>(model_.weights().size());
  }

 private:
  classic::Perceptron model_;
};

/// A network trained down the gradient, its learning rate falling evenly to 0.
class NetworkOfEra final : public EraModel {
 public:
  template <class Optimizer>
  NetworkOfEra(nn::Sequential network, Optimizer optimizer, train::Loss loss,
               const data::Dataset& train, const EraOptions& options, Rng rng)
      : parameters_(network.parameter_count()),
        trainer_(network, optimizer, std::move(loss), examples(train),
                 trainer_options(train, optimizer.options().lr, options), rng),
        steps_(options.passes * trainer_.steps_per_epoch()) {}

  bool learn() override { return trainer_.step() && trainer_.running(); }
  double progress() const override {
    return static_cast<double>(trainer_.steps()) / static_cast<double>(steps_);
  }
  std::vector<std::int32_t> read(const Array& pictures) override {
    const NoGrad no_grad;
    trainer_.model().train(false);
    const Tensor outputs = trainer_.model()(Tensor(pictures));
    std::vector<std::int32_t> digits(static_cast<std::size_t>(pictures.shape()[0]));
    kernels::argmax_rows(pictures.shape()[0], era_classes, outputs.value().data(), digits.data());
    return digits;
  }
  std::int64_t parameter_count() const override { return parameters_; }
  std::string problem() const override { return trainer_.message(); }

 private:
  /// The labels also as targets: 1 for the digit, 0 for the nine others.
  static train::Examples examples(const data::Dataset& train) {
    Array targets = Array::zeros({train.size(), era_classes});
    for (std::int64_t i = 0; i < train.size(); i++)
      targets.data()[i * era_classes + train.y[static_cast<std::size_t>(i)]] = 1;
    return {train.x, train.y, targets};
  }
  static train::TrainerOptions trainer_options(const data::Dataset& train, real lr,
                                               const EraOptions& options) {
    const std::int64_t batches = (train.size() + batch_size - 1) / batch_size;
    const double first = static_cast<double>(lr) * options.rate;
    const double steps = static_cast<double>(options.passes * batches);
    train::TrainerOptions made{.epochs = options.passes, .batch = batch_size};
    made.schedule = [first, steps](int step) {
      return static_cast<real>(first * (1 - step / steps));
    };
    return made;
  }

  std::int64_t parameters_;
  train::Trainer trainer_;
  std::int64_t steps_;
};

std::unique_ptr<EraModel> perceptron(const data::Dataset& train, const EraOptions& options,
                                     Rng rng) {
  return std::make_unique<PerceptronOf1958>(train, options, rng);
}

/// Half the sum of squares over the outputs of a picture, as in 1986.
Tensor half_squares(const Tensor& outputs, const train::Examples& batch) {
  return train::squared_loss(outputs, batch) * real(era_classes / 2.0);
}

std::unique_ptr<EraModel> backpropagation(const data::Dataset& train, const EraOptions& options,
                                          Rng rng) {
  constexpr int hidden = 32;
  Rng weights = rng.split(0);
  const nn::Sequential network({nn::Flatten{}, nn::Linear(era_side * era_side, hidden, weights),
                                nn::Sigmoid{}, nn::Linear(hidden, era_classes, weights),
                                nn::Sigmoid{}});
  return std::make_unique<NetworkOfEra>(
      network, optim::SGD(network.parameters(), {.lr = real(0.3), .momentum = real(0.9)}),
      half_squares, train, options, rng.split(1));
}

/// 16 × 16 to 6 maps, halved to 8 × 8, to 16 maps of 4 × 4, halved to 2 × 2, to 84 units.
std::unique_ptr<EraModel> convolution(const data::Dataset& train, const EraOptions& options,
                                      Rng rng) {
  Rng weights = rng.split(0);
  const nn::Sequential network({nn::Conv2d(1, 6, 5, weights, 1, 2), nn::Tanh{}, nn::AvgPool2d{2},
                                nn::Conv2d(6, 16, 5, weights), nn::Tanh{}, nn::AvgPool2d{2},
                                nn::Flatten{}, nn::Linear(2 * 2 * 16, 84, weights), nn::Tanh{},
                                nn::Linear(84, era_classes, weights)});
  return std::make_unique<NetworkOfEra>(network,
                                        optim::SGD(network.parameters(), {.lr = real(0.3)}),
                                        train::cross_entropy_loss, train, options, rng.split(1));
}

nn::Residual residual(int channels, Rng& rng) {
  return nn::Residual({nn::Conv2d(channels, channels, 3, rng, 1, 1), nn::BatchNorm(channels),
                       nn::ReLU{}, nn::Conv2d(channels, channels, 3, rng, 1, 1),
                       nn::BatchNorm(channels)});
}

/// 16 × 16 to 12 maps of 8 × 8, a residual block, to 24 maps of 4 × 4, another, then the mean of
/// each map.
std::unique_ptr<EraModel> residual_net(const data::Dataset& train, const EraOptions& options,
                                       Rng rng) {
  constexpr int first = 12, second = 24;
  Rng weights = rng.split(0);
  const nn::Sequential network({nn::Conv2d(1, first, 3, weights, 2, 1), nn::BatchNorm(first),
                                nn::ReLU{}, residual(first, weights), nn::ReLU{},
                                nn::Conv2d(first, second, 3, weights, 2, 1), nn::BatchNorm(second),
                                nn::ReLU{}, residual(second, weights), nn::ReLU{},
                                nn::GlobalAvgPool2d{}, nn::Linear(second, era_classes, weights)});
  const optim::SGDOptions sgd = {
      .lr = real(0.05), .momentum = real(0.9), .weight_decay = real(1e-4)};
  return std::make_unique<NetworkOfEra>(network, optim::SGD(network.parameters(), sgd),
                                        train::cross_entropy_loss, train, options, rng.split(1));
}

/// Cuts pictures (n, side, side, 1) into patches and makes a row of `size` numbers of each, to
/// which one learned for its place is added: (n, places, size).
struct Patches {
  static constexpr const char* kind = "Patches";
  nn::Conv2d projection;
  nn::Embedding position;
  Patches(int patch, int places, int size, Rng& rng)
      : projection(1, size, patch, rng, patch), position(places, size, rng) {
    Array& numbers = position.weight.mutable_value();
    for (std::int64_t i = 0; i < numbers.size(); i++) numbers.data()[i] *= real(0.02);
  }
  Tensor operator()(const Tensor& x) const {
    const Shape& places = position.weight.shape();
    return reshape(projection(x), {x.shape()[0], places[0], places[1]}) + position.weight;
  }
  void list(nn::Members& members) {
    members.part("projection", projection);
    members.part("position", position);
  }
};

/// The mean over places: (n, places, size) to (n, size).
struct MeanOfPlaces {
  static constexpr const char* kind = "MeanOfPlaces";
  Tensor operator()(const Tensor& x) const { return mean(x, {1}); }
};

std::unique_ptr<EraModel> transformer(const data::Dataset& train, const EraOptions& options,
                                      Rng rng) {
  constexpr int patch = 4, size = 32, heads = 4, feed_forward = 64;
  constexpr int places = (era_side / patch) * (era_side / patch);
  Rng weights = rng.split(0);
  const nn::Sequential network({Patches(patch, places, size, weights),
                                nn::TransformerBlock(size, heads, feed_forward, weights),
                                nn::TransformerBlock(size, heads, feed_forward, weights),
                                nn::LayerNorm(size), MeanOfPlaces{},
                                nn::Linear(size, era_classes, weights)});
  return std::make_unique<NetworkOfEra>(network,
                                        optim::Adam(network.parameters(), {.lr = real(2e-3)}),
                                        train::cross_entropy_loss, train, options, rng.split(1));
}

constexpr std::array<Era, 5> all = {{
    {"perceptron", "Perceptron", "the perceptron", 1958, perceptron},
    {"mlp", "Backpropagation", "the network trained by backpropagation", 1986, backpropagation},
    {"lenet", "Convolution (LeNet)", "the convolutional network", 1998, convolution},
    {"resnet", "Residual net", "the residual net", 2015, residual_net},
    {"transformer", "Transformer", "the Transformer", 2021, transformer},
}};

}  // namespace

const std::array<Era, 5>& eras() { return all; }

}  // namespace grad::demos
