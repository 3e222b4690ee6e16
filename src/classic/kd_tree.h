#pragma once

#include <cstdint>
#include <vector>

#include "tensor/array.h"

namespace grad::classic {

/// A row and its squared distance from a query. Nearer first, at one distance the earlier row: an
/// order that leaves no choice.
struct Neighbor {
  double distance;
  std::int32_t row;
  bool operator<(const Neighbor& other) const {
    return distance < other.distance || (distance == other.distance && row < other.row);
  }
};

/// Σ (a - b)² in double, in order: the one definition of distance, so that all searches agree.
double squared_distance(const real* a, const real* b, std::int64_t features);

/// The k nearest of what was offered.
class Nearest {
 public:
  explicit Nearest(std::size_t k) : k_(k) {}
  void offer(const Neighbor& neighbor);
  /// True if something at this distance could still be among the k nearest.
  bool admits(double distance) const {
    return found_.size() < k_ || distance <= found_.front().distance;
  }
  /// Nearest first.
  std::vector<Neighbor> sorted() &&;

 private:
  std::size_t k_;
  std::vector<Neighbor> found_;  // a heap, the farthest in front
};

/// Points in few dimensions, cut in halves again and again along their widest side (Bentley 1975;
/// Friedman, Bentley and Finkel 1977): a search visits about log n of them, but nearly all beyond
/// some 15 dimensions.
class KdTree {
 public:
  KdTree() = default;
  /// Of the rows of x (n, features), which it holds.
  explicit KdTree(const Array& x);
  /// The k (<= n) nearest rows to a query of as many features, nearest first.
  std::vector<Neighbor> nearest(const real* query, std::int64_t k) const;

 private:
  struct Node {
    std::int32_t begin, end;    // of its part of rows_
    std::int32_t feature = -1;  // it is cut along; -1: a leaf
    real cut = 0;               // left: <= cut, right: >= cut
    std::int32_t child = -1;    // the left one; the right one follows it
  };

  void build();
  std::int32_t widest(const Node& node) const;
  void search(std::int32_t node, const real* query, Nearest& nearest) const;

  Array x_;
  std::vector<std::int32_t> rows_;
  std::vector<Node> nodes_;
};

}  // namespace grad::classic
