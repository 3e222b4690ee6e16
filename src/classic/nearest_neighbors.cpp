#include "classic/nearest_neighbors.h"

#include <algorithm>
#include <limits>
#include <string>

#include "classic/kernel_rows.h"
#include "kernels/kernels.h"
#include "tensor/check.h"

namespace grad::classic {

namespace {

// The k-th smallest of n numbers, 1 <= k <= n.
real kth_smallest(const real* numbers, std::int64_t n, std::size_t k, std::vector<real>& heap) {
  heap.assign(numbers, numbers + k);
  std::make_heap(heap.begin(), heap.end());
  for (std::int64_t i = static_cast<std::int64_t>(k); i < n; ++i) {
    if (numbers[i] >= heap.front()) continue;
    std::pop_heap(heap.begin(), heap.end());
    heap.back() = numbers[i];
    std::push_heap(heap.begin(), heap.end());
  }
  return heap.front();
}

}  // namespace

NearestNeighbors::NearestNeighbors(const NeighborsOptions& options) : options_(options) {
  check(options.k >= 1 && options.tree_features >= 0,
        "[NearestNeighbors] needs k >= 1 and tree_features >= 0");
}

void NearestNeighbors::check_fits(const data::Dataset& train) const {
  check(options_.k <= train.size(), [&] {
    return "[NearestNeighbors] k = " + std::to_string(options_.k) + " is more than the " +
           std::to_string(train.size()) + " examples";
  });
}

void NearestNeighbors::begin(Rng) {
  tree_ = {};
  squares_.clear();
}

void NearestNeighbors::slice() {
  if (features() <= options_.tree_features) {
    tree_ = KdTree(examples());
  } else {
    squares_ = row_squares(examples().data(), count(), features());
  }
  report(1);
}

void NearestNeighbors::find(const real* x, std::int64_t rows, std::vector<Neighbor>& found) const {
  if (features() > options_.tree_features) return find_by_products(x, rows, found);
  for (std::int64_t i = 0; i < rows; ++i) {
    const std::vector<Neighbor> nearest = tree_.nearest(x + i * features(), options_.k);
    found.insert(found.end(), nearest.begin(), nearest.end());
  }
}

// |x - e|² = |x|² + |e|² - 2 x·e, all x·e by one product of matrices, which rounding leaves
// inexact. So whatever may be among the k nearest, as far as the largest possible error allows, is
// measured again by squared_distance(): the result is exact, whichever kernels made the product.
void NearestNeighbors::find_by_products(const real* x, std::int64_t rows,
                                        std::vector<Neighbor>& found) const {
  const std::int64_t n = count(), d = features();
  const auto k = static_cast<std::size_t>(options_.k);
  const real largest = *std::max_element(squares_.begin(), squares_.end());
  const std::int64_t block = std::clamp<std::int64_t>(slice_work / n, 8, 256);
  Array part({std::min(block, rows), n});
  std::vector<real> heap;
  for (std::int64_t first = 0; first < rows; first += block) {
    const std::int64_t some = std::min(block, rows - first);
    kernels::gemm(false, true, some, n, d, -2, x + first * d, examples().data(), 0, part.data(),
                  squares_.data());
    const std::vector<real> squares = row_squares(x + first * d, some, d);
    for (std::int64_t i = 0; i < some; ++i) {
      const real* query = x + (first + i) * d;
      const real* distances = part.data() + i * n;  // less |query|², the same for all
      // Each of d products and sums errs by half a unit in the last place of at most the sum of
      // both squares; twice that for two distances compared, and some more for |e|².
      const real unit = std::numeric_limits<real>::epsilon();
      const real error = static_cast<real>(d + 8) * unit * (largest + squares[i]) * 2;
      const real bound = kth_smallest(distances, n, k, heap) + error;
      Nearest nearest(k);
      for (std::int64_t e = 0; e < n; ++e) {
        if (distances[e] > bound) continue;
        nearest.offer({squared_distance(query, example(e), d), static_cast<std::int32_t>(e)});
      }
      const std::vector<Neighbor> sorted = std::move(nearest).sorted();
      found.insert(found.end(), sorted.begin(), sorted.end());
    }
  }
}

std::vector<Neighbor> NearestNeighbors::neighbors(const Array& x) const {
  const Array rows = readable(x);
  std::vector<Neighbor> found;
  find(rows.data(), rows.shape()[0], found);
  return found;
}

void NearestNeighbors::score(const real* x, std::int64_t rows, real* scores) const {
  std::vector<Neighbor> found;
  found.reserve(static_cast<std::size_t>(rows * options_.k));
  find(x, rows, found);
  std::fill_n(scores, rows * classes(), real(0));
  for (std::int64_t i = 0; i < rows; ++i) {
    real* shares = scores + i * classes();
    for (int j = 0; j < options_.k; ++j) shares[labels()[found[i * options_.k + j].row]] += 1;
    for (int c = 0; c < classes(); ++c) shares[c] /= static_cast<real>(options_.k);
  }
}

// It is its examples.
void NearestNeighbors::exchange(State& state) {
  Array x = examples();
  std::vector<std::int32_t> own = labels();
  state.rows("examples", x, features());
  state.whole("labels", own, 0, classes() - 1, x.shape()[0]);
  if (!state.reading()) return;
  check(options_.k <= x.shape()[0], "[NearestNeighbors] k = " + std::to_string(options_.k) +
                                        " is more than the " + std::to_string(x.shape()[0]) +
                                        " examples");
  set_examples(x, x);
  set_labels(own);
  begin(Rng());
  slice();
}

}  // namespace grad::classic
