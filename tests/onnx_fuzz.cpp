// Hostile files against io::read_onnx_weights. libFuzzer calls the function at the end with files
// of its own (target onnx_fuzz, clang only); the test program calls the first one with every file
// in tests/corpus/onnx.

#include "onnx_fuzz.h"

#include <cstdint>
#include <cstdlib>
#include <string>

#include "io/onnx.h"
#include "tensor/check.h"

using namespace grad;

namespace {

// A failed promise must end the program in every build, so that the fuzzer sees it.
void require(bool ok) {
  if (!ok) std::abort();
}

}  // namespace

void tests::fuzz_onnx(std::string_view bytes) {
  io::Safetensors file;
  try {
    file = io::read_onnx_weights(bytes);
  } catch (const Error& error) {
    const std::string sentence = error.what();
    require(sentence.starts_with("[onnx] ") || sentence.starts_with("[shape] "));
    require(sentence.find('\n') == std::string::npos && sentence.size() < 1000);
    return;
  }
  if (file.find("__metadata__")) return;  // a name that safetensors cannot have
  // No more numbers than the file has bytes for, each tensor found by its name, and all of it can
  // be written as safetensors.
  std::size_t numbers = 0;
  for (const auto& [name, array] : file.tensors) {
    numbers += static_cast<std::size_t>(array.size());
    require(file.find(name) == &array);
  }
  require(numbers * sizeof(float) <= bytes.size());
  require(io::read_safetensors(io::write_safetensors(file)).tensors.size() == file.tensors.size());
}

#ifdef GRAD_LIBFUZZER
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  tests::fuzz_onnx({reinterpret_cast<const char*>(data), size});
  return 0;
}
#endif
