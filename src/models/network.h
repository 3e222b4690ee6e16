#pragma once

// Networks behind the interface of the classical models, so that both kinds stand in one
// comparison: fitted in slices, a batch each, and asked in the same way.

#include <memory>
#include <optional>
#include <vector>

#include "classic/model.h"
#include "nn/module.h"
#include "optim/optimizer.h"

namespace grad::models {

struct TrainingOptions {
  int epochs = 10;       ///< passes over the examples; 1 to 100,000
  int batch = 32;        ///< examples a step; >= 1
  real lr = real(1e-3);  ///< of Adam; > 0
};
/// Throws Error beginning with [who] for an option out of range.
void check_training(const char* who, const TrainingOptions& options);

/// What a network needs to be trained a batch at a time: an optimiser and an order of the examples.
class Training {
 public:
  /// Batches of `examples` (n, ...) in a new order every epoch.
  Training(const nn::Sequential& network, const Array& examples, const TrainingOptions& options,
           Rng rng);

  /// The rows of the next batch, and their numbers in `x`.
  std::vector<int> next(Array& x);
  /// One step of Adam down the gradient of `loss`.
  void step(const Tensor& loss);
  /// Share of all epochs' batches that are done.
  double share() const { return static_cast<double>(done_) / static_cast<double>(total_); }

 private:
  optim::Adam optimizer_;
  Array examples_;
  std::vector<int> order_;
  Rng rng_;
  std::int64_t batch_, at_ = 0, done_ = 0, total_;
};

/// A network that tells classes apart: fitted to the mean of -log P(label) by Adam. Scores are
/// probabilities, from the first step on.
class NetworkClassifier : public classic::Classifier {
 public:
  bool ready() const override { return network_ && progress() > 0; }
  /// Throws Error before start().
  const nn::Sequential& network() const;

 protected:
  explicit NetworkClassifier(const TrainingOptions& options) : options_(options) {}
  /// Fresh layers that make (rows, classes()) logits of examples of examples_shape().
  virtual nn::Sequential build(Rng& rng) const = 0;

 private:
  void exchange(classic::State& state) override;
  void begin(Rng rng) override;
  void slice() override;
  void score(const real* x, std::int64_t rows, real* scores) const override;
  Shape batch_shape(std::int64_t rows) const { return examples_shape().with(0, rows); }

  TrainingOptions options_;
  std::optional<nn::Sequential> network_;
  std::unique_ptr<Training> training_;
};

/// Linear layers with ReLU between them; pictures count as rows of numbers.
class MlpClassifier : public NetworkClassifier {
 public:
  /// `hidden`: the width of each layer between. Throws Error for options out of range.
  explicit MlpClassifier(const std::vector<int>& hidden, const TrainingOptions& options = {});
  const char* name() const override { return "MlpClassifier"; }

 private:
  nn::Sequential build(Rng& rng) const override;
  std::vector<int> hidden_;
};

/// For pictures (n, h, w, channels) of at least 4 × 4: two convolutions 3 × 3 of 16 and 32 channels
/// with ReLU, each followed by the largest of every 2 × 2, then a hidden layer of 64.
class CnnClassifier : public NetworkClassifier {
 public:
  /// Throws Error for options out of range; start() for examples that are no such pictures.
  explicit CnnClassifier(const TrainingOptions& options = {});
  const char* name() const override { return "CnnClassifier"; }

 private:
  void check_fits(const data::Dataset& train) const override;
  static void check_pictures(const Shape& shape);
  nn::Sequential build(Rng& rng) const override;
};

/// Linear layers with ReLU between them that tell a number: fitted to the mean squared error of
/// targets brought to mean 0 and deviation 1, by Adam.
class MlpRegressor : public classic::Regressor {
 public:
  /// As MlpClassifier.
  explicit MlpRegressor(const std::vector<int>& hidden, const TrainingOptions& options = {});
  const char* name() const override { return "MlpRegressor"; }
  bool ready() const override { return network_ && progress() > 0; }

 private:
  void exchange(classic::State& state) override;
  void begin(Rng rng) override;
  void slice() override;
  void predict_rows(const real* x, std::int64_t rows, real* predicted) const override;

  std::vector<int> hidden_;
  TrainingOptions options_;
  std::optional<nn::Sequential> network_;
  std::unique_ptr<Training> training_;
  real mean_ = 0, deviation_ = 1;  // of the targets
};

}  // namespace grad::models
