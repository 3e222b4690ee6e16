#include "quiz/import_text.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#include "quiz/json.h"
#include "tensor/check.h"

namespace grad::quiz {
namespace {

constexpr std::size_t kMaxBytes = 8'000'000;
constexpr std::size_t kMaxQuestions = 10'000;
constexpr std::size_t kMaxIdLength = 56;  // a bank allows 64; a number may follow
constexpr std::size_t kMaxEntity = 10;

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

void append_utf8(std::string& out, std::uint32_t code) {
  const auto put = [&](std::uint32_t byte) { out += static_cast<char>(byte); };
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xc0 | code >> 6);
    put(0x80 | (code & 63));
  } else if (code < 0x10000) {
    put(0xe0 | code >> 12);
    put(0x80 | (code >> 6 & 63));
    put(0x80 | (code & 63));
  } else {
    put(0xf0 | code >> 18);
    put(0x80 | (code >> 12 & 63));
    put(0x80 | (code >> 6 & 63));
    put(0x80 | (code & 63));
  }
}

/// Reads "#123;" or "#x1f;" without the ampersand; 0 if it is none, or no character of a text.
std::uint32_t numeric_entity(std::string_view name) {
  const bool hex = name.size() > 1 && lower(name[1]) == 'x';
  std::uint32_t code = 0;
  if (name.size() < (hex ? 3u : 2u)) return 0;
  for (const char c : name.substr(hex ? 2 : 1)) {
    const char digit = lower(c);
    const bool letter = hex && digit >= 'a' && digit <= 'f';
    if (!is_digit(c) && !letter) return 0;
    const int value = letter ? digit - 'a' + 10 : c - '0';
    code = code * (hex ? 16 : 10) + static_cast<std::uint32_t>(value);
    if (code > 0x10ffff) return 0;
  }
  const bool surrogate = code >= 0xd800 && code < 0xe000;
  return surrogate || (code < 0x20 && code != '\n' && code != '\t') ? 0 : code;
}

/// Appends what the entity at `at` stands for and returns the place after it, or appends the
/// ampersand alone.
std::size_t append_entity(std::string& out, std::string_view html, std::size_t at) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 16> named = {{
      {"amp", "&"},
      {"lt", "<"},
      {"gt", ">"},
      {"quot", "\""},
      {"apos", "'"},
      {"nbsp", " "},
      {"ndash", "–"},
      {"mdash", "—"},
      {"hellip", "…"},
      {"lsquo", "‘"},
      {"rsquo", "’"},
      {"ldquo", "“"},
      {"rdquo", "”"},
      {"times", "×"},
      {"minus", "−"},
      {"deg", "°"},
  }};
  const std::size_t end = html.substr(at, kMaxEntity).find(';');
  if (end != std::string_view::npos) {
    const std::string_view name = html.substr(at + 1, end - 1);
    for (const auto& [known, text] : named) {
      if (name != known) continue;
      out += text;
      return at + end + 1;
    }
    const std::uint32_t code = name.starts_with('#') ? numeric_entity(name) : 0;
    if (code != 0) {
      append_utf8(out, code);
      return at + end + 1;
    }
  }
  out += '&';
  return at + 1;
}

void append_word(std::string& list, std::string_view word) {
  if (list.find(word) != std::string::npos) return;
  if (!list.empty()) list += ", ";
  list += word;
}

/// One line break, and none at the front.
void break_line(std::string& out) {
  while (!out.empty() && out.back() == ' ') out.pop_back();
  if (!out.empty() && out.back() != '\n') out += '\n';
}

/// Where the tag that closes `name` begins, in letters of either case, or the end.
std::size_t find_closing(std::string_view html, std::size_t from, std::string_view name) {
  for (std::size_t at = html.find("</", from); at != std::string_view::npos;
       at = html.find("</", at + 2)) {
    const std::string_view here = html.substr(at + 2, name.size());
    if (std::equal(here.begin(), here.end(), name.begin(), name.end(),
                   [](char a, char b) { return lower(a) == b; }))
      return at;
  }
  return html.size();
}

