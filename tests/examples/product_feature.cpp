// Least squares on the sign of a product: from the coordinates, then with the product as a feature.

#include <cmath>
#include <cstdio>

#include "classic/least_squares.h"
#include "data/dataset.h"

using namespace grad;

/// (x0, x1), or (x0, x1, x0·x1).
Array features(const Array& x, bool with_product) {
  if (!with_product) return x;
  const std::int64_t n = x.shape()[0];
  Array all({n, 3});
  for (std::int64_t i = 0; i < n; ++i) {
    real* row = all.data() + 3 * i;
    row[0] = x[2 * i];
    row[1] = x[2 * i + 1];
    row[2] = row[0] * row[1];
  }
  return all;
}

double share_right(const Array& scores, const data::Dataset& points) {
  double right = 0;
  for (std::int64_t i = 0; i < points.size(); ++i)
    right += (scores[i] > real(0.5)) == (points.y[static_cast<std::size_t>(i)] == 1);
  return right / static_cast<double>(points.size());
}

int main() {
  Rng rng(7);
  const data::Dataset test = data::xor_points(10'000, 0, rng);
  for (const bool with_product : {false, true}) {
    constexpr int draws = 40;
    double sum = 0, squares = 0;
    for (int draw = 0; draw < draws; ++draw) {
      const data::Dataset train = data::xor_points(200, 0, rng);
      const std::vector<real> targets(train.y.begin(), train.y.end());
      const Array weights = classic::least_squares(features(train.x, with_product), targets);
      const Array scores = classic::predict_linear(weights, features(test.x, with_product));
      const double share = share_right(scores, test);
      sum += share;
      squares += share * share;
    }
    const double mean = sum / draws;
    const double deviation = std::sqrt((squares - draws * mean * mean) / (draws - 1));
    std::printf("%s %.3f ± %.3f\n", with_product ? "with product" : "coordinates ", mean,
                deviation);
  }
}
