// Histograms of oriented gradients against what they are to see, and to overlook.

#include "classic/hog.h"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cmath>

#include "sentence.h"
#include "tensor/rng.h"

using namespace grad;
using classic::hog;
using tests::sentence_of;

namespace {

constexpr int side = 8, orientations = 8;

template <class Brightness>
Array picture(Brightness brightness) {
  Array x({1, side, side, 1});
  for (int row = 0; row < side; row++)
    for (int column = 0; column < side; column++)
      x.data()[row * side + column] = static_cast<real>(brightness(row, column));
  return x;
}

/// Share of the squared length in one orientation.
double share_of(const Array& features, int orientation) {
  double all = 0, chosen = 0;
  for (std::int64_t i = 0; i < features.size(); i++) {
    const double square = static_cast<double>(features[i] * features[i]);
    all += square;
    if (i % orientations == orientation) chosen += square;
  }
  return chosen / all;
}

Array random_eighths(std::uint64_t seed) {
  Rng rng(seed);
  return picture([&](int, int) { return real(rng.below(9)) / 8; });
}

}  // namespace

TEST_CASE("edges vote for the direction in which brightness changes", "[hog]") {
  CHECK(share_of(hog(picture([](int, int column) { return column > 3; })), 0) > 0.99);
  CHECK(share_of(hog(picture([](int row, int) { return row > 3; })), 4) > 0.99);
  CHECK(share_of(hog(picture([](int row, int column) { return row + column > 7; })), 2) > 0.97);
  CHECK(share_of(hog(picture([](int row, int column) { return row - column > 0; })), 6) > 0.97);
}

TEST_CASE("a vote goes to the cells around its pixel", "[hog]") {
  // One bright pixel in the upper left corner: only its cell hears of it.
  const Array features = hog(picture([](int row, int column) { return row == 0 && column == 0; }));
  for (std::int64_t i = orientations; i < features.size(); i++) CHECK(features[i] == 0);
  CHECK(*std::max_element(features.data(), features.data() + orientations) > real(0.5));
}

TEST_CASE("brightness and polarity do not matter, contrast hardly", "[hog]") {
  const Array x = random_eighths(1), features = hog(x);
  Array inverse = x.clone(), brighter = x.clone(), stronger = x.clone();
  for (real& value : inverse.span()) value = 1 - value;
  for (real& value : brighter.span()) value += 2;
  for (real& value : stronger.span()) value *= 2;
  const Array of_inverse = hog(inverse), of_brighter = hog(brighter), of_stronger = hog(stronger);
  for (std::int64_t i = 0; i < features.size(); i++) {
    CHECK(of_inverse[i] == features[i]);
    CHECK(of_brighter[i] == features[i]);
    CHECK(std::abs(of_stronger[i] - features[i]) < real(0.01));
  }
}

TEST_CASE("every block of cells has length 1, or 0 where nothing is to be seen", "[hog]") {
  Array both({2, 12, 9, 1});
  std::fill(both.span().begin(), both.span().end(), real(0.7));
  Rng rng(2);
  for (std::int64_t i = 0; i < 12 * 9; i++) both.data()[i] = rng.uniform();
  const Array features = hog(both, {.cell = 3, .orientations = 5});
  constexpr int blocks = 3 * 2, length = 4 * 5;
  REQUIRE(features.shape() == Shape{2, blocks * length});
  for (int block = 0; block < 2 * blocks; block++) {
    double squares = 0;
    for (int i = 0; i < length; i++) {
      const double value = static_cast<double>(features[block * length + i]);
      squares += value * value;
    }
    CHECK(squares <= 1);
    CHECK((block < blocks ? squares > 0.95 : squares == 0));
  }
}

TEST_CASE("hog refuses what it cannot describe, in a sentence", "[hog][errors]") {
  CHECK(sentence_of([] {
          hog(Array::zeros({1, 7, 8, 1}));
        })
            .starts_with("[hog] needs grey pictures (n, h, w, 1) of at least 2 x 2 cells of 4 "
                         "pixels, not "));
  CHECK(sentence_of([] { hog(Array::zeros({1, 8, 8, 3})); }).starts_with("[hog] needs grey"));
  CHECK(sentence_of([] { hog(Array::zeros({8, 8})); }).starts_with("[hog] needs grey"));
  CHECK(sentence_of([] {
          hog(Array::zeros({1, 8, 8, 1}), {.cell = 0});
        }) == "[hog] cells of 0 pixels and 8 orientations make no histogram");
  CHECK(hog(Array({0, 8, 8, 1})).shape() == Shape{0, 32});
}
