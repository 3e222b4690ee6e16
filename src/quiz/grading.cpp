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

/// How many options stand where they belong; of a match only pairs count.
int count_placed_right(const Item& item) {
  int count = 0;
  for (int k = 0; k < count_places(*item.question); k++)
    count += item.placed[static_cast<std::size_t>(k)] == k;
  return count;
}

/// Whether the text is one of those accepted for the gap.
bool accepts(const Question& question, const Gap& gap, const std::string& text) {
  const auto form = question.type == Type::output ? output_form : plain_form;
  const std::string typed = form(text);
  return std::any_of(gap.accepted.begin(), gap.accepted.end(), [&](const std::string& accepted) {
    if (form(accepted) == typed) return true;
    // In a gap 0.5 is as good as 1/2; what a program prints is what it prints.
    double number = 0, value = 0;
    return question.type == Type::fill && parse_number(typed, number) &&
           parse_number(accepted, value) && within_tolerance(number, value, 0);
  });
}

std::string about_wrong_text(const Item& item) {
  const Question& question = *item.question;
  const auto form = question.type == Type::output ? output_form : plain_form;
  const std::vector<std::string> lines = lines_of(item.entered, question.gaps.size());
  for (std::size_t k = 0; k < question.gaps.size(); k++) {
    const Gap& gap = question.gaps[k];
    if (accepts(question, gap, lines[k])) continue;
    for (const TextFeedback& feedback : gap.feedback)
      if (form(feedback.wrong) == form(lines[k])) return feedback.text;
    return "“" + lines[k] + "” is not " +
           (question.type == Type::output ? "what it prints." : "what belongs there.");
  }
  return "";
}

bool holds(const Condition& condition, double value) {
  switch (condition.compare) {
    case Condition::Compare::below:
      return value < condition.value;
    case Condition::Compare::at_most:
      return value <= condition.value;
    case Condition::Compare::at_least:
      return value >= condition.value;
    case Condition::Compare::above:
      return value > condition.value;
    case Condition::Compare::equals:
      break;
  }
  return value == condition.value;
}

/// "0.04318" rather than all digits of it.
std::string short_text(double number) {
  char text[40];
  std::snprintf(text, sizeof text, "%.4g", number);
  return text;
}

/// A choice by its name: "“ReLU”".
std::string value_text(const Condition& condition, double value) {
  const bool named = value >= 0 && value < static_cast<double>(condition.choices.size());
  if (!named) return short_text(value);
  return "“" + condition.choices[static_cast<std::size_t>(value)] + "”";
}

std::string goal_text(const Condition& condition) {
  constexpr const char* words[] = {"below ", "at most ", "at least ", "above ", "exactly "};
  if (!condition.choices.empty()) return value_text(condition, condition.value);
  return words[static_cast<int>(condition.compare)] + number_text(condition.value);
}

/// Quotes the learner's own run.
std::string about_run(const Item& item) {
  const std::vector<double> values = run_values(*item.question, item.entered);
  std::string text;
  for (std::size_t k = 0; k < values.size(); k++) {
    const Condition& condition = item.question->conditions[k];
    if (holds(condition, values[k])) continue;
    text += (text.empty() ? "In your run, “" : "; “") + condition.label + "” is " +
            value_text(condition, values[k]) + ", and must be " + goal_text(condition);
  }
  return text + ".";
}

/// What the run to be graded has come to; "" before one is taken.
std::string about_taken_run(const Item& item) {
  if (item.entered.empty()) return "";
  const std::vector<double> values = run_values(*item.question, item.entered);
  std::string text;
  for (std::size_t k = 0; k < values.size(); k++) {
    const Condition& condition = item.question->conditions[k];
    text += (text.empty() ? "Your run: “" : "; “") + condition.label + "” is " +
            (std::isnan(values[k]) ? "not known yet" : value_text(condition, values[k]));
  }
  return text + ".";
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

std::string unused_hint(const Item& item) {
  return item.question->hint.empty() || item.hint_shown ? "" : " The hint may help.";
}

std::string about_wrong_number(const Item& item) {
  double entered = 0;
  entered_number(item, entered);
  if (const NumberFeedback* feedback = foreseen(*item.question, entered)) return feedback->text;
  return number_text(entered) + " is not the answer." + unused_hint(item);
}

std::string about_wrong_places(const Item& item) {
  const int right = count_placed_right(item), all = count_places(*item.question);
  const bool match = item.question->type == Type::match;
  return std::to_string(right) + " of " + std::to_string(all) +
         (match        ? right == 1 ? " pairs is right." : " pairs are right."
          : right == 1 ? " stands in its place."
                       : " stand in their places.") +
         unused_hint(item);
}

/// Why a number cannot be graded yet.
std::string number_obstacle(const Item& item) {
  if (item.entered.find_first_not_of(' ') == std::string::npos)
    return item.question->type == Type::predict ? "Make a guess first." : "Enter a number first.";
  double value = 0;
  if (entered_number(item, value)) return "";
  return "“" + item.entered +
         "” cannot be read as one number; write it like 1250, 0.8, 1e-3 or 2/3.";
}

std::string text_obstacle(const Item& item) {
  for (const std::string& line : lines_of(item.entered, item.question->gaps.size()))
    if (output_form(line).empty())
      return item.question->type == Type::output ? "Enter what it prints first."
             : item.question->gaps.size() == 1   ? "Fill the gap first."
                                                 : "Fill every gap first.";
  return "";
}

std::string run_obstacle(const Item& item) {
  const std::vector<double> values = run_values(*item.question, item.entered);
  for (std::size_t k = 0; k < values.size(); k++)
    if (std::isnan(values[k]))
      return item.entered.empty()
                 ? "Run the demo first; what it has come to is then checked."
                 : "Your run has no “" + item.question->conditions[k].label + "” yet.";
  return "";
}

}  // namespace

