// What all classical models promise alike, and what each promises alone. scikit-learn's values:
// classic_golden_test.cpp.

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <limits>
#include <memory>
#include <string>

#include "classic/boosted_trees.h"
#include "classic/color_histogram.h"
#include "classic/decision_tree.h"
#include "classic/features.h"
#include "classic/k_means.h"
#include "classic/kernel_svm.h"
#include "classic/linear_svm.h"
#include "classic/logistic_regression.h"
#include "classic/naive_bayes.h"
#include "classic/nearest_neighbors.h"
#include "classic/pca.h"
#include "classic/perceptron.h"
#include "classic/random_forest.h"
#include "sentence.h"

using namespace grad;
using namespace grad::classic;
using data::Dataset;
using tests::sentence_of;

namespace {

constexpr real nan_number = std::numeric_limits<real>::quiet_NaN();

// One of each, in small sizes.
std::vector<std::unique_ptr<Classifier>> all_models() {
  std::vector<std::unique_ptr<Classifier>> models;
  models.push_back(std::make_unique<Perceptron>(PerceptronOptions{.epochs = 20}));
  models.push_back(std::make_unique<LogisticRegression>());
  models.push_back(std::make_unique<DecisionTree>());
  models.push_back(std::make_unique<RandomForest>(ForestOptions{.trees = 7}));
  models.push_back(
      std::make_unique<BoostedTrees>(BoostingOptions{.rounds = 7, .validation_share = 0.2}));
  models.push_back(std::make_unique<NearestNeighbors>());
  models.push_back(std::make_unique<GaussianNaiveBayes>());
  models.push_back(std::make_unique<LinearSvm>());
  models.push_back(std::make_unique<KernelSvm>());
  return models;
}

Dataset moons(std::int64_t n, std::uint64_t seed, real noise = real(0.2)) {
  Rng rng(seed);
  return data::moons(n, noise, rng);
}

Dataset blobs(std::int64_t n, std::uint64_t seed, real noise = real(0.3)) {
  Rng rng(seed);
  return data::blobs(n, noise, rng, 3);
}

bool same(const Array& a, const Array& b) {
  return a.shape() == b.shape() && std::equal(a.span().begin(), a.span().end(), b.span().begin());
}

// Normal numbers with labels that half of them decide.
Dataset cloud(std::int64_t n, std::int64_t features, int classes, std::uint64_t seed) {
  Rng rng(seed);
  Dataset set{Array({n, features}), {}, classes};
  for (real& number : set.x.span()) number = rng.normal();
  for (std::int64_t i = 0; i < n; ++i) {
    real sum = 0;
    for (std::int64_t j = 0; j < features; j += 2) sum += set.x[i * features + j];
    const double place = 0.5 + 0.3 * static_cast<double>(sum);
    set.y.push_back(std::clamp(static_cast<int>(std::floor(place * classes)), 0, classes - 1));
  }
  return set;
}

}  // namespace

TEST_CASE("every classifier learns the moons, as far as its boundary can bend", "[classic]") {
  const Dataset train = moons(400, 1), test = moons(400, 2);
  for (const auto& model : all_models()) {
    INFO(model->name());
    model->fit(train, 3);
    CHECK(model->finished());
    CHECK(model->classes() == 2);
    CHECK(model->features() == 2);
    const bool straight = std::string(model->name()) == "Perceptron" ||
                          std::string(model->name()) == "LogisticRegression" ||
                          std::string(model->name()) == "LinearSvm" ||
                          std::string(model->name()) == "GaussianNaiveBayes";
    CHECK(accuracy(*model, test) > (straight ? 0.78 : 0.93));
  }
}

