#pragma once

namespace grad {

/// The scalar type of every array. Float everywhere, except in the `native-double` build, which
/// exists so that gradient checks can be tight (finite differences in float have few good digits).
#ifdef GRAD_DOUBLE
using real = double;
#else
using real = float;
#endif

}  // namespace grad
