#include "quiz/grading.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "quiz/json.h"

namespace grad::quiz {
namespace {

/// The entered number; a unit typed after it is taken as read.
bool entered_number(const Item& item, double& value) {
  std::string_view text = item.entered;
  while (text.ends_with(' ')) text.remove_suffix(1);
  const std::string& unit = item.question->unit;
  if (!unit.empty() && text.ends_with(unit)) text.remove_suffix(unit.size());
  return parse_number(text, value);
}

bool within_tolerance(double entered, double value, double tolerance) {
  const double rounding = 1e-12 * (std::fabs(value) + tolerance);
  return std::fabs(entered - value) <= tolerance + rounding;
}

/// The wrong number that the author foresaw and that is nearest, or null.
const NumberFeedback* foreseen(const Question& question, double entered) {
  const NumberFeedback* nearest = nullptr;
  for (const NumberFeedback& feedback : question.feedback) {
    if (!within_tolerance(entered, feedback.value, question.tolerance)) continue;
    if (nearest != nullptr &&
        std::fabs(entered - nearest->value) <= std::fabs(entered - feedback.value))
      continue;
    nearest = &feedback;
  }
  return nearest;
}

int count_chosen(const Item& item) {
  return static_cast<int>(std::count(item.chosen.begin(), item.chosen.end(), true));
}

int count_chosen_right(const Item& item) {
  int count = 0;
  for (std::size_t k = 0; k < item.chosen.size(); k++)
    count += item.chosen[k] && item.question->options[k].correct;
  return count;
}

const std::string& chosen_feedback(const Item& item) {
  const auto chosen = std::find(item.chosen.begin(), item.chosen.end(), true);
  return item.question->options[static_cast<std::size_t>(chosen - item.chosen.begin())].feedback;
}

std::string about_wrong_choices(const Item& item) {
  const int chosen = count_chosen(item), right = count_chosen_right(item);
  if (right == chosen)
    return chosen == 1 ? "Your choice is right, but it is not all."
                       : "Your choices are right, but they are not all.";
  if (chosen == 1) return "Your choice is not right.";
  return std::to_string(right) + " of your " + std::to_string(chosen) + " choices " +
         (right == 1 ? "is" : "are") + " right.";
}

std::string fixed_text(double number, int decimals) {
  char text[400];
  std::snprintf(text, sizeof text, "%.*f", decimals, number);
  return text;
}

/// What was predicted and what came of it.
std::string outcome(const Item& item) {
  const Question& question = *item.question;
  const int decimals = question.run.decimals;
  const std::string unit = question.unit.empty() ? "" : " " + question.unit;
  double entered = 0;
  entered_number(item, entered);
  std::string said = fixed_text(entered, decimals);
  double shown = 0;
  if (parse_number(said, shown) && shown != entered) said = number_text(entered);
  return (item.phase == Phase::right ? "Well guessed: you said " : "You said ") + said + unit +
         "; the run gave " + answer_text(question) + ", " +
         fixed_text(std::fabs(entered - question.value), decimals) + unit + " away.";
}

std::string about_wrong_number(const Item& item) {
  double entered = 0;
  entered_number(item, entered);
  if (const NumberFeedback* feedback = foreseen(*item.question, entered)) return feedback->text;
  const bool unused_hint = !item.question->hint.empty() && !item.hint_shown;
  return number_text(entered) + " is not the answer." + (unused_hint ? " The hint may help." : "");
}

}  // namespace

std::string obstacle(const Item& item) {
  double value = 0;
  switch (item.question->type) {
    case Type::single:
      return count_chosen(item) == 1 ? "" : "Choose an option first.";
    case Type::multiple:
      return count_chosen(item) > 0 ? "" : "Choose at least one option first.";
    case Type::numeric:
    case Type::predict:
      break;
  }
  if (item.entered.find_first_not_of(' ') == std::string::npos)
    return item.question->type == Type::predict ? "Make a guess first." : "Enter a number first.";
  if (entered_number(item, value)) return "";
  return "“" + item.entered +
         "” cannot be read as one number; write it like 1250, 0.8, 1e-3 or 2/3.";
}

bool is_right(const Item& item) {
  const Question& question = *item.question;
  if (takes_number(question.type)) {
    double entered = 0;
    return entered_number(item, entered) &&
           within_tolerance(entered, question.value, question.tolerance);
  }
  for (std::size_t k = 0; k < item.chosen.size(); k++)
    if (item.chosen[k] != question.options[k].correct) return false;
  return true;
}

std::string answer_text(const Question& question) {
  if (takes_number(question.type)) {
    const std::string unit = question.unit.empty() ? "" : " " + question.unit;
    return (question.type == Type::predict ? fixed_text(question.value, question.run.decimals)
                                           : number_text(question.value)) +
           unit;
  }
  std::string text;
  for (const Option& option : question.options) {
    if (!option.correct) continue;
    if (!text.empty()) text += ", ";
    text += "“" + option.text + "”";
  }
  return text;
}

std::string message_for(const Item& item) {
  const Question& question = *item.question;
  if (question.type == Type::predict && is_final(item.phase)) return outcome(item);
  switch (item.phase) {
    case Phase::open:
      return item.problem;
    case Phase::right:
      return question.type == Type::single ? "Right. " + chosen_feedback(item) : "Right.";
    case Phase::revealed:
      return "The answer is " + answer_text(question) + ".";
    case Phase::wrong:
      break;
  }
  switch (question.type) {
    case Type::single:
      return "Not yet. " + chosen_feedback(item);
    case Type::multiple:
      return "Not yet. " + about_wrong_choices(item);
    case Type::numeric:
      return "Not yet. " + about_wrong_number(item);
    case Type::predict:
      break;
  }
  return "";
}

}  // namespace grad::quiz
