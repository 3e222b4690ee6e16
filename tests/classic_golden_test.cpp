// Classical models against scikit-learn's: tests/golden/make_classic.py made the values. Where a
// method is deterministic, the same predictions; where it draws, the same accuracy within half a
// point over five seeds.

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <string>

#include "classic/boosted_trees.h"
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
#include "golden.h"
#include "largest_error.h"
#include "tensor/math.h"

using namespace grad;
using namespace grad::classic;
using data::Dataset;
using tests::Golden;
using tests::largest_error;

namespace {

const Golden& golden() {
  static const Golden values("classic.txt");
  return values;
}

Dataset training(const std::string& name) {
  Dataset set{golden()[name + ".x"], golden().labels(name + ".y"), 0};
  set.classes = 1 + *std::max_element(set.y.begin(), set.y.end());
  return set;
}

double scalar(const std::string& name) { return static_cast<double>(golden()[name].item()); }

// Three classes by a product, a square and a step, one label in ten drawn anew; features in steps
// of 1/128: rule_set() of make_classic.py.
Dataset rule_set(std::uint64_t seed, std::int64_t n, bool two_classes = false) {
  Rng rng(seed);
  Dataset set{Array({n, 10}), {}, two_classes ? 2 : 3};
  for (std::int64_t i = 0; i < n; ++i) {
    real* row = set.x.data() + 10 * i;
    for (int j = 0; j < 10; ++j) row[j] = std::floor(128 * rng.uniform()) / 128;
    const auto at = [row](int j) { return static_cast<double>(row[j]); };
    const double score = at(0) * at(1) + at(2) * at(2) + (at(3) > 0.5 ? 0.5 : 0) - 0.5 * at(4);
    int label = score < 0.35 ? 0 : score < 0.75 ? 1 : 2;
    if (rng.uniform() < real(0.1)) label = static_cast<int>(3 * static_cast<double>(rng.uniform()));
    set.y.push_back(two_classes ? label > 0 : label);
  }
  return set;
}

double log_loss(const Array& p, const std::vector<std::int32_t>& labels) {
  double sum = 0;
  const std::int64_t classes = p.shape()[1];
  for (std::size_t i = 0; i < labels.size(); ++i)
    sum -= std::log(static_cast<double>(p[static_cast<std::int64_t>(i) * classes + labels[i]]));
  return sum / static_cast<double>(labels.size());
}

}  // namespace

TEST_CASE("standardised and polynomial features are scikit-learn's", "[classic][golden]") {
  const Array x = golden()["standardizer.x"];
  CHECK(largest_error(Standardizer(x).transform(x), golden()["standardizer.z"]) < 1e-6);
  const Array p = golden()["polynomial.x"];
  CHECK(largest_error(polynomial_features(p, {.degree = 3}), golden()["polynomial.all"]) < 1e-4);
  CHECK(largest_error(polynomial_features(p, {.degree = 3, .products_only = true}),
                      golden()["polynomial.products"]) < 1e-5);
}

TEST_CASE("the perceptron ends with scikit-learn's weights", "[classic][golden]") {
  Perceptron plain({.epochs = 6, .shuffle = false});
  plain.fit(training("perceptron"));
  CHECK_FALSE(plain.separated());
  CHECK(largest_error(plain.weights(), golden()["perceptron.weights"]) < 1e-9);
  Perceptron averaged({.variant = PerceptronVariant::averaged, .epochs = 6, .shuffle = false});
  averaged.fit(training("perceptron"));
  CHECK(largest_error(averaged.weights(), golden()["perceptron.averaged"]) < 1e-6);
}

TEST_CASE("logistic regression has scikit-learn's weights and probabilities", "[classic][golden]") {
  for (const std::string name : {"two", "three"}) {
    for (const auto& [key, c] : {std::pair{".logistic_1", 1.0}, {".logistic_0.1", 0.1}}) {
      INFO(name << key);
      LogisticRegression model({.c = c, .tolerance = 1e-7});
      model.fit(training(name));
      CHECK(largest_error(model.weights(), golden()[name + key + ".weights"]) < 2e-3);
      CHECK(largest_error(model.predict_proba(golden()[name + ".test"]),
                          golden()[name + key + ".p"]) < 5e-4);
    }
  }
}

