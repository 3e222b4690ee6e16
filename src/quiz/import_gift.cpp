// GIFT. Blocks of lines are separated by empty ones; a backslash takes the meaning of ~ = # { } :

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <utility>

#include "quiz/import.h"
#include "quiz/import_text.h"

namespace grad::quiz {
namespace {

using View = std::string_view;
constexpr std::size_t kNone = View::npos;

View trimmed(View text) {
  const std::size_t first = text.find_first_not_of(" \t\n\r");
  if (first == kNone) return {};
  return text.substr(first, text.find_last_not_of(" \t\n\r") - first + 1);
}

/// Whether there is a backslash with one of GIFT's signs at `at`.
bool is_escape(View text, std::size_t at) {
  return text[at] == '\\' && at + 1 < text.size() && View("\\~=#{}:n").find(text[at + 1]) != kNone;
}

/// The next of `signs` without a backslash before it.
std::size_t find_sign(View text, View signs, std::size_t from = 0) {
  for (std::size_t k = from; k < text.size(); k++) {
    if (is_escape(text, k))
      k++;
    else if (signs.find(text[k]) != kNone)
      return k;
  }
  return kNone;
}

std::size_t find_word(View text, View word) {
  for (std::size_t k = 0; k < text.size(); k++) {
    if (is_escape(text, k))
      k++;
    else if (text.substr(k).starts_with(word))
      return k;
  }
  return kNone;
}

std::string unescaped(View text) {
  std::string out;
  for (std::size_t k = 0; k < text.size(); k++) {
    if (is_escape(text, k)) {
      k++;
      out += text[k] == 'n' ? '\n' : text[k];
    } else {
      out += text[k];
    }
  }
  return out;
}

/// One answer: its mark, and what stands after it.
struct Answer {
  bool right = false;  ///< the mark is = rather than ~
  std::optional<double> weight;
  View text, feedback;
};

class Reader {
 public:
  Import read(View text) {
    if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
    for (std::size_t line = 1; !text.empty(); line++) {
      const std::size_t end = std::min(text.find('\n'), text.size() - 1);
      take_line(text.substr(0, end + 1), line);
      text.remove_prefix(end + 1);
    }
    finish_block();
    return importer_.finish();
  }

 private:
  void take_line(View line, std::size_t number) {
    const View words = trimmed(line);
    if (words.starts_with("//")) {
      comments_ += std::string(words) + "\n";
    } else if (words.empty() || words.starts_with("$CATEGORY:")) {
      finish_block();
    } else {
      if (block_.empty()) line_ = number;
      block_ += line;
    }
  }

  void finish_block() {
    if (block_.empty()) return;
    const std::string block = std::exchange(block_, {});
    lost_.clear();
    read_question(trimmed(block));
    comments_.clear();
  }

  void leave_out(const char* why) { importer_.remark(line_, std::string(why) + "; left out"); }
  void lose(const std::string& what) {
    if (lost_.find(what) != std::string::npos) return;
    if (!lost_.empty()) lost_ += ", ";
    lost_ += what;
  }

  /// Takes a format such as [html] from the front.
  static void take_format(View& text, View& format) {
    for (const View name : {"[html]", "[moodle]", "[plain]", "[markdown]"}) {
      if (!text.starts_with(name)) continue;
      format = name;
      text.remove_prefix(name.size());
    }
  }

  std::string text_of(View text) {
    View format = format_;
    text = trimmed(text);
    take_format(text, format);
    const std::string plain = unescaped(text);
    if (format == "[plain]" || format == "[markdown]") return text_of_plain(plain);
    return text_of_html(plain, lost_);
  }

  /// What stands between `open` and ] in comments, which each such word begins.
  template <class Take>
  void each_in_comments(View open, Take take) const {
    for (std::size_t at = comments_.find(open); at != kNone; at = comments_.find(open, at)) {
      at += open.size();
      const std::size_t end = comments_.find_first_of("]\n", at);
      if (end == kNone || comments_[end] != ']') return;
      take(View(comments_).substr(at, end - at));
    }
  }

