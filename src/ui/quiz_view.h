#pragma once

#include "quiz/quiz.h"
#include "ui/ui.h"

namespace grad::ui {

/// What the learner asks for that the quiz cannot do alone.
struct QuizRequest {
  enum class Kind {
    none,
    run,   ///< to see the run of a prediction or task
    check  ///< to have the run that they made for a task graded
  } kind = Kind::none;
  int item = 0;
};

/// Draws the quiz' current question with its controls, feedback and progress, and carries out what
/// the learner does. Node ids: "q.<question id>.option.<index>" (order, match: with ".up",
/// ".down"), "q.<id>.entry", "q.<id>.gap.<place>", "q.<id>.sure.0" and ".1", "q.<id>.check",
/// ".retry",
/// ".reveal", ".hint", ".run", "quiz.previous", "quiz.next", "quiz.go.<place>", "quiz.missed",
/// "quiz.reset", "q.<id>.status".
QuizRequest draw_quiz(Ui& ui, quiz::Quiz& quiz);

}  // namespace grad::ui
