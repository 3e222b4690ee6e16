// Times classical models, natively (in processor time) and as WebAssembly in Node: one JSON line a
// case, {case, engine, host, threads, median_ms, longest_slice_ms, accuracy}. Run: native_classic
// [case [images.idx labels.idx]], the files being MNIST's (unzipped) of at least 5,000 pictures;
// without them pictures are made. classic_peer.py prints the same for scikit-learn.

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <functional>
#include <iterator>
#include <memory>
#include <numeric>
#include <string>
#include <string_view>
#include <vector>

#include "classic/boosted_trees.h"
#include "classic/kernel_svm.h"
#include "classic/logistic_regression.h"
#include "classic/nearest_neighbors.h"
#include "classic/pca.h"
#include "classic/random_forest.h"
#include "data/file_dataset.h"
#include "data/idx.h"
#include "tensor/check.h"

using namespace grad;
using namespace grad::classic;

namespace {

constexpr std::int64_t kTrain = 4000, kTest = 1000, kPixels = 784;

struct Sets {
  data::Dataset train, test;
};

Sets halves(const data::Dataset& all, std::int64_t train, std::int64_t test) {
  std::vector<int> rows(static_cast<std::size_t>(train + test));
  std::iota(rows.begin(), rows.end(), 0);
  const std::span<const int> order(rows);
  return {data::take(all, order.first(train)), data::take(all, order.subspan(train))};
}

data::Bytes bytes(const char* path) {
  std::ifstream file(path, std::ios::binary);
  check(file.is_open(), [&] { return std::string("[native_classic] cannot open ") + path; });
  return {std::istreambuf_iterator<char>(file), {}};
}

data::Dataset mnist(const char* images, const char* labels) {
  data::Dataset set = data::dataset_of(data::parse_idx(bytes(images), images), images,
                                       data::parse_idx(bytes(labels), labels), labels);
  check(set.size() >= kTrain + kTest && set.x.size() == set.size() * kPixels,
        "[native_classic] needs 5,000 pictures of 28 by 28 and their labels");
  return set;
}

// In place of handwriting: for each class a few round spots, moved and weakened by chance, in 256
// greys, most of them black.
data::Dataset spots() {
  Rng rng(1);
  constexpr int spots_of_class = 4;
  std::vector<real> places(10 * spots_of_class * 2);
  for (real& place : places) place = rng.uniform(6, 22);
  data::Dataset set{Array::zeros({kTrain + kTest, kPixels}), {}, 10};
  for (std::int64_t i = 0; i < kTrain + kTest; ++i) {
    const auto label = static_cast<std::int32_t>(rng.below(10));
    set.y.push_back(label);
    for (int spot = 0; spot < spots_of_class; ++spot) {
      const real* place = places.data() + 2 * (label * spots_of_class + spot);
      const real cx = place[0] + 2 * rng.normal(), cy = place[1] + 2 * rng.normal();
      const real strength = rng.uniform();
      for (int y = 0; y < 28; ++y) {
        for (int x = 0; x < 28; ++x) {
          const real dx = static_cast<real>(x) - cx, dy = static_cast<real>(y) - cy;
          const real grey = std::max(real(0), strength - (dx * dx + dy * dy) / 20);
          real& pixel = set.x.data()[i * kPixels + 28 * y + x];
          pixel = std::max(pixel, static_cast<real>(static_cast<int>(255 * grey)) / 255);
        }
      }
    }
  }
  return set;
}

// 20 normal features, the class by a product and a square of some.
data::Dataset table_of(std::int64_t n) {
  Rng rng(2);
  data::Dataset set{Array({n, 20}), {}, 2};
  for (real& number : set.x.span()) number = rng.normal();
  for (std::int64_t i = 0; i < n; ++i) {
    const real* row = set.x.data() + 20 * i;
    set.y.push_back(row[0] * row[1] + row[2] + row[3] * row[3] - 1 + rng.normal() / 2 > 0);
  }
  return set;
}

// Of the processor, not the clock on the wall (except in WebAssembly): other programs do not count.
double milliseconds() { return 1000.0 * static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

#ifdef __EMSCRIPTEN__
constexpr const char* kHost = "node";
#else
constexpr const char* kHost = "native";
#endif

void print(const char* name, double ms, double longest, double accuracy) {
  std::printf(
      "{\"case\": \"%s\", \"engine\": \"gradschool\", \"host\": \"%s\", \"threads\": 1, "
      "\"median_ms\": %.5g, \"longest_slice_ms\": %.3g, \"accuracy\": %.4f}\n",
      name, kHost, ms, longest, accuracy);
}

// Median of three fits, the longest slice of all.
void fit(const char* name, const std::function<std::unique_ptr<Classifier>()>& make,
         const Sets& sets) {
  std::vector<double> times;
  double longest = 0, right = 0;
  for (std::uint64_t seed = 0; seed < 3; ++seed) {
    const std::unique_ptr<Classifier> model = make();
    const double begin = milliseconds();
    model->start(sets.train, seed);
    for (bool more = true; more;) {
      const double slice = milliseconds();
      more = model->step();
      longest = std::max(longest, milliseconds() - slice);
    }
    times.push_back(milliseconds() - begin);
    right += accuracy(*model, sets.test) / 3;
  }
  std::sort(times.begin(), times.end());
  print(name, times[1], longest, right);
}

// Median of three times all test rows.
void predict(const char* name, Classifier& model, const Sets& sets) {
  model.fit(sets.train);
  std::vector<double> times;
  for (int i = 0; i < 3; ++i) {
    const double begin = milliseconds();
    model.predict(sets.test.x);
    times.push_back(milliseconds() - begin);
  }
  std::sort(times.begin(), times.end());
  print(name, times[1], times[1], accuracy(model, sets.test));
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view wanted = argc > 1 ? argv[1] : "";
  const auto asked = [wanted](std::string_view name) { return name.starts_with(wanted); };
  const Sets pictures = halves(argc > 3 ? mnist(argv[2], argv[3]) : spots(), kTrain, kTest);
  const Sets table = halves(table_of(12'000), 10'000, 2'000);

  if (asked("forest-100-784"))
    fit(
        "forest-100-784", [] { return std::make_unique<RandomForest>(); }, pictures);
  if (asked("boosted-100-20"))
    fit(
        "boosted-100-20", [] { return std::make_unique<BoostedTrees>(); }, table);
  if (asked("forest-100-20"))
    fit(
        "forest-100-20", [] { return std::make_unique<RandomForest>(); }, table);
  if (asked("knn-784")) {
    NearestNeighbors model;
    predict("knn-784", model, pictures);
  }
  if (asked("kernel-svm-784"))
    fit(
        "kernel-svm-784", [] { return std::make_unique<KernelSvm>(KernelSvmOptions{.c = 5}); },
        pictures);
  if (asked("logistic-784"))
    fit(
        "logistic-784", [] { return std::make_unique<LogisticRegression>(); }, pictures);
  if (asked("pca-50-784")) {
    Pca pca(50);
    double longest = 0;
    const double begin = milliseconds();
    pca.start(pictures.train.x);
    for (bool more = true; more;) {
      const double slice = milliseconds();
      more = pca.step();
      longest = std::max(longest, milliseconds() - slice);
    }
    print("pca-50-784", milliseconds() - begin, longest, 0);
  }
}
