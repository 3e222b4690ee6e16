// Toy data against their definitions.

#include "data/dataset.h"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <functional>
#include <limits>
#include <numbers>
#include <set>
#include <string>

#include "classic/least_squares.h"
#include "data/digits.h"
#include "data/shapes.h"
#include "sentence.h"

using namespace grad;
using data::Dataset;
using tests::sentence_of;

namespace {

using Maker = std::function<Dataset(std::int64_t, real, Rng&)>;
const std::vector<std::pair<std::string, Maker>> kMakers = {
    {"xor_points", [](auto n, real noise, Rng& rng) { return data::xor_points(n, noise, rng); }},
    {"moons", [](auto n, real noise, Rng& rng) { return data::moons(n, noise, rng); }},
    {"circles", [](auto n, real noise, Rng& rng) { return data::circles(n, noise, rng); }},
    {"spirals", [](auto n, real noise, Rng& rng) { return data::spirals(n, noise, rng); }},
    {"blobs", [](auto n, real noise, Rng& rng) { return data::blobs(n, noise, rng, 3); }},
};

Dataset make(const Maker& maker, std::int64_t n, real noise, std::uint64_t seed) {
  Rng rng(seed);
  return maker(n, noise, rng);
}

double at(const Dataset& set, std::int64_t row, int column) {
  return static_cast<double>(set.x[2 * row + column]);
}

std::int64_t count(const Dataset& set, std::int32_t label) {
  return std::count(set.y.begin(), set.y.end(), label);
}

// FNV-1a over the bytes of points and classes.
std::uint64_t hash(const Dataset& set) {
  std::uint64_t h = 14695981039346656037ull;
  const auto add = [&h](const void* bytes, std::size_t size) {
    for (std::size_t i = 0; i < size; ++i)
      h = (h ^ static_cast<const unsigned char*>(bytes)[i]) * 1099511628211ull;
  };
  add(set.x.data(), static_cast<std::size_t>(set.x.size()) * sizeof(real));
  add(set.y.data(), set.y.size() * sizeof(std::int32_t));
  return h;
}

// The points of one class, in order of their first coordinate and then the second.
std::vector<std::pair<double, double>> sorted_points(const Dataset& set, std::int32_t label) {
  std::vector<std::pair<double, double>> points;
  for (std::int64_t i = 0; i < set.size(); ++i)
    if (set.y[static_cast<std::size_t>(i)] == label)
      points.emplace_back(at(set, i, 0), at(set, i, 1));
  std::sort(points.begin(), points.end());
  return points;
}

// Whether the noiseless points of a class are exactly those that `place` gives for i < count.
bool has_exactly(const Dataset& set, std::int32_t label,
                 const std::function<std::pair<double, double>(double i, double count)>& place) {
  const auto points = sorted_points(set, label);
  const auto n = static_cast<double>(points.size());
  for (double i = 0; i < n; ++i) {
    const std::pair<double, double> expected = place(i, n);
    const bool found = std::any_of(points.begin(), points.end(), [&](const auto& point) {
      return std::abs(point.first - expected.first) < 1e-5 &&
             std::abs(point.second - expected.second) < 1e-5;
    });
    if (!found) return false;
  }
  return true;
}

constexpr double pi = std::numbers::pi;

}  // namespace

TEST_CASE("every toy set has the asked-for size, balanced classes and shuffled order", "[data]") {
  for (const auto& [name, maker] : kMakers) {
    INFO(name);
    for (const std::int64_t n : {0, 1, 2, 7, 300}) {
      const Dataset set = make(maker, n, real(0.1), 5);
      CHECK(set.x.shape() == Shape{n, 2});
      CHECK(set.size() == n);
      CHECK(set.classes == (name == "blobs" ? 3 : 2));
      if (name == "xor_points") continue;
      for (std::int32_t label = 0; label < set.classes; ++label) {
        CHECK(count(set, label) >= n / set.classes);
        CHECK(count(set, label) <= (n + set.classes - 1) / set.classes);
      }
    }
    const Dataset set = make(maker, 300, 0, 5);
    std::set<std::int32_t> first(set.y.begin(), set.y.begin() + 20);
    CHECK(first.size() == static_cast<std::size_t>(set.classes));
    CHECK_FALSE(std::is_sorted(set.y.begin(), set.y.end()));
  }
}

