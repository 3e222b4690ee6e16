#include "classic/k_means.h"

#include <algorithm>
#include <limits>
#include <string>

#include "tensor/check.h"

namespace grad::classic {

KMeans::KMeans(const KMeansOptions& options) : options_(options) {
  check(options.clusters >= 1 && options.clusters <= 10'000, [&] {
    return "[KMeans] " + std::to_string(options.clusters) + " clusters are not in [1,10000]";
  });
  check(options.starts >= 1 && options.iterations >= 1,
        "[KMeans] needs at least one start and one iteration");
}

void KMeans::start(const Array& x, std::uint64_t seed) {
  begin(x);
  rng_ = Rng(seed);
  given_ = false;
  begin_start();
}

void KMeans::start_from(const Array& x, const Array& centres) {
  const Array first = table("KMeans", centres);
  check(x.defined() && first.shape() == Shape{options_.clusters, table("KMeans", x).shape()[1]},
        [&] {
          return "[KMeans] centres " + centres.shape().text() + " do not fit " +
                 std::to_string(options_.clusters) + " clusters of x " + x.shape().text();
        });
  begin(x);
  given_ = true;
  begin_start();
  now_.centres.assign(first.span().begin(), first.span().end());
  seeded_ = options_.clusters;
  begin_iteration();
}

void KMeans::begin(const Array& x) {
  const Array rows = table("KMeans", x);
  check(options_.clusters <= rows.shape()[0], [&] {
    return "[KMeans] cannot make " + std::to_string(options_.clusters) + " clusters of " +
           std::to_string(rows.shape()[0]) + " examples";
  });
  x_ = rows;
  best_ = {};
  starts_done_ = 0;
  reset(true);
}

void KMeans::begin_start() {
  now_ = {};
  now_.assignment.assign(static_cast<std::size_t>(count()), -1);
  distances_.assign(static_cast<std::size_t>(count()), std::numeric_limits<double>::infinity());
  seeded_ = 0;
}

void KMeans::slice() {
  std::int64_t work = slice_work;
  for (; work > 0 && seeded_ < options_.clusters; work -= count() * width()) seed_next();
  for (; work > 0 && seeded_ == options_.clusters && !finished();
       work -= options_.clusters * width()) {
    assign(at_++);
    if (at_ == count()) end_iteration();
  }
}

// Draws a centre and brings every example's distance up to date.
void KMeans::seed_next() {
  const std::int64_t n = count();
  std::int64_t chosen = rng_.below(static_cast<std::uint32_t>(n));
  if (seeded_ > 0) {
    double total = 0;
    for (const double distance : distances_) total += distance;
    // 48 random bits, so that far examples are not missed among very many.
    const double fraction = static_cast<double>(rng_.bits() >> 8) * 0x1p-24 +
                            static_cast<double>(rng_.bits() >> 8) * 0x1p-48;
    double left = fraction * total;
    std::int64_t i = 0;
    while (i < n - 1 && left >= distances_[i]) left -= distances_[i++];
    if (total > 0) chosen = i;  // else all examples are centres already: any does
  }
  const real* centre = example(chosen);
  now_.centres.insert(now_.centres.end(), centre, centre + width());
  for (std::int64_t i = 0; i < n; ++i) {
    double distance = 0;
    for (std::int64_t j = 0; j < width(); ++j) {
      const double difference = static_cast<double>(example(i)[j]) - static_cast<double>(centre[j]);
      distance += difference * difference;
    }
    if (distance < distances_[i]) {
      distances_[i] = distance;
      now_.assignment[i] = seeded_;
    }
  }
  if (++seeded_ < options_.clusters) return;
  now_.inertia = 0;
  for (const double distance : distances_) now_.inertia += distance;
  std::fill(now_.assignment.begin(), now_.assignment.end(), -1);
  begin_iteration();
}

void KMeans::begin_iteration() {
  sums_.assign(now_.centres.size(), 0);
  counts_.assign(options_.clusters, 0);
  at_ = moved_ = 0;
}

