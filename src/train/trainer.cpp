#include "train/trainer.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>
#include <numeric>

#include "tensor/check.h"
#include "train/divergence.h"

namespace grad::train {

namespace {

constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();

void check_examples(const Examples& examples, const char* what) {
  const std::int64_t n = examples.size();
  const auto refuse = [&](std::size_t count, const char* of) {
    fail(std::string("[Trainer] ") + std::to_string(count) + " " + of + " for " +
         std::to_string(n) + " examples for " + what);
  };
  check(n >= 1 && n <= std::numeric_limits<int>::max(),
        [&] { return std::string("[Trainer] there are no examples for ") + what; });
  if (const std::size_t count = examples.labels.size();
      count != 0 && count != static_cast<std::size_t>(n))
    refuse(count, "labels");
  if (examples.targets.defined() && examples.targets.shape()[0] != n)
    refuse(static_cast<std::size_t>(examples.targets.shape()[0]), "targets");
}

// Some rows of an array, one after the other.
template <class RowAt>
Array rows_of(const Array& all, std::int64_t count, RowAt row_at) {
  if (!all.defined()) return {};
  const std::int64_t width = all.size() / all.shape()[0];
  Array rows(all.shape().with(0, count));
  for (std::int64_t i = 0; i < count; ++i)
    std::copy_n(all.data() + row_at(i) * width, width, rows.data() + i * width);
  return rows;
}

// Loss in a sentence, with few digits.
std::string short_number(double number) {
  char text[32];
  std::snprintf(text, sizeof text, "%.3g", number);
  return text;
}

}  // namespace

Tensor cross_entropy_loss(const Tensor& logits, const Examples& batch) {
  return cross_entropy(logits, batch.labels);
}
Tensor squared_loss(const Tensor& output, const Examples& batch) {
  return mse_loss(output, Tensor(batch.targets));
}
Metric accuracy_metric() {
  return {"accuracy", [](const Tensor& logits, const Examples& batch) {
            return accuracy(logits, batch.labels);
          }};
}

// --- The run ------------------------------------------------------------------------------------

Trainer::Trainer(const nn::Sequential& model, optim::AnyOptimizer optimizer, Loss loss,
                 Examples examples, TrainerOptions options, Rng rng)
    : model_(model),
      members_(nn::members_of(model_)),
      optimizer_(std::move(optimizer)),
      loss_(std::move(loss)),
      examples_(std::move(examples)),
      options_(std::move(options)),
      rng_(rng),
      best_loss_(std::numeric_limits<double>::infinity()) {
  check(options_.epochs >= 1 && options_.batch >= 1, [&] {
    return "[Trainer] needs at least one epoch and one example a batch, not " +
           std::to_string(options_.epochs) + " and " + std::to_string(options_.batch);
  });
  check(options_.patience >= 0 && options_.min_delta >= 0 && options_.clip_norm >= 0 &&
            options_.explosion >= 0,
        "[Trainer] patience, min_delta, clip_norm and explosion must not be negative");
  check_examples(examples_, "training");
  if (options_.patience > 0) {
    for (const auto& [name, tensor] : members_.parameters) best_.push_back(tensor->value().clone());
    for (const auto& [name, buffer] : members_.buffers) best_.push_back(buffer->clone());
  }
  order_.resize(static_cast<std::size_t>(examples_.size()));
  generators_.resize(members_.generators.size());
  validation_sums_.metrics.resize(options_.metrics.size());
  begin_epoch();
}

void Trainer::validate_on(Examples examples) {
  check(steps_ == 0, "[Trainer] validation is set before the first step");
  check_examples(examples, "validation");
  validation_ = std::move(examples);
}

bool Trainer::step() {
  if (!running()) return false;
  if (phase() == Phase::training)
    train_batch();
  else
    validate_batch();
  return true;
}

void Trainer::fit() {
  while (step()) {
  }
}

void Trainer::stop() {
  if (running()) phase_ = static_cast<int>(Phase::stopped);
}

std::int64_t Trainer::steps_per_epoch() const {
  return (examples_.size() + options_.batch - 1) / options_.batch;
}

void Trainer::begin_epoch() {
  phase_ = static_cast<int>(Phase::training);
  at_ = 0;
  training_sums_ = {.loss = 0, .metrics = std::vector<double>(options_.metrics.size())};
  epoch_rng_ = rng_;
  order_rows();
}

void Trainer::order_rows() {
  rng_ = epoch_rng_;
  std::iota(order_.begin(), order_.end(), 0);
  if (options_.shuffle) rng_.shuffle(order_);
}

std::int64_t Trainer::batch_rows(const Examples& all) const {
  return std::min(options_.batch, all.size() - at_);
}

Examples Trainer::batch_of(const Examples& all, bool in_order) const {
  const std::int64_t count = batch_rows(all);
  const auto row_at = [&](std::int64_t i) {
    return in_order ? at_ + i : std::int64_t{order_[static_cast<std::size_t>(at_ + i)]};
  };
  Examples batch{rows_of(all.x, count, row_at), {}, rows_of(all.targets, count, row_at)};
  if (!all.labels.empty())
    for (std::int64_t i = 0; i < count; ++i)
      batch.labels.push_back(all.labels[static_cast<std::size_t>(row_at(i))]);
  return batch;
}

void Trainer::train_batch() {
  set_rate();
  model_.train(true);
  for (std::size_t i = 0; i < generators_.size(); ++i)
    generators_[i] = (*members_.generators[i])->state();
  const Examples batch = batch_of(examples_, false);
  optimizer_.zero_grad();
  const Tensor output = model_(Tensor(batch.x));
  const Tensor loss = loss_(output, batch);
  last_loss_ = static_cast<double>(loss.item());
  if (steps_ == 0) first_loss_ = last_loss_;
  if (is_bad(last_loss_)) return diverge(batch, last_loss_);

  loss.backward();
  if (options_.clip_norm > 0) optim::clip_grad_norm(model_.parameters(), options_.clip_norm);
  optimizer_.step();
  ++steps_;
  add(training_sums_, output, last_loss_, batch);
  at_ += batch.size();
  if (options_.on_step) options_.on_step({steps_, epoch_ + 1, last_loss_, optimizer_.lr()});
  if (at_ < examples_.size() || !running()) return;
  if (validation_.size() == 0) return end_epoch();
  phase_ = static_cast<int>(Phase::validating);
  at_ = 0;
  validation_sums_ = {.loss = 0, .metrics = std::vector<double>(options_.metrics.size())};
}

void Trainer::validate_batch() {
  const NoGrad no_grad;
  model_.train(false);
  const Examples batch = batch_of(validation_, true);
  const Tensor output = model_(Tensor(batch.x));
  add(validation_sums_, output, static_cast<double>(loss_(output, batch).item()), batch);
  at_ += batch.size();
  if (at_ == validation_.size()) end_epoch();
}

void Trainer::add(Sums& sums, const Tensor& output, double loss, const Examples& batch) const {
  const auto count = static_cast<double>(batch.size());
  sums.loss += loss * count;
  for (std::size_t i = 0; i < options_.metrics.size(); ++i)
    sums.metrics[i] += options_.metrics[i].value(output, batch) * count;
}

Means Trainer::Sums::means(std::int64_t count) const {
  Means means{loss / static_cast<double>(count), metrics};
  for (double& metric : means.metrics) metric /= static_cast<double>(count);
  return means;
}

void Trainer::end_epoch() {
  EpochReport report{++epoch_, steps_, training_sums_.means(examples_.size()), std::nullopt};
  if (validation_.size() > 0) report.validation = validation_sums_.means(validation_.size());
  learn_from_epoch(report.validation ? report.validation->loss : report.train.loss);
  if (running() && epoch_ == options_.epochs) {
    if (options_.patience > 0) copy_best(true);
    phase_ = static_cast<int>(Phase::finished);
  }
  last_epoch_ = std::move(report);
  if (options_.on_epoch) options_.on_epoch(*last_epoch_);
  if (running()) begin_epoch();
}

// The plateau's rate, and whether it is time to stop.
void Trainer::learn_from_epoch(double loss) {
  if (options_.plateau) optimizer_.lr() = options_.plateau->step(static_cast<real>(loss));
  if (options_.patience == 0) return;
  if (loss < best_loss_ - options_.min_delta) {
    best_loss_ = loss;
    bad_epochs_ = 0;
    copy_best(false);
  } else if (++bad_epochs_ >= options_.patience) {
    phase_ = static_cast<int>(Phase::stopped_early);
    message_ = "Stopped after epoch " + std::to_string(epoch_) + ": the loss was best, " +
               short_number(best_loss_) + ", after epoch " + std::to_string(epoch_ - bad_epochs_) +
               ", whose weights are restored.";
    copy_best(true);
  }
}

void Trainer::copy_best(bool to_model) {
  std::size_t at = 0;
  const auto copy = [&](Array& own) {
    Array& kept = best_[at++];
    const Array& from = to_model ? kept : own;
    std::copy(from.span().begin(), from.span().end(), (to_model ? own : kept).data());
  };
  for (const auto& [name, tensor] : members_.parameters) copy(tensor->mutable_value());
  for (const auto& [name, buffer] : members_.buffers) copy(*buffer);
}

void Trainer::set_rate() {
  if (options_.schedule)
    optimizer_.lr() =
        options_.schedule(options_.schedule_by_epoch ? epoch_ : static_cast<int>(steps_));
}

// --- Divergence ---------------------------------------------------------------------------------

double Trainer::explosion_limit() const {
  const double first = std::isfinite(first_loss_) ? std::abs(first_loss_) : 0;
  return options_.explosion * std::max(1.0, first);
}

bool Trainer::is_bad(double loss) const {
  return !std::isfinite(loss) || (options_.explosion > 0 && loss > explosion_limit());
}

// Computes the step again on a copy, which shares nothing with the model, to see where it went
// wrong.
void Trainer::diverge(const Examples& batch, double loss) {
  nn::Sequential copy = model_.clone();
  nn::Members members = nn::members_of(copy);
  for (std::size_t i = 0; i < generators_.size(); ++i)
    *members.generators[i] = std::make_shared<Rng>(generators_[i]);
  const bool finite = std::isfinite(loss);
  const std::string where = first_beyond(
      copy, Tensor(batch.x), [&](const Tensor& output) { return loss_(output, batch); },
      finite ? explosion_limit() : 0);
  message_ = finite             ? "Loss exploded to " + short_number(loss)
             : std::isnan(loss) ? std::string("Loss became NaN")
                                : std::string("Loss became infinite");
  message_ += " at step " + std::to_string(steps_ + 1);
  if (!where.empty())
    message_ += ": the first value that is " +
                (finite ? "beyond ±" + short_number(explosion_limit()) : "not finite") +
                " came from " + where;
  if (where.starts_with("parameter ") && steps_ > 0)
    message_ += ", as step " + std::to_string(steps_) + " left it";
  message_ += ".";
  phase_ = static_cast<int>(Phase::diverged);
}

// --- Snapshots ----------------------------------------------------------------------------------

void Trainer::list(optim::State& state) {
  const auto list_sums = [&](const char* name, Sums& sums) {
    state.number(std::string(name) + ".loss", sums.loss);
    for (std::size_t i = 0; i < sums.metrics.size(); ++i)
      state.number(std::string(name) + ".metric" + std::to_string(i), sums.metrics[i]);
  };
  state.constant("examples", examples_.size());
  state.constant("validation_examples", validation_.size());
  state.constant("batch", options_.batch);
  state.layer(members_);
  state.part("optimizer", optimizer_);
  if (options_.plateau) state.part("plateau", *options_.plateau);
  state.generator("order", epoch_rng_);
  state.number("at", at_, 0, std::max(examples_.size(), validation_.size()));
  state.number("steps", steps_, 0, kMost / 2);  // so that counting on does not overflow
  state.number("epoch", epoch_, 0, options_.epochs);
  state.number("phase", phase_, 0, static_cast<int>(Phase::diverged));
  state.number("bad_epochs", bad_epochs_, 0, options_.epochs);
  state.number("last_loss", last_loss_);
  state.number("first_loss", first_loss_);
  state.number("best_loss", best_loss_);
  list_sums("training", training_sums_);
  list_sums("validation", validation_sums_);
  for (std::size_t i = 0; i < best_.size(); ++i) state.array("best." + std::to_string(i), best_[i]);
}

optim::Snapshot Trainer::snapshot() {
  optim::State state;
  list(state);
  return optim::take(state);
}

void Trainer::restore(const optim::Snapshot& snapshot) {
  optim::State state;
  list(state);
  const optim::Snapshot before = optim::take(state);
  optim::restore(state, snapshot);
  const std::int64_t rows = phase() == Phase::training     ? examples_.size()
                            : phase() == Phase::validating ? validation_.size()
                                                           : kMost;
  const bool over = running() && epoch_ == options_.epochs;
  if (at_ >= rows || over) {
    optim::restore(state, before);
    fail(std::string("[restore] the snapshot's place in the ") + (over ? "run" : "epoch") +
         " is behind its end");
  }
  order_rows();
  message_.clear();
  last_epoch_.reset();
}

}  // namespace grad::train
