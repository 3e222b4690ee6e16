// Curves, tables and reviews against the structure that their headers promise.

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <map>
#include <string>

#include "classic/boosted_trees.h"
#include "classic/features.h"
#include "classic/least_squares.h"
#include "classic/logistic_regression.h"
#include "data/curves.h"
#include "data/reviews.h"
#include "data/tables.h"
#include "sentence.h"

using namespace grad;
using namespace grad::data;
using tests::sentence_of;

namespace {

double mean_label(const Table& table, int column, double low, double high) {
  double sum = 0, count = 0;
  const auto width = static_cast<std::int64_t>(table.columns.size());
  for (std::int64_t i = 0; i < table.size(); ++i) {
    const auto number = static_cast<double>(table.x[i * width + column]);
    if (!(number >= low && number <= high)) continue;
    sum += table.label[static_cast<std::size_t>(i)];
    ++count;
  }
  return sum / count;
}

double missing_share(const Table& table, int column, int of_column, double value) {
  double missing = 0, count = 0;
  const auto width = static_cast<std::int64_t>(table.columns.size());
  for (std::int64_t i = 0; i < table.size(); ++i) {
    if (static_cast<double>(table.x[i * width + of_column]) != value) continue;
    missing += std::isnan(table.x[i * width + column]);
    ++count;
  }
  return missing / count;
}

// Test accuracy of a model on the first 80 % and the rest, encoded.
double learned(classic::Classifier& model, const Table& table) {
  const std::int64_t train = table.size() * 4 / 5;
  const Table first = rows(table, 0, train), rest = rows(table, train, table.size() - train);
  const Array x = encode(first, first);
  const classic::Standardizer standardizer(x);
  model.fit({standardizer.transform(x), first.label, 2});
  return classic::accuracy(model, {standardizer.transform(encode(rest, first)), rest.label, 2});
}

double read(classic::Classifier& model, const Reviews& train, const Reviews& test, int n) {
  const BagOfWords bag(train.text, n);
  model.fit({bag.counts(train.text), train.label, 2});
  return classic::accuracy(model, {bag.counts(test.text), test.label, 2});
}

}  // namespace

TEST_CASE("curves and the sawtooth are what they are called", "[data]") {
  CHECK(curve(Curve::line, real(0.3)) == real(0.3));
  CHECK(std::abs(curve(Curve::sine, real(0.25)) - 1) < real(1e-6));
  CHECK(curve(Curve::step, real(-0.1)) == -1);
  CHECK(curve(Curve::bump, real(0.2)) == real(0.5));
  Rng rng(1);
  const Regression exact = curve_points(Curve::chirp, 100, 0, rng);
  CHECK(exact.x.shape() == Shape{100, 1});
  for (std::int64_t i = 0; i < 100; ++i)
    CHECK(exact.target[static_cast<std::size_t>(i)] == curve(Curve::chirp, exact.x[i]));

  // 2^depth + 1 even points alternate between 0 and 1: so many straight pieces lie between them.
  for (const int depth : {1, 4, 20})
    for (int i = 0; i <= std::min(1 << depth, 100); ++i)
      CHECK(sawtooth(std::ldexp(static_cast<real>(i), -depth), depth) == static_cast<real>(i % 2));
  CHECK(sawtooth_points(10, 3, 0, rng).size() == 10);
  CHECK(sentence_of([&] { sawtooth_points(0, 21, 0, rng); }) ==
        "[sawtooth] depth 21 is not in [1,20]");
  CHECK(sentence_of([&] { curve_points(Curve::sine, -1, 0, rng); }) ==
        "[curve_points] cannot make -1 points");
  CHECK(sentence_of([&] { swiss_roll(5, -1, rng); }).starts_with("[swiss_roll] noise must be"));
}

TEST_CASE("the Swiss roll lies on its spiral", "[data]") {
  Rng rng(2);
  const Regression roll = swiss_roll(200, 0, rng);
  for (std::int64_t i = 0; i < 200; ++i) {
    const real *point = roll.x.data() + 3 * i, t = roll.target[static_cast<std::size_t>(i)];
    CHECK(std::abs(std::hypot(point[0], point[2]) - t) < real(1e-4));
    CHECK((point[1] >= 0 && point[1] <= 21));
    CHECK((t >= real(4.71) && t < real(14.14)));
  }
}

