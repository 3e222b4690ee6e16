#pragma once

// Actions by name, as HTML forms send them.

#include <string_view>

#include "quiz/quiz.h"

namespace grad::quiz {

/// "choose" (`text` "0" takes a choice back), "enter" (`text` as typed, `option` the gap), "move"
/// (from place `option` to place `text`), "rate" (`text` "sure", "unsure" or ""), "check", "retry",
/// "reveal", "hint", "go", "missed" (asks those again), "reset"; anything else is ignored.
void act(Quiz& quiz, std::string_view action, int item, int option, std::string_view text);

}  // namespace grad::quiz
