#pragma once

// Protocol Buffers' wire format, as far as writing needs it: a message is its fields one after the
// other, each a number and a kind, then the value.

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace grad::io {

/// A message that grows field by field. Field numbers are those of the message's definition.
class Message {
 public:
  Message& integer(int field, std::int64_t value) {
    key(field, 0);
    varint(static_cast<std::uint64_t>(value));
    return *this;
  }
  Message& number(int field, float value) {
    key(field, 5);
    char raw[sizeof value];
    std::memcpy(raw, &value, sizeof value);  // little-endian, as in the file
    bytes_.append(raw, sizeof value);
    return *this;
  }
  /// Text or raw numbers.
  Message& bytes(int field, std::string_view value) {
    key(field, 2);
    varint(value.size());
    bytes_ += value;
    return *this;
  }
  Message& message(int field, const Message& value) { return bytes(field, value.bytes_); }

  const std::string& encoded() const { return bytes_; }

 private:
  void key(int field, int kind) { varint(static_cast<std::uint64_t>(field << 3 | kind)); }
  // Seven bits a byte, the lowest first; the top bit says that more follow.
  void varint(std::uint64_t value) {
    for (; value >= 0x80; value >>= 7) bytes_ += static_cast<char>((value & 0x7f) | 0x80);
    bytes_ += static_cast<char>(value);
  }

  std::string bytes_;
};

}  // namespace grad::io
