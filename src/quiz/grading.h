#pragma once

// What an answer is worth and what to say about it. Internal to the quiz room.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "quiz/quiz.h"

namespace grad::quiz {

/// The longest text that is accepted, or taken in, for a gap or a program's output.
constexpr std::size_t kMaxText = 200;
/// And for a number, and for what a run came to.
constexpr std::size_t kMaxNumber = 64, kMaxReport = 4'000;

/// A typed text in the form in which gaps are compared: lower case, one kind of space, dash and
/// quote, no space around it, no full stop at its end.
std::string plain_form(std::string_view text);
/// The same for what a program prints: only spaces at the ends and repeated ones do not count.
std::string output_form(std::string_view text);
/// The lines of a text, at least `count`.
std::vector<std::string> lines_of(std::string_view text, std::size_t count);
/// What a task's run came to ("name:value,…"), by its conditions; NaN where it does not say.
std::vector<double> run_values(const Question& question, std::string_view report);

/// order: the options; match: the pairs, without what belongs to nothing.
int count_places(const Question& question);
/// What a task asks of the run, in words.
std::string conditions_text(const Question& question);
/// Why the item's answer cannot be graded yet, as a sentence for the learner; "" if it can.
std::string obstacle(const Item& item);
/// Whether a gradable answer is right.
bool is_right(const Item& item);
/// The right answer in words, for a question that was given up.
std::string answer_text(const Question& question);
/// See Quiz::message.
std::string message_for(const Item& item);

}  // namespace grad::quiz