TEST_CASE("the same seed gives the same bits, another seed others", "[data]") {
  for (const auto& [name, maker] : kMakers) {
    INFO(name);
    CHECK(hash(make(maker, 200, real(0.1), 9)) == hash(make(maker, 200, real(0.1), 9)));
    CHECK(hash(make(maker, 200, real(0.1), 9)) != hash(make(maker, 200, real(0.1), 10)));
    CHECK(hash(make(maker, 200, real(0.1), 9)) != hash(make(maker, 200, real(0.2), 9)));
  }
}

TEST_CASE("xor points are uniform and labelled by the sign of the product", "[data]") {
  const Dataset set = make(kMakers[0].second, 4000, 0, 1);
  double sum = 0, squares = 0;
  for (std::int64_t i = 0; i < set.size(); ++i) {
    const double x = at(set, i, 0), y = at(set, i, 1);
    CHECK((std::abs(x) <= 1 && std::abs(y) <= 1));
    CHECK(set.y[static_cast<std::size_t>(i)] == (x * y > 0));
    sum += x + y;
    squares += x * x + y * y;
  }
  const double n = 8000;
  CHECK(std::abs(sum / n) < 5 * std::sqrt(1 / 3.0 / n));
  CHECK(std::abs(squares / n - 1 / 3.0) < 5 * std::sqrt(4 / 45.0 / n));
  CHECK(std::abs(static_cast<double>(count(set, 1)) - 2000) < 5 * std::sqrt(1000.0));
}

TEST_CASE("moons lie where scikit-learn puts them", "[data]") {
  const Dataset set = make(kMakers[1].second, 101, 0, 1);
  CHECK(has_exactly(set, 0, [](double i, double n) {
    return std::pair(std::cos(pi * i / (n - 1)), std::sin(pi * i / (n - 1)));
  }));
  CHECK(has_exactly(set, 1, [](double i, double n) {
    return std::pair(1 - std::cos(pi * i / (n - 1)), 0.5 - std::sin(pi * i / (n - 1)));
  }));
}

TEST_CASE("circles have radius 1 and factor", "[data]") {
  const Dataset set = make(kMakers[2].second, 100, 0, 1);
  for (const int label : {0, 1})
    CHECK(has_exactly(set, label, [label](double i, double n) {
      const double radius = label == 0 ? 1 : 0.5;
      return std::pair(radius * std::cos(2 * pi * i / n), radius * std::sin(2 * pi * i / n));
    }));
}

TEST_CASE("spirals turn one and three quarter times", "[data]") {
  const Dataset set = make(kMakers[3].second, 100, 0, 1);
  for (const int label : {0, 1})
    CHECK(has_exactly(set, label, [label](double i, double n) {
      const double radius = i / n, t = 2 * pi * 1.75 * radius + label * pi;
      return std::pair(radius * std::sin(t), radius * std::cos(t));
    }));
}

TEST_CASE("blobs are normal clouds around points of the unit circle", "[data]") {
  const Dataset set = make(kMakers[4].second, 6000, real(0.3), 1);
  for (const int label : {0, 1, 2}) {
    double mean_x = 0, mean_y = 0, variance = 0;
    const auto points = sorted_points(set, label);
    const auto n = static_cast<double>(points.size());
    const double x0 = std::cos(2 * pi * label / 3), y0 = std::sin(2 * pi * label / 3);
    for (const auto& [x, y] : points) {
      mean_x += x / n;
      mean_y += y / n;
      variance += ((x - x0) * (x - x0) + (y - y0) * (y - y0)) / (2 * n);
    }
    CHECK(std::abs(mean_x - x0) < 5 * 0.3 / std::sqrt(n));
    CHECK(std::abs(mean_y - y0) < 5 * 0.3 / std::sqrt(n));
    CHECK(std::abs(variance / 0.09 - 1) < 5 / std::sqrt(n));
  }
}

TEST_CASE("noise moves the points by its deviation, not the classes", "[data]") {
  const Dataset set = make(kMakers[1].second, 4000, real(0.2), 1);
  double squares = 0;  // distance from the first moon's circle, near its middle mostly radial
  std::int64_t used = 0;
  for (const auto& [x, y] : sorted_points(set, 0)) {
    if (y < 0.7) continue;
    squares += (std::hypot(x, y) - 1) * (std::hypot(x, y) - 1);
    ++used;
  }
  CHECK(used > 500);
  CHECK(std::abs(std::sqrt(squares / static_cast<double>(used)) - 0.2) < 0.03);
}

