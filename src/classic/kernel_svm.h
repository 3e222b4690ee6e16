#pragma once

#include <optional>
#include <vector>

#include "classic/kernel_rows.h"
#include "classic/model.h"
#include "classic/smo.h"

namespace grad::classic {

struct KernelSvmOptions {
  double c = 1;                ///< > 0: the price of losses, and the largest coefficient
  double gamma = 0;            ///< of the kernel; 0: 1 / (features · variance of all numbers of x)
  double tolerance = 1e-3;     ///< by how much two coefficients may still gain
  int iterations = 1'000'000;  ///< at most, for each pair of classes
};

/// Support vector machine (Cortes and Vapnik 1995) with the kernel K(a, b) = exp(-gamma |a - b|²),
/// the problem of scikit-learn's SVC(C=c): f(x) = Σ α_i y_i K(x_i, x) - ρ minimising
/// ½ |f|² + c Σ max(0, 1 - y f(x)), by sequential minimal optimisation (smo.h). More than two
/// classes: one such f for every pair, and each votes for one of its two. Scores are the votes;
/// with two classes -f and f. Standardise the features first. Time and memory grow with the square
/// of the examples: at most 50,000.
class KernelSvm : public Classifier {
 public:
  /// Throws Error unless c > 0, gamma >= 0, tolerance in (0,1] and iterations >= 1.
  explicit KernelSvm(const KernelSvmOptions& options = {});
  const char* name() const override { return "KernelSvm"; }
  bool has_probabilities() const override { return false; }

  /// Rows of the examples that f needs, of all pairs.
  const std::vector<std::int32_t>& support() const { return support_; }
  /// The kernel's, once begun.
  double gamma() const { return gamma_; }
  /// True if every pair met the tolerance before its iterations ran out.
  bool converged() const { return finished() && unmet_ == 0; }

 private:
  /// One f: its first class is y = +1.
  struct Machine {
    int positive, negative;
    double rho;
    std::vector<std::int32_t> rows;  // of the examples
    std::vector<double> factors;     // α y
  };

  void check_fits(const data::Dataset& train) const override;
  void exchange(State& state) override;
  void begin(Rng rng) override;
  void slice() override;
  void score(const real* x, std::int64_t rows, real* scores) const override;
  void start_pair();
  void end_pair();
  void end();

  KernelSvmOptions options_;
  double gamma_ = 0;
  std::vector<std::pair<int, int>> pairs_;
  std::vector<std::int32_t> pair_rows_;
  std::optional<Smo> smo_;
  std::vector<Machine> machines_;
  int unmet_ = 0;
  // What predictions need:
  std::vector<std::int32_t> support_;
  Array support_vectors_;
  std::vector<real> squares_;
};

}  // namespace grad::classic