int count_places(const Question& question) {
  if (question.type != Type::match) return static_cast<int>(question.options.size());
  return static_cast<int>(std::count_if(question.options.begin(), question.options.end(),
                                        [](const Option& option) { return !option.left.empty(); }));
}

std::string obstacle(const Item& item) {
  switch (item.question->type) {
    case Type::single:
      return count_chosen(item) == 1 ? "" : "Choose an option first.";
    case Type::multiple:
      return count_chosen(item) > 0 ? "" : "Choose at least one option first.";
    case Type::order:
      return item.placed == item.order ? "Put them in order first." : "";
    case Type::match:
      return item.placed == item.order ? "Bring the pairs together first." : "";
    case Type::fill:
    case Type::output:
      return text_obstacle(item);
    case Type::task:
      return run_obstacle(item);
    case Type::numeric:
    case Type::predict:
      break;
  }
  return number_obstacle(item);
}

bool is_right(const Item& item) {
  const Question& question = *item.question;
  if (takes_number(question.type)) {
    double entered = 0;
    return entered_number(item, entered) &&
           within_tolerance(entered, question.value, question.tolerance);
  }
  if (takes_order(question.type)) return count_placed_right(item) == count_places(question);
  if (takes_text(question.type)) {
    const std::vector<std::string> lines = lines_of(item.entered, question.gaps.size());
    for (std::size_t k = 0; k < question.gaps.size(); k++)
      if (!accepts(question, question.gaps[k], lines[k])) return false;
    return true;
  }
  if (question.type == Type::task) {
    const std::vector<double> values = run_values(question, item.entered);
    for (std::size_t k = 0; k < values.size(); k++)
      if (!holds(question.conditions[k], values[k])) return false;
    return true;
  }
  for (std::size_t k = 0; k < item.chosen.size(); k++)
    if (item.chosen[k] != question.options[k].correct) return false;
  return true;
}

std::string conditions_text(const Question& question) {
  std::string text;
  for (const Condition& condition : question.conditions)
    text += (text.empty() ? "“" : "; “") + condition.label +
            (condition.choices.empty() ? "” " : "” set to ") + goal_text(condition);
  return text;
}

std::string answer_text(const Question& question) {
  if (takes_number(question.type)) {
    const std::string unit = question.unit.empty() ? "" : " " + question.unit;
    return (question.type == Type::predict ? fixed_text(question.value, question.run.decimals)
                                           : number_text(question.value)) +
           unit;
  }
  if (question.type == Type::task) return "a run with " + conditions_text(question);
  std::string text;
  const auto add = [&](const std::string& left, const std::string& right) {
    if (!text.empty()) text += ", ";
    text += (left.empty() ? "“" : "“" + left + "” – “") + right + "”";
  };
  for (const Gap& gap : question.gaps) add("", gap.accepted.front());
  for (const Option& option : question.options)
    if (option.correct || question.type == Type::order || !option.left.empty())
      add(option.left, option.text);
  return text;
}

std::string message_for(const Item& item) {
  const Question& question = *item.question;
  if (question.type == Type::predict && is_final(item.phase)) return outcome(item);
  switch (item.phase) {
    case Phase::open:
      return item.problem.empty() && question.type == Type::task ? about_taken_run(item)
                                                                 : item.problem;
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
    case Type::order:
    case Type::match:
      return "Not yet. " + about_wrong_places(item);
    case Type::fill:
    case Type::output:
      return "Not yet. " + about_wrong_text(item);
    case Type::task:
      return "Not yet. " + about_run(item);
    case Type::predict:
      break;
  }
  return "";
}

}  // namespace grad::quiz
