#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "tensor/real.h"

namespace grad::classic {

// What all models of trees share; the models are in decision_tree.h, random_forest.h and
// boosted_trees.h.

/// A binary tree of questions "is feature f at most t?", as text books draw it: yes is left.
struct Tree {
  struct Node {
    std::int32_t feature = -1;  ///< asked about; -1 in a leaf
    real threshold = 0;
    std::int32_t child = -1;    ///< index of the left child; the right one follows it
    std::int32_t examples = 0;  ///< of the training set that came here, each as often as it counts
    bool leaf() const { return feature < 0; }
  };
  std::vector<Node> nodes = {};   ///< the root first
  std::vector<real> values = {};  ///< `outputs` numbers for every node
  int outputs = 0;

  /// Index of the leaf that a row of features comes to.
  std::int32_t leaf(const real* row) const;
  /// Indices of the nodes from the root to that leaf: the answer's explanation.
  std::vector<std::int32_t> path(const real* row) const;
  std::span<const real> value(std::int32_t node) const;
  int depth() const;
  int leaves() const;
};

struct TreeOptions {
  int max_depth = 0;              ///< of the leaves; 0: no limit
  int min_samples_leaf = 1;       ///< examples that a leaf must have
  int min_samples_split = 2;      ///< examples that a node must have to be split
  std::int64_t max_features = 0;  ///< drawn anew at every node; 0: all are tried
};
/// Throws Error beginning with [who] for a negative depth, feature count, or counts below 1 and 2.
void check_tree_options(const char* who, const TreeOptions& options);

}  // namespace grad::classic
