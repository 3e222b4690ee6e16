#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "classic/columns.h"
#include "classic/tree.h"

namespace grad::classic {

struct GradientTreeOptions {
  int max_leaves = 31;        ///< >= 2
  int max_depth = 0;          ///< of the leaves; 0: no limit
  int min_samples_leaf = 20;  ///< >= 1
  double l2 = 0;              ///< >= 0, in the denominator of values and gains
};

/// Grows one regression tree for boosting, the most gainful split of all leaves first. Every leaf
/// has a histogram: Σ gradient, Σ curvature and the number of rows for each rank of each feature.
/// After a split only the smaller half is counted; the other is the difference.
class GradientTreeGrower {
 public:
  /// Begins a tree of `rows`; `columns` (all added) must live until it has grown. A gradient and a
  /// curvature for every row of the columns; those of other rows are not looked at.
  void start(const Columns& columns, const GradientTreeOptions& options,
             std::span<const std::int32_t> rows, std::vector<real> gradients,
             std::vector<real> curvatures);
  /// Grows on for about `work` visits, which it counts down. Returns whether the tree is
  /// unfinished.
  bool step(std::int64_t& work);

  /// The finished tree; its values are those of the formula, for every node.
  Tree& tree() { return tree_; }
  /// The rows that came to each leaf of the finished tree.
  struct Leaf {
    std::int32_t node;
    std::span<const std::int32_t> rows;
  };
  std::vector<Leaf> leaves() const;
  /// Adds each split's gain to its feature.
  void add_gains(std::vector<double>& gains) const;

 private:
  struct Bin {
    double gradient = 0, curvature = 0;
    std::int64_t rows = 0;
    void operator-=(const Bin& other) {
      gradient -= other.gradient;
      curvature -= other.curvature;
      rows -= other.rows;
    }
    void operator+=(const Bin& other) {
      gradient += other.gradient;
      curvature += other.curvature;
      rows += other.rows;
    }
  };
  struct Split {
    double gain = 0;
    std::int64_t feature = -1;
    int low = 0;  // the largest rank of the left half
  };
  /// A node without children (yet), and its part of rows_.
  struct Open {
    std::int32_t node;
    std::int64_t begin, end;
    int depth;
    Bin sum;
    std::vector<Bin> histogram;  // empty once it cannot be split
    Split best;
  };

  void split(std::size_t which, std::int64_t& work);
  std::vector<Bin> count(std::int64_t begin, std::int64_t end, std::int64_t& work);
  void finish_leaf(Open& leaf, bool last);
  void find_split(Open& leaf);
  double worth(const Bin& sum) const;

  const Columns* columns_ = nullptr;
  GradientTreeOptions options_;
  std::vector<std::int64_t>
      offsets_;  // of each feature's bins in a histogram; the last is its size
  std::vector<std::int32_t> rows_, other_rows_;
  std::vector<real> gradients_, curvatures_;  // by row
  std::vector<real> node_gradients_,
      node_curvatures_;  // in the order of rows_, of the part counted
  std::vector<Open> open_;
  std::vector<std::pair<std::int64_t, double>> splits_;  // feature, gain
  Tree tree_;
  bool begun_ = false;
};

}  // namespace grad::classic
