#include "data/dataset.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <string>

#include "tensor/check.h"
#include "tensor/math.h"

namespace grad::data {

namespace {

constexpr real kPi = real(3.14159265358979323846);

struct Point {
  real x, y;
};

void check_request(const char* name, std::int64_t n, real noise) {
  check(n >= 0 && n <= std::numeric_limits<int>::max(),
        [&] { return std::string("[") + name + "] cannot make " + std::to_string(n) + " points"; });
  check(std::isfinite(noise) && noise >= 0, [&] {
    return std::string("[") + name + "] noise must be finite and not negative, not " +
           std::to_string(noise);
  });
}

std::vector<int> shuffled_rows(std::int64_t n, Rng& rng) {
  std::vector<int> rows(static_cast<std::size_t>(n));
  std::iota(rows.begin(), rows.end(), 0);
  rng.shuffle(rows);
  return rows;
}

Point at_angle(real radius, real angle) {
  return {radius * math::cos(angle), radius * math::sin(angle)};
}

// n points, classes in turn: the i-th point of a class is place(class, i, number of that class).
// Then noise, then a shuffle.
template <class Place>
Dataset in_turn(const char* name, std::int64_t n, int classes, real noise, Rng& rng, Place place) {
  check_request(name, n, noise);
  Dataset all{Array({n, 2}), std::vector<std::int32_t>(static_cast<std::size_t>(n)), classes};
  for (std::int64_t i = 0; i < n; ++i) {
    const auto label = static_cast<std::int32_t>(i % classes);
    const Point point = place(label, i / classes, (n - label + classes - 1) / classes);
    all.x.data()[2 * i] = point.x + noise * rng.normal();
    all.x.data()[2 * i + 1] = point.y + noise * rng.normal();
    all.y[static_cast<std::size_t>(i)] = label;
  }
  return take(all, shuffled_rows(n, rng));
}

}  // namespace

Dataset xor_points(std::int64_t n, real noise, Rng& rng) {
  check_request("xor_points", n, noise);
  Dataset all{Array({n, 2}), std::vector<std::int32_t>(static_cast<std::size_t>(n)), 2};
  for (std::int64_t i = 0; i < n; ++i) {
    const real x0 = rng.uniform(-1, 1);
    const real x1 = rng.uniform(-1, 1);
    all.x.data()[2 * i] = x0 + noise * rng.normal();
    all.x.data()[2 * i + 1] = x1 + noise * rng.normal();
    all.y[static_cast<std::size_t>(i)] = x0 * x1 > 0;
  }
  return all;
}

Dataset moons(std::int64_t n, real noise, Rng& rng) {
  return in_turn("moons", n, 2, noise, rng, [](int label, std::int64_t i, std::int64_t count) {
    const real t = count < 2 ? 0 : kPi * static_cast<real>(i) / static_cast<real>(count - 1);
    const Point outer = at_angle(1, t);
    return label == 0 ? outer : Point{1 - outer.x, real(0.5) - outer.y};
  });
}

Dataset circles(std::int64_t n, real noise, Rng& rng, real factor) {
  check(factor >= 0 && factor <= 1,
        [&] { return "[circles] factor " + std::to_string(factor) + " is not in [0,1]"; });
  return in_turn("circles", n, 2, noise, rng,
                 [factor](int label, std::int64_t i, std::int64_t count) {
                   const real t = 2 * kPi * static_cast<real>(i) / static_cast<real>(count);
                   return at_angle(label == 0 ? 1 : factor, t);
                 });
}

Dataset spirals(std::int64_t n, real noise, Rng& rng) {
  return in_turn("spirals", n, 2, noise, rng, [](int label, std::int64_t i, std::int64_t count) {
    const real radius = static_cast<real>(i) / static_cast<real>(count);
    const real t = real(3.5) * kPi * radius + (label == 0 ? 0 : kPi);
    return Point{radius * math::sin(t), radius * math::cos(t)};
  });
}

Dataset blobs(std::int64_t n, real noise, Rng& rng, int classes) {
  check(classes >= 1,
        [&] { return "[blobs] needs at least one class, not " + std::to_string(classes); });
  return in_turn("blobs", n, classes, noise, rng, [classes](int label, std::int64_t, std::int64_t) {
    return at_angle(1, 2 * kPi * static_cast<real>(label) / static_cast<real>(classes));
  });
}

Dataset take(const Dataset& all, std::span<const int> rows) {
  check(all.x.shape().axes() >= 1 && all.x.shape()[0] == all.size(), [&] {
    return "[take] " + std::to_string(all.size()) + " classes for examples " + all.x.shape().text();
  });
  const auto count = static_cast<std::int64_t>(rows.size());
  const std::int64_t width = all.size() == 0 ? 0 : all.x.size() / all.size();
  Dataset chosen{Array(all.x.shape().with(0, count)), {}, all.classes};
  chosen.y.reserve(rows.size());
  for (std::int64_t i = 0; i < count; ++i) {
    const std::int64_t row = rows[static_cast<std::size_t>(i)];
    check(row >= 0 && row < all.size(), [&] {
      return "[take] no row " + std::to_string(row) + " in " + std::to_string(all.size());
    });
    std::copy_n(all.x.data() + row * width, width, chosen.x.data() + i * width);
    chosen.y.push_back(all.y[static_cast<std::size_t>(row)]);
  }
  return chosen;
}

Split split(const Dataset& all, real test_share, Rng& rng) {
  check(test_share >= 0 && test_share <= 1,
        [&] { return "[split] test share " + std::to_string(test_share) + " is not in [0,1]"; });
  const std::vector<int> rows = shuffled_rows(all.size(), rng);
  const double train = static_cast<double>(all.size()) * (1 - static_cast<double>(test_share));
  const std::span<const int> order(rows);
  const auto train_count = static_cast<std::size_t>(std::floor(train + 0.5));
  return {take(all, order.first(train_count)), take(all, order.subspan(train_count))};
}

Batches::Batches(const Dataset& all, std::int64_t batch, Rng rng, std::int64_t count)
    : all_(all), batch_(batch), count_(count), rng_(rng) {
  check(batch >= 1,
        [&] { return "[Batches] batch size " + std::to_string(batch) + " is below 1"; });
  check(all.size() >= 1, "[Batches] the data set has no examples");
  check(count >= 1 && count <= all.size(), [&] {
    return "[Batches] cannot walk over the first " + std::to_string(count) + " of " +
           std::to_string(all.size()) + " examples";
  });
}

Dataset Batches::next() {
  if (at_ == 0) order_ = shuffled_rows(count_, rng_);
  const std::size_t count = std::min(static_cast<std::size_t>(batch_), order_.size() - at_);
  Dataset batch = take(all_, std::span<const int>(order_).subspan(at_, count));
  at_ += count;
  if (at_ == order_.size()) {
    at_ = 0;
    ++epoch_;
  }
  return batch;
}

}  // namespace grad::data
