#pragma once

// JSON as quizzes, saved answers and the command line need it: a strict reader for texts that may
// be hostile, and a writer. Small, because every page that shows a demo loads it.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace grad::quiz {

/// One JSON value. Only the members of its kind are meaningful.
struct Json {
  enum class Kind { null, boolean, number, string, array, object };
  Kind kind = Kind::null;
  bool boolean = false;
  double number = 0;
  std::string string;
  std::vector<Json> items;         ///< elements of an array, values of an object
  std::vector<std::string> names;  ///< object: names[k] belongs to items[k]; all different

  /// An object's member, or null where there is none.
  const Json* find(std::string_view name) const;
};

/// Reads exactly one JSON value (RFC 8259) from valid UTF-8. Throws Error with the middle of a
/// sentence, such as "not JSON: a comma or ] is missing (line 3, column 14)". Also refused: a name
/// that appears twice in an object, half a surrogate pair, a number beyond double, nesting deeper
/// than 32, more than 500,000 values, more than `max_bytes` bytes.
Json parse_json(std::string_view text, std::size_t max_bytes);

/// Writes JSON piece by piece; commas and escapes are its business, matching begin and end yours.
class JsonWriter {
 public:
  JsonWriter& begin_object() { return open('{'); }
  JsonWriter& end_object() { return close('}'); }
  JsonWriter& begin_array() { return open('['); }
  JsonWriter& end_array() { return close(']'); }
  JsonWriter& key(std::string_view name);
  JsonWriter& value(std::string_view text);  ///< must be UTF-8
  JsonWriter& value(const char* text) { return value(std::string_view(text)); }
  JsonWriter& value(double number);  ///< the shortest text that reads back equal; NaN, inf: null
  JsonWriter& value(int number) { return raw(std::to_string(number)); }
  JsonWriter& value(bool on) { return raw(on ? "true" : "false"); }
  JsonWriter& value(const Json& json);
  JsonWriter& raw(std::string_view json);  ///< a value that is JSON already
  template <class T>
  JsonWriter& member(std::string_view name, const T& content) {
    return key(name).value(content);
  }

  const std::string& text() const { return text_; }

 private:
  JsonWriter& open(char bracket);
  JsonWriter& close(char bracket);
  void separate();

  std::string text_;
  bool first_ = true;  // no comma before the next value
};

/// Whether the text is well-formed UTF-8 (no overlong forms, no surrogates).
bool valid_utf8(std::string_view text);
/// Number of code points of valid UTF-8.
std::size_t count_characters(std::string_view text);
/// The shortest of %.15g, %.16g and %.17g that reads back equal: "0.8", "1e-09".
std::string number_text(double number);

}  // namespace grad::quiz