TEST_CASE("a request that makes no sense is refused in one sentence", "[data]") {
  const real nan = std::numeric_limits<real>::quiet_NaN();
  for (const auto& entry : kMakers) {
    const std::string& name = entry.first;
    const auto request = [&entry](std::int64_t n, real noise) {
      return sentence_of([&] { make(entry.second, n, noise, 1); });
    };
    CHECK(request(-1, 0) == "[" + name + "] cannot make -1 points");
    CHECK(request(1'000'000'000'000, 0) == "[" + name + "] cannot make 1000000000000 points");
    for (const real noise : {real(-1), nan, std::numeric_limits<real>::infinity()})
      CHECK(request(10, noise).starts_with("[" + name + "] noise must be finite"));
  }
  Rng rng(1);
  CHECK(sentence_of([&] { data::blobs(5, 0, rng, 0); }) ==
        "[blobs] needs at least one class, not 0");
  CHECK(sentence_of([&] { data::circles(5, 0, rng, 2); }).starts_with("[circles] factor 2.0"));
  const Dataset set = data::moons(10, 0, rng);
  CHECK(sentence_of([&] { data::split(set, nan, rng); }).starts_with("[split] test share"));
  CHECK(sentence_of([&] { data::take(set, std::vector{3, 10}); }) == "[take] no row 10 in 10");
  CHECK(sentence_of([&] { data::take(set, std::vector{-1}); }) == "[take] no row -1 in 10");
  CHECK(sentence_of([&] { data::Batches(set, 0, rng); }) == "[Batches] batch size 0 is below 1");
  const Dataset none = data::moons(0, 0, rng);
  CHECK(sentence_of([&] { data::Batches(none, 4, rng); }) ==
        "[Batches] the data set has no examples");
}

TEST_CASE("split shares out every example once", "[data]") {
  Rng rng(2);
  const Dataset set = data::blobs(101, real(0.5), rng);
  for (const double share : {0.0, 0.25, 0.5, 1.0}) {
    const auto [train, test] = data::split(set, static_cast<real>(share), rng);
    CHECK(train.size() == std::llround(101 * (1 - share)));
    CHECK(train.size() + test.size() == 101);
    CHECK(train.classes == 2);
    std::multiset<double> before, after;
    for (const real x : set.x.span()) before.insert(static_cast<double>(x));
    for (const Dataset* part : {&train, &test})
      for (const real x : part->x.span()) after.insert(static_cast<double>(x));
    CHECK(before == after);
  }
}

TEST_CASE("batches hand out every example once an epoch, in a new order", "[data]") {
  Rng rng(3);
  const Dataset set = data::moons(10, real(0.1), rng);
  data::Batches batches(set, 4, Rng(1));
  std::vector<std::vector<double>> orders;
  for (int epoch = 0; epoch < 3; ++epoch) {
    CHECK(batches.epoch() == epoch);
    std::vector<double> order;
    for (const std::int64_t size : {4, 4, 2}) {
      const Dataset batch = batches.next();
      CHECK(batch.size() == size);
      for (std::int64_t i = 0; i < size; ++i) order.push_back(at(batch, i, 0));
    }
    CHECK(batches.epoch() == epoch + 1);
    orders.push_back(order);
  }
  CHECK(orders[0] != orders[1]);
  CHECK(std::set<double>(orders[0].begin(), orders[0].end()) ==
        std::set<double>(orders[1].begin(), orders[1].end()));
  data::Batches same(set, 4, Rng(1));
  CHECK(at(same.next(), 0, 0) == orders[0][0]);
}

// --- Shapes --------------------------------------------------------------------------------------

