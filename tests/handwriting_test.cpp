// Handwriting that we make, and ten shapes, against the promises of their headers.

#include "data/handwriting.h"

#include <algorithm>
#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <set>
#include <string>

#include "classic/nearest_neighbors.h"
#include "data/shapes.h"
#include "sentence.h"

using namespace grad;
using namespace grad::data;
using Catch::Approx;
using tests::sentence_of;

namespace {

constexpr std::int64_t kArea = std::int64_t{handwriting_side} * handwriting_side;

Dataset digits(std::int64_t n, std::uint64_t seed, const HandwritingOptions& options = {}) {
  Rng rng(seed);
  return handwritten_digits(n, rng, options);
}

bool equal(std::span<const real> a, std::span<const real> b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end());
}

}  // namespace

TEST_CASE("Handwriting is the same for the same seed, and in tens", "[handwriting]") {
  const Dataset all = digits(40, 1);
  CHECK(all.x.shape() == Shape{40, 28, 28, 1});
  CHECK(all.classes == 10);
  CHECK(equal(all.x.span(), digits(40, 1).x.span()));
  CHECK(!equal(all.x.span(), digits(40, 2).x.span()));
  CHECK(equal(all.x.span().first(20 * kArea), digits(20, 1).x.span()));
  for (std::size_t i = 0; i < 40; i += 10)
    CHECK(std::set(all.y.begin() + static_cast<std::ptrdiff_t>(i),
                   all.y.begin() + static_cast<std::ptrdiff_t>(i) + 10)
              .size() == 10);
  CHECK(digits(0, 1).size() == 0);
  Rng rng(1);
  const Dataset letters = handwritten_letters(20, rng);
  CHECK(letters.classes == 10);
  CHECK(!equal(letters.x.span(), digits(20, 1).x.span()));
}

TEST_CASE("Writing is ink on paper in the middle, in the measures of MNIST", "[handwriting]") {
  const Dataset all = digits(500, 3, {.noise = 0});
  for (std::int64_t i = 0; i < 500; ++i) {
    double mass = 0, x = 0, y = 0;
    real darkest = 0;
    for (std::int64_t at = 0; at < kArea; ++at) {
      const real ink = all.x[i * kArea + at];
      const std::int64_t row = at / 28, column = at % 28;
      CHECK((ink >= 0 && ink <= 1));
      darkest = std::max(darkest, ink);
      mass += static_cast<double>(ink);
      x += static_cast<double>(ink) * (static_cast<double>(column) + 0.5);
      y += static_cast<double>(ink) * (static_cast<double>(row) + 0.5);
    }
    CHECK(darkest >= real(0.7));
    CHECK(mass >= 12);
    CHECK(mass <= 300);
    CHECK(x / mass == Approx(14).margin(3));
    CHECK(y / mass == Approx(14).margin(3));
  }
}

TEST_CASE("Without variation a way of writing is always the same", "[handwriting]") {
  const auto ink = [](const HandwritingOptions& options) {
    double spread = 0;
    const Dataset all = digits(200, 4, options);
    std::vector<double> sum(kArea * 10), square(kArea * 10);
    for (std::int64_t i = 0; i < 200; ++i)
      for (std::int64_t at = 0; at < kArea; ++at) {
        const auto pixel = static_cast<double>(all.x[i * kArea + at]);
        sum[all.y[i] * kArea + at] += pixel / 20;
        square[all.y[i] * kArea + at] += pixel * pixel / 20;
      }
    for (std::size_t at = 0; at < sum.size(); ++at) spread += square[at] - sum[at] * sum[at];
    return spread;
  };
  CHECK(ink({.variation = 0, .noise = 0}) < 0.8 * ink({.noise = 0}));
  CHECK(ink({.noise = 0}) < ink({.variation = 2, .noise = 0}));
  CHECK(ink({.noise = 0}) < ink({.noise = real(0.2)}));
}

TEST_CASE("Handwriting can be learned and is not trivial", "[handwriting]") {
  classic::NearestNeighbors model;
  model.fit(digits(1000, 5));
  const double right = classic::accuracy(model, digits(300, 6));
  CHECK(right > 0.6);
  CHECK(right < 0.95);
}

TEST_CASE("Handwriting refuses senseless requests", "[handwriting]") {
  CHECK(sentence_of([] { digits(-1, 1); }) == "[handwritten_digits] cannot make -1 pictures");
  CHECK(sentence_of([] { digits(1, 1, {.variation = 4}); }).find("is not in [0,3]") !=
        std::string::npos);
  CHECK(sentence_of([] { digits(1, 1, {.noise = -1}); }).find("noise must be finite") !=
        std::string::npos);
}

TEST_CASE("Ten shapes come in turn and leave the first six as they were", "[shapes]") {
  Rng ten(3), six(3);
  const ShapePictures wide = shape_pictures(6, ten, 10), narrow = shape_pictures(6, six);
  CHECK(equal(wide.x.span(), narrow.x.span()));
  Rng rng(9);
  const ShapePictures all = shape_pictures(1000, rng, 10);
  for (std::int32_t shape = 0; shape < 10; ++shape)
    CHECK(std::count(all.shape.begin(), all.shape.end(), shape) == 100);
  CHECK(sentence_of([&] { shape_pictures(1, rng, 11); }) ==
        "[shape_pictures] 11 classes are not from 1 to 10");
}
