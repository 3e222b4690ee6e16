#pragma once

#include <cstdint>
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

// Toy sets in the plane, n points, both classes in turn so that they are balanced (±1), then
// shuffled. `noise` is the standard deviation of the normal noise added to both coordinates. Throw
// Error for n < 0 or a noise that is negative or not finite. Same (n, noise, seed), same bits.

/// Uniform on the square [-1,1]²; class = [x0·x1 > 0] before the noise. (Not balanced exactly.)
Dataset xor_points(std::int64_t n, real noise, Rng& rng);
/// Two half circles, as scikit-learn's make_moons.
Dataset moons(std::int64_t n, real noise, Rng& rng);
/// Two circles, radius 1 and `factor`, as scikit-learn's make_circles.
Dataset circles(std::int64_t n, real noise, Rng& rng, real factor = real(0.5));
/// Two arms of a spiral, one and three quarter turns, radius up to 1.
Dataset spirals(std::int64_t n, real noise, Rng& rng);
/// `classes` normal clouds of deviation `noise` with centres on a circle of radius 1.
Dataset blobs(std::int64_t n, real noise, Rng& rng, int classes = 2);

struct Split {
  Dataset train, test;
};
/// Shuffles, then the first round(n·(1-test_share)) train. Throws Error unless 0 <= test_share
/// <= 1.
Split split(const Dataset& all, real test_share, Rng& rng);
/// The examples at `rows`.
Dataset take(const Dataset& all, std::span<const int> rows);

/// Walks over a data set in shuffled batches, a new order each epoch; the last one may be smaller.
class Batches {
 public:
  /// `all` must outlive it. batch >= 1.
  Batches(const Dataset& all, std::int64_t batch, Rng rng);
  Dataset next();
  std::int64_t epoch() const { return epoch_; }

 private:
  const Dataset& all_;
  std::int64_t batch_;
  Rng rng_;
  std::vector<int> order_;
  std::size_t at_ = 0;
  std::int64_t epoch_ = 0;
};

}  // namespace grad::data
