#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "classic/model.h"
#include "classic/pca.h"
#include "tensor/array.h"
#include "tensor/rng.h"

namespace grad::classic {

struct TsneOptions {
  /// Effective number of neighbours that a point cares for; >= 1 and below the points less one.
  double perplexity = 30;
  int iterations = 1000;     ///< 1 to 100,000
  double learning_rate = 0;  ///< 0: a quarter of points / exaggeration, 50 at least
  double exaggeration = 12;  ///< >= 1, of all attractions at first, so that clusters form
  int exaggerated = 250;     ///< iterations that this lasts
  bool pca = true;           ///< begins with the two principal components, else at random
};

/// t-SNE (van der Maaten and Hinton 2008): places points in the plane so that neighbours stay
/// neighbours. With p_j|i ~ exp(-β_i |x_i - x_j|²), β_i such that the entropy of p_·|i is
/// log(perplexity), and p_ij = (p_j|i + p_i|j) / 2n, it makes the divergence
///   KL = Σ p_ij log(p_ij / q_ij),  q_ij ~ 1 / (1 + |y_i - y_j|²)
/// small by gradient descent with momentum and gains, as scikit-learn's TSNE(method='exact').
/// Exact, n² a step: for at most 2,000 points. Distances between clusters and their sizes mean
/// little in the result.
class Tsne : public Sliced {
 public:
  static constexpr std::int64_t most_points = 2000;

  /// Throws Error unless the options are in range.
  explicit Tsne(const TsneOptions& options = {});

  /// Begins with points x (n, ...), held until finished; the seed is that of the first places.
  /// Throws Error unless x is finite and perplexity + 1 < n <= most_points.
  void start(const Array& x, std::uint64_t seed = 0);
  void fit(const Array& x, std::uint64_t seed = 0) {
    start(x, seed);
    finish();
  }

  /// Places (n, 2), about their mean. Throws Error before placed().
  const Array& embedding() const;
  /// True once the points have their first places, long before the end.
  bool placed() const { return embedding_.defined(); }
  /// Iterations done.
  int iterations() const { return iteration_; }
  /// KL every ten iterations, that of the first places first; without the exaggeration.
  const std::vector<double>& divergences() const { return divergences_; }
  /// p_j|i (n, n) until they become p_ij, whose sum is 1. Throws Error before placed(), from when
  /// on they are.
  const Array& affinities() const;

 private:
  enum class Phase { components, neighbours, joint, moving };

  void slice() override;
  void find_neighbours(std::int64_t rows);
  void search(std::int64_t row, real* distances);
  void join(std::int64_t row);
  void place();
  void pull(std::int64_t row);
  void end_iteration();

  TsneOptions options_;
  Rng rng_;
  Array x_, centered_;
  std::vector<real> squares_;
  std::optional<Pca> pca_;
  Phase phase_ = Phase::components;
  std::int64_t at_ = 0;  // the next row of the phase
  Array p_, embedding_;
  std::vector<real> places_x_, places_y_;  // the embedding's columns
  // Of the iteration at work: sums over pairs by row, and Σ 1 / (1 + d²), Σ p log(1 + d²).
  std::vector<real> attraction_, repulsion_;
  double normalizer_ = 0, stretch_ = 0;
  std::vector<real> moves_, gains_;
  double entropy_ = 0;  // Σ p log p
  int iteration_ = 0;
  std::vector<double> divergences_;
};

}  // namespace grad::classic