std::int32_t KMeans::nearest(const real* row, double& distance) const {
  const std::vector<double>& centres = state().centres;
  const std::int64_t d = width(), clusters = static_cast<std::int64_t>(centres.size()) / d;
  std::int32_t best = 0;
  distance = std::numeric_limits<double>::infinity();
  for (std::int64_t k = 0; k < clusters; ++k) {
    double sum = 0;
    for (std::int64_t j = 0; j < d; ++j) {
      const double difference = static_cast<double>(row[j]) - centres[k * d + j];
      sum += difference * difference;
    }
    if (sum < distance) {
      distance = sum;
      best = static_cast<std::int32_t>(k);
    }
  }
  return best;
}

void KMeans::assign(std::int64_t row) {
  const std::int64_t d = width();
  const std::int32_t cluster = nearest(example(row), distances_[row]);
  moved_ += cluster != now_.assignment[row];
  now_.assignment[row] = cluster;
  ++counts_[cluster];
  for (std::int64_t j = 0; j < d; ++j)
    sums_[cluster * d + j] += static_cast<double>(example(row)[j]);
}

// Moves the centres to the means of their examples, or ends the start if none changed its cluster.
void KMeans::end_iteration() {
  now_.inertia = 0;
  for (const double distance : distances_) now_.inertia += distance;
  if (moved_ == 0 || now_.iterations == options_.iterations) return end_start();
  fill_empty();
  for (std::size_t i = 0; i < sums_.size(); ++i)
    now_.centres[i] = sums_[i] / static_cast<double>(counts_[i / width()]);
  ++now_.iterations;
  begin_iteration();
  const double share = now_.iterations / (options_.iterations + 1.0);
  report((starts_done_ + share) / options_.starts);
}

// Each empty cluster takes over the example farthest from its centre.
void KMeans::fill_empty() {
  const std::int64_t d = width();
  for (int k = 0; k < options_.clusters; ++k) {
    if (counts_[k] > 0) continue;
    const std::int64_t farthest =
        std::max_element(distances_.begin(), distances_.end()) - distances_.begin();
    const std::int32_t before = now_.assignment[farthest];
    if (counts_[before] == 1) {  // all other examples lie on their centres: stay where it is
      for (std::int64_t j = 0; j < d; ++j) sums_[k * d + j] = now_.centres[k * d + j];
      counts_[k] = 1;
      continue;
    }
    for (std::int64_t j = 0; j < d; ++j) {
      const auto number = static_cast<double>(example(farthest)[j]);
      sums_[before * d + j] -= number;
      sums_[k * d + j] = number;
    }
    --counts_[before];
    counts_[k] = 1;
    now_.assignment[farthest] = k;
    distances_[farthest] = 0;
  }
}

void KMeans::end_start() {
  if (starts_done_ == 0 || now_.inertia < best_.inertia) best_ = now_;
  ++starts_done_;
  const bool last = given_ || starts_done_ == options_.starts;
  report(last ? 1 : static_cast<double>(starts_done_) / options_.starts);
  if (!last) begin_start();
}

const KMeans::State& KMeans::state() const { return finished() ? best_ : now_; }

Array KMeans::centres() const {
  const std::vector<double>& centres = state().centres;
  check(!centres.empty(), "[KMeans] has no centres yet: fit() it first");
  Array result({static_cast<std::int64_t>(centres.size()) / width(), width()});
  for (std::size_t i = 0; i < centres.size(); ++i) result.data()[i] = static_cast<real>(centres[i]);
  return result;
}

std::vector<std::int32_t> KMeans::predict(const Array& x) const {
  check(!state().centres.empty(), "[KMeans] has no centres yet: fit() it first");
  const Array rows = table("KMeans", x);
  check(rows.shape()[1] == width(), [&] {
    return "[KMeans] learned from " + std::to_string(width()) + " features a row and cannot read " +
           x.shape().text();
  });
  std::vector<std::int32_t> clusters;
  double distance = 0;
  for (std::int64_t i = 0; i < rows.shape()[0]; ++i)
    clusters.push_back(nearest(rows.data() + i * width(), distance));
  return clusters;
}

}  // namespace grad::classic
