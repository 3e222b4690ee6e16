#pragma once

#include <string_view>

namespace grad::tests {

/// Gives one file to the reader of ONNX weights; aborts if it breaks its promises.
void fuzz_onnx(std::string_view bytes);

}  // namespace grad::tests
