#pragma once

// Questions whose numbers are drawn. Internal to the quiz room.
//
// A question's `variant` names what is drawn: {"a": {"from": 1, "to": 9, "step": 2}, "b": [2, 4],
// "c": "a * b", "where": "a != b"}. Its texts then hold "{{a + b}}" or "{{a / b .2}}" (with two
// decimals), and its numbers may be expressions.

#include <cstdint>
#include <vector>

#include "quiz/json.h"
#include "quiz/quiz.h"

namespace grad::quiz {

using Slots = std::vector<Slot>;

/// The question as it reads in this draw, without `variant`; `slots` becomes what was put in.
/// Throws Error with the end of a sentence for a variant that is malformed or whose `where` holds
/// for none of 200 tries.
Json filled_in(const Json& question, std::uint32_t draw, Slots& slots);

}  // namespace grad::quiz
