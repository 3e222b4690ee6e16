// Does a network that saw only our own handwriting read real one? Trains lesson 04-02's CNN on
// pictures of data/handwriting.h and reads MNIST's files, which are used for nothing else: one JSON
// line a seed, {pictures_per_second, train, epochs, seed, own_accuracy, accuracy, train_seconds},
// then the confusion matrix. Run: handwriting images labels [seeds] [train] [epochs] [sheet.png],
// seeds being how many, or the first and the last, "4-5"; the sheet shows mistakes of the last
// seed, a digit a row.

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <string>
#include <vector>

#include "data/files.h"
#include "data/handwriting.h"
#include "data/png.h"
#include "kernels/kernels.h"
#include "nn/module.h"
#include "optim/optimizer.h"
#include "tensor/check.h"

using namespace grad;

namespace {

double seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

nn::Sequential network(Rng& rng) {
  return nn::Sequential({nn::Conv2d(1, 32, 3, rng), nn::ReLU{}, nn::MaxPool2d{2},
                         nn::Conv2d(32, 64, 3, rng), nn::ReLU{}, nn::MaxPool2d{2}, nn::Flatten{},
                         nn::Linear(1600, 64, rng), nn::ReLU{}, nn::Dropout(real(0.3), rng),
                         nn::Linear(64, 10, rng)});
}

std::vector<std::int32_t> read(nn::Sequential& model, const data::Dataset& set) {
  const NoGrad no_grad;
  model.train(false);
  std::vector<std::int32_t> answers;
  constexpr std::int64_t slice = 500;
  for (std::int64_t first = 0; first < set.size(); first += slice) {
    const std::int64_t count = std::min(slice, set.size() - first);
    const auto part = set.x.span().subspan(first * 784, count * 784);
    const Array logits = model(Tensor(Array::from(part, {count, 28, 28, 1}))).value();
    for (std::int64_t i = 0; i < count; ++i) {
      const real* row = logits.data() + 10 * i;
      answers.push_back(static_cast<std::int32_t>(std::max_element(row, row + 10) - row));
    }
  }
  model.train(true);
  return answers;
}

double share_right(const std::vector<std::int32_t>& answers, const data::Dataset& set) {
  std::size_t right = 0;
  for (std::size_t i = 0; i < answers.size(); ++i) right += answers[i] == set.y[i];
  return static_cast<double>(right) / static_cast<double>(answers.size());
}

void print_confusion(const std::vector<std::int32_t>& answers, const data::Dataset& set) {
  int counts[10][10] = {};
  for (std::size_t i = 0; i < answers.size(); ++i) ++counts[set.y[i]][answers[i]];
  for (const auto& row : counts) {
    for (const int count : row) std::printf("%5d", count);
    std::printf("\n");
  }
}

void write_mistakes(const std::vector<std::int32_t>& answers, const data::Dataset& set,
                    const char* path) {
  constexpr int across = 20;
  Array sheet = Array::zeros({10 * across, 28, 28, 1});
  for (int digit = 0; digit < 10; ++digit) {
    int shown = 0;
    for (std::int64_t i = 0; i < set.size() && shown < across; ++i)
      if (set.y[i] == digit && answers[i] != digit)
        std::copy_n(set.x.data() + i * 784, 784, sheet.data() + (digit * across + shown++) * 784);
  }
  data::write_file(path, data::png_of(data::contact_sheet(sheet, across, 2)));
}

}  // namespace

int main(int count, char** arguments) try {
  check(count >= 3, "usage: handwriting images labels [seeds] [train] [epochs] [sheet.png]");
  const auto number = [&](int at, int otherwise) {
    return count > at ? std::atoi(arguments[at]) : otherwise;
  };
  const int train = number(4, 10000), epochs = number(5, 5);
  const char* const dash = count > 3 ? std::strchr(arguments[3], '-') : nullptr;
  const int first = dash ? number(3, 1) : 1, last = dash ? std::atoi(dash + 1) : number(3, 1);
  const data::Dataset real_ones = data::load_dataset(arguments[1], arguments[2]);
  kernels::select(kernels::Class::fast);
  for (int seed = first; seed <= last; ++seed) {
    Rng rng(seed);
    const double start = seconds();
    const data::Dataset own = data::handwritten_digits(train, rng);
    const double made = seconds();
    const data::Dataset own_test = data::handwritten_digits(1000, rng);
    nn::Sequential model = network(rng);
    optim::Adam adam(model.parameters());
    data::Batches batches(own, 128, rng.split(1));
    const double begun = seconds();
    while (batches.epoch() < epochs) {
      if (batches.epoch() == epochs - 1) adam.options().lr = real(2e-4);
      const data::Dataset batch = batches.next();
      adam.zero_grad();
      cross_entropy(model(Tensor(batch.x)), batch.y).backward();
      adam.step();
    }
    const double trained = seconds();
    const std::vector<std::int32_t> answers = read(model, real_ones);
    std::printf(
        "{\"pictures_per_second\": %.0f, \"train\": %d, \"epochs\": %d, \"seed\": %d, "
        "\"own_accuracy\": %.4f, \"accuracy\": %.4f, \"train_seconds\": %.1f}\n",
        train / std::max(made - start, 1e-9), train, epochs, seed,
        share_right(read(model, own_test), own_test), share_right(answers, real_ones),
        trained - begun);
    std::fflush(stdout);
    if (seed < last) continue;
    print_confusion(answers, real_ones);
    if (count > 6) write_mistakes(answers, real_ones, arguments[6]);
  }
  return 0;
} catch (const Error& error) {
  std::fprintf(stderr, "%s\n", error.what());
  return 1;
}
