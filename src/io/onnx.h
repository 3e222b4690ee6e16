#pragma once

// Models for other programs: ONNX, which ONNX Runtime and its version for browsers run.

#include <string>

#include "nn/module.h"

namespace grad::io {

/// The bytes of an ONNX file (opset 17) that computes what the model does in evaluation mode for an
/// input "x" of that shape, whose first size may change; the result is "y". Pictures go in and come
/// out as (n,channels,height,width), ONNX's order, where ours is (n,height,width,channels); their
/// weights are turned accordingly. Embeddings take float indices, as ours. Throws Error naming a
/// layer that cannot be written or does not fit the shape: those not of layers.h, recurrent.h,
/// attention.h and module.h, and GraphConv. Same model, same bytes.
std::string write_onnx(const nn::Sequential& model, const Shape& input);

}  // namespace grad::io
