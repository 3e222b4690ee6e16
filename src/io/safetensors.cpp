#include "io/safetensors.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>

#include "tensor/check.h"

namespace grad::io {

namespace {

static_assert(std::endian::native == std::endian::little, "numbers are copied as they lie");

constexpr std::size_t kLengthBytes = 8, kMaxHeader = std::size_t{16} << 20, kMaxEntries = 100'000;
constexpr std::uint64_t kMaxNumber = std::uint64_t{1} << 60;
constexpr const char* kMetadata = "__metadata__";

[[noreturn]] void refuse(const std::string& why) { fail("[safetensors] " + why); }

// A name as it may stand in a sentence: short and printable.
std::string quoted(std::string_view name) {
  constexpr std::size_t longest = 60;
  std::string text = "\"";
  for (const char c : name.substr(0, longest))
    text += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? '?' : c;
  // The cut may have left the beginning of a character.
  while (name.size() > longest && (static_cast<unsigned char>(text.back()) & 0x80) != 0)
    text.pop_back();
  return text + (name.size() > longest ? "…\"" : "\"");
}

// --- UTF-8 --------------------------------------------------------------------------------------

// Bytes of the character that `text` begins with, or 0 if it is not UTF-8 (RFC 3629).
std::size_t character_bytes(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned first = byte(0);
  if (first < 0x80) return 1;
  const std::size_t count = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || text.size() < count) return 0;
  for (std::size_t i = 1; i < count; ++i)
    if ((byte(i) & 0xc0) != 0x80) return 0;
  const unsigned second = byte(1);
  const bool overlong = (first == 0xe0 && second < 0xa0) || (first == 0xf0 && second < 0x90);
  const bool beyond = (first == 0xed && second > 0x9f) || (first == 0xf4 && second > 0x8f);
  return overlong || beyond ? 0 : count;
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const std::size_t bytes = character_bytes(text);
    if (bytes == 0) return false;
    text.remove_prefix(bytes);
  }
  return true;
}

void append_utf8(std::string& text, unsigned code) {
  if (code < 0x80) {
    text += static_cast<char>(code);
    return;
  }
  const int tail = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
  constexpr std::array<unsigned, 4> lead{0, 0xc0, 0xe0, 0xf0};
  text += static_cast<char>(lead[static_cast<std::size_t>(tail)] | code >> 6 * tail);
  for (int i = tail - 1; i >= 0; --i) text += static_cast<char>(0x80 | (code >> 6 * i & 0x3f));
}

// --- Dtypes -------------------------------------------------------------------------------------

template <class To, class From>
To bits_of(From from) {
  To to;
  static_assert(sizeof(to) == sizeof(from));
  std::memcpy(&to, &from, sizeof to);
  return to;
}

template <class T>
real load(const char* from) {
  T value;
  std::memcpy(&value, from, sizeof value);
  return static_cast<real>(value);
}

// The upper half of a float.
real load_bf16(const char* from) {
  std::uint16_t half;
  std::memcpy(&half, from, sizeof half);
  return static_cast<real>(bits_of<float>(std::uint32_t{half} << 16));
}

// 1 bit sign, 5 bits exponent, 10 bits fraction.
real load_f16(const char* from) {
  std::uint16_t half;
  std::memcpy(&half, from, sizeof half);
  const std::uint32_t sign = std::uint32_t{half} >> 15 << 31, fraction = half & 0x3ffu;
  const std::uint32_t exponent = half >> 10 & 0x1fu;
  if (exponent == 0) {  // 0 or subnormal: fraction times 2^-24
    const float size = static_cast<float>(fraction) * 0x1p-24f;
    return static_cast<real>(sign != 0 ? -size : size);
  }
  const std::uint32_t wide = exponent == 0x1f ? 0xff : exponent + (127 - 15);
  return static_cast<real>(bits_of<float>(sign | wide << 23 | fraction << 13));
}

struct Dtype {
  std::string_view name;
  std::size_t bytes;
  real (*load)(const char* from);
};
constexpr std::array<Dtype, 4> kDtypes{{{"F32", 4, load<float>},
                                        {"F64", 8, load<double>},
                                        {"F16", 2, load_f16},
                                        {"BF16", 2, load_bf16}}};
constexpr const char* kOwnDtype = sizeof(real) == sizeof(float) ? "F32" : "F64";

const Dtype& dtype_of(const std::string& name, const std::string& tensor) {
  for (const Dtype& dtype : kDtypes)
    if (dtype.name == name) return dtype;
  refuse("dtype " + quoted(name) + " of tensor " + quoted(tensor) +
         " is not one that can be read (F32, F64, F16, BF16)");
}

