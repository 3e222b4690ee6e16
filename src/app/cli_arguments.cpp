#include "app/cli_arguments.h"

#include <algorithm>
#include <cstdio>

namespace grad::app {

namespace {

bool is_option(std::string_view text) { return text.starts_with("--"); }

}  // namespace

std::string quoted(std::string_view text) { return "\"" + std::string(text) + "\""; }

void print(const std::string& text) { std::fputs(text.c_str(), stdout); }

std::string padded(std::string text, std::size_t width) {
  text.resize(std::max(width, text.size()), ' ');
  return text;
}

bool Arguments::has_word() const { return !words_.empty() && !is_option(words_.front()); }

std::string_view Arguments::take_word(const char* what) {
  if (!has_word()) throw UsageError(std::string(what) + " is missing.");
  return take(words_.begin());
}

bool Arguments::has(std::string_view option) const {
  return std::find(words_.begin(), words_.end(), option) != words_.end();
}

bool Arguments::take_flag(std::string_view option) {
  const auto found = std::find(words_.begin(), words_.end(), option);
  if (found == words_.end()) return false;
  take(found);
  return true;
}

std::vector<std::string_view> Arguments::take_values(std::string_view option) {
  std::vector<std::string_view> values;
  auto at = std::find(words_.begin(), words_.end(), option);
  for (; at != words_.end(); at = std::find(words_.begin(), words_.end(), option)) {
    const auto end = std::find_if(at + 1, words_.end(), is_option);
    if (end == at + 1) throw UsageError(std::string(option) + " needs a value.");
    values.insert(values.end(), at + 1, end);
    words_.erase(at, end);
  }
  return values;
}

std::string_view Arguments::take_value(std::string_view option) {
  const std::vector<std::string_view> values = take_values(option);
  if (values.size() > 1) throw UsageError(std::string(option) + " takes one value.");
  return values.empty() ? "" : values[0];
}

std::uint64_t Arguments::take_count(std::string_view option, std::uint64_t max,
                                    std::uint64_t otherwise) {
  if (!has(option)) return otherwise;
  const std::string_view text = take_value(option);
  std::uint64_t count = 0;
  bool valid = !text.empty();
  for (const char c : text) {
    const auto digit = static_cast<std::uint64_t>(c - '0');
    valid = valid && c >= '0' && c <= '9' && count <= (max - digit) / 10;
    if (valid) count = count * 10 + digit;
  }
  if (!valid)
    throw UsageError(std::string(option) + " must be a whole number from 0 to " +
                     std::to_string(max) + ".");
  return count;
}

void Arguments::expect_none_left() const {
  if (!words_.empty())
    throw UsageError((is_option(words_[0]) ? "There is no option " : "Not understood: ") +
                     quoted(words_[0]) + ".");
}

std::string_view Arguments::take(std::vector<std::string_view>::iterator at) {
  const std::string_view word = *at;
  words_.erase(at);
  return word;
}

std::string read_file(const std::string& path) {
  constexpr std::size_t enough = 17'000'000;
  std::FILE* file = std::fopen(path.c_str(), "rb");
  check(file != nullptr, "It cannot be opened.");
  std::string text;
  char piece[65536];
  std::size_t size = 0;
  while (text.size() < enough && (size = std::fread(piece, 1, sizeof piece, file)) > 0)
    text.append(piece, size);
  const bool failed = std::ferror(file) != 0;
  std::fclose(file);
  check(!failed, "It cannot be read.");
  return text;
}

}  // namespace grad::app
