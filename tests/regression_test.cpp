// Classical models of numbers: scikit-learn's values (tests/golden/make_classic.py) and what they
// promise.

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "classic/boosted_regression.h"
#include "classic/decision_tree.h"
#include "classic/least_squares.h"
#include "classic/random_forest.h"
#include "golden.h"
#include "largest_error.h"
#include "sentence.h"

using namespace grad;
using namespace grad::classic;
using data::Regression;
using tests::Golden;
using tests::largest_error;
using tests::sentence_of;

namespace {

const Golden& golden() {
  static const Golden values("regression.txt");
  return values;
}

Regression part(const std::string& x, const std::string& y) {
  const Array& targets = golden()[y];
  return {golden()[x], {targets.span().begin(), targets.span().end()}};
}
Regression train() { return part("x", "y"); }
Regression test() { return part("test", "test_y"); }

std::vector<std::unique_ptr<Regressor>> all_models() {
  std::vector<std::unique_ptr<Regressor>> models;
  models.push_back(std::make_unique<LinearRegression>());
  models.push_back(std::make_unique<DecisionTreeRegressor>());
  models.push_back(std::make_unique<RandomForestRegressor>(ForestOptions{.trees = 9}));
  models.push_back(std::make_unique<BoostedTreesRegressor>(
      BoostingOptions{.rounds = 15, .validation_share = 0.2}));
  return models;
}

bool same(const Array& a, const Array& b) {
  return a.shape() == b.shape() && std::equal(a.span().begin(), a.span().end(), b.span().begin());
}

}  // namespace

TEST_CASE("linear and ridge regression have scikit-learn's weights", "[classic][golden]") {
  for (const int ridge : {0, 2}) {
    LinearRegression model(ridge);
    model.fit(train());
    CHECK(largest_error(model.weights(), golden()["ridge_" + std::to_string(ridge) + ".weights"]) <
          1e-5);
    CHECK(
        same(model.weights(), least_squares(train().x, train().target, static_cast<real>(ridge))));
    CHECK(same(model.predict(test().x), predict_linear(model.weights(), test().x)));
  }
}

TEST_CASE("the regression tree is scikit-learn's", "[classic][golden]") {
  DecisionTreeRegressor model({.max_depth = 5, .min_samples_leaf = 4});
  model.fit(train());
  CHECK(model.tree().depth() == 5);
  CHECK(largest_error(model.predict(test().x), golden()["tree.predicted"]) < 1e-5);
  CHECK(largest_error(model.importances(), golden()["tree.importances"]) < 1e-6);
}

TEST_CASE("boosted trees tell scikit-learn's numbers", "[classic][golden]") {
  BoostedTreesRegressor model({.rounds = 40});
  model.fit(train());
  CHECK(model.rounds() == 40);
  CHECK(largest_error(model.predict(test().x), golden()["boosted.predicted"]) < 1e-3);
}

TEST_CASE("the forest of numbers is as good as scikit-learn's", "[classic][golden]") {
  double r2 = 0, out_of_bag = 0;
  std::vector<double> importances(5);
  for (std::uint64_t seed = 0; seed < 5; ++seed) {
    RandomForestRegressor model;
    model.fit(train(), seed);
    r2 += r_squared(model, test()) / 5;
    out_of_bag += model.out_of_bag_r2() / 5;
    for (std::size_t j = 0; j < 5; ++j) importances[j] += model.importances()[j] / 5;
  }
  const auto their = [](const char* key) { return static_cast<double>(golden()[key].item()); };
  CAPTURE(r2, their("forest.r2"), out_of_bag, their("forest.out_of_bag"));
  CHECK(std::abs(r2 - their("forest.r2")) < 0.005);
  CHECK(std::abs(out_of_bag - their("forest.out_of_bag")) < 0.005);
  CHECK(largest_error(importances, golden()["forest.importances"]) < 0.01);
}

TEST_CASE("models of numbers: slices, one go, another object: the same bits", "[classic]") {
  const Regression set = train();
  const auto others = all_models();
  std::size_t k = 0;
  for (const auto& model : all_models()) {
    INFO(model->name());
    model->fit(set, 3);
    Regressor& other = *others[k++];
    other.start(set, 3);
    double before = 0;
    while (other.step()) {
      CHECK(other.progress() >= before);
      before = other.progress();
    }
    CHECK(other.progress() == 1);
    CHECK(same(model->predict(set.x), other.predict(set.x)));
    CHECK(r_squared(*model, test()) > 0.6);
    model->start(set, 3);  // given up
    model->step();
    model->fit(set, 3);
    CHECK(same(model->predict(set.x), other.predict(set.x)));
  }
}