/// Takes in the tag at `at` and returns the place after it. `pre`: whether spaces count.
std::size_t take_tag(std::string& out, std::string_view html, std::size_t at, bool& pre,
                     std::string& lost) {
  if (html.substr(at).starts_with("<!--")) {
    const std::size_t end = html.find("-->", at);
    return end == std::string_view::npos ? html.size() : end + 3;
  }
  std::size_t begin = at + 1;
  if (begin < html.size() && html[begin] == '/') begin++;
  std::string name;
  for (std::size_t k = begin; k < html.size() && (is_letter(html[k]) || is_digit(html[k])); k++)
    name += lower(html[k]);
  const std::size_t end = html.find('>', at);
  const std::size_t after = end == std::string_view::npos ? html.size() : end + 1;
  if (name == "script" || name == "style") {
    append_word(lost, name == "script" ? "a script" : "a style sheet");
    return html[at + 1] == '/' ? after : find_closing(html, after, name);
  }
  if (name == "br" && pre) {
    out += '\n';
    return after;
  }
  if (name == "pre") pre = html[at + 1] != '/';
  constexpr std::array<std::string_view, 10> breaking = {"br", "p",  "div", "li", "tr",
                                                         "h1", "h2", "h3",  "h4", "pre"};
  if (std::find(breaking.begin(), breaking.end(), name) != breaking.end()) break_line(out);
  if (name == "img") append_word(lost, "a picture");
  if (name == "audio" || name == "video" || name == "iframe") append_word(lost, "a recording");
  if (name == "table") append_word(lost, "the form of a table");
  return after;
}

}  // namespace

std::string text_of_plain(std::string_view text) {
  text = trimmed(text);
  std::string out;
  for (std::size_t k = 0; k < text.size(); k++) {
    const char c = text[k], next = k + 1 < text.size() ? text[k + 1] : ' ';
    const bool bracket = next == '(' || next == ')' || next == '[' || next == ']';
    if ((c == '\\' && bracket) || (c == '$' && next == '$')) {
      out += '$';
      k++;
    } else if (c == '\\' && next == '\\') {
      out += "\\\\";  // a new line in a formula; what follows it is no bracket of ours
      k++;
    } else if (static_cast<unsigned char>(c) >= 0x20 || c == '\n' || c == '\t') {
      out += c;  // control characters have no place in a question
    }
  }
  return out;
}

std::string text_of_html(std::string_view html, std::string& lost) {
  std::string out;
  bool pre = false;
  for (std::size_t at = 0; at < html.size();) {
    const char c = html[at];
    const char next = at + 1 < html.size() ? html[at + 1] : ' ';
    if (c == '<' && (is_letter(next) || next == '/' || next == '!')) {
      at = take_tag(out, html, at, pre, lost);
    } else if (c == '&') {
      at = append_entity(out, html, at);
    } else {
      if (pre || !is_space(c))
        out += c;
      else if (!out.empty() && !is_space(out.back()))
        out += ' ';
      at++;
    }
  }
  return text_of_plain(out);
}

std::string id_of_name(std::string_view name) {
  std::string id;
  for (const char c : name) {
    if (is_letter(c) || is_digit(c))
      id += lower(c);
    else if (!id.empty() && id.back() != '-')
      id += '-';
    if (id.size() == kMaxIdLength) break;
  }
  while (!id.empty() && id.back() == '-') id.pop_back();
  return id;
}

void check_import(std::string_view text) {
  check(text.size() <= kMaxBytes, "The file has more than 8 MB.");
  check(valid_utf8(text), "The file is not UTF-8.");
}

void Importer::remark(std::size_t line, std::string sentence) {
  import_.remarks.push_back({line, std::move(sentence)});
}

void Importer::add_tag(Question& question, std::string_view tag) {
  if (tag.size() == 7 && tag.starts_with("level ") && tag[6] >= '1' && tag[6] <= '4') {
    question.level = tag[6] - '0';
    return;
  }
  const std::string topic = id_of_name(tag);
  const auto& topics = question.topics;
  if (!topic.empty() && std::find(topics.begin(), topics.end(), topic) == topics.end())
    question.topics.push_back(topic);
}

void Importer::add(Question question, std::size_t line, std::string_view lost) {
  check(import_.questions.size() < kMaxQuestions, "The file has more than 10,000 questions.");
  if (question.id.empty()) question.id = "imported";
  const std::string wanted = question.id;
  for (int& count = counts_[wanted]; !ids_.insert(question.id).second;)
    question.id = wanted + "-" + std::to_string(++count + 1);
  if (!lost.empty()) remark(line, question.id + ": left out: " + std::string(lost));
  import_.questions.push_back(std::move(question));
}

Import Importer::finish() {
  std::stable_sort(import_.remarks.begin(), import_.remarks.end(),
                   [](const Remark& a, const Remark& b) { return a.line < b.line; });
  return std::move(import_);
}

}  // namespace grad::quiz
