#include "io/snapshot_file.h"

#include <charconv>

#include "tensor/check.h"

namespace grad::io {

Safetensors file_of(const optim::Snapshot& snapshot) {
  Safetensors file{.tensors = snapshot.arrays, .metadata = {}};
  for (const auto& [name, bits] : snapshot.numbers)
    file.metadata.emplace_back(name, std::to_string(bits));
  return file;
}

optim::Snapshot snapshot_of(const Safetensors& file) {
  optim::Snapshot snapshot{.arrays = file.tensors, .numbers = {}};
  for (const auto& [name, text] : file.metadata) {
    std::uint64_t bits = 0;
    const char* end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, bits);
    if (read.ec != std::errc() || read.ptr != end)
      fail("[snapshot_of] the text \"" + name + "\" is not a number of a snapshot");
    snapshot.numbers.emplace_back(name, bits);
  }
  return snapshot;
}

}  // namespace grad::io
