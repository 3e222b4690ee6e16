#pragma once

// Small graphs: nodes, and edges between them. A graph convolution's matrix comes from
// nn::normalized_adjacency(graph.nodes, graph.edges).

#include <cstdint>
#include <utility>
#include <vector>

#include "tensor/real.h"
#include "tensor/rng.h"

namespace grad::data {

/// An undirected graph without loops.
struct Graph {
  int nodes = 0;
  std::vector<std::pair<int, int>> edges;  ///< each once, the smaller node first, in order
  std::vector<std::int32_t> label;         ///< of every node; empty if they have none
};

/// Every pair of nodes is joined with that probability (Erdős and Rényi). At most 2,000 nodes in
/// this and the following ones; they throw Error for numbers out of range.
Graph random_graph(int nodes, real probability, Rng& rng);
/// Communities of equal size (within 1), the label of each node: pairs within one are joined with
/// probability `within`, others with `between` (a stochastic block model). Which nodes belong
/// together is drawn.
Graph community_graph(int nodes, int communities, real within, real between, Rng& rng);
/// A graph that grows: each new node is joined to `edges` different older ones, the likelier the
/// more edges they have (Barabási and Albert). It begins with edges + 1 nodes, all joined.
Graph growing_graph(int nodes, int edges, Rng& rng);
/// A ring, or a chain where `closed` is false.
Graph ring_graph(int nodes, bool closed = true);
/// rows × columns nodes, each joined to those beside, above and below.
Graph grid_graph(int rows, int columns);

}  // namespace grad::data