namespace {

std::uint64_t hash(const data::ShapePictures& pictures) {
  std::uint64_t h = 14695981039346656037ull;
  const auto add = [&h](const void* bytes, std::size_t size) {
    for (std::size_t i = 0; i < size; ++i)
      h = (h ^ static_cast<const unsigned char*>(bytes)[i]) * 1099511628211ull;
  };
  add(pictures.x.data(), static_cast<std::size_t>(pictures.x.size()) * sizeof(real));
  for (const auto* factor : {&pictures.shape, &pictures.texture, &pictures.hue})
    add(factor->data(), factor->size() * sizeof(std::int32_t));
  return h;
}

data::ShapePictures shapes(std::int64_t n, std::uint64_t seed) {
  Rng rng(seed);
  return data::shape_pictures(n, rng);
}

// Pearson's chi-squared of two factors, and how many degrees of freedom it has.
std::pair<double, double> dependence(const std::vector<std::int32_t>& a, std::size_t a_levels,
                                     const std::vector<std::int32_t>& b, std::size_t b_levels) {
  std::vector<double> both(a_levels * b_levels), of_a(a_levels), of_b(b_levels);
  for (std::size_t i = 0; i < a.size(); ++i) {
    const auto row = static_cast<std::size_t>(a[i]), column = static_cast<std::size_t>(b[i]);
    both[row * b_levels + column] += 1;
    of_a[row] += 1;
    of_b[column] += 1;
  }
  double chi2 = 0;
  for (std::size_t row = 0; row < a_levels; ++row)
    for (std::size_t column = 0; column < b_levels; ++column) {
      const double expected = of_a[row] * of_b[column] / static_cast<double>(a.size());
      const double off = both[row * b_levels + column] - expected;
      chi2 += off * off / expected;
    }
  return {chi2, static_cast<double>((a_levels - 1) * (b_levels - 1))};
}

}  // namespace

TEST_CASE("shape pictures: counts, range, and the same bits for the same seed", "[data]") {
  const data::ShapePictures pictures = shapes(100, 7);
  CHECK(pictures.x.shape() == grad::Shape{100, 32, 32, 3});
  CHECK(pictures.size() == 100);
  for (std::int32_t shape = 0; shape < 6; ++shape) {
    const auto n = std::count(pictures.shape.begin(), pictures.shape.end(), shape);
    CHECK((n == 16 || n == 17));
  }
  for (const real value : pictures.x.span())
    if (!(value >= -1 && value <= 1)) FAIL(value);
  CHECK(hash(pictures) == hash(shapes(100, 7)));
  CHECK(hash(pictures) != hash(shapes(100, 8)));
  CHECK(shapes(0, 1).size() == 0);
  Rng rng(1);
  CHECK(sentence_of([&] { data::shape_pictures(-1, rng); }) ==
        "[shape_pictures] cannot make -1 pictures");
#ifndef GRAD_DOUBLE
  CHECK(hash(pictures) == 0xe9f75cc677e0c982ull);
#endif
}

TEST_CASE("neither texture nor colour nor brightness gives a shape away", "[data]") {
  const data::ShapePictures pictures = shapes(3000, 11);
  for (const auto& [factor, levels] : {std::pair(&pictures.texture, data::kTextureNames.size()),
                                       std::pair(&pictures.hue, data::kHueNames.size())}) {
    for (std::size_t level = 0; level < levels; ++level) {
      const double expected = 3000.0 / static_cast<double>(levels);
      const auto n = static_cast<double>(
          std::count(factor->begin(), factor->end(), static_cast<std::int32_t>(level)));
      CHECK(std::abs(n - expected) < 5 * std::sqrt(expected));
    }
    const auto [chi2, freedom] = dependence(pictures.shape, 6, *factor, levels);
    CHECK(chi2 < freedom + 4 * std::sqrt(2 * freedom));
  }
  // A linear classifier on the mean and the mean square of each channel does not get past chance.
  Array features({3000, 6});
  for (std::int64_t i = 0; i < 3000; ++i) {
    real* row = features.data() + 6 * i;
    std::fill_n(row, 6, real(0));
    for (std::int64_t at = 0; at < 32 * 32 * 3; ++at) {
      const real value = pictures.x[i * 32 * 32 * 3 + at];
      row[at % 3] += value / 1024;
      row[3 + at % 3] += value * value / 1024;
    }
  }
  std::vector<Array> scores;
  for (std::int32_t label = 0; label < 6; ++label) {
    std::vector<real> targets;
    for (const std::int32_t shape : pictures.shape) targets.push_back(shape == label);
    scores.push_back(classic::predict_linear(classic::least_squares(features, targets), features));
  }
  int right = 0;
  for (std::int64_t i = 0; i < 3000; ++i) {
    const auto best = std::max_element(scores.begin(), scores.end(),
                                       [i](const Array& a, const Array& b) { return a[i] < b[i]; });
    right += best - scores.begin() == pictures.shape[static_cast<std::size_t>(i)];
  }
  CHECK(right / 3000.0 < 0.23);  // fitted and tested on the same pictures
}

