// Metrics against scikit-learn's values; splits and augmentation against their definitions.

#include "data/metrics.h"

#include <algorithm>
#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <limits>
#include <set>
#include <string>

#include "data/augment.h"
#include "data/splits.h"
#include "golden.h"
#include "sentence.h"

using namespace grad;
using namespace grad::data;
using Catch::Approx;
using tests::sentence_of;

namespace {

const tests::Golden& golden() {
  static const tests::Golden values("metrics.txt");
  return values;
}
double value(const std::string& key) { return static_cast<double>(golden()[key].item()); }

Dataset numbered(std::int64_t n, int classes) {
  Dataset all{Array({n, 1}), {}, classes};
  for (std::int64_t i = 0; i < n; ++i) {
    all.x.data()[i] = static_cast<real>(i);
    all.y.push_back(static_cast<std::int32_t>(i * i % classes));
  }
  return all;
}

std::int64_t count(const std::vector<std::int32_t>& labels, std::int32_t label) {
  return std::count(labels.begin(), labels.end(), label);
}

}  // namespace

TEST_CASE("Classes are scored as scikit-learn scores them", "[metrics]") {
  const auto truth = golden().labels("classes.truth");
  const auto predicted = golden().labels("classes.predicted");
  const ConfusionMatrix matrix(truth, predicted, 4);
  for (int t = 0; t < 4; ++t)
    for (int p = 0; p < 4; ++p)
      CHECK(static_cast<real>(matrix.count(t, p)) == golden()["classes.confusion"][4 * t + p]);
  for (int label = 0; label < 4; ++label) {
    CHECK(matrix.precision(label) ==
          Approx(static_cast<double>(golden()["classes.precision"][label])).epsilon(1e-6));
    CHECK(matrix.recall(label) ==
          Approx(static_cast<double>(golden()["classes.recall"][label])).epsilon(1e-6));
    CHECK(matrix.f1(label) ==
          Approx(static_cast<double>(golden()["classes.f1"][label])).epsilon(1e-6));
  }
  CHECK(matrix.precision(3) == 0);
  CHECK(matrix.macro_f1() == Approx(value("classes.macro_f1")).epsilon(1e-6));
  CHECK(matrix.accuracy() == Approx(value("classes.accuracy")).epsilon(1e-6));
  CHECK(accuracy(truth, predicted) == matrix.accuracy());
  // A class that does not occur at all does not count.
  CHECK(ConfusionMatrix(truth, predicted, 7).macro_f1() == matrix.macro_f1());
}

TEST_CASE("The ROC curve, its area and calibration are scikit-learn's", "[metrics]") {
  const auto truth = golden().labels("two.truth");
  const RealView score = golden()["two.score"].span();
  const std::vector<RocPoint> curve = roc_curve(truth, score);
  REQUIRE(std::ssize(curve) == golden()["two.roc.true"].size());
  for (std::size_t i = 0; i < curve.size(); ++i) {
    const auto at = static_cast<std::int64_t>(i);
    CHECK(curve[i].false_positive_rate ==
          Approx(static_cast<double>(golden()["two.roc.false"][at])).margin(1e-7));
    CHECK(curve[i].true_positive_rate ==
          Approx(static_cast<double>(golden()["two.roc.true"][at])).margin(1e-7));
  }
  CHECK(curve.front().threshold == std::numeric_limits<double>::infinity());
  CHECK(roc_auc(truth, score) == Approx(value("two.auc")).epsilon(1e-6));
  const std::vector<real> equal(truth.size(), real(0.5));
  CHECK(roc_auc(truth, equal) == 0.5);

  const std::vector<CalibrationBin> bins = calibration(truth, score);
  REQUIRE(std::ssize(bins) == golden()["two.calibration.mean"].size());
  double expected_error = 0;
  for (std::size_t i = 0; i < bins.size(); ++i) {
    const auto at = static_cast<std::int64_t>(i);
    const auto share = static_cast<double>(golden()["two.calibration.share"][at]);
    const auto mean = static_cast<double>(golden()["two.calibration.mean"][at]);
    CHECK(bins[i].share_true == Approx(share).margin(1e-6));
    CHECK(bins[i].mean_probability == Approx(mean).margin(1e-6));
    expected_error += static_cast<double>(bins[i].count) * std::abs(share - mean) / 80;
  }
  CHECK(calibration_error(bins) == Approx(expected_error).epsilon(1e-5));
}

TEST_CASE("Losses are scikit-learn's", "[metrics]") {
  CHECK(log_loss(golden().labels("loss.truth"), golden()["loss.p"]) ==
        Approx(value("loss.value")).epsilon(1e-5));
  const RealView target = golden()["numbers.target"].span();
  const RealView predicted = golden()["numbers.predicted"].span();
  CHECK(mean_squared_error(target, predicted) == Approx(value("numbers.mse")).epsilon(1e-6));
  CHECK(mean_absolute_error(target, predicted) == Approx(value("numbers.mae")).epsilon(1e-6));
  CHECK(r_squared(target, predicted) == Approx(value("numbers.r2")).epsilon(1e-6));
  const std::vector<real> same = {2, 2, 2}, other = {2, 2, 3};
  CHECK(r_squared(same, same) == 1);
  CHECK(r_squared(same, other) == 0);
}

