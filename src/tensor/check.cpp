#include "tensor/check.h"

namespace grad {

void fail(std::string_view sentence) { throw Error(std::string(sentence)); }

}  // namespace grad
