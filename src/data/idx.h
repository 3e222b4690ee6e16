#pragma once

// IDX, the format of MNIST's files: two zero bytes, a type, the number of axes, their sizes as four
// bytes each, then the numbers; most significant bytes first. The published files are gzipped:
// files.h unpacks them.

#include <string_view>

#include "data/bytes.h"

namespace grad::data {

bool is_idx(ByteView file);
/// Throws Error for another beginning, an unknown type, more than six axes, and where there are
/// more or fewer numbers than the sizes say, or none.
FileArray parse_idx(ByteView file, std::string_view name);

}  // namespace grad::data
