#include "data/bytes.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "tensor/check.h"

namespace grad::data {

namespace {

// Bits of a number as the format orders its bytes.
std::uint64_t bits_at(const std::uint8_t* at, const NumberFormat& format) {
  std::uint64_t bits = 0;
  for (int i = 0; i < format.width; ++i)
    bits = bits << 8 | at[format.big_endian ? i : format.width - 1 - i];
  return bits;
}

real number_of(std::uint64_t bits, const NumberFormat& format) {
  if (format.kind == 'f' && format.width == 8)
    return static_cast<real>(std::bit_cast<double>(bits));
  if (format.kind == 'f')
    return static_cast<real>(std::bit_cast<float>(static_cast<std::uint32_t>(bits)));
  if (format.kind == 'b') return bits == 0 ? real(0) : real(1);
  if (format.kind == 'u') return static_cast<real>(bits);
  const int unused = 64 - 8 * format.width;
  return static_cast<real>(static_cast<std::int64_t>(bits << unused) >> unused);
}

std::string sizes_text(std::span<const std::uint64_t> sizes) {
  std::string text;
  for (const std::uint64_t size : sizes) text += (text.empty() ? "" : "x") + std::to_string(size);
  return text.empty() ? "1" : text;
}

}  // namespace

bool NumberFormat::known() const {
  if (kind == 'b') return width == 1;
  if (kind == 'f') return width == 4 || width == 8;
  return (kind == 'u' || kind == 'i') && (width == 1 || width == 2 || width == 4 || width == 8);
}

Array read_numbers(ByteView file, std::size_t start, const NumberFormat& format,
                   std::span<const std::uint64_t> sizes, std::string_view name) {
  check(sizes.size() <= Shape::max_axes, [&] {
    return std::string(name) + ": an array with " + std::to_string(sizes.size()) +
           " axes; at most " + std::to_string(Shape::max_axes) + " can be read.";
  });
  const std::uint64_t there = file.size() - start;
  const auto width = static_cast<std::uint64_t>(format.width);
  const bool empty = std::find(sizes.begin(), sizes.end(), 0U) != sizes.end();
  check(!empty, [&] {
    return std::string(name) + ": its sizes " + sizes_text(sizes) + " leave no numbers.";
  });
  std::uint64_t count = 1;
  bool matches = true;
  for (const std::uint64_t size : sizes) {
    matches = matches && size <= there / width / count;  // so that the product cannot overflow
    if (matches) count *= size;
  }
  matches = matches && count * width == there;
  check(matches, [&] {
    return std::string(name) + ": its header promises " + sizes_text(sizes) + " numbers of " +
           std::to_string(width) + " byte(s), but " + std::to_string(there) +
           " bytes follow from byte " + std::to_string(start) + " on.";
  });
  std::vector<std::int64_t> axes(sizes.begin(), sizes.end());
  Array values{Shape(axes)};
  const std::uint8_t* at = file.data() + start;
  for (real& value : values.span()) {
    value = number_of(bits_at(at, format), format);
    at += width;
  }
  return values;
}

std::uint32_t big_endian_32(ByteView file, std::size_t at) {
  return static_cast<std::uint32_t>(bits_at(&file[at], {'u', 4, true}));
}

std::string hex_text(ByteView file, std::size_t count) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (const std::uint8_t byte : file.first(std::min(count, file.size()))) {
    if (!text.empty()) text += ' ';
    text += digits[byte >> 4];
    text += digits[byte & 15];
  }
  return text;
}

}  // namespace grad::data
