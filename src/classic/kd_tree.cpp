#include "classic/kd_tree.h"

#include <algorithm>
#include <numeric>

namespace grad::classic {

namespace {

constexpr std::int32_t most_in_leaf = 16;

}  // namespace

double squared_distance(const real* a, const real* b, std::int64_t features) {
  double sum = 0;
  for (std::int64_t j = 0; j < features; ++j) {
    const double difference = static_cast<double>(a[j]) - static_cast<double>(b[j]);
    sum += difference * difference;
  }
  return sum;
}

void Nearest::offer(const Neighbor& neighbor) {
  if (found_.size() == k_) {
    if (!(neighbor < found_.front())) return;
    std::pop_heap(found_.begin(), found_.end());
    found_.back() = neighbor;
  } else {
    found_.push_back(neighbor);
  }
  std::push_heap(found_.begin(), found_.end());
}

std::vector<Neighbor> Nearest::sorted() && {
  std::sort_heap(found_.begin(), found_.end());
  return std::move(found_);
}

KdTree::KdTree(const Array& x) : x_(x), rows_(static_cast<std::size_t>(x.shape()[0])) {
  std::iota(rows_.begin(), rows_.end(), 0);
  nodes_.push_back({.begin = 0, .end = static_cast<std::int32_t>(rows_.size())});
  build();
}

// The nodes are their own list of what is still to be cut.
void KdTree::build() {
  const std::int64_t d = x_.shape()[1];
  for (std::size_t at = 0; at < nodes_.size(); ++at) {
    const Node node = nodes_[at];
    if (node.end - node.begin <= most_in_leaf) continue;
    const std::int32_t feature = widest(node);
    if (feature < 0) continue;  // one point many times
    const std::int32_t middle = node.begin + (node.end - node.begin) / 2;
    const auto before = [&](std::int32_t a, std::int32_t b) {
      const real first = x_[a * d + feature], second = x_[b * d + feature];
      return first < second || (first == second && a < b);
    };
    std::nth_element(rows_.begin() + node.begin, rows_.begin() + middle, rows_.begin() + node.end,
                     before);
    const auto child = static_cast<std::int32_t>(nodes_.size());
    nodes_[at].feature = feature;
    nodes_[at].cut = x_[rows_[middle] * d + feature];
    nodes_[at].child = child;
    nodes_.push_back({.begin = node.begin, .end = middle});
    nodes_.push_back({.begin = middle, .end = node.end});
  }
}

std::int32_t KdTree::widest(const Node& node) const {
  const std::int64_t d = x_.shape()[1];
  std::int32_t best = -1;
  real best_width = 0;
  for (std::int64_t j = 0; j < d; ++j) {
    real low = x_[rows_[node.begin] * d + j], high = low;
    for (std::int32_t i = node.begin; i < node.end; ++i) {
      low = std::min(low, x_[rows_[i] * d + j]);
      high = std::max(high, x_[rows_[i] * d + j]);
    }
    if (high - low > best_width) {
      best_width = high - low;
      best = static_cast<std::int32_t>(j);
    }
  }
  return best;
}

std::vector<Neighbor> KdTree::nearest(const real* query, std::int64_t k) const {
  Nearest nearest(static_cast<std::size_t>(k));
  search(0, query, nearest);
  return std::move(nearest).sorted();
}

// The depth is at most log2 of the number of rows, as every cut halves them.
void KdTree::search(std::int32_t at, const real* query, Nearest& nearest) const {
  const Node& node = nodes_[at];
  const std::int64_t d = x_.shape()[1];
  if (node.feature < 0) {
    for (std::int32_t i = node.begin; i < node.end; ++i) {
      const std::int32_t row = rows_[i];
      nearest.offer({squared_distance(query, x_.data() + row * d, d), row});
    }
    return;
  }
  const double beyond = static_cast<double>(query[node.feature]) - static_cast<double>(node.cut);
  const std::int32_t near_child = beyond < 0 ? 0 : 1;
  search(node.child + near_child, query, nearest);
  // No distance across the cut is smaller than that from the cut, after rounding neither.
  if (nearest.admits(beyond * beyond)) search(node.child + 1 - near_child, query, nearest);
}

}  // namespace grad::classic
