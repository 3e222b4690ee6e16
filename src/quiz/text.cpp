// Typed texts in the form in which they are compared.

#include <limits>

#include "quiz/grading.h"

namespace grad::quiz {
namespace {

struct Spelling {
  std::string_view bytes, plain;
};
constexpr Spelling kSpaces[] = {{"\t", " "}, {"\u00a0", " "}, {"\u2009", " "}, {"\u202f", " "}};
constexpr Spelling kDashesAndQuotes[] = {{"\u2010", "-"}, {"\u2011", "-"}, {"\u2013", "-"},
                                         {"\u2212", "-"}, {"\u2019", "'"}, {"\u2018", "'"}};

template <std::size_t n>
bool replace_front(std::string_view& text, std::string& out, const Spelling (&spellings)[n]) {
  for (const Spelling& spelling : spellings) {
    if (!text.starts_with(spelling.bytes)) continue;
    out += spelling.plain;
    text.remove_prefix(spelling.bytes.size());
    return true;
  }
  return false;
}

/// Without spaces at the ends and with one where several were.
std::string squeezed(std::string_view text) {
  std::string out;
  for (const char c : text)
    if (c != ' ' || (!out.empty() && out.back() != ' ')) out += c;
  while (out.ends_with(' ')) out.pop_back();
  return out;
}

}  // namespace

std::string output_form(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    if (replace_front(text, out, kSpaces)) continue;
    out += text[0];
    text.remove_prefix(1);
  }
  return squeezed(out);
}

std::string plain_form(std::string_view text) {
  const std::string spaced = output_form(text);
  std::string out;
  for (std::string_view rest = spaced; !rest.empty();) {
    if (replace_front(rest, out, kDashesAndQuotes)) continue;
    const char c = rest[0];
    out += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    rest.remove_prefix(1);
  }
  if (out.ends_with('.')) out.pop_back();
  return squeezed(out);
}

std::vector<std::string> lines_of(std::string_view text, std::size_t count) {
  std::vector<std::string> lines;
  while (true) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines.emplace_back(text.substr(0, end));
    if (end == text.size()) break;
    text.remove_prefix(end + 1);
  }
  if (lines.size() < count) lines.resize(count);
  return lines;
}

std::vector<double> run_values(const Question& question, std::string_view report) {
  std::vector<double> values;
  for (const Condition& condition : question.conditions) {
    double value = std::numeric_limits<double>::quiet_NaN();
    for (std::string_view rest = report; !rest.empty();) {
      const std::size_t end = std::min(rest.find(','), rest.size());
      const std::string_view pair = rest.substr(0, end);
      if (pair.size() > condition.name.size() && pair.starts_with(condition.name) &&
          pair[condition.name.size()] == ':')
        parse_number(pair.substr(condition.name.size() + 1), value);
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    values.push_back(value);
  }
  return values;
}

}  // namespace grad::quiz
