#include "models/registry.h"

#include <cmath>

#include "classic/boosted_regression.h"
#include "classic/boosted_trees.h"
#include "classic/decision_tree.h"
#include "classic/kernel_svm.h"
#include "classic/least_squares.h"
#include "classic/linear_svm.h"
#include "classic/logistic_regression.h"
#include "classic/naive_bayes.h"
#include "classic/nearest_neighbors.h"
#include "classic/perceptron.h"
#include "classic/random_forest.h"
#include "models/network.h"
#include "tensor/check.h"

namespace grad::models {

namespace {

using classic::Classifier;
using classic::Regressor;

/// "8" or "0.05".
std::string text_of(double number) {
  std::string text = std::to_string(number);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text;
}

template <class Model, class ModelOptions>
std::unique_ptr<Model> make(const ModelOptions& options) {
  return std::make_unique<Model>(options);
}

const Option depth{"depth", "of the leaves, at most; 0: no limit", 0, 0, 1000};
const Option leaf{"leaf", "examples that a leaf must have", 1, 1, 1'000'000};
const Option price{"c", "price of losses against the size of the weights", 1, 1e-6, 1e6, false};
const Option epochs{"epochs", "passes over the examples", 20, 1, 100'000};
const Option batch{"batch", "examples a step", 32, 1, 1'000'000};
const Option rate{"lr", "learning rate of Adam", 1e-3, 1e-7, 10, false};

classic::TreeOptions tree_options(const Options& o) {
  return {.max_depth = o.whole("depth"), .min_samples_leaf = o.whole("leaf")};
}

std::vector<int> hidden(const Options& o) {
  return std::vector<int>(static_cast<std::size_t>(o.whole("layers")), o.whole("width"));
}

TrainingOptions training(const Options& o) {
  return {.epochs = o.whole("epochs"), .batch = o.whole("batch"), .lr = static_cast<real>(o["lr"])};
}

std::unique_ptr<Regressor> linear(const Options& o) {
  return make<classic::LinearRegression>(o["ridge"]);
}
std::unique_ptr<Classifier> perceptron(const Options& o) {
  return make<classic::Perceptron>(classic::PerceptronOptions{
      .variant = o.whole("averaged") ? classic::PerceptronVariant::averaged
                                     : classic::PerceptronVariant::plain,
      .epochs = o.whole("epochs")});
}
std::unique_ptr<Classifier> naive_bayes(const Options& o) {
  return make<classic::GaussianNaiveBayes>(o["smoothing"]);
}
std::unique_ptr<Classifier> logistic(const Options& o) {
  return make<classic::LogisticRegression>(
      classic::LogisticOptions{.c = o["c"], .iterations = o.whole("iterations")});
}
std::unique_ptr<Classifier> linear_svm(const Options& o) {
  return make<classic::LinearSvm>(
      classic::LinearSvmOptions{.c = o["c"], .epochs = o.whole("epochs")});
}
std::unique_ptr<Classifier> kernel_svm(const Options& o) {
  return make<classic::KernelSvm>(classic::KernelSvmOptions{.c = o["c"], .gamma = o["gamma"]});
}
std::unique_ptr<Classifier> neighbors(const Options& o) {
  return make<classic::NearestNeighbors>(classic::NeighborsOptions{.k = o.whole("k")});
}
std::unique_ptr<Classifier> tree(const Options& o) {
  return make<classic::DecisionTree>(tree_options(o));
}
std::unique_ptr<Regressor> tree_numbers(const Options& o) {
  return make<classic::DecisionTreeRegressor>(tree_options(o));
}
classic::ForestOptions forest_options(const Options& o) {
  return {.trees = o.whole("trees"), .tree = tree_options(o)};
}
std::unique_ptr<Classifier> forest(const Options& o) {
  return make<classic::RandomForest>(forest_options(o));
}
std::unique_ptr<Regressor> forest_numbers(const Options& o) {
  return make<classic::RandomForestRegressor>(forest_options(o));
}
classic::BoostingOptions boosting_options(const Options& o) {
  return {.rounds = o.whole("rounds"),
          .learning_rate = o["rate"],
          .tree = {.max_leaves = o.whole("leaves"), .min_samples_leaf = o.whole("leaf")},
          .validation_share = o["held_out"],
          .patience = o.whole("patience")};
}
std::unique_ptr<Classifier> boosted(const Options& o) {
  return make<classic::BoostedTrees>(boosting_options(o));
}
std::unique_ptr<Regressor> boosted_numbers(const Options& o) {
  return make<classic::BoostedTreesRegressor>(boosting_options(o));
}
std::unique_ptr<Classifier> mlp(const Options& o) {
  return std::make_unique<MlpClassifier>(hidden(o), training(o));
}
std::unique_ptr<Regressor> mlp_numbers(const Options& o) {
  return std::make_unique<MlpRegressor>(hidden(o), training(o));
}
std::unique_ptr<Classifier> cnn(const Options& o) { return make<CnnClassifier>(training(o)); }

const std::vector<ModelEntry>& entries() {
  static const std::vector<ModelEntry> list{
      {"perceptron",
       "Perceptron",
       "Moves a straight boundary after every mistake.",
       true,
       {{"epochs", "passes over the examples, at most", 100, 1, 1'000'000},
        {"averaged", "1: averages the weights over all examples seen", 1, 0, 1}},
       perceptron,
       nullptr},
      {"linear",
       "Linear regression",
       "A straight line through numbers by least squares.",
       true,
       {{"ridge", "price of the squared weights", 0, 0, 1e9, false}},
       nullptr,
       linear},
      {"naive-bayes",
       "Gaussian naive Bayes",
       "A normal distribution for every feature of every class.",
       false,
       {{"smoothing", "share of the largest variance added to all", 1e-9, 1e-15, 1, false}},
       naive_bayes,
       nullptr},
      {"logistic",
       "Logistic regression",
       "Straight boundaries by the likelihood; softmax regression for more than two classes.",
       true,
       {price, {"iterations", "of the search, at most", 200, 1, 100'000}},
       logistic,
       nullptr},
      {"linear-svm",
       "Linear support vector machine",
       "Straight boundaries with the widest margin.",
       true,
       {price, {"epochs", "passes over the examples, at most", 1000, 1, 1'000'000}},
       linear_svm,
       nullptr},
      {"svm",
       "Support vector machine with an RBF kernel",
       "Curved boundaries made of the examples nearest to them.",
       true,
       {price, {"gamma", "1 / width² of the kernel; 0: by the data's variance", 0, 0, 1e6, false}},
       kernel_svm,
       nullptr},
      {"knn",
       "k nearest neighbours",
       "Asks the nearest examples.",
       true,
       {{"k", "neighbours that vote", 5, 1, 100'000}},
       neighbors,
       nullptr},
      {"tree",
       "Decision tree",
       "Questions about one feature each.",
       false,
       {depth, leaf},
       tree,
       tree_numbers},
      {"forest",
       "Random forest",
       "The mean of many trees grown by chance.",
       false,
       {{"trees", "how many", 100, 1, 10'000}, depth, leaf},
       forest,
       forest_numbers},
      {"boosted",
       "Gradient-boosted trees",
       "Trees that each correct those before.",
       false,
       {{"rounds", "at most", 100, 1, 10'000},
        {"rate", "shrinkage of every tree", 0.1, 1e-4, 1, false},
        {"leaves", "of a tree, at most", 31, 2, 10'000},
        {"leaf", "examples that a leaf must have", 20, 1, 1'000'000},
        {"held_out", "share of the examples kept back to stop early; 0: none", 0, 0, 0.5, false},
        {"patience", "rounds without a gain that end the fit", 10, 1, 10'000}},
       boosted,
       boosted_numbers},
      {"mlp",
       "Multi-layer perceptron",
       "A network of fully connected layers.",
       true,
       {{"width", "of a hidden layer", 128, 1, 65'536},
        {"layers", "hidden ones", 1, 0, 20},
        epochs,
        batch,
        rate},
       mlp,
       mlp_numbers},
      {"cnn",
       "Convolutional network",
       "A network that looks at pictures through small windows.",
       false,
       {{"epochs", "passes over the examples", 10, 1, 100'000}, batch, rate},
       cnn,
       nullptr},
  };
  return list;
}

}  // namespace

Options::Options(std::span<const Option> options) : options_(options.begin(), options.end()) {
  for (const Option& option : options_) values_.push_back(option.initial);
}

std::size_t Options::find(std::string_view name) const {
  for (std::size_t i = 0; i < options_.size(); ++i)
    if (name == options_[i].name) return i;
  std::vector<std::string> names;
  for (const Option& option : options_) names.emplace_back(option.name);
  fail("There is no option \"" + std::string(name) + "\" of this model, only " + one_of(names) +
       ".");
}

void Options::set(std::string_view name, double value) {
  const std::size_t i = find(name);
  const Option& option = options_[i];
  const bool fits = value >= option.least && value <= option.most &&
                    !(option.whole && value != std::floor(value));
  check(fits, [&] {
    return std::string(option.name) + " must be a " + (option.whole ? "whole " : "") +
           "number from " + text_of(option.least) + " to " + text_of(option.most) + ".";
  });
  values_[i] = value;
}

double Options::operator[](std::string_view name) const { return values_[find(name)]; }

std::span<const ModelEntry> all_models() { return entries(); }

const ModelEntry& find_model(std::string_view name) {
  std::vector<std::string> names;
  for (const ModelEntry& entry : entries()) {
    if (name == entry.name) return entry;
    names.emplace_back(entry.name);
  }
  fail("There is no model called \"" + std::string(name) + "\", only " + one_of(names) + ".");
}

std::string one_of(const std::vector<std::string>& names) {
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i)
    text += (i == 0 ? "" : i + 1 == names.size() ? " or " : ", ") + names[i];
  return text;
}

}  // namespace grad::models
