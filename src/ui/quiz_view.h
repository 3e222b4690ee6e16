#pragma once

#include "quiz/quiz.h"
#include "ui/ui.h"

namespace grad::ui {

/// Draws the quiz' current question with its controls, feedback and progress, and carries out what
/// the learner does. Node ids: "q.<question id>.option.<index>", "q.<id>.entry", "q.<id>.check",
/// ".retry", ".reveal", ".hint", ".run", "quiz.previous", "quiz.next", "quiz.go.<place>",
/// "q.<id>.status". The prediction whose run the learner now asks to see, or null.
const quiz::Question* draw_quiz(Ui& ui, quiz::Quiz& quiz);

}  // namespace grad::ui
