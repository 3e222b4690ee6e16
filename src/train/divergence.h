#pragma once

// Where a training step went wrong: found by computing it again, layer by layer. Who trains calls
// this only once a loss is not finite or absurd, so that good steps cost nothing.

#include <functional>
#include <string>
#include <string_view>

#include "nn/module.h"

namespace grad::train {

/// Names what first made a value that is not finite, or beyond ±limit if a limit is given, when the
/// model (in its present mode, with its generators as they are) is applied to x and `loss` to its
/// output: "layer 2 (Linear), operation linear", "the loss, operation log", "the input", "the
/// targets" or "parameter 0.weight". Empty if nothing did. The model's buffers and generators
/// change as in any step.
std::string first_beyond(nn::Sequential& model, const Tensor& x,
                         const std::function<Tensor(const Tensor& output)>& loss, double limit = 0);

}  // namespace grad::train