TEST_CASE("models of numbers bear constant targets, constant features and one example",
          "[classic]") {
  const Regression flat{Array::from({1, 2, 3, 4}, {4, 1}), {7, 7, 7, 7}};
  const Regression alike{Array::full({4, 2}, real(2)), {1, 2, 3, 4}};
  const Regression one{Array::from({5, 6}, {1, 2}), {9}};
  for (const auto& model : all_models()) {
    INFO(model->name());
    model->fit(flat);
    CHECK(model->predict(flat.x)[2] == 7);
    CHECK(std::isnan(r_squared(*model, flat)));
    model->fit(alike, 1);
    const Array mean = model->predict(alike.x);
    CHECK(mean[0] == mean[3]);
    CHECK((mean[0] >= 1 && mean[0] <= 4));
    model->fit(one);
    CHECK(model->predict(one.x)[0] == 9);
  }
}

TEST_CASE("models of numbers refuse bad input in one sentence", "[classic]") {
  const Regression good = train();
  for (const auto& model : all_models()) {
    const std::string who = "[" + std::string(model->name()) + "] ";
    INFO(who);
    const auto refusal = [&](const Regression& set) {
      return sentence_of([&] { model->fit(set); });
    };
    CHECK(sentence_of([&] { model->predict(good.x); }) ==
          who + "has not learned yet: fit() it first");
    CHECK(refusal({Array({0, 2}), {}}) == who + "needs examples with features, not x of (0,2)");
    CHECK(refusal({good.x, {1, 2}}) == who + "2 targets for x of (400,5)");
    Regression wrong = good;
    wrong.target[3] = std::numeric_limits<real>::infinity();
    CHECK(refusal(wrong) == who + "the target of example 3 is not finite");
    wrong = {good.x.clone(), good.target};
    wrong.x.data()[7] = std::nanf("");
    CHECK(refusal(wrong) == who + "x is not finite in row 1, column 2");
    model->fit(good);
    CHECK(sentence_of([&] {
            model->predict(Array::zeros({4, 3}));
          }) == who + "learned from 5 features a row and cannot read (4,3)");
  }
  CHECK(sentence_of([] { LinearRegression(-1); }) ==
        "[LinearRegression] the ridge must be finite and not negative");
  CHECK(sentence_of([] { RandomForestRegressor({.trees = 0}); }) ==
        "[RandomForestRegressor] 0 trees are not in [1,10000]");
  CHECK(sentence_of([] { BoostedTreesRegressor({.rounds = 0}); }) ==
        "[BoostedTreesRegressor] 0 rounds are not in [1,10000]");
  LinearRegression wide;
  CHECK(sentence_of([&] {
          wide.start({Array::zeros({2, 4097}), {1, 2}});
        }) == "[LinearRegression] 4097 features are more than 4096");
}

TEST_CASE("a regression tree without limits learns its examples by heart", "[classic]") {
  DecisionTreeRegressor model;
  model.fit(train());
  CHECK(largest_error(model.predict(train().x), golden()["y"]) < 1e-6);
  const Tree& tree = model.tree();
  for (const Tree::Node& node : tree.nodes) CHECK(node.examples >= 1);
  double mean = 0;
  for (const real target : train().target) mean += static_cast<double>(target) / 400;
  CHECK(std::abs(static_cast<double>(tree.value(0)[0]) - mean) < 1e-5);
}

TEST_CASE("boosting of numbers stops early when held-out examples fare worse", "[classic]") {
  BoostedTreesRegressor model({.rounds = 400,
                               .learning_rate = 0.3,
                               .tree = {.min_samples_leaf = 3},
                               .validation_share = 0.25,
                               .patience = 8});
  model.fit(train(), 1);
  const std::vector<double>& losses = model.validation_losses();
  CHECK(losses.size() < 400);
  CHECK(losses.size() == static_cast<std::size_t>(model.rounds()) + 8);
  const auto least = std::min_element(losses.begin(), losses.end()) - losses.begin();
  CHECK(least + 1 == model.rounds());
  CHECK(model.training_losses().back() < model.training_losses().front());
}
