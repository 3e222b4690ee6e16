#pragma once

// What the readers of files share. Each takes the bytes of a whole file and the name to call it by
// in errors; it reads everything or throws Error with one sentence that begins with that name and
// says where. What a header promises is compared with the bytes there are before memory is taken.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tensor/array.h"

namespace grad::data {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;

/// An array of a file.
struct FileArray {
  Array values;
  bool bytes = false;  ///< they were unsigned bytes, as pixels are
};

/// A number's bytes in a file.
struct NumberFormat {
  char kind = 'u';  ///< as NumPy's: b truth value, u without and i with sign, f floating point
  int width = 1;    ///< bytes: 1, 2, 4 or 8; 4 or 8 of f
  bool big_endian = false;
  /// Whether there is such a format.
  bool known() const;
};

/// Reads the numbers from `start` to the end of the file into an array of these sizes. Throws Error
/// unless there are 1 to Shape::max_axes of them (none: a single number), none is 0, and exactly
/// their product follows.
Array read_numbers(ByteView file, std::size_t start, const NumberFormat& format,
                   std::span<const std::uint64_t> sizes, std::string_view name);

/// The unsigned number that 4 bytes from `at` spell, most significant first; they must be there.
std::uint32_t big_endian_32(ByteView file, std::size_t at);
/// "0a ff": the first bytes of a file, at most `count`.
std::string hex_text(ByteView file, std::size_t count);

}  // namespace grad::data
