#pragma once

// What models are fitted to and judged by: examples with the class or the number that belongs to
// each, and the sets of them that can be asked for by name.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "data/curves.h"
#include "data/dataset.h"
#include "data/tables.h"

namespace grad::models {

/// Examples x (n, features) or pictures (n, height, width, channels), with classes or numbers.
struct Examples {
  Array x;
  std::vector<std::int32_t> y = {};             ///< classes; empty where numbers are to be told
  std::vector<real> target = {};                ///< numbers; empty where classes are
  std::vector<std::string> class_names = {};    ///< empty where numbers are to be told
  std::vector<std::string> feature_names = {};  ///< of a table's columns, else empty
  /// Of a table: two rows to which data::encode() fits as to the training part.
  std::optional<data::Table> encoding = {};

  bool numbers() const { return class_names.empty(); }
  bool pictures() const { return x.shape().axes() == 4; }
  std::int64_t size() const { return x.defined() ? x.shape()[0] : 0; }
  int classes() const { return static_cast<int>(class_names.size()); }
  data::Dataset dataset() const { return {x, y, classes()}; }
  data::Regression regression() const { return {x, target}; }
};
/// The examples at `rows`. Throws Error naming a row that does not exist.
Examples take(const Examples& all, std::span<const int> rows);

/// Some to learn from, others to be judged by.
struct Problem {
  Examples train, test;
};
/// Shuffles and cuts. Throws Error unless there are train + test examples and both are >= 1.
Problem split(const Examples& all, std::int64_t train, std::int64_t test, Rng& rng);
/// A table as examples: categories and missing values become numbers as the training part alone
/// tells (data::encode). Throws Error as split().
Problem split(const data::Table& table, std::int64_t train, std::int64_t test, Rng& rng);

/// Two rows that make the same of a table as `fitted_to` does: columns, medians, and which numbers
/// have been missing.
data::Table encoding_of(const data::Table& fitted_to);
/// A table as examples for a model that has learned with `encoding`, and of these classes (none: a
/// number). Columns are found by name; a category that was not there then counts as missing. Throws
/// Error for a column that is missing or of another kind, and for an unknown class.
Examples encode_as(const data::Table& table, const data::Table& encoding,
                   const std::vector<std::string>& class_names);

struct ExamplesEntry {
  const char* name;   ///< "moons"
  const char* about;  ///< in one sentence
  Problem (*make)(std::int64_t train, std::int64_t test, Rng& rng);
};
/// Sets made from a seed: nothing is loaded.
std::span<const ExamplesEntry> all_examples();
/// Those of that name. Throws Error that lists those there are, and unless train and test are from
/// 1 to 1,000,000.
Problem make_examples(std::string_view name, std::int64_t train, std::int64_t test,
                      std::uint64_t seed);

}  // namespace grad::models
