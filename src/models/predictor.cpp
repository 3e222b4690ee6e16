#include "models/predictor.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "tensor/check.h"

namespace grad::models {

namespace {

using classic::State;

// Arrays of a file that are not the model's own.
constexpr const char* kOptions = "options";
constexpr const char* kShape = "shape";
constexpr const char* kMeans = "scale.means";
constexpr const char* kDeviations = "scale.deviations";
constexpr const char* kEncoding = "encoding";
constexpr const char* kMissing = "encoding.missing";
constexpr std::string_view kAround[] = {kOptions, kShape, kMeans, kDeviations, kEncoding, kMissing};

Array as_array(const Shape& shape) {
  Array sizes({shape.axes()});
  for (int axis = 0; axis < shape.axes(); ++axis)
    sizes.data()[axis] = static_cast<real>(shape[axis]);
  return sizes;
}

/// Of examples, one axis or more after the first, which is 1.
Shape shape_of(const Array& sizes) {
  std::vector<std::int64_t> axes;
  double product = 1;
  for (const real size : sizes.span()) {
    product *= static_cast<double>(size);
    check(size >= 1 && size <= real(1 << 24) && size == std::floor(size) && product <= 1 << 24,
          "The sizes of its examples make no sense.");
    axes.push_back(static_cast<std::int64_t>(size));
  }
  check(axes.size() >= 2 && axes.size() <= 5 && axes[0] == 1,
        "The sizes of its examples make no sense.");
  return Shape(axes);
}

}  // namespace

void Predictor::start(const Examples& train, std::uint64_t seed) {
  const bool fits = train.numbers() ? entry_->regressor != nullptr : entry_->classifier != nullptr;
  if (!fits) {
    std::vector<std::string> names;
    for (const ModelEntry& entry : all_models())
      if (train.numbers() ? entry.regressor != nullptr : entry.classifier != nullptr)
        names.emplace_back(entry.name);
    fail("The model " + std::string(entry_->name) + " tells no " +
         (train.numbers() ? "numbers" : "classes") + "; " + one_of(names) + " would.");
  }
  const bool one_class =
      !train.numbers() && !train.y.empty() &&
      std::all_of(train.y.begin(), train.y.end(), [&](int label) { return label == train.y[0]; });
  check(!one_class, [&] {
    return "All " + std::to_string(train.size()) + " examples to train with are of one class, \"" +
           train.class_names.at(static_cast<std::size_t>(train.y[0])) +
           "\": there is nothing to tell apart.";
  });
  like_ = train;
  like_.x = Array::zeros(train.x.shape().with(0, 1));
  like_.y.clear();
  like_.target.clear();
  scale_.reset();
  if (entry_->scaled && !train.pictures()) scale_.emplace(train.x);
  Examples ready = train;
  ready.x = prepared(train.x);
  classifier_.reset();
  regressor_.reset();
  if (train.numbers()) {
    regressor_ = entry_->regressor(options_);
    regressor_->start(ready.regression(), seed);
  } else {
    classifier_ = entry_->classifier(options_);
    classifier_->start(ready.dataset(), seed);
  }
}

io::Safetensors Predictor::save() const {
  io::Safetensors file;
  const auto list = [&](const std::string& name, const std::vector<std::string>& texts) {
    for (std::size_t i = 0; i < texts.size(); ++i)
      file.metadata.emplace_back(name + "." + std::to_string(i), texts[i]);
  };
  file.metadata = {{"gradschool.version", "1"}, {"gradschool.model", entry_->name}};
  list("class", like_.class_names);
  list("feature", like_.feature_names);
  State around;
  std::vector<double> options = options_.values();
  around.numbers(kOptions, options);
  Array shape = as_array(like_.x.shape());
  around.array(kShape, shape, shape.shape());
  if (scale_) {
    std::vector<double> means = scale_->means(), deviations = scale_->deviations();
    around.numbers(kMeans, means);
    around.numbers(kDeviations, deviations);
  }
  if (like_.encoding) {
    Array numbers = like_.encoding->x.clone(), missing(numbers.shape());
    for (std::int64_t i = 0; i < numbers.size(); ++i) {
      missing.data()[i] = std::isnan(numbers[i]) ? real(1) : real(0);
      if (std::isnan(numbers[i])) numbers.data()[i] = 0;
    }
    around.array(kEncoding, numbers, numbers.shape());
    around.array(kMissing, missing, missing.shape());
    for (std::size_t j = 0; j < like_.encoding->columns.size(); ++j) {
      const data::TableColumn& column = like_.encoding->columns[j];
      list("column." + std::to_string(j), {column.name});
      list("category." + std::to_string(j), column.categories);
    }
  }
  file.tensors = around.arrays();
  const State own = learner().state();
  file.tensors.insert(file.tensors.end(), own.arrays().begin(), own.arrays().end());
  return file;
}

Predictor Predictor::load(const io::Safetensors& file) {
  const std::string* version = file.find_text("gradschool.version");
  const std::string* name = file.find_text("gradschool.model");
  check(version && name, "It holds no model that gradschool fit has saved.");
  check(*version == "1",
        [&] { return "It is of version " + *version + ", which this program does not know."; });
  const ModelEntry& entry = find_model(*name);
  const auto list = [&](const std::string& of) {
    std::vector<std::string> texts;
    while (const std::string* text = file.find_text(of + "." + std::to_string(texts.size())))
      texts.push_back(*text);
    return texts;
  };

  // What is around the model is known by name; the rest is the model's.
  State::Arrays around_arrays, own;
  for (const auto& tensor : file.tensors) {
    const bool around =
        std::find(std::begin(kAround), std::end(kAround), tensor.first) != std::end(kAround);
    (around ? around_arrays : own).push_back(tensor);
  }
  State around(around_arrays);
  std::vector<double> values;
  around.numbers(kOptions, values, static_cast<std::int64_t>(entry.options.size()));
  Options options(entry.options);
  for (std::size_t i = 0; i < values.size(); ++i) options.set(entry.options[i].name, values[i]);

  Predictor predictor(entry, options);
  Examples& like = predictor.like_;
  like.class_names = list("class");
  like.feature_names = list("feature");
  const Array* sizes = file.find(kShape);
  check(sizes != nullptr, "It does not say what examples look like.");
  const Shape example = shape_of(*sizes);
  like.x = Array::zeros(example.with(0, 1));
  check(like.feature_names.empty() ||
            static_cast<std::int64_t>(like.feature_names.size()) == example.size(),
        "It has not one name for every feature.");
  if (file.find(kMeans)) {
    std::vector<double> means, deviations;
    around.numbers(kMeans, means, example.size());
    around.numbers(kDeviations, deviations, example.size());
    predictor.scale_.emplace(means, deviations);
  }
  if (file.find(kEncoding)) {
    data::Table encoding;
    for (std::size_t j = 0;; ++j) {
      const std::vector<std::string> column = list("column." + std::to_string(j));
      if (column.empty()) break;
      encoding.columns.push_back(
          {.name = column[0], .categories = list("category." + std::to_string(j))});
    }
    const Shape two{2, static_cast<std::int64_t>(encoding.columns.size())};
    Array missing;
    around.array(kEncoding, encoding.x, two);
    around.array(kMissing, missing, two);
    encoding.x = encoding.x.clone();
    for (std::int64_t i = 0; i < missing.size(); ++i)
      if (missing[i] != 0) encoding.x.data()[i] = std::numeric_limits<real>::quiet_NaN();
    encoding.target = {0, 0};
    check(data::encoded_names(encoding) == like.feature_names,
          "Its columns are not those of its features.");
    like.encoding = encoding;
  }
  // Axes of one example.
  std::vector<std::int64_t> axes;
  for (int axis = 1; axis < example.axes(); ++axis) axes.push_back(example[axis]);
  const bool tells = like.numbers() ? entry.regressor != nullptr : entry.classifier != nullptr;
  check(tells, [&] { return "It says that " + *name + " tells what it cannot tell."; });
  if (like.numbers()) {
    predictor.regressor_ = entry.regressor(options);
    predictor.regressor_->restore(State(own), Shape(axes));
  } else {
    predictor.classifier_ = entry.classifier(options);
    predictor.classifier_->restore(State(own), Shape(axes), like.classes());
  }
  return predictor;
}

const classic::Classifier& Predictor::classifier() const {
  check(classifier_ != nullptr, "The model has not learned classes: start() it with some first.");
  return *classifier_;
}

const classic::Regressor& Predictor::regressor() const {
  check(regressor_ != nullptr, "The model has not learned numbers: start() it with some first.");
  return *regressor_;
}

classic::Learner& Predictor::learner() const {
  check(classifier_ || regressor_, "The model has no examples yet: start() it first.");
  return classifier_ ? static_cast<classic::Learner&>(*classifier_) : *regressor_;
}

Array Predictor::prepared(const Array& x) const { return scale_ ? scale_->transform(x) : x; }

Array Predictor::outputs(const Examples& test) const {
  learner();
  check(test.numbers() == numbers(), [&] {
    return "The model tells " + std::string(numbers() ? "numbers" : "classes") +
           ", not what these examples have.";
  });
  check(test.feature_names == like_.feature_names,
        "The model has learned from other features than these examples have.");
  const Array x = prepared(test.x);
  return numbers() ? regressor_->predict(x) : classifier_->scores(x);
}

Verdict Predictor::judge(const Examples& test, const Array& outputs, int samples) const {
  return numbers() ? judge_numbers(test.target, outputs, samples)
                   : judge_classes(test.y, outputs, classifier().has_probabilities(), samples);
}

}  // namespace grad::models
