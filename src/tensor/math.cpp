#include "tensor/math.h"

#ifdef GRAD_DOUBLE
#include <cmath>
#else
#include "tensor/vec4.h"
#endif

namespace grad::math {

#ifdef GRAD_DOUBLE

real exp(real x) { return std::exp(x); }
real log(real x) { return std::log(x); }
real tanh(real x) { return std::tanh(x); }
real sigmoid(real x) { return 1 / (1 + std::exp(-x)); }
real sin(real x) { return std::sin(x); }
real cos(real x) { return std::cos(x); }

#else

// One lane of the vector functions, so that one number has the same value as inside an array.
real exp(real x) { return grad::exp(splat(x))[0]; }
real log(real x) { return grad::log(splat(x))[0]; }
real tanh(real x) { return grad::tanh(splat(x))[0]; }
real sigmoid(real x) { return grad::sigmoid(splat(x))[0]; }
real sin(real x) { return grad::sin(splat(x))[0]; }
real cos(real x) { return grad::cos(splat(x))[0]; }

#endif

}  // namespace grad::math
