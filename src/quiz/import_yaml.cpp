// quiz.yml from imported questions. Texts are JSON strings, which YAML reads as they are.

#include "quiz/import.h"
#include "quiz/json.h"

namespace grad::quiz {
namespace {

constexpr const char* kMissing = "  # to be written";

class Yaml {
 public:
  void line(int depth, const std::string& text) {
    text_ += std::string(static_cast<std::size_t>(2 * depth), ' ') + text + "\n";
  }
  static std::string quoted(const std::string& text) { return JsonWriter().value(text).text(); }
  /// An empty text is one that the source does not have.
  void text(int depth, const std::string& name, const std::string& text) {
    line(depth, name + ": " + quoted(text) + (text.empty() ? kMissing : ""));
  }
  const std::string& all() const { return text_; }

 private:
  std::string text_;
};

void write_options(Yaml& out, const Question& question) {
  out.line(2, "options:");
  for (const Option& option : question.options) {
    const bool has_left = !option.left.empty();
    if (has_left) out.line(3, "- left: " + Yaml::quoted(option.left));
    out.line(3, (has_left ? "  text: " : "- text: ") + Yaml::quoted(option.text));
    if (option.correct) out.line(4, "correct: true");
    out.text(4, "feedback", option.feedback);
  }
}

void write_number(Yaml& out, const Question& question) {
  out.line(2, "answer: { value: " + number_text(question.value) +
                  ", tolerance: " + number_text(question.tolerance) +
                  (question.unit.empty() ? "" : ", unit: " + Yaml::quoted(question.unit)) + " }");
  if (question.feedback.empty()) {
    out.line(2, std::string("feedback: {}") + kMissing);
    return;
  }
  out.line(2, "feedback:");
  for (const NumberFeedback& wrong : question.feedback)
    out.text(3, Yaml::quoted(number_text(wrong.value)), wrong.text);
}

void write_gaps(Yaml& out, const Question& question) {
  out.line(2, "text: " + Yaml::quoted(question.text));
  out.line(2, "gaps:");
  for (const Gap& gap : question.gaps) {
    JsonWriter accepted;
    accepted.begin_array();
    for (const std::string& text : gap.accepted) accepted.value(text);
    out.line(3, "- accept: " + accepted.end_array().text());
    if (gap.feedback.empty()) continue;
    out.line(4, "feedback:");
    for (const TextFeedback& wrong : gap.feedback)
      out.text(5, Yaml::quoted(wrong.wrong), wrong.text);
  }
}

void write_question(Yaml& out, const Question& question) {
  out.line(1, "- id: " + Yaml::quoted(question.id));
  const bool has_level = question.level != 0;
  out.line(2, "level: " + std::to_string(question.level) + (has_level ? "" : kMissing));
  std::string topics;
  for (const std::string& topic : question.topics)
    topics += (topics.empty() ? "" : ", ") + Yaml::quoted(topic);
  out.line(2, "topics: [" + topics + "]" + (topics.empty() ? kMissing : ""));
  out.line(2, std::string("type: ") + name_of(question.type));
  out.text(2, "prompt", question.prompt);
  if (takes_choice(question.type) || takes_order(question.type)) write_options(out, question);
  if (takes_number(question.type)) write_number(out, question);
  if (takes_text(question.type)) write_gaps(out, question);
  out.text(2, "hint", question.hint);
  out.text(2, "why", question.why);
  out.text(2, "anchor", question.anchor);
}

}  // namespace

std::string quiz_yaml(const Import& import) {
  Yaml out;
  out.line(0, "# yaml-language-server: $schema=../../web/quiz.schema.json");
  out.line(0, std::string("quick_check: []") + kMissing);
  out.line(0, "questions:");
  for (const Question& question : import.questions) write_question(out, question);
  return out.all();
}

}  // namespace grad::quiz
