// t-SNE against scikit-learn's probabilities and divergence (tests/golden/make_classic.py), and
// what it promises to whoever draws it.

#include "classic/tsne.h"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <string>

#include "golden.h"
#include "sentence.h"

using namespace grad;
using namespace grad::classic;
using tests::Golden;
using tests::sentence_of;

namespace {

const Golden& golden() {
  static const Golden values("tsne.txt");
  return values;
}

bool same(const Array& a, const Array& b) {
  return a.shape() == b.shape() && std::equal(a.span().begin(), a.span().end(), b.span().begin());
}

/// Share of points whose nearest one in the plane is of their class.
double kept_together(const Array& places, const std::vector<std::int32_t>& y) {
  const auto n = static_cast<std::int64_t>(y.size());
  double right = 0;
  for (std::int64_t i = 0; i < n; ++i) {
    std::int64_t best = -1;
    real nearest = 0;
    for (std::int64_t j = 0; j < n; ++j) {
      const real dx = places[2 * i] - places[2 * j], dy = places[2 * i + 1] - places[2 * j + 1];
      const real distance = dx * dx + dy * dy;
      if (j == i || (best >= 0 && distance >= nearest)) continue;
      best = j;
      nearest = distance;
    }
    right += y[static_cast<std::size_t>(best)] == y[static_cast<std::size_t>(i)];
  }
  return right / static_cast<double>(n);
}

}  // namespace

TEST_CASE("affinities are scikit-learn's joint probabilities", "[tsne]") {
  for (const int perplexity : {5, 30}) {
    Tsne model({.perplexity = static_cast<double>(perplexity), .iterations = 1});
    model.fit(golden()["x"]);
    const Array& theirs = golden()["joint_" + std::to_string(perplexity)];
    double largest = 0, sum = 0;
    for (std::int64_t i = 0; i < 12 * 150; ++i) {
      if (i % 150 == i / 150) continue;  // the diagonal counts for nothing
      largest = std::max(largest, std::abs(static_cast<double>(model.affinities()[i]) -
                                           static_cast<double>(theirs[i])));
    }
    for (std::int64_t i = 0; i < 150 * 150; ++i)
      if (i % 151 != 0) sum += static_cast<double>(model.affinities()[i]);
    INFO(perplexity);
    CHECK(largest < 1e-7);  // of numbers up to 1e-3
    CHECK(std::abs(sum - 1) < 1e-5);
  }
}

TEST_CASE("the divergence falls to scikit-learn's, and classes stay together", "[tsne]") {
  Tsne model({.perplexity = 15});
  model.fit(golden()["x"]);
  const std::vector<double>& falls = model.divergences();
  CHECK(falls.size() == 101);
  CHECK(falls.back() < 0.3 * falls.front());
  // Once nothing is exaggerated, it falls without a rise worth naming.
  for (std::size_t i = 27; i < falls.size(); ++i) CHECK(falls[i] < falls[i - 1] + 0.01);
  const auto theirs = static_cast<double>(golden()["divergence"].item());
  CAPTURE(falls.back(), theirs);
  CHECK(std::abs(falls.back() / theirs - 1) < 0.05);
  CHECK(kept_together(model.embedding(), golden().labels("y")) > 0.95);
}

TEST_CASE("t-SNE moves in slices, the same bits in any way; seeds matter at random", "[tsne]") {
  const Array& x = golden()["x"];
  Tsne whole({.perplexity = 10, .iterations = 60, .pca = false}),
      sliced({.perplexity = 10, .iterations = 60, .pca = false});
  whole.fit(x, 3);
  sliced.start(x, 3);
  CHECK_FALSE(sliced.placed());
  CHECK(sentence_of([&] { sliced.embedding(); }) == "[Tsne] the points have no places yet");
  CHECK(sentence_of([&] { sliced.affinities(); }) == "[Tsne] the affinities are not there yet");
  double before = 0;
  while (sliced.step()) {
    CHECK(sliced.progress() >= before);
    before = sliced.progress();
  }
  CHECK(sliced.iterations() == 60);
  CHECK(same(whole.embedding(), sliced.embedding()));
  const Array first = sliced.embedding().clone();
  sliced.fit(x, 4);
  CHECK_FALSE(same(first, sliced.embedding()));
  sliced.start(x, 3);  // given up and begun anew
  sliced.step();
  sliced.fit(x, 3);
  CHECK(same(first, sliced.embedding()));
}

TEST_CASE("t-SNE bears points that are alike, far away or in one dimension", "[tsne]") {
  Tsne model({.perplexity = 3, .iterations = 30});
  for (const Array& x : {Array::full({20, 4}, real(7)), Array::full({20, 1}, real(0))}) {
    model.fit(x);
    for (const real place : model.embedding().span()) CHECK(std::isfinite(place));
  }
  Array far({20, 2});
  for (std::int64_t i = 0; i < 40; ++i)
    far.data()[i] = real(1e4) + static_cast<real>(i % 10) + (i > 20 ? real(1e6) : real(0));
  model.fit(far);
  for (const real place : model.embedding().span()) CHECK(std::isfinite(place));
  for (const double divergence : model.divergences()) CHECK(std::isfinite(divergence));
}

TEST_CASE("t-SNE refuses what it cannot place", "[tsne]") {
  Tsne model;
  CHECK(sentence_of([&] {
          model.start(Array::zeros({31, 2}));
        }) == "[Tsne] a perplexity of 30 needs more than 31 points, not 31");
  CHECK(sentence_of([&] {
          model.start(Array::zeros({2001, 2}));
        }) == "[Tsne] 2001 points are more than 2000");
  CHECK(sentence_of([&] {
          model.start(Array::full({40, 2}, std::nanf("")));
        }) == "[Tsne] x is not finite in row 0, column 0");
  CHECK(sentence_of([] { Tsne({.perplexity = 0.5}); }).starts_with("[Tsne] needs a perplexity"));
}
