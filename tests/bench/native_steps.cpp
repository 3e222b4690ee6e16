// Times whole training steps natively, on the shapes of the browser benchmark: one JSON line a case
// and kernel class, {case, engine, host, threads, median_ms, gflops}. Run: native_steps [case].

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "data/dataset.h"
#include "kernels/kernels.h"
#include "nn/module.h"
#include "optim/optimizer.h"

using namespace grad;

namespace {

struct Case {
  const char* name;
  double flop;  ///< of one run
  std::function<std::function<void()>()> prepare;
};

constexpr std::int64_t kPoints = 800, kTinyPoints = 250, kTinyBatch = 10;

// Fixed numbers in [-1,1), the classes by a circle.
data::Dataset disc(std::int64_t n) {
  Rng rng(1);
  data::Dataset points{Array({n, 2}), {}, 2};
  for (real& x : points.x.span()) x = rng.uniform(-1, 1);
  for (std::int64_t i = 0; i < n; ++i) {
    const real x = points.x[2 * i], y = points.x[2 * i + 1];
    points.y.push_back(x * x + y * y < real(0.6));
  }
  return points;
}

// Consecutive batches, as inputs and labels.
std::vector<std::pair<Tensor, Labels>> batches(const data::Dataset& all, int size) {
  std::vector<std::pair<Tensor, Labels>> parts;
  for (int first = 0; first < all.size(); first += size) {
    std::vector<int> rows;
    for (int i = first; i < std::min(first + size, static_cast<int>(all.size())); ++i)
      rows.push_back(i);
    const data::Dataset part = data::take(all, rows);
    parts.emplace_back(part.x, part.y);
  }
  return parts;
}

std::function<void()> train(const nn::Sequential& model,
                            const std::vector<std::pair<Tensor, Labels>>& parts) {
  optim::Adam adam(model.parameters());
  return [model, adam, parts]() mutable {
    for (const auto& [x, labels] : parts) {
      adam.zero_grad();
      cross_entropy(model(x), labels).backward();
      adam.step();
    }
  };
}

std::function<void()> mlp(int batch) {
  Rng rng(2);
  return train(nn::mlp({2, 64, 128, 64, 2}, nn::ReLU{}, rng), batches(disc(kPoints), batch));
}

std::function<void()> cnn(int batch) {
  Rng rng(2);
  const nn::Sequential model({nn::Conv2d(1, 32, 3, rng), nn::ReLU{}, nn::MaxPool2d{2},
                              nn::Conv2d(32, 64, 3, rng), nn::ReLU{}, nn::MaxPool2d{2},
                              nn::Flatten{}, nn::Linear(1600, 64, rng), nn::ReLU{},
                              nn::Dropout(real(0.3), rng), nn::Linear(64, 10, rng)});
  data::Dataset pictures{Array({batch, 28, 28, 1}), {}, 10};
  for (real& x : pictures.x.span()) x = rng.uniform();
  for (int i = 0; i < batch; ++i) pictures.y.push_back((7 * i + 3) % 10);
  return train(model, batches(pictures, batch));
}

// TensorFlow Playground's default: tanh everywhere, half the squared error, plain SGD.
std::function<void()> tiny() {
  Rng rng(2);
  const nn::Sequential model({nn::Linear(2, 4, rng), nn::Tanh{}, nn::Linear(4, 2, rng), nn::Tanh{},
                              nn::Linear(2, 1, rng), nn::Tanh{}});
  std::vector<std::pair<Tensor, Tensor>> parts;
  for (const auto& [x, labels] : batches(disc(kTinyPoints), kTinyBatch)) {
    Array target({x.shape()[0], 1});
    for (std::size_t i = 0; i < labels.size(); ++i)
      target.data()[i] = labels[i] ? real(1) : real(-1);
    parts.emplace_back(x, target);
  }
  optim::SGD sgd(model.parameters(), {.lr = real(0.03)});
  return [model, sgd, parts]() mutable {
    for (const auto& [x, target] : parts) {
      sgd.zero_grad();
      (mse_loss(model(x), target) * real(0.5)).backward();
      sgd.step();
    }
  };
}

constexpr double kMlpFlop = 6 * (128 + 8192 + 8192 + 128) - 256;
constexpr double kCnnForward = 2 * (26 * 26 * 32 * 9 + 11 * 11 * 64 * 9 * 32 + 1600 * 64 + 640);
constexpr double kCnnFlop = 3 * kCnnForward - 2 * 26 * 26 * 32 * 9;

const std::vector<Case> kCases = {
    {"W3-b128", 128 * kCnnFlop, [] { return cnn(128); }},
    {"W3-b32", 32 * kCnnFlop, [] { return cnn(32); }},
    {"W4-full", kPoints* kMlpFlop, [] { return mlp(kPoints); }},
    {"W4-mb32", kPoints* kMlpFlop, [] { return mlp(32); }},
    {"W5", kTinyPoints * 6 * 18, [] { return tiny(); }},
};

double milliseconds(const std::function<void()>& run, int times) {
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < times; ++i) run();
  const std::chrono::duration<double, std::milli> passed = std::chrono::steady_clock::now() - start;
  return passed.count() / times;
}

// Median of 15 samples of about 30 ms each, after a warm-up.
double median_ms(const std::function<void()>& run) {
  const double rough = milliseconds(run, 3);
  const int times = std::max(1, static_cast<int>(30 / rough));
  milliseconds(run, times);
  std::vector<double> samples(15);
  for (double& sample : samples) sample = milliseconds(run, times);
  std::nth_element(samples.begin(), samples.begin() + 7, samples.end());
  return samples[7];
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view wanted = argc > 1 ? argv[1] : "";
  for (const auto kind : {kernels::Class::deterministic, kernels::Class::fast}) {
    if (kernels::select(kind) != kind) continue;
    const char* engine =
        kind == kernels::Class::fast ? "gradschool fast" : "gradschool deterministic";
    for (const Case& workload : kCases) {
      if (!std::string_view(workload.name).starts_with(wanted)) continue;
      const double ms = median_ms(workload.prepare());
      std::printf(
          "{\"case\": \"%s\", \"engine\": \"%s\", \"host\": \"native\", \"threads\": %d, "
          "\"median_ms\": %.5g, \"gflops\": %.4g}\n",
          workload.name, engine, kernels::threads(), ms, workload.flop / ms / 1e6);
    }
  }
}