TEST_CASE("slices, one go, another object: the same bits; another seed may differ", "[classic]") {
  const Dataset train = moons(150, 1), test = moons(50, 2);
  auto models = all_models(), others = all_models();
  for (std::size_t i = 0; i < models.size(); ++i) {
    INFO(models[i]->name());
    models[i]->fit(train, 3);
    others[i]->start(moons(50, 9), 5);  // given up
    others[i]->step();
    others[i]->start(train, 3);
    double before = 0;
    CHECK(others[i]->progress() == 0);
    while (others[i]->step()) {
      CHECK(others[i]->progress() >= before);
      CHECK(others[i]->progress() < 1);
      before = others[i]->progress();
    }
    CHECK(others[i]->progress() == 1);
    CHECK_FALSE(others[i]->step());
    CHECK(same(models[i]->scores(test.x), others[i]->scores(test.x)));
  }
  RandomForest one({.trees = 3}), two({.trees = 3});
  one.fit(train, 3);
  two.fit(train, 4);
  CHECK_FALSE(same(one.scores(test.x), two.scores(test.x)));
}

TEST_CASE("a row's scores do not depend on its neighbours; probabilities add up to 1",
          "[classic]") {
  const Dataset train = cloud(120, 20, 2, 1), test = cloud(9, 20, 2, 2);
  for (const auto& model : all_models()) {
    INFO(model->name());
    model->fit(train);
    const Array together = model->scores(test.x);
    for (std::int64_t i = 0; i < 9; ++i) {
      const Array alone = model->scores(Array::from(test.x.span().subspan(20 * i, 20), {1, 20}));
      CHECK(alone[0] == together[2 * i]);
      CHECK(alone[1] == together[2 * i + 1]);
      if (model->has_probabilities())
        CHECK(std::abs(static_cast<double>(alone[0] + alone[1]) - 1) < 1e-5);
    }
    if (!model->has_probabilities())
      CHECK(sentence_of([&] { model->predict_proba(test.x); }) ==
            "[" + std::string(model->name()) + "] has scores, but no probabilities");
  }
}

TEST_CASE("pictures count as rows; three classes; classes that do not occur", "[classic]") {
  Dataset train = blobs(90, 1);
  train.x = train.x.reshape({90, 2, 1, 1});
  train.classes = 5;
  const Dataset test = blobs(90, 2);
  for (const auto& model : all_models()) {
    INFO(model->name());
    model->fit(train);
    CHECK(model->scores(test.x).shape() == Shape{90, 5});
    // The last mistake may leave a perceptron's boundaries anywhere.
    CHECK(accuracy(*model, test) > (std::string(model->name()) == "Perceptron" ? 0.7 : 0.9));
  }
}

TEST_CASE("training can be cancelled between slices and given up", "[classic]") {
  const Dataset train = cloud(2000, 30, 2, 1);
  RandomForest forest({.trees = 50});
  forest.start(train);
  int asked = 0;
  CHECK_FALSE(forest.finish([&](double) { return ++asked < 8; }));
  CHECK(asked == 8);
  CHECK(forest.progress() > 0);
  CHECK(forest.progress() < 1);
  REQUIRE(forest.ready());  // the trees so far predict
  CHECK(forest.predict(train.x).size() == 2000);
}

