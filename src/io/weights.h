#pragma once

// What a model has learnt, as a safetensors file that PyTorch reads: names and layouts are
// PyTorch's (pictures' weights (out,in,kh,kw), "weight_ih_l0" of recurrent layers), so that there
//
//   model.load_state_dict(safetensors.torch.load_file("model.safetensors"), strict=False)
//
// fills the model that pytorch.h writes. (Not strict, because a batch norm there also counts its
// batches.)

#include <string>
#include <string_view>

#include "io/safetensors.h"
#include "nn/layer.h"

namespace grad::io {

/// Parameters and buffers (running statistics) of a model. The arrays are copies.
Safetensors weights_of(const nn::Members& members);
template <class L>
Safetensors weights_of(L layer) {  // a copy, which aliases the numbers
  return weights_of(nn::members_of(layer));
}

/// Puts them into a model of the same structure. Throws Error naming the first tensor that is
/// missing, that does not fit or that the model has no place for, and then changes nothing.
void load_weights(const nn::Members& members, const Safetensors& file);
template <class L>
void load_weights(L& layer, const Safetensors& file) {
  load_weights(nn::members_of(layer), file);
}

}  // namespace grad::io
