#include "data/npy.h"

#include <algorithm>
#include <string>

#include "tensor/check.h"

namespace grad::data {

namespace {

constexpr std::string_view kMagic = "\x93NUMPY";

struct Header {
  std::string type;  // as '<f4'
  bool fortran_order = false;
  std::vector<std::uint64_t> sizes;
};

/// Reads the header, which is a dictionary as Python writes it:
/// {'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }
class HeaderReader {
 public:
  HeaderReader(std::string_view text, std::size_t start, std::string_view name)
      : text_(text), start_(start), name_(name) {}

  Header read() {
    Header header;
    int found = 0;
    expect('{');
    while (!take('}')) {
      const std::string key = quoted();
      expect(':');
      if (key == "descr") {
        header.type = quoted();
      } else if (key == "fortran_order") {
        header.fortran_order = truth();
      } else if (key == "shape") {
        header.sizes = sizes();
      } else {
        fail_here("an entry \"" + key + "\"");
      }
      ++found;
      if (!take(',')) {
        expect('}');
        break;
      }
    }
    if (found != 3 || header.type.empty())
      fail_here("a header without type, order and shape, once each");
    return header;
  }

 private:
  void skip_spaces() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n')) ++at_;
  }
  bool take(char c) {
    skip_spaces();
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  void expect(char c) {
    if (!take(c)) fail_here(std::string("no \"") + c + "\" where one is due");
  }
  std::string quoted() {
    expect('\'');
    const std::size_t end = text_.find('\'', at_);
    std::string word(text_.substr(at_, end == text_.npos ? 0 : end - at_));
    const auto is_plain = [](char c) { return c > ' ' && c <= '~'; };
    if (word.empty() || word.size() > 20 || !std::all_of(word.begin(), word.end(), is_plain))
      fail_here("no name or type of one word");
    at_ = end + 1;
    return word;
  }
  bool truth() {
    skip_spaces();
    for (const std::string_view word : {"True", "False"}) {
      if (!text_.substr(at_).starts_with(word)) continue;
      at_ += word.size();
      return word == "True";
    }
    fail_here("neither True nor False");
  }
  std::vector<std::uint64_t> sizes() {
    std::vector<std::uint64_t> sizes;
    expect('(');
    while (!take(')')) {
      sizes.push_back(number());
      if (take(',')) continue;
      expect(')');
      break;
    }
    return sizes;
  }
  std::uint64_t number() {
    skip_spaces();
    constexpr std::uint64_t most = std::uint64_t{1} << 48;
    std::uint64_t value = 0;
    const std::size_t first = at_;
    for (; at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9' && value < most; ++at_)
      value = 10 * value + static_cast<std::uint64_t>(text_[at_] - '0');
    if (at_ == first || value >= most) fail_here("no size of an axis");
    return value;
  }
  [[noreturn]] void fail_here(const std::string& what) const {
    fail(std::string(name_) + ": its header has " + what + " at byte " +
         std::to_string(start_ + at_) + ".");
  }

  std::string_view text_;
  std::size_t start_, at_ = 0;
  std::string_view name_;
};

NumberFormat format_of(const std::string& type, std::string_view name) {
  NumberFormat format{'?', 0, false};
  if (type.size() == 3 && std::string_view("<>|=").find(type[0]) != std::string_view::npos)
    format = {type[1], type[2] - '0', type[0] == '>'};
  check(format.known(), [&] {
    return std::string(name) + ": numbers of type " + type +
           " cannot be read; save them as float32 or whole numbers.";
  });
  return format;
}

// The numbers of an array whose first axis runs fastest, in an order in which its last one does.
Array from_fortran_order(const Array& stored, const Shape& shape) {
  Array values(shape);
  std::vector<std::int64_t> place(static_cast<std::size_t>(shape.axes()), 0);
  std::vector<std::int64_t> stride(place.size(), 1);
  for (int axis = 1; axis < shape.axes(); ++axis) stride[axis] = stride[axis - 1] * shape[axis - 1];
  std::int64_t from = 0;
  for (real& value : values.span()) {
    value = stored[from];
    for (int axis = shape.axes() - 1; axis >= 0; --axis) {
      from += stride[axis];
      if (++place[axis] < shape[axis]) break;
      from -= stride[axis] * shape[axis];
      place[axis] = 0;
    }
  }
  return values;
}

}  // namespace

bool is_npy(ByteView file) {
  return file.size() >= kMagic.size() &&
         std::equal(kMagic.begin(), kMagic.end(), file.begin(),
                    [](char a, std::uint8_t b) { return static_cast<std::uint8_t>(a) == b; });
}

FileArray parse_npy(ByteView file, std::string_view name) {
  check(is_npy(file), [&] {
    return std::string(name) + ": not an .npy file: it begins with " +
           (file.empty() ? "nothing" : hex_text(file, 6)) + ", not 93 4e 55 4d 50 59.";
  });
  const int version = file.size() > 6 ? file[6] : 0;
  check(version >= 1 && version <= 3, [&] {
    return std::string(name) + ": version " + std::to_string(version) +
           " of the .npy format is not known.";
  });
  const std::size_t length_bytes = version == 1 ? 2 : 4, start = 8 + length_bytes;
  std::size_t length = 0;
  for (std::size_t i = 0; i < length_bytes && 8 + i < file.size(); ++i)
    length |= static_cast<std::size_t>(file[8 + i]) << (8 * i);
  check(file.size() >= start && file.size() - start >= length, [&] {
    return std::string(name) + ": it ends at byte " + std::to_string(file.size()) +
           ", within its header.";
  });
  const std::string_view text(reinterpret_cast<const char*>(file.data()) + start, length);
  const Header header = HeaderReader(text, start, name).read();
  const NumberFormat format = format_of(header.type, name);
  Array values = read_numbers(file, start + length, format, header.sizes, name);
  if (header.fortran_order) values = from_fortran_order(values, values.shape());
  return {values, format.kind == 'u' && format.width == 1};
}

}  // namespace grad::data
