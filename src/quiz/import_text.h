#pragma once

// What both readers of other programs' questions need. Internal to the quiz room.

#include <map>
#include <set>
#include <string>
#include <string_view>

#include "quiz/import.h"

namespace grad::quiz {

/// HTML as our texts are: plain, with formulas between dollar signs. Paragraphs and line breaks
/// become line breaks; spaces count in what is preformatted. `lost` gets the end of a sentence for
/// what was left out ("a picture"), or stays as it is.
std::string text_of_html(std::string_view html, std::string& lost);
/// \( … \) and $$ … $$ become $ … $; spaces at the ends go.
std::string text_of_plain(std::string_view text);

/// A valid id made of a name: "Opt. rate" becomes "opt-rate"; "" if nothing is left.
std::string id_of_name(std::string_view name);

/// Puts questions together; gives each an id of its own.
class Importer {
 public:
  void remark(std::size_t line, std::string sentence);
  /// Tags "level 1" to "level 4" are the level, others are topics.
  static void add_tag(Question& question, std::string_view tag);
  /// Notes what our questions cannot hold, then takes the question in. Throws Error for more than
  /// 10,000.
  void add(Question question, std::size_t line, std::string_view lost);
  /// Remarks sorted by line.
  Import finish();

 private:
  Import import_;
  std::set<std::string> ids_;
  std::map<std::string, int> counts_;  ///< of further questions that wanted this id
};

/// Throws Error unless the text is UTF-8 of at most 8 MB.
void check_import(std::string_view text);

}  // namespace grad::quiz
