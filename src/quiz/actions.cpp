#include "quiz/actions.h"

#include <algorithm>
#include <iterator>

namespace grad::quiz {
namespace {

constexpr double kMaxPlace = 100;

void move(Quiz& quiz, int item, int from, std::string_view to) {
  double place = 0;
  if (parse_number(to, place) && place >= 0 && place < kMaxPlace)
    quiz.move(item, from, static_cast<int>(place));
}

Confidence confidence_of(std::string_view name) {
  for (const Confidence confidence : {Confidence::sure, Confidence::unsure})
    if (name == name_of(confidence)) return confidence;
  return Confidence::none;
}

/// In the order of Action.
constexpr std::string_view kNames[] = {"",      "go",    "choose", "enter", "move",   "rate",
                                       "check", "retry", "reveal", "hint",  "missed", "reset"};

}  // namespace

Action action_of(std::string_view name) {
  const auto* found = std::find(std::begin(kNames), std::end(kNames), name);
  return found == std::end(kNames) ? Action::none : static_cast<Action>(found - kNames);
}

void act(Quiz& quiz, Action action, int item, int option, std::string_view text) {
  switch (action) {
    case Action::none:
      return;
    case Action::go:
      return quiz.go(item);
    case Action::choose:
      return quiz.choose(item, option, text != "0");
    case Action::enter:
      return quiz.enter(item, text, option);
    case Action::move:
      return move(quiz, item, option, text);
    case Action::rate:
      return quiz.rate(item, confidence_of(text));
    case Action::check:
      return quiz.check(item);
    case Action::retry:
      return quiz.retry(item);
    case Action::reveal:
      return quiz.reveal(item);
    case Action::hint:
      return quiz.show_hint(item);
    case Action::missed:
      return quiz.repeat_missed();
    case Action::reset:
      return quiz.reset();
  }
}

}  // namespace grad::quiz
