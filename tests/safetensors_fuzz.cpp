// Hostile files against io::read_safetensors. libFuzzer calls the function at the end with files of
// its own (target safetensors_fuzz, clang only); the test program calls the first one with every
// file in tests/corpus/safetensors.

#include "safetensors_fuzz.h"

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>

#include "io/safetensors.h"
#include "tensor/check.h"

using namespace grad;

namespace {

// A failed promise must end the program in every build, so that the fuzzer sees it.
void require(bool ok) {
  if (!ok) std::abort();
}

bool same_bits(const Array& a, const Array& b) {
  return a.shape() == b.shape() &&
         std::memcmp(a.data(), b.data(), static_cast<std::size_t>(a.size()) * sizeof(real)) == 0;
}

}  // namespace

void tests::fuzz_safetensors(std::string_view bytes) {
  io::Safetensors file;
  try {
    file = io::read_safetensors(bytes);
  } catch (const Error& error) {
    const std::string sentence = error.what();
    require(sentence.starts_with("[safetensors] ") || sentence.starts_with("[shape] "));
    require(sentence.find('\n') == std::string::npos && sentence.size() < 1000);
    return;
  }
  // What was accepted can be written and read again, to the bit.
  const std::string written = io::write_safetensors(file);
  const io::Safetensors again = io::read_safetensors(written);
  require(again.tensors.size() == file.tensors.size() && again.metadata == file.metadata);
  for (std::size_t i = 0; i < file.tensors.size(); ++i) {
    require(again.tensors[i].first == file.tensors[i].first);
    require(same_bits(again.tensors[i].second, file.tensors[i].second));
  }
  require(io::write_safetensors(again) == written);
}

#ifdef GRAD_LIBFUZZER
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  tests::fuzz_safetensors({reinterpret_cast<const char*>(data), size});
  return 0;
}
#endif
