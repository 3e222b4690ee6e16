#pragma once

// Arithmetic as it stands in questions with variants: "2 * a + b", "round(a / b)", "a != b".
// Internal to the quiz room.

#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace grad::quiz {

/// A name and the number that it stands for.
using Variable = std::pair<std::string, double>;

/// The value of an expression: numbers, variables, + - * / % ^, comparisons (1 or 0), parentheses,
/// and abs, ceil, exp, floor, ln, max, min, relu, round, sigmoid, sqrt and tanh. Rounded to twelve
/// digits, so that 3 · 0.1 is 0.3 and every build agrees. Throws Error with one sentence for
/// anything else, for a result that is not finite, and for more than 200 characters.
double evaluate(std::string_view expression, std::span<const Variable> variables);

}  // namespace grad::quiz
