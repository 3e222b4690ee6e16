#pragma once

#include <cstddef>
#include <string_view>

namespace grad::ui {

/// The code point that starts at byte `at`, which moves behind it. A byte that is not UTF-8 counts
/// as one U+FFFD, so that any bytes can be walked through. Requires at < text.size().
inline char32_t next_code_point(std::string_view text, std::size_t& at) {
  const auto byte = [&](std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u;
  };
  const unsigned first = byte(at++);
  if (first < 0x80) return first;
  const int more = first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : first >= 0xc0 ? 1 : 0;
  char32_t code = first & (0x3fu >> more);
  for (int i = 0; i < more; i++) {
    if ((byte(at + static_cast<std::size_t>(i)) & 0xc0) != 0x80) return U'\ufffd';
    code = code << 6 | (byte(at + static_cast<std::size_t>(i)) & 0x3f);
  }
  at += static_cast<std::size_t>(more);
  return more == 0 ? U'\ufffd' : code;
}

}  // namespace grad::ui
