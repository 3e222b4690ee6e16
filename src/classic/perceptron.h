#pragma once

#include <cstdint>
#include <vector>

#include "classic/model.h"

namespace grad::classic {

enum class PerceptronVariant {
  plain,     ///< the weights after the last mistake
  averaged,  ///< their average over all examples seen (Freund and Schapire 1999)
  pocket,    ///< those that were right most often on all examples (Gallant 1990, with ratchet)
};

struct PerceptronOptions {
  PerceptronVariant variant = PerceptronVariant::plain;
  int epochs = 100;     ///< passes over the examples at most; one without a mistake ends it earlier
  bool shuffle = true;  ///< a new order in every pass, else the order given
};

/// Rosenblatt's perceptron (1958) for two classes, y = -1 for class 0 and +1 for class 1. From zero
/// weights w (features + 1, the last is the bias), for one example after the other: where
/// y w·[x,1] <= 0, a mistake, w += y [x,1]. If some unit vector u separates the examples with
/// margin γ = min y u·[x,1] > 0, there are at most (R/γ)² mistakes with R = max |[x,1]| (Novikoff
/// 1962). Scores are -w·[x,1] and w·[x,1].
///
/// More classes (Duda and Hart 1973): weights w_k for each. Where the example's own class y is not
/// ahead of its best rival r, w_y += [x,1] and w_r -= [x,1]. The bound is the same for all weights
/// as one vector, with γ = min over examples of (w_y - w_r)·[x,1] / |w| and R = max √2 |[x,1]|.
/// Scores are w_k·[x,1].
class Perceptron : public Classifier {
 public:
  struct Mistake {
    std::int32_t example;
    std::int32_t epoch;  ///< from 0
  };

  /// Throws Error unless 1 <= epochs <= 1,000,000.
  explicit Perceptron(const PerceptronOptions& options = {});
  const char* name() const override { return "Perceptron"; }
  bool ready() const override { return !current_.empty(); }
  bool has_probabilities() const override { return false; }

  /// Goes on to the next mistake and learns from it. False if the fit ends before one.
  bool next_mistake();

  /// Of the variant: (features + 1), the last is the bias; with more than two classes those of one
  /// class after the other.
  std::vector<double> weights() const;
  /// After the last mistake, in every variant.
  const std::vector<double>& plain_weights() const { return current_; }
  const std::vector<Mistake>& mistakes() const { return mistakes_; }
  /// Passes begun.
  int epochs() const { return epoch_ + 1; }
  /// True if the last pass was without a mistake: the examples are separated.
  bool separated() const { return separated_; }

  /// R: the length of the longest [x,1]; with more than two classes √2 times that.
  double radius() const;
  /// min y w·[x,1] / |w| over the examples (or as the class says): the distance to the nearest one
  /// in the space of [x,1], negative if w does not separate them. Throws Error unless w has as many
  /// numbers as weights(), not all of them 0.
  double margin(const std::vector<double>& w) const;
  /// (R / margin)²: with the margin of any separating weights, more mistakes cannot happen; the
  /// largest margin gives the sharpest bound. Infinite for a margin that is not positive.
  double bound(double margin) const;

 private:
  void exchange(State& state) override;
  void begin(Rng rng) override;
  void slice() override;
  void score(const real* x, std::int64_t rows, real* scores) const override;
  bool visit();
  void begin_epoch();
  void learn(std::int64_t i, int rival);
  std::int64_t right(const std::vector<double>& w) const;
  /// How far the example's own class is ahead, by weights w, and of whom.
  struct Lead {
    double ahead;
    int rival;
  };
  Lead lead(const std::vector<double>& w, std::int64_t i) const;
  double product(const std::vector<double>& w, int output, const real* x) const;
  void add(int output, double factor, std::int64_t i);
  int outputs() const { return classes() == 2 ? 1 : classes(); }
  int label(std::int64_t i) const { return labels()[static_cast<std::size_t>(i)]; }

  PerceptronOptions options_;
  Rng rng_;
  std::vector<double> current_, pocket_;
  std::vector<double> weighted_;  // Σ of corrections, each times the examples seen before it
  std::vector<int> order_;
  std::vector<Mistake> mistakes_;
  std::int64_t at_ = 0, seen_ = 0, pocket_right_ = 0;
  std::size_t mistakes_before_ = 0;  // this epoch
  int epoch_ = 0;
  bool separated_ = false;
};

}  // namespace grad::classic
