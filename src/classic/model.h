#pragma once

// The room of classical models: learners without layers, the rivals in every comparison of this
// course and often the better choice. All are fitted in slices, small enough to draw between them,
// and give the same bits everywhere for the same data and seed.
//
//   RandomForest forest({.trees = 100});
//   forest.fit(train, 7);                          // in one go, or:
//
//   forest.start(train, 7);                        // 7: the seed
//   while (forest.step()) show(forest.progress()); // to cancel, stop calling step()
//
//   forest.predict(test.x);                        // a class for every row: for slices, hand it
//                                                  // the rows in parts
//   forest.predict_proba(test.x);                  // (rows, classes), where the model has them
//
// Classifiers: perceptron.h, logistic_regression.h, decision_tree.h, random_forest.h,
// boosted_trees.h, nearest_neighbors.h, naive_bayes.h, linear_svm.h, kernel_svm.h. Numbers:
// least_squares.h (with ridge), and the trees, boosted_regression.h among them. Without labels:
// k_means.h, pca.h, tsne.h. Features for all of them: features.h, hog.h,
// color_histogram.h. What models need inside:
// tree.h, columns.h, tree_grower.h, forest_grower.h, gradient_tree.h, boosting.h; kd_tree.h;
// lbfgs.h; kernel_rows.h, smo.h; symmetric_eigen.h. By name, with networks beside them:
// models/registry.h.
//
// Examples are rows of numbers: any further axes, as of pictures, count as one row. Missing values
// must be filled in before. Errors are sentences that begin with the model's name.

#include <cstdint>
#include <vector>

#include "classic/state.h"
#include "data/curves.h"
#include "data/dataset.h"
#include "tensor/array.h"
#include "tensor/rng.h"

namespace grad::classic {

/// Sums, comparisons or visits in one slice, roughly: a few milliseconds.
inline constexpr std::int64_t slice_work = std::int64_t{1} << 20;
/// More is refused: labels and counts are kept in small integers.
inline constexpr std::int64_t most_examples = std::int64_t{1} << 24, most_classes = 1000;

/// Work that is done in slices. Cancelling is to stop calling step(): nothing runs in between.
class Sliced {
 public:
  virtual ~Sliced() = default;
  Sliced(const Sliced&) = delete;  // parts of a model point to each other
  Sliced& operator=(const Sliced&) = delete;

  /// One slice of the work; nothing once it is finished. Returns whether more is to be done.
  bool step();
  /// Share of the work that is done: 0 before the first step, never falls, 1 exactly at the end.
  double progress() const { return progress_; }
  bool finished() const { return progress_ >= 1; }

  /// All slices that are left.
  void finish() {
    while (step()) continue;
  }
  /// The same, asking `go_on(progress())` after every slice: the first false cancels. Returns
  /// whether the work is finished.
  template <class GoOn>
  bool finish(GoOn go_on) {
    while (step())
      if (!go_on(progress())) return false;
    return finished();
  }

 protected:
  Sliced() = default;

  /// One slice; called only while there is something to do. Calls report().
  virtual void slice() = 0;
  /// Says how far the work is; 1 ends it.
  void report(double share);
  /// The work begins anew, or has not begun (then step() throws Error).
  void reset(bool started);

 private:
  double progress_ = 0;
  bool started_ = false;
};

/// A model that learns from examples, whatever it is asked for afterwards.
class Learner : public Sliced {
 public:
  /// "RandomForest": with which its errors begin.
  virtual const char* name() const = 0;
  /// True when predictions can be asked for: after the fit, and in models that improve what they
  /// have (most) after the first slices already.
  virtual bool ready() const { return finished(); }
  /// Numbers of an example.
  std::int64_t features() const { return features_; }
  /// What it has learned. Throws Error unless ready().
  State state();

 protected:
  /// Writes or reads what it has learned: state.h.
  virtual void exchange(State& state) = 0;
  /// Becomes a model that has learned from examples of that shape (1, ...) what `state` holds.
  void restore_from(State state, const Shape& shape);
  /// x as (rows, features()). Throws Error unless ready() and x (rows, ...) is finite with
  /// features() numbers a row.
  Array readable(const Array& x) const;
  /// (n, features).
  const Array& examples() const { return x_; }
  /// As they were given: (n, ...); of a model that was restored (1, ...).
  const Shape& examples_shape() const { return shape_; }
  std::int64_t count() const { return x_.defined() ? x_.shape()[0] : 0; }
  const real* example(std::int64_t i) const { return x_.data() + i * x_.shape()[1]; }
  /// `table` is x as (n, features).
  void set_examples(const Array& x, const Array& table);