TEST_CASE("every classifier refuses bad input in one sentence", "[classic]") {
  const Dataset good = moons(20, 1);
  for (const auto& model : all_models()) {
    const std::string who = "[" + std::string(model->name()) + "] ";
    INFO(who);
    const auto refusal = [&](const Dataset& set) { return sentence_of([&] { model->fit(set); }); };
    CHECK(sentence_of([&] { model->step(); }) == "[step] nothing was started");
    CHECK(sentence_of([&] { model->predict(good.x); }) ==
          who + "has not learned yet: fit() it first");
    CHECK(refusal({Array({0, 2}), {}, 2}) == who + "needs examples with features, not x of (0,2)");
    CHECK(refusal({Array({3, 0}), {0, 1, 0}, 2}) ==
          who + "needs examples with features, not x of (3,0)");
    CHECK(refusal({Array(), {}, 2}) == who + "needs examples with features, not x of (0)");
    CHECK(refusal({good.x, {0, 1}, 2}) == who + "2 labels for x of (20,2)");
    CHECK(refusal({good.x, good.y, 1}) == who + "cannot tell 1 classes apart, only 2 to 1000");
    CHECK(refusal({good.x, good.y, 5000}) ==
          who + "cannot tell 5000 classes apart, only 2 to 1000");
    Dataset wrong = good;
    wrong.y[7] = 2;
    CHECK(refusal(wrong) == who + "label 2 of example 7 is not in [0,2)");
    wrong.y[7] = -1;
    CHECK(refusal(wrong) == who + "label -1 of example 7 is not in [0,2)");
    CHECK(refusal({good.x, std::vector<std::int32_t>(20, 1), 2}) ==
          who + "all 20 examples are of class 1, so there is nothing to tell apart");
    wrong = {good.x.clone(), good.y, 2};
    wrong.x.data()[7] = nan_number;
    CHECK(refusal(wrong) == who + "x is not finite in row 3, column 1");
    wrong.x.data()[7] = std::numeric_limits<real>::infinity();
    CHECK(refusal(wrong) == who + "x is not finite in row 3, column 1");

    model->fit(good);
    const Array scores = model->scores(good.x);
    CHECK(sentence_of([&] {
            model->predict(Array::zeros({4, 3}));
          }) == who + "learned from 2 features a row and cannot read (4,3)");
    CHECK(sentence_of([&] {
            model->predict(Array::full({1, 2}, nan_number));
          }) == who + "x is not finite in row 0, column 0");
    refusal(wrong);  // changes nothing
    CHECK(same(model->scores(good.x), scores));
    CHECK(sentence_of([&] {
            accuracy(*model, {good.x, {0}, 2});
          }) == "[accuracy] 1 labels for x of (20,2)");
  }
}

