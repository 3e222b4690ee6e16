#pragma once

// Training a model on examples, a batch at a time:
//
//   train::Trainer trainer(model, optim::Adam(model.parameters()), train::cross_entropy_loss,
//                          examples, {.epochs = 20, .metrics = {train::accuracy_metric}}, Rng(1));
//   trainer.validate_on(others);
//   while (trainer.step()) draw(trainer.last_loss());
//
// step() is a small, bounded piece of work, so that a demo can call it between two pictures;
// snapshots (optim/snapshot.h) can be taken between any two. The same model, examples, options and
// generator give the same bits.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "nn/module.h"
#include "optim/any_optimizer.h"
#include "optim/schedule.h"

namespace grad::train {

/// Examples (n, ...) and what is to be learnt of them: classes, or numbers (n, ...), or neither.
struct Examples {
  Array x;
  Labels labels = {};
  Array targets = {};
  std::int64_t size() const { return x.defined() ? x.shape()[0] : 0; }
};

/// The mean loss of a batch from the model's output for it: a scalar.
using Loss = std::function<Tensor(const Tensor& output, const Examples& batch)>;
/// cross_entropy() of logits and labels.
Tensor cross_entropy_loss(const Tensor& logits, const Examples& batch);
/// mse_loss() of outputs and targets.
Tensor squared_loss(const Tensor& output, const Examples& batch);

/// A number that says how good an output is, averaged over examples.
struct Metric {
  std::string name;
  std::function<double(const Tensor& output, const Examples& batch)> value;
};
/// Share of examples whose largest logit is at the label, called "accuracy".
Metric accuracy_metric();

/// One batch of training.
struct StepReport {
  std::int64_t step;  ///< from 1
  int epoch;          ///< from 1
  double loss;
  real lr;
};
/// Means over the examples of one pass.
struct Means {
  double loss;
  std::vector<double> metrics;  ///< in the order of the options
};
/// One pass over the examples, and over those for validation if there are any.
struct EpochReport {
  int epoch;  ///< from 1
  std::int64_t steps;
  Means train;  ///< while the model was learning
  std::optional<Means> validation;
};

struct TrainerOptions {
  int epochs = 10;
  std::int64_t batch = 32;
  bool shuffle = true;  ///< a new order each epoch
  /// Gradients are scaled to this common norm if theirs is larger; 0: never.
  real clip_norm = 0;
  /// Learning rate by the number of steps done; none: the optimiser's.
  std::function<real(int step)> schedule = {};
  bool schedule_by_epoch = false;  ///< call it with the number of epochs done instead
  /// Learning rate by the loss of the epochs (of validation, if there is one) instead.
  std::optional<optim::ReduceLROnPlateau> plateau = {};
  /// Early stopping: ends when the loss (of validation, if there is one) has not fallen by more
  /// than min_delta for so many epochs, and restores the weights of the best; 0: never.
  int patience = 0;
  double min_delta = 0;
  /// A loss above so many times the first one (or 1, if that is larger) counts as exploded; 0:
  /// none.
  double explosion = 1e4;
  std::vector<Metric> metrics = {};
  std::function<void(const StepReport&)> on_step = {};
  std::function<void(const EpochReport&)> on_epoch = {};
};

/// Trains the model that it is given: they share their numbers, while the training mode of the
/// trainer's is its own.
class Trainer {
 public:
  enum class Phase { training, validating, finished, stopped_early, stopped, diverged };

  /// Throws Error where the options or the number of labels or targets make no sense.
  Trainer(const nn::Sequential& model, optim::AnyOptimizer optimizer, Loss loss, Examples examples,
          TrainerOptions options, Rng rng);
  Trainer(const Trainer&) = delete;
  Trainer& operator=(const Trainer&) = delete;

  /// Examples to watch after each epoch, in evaluation mode. Only before the first step.
  void validate_on(Examples examples);

  /// One batch of training, or of validation after an epoch. False, and nothing done, once the run
  /// has ended. A loss that is not finite or has exploded ends it before the parameters change.
  bool step();
  /// Steps until the run ends.
  void fit();
  /// Ends the run.
  void stop();

  Phase phase() const { return static_cast<Phase>(phase_); }
  bool running() const { return phase() == Phase::training || phase() == Phase::validating; }
  /// Why the run ended, in one sentence, if not by its last epoch: "Loss became NaN at step 12: the
  /// first value that is not finite came from layer 2 (Linear), operation linear."
  const std::string& message() const { return message_; }

  std::int64_t steps() const { return steps_; }
  /// Epochs that are done.
  int epochs() const { return epoch_; }
  /// Batches of training in an epoch.
  std::int64_t steps_per_epoch() const;
  double last_loss() const { return last_loss_; }
  const std::optional<EpochReport>& last_epoch() const { return last_epoch_; }
  nn::Sequential& model() { return model_; }

  /// Everything that the rest of the run depends on.
  void list(optim::State& state);
  optim::Snapshot snapshot();
  /// Goes on from a snapshot of the same run. Throws Error if it does not fit, changing nothing.
  void restore(const optim::Snapshot& snapshot);

 private:
  // Sums over examples, for means.
  struct Sums {
    double loss = 0;
    std::vector<double> metrics;
    Means means(std::int64_t count) const;
  };

  void begin_epoch();
  void order_rows();
  Examples batch_of(const Examples& all, bool in_order) const;
  std::int64_t batch_rows(const Examples& all) const;
  void train_batch();
  void validate_batch();
  void add(Sums& sums, const Tensor& output, double loss, const Examples& batch) const;
  void end_epoch();
  void learn_from_epoch(double loss);
  void set_rate();
  bool is_bad(double loss) const;
  void diverge(const Examples& batch, double loss);
  double explosion_limit() const;
  void copy_best(bool to_model);

  nn::Sequential model_;
  nn::Members members_;  // of model_
  optim::AnyOptimizer optimizer_;
  Loss loss_;
  Examples examples_, validation_;
  TrainerOptions options_;
  Rng rng_, epoch_rng_;  // epoch_rng_: as it was when this epoch's order was drawn
  std::vector<int> order_;
  std::vector<std::uint64_t> generators_;  // the model's, as they were before this step
  std::int64_t at_ = 0, steps_ = 0;        // at_: examples of this pass that are done
  int epoch_ = 0, phase_ = 0, bad_epochs_ = 0;
  double last_loss_ = 0, first_loss_ = 0, best_loss_;
  Sums training_sums_, validation_sums_;
  std::vector<Array> best_;  // parameters and buffers of the best epoch
  std::optional<EpochReport> last_epoch_;
  std::string message_;
};

}  // namespace grad::train
