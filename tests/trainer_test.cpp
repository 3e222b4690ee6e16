// Training runs: what is reported, when they end, that snapshots go on to the same bits, and that a
// loss that is not finite is noticed and traced.

#include "train/trainer.h"

#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "data/dataset.h"
#include "io/snapshot_file.h"
#include "nn/recurrent.h"
#include "sentence.h"
#include "snapshot_fuzz.h"
#include "train/pass.h"

using namespace grad;
using tests::sentence_of;
using train::Trainer;
using train::TrainerOptions;

namespace {

std::vector<real> numbers(const Array& array) { return {array.span().begin(), array.span().end()}; }

train::Examples moons(std::int64_t n, std::uint64_t seed) {
  Rng rng(seed);
  data::Dataset all = data::moons(n, real(0.2), rng);
  return {all.x, all.y, {}};
}

// A line through the origin with slope 2.
train::Examples line(std::int64_t n) {
  train::Examples all{Array({n, 1}), {}, Array({n, 1})};
  for (std::int64_t i = 0; i < n; ++i) {
    all.x.data()[i] = static_cast<real>(i) / static_cast<real>(n);
    all.targets.data()[i] = 2 * all.x[i];
  }
  return all;
}

bool same_bits(const Array& a, const Array& b) {
  return a.shape() == b.shape() &&
         std::memcmp(a.data(), b.data(), static_cast<std::size_t>(a.size()) * sizeof(real)) == 0;
}

bool same_bits(const optim::Snapshot& a, const optim::Snapshot& b) {
  if (a.arrays.size() != b.arrays.size() || a.numbers != b.numbers) return false;
  for (std::size_t i = 0; i < a.arrays.size(); ++i)
    if (a.arrays[i].first != b.arrays[i].first ||
        !same_bits(a.arrays[i].second, b.arrays[i].second))
      return false;
  return true;
}

nn::Sequential small_mlp(std::uint64_t seed = 1) {
  Rng rng(seed);
  return nn::mlp({2, 8, 2}, nn::ReLU{}, rng);
}

// With everything that a snapshot has to hold: dropout, running statistics.
nn::Sequential with_state(std::uint64_t seed) {
  Rng rng(seed);
  return nn::Sequential(
      {nn::Linear(2, 8, rng), nn::BatchNorm(8), nn::ReLU{}, nn::Dropout(real(0.25), rng),
       nn::Residual({nn::Linear(8, 8, rng), nn::Dropout(real(0.1), rng)}), nn::Linear(8, 2, rng)});
}

}  // namespace

TEST_CASE("the trainer does what a loop by hand does", "[train]") {
  const train::Examples all = moons(50, 3);
  const nn::Sequential model = small_mlp();
  const nn::Sequential twin = model.clone();
  Trainer trainer(model, optim::Adam(model.parameters(), {.lr = real(0.01)}),
                  train::cross_entropy_loss, all, {.epochs = 3, .batch = 16}, Rng(7));
  trainer.fit();
  CHECK(trainer.phase() == Trainer::Phase::finished);
  CHECK(trainer.steps() == 12);
  CHECK(trainer.steps_per_epoch() == 4);
  CHECK(trainer.message().empty());
  CHECK_FALSE(trainer.step());

  optim::Adam adam(twin.parameters(), {.lr = real(0.01)});
  const data::Dataset dataset{all.x, all.labels, 2};
  data::Batches batches(dataset, 16, Rng(7));
  double last = 0;
  for (int step = 0; step < 12; ++step) {
    const data::Dataset batch = batches.next();
    adam.zero_grad();
    const Tensor loss = cross_entropy(twin(Tensor(batch.x)), batch.y);
    loss.backward();
    adam.step();
    last = static_cast<double>(loss.item());
  }
  CHECK(trainer.last_loss() == last);
  for (std::size_t i = 0; i < model.parameters().size(); ++i)
    CHECK(same_bits(model.parameters()[i].second.value(), twin.parameters()[i].second.value()));
}

