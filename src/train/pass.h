#pragma once

// Going over examples a batch at a time, to train on them or to measure, in one call: for callers
// to whom a call is dear (JavaScript), and who decide what happens between passes. Trainer does
// whole runs.

#include <cstdint>
#include <span>

#include "nn/module.h"
#include "optim/any_optimizer.h"

namespace grad::train {

/// What a pass gave, added up over its examples.
struct Pass {
  std::int64_t batches = 0;
  double loss = 0;       ///< times the examples
  double right = 0;      ///< examples whose largest output is at the label
  double last_loss = 0;  ///< mean of the last batch
};

struct PassOptions {
  std::int64_t batch = 32;
  /// Gradients of the model are scaled to this common norm if theirs is larger; 0: never.
  real clip_norm = 0;
};

/// Applies the model to those rows of x (n,...), `batch` after `batch`. With `labels`, one for each
/// of `rows`, the loss is cross_entropy(), else mse_loss() to the same rows of `targets`. With an
/// optimiser each batch is a step of training, and a loss that is not finite ends the pass before
/// the parameters change; without one nothing is recorded or changed. Throws Error where shapes,
/// rows or labels do not fit.
Pass pass_over(const nn::Layer& model, optim::AnyOptimizer* optimizer, const Tensor& x,
               const Tensor& targets, std::span<const int> labels, std::span<const int> rows,
               const PassOptions& options);

}  // namespace grad::train
