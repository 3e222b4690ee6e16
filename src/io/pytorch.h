#pragma once

// Models for other programs: PyTorch code, to read and to go on with.

#include <string>

#include "nn/module.h"

namespace grad::io {

/// Python text with a function make_model() that builds the same network with PyTorch's layers
/// (1.13 or later), for an input of that shape. The file that weights_of() makes (weights.h) fits
/// it. Pictures go in and come out as (n,channels,height,width), PyTorch's order, where ours is
/// (n,height,width,channels). Throws Error naming a layer that cannot be written or does not fit
/// the shape: those not of layers.h, recurrent.h, attention.h and module.h.
std::string pytorch_code(const nn::Sequential& model, const Shape& input);

}  // namespace grad::io
