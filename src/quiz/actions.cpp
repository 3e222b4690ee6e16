#include "quiz/actions.h"

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

}  // namespace

void act(Quiz& quiz, std::string_view action, int item, int option, std::string_view text) {
  if (action == "choose") quiz.choose(item, option, text != "0");
  if (action == "enter") quiz.enter(item, text, option);
  if (action == "move") move(quiz, item, option, text);
  if (action == "rate") quiz.rate(item, confidence_of(text));
  if (action == "check") quiz.check(item);
  if (action == "retry") quiz.retry(item);
  if (action == "reveal") quiz.reveal(item);
  if (action == "hint") quiz.show_hint(item);
  if (action == "go") quiz.go(item);
  if (action == "missed") quiz.repeat_missed();
  if (action == "reset") quiz.reset();
}

}  // namespace grad::quiz
