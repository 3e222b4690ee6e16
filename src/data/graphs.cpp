#include "data/graphs.h"

#include <algorithm>
#include <numeric>
#include <string>

#include "tensor/check.h"

namespace grad::data {

namespace {

constexpr int kMostNodes = 2000;

void check_nodes(const char* name, int nodes, int least) {
  check(nodes >= least && nodes <= kMostNodes, [&] {
    return std::string("[") + name + "] " + std::to_string(nodes) + " nodes are not from " +
           std::to_string(least) + " to " + std::to_string(kMostNodes);
  });
}

void check_probability(const char* name, real probability) {
  check(probability >= 0 && probability <= 1, [&] {
    return std::string("[") + name + "] probability " + std::to_string(probability) +
           " is not in [0,1]";
  });
}

/// Joins every pair (a, b) with the probability that `probability_of(a, b)` says.
template <class ProbabilityOf>
void join_pairs(Graph& graph, Rng& rng, ProbabilityOf probability_of) {
  for (int a = 0; a < graph.nodes; ++a)
    for (int b = a + 1; b < graph.nodes; ++b)
      if (rng.uniform() < probability_of(a, b)) graph.edges.emplace_back(a, b);
}

}  // namespace

Graph random_graph(int nodes, real probability, Rng& rng) {
  check_nodes("random_graph", nodes, 1);
  check_probability("random_graph", probability);
  Graph graph{nodes, {}, {}};
  join_pairs(graph, rng, [&](int, int) { return probability; });
  return graph;
}

Graph community_graph(int nodes, int communities, real within, real between, Rng& rng) {
  check_nodes("community_graph", nodes, 1);
  check_probability("community_graph", within);
  check_probability("community_graph", between);
  check(communities >= 1 && communities <= nodes, [&] {
    return "[community_graph] " + std::to_string(communities) + " communities of " +
           std::to_string(nodes) + " nodes";
  });
  std::vector<int> order(static_cast<std::size_t>(nodes));
  std::iota(order.begin(), order.end(), 0);
  rng.shuffle(order);
  Graph graph{nodes, {}, {}};
  for (const int place : order) graph.label.push_back(place % communities);
  join_pairs(graph, rng,
             [&](int a, int b) { return graph.label[a] == graph.label[b] ? within : between; });
  return graph;
}

Graph growing_graph(int nodes, int edges, Rng& rng) {
  check(edges >= 1, "[growing_graph] each new node needs at least one edge");
  check_nodes("growing_graph", nodes, std::min(edges, kMostNodes) + 1);
  Graph graph{nodes, {}, {}};
  std::vector<int> ends;  // every node as often as it has edges
  const auto join = [&](int older, int newer) {
    graph.edges.emplace_back(older, newer);
    ends.push_back(older);
    ends.push_back(newer);
  };
  for (int newer = 1; newer <= edges; ++newer)
    for (int older = 0; older < newer; ++older) join(older, newer);
  for (int newer = edges + 1; newer < nodes; ++newer) {
    std::vector<int> chosen;
    while (std::ssize(chosen) < edges) {
      const int older = ends[rng.below(static_cast<std::uint32_t>(ends.size()))];
      if (std::find(chosen.begin(), chosen.end(), older) == chosen.end()) chosen.push_back(older);
    }
    for (const int older : chosen) join(older, newer);
  }
  std::sort(graph.edges.begin(), graph.edges.end());
  return graph;
}

Graph ring_graph(int nodes, bool closed) {
  check_nodes("ring_graph", nodes, closed ? 3 : 1);
  Graph graph{nodes, {}, {}};
  for (int node = 0; node + 1 < nodes; ++node) {
    graph.edges.emplace_back(node, node + 1);
    if (closed && node == 0) graph.edges.emplace_back(0, nodes - 1);
  }
  return graph;
}

Graph grid_graph(int rows, int columns) {
  check(rows >= 1 && columns >= 1 && rows <= kMostNodes && columns <= kMostNodes,
        "[grid_graph] needs rows and columns from 1 to 2000");
  check_nodes("grid_graph", rows * columns, 1);
  Graph graph{rows * columns, {}, {}};
  for (int node = 0; node < graph.nodes; ++node) {
    if (node % columns + 1 < columns) graph.edges.emplace_back(node, node + 1);
    if (node + columns < graph.nodes) graph.edges.emplace_back(node, node + columns);
  }
  return graph;
}

}  // namespace grad::data
