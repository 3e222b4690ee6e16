// Moodle XML, read with pugixml, which resolves no entities of a document's own and fetches
// nothing.

#include <algorithm>
#include <cstdint>
#include <utility>

#include <pugixml.hpp>

#include "quiz/import.h"
#include "quiz/import_text.h"
#include "tensor/check.h"

namespace grad::quiz {
namespace {

using pugi::xml_node;

/// All text directly in an element.
std::string content(const xml_node& node) {
  std::string text;
  for (const xml_node& child : node.children())
    if (child.type() == pugi::node_pcdata || child.type() == pugi::node_cdata)
      text += child.value();
  return text;
}

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  Import read() {
    pugi::xml_document document;
    const pugi::xml_parse_result result =
        document.load_buffer(text_.data(), text_.size(), pugi::parse_default, pugi::encoding_utf8);
    check(static_cast<bool>(result), [&] {
      return std::string("The file is not well-formed XML: ") + result.description() + " (line " +
             std::to_string(line_at(result.offset)) + ").";
    });
    const xml_node root = document.document_element();
    check(std::string_view(root.name()) == "quiz", [&] {
      return "The file is XML, but not a Moodle question bank: it begins with <" +
             std::string(root.name()).substr(0, 40) + "> rather than <quiz>.";
    });
    for (const xml_node& node : root.children("question")) read_question(node);
    return importer_.finish();
  }

 private:
  /// Of offsets that do not fall, so that long files are counted through once.
  std::size_t line_at(std::ptrdiff_t offset) {
    const auto end = std::clamp<std::ptrdiff_t>(offset, counted_, std::ssize(text_));
    line_ +=
        static_cast<std::size_t>(std::count(text_.begin() + counted_, text_.begin() + end, '\n'));
    counted_ = end;
    return line_;
  }

  void lose(const std::string& what) {
    if (lost_.find(what) != std::string::npos) return;
    if (!lost_.empty()) lost_ += ", ";
    lost_ += what;
  }

  /// The text in an element such as <questiontext format="html"><text>.
  std::string text_of(const xml_node& node) {
    if (node.child("file")) lose("a file");
    const std::string text = content(node.child("text"));
    const std::string_view format = node.attribute("format").value();
    if (format == "plain_text" || format == "markdown") return text_of_plain(text);
    return text_of_html(text, lost_);
  }
  static double fraction(const xml_node& answer) {
    return answer.attribute("fraction").as_double();
  }

  void read_question(const xml_node& node) {
    const std::string type = std::string(node.attribute("type").value()).substr(0, 40);
    if (type == "category") return;
    lost_.clear();
    const std::size_t line = line_at(node.offset_debug());
    const std::string name = content(node.child("name").child("text"));
    Question question;
    question.level = 0;
    question.id = id_of_name(content(node.child("idnumber")));
    if (question.id.empty()) question.id = id_of_name(name);
    question.prompt = text_of(node.child("questiontext"));
    question.why = text_of(node.child("generalfeedback"));
    question.hint = text_of(node.child("hint"));
    if (node.child("hint").next_sibling("hint")) lose("further hints");
    for (const xml_node& tag : node.child("tags").children("tag"))
      Importer::add_tag(question, content(tag.child("text")));

    const char* problem = "";
    if (type == "multichoice" || type == "truefalse")
      read_choice(question, node, type == "truefalse");
    else if (type == "numerical")
      problem = read_number(question, node);
    else if (type == "shortanswer")
      problem = read_gap(question, node);
    else if (type == "matching")
      read_pairs(question, node);
    else if (type == "ordering")
      read_order(question, node);
    else
      problem = "there is nothing like this type";
    if (*problem == '\0') return importer_.add(std::move(question), line, lost_);
    importer_.remark(
        line, "question \"" + name.substr(0, 80) + "\" (" + type + "): " + problem + "; left out");
  }

  void read_choice(Question& question, const xml_node& node, bool is_truth) {
    const std::string several = content(node.child("single"));
    const bool single = is_truth || several != "false";
    question.type = single ? Type::single : Type::multiple;
    for (const xml_node& answer : node.children("answer")) {
      const double part = fraction(answer);
      const bool correct = single ? part >= 100 : part > 0;
      if (single && part > 0 && !correct) lose("a part of the mark for an option");
      std::string text = text_of(answer);
      if (is_truth) text = text == "true" ? "True" : "False";
      question.options.push_back({text, correct, text_of(answer.child("feedback")), ""});
    }
  }

  /// Ours has no feedback to a right entry; it mostly says why.
  void explain_right(Question& question, const std::string& feedback) {
    if (feedback.empty() || feedback == question.why) return;
    if (question.why.empty())
      question.why = feedback;
    else
      lose("feedback to the right answer");
  }

  const char* read_number(Question& question, const xml_node& node) {
    question.type = Type::numeric;
    bool found = false;
    for (const xml_node& answer : node.children("answer")) {
      const std::string text = text_of_plain(content(answer.child("text")));
      const std::string feedback = text_of(answer.child("feedback"));
      double value = 0, tolerance = 0;
      if (text == "*") {
        lose("feedback to any other number");
      } else if (!parse_number(text, value)) {
        return "an answer is no number";
      } else if (fraction(answer) >= 100 && !found) {
        parse_number(content(answer.child("tolerance")), tolerance);
        found = true;
        question.value = value;
        question.tolerance = std::max(0.0, tolerance);
        explain_right(question, feedback);
      } else if (fraction(answer) <= 0) {
        question.feedback.push_back({value, feedback});
      } else {
        lose("a further number that is right or in part");
      }
    }
    const xml_node unit = node.child("units").child("unit");
    question.unit = text_of_plain(content(unit.child("unit_name")));
    if (unit.next_sibling("unit")) lose("further units");
    return found ? "" : "no number is right";
  }

  const char* read_gap(Question& question, const xml_node& node) {
    question.type = Type::fill;
    question.text = "___";
    Gap gap;
    for (const xml_node& answer : node.children("answer")) {
      const std::string text = text_of_plain(content(answer.child("text")));
      const std::string feedback = text_of(answer.child("feedback"));
      if (text.find('*') != std::string::npos) {
        lose("an answer with a placeholder *");
      } else if (fraction(answer) >= 100) {
        gap.accepted.push_back(text);
        explain_right(question, feedback);
      } else if (fraction(answer) <= 0 && !feedback.empty()) {
        gap.feedback.push_back({text, feedback});
      } else {
        lose("an answer for a part of the mark");
      }
    }
    if (gap.accepted.empty()) return "no answer is right";
    question.gaps.push_back(std::move(gap));
    return "";
  }

  void read_pairs(Question& question, const xml_node& node) {
    question.type = Type::match;
    for (const xml_node& pair : node.children("subquestion"))
      question.options.push_back({text_of(pair.child("answer")), false, "", text_of(pair)});
    std::stable_partition(question.options.begin(), question.options.end(),
                          [](const Option& option) { return !option.left.empty(); });
  }

  void read_order(Question& question, const xml_node& node) {
    question.type = Type::order;
    for (const xml_node& answer : node.children("answer"))
      question.options.push_back({text_of(answer), false, "", ""});
  }

  std::string_view text_;
  std::ptrdiff_t counted_ = 0;
  std::size_t line_ = 1;
  Importer importer_;
  std::string lost_;
};

}  // namespace

Import read_moodle_xml(std::string_view text) {
  check_import(text);
  return Reader(text).read();
}

}  // namespace grad::quiz