TEST_CASE("The bootstrap's interval covers the mean as often as it says", "[metrics]") {
  Rng rng(3);
  int covered = 0;
  for (int i = 0; i < 200; ++i) {
    std::vector<real> values;
    for (int k = 0; k < 100; ++k) values.push_back(rng.uniform() < real(0.8) ? 1 : 0);
    const Interval interval = bootstrap_mean(values, rng, 0.9, 200);
    CHECK(interval.low <= interval.high);
    covered += interval.low <= 0.8 && 0.8 <= interval.high;
  }
  CHECK(covered >= 165);  // of 200, about 180 with a deviation of 4
  CHECK(covered <= 193);
  const std::vector<real> one = {7};
  const Interval point = bootstrap_mean(one, rng, 0.9, 1);
  CHECK(point.low == 7);
  CHECK(point.high == 7);
}

TEST_CASE("A sample counts examples as often as it holds them", "[metrics]") {
  const auto truth = golden().labels("two.truth");
  const RealView score = golden()["two.score"].span();
  Rng rng(5);
  std::vector<int> times(truth.size());
  draw_sample(times, rng);
  std::vector<std::int32_t> drawn, drawn_predicted, predicted;
  std::vector<real> drawn_score;
  for (std::size_t i = 0; i < truth.size(); ++i) {
    predicted.push_back(score[i] > real(0.4));
    for (int k = 0; k < times[i]; ++k) {
      drawn.push_back(truth[i]);
      drawn_score.push_back(score[i]);
      drawn_predicted.push_back(predicted[i]);
    }
  }
  CHECK(drawn.size() == truth.size());
  CHECK(RocRanking(truth, score).area(times) == roc_auc(drawn, drawn_score));
  CHECK(ConfusionMatrix(truth, predicted, 2, times) == ConfusionMatrix(drawn, drawn_predicted, 2));

  const std::vector<int> short_times(3, 1);
  CHECK(sentence_of([&] { RocRanking(truth, score).area(short_times); }) ==
        "[roc_auc] needs as many times as examples, not 3 for 80");
}

TEST_CASE("A bootstrap leaves out what its samples do not tell", "[metrics]") {
  Rng rng(1);
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const auto intervals = bootstrap(
      4,
      [&](TimesView times) {
        return std::vector<double>{times[0] > 0 ? 2.0 : nan, nan};
      },
      rng);
  REQUIRE(intervals.size() == 2);
  CHECK(intervals[0].low == 2);
  CHECK(intervals[0].high == 2);
  CHECK(std::isnan(intervals[1].low));
  CHECK(sentence_of([&] { bootstrap_mean({}, rng); }) ==
        "[bootstrap] needs examples, a level between 0 and 1 and at least one round");
}

TEST_CASE("Metrics refuse what has no answer", "[metrics]") {
  const std::vector<std::int32_t> two = {0, 1}, ones = {1, 1}, bad = {0, 2};
  const std::vector<real> scores = {real(0.5), real(1.5)};
  const std::vector<real> nan = {0, std::numeric_limits<real>::quiet_NaN()};
  CHECK(sentence_of([&] { accuracy(two, {}); }) ==
        "[accuracy] needs as many predictions as examples, at least one, not 0 for 2");
  CHECK(sentence_of([&] { ConfusionMatrix(two, bad, 2); }) ==
        "[ConfusionMatrix] label 2 of example 1 is not in [0,2)");
  CHECK(sentence_of([&] { roc_auc(ones, scores); }) ==
        "[roc_curve] needs examples of class 0 and of class 1");
  CHECK(sentence_of([&] { roc_auc(two, nan); }) == "[roc_curve] number 1 is not finite");
  CHECK(sentence_of([&] {
          log_loss(two, Array::zeros({3, 2}));
        }).find("needs probabilities (2,classes)") != std::string::npos);
  CHECK(sentence_of([&] { r_squared(scores, nan); }) == "[r_squared] number 1 is not finite");
  CHECK(sentence_of([&] { calibration(two, scores); }).find("is no probability") !=
        std::string::npos);
  CHECK(sentence_of([&] { calibration(two, scores, 0); }) ==
        "[calibration] 0 bins are not from 1 to 1000");
}

TEST_CASE("A stratified split keeps the shares of classes and every row", "[splits]") {
  const Dataset all = numbered(103, 5);  // squares modulo 5: classes 0, 1 and 4
  Rng rng(1);
  const Split parts = stratified_split(all, real(0.2), rng);
  for (const std::int32_t label : {0, 1, 4}) {
    const auto wanted = static_cast<double>(count(all.y, label)) * 0.2;
    CHECK(count(parts.test.y, label) == static_cast<std::int64_t>(std::floor(wanted + 0.5)));
  }
  std::set<real> seen(parts.train.x.span().begin(), parts.train.x.span().end());
  seen.insert(parts.test.x.span().begin(), parts.test.x.span().end());
  CHECK(seen.size() == 103);
  CHECK(parts.train.size() + parts.test.size() == 103);
  CHECK(!std::is_sorted(parts.train.y.begin(), parts.train.y.end()));
  CHECK(sentence_of([&] { stratified_split(all, 2, rng); }).find("not in [0,1]") !=
        std::string::npos);
}

