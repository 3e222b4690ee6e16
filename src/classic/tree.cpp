#include "classic/tree.h"

#include <algorithm>
#include <cstddef>
#include <string>

#include "tensor/check.h"

namespace grad::classic {

std::int32_t Tree::leaf(const real* row) const {
  const Node* node = nodes.data();
  while (!node->leaf())
    node = nodes.data() + node->child + (row[node->feature] <= node->threshold ? 0 : 1);
  return static_cast<std::int32_t>(node - nodes.data());
}

std::vector<std::int32_t> Tree::path(const real* row) const {
  std::vector<std::int32_t> path = {0};
  while (!nodes[path.back()].leaf()) {
    const Node& node = nodes[path.back()];
    path.push_back(node.child + (row[node.feature] <= node.threshold ? 0 : 1));
  }
  return path;
}

std::span<const real> Tree::value(std::int32_t node) const {
  return std::span(values).subspan(static_cast<std::size_t>(node) * outputs, outputs);
}

int Tree::depth() const {
  int deepest = 0;
  std::vector<int> depths(nodes.size());
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    deepest = std::max(deepest, depths[i]);
    if (nodes[i].leaf()) continue;
    depths[nodes[i].child] = depths[nodes[i].child + 1] = depths[i] + 1;
  }
  return deepest;
}

int Tree::leaves() const {
  return static_cast<int>(
      std::count_if(nodes.begin(), nodes.end(), [](const Node& node) { return node.leaf(); }));
}

void check_tree_options(const char* who, const TreeOptions& options) {
  check(options.max_depth >= 0 && options.max_features >= 0 && options.min_samples_leaf >= 1 &&
            options.min_samples_split >= 2,
        [&] {
          return "[" + std::string(who) +
                 "] needs max_depth and max_features >= 0, min_samples_leaf >= 1 and "
                 "min_samples_split >= 2";
        });
}

}  // namespace grad::classic