TEST_CASE("the linear SVM has scikit-learn's weights", "[classic][golden]") {
  for (const std::string name : {"two", "three"}) {
    for (const auto& [key, loss] :
         {std::pair{"hinge", HingeLoss::hinge}, {"squared_hinge", HingeLoss::squared_hinge}}) {
      INFO(name << ' ' << key);
      LinearSvm model({.loss = loss, .epochs = 100'000, .tolerance = 1e-7});
      model.fit(training(name));
      CHECK(model.converged());
      CHECK(largest_error(model.weights(), golden()[name + ".linear_svm_" + key + ".weights"]) <
            1e-4);
    }
  }
}

TEST_CASE("the kernel SVM predicts as scikit-learn's", "[classic][golden]") {
  for (const std::string name : {"two", "three"}) {
    INFO(name);
    KernelSvm model({.c = 2, .gamma = 0.3, .tolerance = 1e-6});
    model.fit(training(name));
    CHECK(model.converged());
    const Array& test = golden()[name + ".test"];
    CHECK(model.predict(test) == golden().labels(name + ".kernel_svm.predicted"));
    CHECK(static_cast<double>(model.support().size()) == scalar(name + ".kernel_svm.support"));
    if (name == "three") continue;
    const Array scores = model.scores(test);
    std::vector<real> second;
    for (std::int64_t i = 0; i < test.shape()[0]; ++i) second.push_back(scores[2 * i + 1]);
    CHECK(largest_error(second, golden()["two.kernel_svm.decision"]) < 1e-4);
  }
}

TEST_CASE("naive Bayes has scikit-learn's variances and probabilities", "[classic][golden]") {
  for (const std::string name : {"two", "three"}) {
    INFO(name);
    GaussianNaiveBayes model;
    model.fit(training(name));
    CHECK(largest_error(model.variances(), golden()[name + ".bayes.variances"]) < 1e-5);
    CHECK(largest_error(model.predict_proba(golden()[name + ".test"]),
                        golden()[name + ".bayes.p"]) < 1e-5);
  }
}

TEST_CASE("nearest neighbours are scikit-learn's", "[classic][golden]") {
  for (const std::string name : {"few", "many"}) {
    for (const int tree_features : {0, 100}) {
      INFO(name << ' ' << tree_features);
      NearestNeighbors model({.k = 5, .tree_features = tree_features});
      model.fit(training(name));
      std::vector<std::int32_t> rows;
      for (const Neighbor& neighbor : model.neighbors(golden()[name + ".test"]))
        rows.push_back(neighbor.row);
      CHECK(rows == golden().labels(name + ".neighbors"));
      CHECK(largest_error(model.predict_proba(golden()[name + ".test"]), golden()[name + ".p"]) <
            1e-6);
    }
  }
}

TEST_CASE("the decision tree is scikit-learn's", "[classic][golden]") {
  DecisionTree model({.max_depth = 3, .min_samples_leaf = 5});
  model.fit(training("tree"));
  CHECK(model.tree().leaves() == scalar("tree.leaves"));
  CHECK(largest_error(model.predict_proba(golden()["tree.test"]), golden()["tree.p"]) < 1e-6);
  CHECK(largest_error(model.importances(), golden()["tree.importances"]) < 1e-6);
}

TEST_CASE("k-means from given centres is scikit-learn's", "[classic][golden]") {
  const Array& x = golden()["k_means.x"];
  KMeans model({.clusters = 3});
  model.start_from(x, Array::from(x.span().first(6), {3, 2}));
  model.finish();
  CHECK(largest_error(model.centres(), golden()["k_means.centres"]) < 1e-6);
  CHECK(model.assignment() == golden().labels("k_means.assignment"));
  CHECK(std::abs(model.inertia() - scalar("k_means.inertia")) < 1e-4);
}

TEST_CASE("principal components are scikit-learn's", "[classic][golden]") {
  for (const auto& [name, components] : {std::pair{"pca_few", 4}, {"pca_many", 3}}) {
    INFO(name);
    const std::string key = name;
    const Array& x = golden()[key + ".x"];
    Pca pca(components);
    pca.fit(x);
    CHECK(largest_error(pca.components(), golden()[key + ".components"]) < 1e-3);
    CHECK(largest_error(pca.variances(), golden()[key + ".variances"]) < 1e-5);
    CHECK(largest_error(pca.variance_shares(), golden()[key + ".shares"]) < 1e-5);
    const std::int64_t d = x.shape()[1];
    const Array first = Array::from(x.span().first(5 * d), {5, d});
    CHECK(largest_error(pca.transform(first), golden()[key + ".coordinates"]) < 1e-3);
  }
}

TEST_CASE("the forest is as accurate as scikit-learn's", "[classic][golden]") {
  const Dataset train = rule_set(1, 1500), test = rule_set(2, 4000);
  double accuracies = 0, out_of_bag = 0;
  std::vector<double> importances(10);
  for (std::uint64_t seed = 0; seed < 5; ++seed) {
    RandomForest forest;
    forest.fit(train, seed);
    accuracies += accuracy(forest, test) / 5;
    out_of_bag += forest.out_of_bag_accuracy() / 5;
    for (std::size_t j = 0; j < 10; ++j) importances[j] += forest.importances()[j] / 5;
  }
  CAPTURE(accuracies, out_of_bag, scalar("rule.forest.accuracy"), scalar("rule.forest.out_of_bag"));
  CHECK(std::abs(accuracies - scalar("rule.forest.accuracy")) < 0.005);
  CHECK(std::abs(out_of_bag - scalar("rule.forest.out_of_bag")) < 0.01);
  CHECK(largest_error(importances, golden()["rule.forest.importances"]) < 0.005);
}

TEST_CASE("boosted trees are as accurate as scikit-learn's", "[classic][golden]") {
  for (const bool two : {false, true}) {
    const Dataset train = rule_set(1, 1500, two), test = rule_set(2, 4000, two);
    const std::string key = two ? "rule.boosted_two" : "rule.boosted";
    BoostedTrees model({.rounds = 60});
    model.fit(train);
    const double right = accuracy(model, test),
                 loss = log_loss(model.predict_proba(test.x), test.y);
    CAPTURE(right, scalar(key + ".accuracy"), loss, scalar(key + ".loss"));
    CHECK(std::abs(right - scalar(key + ".accuracy")) < 0.005);
    CHECK(std::abs(loss - scalar(key + ".loss")) < 0.002);
    const Array first = Array::from(test.x.span().first(500), {50, 10});
    CHECK(largest_error(model.predict_proba(first), golden()[key + ".p"]) < 1e-3);
  }
}

TEST_CASE("k-means++ finds clusters as tight as scikit-learn's", "[classic][golden]") {
  const Dataset train = rule_set(1, 1500);
  Array x({1500, 2});
  for (std::int64_t i = 0; i < 3000; ++i) x.data()[i] = train.x[10 * (i / 2) + i % 2];
  double inertia = 0;
  for (std::uint64_t seed = 0; seed < 5; ++seed) {
    KMeans model({.clusters = 12, .starts = 10});
    model.fit(x, seed);
    inertia += model.inertia() / 5;
  }
  CHECK(std::abs(inertia / scalar("rule.k_means.inertia") - 1) < 0.005);
}
