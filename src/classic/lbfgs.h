#pragma once

#include <deque>
#include <span>
#include <vector>

namespace grad::classic {

struct LbfgsOptions {
  int iterations = 200;     ///< at most
  double tolerance = 1e-5;  ///< ends where no component of the gradient is larger
  int memory = 10;          ///< pairs of steps and changes of the gradient that are kept
};

/// Minimises a smooth function by limited-memory BFGS (Liu and Nocedal 1989) with backtracking, by
/// ask and tell, so that the function may be computed in slices:
///   while (!search.done()) { evaluate at search.point(); search.tell(value, gradient); }
class Lbfgs {
 public:
  Lbfgs() = default;
  Lbfgs(std::vector<double> start, const LbfgsOptions& options);

  /// Where value and gradient are wanted next; once done, the best point.
  const std::vector<double>& point() const { return done_ ? best_ : trial_; }
  /// The best point so far.
  const std::vector<double>& best() const { return best_; }
  /// Value and gradient (as long as the point) at point().
  void tell(double value, std::span<const double> gradient);
  /// The gradient vanishes within the tolerance, or steps no longer lower the value (rounding is
  /// all that is left), or the iterations are used up.
  bool done() const { return done_; }
  /// Steps taken.
  int iterations() const { return iterations_; }

 private:
  struct Pair {
    std::vector<double> step, change;
    double product;  // step · change > 0
  };

  void accept(double value, std::span<const double> gradient);
  void choose_direction();
  void move();

  LbfgsOptions options_;
  std::vector<double> best_, trial_, gradient_, direction_;
  std::deque<Pair> pairs_;
  double value_ = 0, slope_ = 0, length_ = 1;  // slope: of the value along the direction
  int iterations_ = 0, shortened_ = 0;
  bool begun_ = false, done_ = false;
};

}  // namespace grad::classic