// --- Digits --------------------------------------------------------------------------------------

TEST_CASE("every ten pictures show each digit once, and more pictures only continue", "[data]") {
  Rng rng(4), same(4);
  const Dataset many = data::digits(300, real(0.1), rng), few = data::digits(40, real(0.1), same);
  const Dataset rest = data::digits(260, real(0.1), same);
  CHECK(many.x.shape() == Shape{300, data::digit_side, data::digit_side, 1});
  CHECK(many.classes == 10);
  for (std::int64_t i = 0; i < 300; i += 10)
    CHECK(std::set<std::int32_t>(many.y.begin() + i, many.y.begin() + i + 10).size() == 10);
  CHECK(std::equal(few.y.begin(), few.y.end(), many.y.begin()));
  CHECK(std::equal(few.x.span().begin(), few.x.span().end(), many.x.data()));
  CHECK(std::equal(rest.x.span().begin(), rest.x.span().end(), many.x.data() + few.x.size()));
  CHECK(std::equal(rest.y.begin(), rest.y.end(), many.y.begin() + 40));
}

TEST_CASE("digits are dark on bright or bright on dark, with the noise asked for", "[data]") {
  Rng rng(5), other(6);
  constexpr std::int64_t area = data::digit_side * data::digit_side;
  const Dataset clean = data::digits(1000, 0, rng);
  int bright_ink = 0;
  for (std::int64_t i = 0; i < clean.size(); i++) {
    const real* pixels = clean.x.data() + i * area;
    double center = 0, border = 0;
    for (std::int64_t p = 0; p < area; p++) {
      const auto row = p / data::digit_side, column = p % data::digit_side;
      CHECK((pixels[p] > real(-0.31) && pixels[p] < real(1.31)));
      const bool edge = row == 0 || row == 11 || column == 0 || column == 11;
      (edge ? border : center) += static_cast<double>(pixels[p]) / (edge ? 44 : 100);
    }
    bright_ink += center > border;
  }
  CHECK(bright_ink > 420);
  CHECK(bright_ink < 580);
  // Averaged over many pictures, neighbours differ by the strokes and by twice the noise's
  // variance.
  const auto roughness = [](const Dataset& set) {
    double squares = 0;
    for (std::int64_t i = 0; i + 1 < set.x.size(); i += 2) {
      const double step = static_cast<double>(set.x[i + 1] - set.x[i]);
      squares += step * step;
    }
    return squares / (static_cast<double>(set.x.size()) / 2);
  };
  const Dataset noisy = data::digits(1000, real(0.3), other);
  CHECK(std::abs(roughness(noisy) - roughness(clean) - 2 * 0.3 * 0.3) < 0.01);
}

TEST_CASE("pictures of digits refuse what makes no sense", "[data]") {
  Rng rng(1);
  CHECK(sentence_of([&] { data::digits(-1, 0, rng); }) == "[digits] cannot make -1 pictures");
  CHECK(sentence_of([&] {
          data::digits(10, real(-1), rng);
        }).starts_with("[digits] noise must be finite"));
  CHECK(data::digits(0, 0, rng).size() == 0);
}

TEST_CASE("batches may keep to the first examples", "[data]") {
  Rng rng(3);
  const Dataset set = data::moons(10, real(0.1), rng);
  data::Batches batches(set, 4, Rng(1), 6);
  std::set<double> seen, first;
  for (int row = 0; row < 6; row++) first.insert(at(set, row, 0));
  for (int epoch = 0; epoch < 3; epoch++)
    for (const std::int64_t size : {4, 2}) {
      const Dataset batch = batches.next();
      CHECK(batch.size() == size);
      for (std::int64_t i = 0; i < size; i++) seen.insert(at(batch, i, 0));
    }
  CHECK(batches.epoch() == 3);
  CHECK(seen == first);
  for (const std::int64_t bad : {0, 11})
    CHECK(sentence_of([&] { data::Batches(set, 4, Rng(1), bad); }) ==
          "[Batches] cannot walk over the first " + std::to_string(bad) + " of 10 examples");
}
