#pragma once

// Protocol Buffers' wire format, as far as ONNX needs it: a message is its fields one after the
// other, each a number and a kind, then the value.

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "tensor/check.h"

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

/// Reads the fields of a message one after the other; nothing is believed of the bytes. Throws
/// Error, one sentence that starts with "[onnx]", for bytes that are no message.
class Fields {
 public:
  explicit Fields(std::string_view bytes) : rest_(bytes) {}

  /// Goes to the next field; false at the end.
  bool next() {
    if (rest_.empty()) return false;
    const std::uint64_t key = varint();
    field_ = key >> 3;
    kind_ = static_cast<int>(key & 7);
    integer_ = 0;
    bytes_ = {};
    if (kind_ == 0) {
      integer_ = varint();
    } else if (kind_ == 1 || kind_ == 5) {
      bytes_ = take(kind_ == 1 ? 8 : 4);
    } else {
      check(kind_ == 2, [&] { return "[onnx] a field of kind " + std::to_string(kind_); });
      bytes_ = take(varint());
    }
    return true;
  }
  bool is(std::uint64_t field) const { return field_ == field; }
  /// Whether the value is an integer, and not bytes.
  bool is_integer() const { return kind_ == 0; }
  std::uint64_t integer() const { return integer_; }
  /// Text, numbers or a message.
  std::string_view bytes() const { return bytes_; }
  /// Calls visit(integer) for the value, which may be several packed into bytes.
  template <class Visit>
  void each_integer(Visit visit) const {
    if (is_integer()) return visit(integer_);
    for (Fields packed(bytes_); !packed.rest_.empty();) visit(packed.varint());
  }

 private:
  std::uint64_t varint() {
    std::uint64_t value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      const auto byte = static_cast<unsigned char>(take(1)[0]);
      value |= std::uint64_t{byte & 0x7fu} << shift;
      if (byte < 0x80) return value;
    }
    fail("[onnx] a number of more than 64 bits");
  }
  std::string_view take(std::uint64_t count) {
    check(count <= rest_.size(), "[onnx] the file ends within a field, or a field within its own");
    const std::string_view taken = rest_.substr(0, static_cast<std::size_t>(count));
    rest_.remove_prefix(static_cast<std::size_t>(count));
    return taken;
  }

  std::string_view rest_, bytes_;
  std::uint64_t field_ = 0, integer_ = 0;
  int kind_ = 0;
};

}  // namespace grad::io
