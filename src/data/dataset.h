#pragma once

// Small data sets made from a seed, and how to split, choose and walk over examples.

#include <cstdint>
#include <span>
#include <vector>

#include "tensor/array.h"
#include "tensor/rng.h"

namespace grad::data {

/// Examples and their classes: x (n, features), y[i] in [0, classes).
struct Dataset {
  Array x;
  std::vector<std::int32_t> y;
  int classes = 2;
  std::int64_t size() const { return static_cast<std::int64_t>(y.size()); }
};

// Toy sets in the plane, n points: the classes in turn, so that their counts differ by 1 at most,
// then shuffled. `noise` is the standard deviation of the normal noise added to both coordinates.
// They throw Error for n < 0 or a noise that is negative or not finite. Same (n, noise, state of
// rng), same bits.

/// Uniform on the square [-1,1]²; class = [x0·x1 > 0] before the noise. (Not balanced exactly.)
Dataset xor_points(std::int64_t n, real noise, Rng& rng);
/// Two half circles, as scikit-learn's make_moons: (cos t, sin t) and (1 - cos t, 1/2 - sin t) with
/// t evenly from 0 to π.
Dataset moons(std::int64_t n, real noise, Rng& rng);
/// Two circles, radius 1 and `factor` in [0,1], as scikit-learn's make_circles.
Dataset circles(std::int64_t n, real noise, Rng& rng, real factor = real(0.5));
/// Two arms of a spiral, one and three quarter turns, radius up to 1: r (sin t, cos t), t = 3.5 π
/// r, the second arm turned by π; r evenly from 0 to 1 (1 left out).
Dataset spirals(std::int64_t n, real noise, Rng& rng);
/// `classes` >= 1 normal clouds of deviation `noise` with centres evenly on a circle of radius 1.
Dataset blobs(std::int64_t n, real noise, Rng& rng, int classes = 2);

struct Split {
  Dataset train, test;
};
/// Shuffles, then the first round(n·(1-test_share)) train. Throws Error unless 0 <= test_share
/// <= 1.
Split split(const Dataset& all, real test_share, Rng& rng);
/// The examples at `rows`. Throws Error naming a row that does not exist.
Dataset take(const Dataset& all, std::span<const int> rows);

/// Walks over a data set in shuffled batches, a new order each epoch; the last one may be smaller.
class Batches {
 public:
  /// `all` must outlive it. Throws Error unless batch >= 1 and `all` has an example.
  Batches(const Dataset& all, std::int64_t batch, Rng rng) : Batches(all, batch, rng, all.size()) {}
  /// Only over the first `count` examples, which must be from 1 to all.size().
  Batches(const Dataset& all, std::int64_t batch, Rng rng, std::int64_t count);
  Batches(Dataset&&, std::int64_t, Rng) = delete;
  Batches(Dataset&&, std::int64_t, Rng, std::int64_t) = delete;
  Dataset next();
  /// How many times all examples have been handed out.
  std::int64_t epoch() const { return epoch_; }

 private:
  const Dataset& all_;
  std::int64_t batch_, count_;
  Rng rng_;
  std::vector<int> order_;
  std::size_t at_ = 0;
  std::int64_t epoch_ = 0;
};

}  // namespace grad::data
