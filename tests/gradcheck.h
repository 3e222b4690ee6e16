#pragma once

// Compares the gradients that backward() computes with central differences,
// (f(x + h) - f(x - h)) / 2h, element by element. Meant for the double build, where the two agree
// to many digits; in float the bound is loose and only gross mistakes show.

#include <algorithm>
#include <cmath>
#include <functional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "autograd/ops.h"
#include "autograd/record.h"

namespace grad::tests {

using Function = std::function<Tensor(Inputs)>;

#ifdef GRAD_DOUBLE
constexpr double kStep = 1e-5, kGradientBound = 1e-6, kSmallestSize = 0.01;
#else
constexpr double kStep = 4e-3, kGradientBound = 3e-2, kSmallestSize = 1;
#endif

/// Relative to the larger one, or to kSmallestSize: rounding hides what is much smaller.
inline double relative_error(double a, double b) {
  const double size = std::max({std::abs(a), std::abs(b), kSmallestSize});
  return std::abs(a - b) / size;
}

/// Names of all operations between `result` and its leaves.
inline void collect_operations(const Tensor& result, std::set<std::string>& names) {
  if (result.inputs().empty()) return;
  names.insert(result.op());
  for (const Tensor& input : result.inputs()) collect_operations(input, names);
}

/// Σ weights · f(inputs) with fixed weights, so that f may have any shape and no element of its
/// gradient cancels.
inline Tensor weighted(const Tensor& result) {
  Rng rng(11);
  return sum(result * Tensor::randn(result.shape(), rng));
}

/// The largest relative error over all elements of all inputs, of
///   - the gradients with every input differentiable, and with each of them alone;
///   - contributions that arrive at an intermediate tensor twice (accumulation).
/// Adds the operations seen to `names`. `inputs` are leaves; they are changed and restored.
inline double gradient_error(const Function& f, std::vector<Tensor> inputs,
                             std::set<std::string>& names) {
  const auto differentiate = [&](auto requires_grad, int uses) {
    std::vector<Tensor> leaves, used;
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      leaves.emplace_back(inputs[i].value(), requires_grad(i));
      used.push_back(uses > 1 ? leaves.back() * 1 : leaves.back());
    }
    Tensor result = f(used);
    if (uses == 1) collect_operations(result, names);
    result = weighted(result);
    for (int use = 1; use < uses; ++use) result = result + weighted(f(used));
    result.backward();
    return leaves;
  };
  const auto all = differentiate([](std::size_t) { return true; }, 1);
  const auto doubled = differentiate([](std::size_t) { return true; }, 2);

  double worst = 0;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const auto alone = differentiate([i](std::size_t j) { return i == j; }, 1);
    Array& x = inputs[i].mutable_value();
    for (std::int64_t k = 0; k < x.size(); ++k) {
      const NoGrad no_grad;
      const real middle = x[k];
      const real above = middle + static_cast<real>(kStep);
      const real below = middle - static_cast<real>(kStep);
      x.data()[k] = above;
      const double high = static_cast<double>(weighted(f(inputs)).item());
      x.data()[k] = below;
      const double low = static_cast<double>(weighted(f(inputs)).item());
      x.data()[k] = middle;
      const double numeric = (high - low) / static_cast<double>(above - below);
      worst = std::max({worst, relative_error(static_cast<double>(all[i].grad()[k]), numeric),
                        relative_error(static_cast<double>(alone[i].grad()[k]), numeric),
                        relative_error(static_cast<double>(doubled[i].grad()[k]), 2 * numeric)});
      if (std::isnan(numeric)) return numeric;
    }
  }
  return worst;
}

}  // namespace grad::tests
