#pragma once

#include <vector>

#include "classic/kd_tree.h"
#include "classic/model.h"

namespace grad::classic {

struct NeighborsOptions {
  int k = 5;  ///< 1 to the number of examples
  /// Up to so many features a k-d tree is searched; beyond, all distances come from one product of
  /// matrices. Both find the same neighbours.
  int tree_features = 15;
};

/// k nearest neighbours (Fix and Hodges 1951, Cover and Hart 1967): the shares of the classes among
/// the k examples at the smallest Euclidean distance, at one distance the earlier examples. It
/// keeps the examples: standardise the features first, as the largest numbers decide. Scores are
/// those shares.
class NearestNeighbors : public Classifier {
 public:
  /// Throws Error unless k >= 1 and tree_features >= 0. start() throws Error for k > n.
  explicit NearestNeighbors(const NeighborsOptions& options = {});
  const char* name() const override { return "NearestNeighbors"; }

  /// The k nearest examples to each row of x, nearest first; rows · k of them. Distances are
  /// squared. Throws Error as scores().
  std::vector<Neighbor> neighbors(const Array& x) const;

 private:
  void check_fits(const data::Dataset& train) const override;
  void exchange(State& state) override;
  void begin(Rng rng) override;
  void slice() override;
  void score(const real* x, std::int64_t rows, real* scores) const override;
  void find(const real* x, std::int64_t rows, std::vector<Neighbor>& found) const;
  void find_by_products(const real* x, std::int64_t rows, std::vector<Neighbor>& found) const;

  NeighborsOptions options_;
  KdTree tree_;
  std::vector<real> squares_;  // |example|²
};

}  // namespace grad::classic
