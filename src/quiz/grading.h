#pragma once

// What an answer is worth and what to say about it. Internal to the quiz room.

#include <string>

#include "quiz/quiz.h"

namespace grad::quiz {

/// Why the item's answer cannot be graded yet, as a sentence for the learner; "" if it can.
std::string obstacle(const Item& item);
/// Whether a gradable answer is right.
bool is_right(const Item& item);
/// The right answer in words, for a question that was given up.
std::string answer_text(const Question& question);
/// See Quiz::message.
std::string message_for(const Item& item);

}  // namespace grad::quiz
