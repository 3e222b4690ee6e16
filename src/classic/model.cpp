#include "classic/model.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "kernels/kernels.h"
#include "tensor/check.h"

namespace grad::classic {

namespace {

std::string says(const char* who, const std::string& sentence) {
  return "[" + std::string(who) + "] " + sentence;
}

void check_labels(const char* who, const data::Dataset& train) {
  const std::int64_t n = train.x.shape()[0];
  check(train.size() == n, [&] {
    return says(who, std::to_string(train.size()) + " labels for x of " + train.x.shape().text());
  });
  check(train.classes >= 2 && train.classes <= most_classes, [&] {
    return says(who, "cannot tell " + std::to_string(train.classes) + " classes apart, only 2 to " +
                         std::to_string(most_classes));
  });
  for (std::size_t i = 0; i < train.y.size(); ++i) {
    check(train.y[i] >= 0 && train.y[i] < train.classes, [&] {
      return says(who, "label " + std::to_string(train.y[i]) + " of example " + std::to_string(i) +
                           " is not in [0," + std::to_string(train.classes) + ")");
    });
  }
  const auto differs = [&](std::int32_t label) { return label != train.y[0]; };
  check(std::any_of(train.y.begin(), train.y.end(), differs), [&] {
    return says(who, "all " + std::to_string(n) + " examples are of class " +
                         std::to_string(train.y[0]) + ", so there is nothing to tell apart");
  });
}

// (1, ...) of the axes of one example.
Shape example_shape(const Shape& example) {
  std::vector<std::int64_t> sizes{1};
  check(example.axes() < Shape::max_axes, "An example has too many axes.");
  for (int axis = 0; axis < example.axes(); ++axis) sizes.push_back(example[axis]);
  return Shape(sizes);
}

}  // namespace

bool Sliced::step() {
  check(started_, "[step] nothing was started");
  if (!finished()) slice();
  return !finished();
}

void Sliced::report(double share) { progress_ = std::max(progress_, std::min(share, 1.0)); }

void Sliced::reset(bool started) {
  progress_ = 0;
  started_ = started;
}

void Learner::set_examples(const Array& x, const Array& table) {
  x_ = table;
  shape_ = x.shape();
  features_ = table.shape()[1];
}

State Learner::state() {
  check(ready(), [&] { return says(name(), "has not learned yet: fit() it first"); });
  State state;
  exchange(state);
  return state;
}

void Learner::restore_from(State state, const Shape& shape) {
  check(state.reading() && shape.size() >= 1,
        [&] { return says(name(), "cannot have learned from examples of " + shape.text()); });
  x_ = {};
  shape_ = shape;
  features_ = shape.size();
  reset(false);
  exchange(state);
  state.expect_none_left();
  reset(true);
  report(1);
}

Array Learner::readable(const Array& x) const {
  check(ready(), [&] { return says(name(), "has not learned yet: fit() it first"); });
  Array rows = table(name(), x);
  check(rows.shape()[1] == features(), [&] {
    return says(name(), "learned from " + std::to_string(features()) +
                            " features a row and cannot read " + x.shape().text());
  });
  return rows;
}

void Classifier::start(const data::Dataset& train, std::uint64_t seed) {
  const Array x = table(name(), train.x);
  check_labels(name(), train);
  check_fits(train);
  set_examples(train.x, x);
  labels_ = train.y;
  classes_ = train.classes;
  reset(false);
  begin(Rng(seed));
  reset(true);
}

void Classifier::restore(const State& state, const Shape& example, int classes) {
  check(classes >= 2 && classes <= most_classes, [&] {
    return says(name(), "cannot tell " + std::to_string(classes) + " classes apart, only 2 to " +
                            std::to_string(most_classes));
  });
  classes_ = classes;
  labels_.clear();
  restore_from(state, example_shape(example));
}

Array Classifier::scores(const Array& x) const {
  const Array rows = readable(x);
  Array scores({rows.shape()[0], classes_});
  score(rows.data(), rows.shape()[0], scores.data());
  return scores;
}

std::vector<std::int32_t> Classifier::predict(const Array& x) const {
  const Array all = scores(x);
  std::vector<std::int32_t> best(static_cast<std::size_t>(all.shape()[0]));
  kernels::argmax_rows(all.shape()[0], classes_, all.data(), best.data());
  return best;
}

Array Classifier::predict_proba(const Array& x) const {
  check(has_probabilities(), [&] { return says(name(), "has scores, but no probabilities"); });
  return scores(x);
}

void Regressor::start(const data::Regression& train, std::uint64_t seed) {
  const Array x = table(name(), train.x);
  check(train.size() == x.shape()[0], [&] {
    return says(name(),
                std::to_string(train.size()) + " targets for x of " + train.x.shape().text());
  });
  for (std::size_t i = 0; i < train.target.size(); ++i) {
    check(std::isfinite(train.target[i]), [&] {
      return says(name(), "the target of example " + std::to_string(i) + " is not finite");
    });
  }
  check_fits(train);
  set_examples(train.x, x);
  targets_ = train.target;
  reset(false);
  begin(Rng(seed));
  reset(true);
}

void Regressor::restore(const State& state, const Shape& example) {
  targets_.clear();
  restore_from(state, example_shape(example));
}

Array Regressor::predict(const Array& x) const {
  const Array rows = readable(x);
  Array predicted({rows.shape()[0]});
  predict_rows(rows.data(), rows.shape()[0], predicted.data());
  return predicted;
}

double accuracy(const Classifier& model, const data::Dataset& test) {
  const std::vector<std::int32_t> predicted = model.predict(test.x);
  check(predicted.size() == test.y.size(), [&] {
    return "[accuracy] " + std::to_string(test.y.size()) + " labels for x of " +
           test.x.shape().text();
  });
  std::int64_t right = 0;
  for (std::size_t i = 0; i < predicted.size(); ++i) right += predicted[i] == test.y[i];
  return static_cast<double>(right) / static_cast<double>(predicted.size());
}

double r_squared(const Regressor& model, const data::Regression& test) {
  const Array predicted = model.predict(test.x);
  check(predicted.size() == test.size(), [&] {
    return "[r_squared] " + std::to_string(test.size()) + " targets for x of " +
           test.x.shape().text();
  });
  double mean = 0, spread = 0, error = 0;
  for (const real target : test.target) mean += static_cast<double>(target);
  mean /= static_cast<double>(test.size());
  for (std::int64_t i = 0; i < test.size(); ++i) {
    const auto target = static_cast<double>(test.target[i]);
    spread += (target - mean) * (target - mean);
    error +=
        (target - static_cast<double>(predicted[i])) * (target - static_cast<double>(predicted[i]));
  }
  return spread > 0 ? 1 - error / spread : std::numeric_limits<double>::quiet_NaN();
}

Array table(const char* who, const Array& x) {
  check(x.defined() && x.shape().axes() >= 1 && x.size() > 0,
        [&] { return says(who, "needs examples with features, not x of " + x.shape().text()); });
  const std::int64_t n = x.shape()[0], width = x.size() / n;
  check(n <= most_examples, [&] {
    return says(who, std::to_string(n) + " rows are more than " + std::to_string(most_examples));
  });
  for (std::int64_t i = 0; i < x.size(); ++i) {
    check(std::isfinite(x[i]), [&] {
      return says(who, "x is not finite in row " + std::to_string(i / width) + ", column " +
                           std::to_string(i % width));
    });
  }
  return x.reshape({n, width});
}

}  // namespace grad::classic
