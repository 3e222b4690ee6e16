#pragma once

#include <string_view>

namespace grad::tests {

/// Gives one file to the safetensors reader; aborts if it breaks its promises.
void fuzz_safetensors(std::string_view bytes);

}  // namespace grad::tests
