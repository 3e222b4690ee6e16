#pragma once

#include <cstdint>
#include <vector>

#include "classic/model.h"
#include "tensor/array.h"
#include "tensor/rng.h"

namespace grad::classic {

struct KMeansOptions {
  int clusters = 8;      ///< 1 to 10,000
  int starts = 1;        ///< fresh seedings, of which the tightest result is kept
  int iterations = 300;  ///< of each start, at most
};

/// k-means: the centres that make Σ |x - nearest centre|² small. Seeded by k-means++ (Arthur and
/// Vassilvitskii 2007: each next centre is an example drawn with probability proportional to its
/// squared distance from the centres so far), improved by Lloyd's iterations until no example
/// changes its cluster. A cluster that loses all its examples gets the one farthest from its
/// centre.
class KMeans : public Sliced {
 public:
  /// Throws Error unless the options are in range.
  explicit KMeans(const KMeansOptions& options);

  /// Begins with examples x (n, ...), held until finished. Throws Error unless x is finite and
  /// clusters <= n.
  void start(const Array& x, std::uint64_t seed = 0);
  /// The same from given centres (clusters, features), without chance and other starts.
  void start_from(const Array& x, const Array& centres);
  void fit(const Array& x, std::uint64_t seed = 0) {
    start(x, seed);
    finish();
  }

  // Of the best start when finished, before that of the one at work.

  /// (clusters, features); fewer clusters while they are still being drawn. Throws Error before the
  /// first step.
  Array centres() const;
  /// The cluster of every example; -1 before it has one.
  const std::vector<std::int32_t>& assignment() const { return state().assignment; }
  /// Σ |x - its centre|².
  double inertia() const { return state().inertia; }
  /// Lloyd's iterations.
  int iterations() const { return state().iterations; }

  /// The nearest centre of each row, the first among equals. Throws Error unless x is finite and as
  /// wide as the examples.
  std::vector<std::int32_t> predict(const Array& x) const;

 private:
  struct State {
    std::vector<double> centres;  // (clusters, features)
    std::vector<std::int32_t> assignment;
    double inertia = 0;
    int iterations = 0;
  };

  void slice() override;
  void begin(const Array& x);
  void begin_start();
  void begin_iteration();
  void seed_next();
  void assign(std::int64_t row);
  void end_iteration();
  void fill_empty();
  void end_start();
  std::int32_t nearest(const real* row, double& distance) const;
  const State& state() const;
  const real* example(std::int64_t row) const { return x_.data() + row * width(); }
  std::int64_t count() const { return x_.shape()[0]; }
  std::int64_t width() const { return x_.shape()[1]; }

  KMeansOptions options_;
  Rng rng_;
  Array x_;
  State now_, best_;
  std::vector<double> distances_;  // squared, of each example from its nearest centre
  // Of the iteration at work:
  std::vector<double> sums_;  // (clusters, features)
  std::vector<std::int64_t> counts_;
  std::int64_t at_ = 0, moved_ = 0;
  int seeded_ = 0, starts_done_ = 0;
  bool given_ = false;
};

}  // namespace grad::classic
