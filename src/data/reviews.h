#pragma once

// Short reviews from a grammar, for a first classifier of text, and words as features. Counting
// words is a ceiling here: "not good but great" and "good but not great" are the same bag, which
// runs of three words tell apart.

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "tensor/array.h"
#include "tensor/rng.h"

namespace grad::data {

struct ReviewOptions {
  double contrast = 0.4;   ///< share of reviews whose parts are joined by "but" and disagree
  double negation = 0.3;   ///< share of parts that say it by "not" and the opposite word
  double intensity = 0.3;  ///< share of parts with a word such as "very" or "slightly"
  double typo = 0.02;      ///< share of longer words with two letters exchanged
};

/// Texts and their sentiment: 0 negative, 1 positive.
struct Reviews {
  std::vector<std::string> text;
  std::vector<std::int32_t> label;
  std::int64_t size() const { return static_cast<std::int64_t>(text.size()); }
};

/// n reviews of two parts, each "the SUBJECT was [not] [INTENSITY] ADJECTIVE", labels in turn.
/// Joined by "and", both parts have the review's sentiment; joined by "but", the second has it and
/// the first the opposite. Subjects, intensities and the strength of adjectives carry no sentiment;
/// so the label follows from order, "not" and the adjectives alone, without noise except typos.
/// The first m are the same for every n >= m. Throws Error for n < 0 or a share not in [0,1].
Reviews reviews(std::int64_t n, const ReviewOptions& options, Rng& rng);

/// The words of a text: runs of letters a-z, digits and bytes beyond ASCII, capital letters A-Z
/// made small.
std::vector<std::string> words(std::string_view text);

/// The n-grams (runs of 1 to n words, joined by spaces) that occur in at least `min_texts` of the
/// texts it is fitted to, in order of their first appearance.
class BagOfWords {
 public:
  /// Throws Error unless 1 <= n <= 5 and min_texts >= 1.
  explicit BagOfWords(const std::vector<std::string>& texts, int n = 1, int min_texts = 1);
  const std::vector<std::string>& names() const { return names_; }
  /// How often each of names() occurs in each text: (texts, names).
  Array counts(const std::vector<std::string>& texts) const;

 private:
  int n_;
  std::vector<std::string> names_;
  std::unordered_map<std::string, std::int64_t> index_;
};

}  // namespace grad::data