// --- Reading ------------------------------------------------------------------------------------

struct Entry {
  std::string name;
  const Dtype* dtype = nullptr;
  std::vector<std::int64_t> sizes;
  std::uint64_t begin = 0, end = 0;
};

// Reads the header and nothing else: JSON of exactly the expected form, so that depth, kinds and
// numbers of values are bounded without being counted.
class HeaderReader {
 public:
  explicit HeaderReader(std::string_view text) : text_(text) {}

  void read(std::vector<Entry>& entries, Safetensors& file) {
    bool metadata = false;
    each_member("the header", [&](const std::string& name) {
      if (name == kMetadata) {
        if (metadata) refuse("the header has two entries __metadata__");
        metadata = true;
        read_metadata(file);
      } else {
        if (entries.size() == kMaxEntries) refuse("the header names more than 100000 tensors");
        entries.push_back(read_entry(name));
      }
    });
    skip_space();
    if (!text_.empty()) syntax("more text after its end");
  }

 private:
  // Calls member(name) for each member of an object; it must read the value.
  template <class Member>
  void each_member(const std::string& what, Member member) {
    expect('{', what);
    if (accept('}')) return;
    do {
      const std::string name = read_string("a name in " + what);
      expect(':', what);
      member(name);
    } while (accept(','));
    expect('}', what);
  }

  template <class Item>
  void each_item(const std::string& what, Item item) {
    expect('[', what);
    if (accept(']')) return;
    do item();
    while (accept(','));
    expect(']', what);
  }

  void read_metadata(Safetensors& file) {
    each_member(kMetadata, [&](const std::string& name) {
      if (file.metadata.size() == kMaxEntries) refuse("__metadata__ has more than 100000 texts");
      file.metadata.emplace_back(name, read_string("text " + quoted(name) + " of __metadata__"));
    });
  }

  Entry read_entry(const std::string& name) {
    Entry entry;
    entry.name = name;
    const std::string what = "tensor " + quoted(name);
    bool shape = false;
    std::vector<std::uint64_t> offsets;
    each_member(what, [&](const std::string& key) {
      if (key == "dtype" && !entry.dtype) {
        entry.dtype = &dtype_of(read_string("dtype of " + what), name);
      } else if (key == "shape" && !shape) {
        shape = true;
        each_item("shape of " + what, [&] {
          if (entry.sizes.size() == Shape::max_axes)
            refuse(what + " has more than " + std::to_string(Shape::max_axes) + " axes");
          entry.sizes.push_back(static_cast<std::int64_t>(read_number("shape of " + what)));
        });
      } else if (key == "data_offsets" && offsets.empty()) {
        each_item("data_offsets of " + what, [&] {
          if (offsets.size() == 2) refuse("data_offsets of " + what + " has more than two numbers");
          offsets.push_back(read_number("data_offsets of " + what));
        });
      } else {
        refuse(what + " has an unexpected or repeated member " + quoted(key));
      }
    });
    if (!entry.dtype || !shape || offsets.size() != 2)
      refuse(what + " needs dtype, shape and two data_offsets");
    entry.begin = offsets[0];
    entry.end = offsets[1];
    return entry;
  }

  std::uint64_t read_number(const std::string& what) {
    skip_space();
    std::uint64_t number = 0;
    std::size_t digits = 0;
    for (; digits < text_.size() && text_[digits] >= '0' && text_[digits] <= '9'; ++digits) {
      number = number * 10 + static_cast<std::uint64_t>(text_[digits] - '0');
      if (number > kMaxNumber) refuse(what + " has a number that is too large");
    }
    if (digits == 0) syntax(what + " needs a whole number that is not negative");
    if (digits > 1 && text_[0] == '0') syntax(what + " has a number with a leading 0");
    text_.remove_prefix(digits);
    return number;
  }

  std::string read_string(const std::string& what) {
    expect('"', what);
    std::string value;
    for (;;) {
      if (text_.empty()) syntax(what + " does not end");
      const char c = text_.front();
      if (c == '"') break;
      if (static_cast<unsigned char>(c) < 0x20) syntax(what + " has a control character");
      const std::size_t bytes = character_bytes(text_);
      if (bytes == 0) refuse("the header is not UTF-8");
      if (c == '\\') {
        read_escape(value, what);
      } else {
        value += text_.substr(0, bytes);
        text_.remove_prefix(bytes);
      }
    }
    text_.remove_prefix(1);
    return value;
  }

