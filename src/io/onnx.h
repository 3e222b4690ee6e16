#pragma once

// Models for other programs: ONNX, which ONNX Runtime and its version for browsers run.

#include <string>
#include <string_view>

#include "io/safetensors.h"
#include "nn/module.h"

namespace grad::io {

/// The bytes of an ONNX file (opset 17) that computes what the model does in evaluation mode for an
/// input "x" of that shape, whose first size may change; the result is "y". Pictures go in and come
/// out as (n,channels,height,width), ONNX's order, where ours is (n,height,width,channels); their
/// weights are turned accordingly. Embeddings take float indices, as ours. Throws Error naming a
/// layer that cannot be written or does not fit the shape: those not of layers.h, recurrent.h,
/// attention.h and module.h. Same model, same bytes.
std::string write_onnx(const nn::Sequential& model, const Shape& input);

/// The weights in an ONNX file of another program, by name. PyTorch's exports keep the names and
/// layouts of parameters, so that load_weights() (weights.h) takes them. Integers, which only say
/// shapes, are left out. Nothing is believed of the bytes: throws Error, one sentence that starts
/// with "[onnx]" or "[shape]", for a cut or overlong file, weights that do not fit their shape, of
/// more than 6 axes, of another type or kept in another file, and names that stand twice or are not
/// 1 to 200 printable characters.
Safetensors read_onnx_weights(std::string_view bytes);

}  // namespace grad::io
