// Cases where the normal equations have no single answer, and bad input. NumPy's values:
// golden_test.

#include "classic/least_squares.h"

#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <limits>
#include <vector>

#include "sentence.h"
#include "tensor/rng.h"

using namespace grad;
using classic::least_squares;
using classic::predict_linear;
using tests::sentence_of;

namespace {

const std::vector<real> kTargets{1, 2, 4, 8};

bool near(real a, double b, double bound = 1e-5) {
  return std::abs(static_cast<double>(a) - b) < bound;
}

}  // namespace

TEST_CASE("a plane is found exactly", "[classic]") {
  Rng rng(1);
  Array x({50, 2});
  std::vector<real> targets;
  for (std::int64_t i = 0; i < 50; ++i) {
    x.data()[2 * i] = rng.normal();
    x.data()[2 * i + 1] = rng.normal();
    targets.push_back(2 * x[2 * i] - 3 * x[2 * i + 1] + real(0.5));
  }
  const Array w = least_squares(x, targets);
  CHECK(near(w[0], 2));
  CHECK(near(w[1], -3));
  CHECK(near(w[2], 0.5));
  const Array predictions = predict_linear(w, x);
  for (std::int64_t i = 0; i < 50; ++i)
    CHECK(near(predictions[i], static_cast<double>(targets[static_cast<std::size_t>(i)])));
}

TEST_CASE("one example: the intercept is its target", "[classic]") {
  const Array w = least_squares(Array::from({3, 4}, {1, 2}), std::vector<real>{7});
  CHECK(w[0] == 0);
  CHECK(w[1] == 0);
  CHECK(w[2] == 7);
}

TEST_CASE("a column given twice shares its weight", "[classic]") {
  const Array w = least_squares(Array::from({0, 0, 1, 1, 2, 2, 3, 3}, {4, 2}), kTargets);
  CHECK(near(w[0], 1.15, 1e-3));  // the slope over one such column is 2.3
  CHECK(near(w[1], 1.15, 1e-3));
  CHECK(near(w[2], 0.3, 1e-3));
}

TEST_CASE("a constant column gets no weight, no column the mean", "[classic]") {
  const Array constant = least_squares(Array::full({4, 1}, 5), kTargets);
  CHECK(constant[0] == 0);
  CHECK(constant[1] == real(3.75));
  const Array none = least_squares(Array({4, 0}), kTargets);
  CHECK(none.shape() == Shape{1});
  CHECK(none[0] == real(3.75));
}

TEST_CASE("fewer examples than features still give finite weights that fit", "[classic]") {
  Rng rng(2);
  Array x({4, 10});
  for (real& number : x.span()) number = rng.normal();
  const Array w = least_squares(x, kTargets);
  for (const real weight : w.span()) CHECK(std::isfinite(weight));
  const Array predictions = predict_linear(w, x);
  for (std::size_t i = 0; i < 4; ++i)
    CHECK(near(predictions[static_cast<std::int64_t>(i)], static_cast<double>(kTargets[i]), 1e-3));
}

TEST_CASE("a large ridge pulls the weights to 0 but not the intercept", "[classic]") {
  const Array w = least_squares(Array::from({0, 1, 2, 3}, {4, 1}), kTargets, real(1e9));
  CHECK(near(w[0], 0));
  CHECK(near(w[1], 3.75));
}

TEST_CASE("least squares refuses what it cannot use", "[classic]") {
  const Array x = Array::zeros({4, 2});
  CHECK(sentence_of([&] { least_squares(Array::zeros({4}), kTargets); }) ==
        "[least_squares] needs x of (n,features), n >= 1, not (4)");
  CHECK(sentence_of([&] {
          least_squares(Array::zeros({0, 2}), {});
        }) == "[least_squares] needs x of (n,features), n >= 1, not (0,2)");
  CHECK(sentence_of([&] { least_squares(x, std::vector<real>{1}); }) ==
        "[least_squares] 1 targets for (4,2)");
  CHECK(
      sentence_of([&] { least_squares(x, kTargets, -1); }).starts_with("[least_squares] ridge -1"));
  const real nan = std::numeric_limits<real>::quiet_NaN();
  CHECK(sentence_of([&] {
          least_squares(Array::full({4, 2}, nan), kTargets);
        }) == "[least_squares] x holds a number that is not finite");
  CHECK(sentence_of([&] {
          least_squares(x, std::vector<real>{1, 2, nan, 3});
        }) == "[least_squares] a target is not finite");
  CHECK(sentence_of([&] { predict_linear(x, x); }) ==
        "[predict_linear] weights (4,2) do not fit x (4,2)");
}
