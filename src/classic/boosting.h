#pragma once

#include <cstdint>
#include <vector>

#include "classic/columns.h"
#include "classic/gradient_tree.h"
#include "classic/state.h"
#include "classic/tree.h"
#include "tensor/array.h"
#include "tensor/rng.h"

namespace grad::classic {

struct BoostingOptions {
  int rounds = 100;            ///< at most; 1 to 10,000
  double learning_rate = 0.1;  ///< shrinkage: each tree's values are multiplied by it
  GradientTreeOptions tree = {};
  int bins = 255;  ///< ranks that a feature is cut into, 2 to 65,536
  /// Share of the examples, evenly by class, that is held out to stop early; 0: none.
  double validation_share = 0;
  int patience = 10;  ///< rounds without a smaller validation loss that end the fit
};

/// The part of a model that boosts, whatever its loss: each round fits one tree to every sum and
/// adds it, shrunk, to what the sums were. boosted_trees.h and boosted_regression.h bring the loss.
class Boosting {
 public:
  using Rows = std::vector<std::int32_t>;

  /// Rounds kept: after an early stop, those up to the smallest validation loss.
  int rounds() const { return static_cast<int>(trees_.size()) / sums_; }
  /// The mean loss after each round, those after the best one too; of the examples that trees were
  /// fitted to, and of those held out (empty if none).
  const std::vector<double>& training_losses() const { return training_losses_; }
  const std::vector<double>& validation_losses() const { return validation_losses_; }
  /// Round by round, in each round one for every sum; one value a node.
  const std::vector<Tree>& trees() const { return trees_; }
  /// Share of each feature in the gains of all splits; adds up to 1, or all are 0 if none was made.
  std::vector<double> importances() const;

 protected:
  /// Throws Error beginning with [name] unless rounds, bins and the tree's options are in range,
  /// learning_rate is in (0,1], validation_share in [0,0.5] and patience >= 1.
  Boosting(const char* name, const BoostingOptions& options);
  ~Boosting() = default;

  /// Begins anew with examples (n, features), held until the end. Of every group of rows the share
  /// asked for is held out, but never its last row.
  void begin_boosting(const Array& examples, std::vector<std::vector<int>> groups, Rng rng);
  /// The rows that trees are fitted to.
  const Rows& fitted() const { return fitted_; }
  /// Then: what each sum is before the first tree.
  void start_sums(const std::vector<real>& start);
  /// A slice of the work. Returns how much of all is done, 1 at the end.
  double boost();
  bool boosted() const { return best_rounds_ > 0; }
  /// Adds the trees' values for rows of `features` numbers to their sums (rows, sums).
  template <class Number>
  void add_trees(const real* x, std::int64_t rows, std::int64_t features, Number* totals) const {
    const std::size_t whole = trees_.size() - trees_.size() % static_cast<std::size_t>(sums_);
    for (std::size_t t = 0; t < whole; ++t)
      for (std::int64_t i = 0; i < rows; ++i)
        totals[i * sums_ + static_cast<std::int64_t>(t) % sums_] +=
            static_cast<Number>(trees_[t].values[trees_[t].leaf(x + i * features)]);
  }
  /// Writes or reads the trees.
  void exchange_trees(State& state, std::int64_t features, int sums);

  /// Of the loss by one of the sums, for every example (n).
  struct Derivatives {
    std::vector<real> gradients, curvatures;
  };

 private:
  /// Those of `rows`; the others are not read.
  virtual Derivatives derivatives(int sum, const Rows& rows) const = 0;
  /// The sums (n, sums) at the beginning and after every round.
  virtual void see(const std::vector<real>& totals) = 0;
  /// The mean loss of these examples at the sums last seen.
  virtual double mean_loss(const Rows& rows) const = 0;

  void hold_out(std::vector<std::vector<int>> groups, Rng rng);
  void start_tree();
  void end_tree();
  void end_round();

  BoostingOptions options_;
  Array examples_;
  std::int64_t count_ = 0;
  Columns columns_;
  Rows fitted_, held_out_;
  int sums_ = 1;
  std::vector<real> totals_;  // (n, sums)
  GradientTreeGrower grower_;
  bool growing_ = false;
  double progress_ = 0;
  std::vector<Tree> trees_;
  std::vector<double> gains_;  // of each feature
  std::vector<double> training_losses_, validation_losses_;
  int best_rounds_ = 0;
};

}  // namespace grad::classic
