#pragma once

// Review: when a question is due again, and what to ask today. Pure arithmetic on days (numbered in
// the reader's own calendar); everything follows from the history of askings, so nothing but that
// has to be kept.
//
// The first gap is a seventh of the time that is left until the reader's target date, because how
// long a pause should be grows with how long one wants to remember (Cepeda, Vul, Rohrer, Wixted and
// Pashler 2008: about 20 % for a month, 10 % for a year). A right answer doubles the gap, a wrong
// one brings it back to the first.

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "quiz/quiz.h"

namespace grad::quiz {

/// One asking of a question; `right` at the first try, `sure` if the learner said so before.
struct Asking {
  int day = 0;
  bool right = false, sure = false;
};
/// By question, oldest first. Days that go back (a clock that was set) count as the latest before.
using History = std::map<std::string, std::vector<Asking>, std::less<>>;

struct Due {
  int day = 0;  ///< when it is to be asked again
  int gap = 1;  ///< days between the last asking that counted and then
};

/// Days from a first asking to the second: a seventh of the days to the target, at least 1 and at
/// most 30; 4 without a target or once it has passed.
int first_gap(int day, std::optional<int> target);
/// When a question is due, after at least one asking. A right answer before its day changes
/// nothing: repeating at once does not make it remembered longer. No question waits until after the
/// target.
Due due_after(const std::vector<Asking>& askings, std::optional<int> target);

/// What to do today.
struct Plan {
  std::vector<std::string> now;  ///< due questions to ask today, neighbours of different topics
  int due = 0;                   ///< all that are due, also those left for tomorrow
  std::optional<int> next;       ///< the next day with something due, if nothing is due today
  int answered = 0;              ///< questions of the bank in the history
  int days_active = 0;           ///< of the last 14, today included
  int streak = 0;                ///< days in a row up to today, or up to yesterday
};

/// Five minutes a day, at half a minute a question.
inline constexpr int kQuestionsADay = 10;

/// Those come first that the learner was sure of and wrong about, then those that were wrong, then
/// those longest overdue for their gap.
Plan plan_review(const Bank& bank, const History& history, int today, std::optional<int> target);

/// Ids of the questions to practise: wrong when last asked, or of a topic of which, of three asked
/// or more, fewer than 60 % were right when last asked.
std::vector<std::string> weak_spots(const Bank& bank, const History& history);

/// Reads {"<id>": [{"day": 20412, "right": true, "sure": false}]} (`sure` may be missing). Throws
/// Error with one sentence.
History read_history(std::string_view json);

}  // namespace grad::quiz