  void read_question(View block) {
    Question question;
    question.level = 0;
    std::string title;
    if (block.starts_with("::")) {
      const std::size_t end = find_word(block.substr(2), "::");
      if (end == kNone) return leave_out("the title has no end");
      title = unescaped(block.substr(2, end));
      block = trimmed(block.substr(end + 4));
    }
    question.id = id_of_name(title);
    each_in_comments("[id:", [&](View id) { question.id = id_of_name(id); });
    each_in_comments("[tag:", [&](View tag) { Importer::add_tag(question, tag); });
    format_ = {};
    take_format(block, format_);

    const std::size_t open = find_sign(block, "{");
    if (open == kNone) return leave_out("a text without a question");
    const std::size_t close = find_sign(block, "}", open);
    if (close == kNone) return leave_out("the answers have no closing brace");
    View answers = trimmed(block.substr(open + 1, close - open - 1));
    const std::size_t general = find_word(answers, "####");
    if (general != kNone) {
      question.why = text_of(answers.substr(general + 4));
      answers = trimmed(answers.substr(0, general));
    }
    const std::string before = text_of(block.substr(0, open));
    const std::string after = text_of(block.substr(close + 1));
    question.prompt = after.empty() ? before : before + " ___ " + after;
    if (question.id.empty()) question.id = id_of_name(question.prompt);
    if (read_answers(question, answers)) importer_.add(std::move(question), line_, lost_);
  }

  /// False if the question cannot be held; the remark is then made.
  bool read_answers(Question& question, View answers) {
    if (answers.empty()) return leave_out("an essay question"), false;
    if (answers.starts_with('#')) return read_number(question, answers.substr(1));
    if (read_true_or_false(question, answers)) return true;
    const std::vector<Answer> list = split(answers);
    if (list.empty()) return leave_out("answers without ~ or ="), false;
    const auto all = [&](auto test) { return std::all_of(list.begin(), list.end(), test); };
    const auto is_pair = [](const Answer& each) {
      return each.right && find_word(each.text, "->") != kNone;
    };
    if (all(is_pair)) return read_pairs(question, list);
    if (all([](const Answer& each) { return each.right; })) return read_gap(question, list);
    return read_choice(question, list);
  }

  bool read_true_or_false(Question& question, View answers) {
    const std::size_t hash = find_sign(answers, "#");
    const View word = trimmed(answers.substr(0, hash));
    const bool is_true = word == "T" || word == "TRUE";
    if (!is_true && word != "F" && word != "FALSE") return false;
    std::string wrong, right;
    if (hash != kNone) {
      const View rest = answers.substr(hash + 1);
      const std::size_t second = find_sign(rest, "#");
      wrong = text_of(rest.substr(0, second));
      if (second != kNone) right = text_of(rest.substr(second + 1));
    }
    question.type = Type::single;
    for (const bool value : {true, false})
      question.options.push_back(
          {value ? "True" : "False", value == is_true, value == is_true ? right : wrong, ""});
    return true;
  }

  static std::vector<Answer> split(View answers) {
    std::vector<Answer> list;
    for (std::size_t at = find_sign(answers, "~="); at != kNone;) {
      const std::size_t next = find_sign(answers, "~=", at + 1);
      Answer answer;
      answer.right = answers[at] == '=';
      View text = trimmed(answers.substr(at + 1, next == kNone ? kNone : next - at - 1));
      take_weight(text, answer);
      const std::size_t hash = find_sign(text, "#");
      answer.text = trimmed(text.substr(0, hash));
      if (hash != kNone) answer.feedback = trimmed(text.substr(hash + 1));
      list.push_back(answer);
      at = next;
    }
    return list;
  }

  static void take_weight(View& text, Answer& answer) {
    const std::size_t end = text.starts_with('%') ? text.find('%', 1) : kNone;
    double weight = 0;
    if (end == kNone || !parse_number(text.substr(1, end - 1), weight)) return;
    answer.weight = weight;
    text = trimmed(text.substr(end + 1));
  }

