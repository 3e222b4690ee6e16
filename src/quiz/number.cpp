#include <cmath>
#include <cstdlib>
#include <string>

#include "quiz/quiz.h"

namespace grad::quiz {
namespace {

constexpr std::size_t kMaxLength = 64;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// The same text in ASCII: every sort of space as ' ', the minus sign and the dash that phones type
/// for it as '-'. Other characters become '?', which no number holds.
std::string to_ascii(std::string_view text) {
  struct Spelling {
    std::string_view bytes;
    char ascii;
  };
  constexpr Spelling spellings[] = {{"\u2212", '-'},  // minus sign
                                    {"\u2013", '-'},  // en dash
                                    {"\u00a0", ' '}, {"\u2009", ' '}, {"\u202f", ' '}, {"\t", ' '}};
  std::string ascii;
  while (!text.empty()) {
    char c = static_cast<unsigned char>(text[0]) < 0x80 ? text[0] : '?';
    std::size_t length = 1;
    for (const Spelling& spelling : spellings) {
      if (!text.starts_with(spelling.bytes)) continue;
      c = spelling.ascii;
      length = spelling.bytes.size();
    }
    ascii += c;
    text.remove_prefix(length);
  }
  return ascii;
}

void skip_spaces(std::string_view& text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
}

std::string take_digits(std::string_view& text) {
  std::size_t count = 0;
  while (count < text.size() && is_digit(text[count])) count++;
  std::string digits(text.substr(0, count));
  text.remove_prefix(count);
  return digits;
}

/// "1,250" means 1250 to some and 1.25 to others.
bool is_ambiguous(const std::string& whole, const std::string& decimals) {
  return decimals.size() == 3 && !whole.empty() && whole.size() <= 3 && whole[0] != '0';
}

/// Takes an unsigned decimal number from the front of `text`.
bool take_unsigned(std::string_view& text, double& value) {
  const std::string whole = take_digits(text);
  std::string decimals;
  if (text.starts_with('.') || text.starts_with(',')) {
    const bool comma = text[0] == ',';
    text.remove_prefix(1);
    decimals = take_digits(text);
    if (comma && is_ambiguous(whole, decimals)) return false;
  }
  if (whole.empty() && decimals.empty()) return false;
  std::string number = "0" + whole + "." + decimals;
  if (text.starts_with('e') || text.starts_with('E')) {
    text.remove_prefix(1);
    number += 'e';
    if (text.starts_with('-') || text.starts_with('+')) {
      number += text[0];
      text.remove_prefix(1);
    }
    const std::string exponent = take_digits(text);
    if (exponent.empty()) return false;
    number += exponent;
  }
  value = std::strtod(number.c_str(), nullptr);
  return std::isfinite(value);
}

}  // namespace

bool parse_number(std::string_view text, double& value) {
  if (text.size() > kMaxLength) return false;
  const std::string ascii = to_ascii(text);
  std::string_view rest = ascii;
  skip_spaces(rest);
  const bool negative = rest.starts_with('-');
  if (negative || rest.starts_with('+')) rest.remove_prefix(1);
  skip_spaces(rest);
  double number = 0, below = 1;
  if (!take_unsigned(rest, number)) return false;
  skip_spaces(rest);
  if (rest.starts_with('/')) {
    rest.remove_prefix(1);
    skip_spaces(rest);
    if (!take_unsigned(rest, below)) return false;
    skip_spaces(rest);
  } else if (rest.starts_with('%')) {
    rest.remove_prefix(1);
    skip_spaces(rest);
    below = 100;
  }
  number /= below;
  if (!rest.empty() || !std::isfinite(number)) return false;
  value = negative ? -number : number;
  return true;
}

}  // namespace grad::quiz
