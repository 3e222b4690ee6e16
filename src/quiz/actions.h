#pragma once

// Actions by name, as HTML forms send them.

#include <string_view>

#include "quiz/quiz.h"

namespace grad::quiz {

enum class Action {
  none,
  go,
  choose,
  enter,
  move,
  rate,
  check,
  retry,
  reveal,
  hint,
  missed,
  reset
};

/// "go", "choose" …; none for any other name.
Action action_of(std::string_view name);

/// choose: `text` "0" takes a choice back; enter: `text` as typed, `option` the gap; move: from
/// place `option` to place `text`; rate: `text` "sure", "unsure" or ""; missed: asks those again.
/// What does not fit is ignored.
void act(Quiz& quiz, Action action, int item, int option, std::string_view text);

}  // namespace grad::quiz