  bool read_choice(Question& question, const std::vector<Answer>& list) {
    const auto marked = std::count_if(list.begin(), list.end(), [](const Answer& each) {
      return each.right || each.weight.value_or(0) >= 100;
    });
    question.type = marked > 0 ? Type::single : Type::multiple;
    for (const Answer& each : list) {
      const double weight = each.weight.value_or(each.right ? 100 : 0);
      const bool correct = marked > 0 ? weight >= 100 : weight > 0;
      if (marked > 0 && weight > 0 && !correct) lose("a part of the mark for an option");
      question.options.push_back({text_of(each.text), correct, text_of(each.feedback), ""});
    }
    return true;
  }

  bool read_pairs(Question& question, const std::vector<Answer>& list) {
    question.type = Type::match;
    for (const Answer& each : list) {
      const std::size_t arrow = find_word(each.text, "->");
      question.options.push_back({text_of(each.text.substr(arrow + 2)), false,
                                  text_of(each.feedback), text_of(each.text.substr(0, arrow))});
    }
    std::stable_partition(question.options.begin(), question.options.end(),
                          [](const Option& option) { return !option.left.empty(); });
    return true;
  }

  bool read_gap(Question& question, const std::vector<Answer>& list) {
    question.type = Type::fill;
    question.text = "___";
    Gap gap;
    for (const Answer& each : list) {
      const double weight = each.weight.value_or(100);
      // What is typed is compared as it stands: no markup.
      const std::string text = text_of_plain(unescaped(each.text));
      const std::string feedback = text_of(each.feedback);
      if (weight >= 100) {
        gap.accepted.push_back(text);
        explain_right(question, feedback);
      } else if (weight <= 0 && !feedback.empty()) {
        gap.feedback.push_back({text, feedback});
      } else {
        lose("an answer for a part of the mark");
      }
    }
    if (gap.accepted.empty()) return leave_out("no answer is right"), false;
    question.gaps.push_back(std::move(gap));
    return true;
  }

  /// Ours has no feedback to a right entry; it mostly says why.
  void explain_right(Question& question, const std::string& feedback) {
    if (feedback.empty() || feedback == question.why) return;
    if (question.why.empty())
      question.why = feedback;
    else
      lose("feedback to the right answer");
  }

  /// "0.5", "0.5:0.01" or "0.4..0.6".
  static bool read_range(View text, double& value, double& tolerance) {
    const std::size_t dots = text.find(".."), colon = text.find(':');
    tolerance = 0;
    if (dots != kNone) {
      double low = 0, high = 0;
      if (!parse_number(text.substr(0, dots), low) || !parse_number(text.substr(dots + 2), high))
        return false;
      value = (low + high) / 2;
      tolerance = (high - low) / 2;
      return tolerance >= 0;
    }
    if (!parse_number(text.substr(0, colon), value)) return false;
    return colon == kNone || (parse_number(text.substr(colon + 1), tolerance) && tolerance >= 0);
  }

  bool read_number(Question& question, View answers) {
    question.type = Type::numeric;
    std::vector<Answer> list = split(answers);
    if (list.empty()) {
      const std::size_t hash = find_sign(answers, "#");
      list.push_back({true,
                      {},
                      trimmed(answers.substr(0, hash)),
                      hash == kNone ? View() : trimmed(answers.substr(hash + 1))});
    }
    bool found = false;
    for (const Answer& each : list) {
      const double weight = each.weight.value_or(each.right ? 100 : 0);
      const std::string feedback = text_of(each.feedback);
      double value = 0, tolerance = 0;
      if (each.text.empty() && !each.right) {
        lose("feedback to any other number");
      } else if (!read_range(each.text, value, tolerance)) {
        return leave_out("an answer is no number"), false;
      } else if (weight >= 100 && !found) {
        found = true;
        question.value = value;
        question.tolerance = tolerance;
        explain_right(question, feedback);
      } else if (weight <= 0) {
        question.feedback.push_back({value, feedback});
      } else {
        lose("a further number that is right or in part");
      }
    }
    if (!found) leave_out("no number is right");
    return found;
  }

  Importer importer_;
  std::string block_, comments_, lost_;
  std::size_t line_ = 0;
  View format_;
};

}  // namespace

Import read_gift(std::string_view text) {
  check_import(text);
  return Reader().read(text);
}

}  // namespace grad::quiz
