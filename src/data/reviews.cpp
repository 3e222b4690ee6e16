#include "data/reviews.h"

#include <array>
#include <cmath>
#include <limits>
#include <span>
#include <utility>

#include "tensor/check.h"

namespace grad::data {

namespace {

constexpr std::array kSubjects = {"film",   "plot", "music",    "food",  "service",
                                  "room",   "book", "ending",   "staff", "soup",
                                  "acting", "view", "breakfast"};
constexpr std::array kGood = {"good",     "great",     "lovely", "excellent", "pleasant",
                              "charming", "wonderful", "fine",   "brilliant"};
constexpr std::array kBad = {"bad",  "awful", "dull",     "terrible", "poor",
                             "weak", "nasty", "horrible", "boring"};
constexpr std::array kIntensities = {"very", "really", "slightly", "quite", "rather"};

const char* choose(std::span<const char* const> list, Rng& rng) {
  return list[rng.below(static_cast<std::uint32_t>(list.size()))];
}

bool chance(double share, Rng& rng) { return static_cast<double>(rng.uniform()) < share; }

std::string part(bool positive, const ReviewOptions& options, Rng& rng) {
  std::string text = std::string("the ") + choose(kSubjects, rng) + " was ";
  const bool negated = chance(options.negation, rng);
  if (negated) text += "not ";
  if (chance(options.intensity, rng)) text += std::string(choose(kIntensities, rng)) + " ";
  const bool good_word = positive != negated;
  return text + (good_word ? choose(kGood, rng) : choose(kBad, rng));
}

// Two neighbouring letters inside a word of at least four change places.
std::string with_typos(const std::string& text, double share, Rng& rng) {
  std::string changed = text;
  for (std::size_t begin = 0; begin < text.size();) {
    std::size_t end = text.find(' ', begin);
    if (end == std::string::npos) end = text.size();
    const std::size_t length = end - begin;
    if (length >= 4 && chance(share, rng)) {
      const std::size_t at = begin + 1 + rng.below(static_cast<std::uint32_t>(length - 3));
      std::swap(changed[at], changed[at + 1]);
    }
    begin = end + 1;
  }
  return changed;
}

bool in_word(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || byte >= 128;
}

// Calls visit(n-gram) for every run of 1 to n words.
template <class Visit>
void for_each_gram(const std::string& text, int n, Visit visit) {
  const std::vector<std::string> list = words(text);
  for (std::size_t first = 0; first < list.size(); ++first) {
    std::string gram;
    for (std::size_t last = first; last < list.size() && last < first + n; ++last) {
      gram += (last == first ? "" : " ") + list[last];
      visit(gram);
    }
  }
}

}  // namespace

Reviews reviews(std::int64_t n, const ReviewOptions& options, Rng& rng) {
  check(n >= 0 && n <= std::numeric_limits<int>::max(),
        [&] { return "[reviews] cannot make " + std::to_string(n) + " reviews"; });
  for (const double share : {options.contrast, options.negation, options.intensity, options.typo})
    check(share >= 0 && share <= 1,
          [&] { return "[reviews] a share of " + std::to_string(share) + " is not in [0,1]"; });
  Reviews all;
  for (std::int64_t i = 0; i < n; ++i) {
    const bool positive = i % 2 == 1, contrast = chance(options.contrast, rng);
    std::string text = part(contrast ? !positive : positive, options, rng);
    text += contrast ? " but " : " and ";
    text += part(positive, options, rng);
    all.text.push_back(with_typos(text, options.typo, rng));
    all.label.push_back(positive);
  }
  return all;
}

std::vector<std::string> words(std::string_view text) {
  std::vector<std::string> list;
  bool inside = false;
  for (char c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    if (in_word(c)) {
      if (!inside) list.emplace_back();
      list.back() += c;
    }
    inside = in_word(c);
  }
  return list;
}

BagOfWords::BagOfWords(const std::vector<std::string>& texts, int n, int min_texts) : n_(n) {
  check(n >= 1 && n <= 5 && min_texts >= 1,
        "[BagOfWords] needs n-grams of 1 to 5 words and min_texts >= 1");
  struct Seen {
    std::string name;
    std::int64_t texts = 0, last = -1;
  };
  std::vector<Seen> seen;
  std::unordered_map<std::string, std::size_t> places;
  for (std::size_t t = 0; t < texts.size(); ++t) {
    for_each_gram(texts[t], n, [&](const std::string& gram) {
      const auto [found, fresh] = places.emplace(gram, seen.size());
      if (fresh) seen.push_back({.name = gram});
      Seen& entry = seen[found->second];
      const auto text = static_cast<std::int64_t>(t);
      entry.texts += entry.last != text;
      entry.last = text;
    });
  }
  for (const Seen& entry : seen) {
    if (entry.texts < min_texts) continue;
    index_[entry.name] = static_cast<std::int64_t>(names_.size());
    names_.push_back(entry.name);
  }
}

Array BagOfWords::counts(const std::vector<std::string>& texts) const {
  const auto width = static_cast<std::int64_t>(names_.size());
  Array counts = Array::zeros({static_cast<std::int64_t>(texts.size()), width});
  for (std::size_t t = 0; t < texts.size(); ++t) {
    for_each_gram(texts[t], n_, [&](const std::string& gram) {
      const auto found = index_.find(gram);
      if (found != index_.end())
        counts.data()[static_cast<std::int64_t>(t) * width + found->second] += 1;
    });
  }
  return counts;
}

}  // namespace grad::data
