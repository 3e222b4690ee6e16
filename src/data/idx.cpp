#include "data/idx.h"

#include <string>

#include "tensor/check.h"

namespace grad::data {

namespace {

/// The number format of a type byte; one that is not known() for any other byte.
NumberFormat format_of(std::uint8_t type) {
  switch (type) {
    case 0x08:
      return {'u', 1, true};
    case 0x09:
      return {'i', 1, true};
    case 0x0b:
      return {'i', 2, true};
    case 0x0c:
      return {'i', 4, true};
    case 0x0d:
      return {'f', 4, true};
    case 0x0e:
      return {'f', 8, true};
    default:
      return {'?', 0, true};
  }
}

}  // namespace

bool is_idx(ByteView file) {
  return file.size() >= 4 && file[0] == 0 && file[1] == 0 && format_of(file[2]).known();
}

FileArray parse_idx(ByteView file, std::string_view name) {
  check(is_idx(file), [&] {
    return std::string(name) + ": not an IDX file: it begins with " +
           (file.empty() ? "nothing" : hex_text(file, 4)) + ", not 00 00 and a type of numbers.";
  });
  const NumberFormat format = format_of(file[2]);
  const std::size_t axes = file[3], header = 4 + 4 * axes;
  check(file.size() >= header, [&] {
    return std::string(name) + ": it ends at byte " + std::to_string(file.size()) +
           ", within its header of " + std::to_string(header) + " bytes.";
  });
  std::vector<std::uint64_t> sizes;
  for (std::size_t axis = 0; axis < axes; ++axis)
    sizes.push_back(big_endian_32(file, 4 + 4 * axis));
  return {read_numbers(file, header, format, sizes, name), file[2] == 0x08};
}

}  // namespace grad::data