 private:
  Array x_;
  Shape shape_{0};
  std::int64_t features_ = 0;
};

/// A model that learns classes from examples.
class Classifier : public Learner {
 public:
  /// Begins to fit: checks the examples and forgets what was learned before. `train.x` (n, ...) is
  /// held, not copied: leave it as it is until the fit is finished. Models without chance ignore
  /// the seed. Throws Error, before anything is forgotten, unless 1 <= n <= most_examples, every
  /// example has a feature, all numbers are finite, 2 <= train.classes <= most_classes, there is a
  /// label in [0, classes) for every example, and at least two classes occur.
  void start(const data::Dataset& train, std::uint64_t seed = 0);
  /// start() and all slices.
  void fit(const data::Dataset& train, std::uint64_t seed = 0) {
    start(train, seed);
    finish();
  }

  /// Learns at once what another model of the same kind and options knew, whose examples had that
  /// shape without their number. Throws Error, leaving the model to be fitted anew, for a state
  /// that does not fit.
  void restore(const State& state, const Shape& example, int classes);

  int classes() const { return classes_; }

  /// (rows, classes): the larger, the likelier. Probabilities where has_probabilities(), else
  /// distances from a boundary or votes, as the model says. A row's scores do not depend on the
  /// other rows. Throws Error unless ready() and x (rows, ...) is finite with features() numbers a
  /// row.
  Array scores(const Array& x) const;
  /// The class with the largest score, the first among equals. Throws Error as scores().
  std::vector<std::int32_t> predict(const Array& x) const;
  virtual bool has_probabilities() const { return true; }
  /// scores() that add up to 1 in every row. Throws Error where the model has none.
  Array predict_proba(const Array& x) const;

 protected:
  /// Throws Error if the model cannot learn from examples that are otherwise in order.
  virtual void check_fits(const data::Dataset& train) const { (void)train; }
  /// Begins to fit examples(), labels() and classes(), which are checked.
  virtual void begin(Rng rng) = 0;
  /// Writes (rows, classes) scores of rows of features() numbers.
  virtual void score(const real* x, std::int64_t rows, real* scores) const = 0;

  const std::vector<std::int32_t>& labels() const { return labels_; }
  void set_labels(const std::vector<std::int32_t>& labels) { labels_ = labels; }

 private:
  std::vector<std::int32_t> labels_;
  int classes_ = 0;
};

/// A model that learns a number from examples.
class Regressor : public Learner {
 public:
  /// Begins to fit, as Classifier::start(). Throws Error, before anything is forgotten, unless
  /// there are from 1 to most_examples examples with features, a target for each, and all numbers
  /// are finite.
  void start(const data::Regression& train, std::uint64_t seed = 0);
  void fit(const data::Regression& train, std::uint64_t seed = 0) {
    start(train, seed);
    finish();
  }
  /// As Classifier::restore().
  void restore(const State& state, const Shape& example);

  /// (rows): the number expected for every row, whatever the other rows. Throws Error unless
  /// ready() and x (rows, ...) is finite with features() numbers a row.
  Array predict(const Array& x) const;

 protected:
  /// Throws Error if the model cannot learn from examples that are otherwise in order.
  virtual void check_fits(const data::Regression& train) const { (void)train; }
  /// Begins to fit examples() and targets(), which are checked.
  virtual void begin(Rng rng) = 0;
  /// Writes the numbers of rows of features() numbers.
  virtual void predict_rows(const real* x, std::int64_t rows, real* predicted) const = 0;

  const std::vector<real>& targets() const { return targets_; }

 private:
  std::vector<real> targets_;
};

/// Share of the rows of `test` whose class is predicted; 0 to 1. Throws Error as predict(), and
/// where `test` is empty or has not one label for every row.
double accuracy(const Classifier& model, const data::Dataset& test);
/// R²: 1 - Σ (target - prediction)² / Σ (target - mean target)²; 1 is perfect, 0 what the mean
/// reaches, and NaN where the targets do not vary. Throws Error as accuracy().
double r_squared(const Regressor& model, const data::Regression& test);

/// x as (rows, features), sharing its numbers. Throws Error beginning with [who] unless it has rows
/// and features, at most most_examples rows, and every number is finite.
Array table(const char* who, const Array& x);

}  // namespace grad::classic
