#pragma once

// Questions from other programs' files, made into quiz.yml. Only the native program has this.
//
// What a file cannot say (levels, why, feedback for each option) is left empty and marked, so that
// the check of quiz.yml names it; what our questions cannot hold is said in remarks.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "quiz/quiz.h"

namespace grad::quiz {

/// What was left out or changed, and where.
struct Remark {
  std::size_t line;
  std::string sentence;
};

struct Import {
  /// single, multiple, numeric, order, match or fill; level 0 stands for none given.
  std::vector<Question> questions;
  std::vector<Remark> remarks;  ///< by line
};

/// Reads GIFT as Moodle does. A question that cannot be read is left out, with a remark. Throws
/// Error with one sentence for what is not UTF-8 or has more than 8 MB.
Import read_gift(std::string_view text);

/// Reads a question bank in Moodle XML. Throws Error with one sentence for what is no such file.
Import read_moodle_xml(std::string_view text);

/// quiz.yml with these questions. Empty fields that must be filled have a comment "# to be
/// written".
std::string quiz_yaml(const Import& import);

}  // namespace grad::quiz