  void read_escape(std::string& value, const std::string& what) {
    constexpr std::string_view letters = "\"\\/bfnrt", meanings = "\"\\/\b\f\n\r\t";
    const char letter = text_.size() > 1 ? text_[1] : '\0';
    if (letter == 'u') {
      append_utf8(value, read_code(what));
      return;
    }
    const std::size_t which = letter == '\0' ? std::string_view::npos : letters.find(letter);
    if (which == std::string_view::npos) syntax(what + " has an unknown escape");
    value += meanings[which];
    text_.remove_prefix(2);
  }

  // A character written \uXXXX, or as a pair of surrogates.
  unsigned read_code(const std::string& what) {
    const unsigned high = read_unit(what);
    if (high < 0xd800 || high > 0xdfff) return high;
    const unsigned low = high < 0xdc00 && text_.starts_with("\\u") ? read_unit(what) : 0;
    if (low < 0xdc00 || low > 0xdfff) syntax(what + " has half a surrogate pair");
    return 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
  }

  unsigned read_unit(const std::string& what) {
    constexpr std::size_t length = 6;
    unsigned unit = 0;
    if (text_.size() < length) syntax(what + " does not end");
    for (const char c : text_.substr(2, length - 2)) {
      const bool digit = c >= '0' && c <= '9', small = c >= 'a' && c <= 'f';
      if (!digit && !small && !(c >= 'A' && c <= 'F')) syntax(what + " has an unknown escape");
      unit = unit * 16 + static_cast<unsigned>(digit ? c - '0' : c - (small ? 'a' : 'A') + 10);
    }
    text_.remove_prefix(length);
    return unit;
  }

  void skip_space() {
    const std::size_t space = text_.find_first_not_of(" \t\r\n");
    text_.remove_prefix(std::min(space, text_.size()));
  }
  bool accept(char c) {
    skip_space();
    if (!text_.starts_with(c)) return false;
    text_.remove_prefix(1);
    return true;
  }
  void expect(char c, const std::string& what) {
    if (!accept(c)) syntax(what + " needs " + c);
  }
  [[noreturn]] void syntax(const std::string& why) const {
    refuse("the header is not the JSON of this format: " + why);
  }

  std::string_view text_;
};

// Every byte of the data must belong to exactly one tensor.
void check_places(const std::vector<Entry>& entries, std::uint64_t data_bytes) {
  std::vector<const Entry*> order;
  order.reserve(entries.size());
  for (const Entry& entry : entries) order.push_back(&entry);
  // An empty tensor comes before the one that begins where it does.
  std::sort(order.begin(), order.end(), [](const Entry* a, const Entry* b) {
    return a->begin != b->begin ? a->begin < b->begin
           : a->end != b->end   ? a->end < b->end
                                : a->name < b->name;
  });
  std::uint64_t at = 0;
  for (const Entry* entry : order) {
    const std::string place = "the place " + std::to_string(entry->begin) + " to " +
                              std::to_string(entry->end) + " of tensor " + quoted(entry->name);
    if (entry->end < entry->begin || entry->end > data_bytes)
      refuse(place + " is not within the " + std::to_string(data_bytes) + " bytes of data");
    if (entry->begin != at)
      refuse(place + (entry->begin < at ? " overlaps" : " leaves a gap to") +
             " the one before, which ends at " + std::to_string(at));
    at = entry->end;
  }
  if (at != data_bytes)
    refuse("tensors end at byte " + std::to_string(at) + " of " + std::to_string(data_bytes) +
           " bytes of data");
}

void check_different(std::vector<std::string> names, const char* what) {
  std::sort(names.begin(), names.end());
  const auto twice = std::adjacent_find(names.begin(), names.end());
  if (twice != names.end()) refuse("two " + std::string(what) + " are called " + quoted(*twice));
}

template <class Items>
std::vector<std::string> names_of(const Items& items) {
  std::vector<std::string> names;
  for (const auto& [name, value] : items) names.push_back(name);
  return names;
}

Array read_array(const Entry& entry, std::string_view data) {
  const std::uint64_t bytes = entry.end - entry.begin;
  std::uint64_t expected = entry.dtype->bytes;
  bool overflow = false;
  for (const std::int64_t size : entry.sizes)
    overflow |= __builtin_mul_overflow(expected, static_cast<std::uint64_t>(size), &expected);
  const std::string what = "tensor " + quoted(entry.name);
  if (overflow || expected != bytes)
    refuse(what + " has a place of " + std::to_string(bytes) +
           " bytes, which does not fit its shape");
  Array array{Shape(std::span<const std::int64_t>(entry.sizes))};
  const char* from = data.data() + entry.begin;
  if (entry.dtype->name == kOwnDtype) {
    std::copy_n(from, bytes, reinterpret_cast<char*>(array.data()));
  } else {
    for (real& number : array.span()) {
      number = entry.dtype->load(from);
      from += entry.dtype->bytes;
    }
  }
  return array;
}