TEST_CASE("the checkerboard's classes follow its squares", "[data]") {
  Rng rng(3);
  const Dataset board = checkerboard(1000, 0, rng, 6);
  for (std::int64_t i = 0; i < 1000; ++i) {
    const int column = static_cast<int>((board.x[2 * i] + 1) * 3);
    const int row = static_cast<int>((board.x[2 * i + 1] + 1) * 3);
    CHECK(board.y[static_cast<std::size_t>(i)] == (row + column) % 2);
  }
  CHECK(sentence_of([&] { checkerboard(1, 0, rng, 1); }) ==
        "[checkerboard] 1 cells are not in [2,100]");
}

TEST_CASE("tables: the first rows are the same for more; labels follow the probabilities",
          "[data]") {
  for (const auto& make : {credit_risk, churn}) {
    Rng one(5), two(5);
    const Table small = make(50, one), large = make(8000, two);
    for (std::int64_t i = 0; i < small.x.size(); ++i)
      CHECK((small.x[i] == large.x[i] || std::isnan(small.x[i])));
    double expected = 0, seen = 0;
    for (std::size_t i = 0; i < 8000; ++i) {
      expected += static_cast<double>(large.target[i]);
      seen += large.label[i];
    }
    CHECK(std::abs(seen - expected) / 8000 < 0.015);
    Rng rng(1);
    CHECK(sentence_of([&] { make(-1, rng); }) == "[tables] cannot make -1 rows");
  }
}

TEST_CASE("credit risk has the structure it promises", "[data]") {
  Rng rng(1);
  const Table table = credit_risk(8000, rng);
  const double all = mean_label(table, 0, 0, 100);
  CHECK((all > 0.15 && all < 0.25));
  CHECK(mean_label(table, 3, 3, 8) > 2 * mean_label(table, 3, 0, 0));
  CHECK(std::abs(mean_label(table, 0, 20, 40) - mean_label(table, 0, 50, 70)) < 0.03);
  CHECK(std::abs(missing_share(table, 1, 4, 2) - 0.25) < 0.05);
  CHECK(std::abs(missing_share(table, 1, 4, 0) - 0.05) < 0.02);
  classic::LogisticRegression model;
  CHECK(learned(model, table) > 1 - all + 0.01);
}

TEST_CASE("churn has the structure it promises; trees see more of it than lines", "[data]") {
  Rng rng(1);
  const Table table = churn(8000, rng);
  const double all = mean_label(table, 0, 0, 100);
  CHECK((all > 0.18 && all < 0.32));
  CHECK(mean_label(table, 4, 0, 0) > 2 * mean_label(table, 4, 1, 1));
  CHECK(mean_label(table, 3, 3, 6) > 1.5 * mean_label(table, 3, 0, 1));
  CHECK(std::abs(mean_label(table, 3, 0, 0) - mean_label(table, 3, 1, 1)) < 0.04);
  classic::BoostedTrees model({.rounds = 30});
  CHECK(learned(model, table) > 1 - all + 0.02);
}

TEST_CASE("prices follow from the houses", "[data]") {
  Rng rng(1);
  const Table table = house_prices(2000, rng);
  const Array x = encode(table, table);
  CHECK(x.shape()[1] == static_cast<std::int64_t>(encoded_names(table).size()));
  std::vector<real> targets = table.target;
  for (real& target : targets) target = std::log(target);
  const classic::Standardizer standardizer(x);
  const Array z = standardizer.transform(x);
  const Array predictions = classic::predict_linear(classic::least_squares(z, targets), z);
  double mean = 0, error = 0, spread = 0;
  for (const real target : targets) mean += static_cast<double>(target) / 2000;
  for (std::size_t i = 0; i < 2000; ++i) {
    error +=
        std::pow(static_cast<double>(targets[i] - predictions[static_cast<std::int64_t>(i)]), 2);
    spread += std::pow(static_cast<double>(targets[i]) - mean, 2);
  }
  CHECK(1 - error / spread > 0.75);
  CHECK(1 - error / spread < 0.97);
}

