#pragma once

// Convolutions in which every channel is by itself: a group for each.

#include "kernels/kernels.h"

namespace grad::kernels {

inline bool is_depthwise(const Conv& conv) {
  return conv.groups > 1 && conv.groups == conv.in_channels && conv.groups == conv.out_channels;
}

// As kernels::conv2d and its gradients, for such convolutions.
void depthwise(const Conv& conv, const float* x, const float* w, const float* bias, float* y);
void depthwise_backward_input(const Conv& conv, const float* dy, const float* w, float* dx);
void depthwise_backward_weight(const Conv& conv, const float* x, const float* dy, float* dw);

}  // namespace grad::kernels
