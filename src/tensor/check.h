#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace grad {

/// The one error type of the project: a sentence that names what went wrong and where, such as
/// "[matmul] inner sizes differ: (2,3) x (4,5)". Thrown by `check`; caught once, in the frame loop
/// and in the command line.
class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Throws Error with the given sentence. Kept out of line so that checks stay small.
[[noreturn]] void fail(std::string_view sentence);

/// Throws Error(sentence) unless `ok`. Use the lambda form where building the sentence costs.
inline void check(bool ok, std::string_view sentence) {
  if (!ok) [[unlikely]]
    fail(sentence);
}

/// As above; `sentence()` is called only on failure and returns a string.
template <class Sentence>
requires requires(Sentence s) { std::string(s()); }
inline void check(bool ok, Sentence sentence) {
  if (!ok) [[unlikely]]
    fail(sentence());
}

}  // namespace grad