TEST_CASE("steps and epochs are reported with means over the examples", "[train]") {
  const nn::Sequential model = small_mlp();
  std::vector<train::StepReport> steps;
  std::vector<train::EpochReport> epochs;
  TrainerOptions options{.epochs = 2, .batch = 4};
  options.shuffle = false;
  options.metrics = {train::accuracy_metric()};
  options.on_step = [&](const train::StepReport& report) { steps.push_back(report); };
  options.on_epoch = [&](const train::EpochReport& report) { epochs.push_back(report); };
  options.schedule = [](int step) { return step < 3 ? real(0.5) : real(0); };
  Trainer trainer(model, optim::SGD(model.parameters()), train::cross_entropy_loss, moons(10, 3),
                  options, Rng(1));
  const train::Examples others = moons(7, 4);
  trainer.validate_on(others);
  int calls = 0;
  while (trainer.step()) ++calls;
  CHECK(calls == 2 * (3 + 2));
  REQUIRE(steps.size() == 6);
  REQUIRE(epochs.size() == 2);
  CHECK(steps[0].lr == real(0.5));
  CHECK(steps[5].lr == 0);
  CHECK(steps[5].step == 6);
  CHECK(steps[5].epoch == 2);
  // The second epoch's rate is 0: what was measured can be measured again.
  CHECK(epochs[1].train.loss == (steps[3].loss * 4 + steps[4].loss * 4 + steps[5].loss * 2) / 10);
  const Tensor logits = model(Tensor(others.x));
  REQUIRE(epochs[1].validation);
  CHECK(std::abs(epochs[1].validation->loss -
                 static_cast<double>(cross_entropy(logits, others.labels).item())) < 1e-6);
  CHECK(std::abs(epochs[1].validation->metrics[0] - accuracy(logits, others.labels)) < 1e-12);
  CHECK(epochs[0].validation->loss == epochs[1].validation->loss);
  CHECK(epochs[1].epoch == 2);
  CHECK(epochs[1].steps == 6);
  CHECK(trainer.last_epoch()->epoch == 2);
}

TEST_CASE("a model learns numbers, by epoch schedules and plateaus", "[train]") {
  Rng rng(1);
  const nn::Sequential model({nn::Linear(1, 1, rng)});
  std::vector<real> rates;
  TrainerOptions options{.epochs = 60, .batch = 5};
  options.schedule = optim::StepLR{.lr = real(0.5), .every = 50};
  options.schedule_by_epoch = true;
  options.on_step = [&](const train::StepReport& report) { rates.push_back(report.lr); };
  Trainer trainer(model, optim::SGD(model.parameters()), train::squared_loss, line(20), options,
                  Rng(1));
  trainer.fit();
  CHECK(trainer.last_epoch()->train.loss < 1e-6);
  CHECK(rates[50 * 4 - 1] == real(0.5));
  CHECK(rates[50 * 4] == real(0.05));

  // A loss that cannot fall: the rate is halved after one epoch of patience each time.
  TrainerOptions flat{.epochs = 5, .batch = 20};
  flat.plateau = optim::ReduceLROnPlateau(1, real(0.5), 1);
  rates.clear();
  flat.on_step = options.on_step;
  Trainer resting(
      model, optim::SGD(model.parameters(), {.lr = 1}),
      [](const Tensor& y, const train::Examples&) { return sum(y) * 0 + 1; }, line(20), flat,
      Rng(1));
  resting.fit();
  CHECK(rates == std::vector<real>{1, 1, 1, real(0.5), real(0.5)});
}

