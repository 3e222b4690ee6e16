#pragma once

#include "tensor/math.h"

namespace grad::kernels {

using math::cos;
using math::exp;
using math::log;
using math::sigmoid;
using math::sin;
using math::tanh;

}  // namespace grad::kernels
