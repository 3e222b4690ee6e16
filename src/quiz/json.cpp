#include "quiz/json.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "tensor/check.h"

namespace grad::quiz {
namespace {

constexpr int kMaxDepth = 32;
constexpr int kMaxValues = 500'000;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Length of the well-formed UTF-8 sequence at the start of `text` (Unicode 15, table 3-7), or 0.
std::size_t utf8_length(std::string_view text) {
  const auto byte = [&](std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u;
  };
  const auto follows = [&](std::size_t i) { return (byte(i) & 0xC0u) == 0x80u; };
  const unsigned first = byte(0), second = byte(1);
  if (text.empty()) return 0;
  if (first < 0x80) return 1;
  if (first < 0xC2) return 0;
  if (first < 0xE0) return follows(1) ? 2 : 0;
  if (first < 0xF0) {
    const bool overlong = first == 0xE0 && second < 0xA0;
    const bool surrogate = first == 0xED && second > 0x9F;
    return follows(1) && follows(2) && !overlong && !surrogate ? 3 : 0;
  }
  const bool in_range = (first > 0xF0 || second >= 0x90) && (first < 0xF4 || second <= 0x8F);
  return first <= 0xF4 && in_range && follows(1) && follows(2) && follows(3) ? 4 : 0;
}

void append_utf8(std::string& out, std::uint32_t code) {
  const auto byte = [&](std::uint32_t bits) { out += static_cast<char>(bits); };
  if (code < 0x80) {
    byte(code);
  } else if (code < 0x800) {
    byte(0xC0 | code >> 6);
    byte(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    byte(0xE0 | code >> 12);
    byte(0x80 | (code >> 6 & 0x3F));
    byte(0x80 | (code & 0x3F));
  } else {
    byte(0xF0 | code >> 18);
    byte(0x80 | (code >> 12 & 0x3F));
    byte(0x80 | (code >> 6 & 0x3F));
    byte(0x80 | (code & 0x3F));
  }
}

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  Json whole() {
    Json json = value(0);
    space();
    expect(at_ == text_.size(), "there is something after the end");
    return json;
  }

 private:
  void expect(bool ok, std::string_view problem) const {
    check(ok, [&] {
      const std::string_view before = text_.substr(0, at_);
      const std::size_t line = before.find_last_of('\n');
      const std::size_t start = line == std::string_view::npos ? 0 : line + 1;
      return "not JSON: " + std::string(problem) + " (line " +
             std::to_string(1 + std::count(before.begin(), before.end(), '\n')) + ", column " +
             std::to_string(1 + at_ - start) + ")";
    });
  }
  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  bool take(std::string_view token) {
    if (!text_.substr(at_).starts_with(token)) return false;
    at_ += token.size();
    return true;
  }
  void space() {
    while (peek() == ' ' || peek() == '\n' || peek() == '\t' || peek() == '\r') at_++;
  }

  Json value(int depth) {
    expect(depth <= kMaxDepth, "nested too deeply");
    expect(++values_ <= kMaxValues, "too many values");
    space();
    Json json;
    if (take("{")) {
      object(json, depth);
    } else if (take("[")) {
      array(json, depth);
    } else if (take("\"")) {
      json.kind = Json::Kind::string;
      json.string = string();
    } else if (peek() == '-' || is_digit(peek())) {
      json.kind = Json::Kind::number;
      json.number = number();
    } else if (take("true") || take("false")) {
      json.kind = Json::Kind::boolean;
      json.boolean = text_[at_ - 2] == 'u';
    } else {
      expect(take("null"), "a value is missing");
    }
    return json;
  }

  void array(Json& json, int depth) {
    json.kind = Json::Kind::array;
    space();
    if (take("]")) return;
    do {
      json.items.push_back(value(depth + 1));
      space();
    } while (take(","));
    expect(take("]"), "a comma or ] is missing");
  }

  void object(Json& json, int depth) {
    json.kind = Json::Kind::object;
    space();
    if (take("}")) return;
    do {
      space();
      expect(take("\""), "a name in quotes is missing");
      json.names.push_back(string());
      space();
      expect(take(":"), "a colon is missing");
      json.items.push_back(value(depth + 1));
      space();
    } while (take(","));
    expect(take("}"), "a comma or } is missing");
    std::vector<std::string_view> sorted(json.names.begin(), json.names.end());
    std::sort(sorted.begin(), sorted.end());
    const auto twice = std::adjacent_find(sorted.begin(), sorted.end());
    if (twice != sorted.end()) expect(false, "the name \"" + std::string(*twice) + "\" is twice");
  }

  std::string string() {
    std::string out;
    while (!take("\"")) {
      expect(at_ < text_.size(), "a text has no closing quote");
      expect(static_cast<unsigned char>(peek()) >= 0x20, "a control character in a text");
      if (take("\\")) {
        escape(out);
        continue;
      }
      const std::size_t length = utf8_length(text_.substr(at_));
      expect(length > 0, "a text is not UTF-8");
      out += text_.substr(at_, length);
      at_ += length;
    }
    return out;
  }

  void escape(std::string& out) {
    constexpr std::string_view letters = "\"\\/bfnrt", meanings = "\"\\/\b\f\n\r\t";
    if (take("u")) {
      std::uint32_t code = hex();
      if (code >= 0xD800 && code < 0xDC00) {
        const std::uint32_t low = take("\\u") ? hex() : 0;
        expect(low >= 0xDC00 && low < 0xE000, "half a surrogate pair");
        code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
      }
      expect(code < 0xDC00 || code > 0xDFFF, "half a surrogate pair");
      append_utf8(out, code);
      return;
    }
    const std::size_t which = at_ < text_.size() ? letters.find(peek()) : std::string_view::npos;
    expect(which != std::string_view::npos, "an unknown escape in a text");
    out += meanings[which];
    at_++;
  }

  std::uint32_t hex() {
    std::uint32_t code = 0;
    for (int i = 0; i < 4; i++, at_++) {
      const char c = peek();
      const bool letter = (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
      expect(is_digit(c) || letter, "\\u needs four hexadecimal digits");
      code = code << 4 | static_cast<std::uint32_t>(letter ? (c | 0x20) - 'a' + 10 : c - '0');
    }
    return code;
  }

  void digits() {
    expect(is_digit(peek()), "a digit is missing");
    while (is_digit(peek())) at_++;
  }

  double number() {
    const std::size_t start = at_;
    take("-");
    if (!take("0")) digits();
    if (take(".")) digits();
    if (take("e") || take("E")) {
      if (!take("+")) take("-");
      digits();
    }
    const double number =
        std::strtod(std::string(text_.substr(start, at_ - start)).c_str(), nullptr);
    expect(std::isfinite(number), "a number is too large");
    return number;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  int values_ = 0;
};

}  // namespace

const Json* Json::find(std::string_view name) const {
  const auto found = std::find(names.begin(), names.end(), name);
  return found == names.end() ? nullptr : &items[static_cast<std::size_t>(found - names.begin())];
}

Json parse_json(std::string_view text, std::size_t max_bytes) {
  check(text.size() <= max_bytes, [&] {
    return "larger than " + std::to_string(max_bytes / 1'000'000) + " MB (" +
           std::to_string(text.size()) + " bytes)";
  });
  return Reader(text).whole();
}

bool valid_utf8(std::string_view text) {
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

std::size_t count_characters(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned>(c) & 0xC0u) != 0x80u;
  }));
}