TEST_CASE("tables become numbers as the training part says", "[data]") {
  Rng rng(1);
  const Table table = credit_risk(200, rng), train = rows(table, 0, 150);
  const std::vector<std::string> names = encoded_names(train);
  CHECK(names == std::vector<std::string>{
                     "age", "income", "income missing", "debt", "late payments", "job: permanent",
                     "job: temporary", "job: self-employed", "purpose: car", "purpose: furniture",
                     "purpose: study", "purpose: travel"});
  const Array x = encode(rows(table, 150, 50), train);
  CHECK(x.shape() == Shape{50, 12});
  for (std::int64_t i = 0; i < 50; ++i) {
    CHECK(std::isfinite(x[12 * i + 1]));
    CHECK(x[12 * i + 5] + x[12 * i + 6] + x[12 * i + 7] == 1);
    CHECK(x[12 * i + 2] == (std::isnan(table.x[6 * (150 + i) + 1]) ? 1 : 0));
  }
  CHECK(sentence_of([&] { encode(train, rows(table, 0, 0)); }) == "[encode] needs rows to fit to");
  CHECK(sentence_of([&] { encode(train, churn(5, rng)); }) ==
        "[encode] the tables have different columns");
  CHECK(sentence_of([&] { rows(table, 150, 51); }) == "[rows] no 51 rows from 150 in 200");
}

TEST_CASE("counting words cannot tell which half is negated; runs of three can", "[data]") {
  Rng rng(1);
  const ReviewOptions options{.contrast = 1, .negation = 0.5, .intensity = 0, .typo = 0};
  const Reviews train = reviews(1500, options, rng), test = reviews(500, options, rng);
  classic::LogisticRegression one({.c = 10}), three({.c = 10});
  const double single = read(one, train, test, 1), runs = read(three, train, test, 3);
  CHECK(single < 0.65);
  CHECK(runs > 0.95);
  Rng again(1);
  CHECK(reviews(20, options, again).text ==
        std::vector<std::string>(train.text.begin(), train.text.begin() + 20));
  CHECK(std::count(test.label.begin(), test.label.end(), 1) == 250);
}

TEST_CASE("without contrast and negation words alone suffice, but for typos", "[data]") {
  Rng rng(1);
  const ReviewOptions options{.contrast = 0, .negation = 0, .typo = 0};
  const Reviews train = reviews(600, options, rng), test = reviews(300, options, rng);
  classic::LogisticRegression model;
  CHECK(read(model, train, test, 1) == 1);
  CHECK(sentence_of([&] { reviews(1, {.typo = 2}, rng); }) ==
        "[reviews] a share of 2.000000 is not in [0,1]");
  CHECK(sentence_of([&] { reviews(-1, options, rng); }) == "[reviews] cannot make -1 reviews");
}

TEST_CASE("words and their runs are counted", "[data]") {
  CHECK(words("It's NOT good, caf\xC3\xA9!") ==
        std::vector<std::string>{"it", "s", "not", "good", "caf\xC3\xA9"});
  CHECK(words("").empty());
  const BagOfWords bag({"a b a", "b a c"}, 2);
  CHECK(bag.names() == std::vector<std::string>{"a", "a b", "b", "b a", "a c", "c"});
  const Array counts = bag.counts({"b a b a", "d"});
  CHECK(std::vector<real>(counts.span().begin(), counts.span().end()) ==
        std::vector<real>{2, 1, 2, 2, 0, 0, 0, 0, 0, 0, 0, 0});
  CHECK(BagOfWords({"a b", "a"}, 1, 2).names() == std::vector<std::string>{"a"});
  CHECK(sentence_of([] { BagOfWords({}, 6); }) ==
        "[BagOfWords] needs n-grams of 1 to 5 words and min_texts >= 1");
}