TEST_CASE("early stopping ends the run and restores the best weights", "[train]") {
  const nn::Sequential model = small_mlp();
  std::vector<double> losses;
  std::vector<std::vector<real>> weights;
  TrainerOptions options{.epochs = 100, .batch = 10};
  options.patience = 3;
  options.min_delta = 1e-3;
  options.on_step = [&](const train::StepReport&) {
    weights.push_back(numbers(model.parameters()[0].second.value()));
  };
  options.on_epoch = [&](const train::EpochReport& report) {
    losses.push_back(report.validation->loss);
  };
  // So fast that it soon gets worse.
  Trainer trainer(model, optim::Adam(model.parameters(), {.lr = real(0.3)}),
                  train::cross_entropy_loss, moons(10, 3), options, Rng(1));
  trainer.validate_on(moons(40, 9));
  trainer.fit();
  REQUIRE(trainer.phase() == Trainer::Phase::stopped_early);
  REQUIRE(losses.size() < 100);
  std::size_t best = 0;
  for (std::size_t i = 1; i < losses.size(); ++i)
    if (losses[i] < losses[best] - 1e-3) best = i;
  CHECK(best + 1 + 3 == losses.size());
  CHECK(numbers(model.parameters()[0].second.value()) == weights[best]);
  CHECK(trainer.message().starts_with("Stopped after epoch " + std::to_string(losses.size()) +
                                      ": the loss was best, "));
  CHECK(trainer.message().ends_with(", after epoch " + std::to_string(best + 1) +
                                    ", whose weights are restored."));
}

TEST_CASE("a run can be stopped from its callback", "[train]") {
  const nn::Sequential model = small_mlp();
  Trainer* self = nullptr;
  TrainerOptions options;
  options.on_step = [&](const train::StepReport& report) {
    if (report.step == 2) self->stop();
  };
  Trainer trainer(model, optim::SGD(model.parameters()), train::cross_entropy_loss, moons(100, 3),
                  options, Rng(1));
  self = &trainer;
  trainer.fit();
  CHECK(trainer.phase() == Trainer::Phase::stopped);
  CHECK(trainer.steps() == 2);
}

namespace {

struct Run {
  nn::Sequential model;
  std::unique_ptr<Trainer> trainer;
};

using MakeOptimizer = optim::AnyOptimizer (*)(const nn::Parameters&);
const std::vector<std::pair<std::string, MakeOptimizer>> kOptimizers = {
    {"SGD",
     [](const nn::Parameters& p) {
       return optim::AnyOptimizer(optim::SGD(p, {.lr = real(0.1), .momentum = real(0.9)}));
     }},
    {"Nesterov",
     [](const nn::Parameters& p) {
       optim::SGDOptions options{.lr = real(0.1), .momentum = real(0.9)};
       options.nesterov = true;
       return optim::AnyOptimizer(optim::SGD(p, options));
     }},
    {"RMSProp", [](const nn::Parameters& p) { return optim::AnyOptimizer(optim::RMSProp(p)); }},
    {"Adagrad", [](const nn::Parameters& p) { return optim::AnyOptimizer(optim::Adagrad(p)); }},
    {"Adam", [](const nn::Parameters& p) { return optim::AnyOptimizer(optim::Adam(p)); }},
    {"AdamW", [](const nn::Parameters& p) { return optim::AnyOptimizer(optim::AdamW(p)); }},
};

// 35 examples in batches of 8, 9 to validate: an epoch is 5 + 2 steps, so that 10 steps end within
// the second one.
Run start(MakeOptimizer optimizer, std::uint64_t seed) {
  Run run{with_state(seed), nullptr};
  TrainerOptions options{.epochs = 20, .batch = 8};
  options.patience = 15;
  options.clip_norm = 1;
  options.plateau = optim::ReduceLROnPlateau(real(0.05), real(0.5), 0);
  options.metrics = {train::accuracy_metric()};
  run.trainer =
      std::make_unique<Trainer>(run.model, optimizer(run.model.parameters()),
                                train::cross_entropy_loss, moons(35, 3), options, Rng(seed));
  run.trainer->validate_on(moons(9, 4));
  return run;
}

std::vector<double> losses_of(Trainer& trainer, int steps) {
  std::vector<double> losses;
  for (int i = 0; i < steps; ++i) {
    REQUIRE(trainer.step());
    losses.push_back(trainer.last_loss());
  }
  return losses;
}

}  // namespace