TEST_CASE("Every row is tested in one fold", "[splits]") {
  const Dataset all = numbered(23, 3);
  Rng rng(2);
  for (const bool stratified : {false, true}) {
    const std::vector<Fold> folds =
        stratified ? stratified_folds(all.y, 4, rng) : k_folds(23, 4, rng);
    std::multiset<int> tested;
    for (const Fold& fold : folds) {
      CHECK((fold.test.size() == 5 || fold.test.size() == 6));
      std::set<int> rows(fold.train.begin(), fold.train.end());
      rows.insert(fold.test.begin(), fold.test.end());
      CHECK(rows.size() == 23);
      CHECK(fold.train.size() + fold.test.size() == 23);
      tested.insert(fold.test.begin(), fold.test.end());
      if (!stratified) continue;
      const Dataset part = take(all, fold.test);
      for (const std::int32_t label : {0, 1}) {
        CHECK(count(part.y, label) >= count(all.y, label) / 4);
        CHECK(count(part.y, label) <= count(all.y, label) / 4 + 1);
      }
    }
    CHECK(tested.size() == 23);
    CHECK(std::set<int>(tested.begin(), tested.end()).size() == 23);
  }
  CHECK(sentence_of([&] { k_folds(3, 4, rng); }) == "[k_folds] cannot make 4 folds of 3 rows");
}

TEST_CASE("Labels become rows with a single one", "[splits]") {
  const std::vector<std::int32_t> labels = {2, 0};
  const Array rows = one_hot(labels, 3);
  CHECK(std::vector<real>(rows.span().begin(), rows.span().end()) ==
        std::vector<real>{0, 0, 1, 1, 0, 0});
  CHECK(sentence_of([&] { one_hot(labels, 2); }) ==
        "[one_hot] label 2 of example 0 is not in [0,2)");
}

TEST_CASE("Pictures are changed as asked and no further", "[augment]") {
  Rng rng(5);
  Array pictures({8, 5, 4, 2});
  for (real& pixel : pictures.span()) pixel = rng.uniform();
  const auto equal = [](const Array& a, const Array& b) {
    return std::equal(a.span().begin(), a.span().end(), b.span().begin());
  };
  CHECK(equal(augment(pictures, {}, rng), pictures));

  const Array flipped = augment(pictures, {.flip = true}, rng);
  int mirrored = 0;
  for (std::int64_t i = 0; i < 8; ++i) {
    const auto pixel = [&](const Array& from, std::int64_t column) {
      return from[i * 40 + 2 * column + 1];
    };
    const bool is_mirrored = pixel(flipped, 0) == pixel(pictures, 3);
    CHECK((is_mirrored || pixel(flipped, 0) == pixel(pictures, 0)));
    mirrored += is_mirrored;
  }
  CHECK(mirrored > 0);
  CHECK(mirrored < 8);

  // A bright middle stays nearly all in the picture when moved by less than a pixel; a turn by half
  // a circle about the middle, at most, keeps a picture that is the same all around.
  Array disc = Array::zeros({4, 9, 9, 1});
  for (std::int64_t i = 0; i < 4; ++i)
    for (const int at : {30, 31, 32, 39, 40, 41, 48, 49, 50}) disc.data()[i * 81 + at] = 1;
  const auto ink = [](const Array& a) {
    double sum = 0;
    for (const real value : a.span()) sum += static_cast<double>(value);
    return sum;
  };
  const Array moved = augment(disc, {.shift = 2}, rng);
  CHECK(ink(moved) == Approx(36).epsilon(1e-4));
  CHECK(!equal(moved, disc));
  CHECK(ink(augment(disc, {.rotate = 3}, rng)) == Approx(36).epsilon(0.1));
  CHECK(ink(augment(disc, {.scale = real(0.5)}, rng)) != Approx(36).epsilon(0.01));
  CHECK(ink(augment(disc, {.elastic = 1}, rng)) == Approx(36).epsilon(0.4));
  CHECK(!equal(augment(disc, {.noise = real(0.1)}, rng), disc));
  const Array bright = augment(Array::full({1, 3, 3, 1}, 1), {.shift = 1, .outside = 1}, rng);
  for (const real pixel : bright.span()) CHECK(pixel == Approx(1));

  CHECK(sentence_of([&] {
          augment(Array::zeros({2, 3}), {}, rng);
        }).find("(2,3)") != std::string::npos);
  CHECK(sentence_of([&] { augment(disc, {.scale = 1}, rng); }).find("below 1") !=
        std::string::npos);
}
