#pragma once

// Unpacking gzip natively, by zlib. Pages have the browser's DecompressionStream and hand over
// plain bytes.

#include <cstddef>
#include <string_view>

#include "data/bytes.h"

namespace grad::data {

/// The most that a file may hold once unpacked: 1 GB.
inline constexpr std::size_t most_file_bytes = std::size_t{1} << 30;

bool is_gzip(ByteView file);
/// What a gzip file holds, all its members one after the other, checksums compared. Throws Error
/// for one that is damaged, ends early, is followed by something else, or holds more than `most`
/// bytes (memory is taken only as they come).
Bytes gunzip(ByteView file, std::string_view name, std::size_t most = most_file_bytes);

}  // namespace grad::data