TEST_CASE("a run goes on from a snapshot to the same bits, also in another run and through a file",
          "[train]") {
  for (const auto& [name, optimizer] : kOptimizers) {
    INFO(name);
    for (const int before :
         {0, 6, 10, 14}) {  // at the start, validating, within an epoch, at an end
      INFO(before);
      Run run = start(optimizer, 1);
      losses_of(*run.trainer, before);
      const optim::Snapshot middle = run.trainer->snapshot();
      const std::vector<double> losses = losses_of(*run.trainer, 10);
      const optim::Snapshot end = run.trainer->snapshot();
      CHECK_FALSE(same_bits(middle, end));

      run.trainer->restore(middle);
      CHECK(same_bits(run.trainer->snapshot(), middle));
      CHECK(losses_of(*run.trainer, 10) == losses);
      CHECK(same_bits(run.trainer->snapshot(), end));

      Run other = start(optimizer, 2);  // other weights, other order
      losses_of(*other.trainer, 3);
      const std::string bytes = io::write_safetensors(io::file_of(middle));
      other.trainer->restore(io::snapshot_of(io::read_safetensors(bytes)));
      CHECK(losses_of(*other.trainer, 10) == losses);
      CHECK(same_bits(other.trainer->snapshot(), end));
    }
  }
}

TEST_CASE("a snapshot that does not fit changes nothing", "[train]") {
  Run run = start(kOptimizers[4].second, 1);
  losses_of(*run.trainer, 10);
  const optim::Snapshot now = run.trainer->snapshot();
  const auto refusal = [&](const optim::Snapshot& snapshot) {
    std::string sentence = sentence_of([&] { run.trainer->restore(snapshot); });
    CHECK(same_bits(run.trainer->snapshot(), now));
    return sentence;
  };
  Run other = start(kOptimizers[0].second, 2);
  losses_of(*other.trainer, 3);
  CHECK(refusal(other.trainer->snapshot()).starts_with("[restore] the snapshot has "));
  optim::Snapshot changed = now;
  changed.arrays[0].second = Array::zeros({1});
  CHECK(refusal(changed) == "[restore] array 0.weight is (1), in the run (8,2)");
  changed = now;
  changed.arrays[1].first = "bias";
  CHECK(refusal(changed) == "[restore] array bias stands where the run has 0.bias");
  const auto with_number = [&](const std::string& name, std::uint64_t value) {
    optim::Snapshot snapshot = now;
    for (auto& [own, number] : snapshot.numbers)
      if (own == name) number = value;
    return snapshot;
  };
  CHECK(refusal(with_number("batch", 9)) == "[restore] number batch is 9, not in [8,8]");
  CHECK(refusal(with_number("at", ~std::uint64_t{0})) ==
        "[restore] number at is -1, not in [0,35]");
  CHECK(refusal(with_number("at", 35)) ==
        "[restore] the snapshot's place in the epoch is behind its end");
  CHECK(refusal(with_number("phase", 17)) == "[restore] number phase is 17, not in [0,5]");
}

namespace {

// Divides by the number of examples it has seen in all: a layer that breaks after a while.
struct Breaking {
  static constexpr const char* kind = "Breaking";
  std::shared_ptr<int> left = std::make_shared<int>(0);
  Tensor operator()(const Tensor& x) const { return --*left >= 0 ? x : log(x * 0 - 1); }
};

std::string divergence(const nn::Sequential& model, const train::Examples& all,
                       const train::Loss& loss, real lr, double explosion = 1e4) {
  TrainerOptions options{.epochs = 50, .batch = 8};
  options.explosion = explosion;
  Trainer trainer(model, optim::SGD(model.parameters(), {.lr = lr}), loss, all, options, Rng(1));
  trainer.fit();
  CHECK((trainer.phase() == Trainer::Phase::diverged) == !trainer.message().empty());
  return trainer.message();
}

}  // namespace