std::string number_text(double number) {
  char text[32];
  for (int digits = 15; digits <= 17; digits++) {
    std::snprintf(text, sizeof text, "%.*g", digits, number);
    if (std::strtod(text, nullptr) == number) break;
  }
  return text;
}

void JsonWriter::separate() {
  if (!first_) text_ += ',';
  first_ = false;
}

JsonWriter& JsonWriter::open(char bracket) {
  separate();
  text_ += bracket;
  first_ = true;
  return *this;
}

JsonWriter& JsonWriter::close(char bracket) {
  text_ += bracket;
  first_ = false;
  return *this;
}

JsonWriter& JsonWriter::key(std::string_view name) {
  value(name);
  text_ += ':';
  first_ = true;
  return *this;
}

JsonWriter& JsonWriter::value(std::string_view text) {
  separate();
  text_ += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      text_ += '\\';
      text_ += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      char escaped[8];
      std::snprintf(escaped, sizeof escaped, "\\u%04x", static_cast<unsigned>(c));
      text_ += escaped;
    } else {
      text_ += c;
    }
  }
  text_ += '"';
  return *this;
}

JsonWriter& JsonWriter::value(double number) {
  return raw(std::isfinite(number) ? number_text(number) : "null");
}

JsonWriter& JsonWriter::value(const Json& json) {
  switch (json.kind) {
    case Json::Kind::null:
      return raw("null");
    case Json::Kind::boolean:
      return value(json.boolean);
    case Json::Kind::number:
      return value(json.number);
    case Json::Kind::string:
      return value(std::string_view(json.string));
    case Json::Kind::array:
      begin_array();
      for (const Json& item : json.items) value(item);
      return end_array();
    case Json::Kind::object:
      begin_object();
      for (std::size_t k = 0; k < json.items.size(); k++) key(json.names[k]).value(json.items[k]);
      return end_object();
  }
  return *this;
}

JsonWriter& JsonWriter::raw(std::string_view json) {
  separate();
  text_ += json;
  return *this;
}

}  // namespace grad::quiz