// --- Writing ------------------------------------------------------------------------------------

std::string json_string(std::string_view text) {
  if (!is_utf8(text)) refuse("the name or text " + quoted(text) + " is not UTF-8");
  constexpr std::string_view digits = "0123456789abcdef";
  std::string json = "\"";
  for (const char c : text) {
    const auto code = static_cast<unsigned char>(c);
    if (code < 0x20) {
      json += "\\u00";
      json += digits[code >> 4];
      json += digits[code & 15];
    } else {
      if (c == '"' || c == '\\') json += '\\';
      json += c;
    }
  }
  return json + '"';
}

std::string header_of(const Safetensors& file) {
  std::string header;
  if (!file.metadata.empty()) {
    std::string texts;
    for (const auto& [name, text] : file.metadata)
      texts += (texts.empty() ? "" : ",") + json_string(name) + ":" + json_string(text);
    header = json_string(kMetadata) + ":{" + texts + "}";
  }
  std::size_t at = 0;
  for (const auto& [name, array] : file.tensors) {
    if (!header.empty()) header += ',';
    header += json_string(name) + ":{\"dtype\":\"" + kOwnDtype + "\",\"shape\":[";
    for (int axis = 0; axis < array.shape().axes(); ++axis)
      header += (axis > 0 ? "," : "") + std::to_string(array.shape()[axis]);
    header += "],\"data_offsets\":[" + std::to_string(at) + ",";
    at += static_cast<std::size_t>(array.size()) * sizeof(real);
    header += std::to_string(at) + "]}";
  }
  header = "{" + header + "}";
  header.resize((header.size() + 7) / 8 * 8, ' ');
  return header;
}

}  // namespace

const Array* Safetensors::find(std::string_view name) const {
  for (const auto& [own, array] : tensors)
    if (own == name) return &array;
  return nullptr;
}

const std::string* Safetensors::find_text(std::string_view name) const {
  for (const auto& [own, text] : metadata)
    if (own == name) return &text;
  return nullptr;
}

const Array& Safetensors::tensor(std::string_view name) const {
  const Array* found = find(name);
  if (!found) refuse("there is no tensor " + quoted(name));
  return *found;
}

std::string write_safetensors(const Safetensors& file) {
  check_different(names_of(file.tensors), "tensors");
  check_different(names_of(file.metadata), "texts");
  if (file.find(kMetadata)) refuse("a tensor cannot be called \"__metadata__\"");
  const std::string header = header_of(file);
  const std::uint64_t length = header.size();
  std::string bytes(reinterpret_cast<const char*>(&length), kLengthBytes);
  bytes += header;
  for (const auto& [name, array] : file.tensors)
    bytes.append(reinterpret_cast<const char*>(array.data()),
                 static_cast<std::size_t>(array.size()) * sizeof(real));
  return bytes;
}

Safetensors read_safetensors(std::string_view bytes) {
  if (bytes.size() < kLengthBytes)
    refuse("the file has " + std::to_string(bytes.size()) + " bytes, fewer than a length");
  std::uint64_t length;
  std::memcpy(&length, bytes.data(), kLengthBytes);
  bytes.remove_prefix(kLengthBytes);
  if (length > kMaxHeader)
    refuse("a header of " + std::to_string(length) + " bytes is above the limit of 16 MiB");
  if (length > bytes.size())
    refuse("a header of " + std::to_string(length) + " bytes in a file that has " +
           std::to_string(bytes.size()) + " left");
  const std::string_view data = bytes.substr(static_cast<std::size_t>(length));
  if (!bytes.starts_with('{')) refuse("the header does not begin with {");

  Safetensors file;
  std::vector<Entry> entries;
  HeaderReader(bytes.substr(0, static_cast<std::size_t>(length))).read(entries, file);
  std::vector<std::string> names;
  for (const Entry& entry : entries) names.push_back(entry.name);
  check_different(std::move(names), "tensors");
  check_different(names_of(file.metadata), "texts");
  check_places(entries, data.size());
  for (const Entry& entry : entries) file.tensors.emplace_back(entry.name, read_array(entry, data));
  return file;
}

}  // namespace grad::io