TEST_CASE("a loss that is not finite names the first operation and stops the run", "[train]") {
  Rng rng(1);
  const Breaking breaking;
  *breaking.left = 11;
  const nn::Sequential model({nn::Linear(2, 4, rng), nn::ReLU{}, nn::Dropout(real(0.5), rng),
                              breaking, nn::Linear(4, 2, rng)});
  const std::string before = "Loss became NaN at step 12: the first value that is not finite came ";
  CHECK(divergence(model, moons(64, 3), train::cross_entropy_loss, real(0.1)) ==
        before + "from layer 3 (Breaking), operation log.");

  // Within a part of a layer, and in the step's loss, its input and its targets.
  const nn::Sequential nested({nn::Linear(2, 2, rng), nn::Residual({breaking})});
  *breaking.left = 11;
  CHECK(divergence(nested, moons(64, 3), train::cross_entropy_loss, real(0.1)) ==
        before + "from layer 1 (Residual), operation log.");
  const auto broken_loss = [](const Tensor& y, const train::Examples&) {
    return log(-mean(y * y));
  };
  const nn::Sequential mlp = small_mlp();
  CHECK(divergence(mlp, moons(64, 3), broken_loss, real(0.1)) ==
        "Loss became NaN at step 1: the first value that is not finite came from the loss, "
        "operation log.");
  train::Examples holed = moons(64, 3);
  holed.x.data()[0] = std::numeric_limits<real>::quiet_NaN();
  CHECK(divergence(mlp, holed, train::cross_entropy_loss, real(0.1))
            .ends_with("the first value that is not finite came from the input."));
  const nn::Sequential linear({nn::Linear(1, 1, rng)});
  train::Examples targets = line(8);
  targets.targets.data()[3] = std::numeric_limits<real>::infinity();
  CHECK(divergence(linear, targets, train::squared_loss, real(0.1)) ==
        "Loss became infinite at step 1: the first value that is not finite came from the "
        "targets.");
}

TEST_CASE("an infinite gradient shows in the parameter that it broke", "[train]") {
  Rng rng(1);
  const nn::Sequential model({nn::Linear(1, 1, rng)});
  const auto rooted = [](const Tensor& y, const train::Examples&) { return mean(sqrt(y * 0)); };
  CHECK(divergence(model, line(8), rooted, real(0.1)) ==
        "Loss became NaN at step 2: the first value that is not finite came from parameter "
        "0.weight, as step 1 left it.");
}

TEST_CASE("an exploding loss is noticed while it is finite, unless that is switched off",
          "[train]") {
  Rng rng(1);
  const nn::Sequential model({nn::Linear(1, 1, rng)});
  const nn::Sequential twin = model.clone();
  const std::string message = divergence(model, line(8), train::squared_loss, 20);
  CHECK(message.starts_with("Loss exploded to "));
  CHECK(message.find(": the first value that is beyond ±") != std::string::npos);
  for (const auto& [name, parameter] : model.parameters())
    CHECK(std::isfinite(static_cast<double>(parameter.value()[0])));
  CHECK(divergence(twin, line(8), train::squared_loss, 1'000'000, 0).find("is not finite") !=
        std::string::npos);
}

