#pragma once

// What the commands of the program share: taking words and options off a command line.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tensor/check.h"

namespace grad::app {

/// What the user asked for makes no sense.
struct UsageError : Error {
  using Error::Error;
};

std::string quoted(std::string_view text);
/// Writes to stdout.
void print(const std::string& text);
/// With spaces at its end, so that it is at least so wide.
std::string padded(std::string text, std::size_t width);

/// A file's content; of one larger than any bank only the beginning, which readers then refuse.
/// Throws Error with a sentence.
std::string read_file(const std::string& path);

/// The words after the command; options are taken out by name, and what is left at the end is an
/// error. All functions throw UsageError.
class Arguments {
 public:
  explicit Arguments(std::span<const std::string_view> words)
      : words_(words.begin(), words.end()) {}

  bool empty() const { return words_.empty(); }
  bool has_word() const;
  /// The next word that is not an option.
  std::string_view take_word(const char* what);
  bool has(std::string_view option) const;
  bool take_flag(std::string_view option);
  /// All words after each `option` up to the next option; at least one.
  std::vector<std::string_view> take_values(std::string_view option);
  /// The one word after `option`; "" if the option is not given.
  std::string_view take_value(std::string_view option);
  /// A whole number, or `otherwise` if the option is not given.
  std::uint64_t take_count(std::string_view option, std::uint64_t max, std::uint64_t otherwise);
  void expect_none_left() const;

 private:
  std::string_view take(std::vector<std::string_view>::iterator at);

  std::vector<std::string_view> words_;
};

}  // namespace grad::app
