#include "models/predictor.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "tensor/check.h"
#include "tensor/math.h"

namespace grad::models {

namespace {

Verdict judge_classes(const classic::Classifier& model, const Array& x, const Examples& test) {
  const Array scores = model.scores(x);
  const int classes = model.classes();
  const bool probable = model.has_probabilities();
  Verdict verdict;
  verdict.confusion.assign(static_cast<std::size_t>(classes) * static_cast<std::size_t>(classes),
                           0);
  std::int64_t right = 0;
  double loss = 0;
  for (std::int64_t i = 0; i < test.size(); ++i) {
    const std::int32_t label = test.y[static_cast<std::size_t>(i)];
    check(label >= 0 && label < classes, [&] {
      return "Label " + std::to_string(label) + " of example " + std::to_string(i) +
             " is not one of the " + std::to_string(classes) + " classes learned.";
    });
    const real* row = scores.data() + i * classes;
    const auto best = static_cast<std::int32_t>(std::max_element(row, row + classes) - row);
    right += best == label;
    ++verdict.confusion[static_cast<std::size_t>(std::int64_t{label} * classes + best)];
    // As scikit-learn: no probability is taken for smaller than what rounding tells from 0.
    const real least = std::numeric_limits<real>::epsilon();
    if (probable) loss -= static_cast<double>(math::log(std::max(row[label], least)));
  }
  const auto n = static_cast<double>(test.size());
  verdict.accuracy = static_cast<double>(right) / n;
  verdict.log_loss = probable ? loss / n : std::numeric_limits<double>::quiet_NaN();
  return verdict;
}

Verdict judge_numbers(const classic::Regressor& model, const Array& x, const Examples& test) {
  const Array predicted = model.predict(x);
  double squares = 0, sizes = 0;
  for (std::int64_t i = 0; i < test.size(); ++i) {
    const double error = static_cast<double>(predicted[i]) -
                         static_cast<double>(test.target[static_cast<std::size_t>(i)]);
    squares += error * error;
    sizes += std::abs(error);
  }
  const auto n = static_cast<double>(test.size());
  return {.r2 = classic::r_squared(model, {x, test.target}),
          .rmse = std::sqrt(squares / n),
          .mae = sizes / n};
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
  check(train.classes() != 1, [&] {
    return "All examples are of one class, \"" + train.class_names[0] +
           "\": there is nothing to tell apart.";
  });
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

Verdict Predictor::judge(const Examples& test) const {
  learner();
  check(test.numbers() == numbers(), [&] {
    return "The model tells " + std::string(numbers() ? "numbers" : "classes") +
           ", not what these examples have.";
  });
  const Array x = prepared(test.x);
  return numbers() ? judge_numbers(*regressor_, x, test) : judge_classes(*classifier_, x, test);
}

}  // namespace grad::models