TEST_CASE("1,000 epochs hold no more memory than two", "[train]") {
  const nn::Sequential model = with_state(1);
  TrainerOptions options{.epochs = 1'000, .batch = 4};
  options.metrics = {train::accuracy_metric()};
  options.clip_norm = 1;
  std::vector<MemoryUse> use;
  options.on_epoch = [&](const train::EpochReport&) { use.push_back(memory_use()); };
  Trainer trainer(model, optim::AdamW(model.parameters()), train::cross_entropy_loss, moons(10, 3),
                  options, Rng(1));
  trainer.validate_on(moons(6, 4));
  trainer.fit();
  REQUIRE(use.size() == 1'000);
  CHECK(use.back().live == use[1].live);
  CHECK(use.back().pooled == use[1].pooled);
}

TEST_CASE("what a trainer cannot train is refused", "[train]") {
  const nn::Sequential model = small_mlp();
  const auto refusal = [&](const train::Examples& all, const TrainerOptions& options) {
    return sentence_of([&] {
      const Trainer trainer(model, optim::SGD(model.parameters()), train::cross_entropy_loss, all,
                            options, Rng(1));
    });
  };
  CHECK(refusal(moons(4, 1), {.epochs = 0}) ==
        "[Trainer] needs at least one epoch and one example a batch, not 0 and 32");
  CHECK(refusal({}, {}) == "[Trainer] there are no examples for training");
  train::Examples uneven = moons(4, 1);
  uneven.labels.pop_back();
  CHECK(refusal(uneven, {}) == "[Trainer] 3 labels for 4 examples for training");
  uneven.labels.clear();
  uneven.targets = Array::zeros({5, 1});
  CHECK(refusal(uneven, {}) == "[Trainer] 5 targets for 4 examples for training");
}

TEST_CASE("the corpus of snapshots breaks no promise", "[train]") {
  std::set<std::string> taken;
  int files = 0;
  for (const auto& entry :
       std::filesystem::directory_iterator(GRAD_SOURCE_DIR "/tests/corpus/snapshot")) {
    std::ifstream in(entry.path(), std::ios::binary);
    if (tests::fuzz_snapshot(std::string{std::istreambuf_iterator<char>(in), {}}))
      taken.insert(entry.path().stem().string());
    ++files;
  }
  CHECK(files >= 10);
  CHECK(tests::fuzz_snapshot(tests::whole_snapshot()));
  CHECK(taken == std::set<std::string>{"not_numbers", "strange_rate", "whole"});
}

TEST_CASE("a pass is a loop by hand, in batches of the rows that it is given", "[train]") {
  const train::Examples all = moons(12, 3);
  const Labels rows = {7, 1, 11, 2, 9, 0, 4};
  Labels labels;
  for (const int row : rows) labels.push_back(all.labels[static_cast<std::size_t>(row)]);
  const nn::Sequential model = small_mlp(), twin = model.clone();

  optim::AnyOptimizer adam = optim::Adam(model.parameters());
  const train::Pass pass =
      train::pass_over(model, &adam, Tensor(all.x), Tensor(), labels, rows, {3, real(0.5)});

  optim::Adam by_hand(twin.parameters());
  double loss_sum = 0, right = 0, last = 0;
  for (std::size_t at = 0; at < rows.size(); at += 3) {
    const auto some = std::span<const int>(rows).subspan(at, std::min<std::size_t>(3, 7 - at));
    const auto own = std::span<const int>(labels).subspan(at, some.size());
    by_hand.zero_grad();
    const Tensor output = twin(index_select(Tensor(all.x), 0, some));
    const Tensor loss = cross_entropy(output, own);
    loss.backward();
    optim::clip_grad_norm(twin.parameters(), real(0.5));
    by_hand.step();
    last = static_cast<double>(loss.item());
    loss_sum += last * static_cast<double>(some.size());
    right += accuracy(output, own) * static_cast<double>(some.size());
  }
  CHECK(pass.batches == 3);
  CHECK(pass.loss == loss_sum);
  CHECK(pass.right == right);
  CHECK(pass.last_loss == last);
  const nn::Parameters mine = model.parameters(), others = twin.parameters();
  for (std::size_t i = 0; i < mine.size(); ++i)
    CHECK(same_bits(mine[i].second.value(), others[i].second.value()));

  // Without an optimiser it measures.
  const train::Pass measured =
      train::pass_over(model, nullptr, Tensor(all.x), Tensor(), labels, rows, {100, 0});
  CHECK(measured.batches == 1);
  CHECK(measured.loss == 7 * measured.last_loss);
  CHECK(same_bits(mine[0].second.value(), others[0].second.value()));
}

TEST_CASE("a pass ends before a step whose loss is no number", "[train]") {
  const train::Examples all = line(6);
  Rng rng(1);
  const nn::Sequential model({nn::Linear(1, 1, rng)});
  const Labels rows = {0, 1, 2, 3, 4, 5};
  Array targets = all.targets.clone();
  targets.data()[3] = std::numeric_limits<real>::infinity();
  optim::AnyOptimizer sgd = optim::SGD(model.parameters());
  const train::Pass pass =
      train::pass_over(model, &sgd, Tensor(all.x), Tensor(targets), {}, rows, {2, 0});
  CHECK(pass.batches == 1);
  CHECK_FALSE(std::isfinite(pass.last_loss));
  CHECK(std::isfinite(model.parameters()[0].second.value()[0]));
  CHECK(sentence_of([&] {
          train::pass_over(model, &sgd, Tensor(all.x), Tensor(), {}, rows, {2, 0});
        }) == "[pass_over] needs examples in a batch, and a label for each row");
}
