// The registry of models and of data sets: all of them stand behind one interface, and networks
// keep the promises of the classical models.

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <set>
#include <string>

#include "golden.h"
#include "io/safetensors.h"
#include "largest_error.h"
#include "models/network.h"
#include "models/predictor.h"
#include "sentence.h"

using namespace grad;
using namespace grad::models;
using tests::largest_error;
using tests::sentence_of;

namespace {

bool same(const Array& a, const Array& b) {
  return a.shape() == b.shape() && std::equal(a.span().begin(), a.span().end(), b.span().begin());
}

Options quick(const ModelEntry& entry) {
  Options options(entry.options);
  for (const Option& option : entry.options)
    if (std::string(option.name) == "epochs" && option.most <= 100'000) options.set("epochs", 3);
  return options;
}

}  // namespace

TEST_CASE("every model of the registry learns every kind of examples that it promises",
          "[models]") {
  const Problem plane = make_examples("blobs", 200, 100, 1);
  const Problem pictures = make_examples("small-digits", 60, 20, 1);
  const Problem numbers = make_examples("house-prices", 200, 100, 1);
  std::set<std::string> names;
  for (const ModelEntry& entry : all_models()) {
    INFO(entry.name);
    CHECK(names.insert(entry.name).second);
    CHECK((entry.classifier || entry.regressor));
    if (entry.classifier) {
      const bool convolutional = std::string(entry.name) == "cnn";
      Predictor predictor(entry, quick(entry));
      const Problem& problem = convolutional ? pictures : plane;
      predictor.fit(problem.train, 3);
      CHECK(predictor.progress() == 1);
      const Verdict verdict = predictor.judge(problem.test);
      if (!convolutional) CHECK(verdict["accuracy"] > 0.8);
      std::int64_t sum = 0;
      for (int t = 0; t < problem.test.classes(); ++t)
        for (int p = 0; p < problem.test.classes(); ++p) sum += verdict.confusion->count(t, p);
      CHECK(sum == problem.test.size());
      CHECK(verdict["accuracy"] == verdict.confusion->accuracy());
      CHECK(std::isnan(verdict["log_loss"]) == !predictor.classifier().has_probabilities());
    }
    Predictor predictor(entry);
    if (entry.regressor) {
      predictor.fit(numbers.train, 3);
      CHECK(predictor.judge(numbers.test)["r2"] > 0.7);
      CHECK(sentence_of([&] { predictor.judge(plane.test); }) ==
            "The model tells numbers, not what these examples have.");
    } else {
      CHECK(sentence_of([&] {
              predictor.start(numbers.train, 1);
            }).starts_with("The model " + std::string(entry.name) + " tells no numbers; "));
    }
  }
}

TEST_CASE("every data set of the registry has what was asked for", "[models]") {
  for (const ExamplesEntry& entry : all_examples()) {
    INFO(entry.name);
    const Problem problem = make_examples(entry.name, 50, 30, 4);
    CHECK(problem.train.size() == 50);
    CHECK(problem.test.size() == 30);
    for (const Examples* part : {&problem.train, &problem.test}) {
      CHECK(part->x.shape().with(0, 1) == problem.train.x.shape().with(0, 1));
      CHECK(part->numbers() == (part->y.empty() && !part->target.empty()));
      for (const std::int32_t label : part->y) CHECK((label >= 0 && label < part->classes()));
      for (const real number : part->x.span()) REQUIRE(std::isfinite(number));
    }
    CHECK(same(make_examples(entry.name, 50, 30, 4).train.x, problem.train.x));
    CHECK_FALSE(same(make_examples(entry.name, 50, 30, 5).train.x, problem.train.x));
  }
}

TEST_CASE("models, options and data sets that there are not are refused with those there are",
          "[models]") {
  const std::string models = sentence_of([] { find_model("oak"); });
  CHECK(models.starts_with("There is no model called \"oak\", only perceptron, linear, "));
  CHECK(models.ends_with(" or cnn."));
  CHECK(sentence_of([] {
          make_examples("stars", 1, 1, 1);
        }).starts_with("There is no data set called \"stars\", only digits, "));
  Options options(find_model("forest").options);
  CHECK(sentence_of([&] { options.set("leaves", 3); }) ==
        "There is no option \"leaves\" of this model, only trees, depth or leaf.");
  CHECK(sentence_of([&] { options.set("trees", 2.5); }) ==
        "trees must be a whole number from 1 to 10000.");
  CHECK(sentence_of([&] { options.set("trees", 0); }) ==
        "trees must be a whole number from 1 to 10000.");
  CHECK(sentence_of([&] { options.set("trees", std::nan("")); }) ==
        "trees must be a whole number from 1 to 10000.");
  CHECK(options["trees"] == 100);
  CHECK(sentence_of([] { make_examples("moons", 0, 1, 1); }) ==
        "Training and test examples must be from 1 to 1,000,000.");
}

TEST_CASE("a split keeps each example once, with what belongs to it", "[models]") {
  Examples all{.x = Array({10, 2}), .class_names = {"even", "odd"}};
  for (int i = 0; i < 10; ++i) {
    all.x.data()[2 * i] = static_cast<real>(i);
    all.x.data()[2 * i + 1] = static_cast<real>(i % 2);
    all.y.push_back(i % 2);
  }
  Rng rng(1);
  const Problem problem = split(all, 6, 4, rng);
  std::set<real> seen;
  for (const Examples* part : {&problem.train, &problem.test}) {
    for (std::int64_t i = 0; i < part->size(); ++i) {
      seen.insert(part->x[2 * i]);
      CHECK(part->x[2 * i + 1] == static_cast<real>(part->y[static_cast<std::size_t>(i)]));
    }
  }
  CHECK(seen.size() == 10);
  CHECK(sentence_of([&] { split(all, 8, 4, rng); }) ==
        "8 examples to train and 4 to test are needed, at least one of each, but there are 10.");
}

TEST_CASE("a table's missing values and categories are encoded by its training part", "[models]") {
  Rng rng(3);
  const data::Table table = data::credit_risk(200, rng);
  const Problem problem = split(table, 150, 50, rng);
  CHECK(problem.train.feature_names.size() == static_cast<std::size_t>(problem.train.x.shape()[1]));
  CHECK(problem.train.class_names == table.answers);
  CHECK(problem.test.x.shape()[1] == problem.train.x.shape()[1]);
}

TEST_CASE("networks: slices, one go and another object give the same bits", "[models]") {
  const Problem problem = make_examples("moons", 100, 20, 1);
  const TrainingOptions training{.epochs = 5, .batch = 16};
  MlpClassifier whole({8}, training), sliced({8}, training), other({8}, training);
  whole.fit(problem.train.dataset(), 3);
  sliced.start(problem.train.dataset(), 3);
  CHECK_FALSE(sliced.ready());
  int slices = 0;
  double before = 0;
  for (bool more = true; more; ++slices) {
    more = sliced.step();
    CHECK(sliced.progress() > before);
    before = sliced.progress();
    CHECK(sliced.ready());
  }
  CHECK(slices == 5 * 7);  // 100 examples are 7 batches of 16, the last one smaller
  other.fit(problem.train.dataset(), 4);
  CHECK(same(whole.scores(problem.test.x), sliced.scores(problem.test.x)));
  CHECK_FALSE(same(whole.scores(problem.test.x), other.scores(problem.test.x)));
}

TEST_CASE("networks say what they cannot read", "[models]") {
  const Problem plane = make_examples("moons", 20, 10, 1);
  CnnClassifier cnn;
  CHECK(sentence_of([&] { cnn.start(plane.train.dataset()); }) ==
        "[CnnClassifier] reads pictures (n,height,width,channels) of at least 4 by 4, not (20,2)");
  CHECK(sentence_of([] { MlpClassifier({0}); }) ==
        "[MlpClassifier] a hidden layer of 0 is not in [1,65536]");
  CHECK(sentence_of([] { MlpRegressor({4}, {.epochs = 0}); }) ==
        "[MlpRegressor] needs 1 to 100,000 epochs, batch >= 1 and lr > 0");
  CHECK(sentence_of([&] { cnn.network(); }) == "[CnnClassifier] has no network before start()");
}

TEST_CASE("a network tells numbers in the scale they came in", "[models]") {
  Examples line{.x = Array({200, 1})};
  for (int i = 0; i < 200; ++i) {
    line.x.data()[i] = static_cast<real>(i) / 100 - 1;
    line.target.push_back(5000 + 1000 * line.x[i]);
  }
  MlpRegressor model({16}, {.epochs = 60, .batch = 16, .lr = real(0.01)});
  model.fit(line.regression(), 1);
  CHECK(classic::r_squared(model, line.regression()) > 0.99);
  Examples flat = line;
  std::fill(flat.target.begin(), flat.target.end(), real(3));
  model.fit(flat.regression(), 1);
  CHECK(std::isnan(classic::r_squared(model, flat.regression())));
  CHECK(std::abs(model.predict(flat.x)[0] - 3) < real(0.2));
}

// --- Saved models --------------------------------------------------------------------------------

namespace {

/// Through the bytes of a file.
Predictor reloaded(const Predictor& predictor) {
  return Predictor::load(io::read_safetensors(io::write_safetensors(predictor.save())));
}

io::Safetensors with_numbers(io::Safetensors file, const std::string& name, real number) {
  for (auto& [other, array] : file.tensors)
    if (other == name) array = Array::full(array.shape(), number);
  return file;
}

}  // namespace

TEST_CASE("every model comes back from a file with the answers it gave", "[models]") {
  const Problem plane = make_examples("blobs", 120, 60, 1);
  const Problem two = make_examples("churn", 120, 60, 1);
  const Problem pictures = make_examples("digits", 60, 20, 1);
  const Problem numbers = make_examples("house-prices", 120, 60, 1);
  for (const ModelEntry& entry : all_models()) {
    INFO(entry.name);
    const bool convolutional = std::string(entry.name) == "cnn";
    for (const Problem* problem : {convolutional ? &pictures : &plane, &two, &numbers}) {
      const bool of_numbers = problem == &numbers;
      if (convolutional && problem != &pictures) continue;
      if (of_numbers ? !entry.regressor : !entry.classifier) continue;
      Predictor predictor(entry, quick(entry));
      CHECK_FALSE(sentence_of([&] { predictor.save(); }).empty());
      predictor.fit(problem->train, 3);
      const Predictor other = reloaded(predictor);
      CHECK(std::string(other.entry().name) == entry.name);
      CHECK(other.options().values().size() == entry.options.size());
      CHECK(other.learned_from().class_names == problem->train.class_names);
      CHECK(other.learned_from().feature_names == problem->train.feature_names);
      const Array x = predictor.prepared(problem->test.x);
      CHECK(largest_error(other.prepared(problem->test.x), x) == 0);
      if (of_numbers) {
        CHECK(largest_error(predictor.regressor().predict(x), other.regressor().predict(x)) < 1e-4);
        CHECK(std::abs(predictor.judge(problem->test)["r2"] - other.judge(problem->test)["r2"]) <
              1e-6);
      } else {
        CHECK(predictor.classifier().predict(x) == other.classifier().predict(x));
        CHECK(largest_error(predictor.classifier().scores(x), other.classifier().scores(x)) < 1e-5);
        CHECK(predictor.judge(problem->test).confusion == other.judge(problem->test).confusion);
      }
    }
  }
}

TEST_CASE("a verdict's area under the curve is the mean of each class against all others",
          "[models]") {
  const tests::Golden golden("metrics.txt");
  const auto labels = golden.labels("loss.truth");
  const Verdict verdict = judge_classes(labels, golden["loss.p"], true, 200);
  CHECK(std::abs(verdict["auc"] - static_cast<double>(golden["loss.auc"].item())) < 1e-6);
  CHECK(std::abs(verdict["log_loss"] - static_cast<double>(golden["loss.value"].item())) < 1e-5);
  for (const Measure& measure : verdict.measures) {
    INFO(measure.name);
    CHECK(measure.interval.low < measure.value);
    CHECK(measure.interval.high > measure.value);
  }
  const Verdict again = judge_classes(labels, golden["loss.p"], true, 200);
  CHECK(again.measure("f1").interval.low == verdict.measure("f1").interval.low);
  // One class alone has no curve.
  const std::vector<std::int32_t> ones(labels.size(), 1);
  CHECK(std::isnan(judge_classes(ones, golden["loss.p"], true, 10)["auc"]));
  CHECK(std::isnan(judge_numbers(std::vector<real>{2, 2}, Array::zeros({2}), 10)["r2"]));
  CHECK(sentence_of([&] { verdict["r2"]; }) == "There is no measure called \"r2\".");
}

TEST_CASE("a restored model can be fitted anew", "[models]") {
  const Problem problem = make_examples("moons", 80, 40, 1);
  for (const char* name : {"forest", "mlp", "knn", "perceptron", "svm"}) {
    INFO(name);
    Predictor predictor(find_model(name));
    predictor.fit(problem.train, 3);
    Predictor other = reloaded(predictor);
    other.fit(problem.train, 3);
    CHECK(same(predictor.classifier().scores(predictor.prepared(problem.test.x)),
               other.classifier().scores(other.prepared(problem.test.x))));
  }
}

TEST_CASE("a saved model that makes no sense is refused in one sentence", "[models]") {
  const Problem problem = make_examples("churn", 60, 30, 1);
  Predictor forest(find_model("forest")), knn(find_model("knn"));
  forest.fit(problem.train, 1);
  knn.fit(problem.train, 1);
  const io::Safetensors good = forest.save();
  const auto refusal = [](const io::Safetensors& file) {
    return sentence_of([&] { Predictor::load(file); });
  };
  CHECK(refusal({}) == "It holds no model that gradschool fit has saved.");
  io::Safetensors file = good;
  file.metadata[0].second = "9";
  CHECK(refusal(file) == "It is of version 9, which this program does not know.");
  file = good;
  file.metadata[1].second = "oak";
  CHECK(refusal(file).starts_with("There is no model called \"oak\", only "));
  file.metadata[1].second = "mlp";
  CHECK(refusal(file) == "The model's \"options\" has 3 numbers instead of 5.");
  // Trees that lead nowhere, ask for features that are not there, or are missing in part.
  CHECK(refusal(with_numbers(good, "trees.child", 0)) ==
        "The model's \"trees\" has a tree that leads nowhere.");
  CHECK(refusal(with_numbers(good, "trees.feature", 5000)) ==
        "The model's \"trees\" has a tree that leads nowhere.");
  CHECK(refusal(with_numbers(good, "trees.feature", real(0.5))) ==
        "The model's \"trees.feature\" holds an index that does not fit.");
  CHECK(refusal(with_numbers(good, "trees.threshold", std::nanf(""))) ==
        "The model's \"trees.threshold\" is not finite.");
  CHECK(refusal(with_numbers(good, "options", 0)) ==
        "trees must be a whole number from 1 to 10000.");
  CHECK(refusal(with_numbers(good, "shape", 0)) == "The sizes of its examples make no sense.");
  for (std::size_t i = 0; i < good.tensors.size(); ++i) {
    file = good;
    file.tensors.erase(file.tensors.begin() + static_cast<std::ptrdiff_t>(i));
    INFO(good.tensors[i].first);
    if (good.tensors[i].first == "encoding") continue;  // a table's model may do without
    CHECK_FALSE(refusal(file).empty());
  }
  file = good;
  file.tensors.emplace_back("more", Array::full({2}, 1));
  CHECK(refusal(file) == "The model has no place for \"more\".");
  CHECK(refusal(with_numbers(knn.save(), "labels", 2)) ==
        "The model's \"labels\" holds an index that does not fit.");
  CHECK(refusal(with_numbers(knn.save(), "scale.deviations", 0)) ==
        "[Standardizer] needs a deviation above 0 for every mean");
}

TEST_CASE("another table is read as the model's own: by names, unknown categories as missing",
          "[models]") {
  const auto table = [](const std::vector<data::TableColumn>& columns,
                        std::initializer_list<real> x, std::vector<std::string> answers,
                        std::vector<std::int32_t> label) {
    const auto n = static_cast<std::int64_t>(label.size());
    return data::Table{.columns = columns,
                       .x = Array::from(x, {n, static_cast<std::int64_t>(columns.size())}),
                       .question = "",
                       .answers = std::move(answers),
                       .label = std::move(label),
                       .target = std::vector<real>(static_cast<std::size_t>(n))};
  };
  const real missing = std::nanf("");
  const data::TableColumn size{.name = "size"},
      colour{.name = "colour", .categories = {"red", "blue"}};
  const data::Table train =
      table({size, colour}, {1, 0, 3, 1, missing, 0, 8, missing}, {"no", "yes"}, {0, 1, 0, 1});
  const data::Table encoding = encoding_of(train);
  CHECK(data::encoded_names(encoding) == data::encoded_names(train));
  CHECK(same(data::encode(train, encoding), data::encode(train, train)));

  const data::TableColumn other_colour{.name = "colour", .categories = {"green", "blue", "red"}};
  const data::Table test =
      table({other_colour, size}, {2, 5, 0, missing, 1, 7}, {"yes", "no"}, {0, 1, 0});
  const Examples examples = encode_as(test, encoding, {"no", "yes"});
  CHECK(examples.y == std::vector<std::int32_t>{1, 0, 1});
  // size, size missing, red, blue
  CHECK(same(examples.x, Array::from({5, 0, 1, 0, 3, 1, 0, 0, 7, 0, 0, 1}, {3, 4})));

  CHECK(sentence_of([&] {
          encode_as(test, encoding, {"no", "perhaps"});
        }) == "The model has not learned the class \"yes\", only no or perhaps.");
  CHECK(sentence_of([&] {
          encode_as(table({size}, {1}, {"no"}, {0}), encoding, {"no", "yes"});
        }) == "There is no column \"colour\", from which the model has learned.");
  CHECK(
      sentence_of([&] {
        encode_as(table({size, {.name = "colour"}}, {1, 2}, {"no"}, {0}), encoding, {"no", "yes"});
      }) == "The column \"colour\" holds numbers where the model has learned from texts.");
}