TEST_CASE("options out of range are refused", "[classic]") {
  CHECK(sentence_of([] { Perceptron({.epochs = 0}); }) ==
        "[Perceptron] 0 epochs are not in [1,1000000]");
  CHECK(sentence_of([] { LogisticRegression({.c = 0}); }) ==
        "[LogisticRegression] c must be positive, not 0.000000");
  CHECK(sentence_of([] { RandomForest({.trees = 1'000'000'000}); }) ==
        "[RandomForest] 1000000000 trees are not in [1,10000]");
  CHECK(sentence_of([] {
          DecisionTree({.min_samples_leaf = 0});
        }).starts_with("[DecisionTree] needs max_depth"));
  CHECK(sentence_of([] { BoostedTrees({.rounds = 0}); }) ==
        "[BoostedTrees] 0 rounds are not in [1,10000]");
  CHECK(sentence_of([] { BoostedTrees({.learning_rate = 2}); }) ==
        "[BoostedTrees] learning rate 2.000000 is not in (0,1]");
  CHECK(sentence_of([] { BoostedTrees({.bins = 1}); }) ==
        "[BoostedTrees] 1 bins are not in [2,65536]");
  CHECK(sentence_of([] { NearestNeighbors({.k = 0}); }) ==
        "[NearestNeighbors] needs k >= 1 and tree_features >= 0");
  NearestNeighbors many({.k = 21});
  CHECK(sentence_of([&] { many.fit(moons(20, 1)); }) ==
        "[NearestNeighbors] k = 21 is more than the 20 examples");
  CHECK(sentence_of([] { GaussianNaiveBayes(0); }) ==
        "[GaussianNaiveBayes] smoothing must be positive and finite");
  CHECK(sentence_of([] { LinearSvm({.c = -1}); }) ==
        "[LinearSvm] c must be positive, not -1.000000");
  CHECK(sentence_of([] { KernelSvm({.tolerance = 2}); }) ==
        "[KernelSvm] needs a tolerance in (0,1] and iterations >= 1");
  CHECK(sentence_of([] { KMeans({.clusters = 0}); }) == "[KMeans] 0 clusters are not in [1,10000]");
  KMeans clusters({.clusters = 5});
  CHECK(sentence_of([&] {
          clusters.fit(Array::zeros({4, 2}));
        }) == "[KMeans] cannot make 5 clusters of 4 examples");
  CHECK(sentence_of([&] {
          clusters.start_from(Array::zeros({9, 2}), Array::zeros({5, 3}));
        }) == "[KMeans] centres (5,3) do not fit 5 clusters of x (9,2)");
  CHECK(sentence_of([] { Pca(0); }) == "[Pca] cannot find 0 components");
  Pca pca(3);
  CHECK(sentence_of([&] {
          pca.fit(Array::zeros({4, 2}));
        }) == "[Pca] cannot find 3 components of 2 features");
  CHECK(sentence_of([&] {
          pca.fit(Array::zeros({1, 5}));
        }) == "[Pca] one example does not vary: it needs two at least");
  CHECK(sentence_of([&] { pca.components(); }) == "[Pca] has no components yet: fit() it first");
  CHECK(sentence_of([] {
          polynomial_features(Array::zeros({1, 2}), {.degree = 0});
        }) == "[polynomial_features] degree 0 is not in [1,10]");
  CHECK(sentence_of([] {
          polynomial_features(Array::zeros({1, 784}), {.degree = 3});
        }) == "[polynomial_features] degree 3 of 784 features gives more than 100000 columns");
  const Standardizer standardizer(Array::zeros({2, 3}));
  CHECK(sentence_of([&] {
          standardizer.transform(Array::zeros({2, 2}));
        }) == "[Standardizer] was fitted to 3 features a row and cannot transform (2,2)");
}

// --- Perceptron ----------------------------------------------------------------------------------

TEST_CASE("the perceptron makes no more mistakes than the bound allows", "[classic]") {
  // Two clouds that a line separates.
  Rng rng(4);
  Dataset set{Array({60, 2}), {}, 2};
  for (std::int64_t i = 0; i < 60; ++i) {
    const int label = static_cast<int>(i % 2);
    set.x.data()[2 * i] = rng.uniform(-1, 1) + (label == 1 ? real(1.4) : real(-1.4));
    set.x.data()[2 * i + 1] = rng.uniform(-1, 1);
    set.y.push_back(label);
  }
  Perceptron model;
  model.start(set, 1);
  CHECK(std::isinf(model.bound(0)));
  std::size_t count = 0;
  while (model.next_mistake()) {
    CHECK(model.mistakes().size() == ++count);
    const auto& [row, epoch] = model.mistakes().back();
    CHECK(epoch <= model.epochs());
    CHECK((row >= 0 && row < 60));
  }
  CHECK(model.separated());
  CHECK(model.finished());
  CHECK(accuracy(model, set) == 1);
  // With the margin of any separating line the bound holds; the widest is the linear SVM's.
  CHECK(model.margin(model.weights()) > 0);
  CHECK(static_cast<double>(count) <= model.bound(model.margin(model.weights())));
  LinearSvm svm({.c = 1000, .loss = HingeLoss::hinge, .epochs = 100'000});
  svm.fit(set);
  const double widest = model.margin(svm.weights());
  CHECK(widest >= model.margin(model.weights()));
  CHECK(static_cast<double>(count) <= model.bound(widest));
  CHECK(sentence_of([&] {
          model.margin({0, 0, 0});
        }) == "[Perceptron] a margin needs 3 weights, not all of them 0");
}

TEST_CASE("xor is never settled; the pocket keeps the best line met", "[classic]") {
  const Dataset corners{Array::from({0, 0, 0, 1, 1, 0, 1, 1}, {4, 2}), {0, 1, 1, 0}, 2};
  Perceptron plain({.epochs = 200});
  plain.fit(corners, 2);
  CHECK(plain.finished());
  CHECK_FALSE(plain.separated());
  CHECK(plain.epochs() == 200);
  CHECK(plain.mistakes().size() >= 200);

  const Dataset train = moons(200, 1);
  Perceptron pocket({.variant = PerceptronVariant::pocket, .epochs = 20});
  pocket.start(train, 2);
  double best = 0;  // of all the lines met
  while (pocket.next_mistake()) {
    const std::vector<double>& w = pocket.plain_weights();
    double right = 0;
    for (std::int64_t i = 0; i < 200; ++i) {
      const double f = w[0] * static_cast<double>(train.x[2 * i]) +
                       w[1] * static_cast<double>(train.x[2 * i + 1]) + w[2];
      right += (train.y[static_cast<std::size_t>(i)] == 1) ? f > 0 : f < 0;
    }
    best = std::max(best, right / 200);
  }
  CHECK(accuracy(pocket, train) == best);
  CHECK(best > 0.85);
}

TEST_CASE("three classes: each mistake moves two weights, and the bound holds", "[classic]") {
  const Dataset corners{Array::from({2, 0, 0, 2, -2, -2}, {3, 2}), {0, 1, 2}, 3};
  Perceptron first({.shuffle = false});
  first.start(corners);
  REQUIRE(first.next_mistake());  // all scores are 0: the first rival is class 1
  CHECK(first.plain_weights() == std::vector<double>{2, 0, 1, -2, 0, -1, 0, 0, 0});

  const Dataset set = blobs(90, 1, real(0.15));
  Perceptron model;
  model.fit(set, 1);
  CHECK(model.separated());
  CHECK(accuracy(model, set) == 1);
  const double margin = model.margin(model.weights());
  CHECK(margin > 0);
  CHECK(static_cast<double>(model.mistakes().size()) <= model.bound(margin));
  CHECK(sentence_of([&] {
          model.margin({1, 0, 0});
        }) == "[Perceptron] a margin needs 9 weights, not all of them 0");
  Perceptron averaged({.variant = PerceptronVariant::averaged}),
      pocket({.variant = PerceptronVariant::pocket, .epochs = 20});
  const Dataset overlapping = blobs(300, 2, real(0.5)), test = blobs(300, 3, real(0.5));
  averaged.fit(overlapping, 1);
  pocket.fit(overlapping, 1);
  CHECK_FALSE(averaged.separated());
  CHECK(accuracy(averaged, test) > 0.85);
  CHECK(accuracy(pocket, test) > 0.85);
}

// --- Trees ---------------------------------------------------------------------------------------

TEST_CASE("a tree without limits learns its examples by heart; a path explains", "[classic]") {
  const Dataset train = moons(200, 1, real(0.4));
  DecisionTree tree;
  tree.fit(train);
  CHECK(accuracy(tree, train) == 1);
  CHECK(std::abs(tree.importances()[0] + tree.importances()[1] - 1) < 1e-12);
  const std::vector<std::int32_t> path = tree.tree().path(train.x.data());
  CHECK(path.front() == 0);
  CHECK(tree.tree().nodes[path.back()].leaf());
  CHECK(path.back() == tree.tree().leaf(train.x.data()));
  CHECK(tree.tree().nodes[0].examples == 200);
  CHECK(tree.tree().value(0)[0] == real(0.5));

  DecisionTree stump({.max_depth = 1});
  stump.fit(train);
  CHECK(stump.tree().depth() == 1);
  CHECK(stump.tree().leaves() == 2);
}

TEST_CASE("a tree splits xor although no first split gains anything", "[classic]") {
  const Dataset corners{Array::from({0, 0, 0, 1, 1, 0, 1, 1}, {4, 2}), {0, 1, 1, 0}, 2};
  DecisionTree tree;
  tree.fit(corners);
  CHECK(accuracy(tree, corners) == 1);
  CHECK(tree.tree().nodes[0].threshold == real(0.5));
}

TEST_CASE("where nothing varies, trees answer with the shares", "[classic]") {
  const Dataset constant{Array::full({4, 2}, 1), {0, 1, 1, 1}, 2};
  DecisionTree tree;
  tree.fit(constant);
  CHECK(tree.tree().nodes.size() == 1);
  CHECK(tree.predict_proba(constant.x)[1] == real(0.75));
  CHECK(tree.importances() == std::vector<double>{0, 0});
  BoostedTrees boosted({.rounds = 3});
  boosted.fit(constant);
  CHECK(std::abs(static_cast<double>(boosted.predict_proba(constant.x)[1]) - 0.75) < 1e-5);
}

TEST_CASE("numbers next to each other and of any size are split apart", "[classic]") {
  const real most = std::numeric_limits<real>::max();
  const Dataset edges{
      Array::from({1, std::nextafter(real(1), real(2)), most, -most}, {4, 1}), {0, 1, 0, 1}, 2};
  DecisionTree tree;
  tree.fit(edges);
  CHECK(accuracy(tree, edges) == 1);
}

TEST_CASE("the first trees of a larger forest are the smaller forest", "[classic]") {
  const Dataset train = moons(100, 1);
  RandomForest small({.trees = 3}), large({.trees = 6});
  small.fit(train, 8);
  large.fit(train, 8);
  CHECK(large.trees().size() == 6);
  for (std::size_t t = 0; t < 3; ++t) {
    CHECK(small.trees()[t].values == large.trees()[t].values);
    CHECK(small.trees()[t].nodes.size() == large.trees()[t].nodes.size());
  }
}

TEST_CASE("out-of-bag accuracy estimates the test accuracy", "[classic]") {
  const Dataset train = moons(500, 1, real(0.3)), test = moons(2000, 2, real(0.3));
  RandomForest forest({.trees = 50});
  forest.fit(train, 1);
  CHECK(std::abs(forest.out_of_bag_accuracy() - accuracy(forest, test)) < 0.03);
  CHECK(accuracy(forest, train) > forest.out_of_bag_accuracy() + 0.03);
  RandomForest whole({.trees = 5, .bootstrap = false});
  whole.fit(train, 1);
  CHECK(std::isnan(whole.out_of_bag_accuracy()));
}

TEST_CASE("boosting stops early when held-out examples fare worse", "[classic]") {
  const Dataset train = moons(300, 1, real(0.5));
  const GradientTreeOptions tree{.min_samples_leaf = 5};
  BoostedTrees model({.rounds = 500, .tree = tree, .validation_share = 0.3, .patience = 5});
  model.fit(train, 1);
  const std::vector<double>& losses = model.validation_losses();
  CHECK(losses.size() < 500);
  CHECK(model.training_losses().size() == losses.size());
  CHECK(std::is_sorted(model.training_losses().rbegin(), model.training_losses().rend()));
  const auto best = std::min_element(losses.begin(), losses.end()) - losses.begin();
  CHECK(model.rounds() == best + 1);
  CHECK(static_cast<std::ptrdiff_t>(losses.size()) == best + 1 + 5);
  CHECK(std::abs(model.importances()[0] + model.importances()[1] - 1) < 1e-12);
}

// --- Neighbours, clusters, components ------------------------------------------------------------

TEST_CASE("tree and product find the same neighbours, copies included", "[classic]") {
  for (const std::int64_t features : {1, 2, 5, 12}) {
    Rng rng(static_cast<std::uint64_t>(features));
    Dataset train{Array({300, features}), {}, 2};
    // Few distinct numbers: many equal distances.
    for (real& number : train.x.span()) number = static_cast<real>(rng.below(4));
    for (int i = 0; i < 300; ++i) train.y.push_back(i % 2);
    NearestNeighbors by_tree({.k = 7, .tree_features = 20}),
        by_product({.k = 7, .tree_features = 0});
    by_tree.fit(train);
    by_product.fit(train);
    Array queries({40, features});
    for (real& number : queries.span()) number = rng.uniform(-1, 5);
    const auto one = by_tree.neighbors(queries), two = by_product.neighbors(queries);
    REQUIRE(one.size() == 280);
    REQUIRE(two.size() == 280);
    for (std::size_t i = 0; i < one.size(); ++i) {
      CHECK(one[i].row == two[i].row);
      CHECK(one[i].distance == two[i].distance);
    }
  }
}

TEST_CASE("neighbours far from zero are not lost to rounding", "[classic]") {
  Dataset train{Array({20, 16}), {}, 2};
  for (std::int64_t i = 0; i < 20; ++i) {
    for (std::int64_t j = 0; j < 16; ++j) train.x.data()[16 * i + j] = 10000;
    train.x.data()[16 * i] += static_cast<real>(i) / 64;
    train.y.push_back(static_cast<int>(i % 2));
  }
  NearestNeighbors model({.k = 3, .tree_features = 0});
  model.fit(train);
  for (std::int64_t i = 1; i < 19; ++i) {
    const auto found = model.neighbors(Array::from(train.x.span().subspan(16 * i, 16), {1, 16}));
    CHECK(found[0].row == i);
    CHECK(found[1].row == i - 1);
    CHECK(found[2].row == i + 1);
  }
}

TEST_CASE("k-means finds blobs, and one cluster an example if asked", "[classic]") {
  const Dataset set = blobs(150, 1, real(0.1));
  KMeans model({.clusters = 3, .starts = 4});
  model.fit(set.x, 2);
  CHECK(model.predict(set.x) == model.assignment());
  for (std::int64_t i = 0; i < 150; ++i)
    for (std::int64_t j = 0; j < i; ++j)
      CHECK((set.y[i] == set.y[j]) == (model.assignment()[i] == model.assignment()[j]));
  KMeans every({.clusters = 10});
  every.fit(Array::from(set.x.span().first(20), {10, 2}), 1);
  CHECK(every.inertia() == 0);
  KMeans twins({.clusters = 3});  // fewer distinct examples than clusters
  twins.fit(Array::full({5, 2}, 1), 1);
  CHECK(twins.inertia() == 0);
  CHECK(twins.centres()[5] == 1);
}

TEST_CASE("components rebuild what they came from", "[classic]") {
  Rng rng(3);
  Array x({40, 30});
  for (std::int64_t i = 0; i < 40; ++i) {
    const real a = rng.normal(), b = rng.normal();
    for (std::int64_t j = 0; j < 30; ++j)
      x.data()[30 * i + j] = 1 + a * static_cast<real>(j) / 30 + (j % 2 ? b : -b);
  }
  Pca pca(2);
  pca.fit(x);
  const Array again = pca.inverse_transform(pca.transform(x));
  for (std::int64_t i = 0; i < x.size(); ++i)
    CHECK(std::abs(static_cast<double>(again[i] - x[i])) < 1e-4);
  CHECK(std::abs(pca.variance_shares()[0] + pca.variance_shares()[1] - 1) < 1e-5);
  Pca flat(2);
  flat.fit(Array::full({5, 4}, 3));
  CHECK(flat.variances() == std::vector<double>{0, 0});
  CHECK(flat.variance_shares() == std::vector<double>{0, 0});
}

TEST_CASE("the kernel SVM bends where the linear one cannot", "[classic]") {
  Rng rng(1);
  const Dataset rings = data::circles(300, real(0.1), rng);
  LinearSvm straight;
  straight.fit(rings);
  KernelSvm bent;
  bent.fit(rings);
  CHECK(accuracy(straight, rings) < 0.65);
  CHECK(accuracy(bent, rings) > 0.98);
  CHECK(bent.converged());
  CHECK(bent.support().size() < 150);
  CHECK(bent.gamma() > 0);
}

// --- Colour histograms ---------------------------------------------------------------------------

TEST_CASE("colour histograms count pixels in boxes of colours, part by part", "[classic]") {
  // Two rows of two pixels: red, blue; grey, and a red beyond the range.
  const Array x =
      Array::from({1, 0, 0, 0, 0, 1, real(0.4), real(0.4), real(0.4), 7, -1, 0}, {1, 2, 2, 3});
  const Array whole = color_histogram(x, {.bins = 2});
  CHECK(same(whole, Array::from({real(0.25), real(0.25), 0, 0, real(0.5), 0, 0, 0}, {1, 8})));
  const Array parts = color_histogram(x, {.bins = 2, .cells = 2});
  CHECK(parts.shape() == Shape{1, 32});
  for (const int one : {4, 8 + 1, 16 + 0, 24 + 4}) CHECK(parts[one] == 1);
  // Another range: what was the middle is now low.
  const Array scaled = color_histogram(x, {.bins = 2, .low = -1, .high = 1});
  CHECK(scaled[7] == real(0.75));  // only the last pixel has a green below 0
  CHECK(sentence_of([&] {
          color_histogram(x.reshape({1, 3, 4, 1}));
        }) ==
        "[color_histogram] needs pictures (n,height,width,3) of at least the cells, not (1,3,4,1)");
  CHECK(sentence_of([&] {
          color_histogram(x, {.bins = 0});
        }).starts_with("[color_histogram] needs 1 to 32 bins"));
  CHECK(sentence_of([] {
          color_histogram(Array::full({1, 2, 2, 3}, nan_number));
        }) == "[color_histogram] x is not finite in row 0, column 0");
}
