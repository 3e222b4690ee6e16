#pragma once

// Every model that can be asked for by name, classical or network: what a comparison, a guide to
// choosing, and the command line choose from.

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "classic/model.h"

namespace grad::models {

/// A number that the user of a model may choose.
struct Option {
  const char* name;
  const char* about;
  double initial, least, most;
  bool whole = true;
};

/// The options of a model, each with a value.
class Options {
 public:
  /// All of them at their initial values.
  explicit Options(std::span<const Option> options);
  /// Throws Error, naming those there are, for a name that is not among them, and for a value out
  /// of range or not whole where it must be.
  void set(std::string_view name, double value);
  double operator[](std::string_view name) const;
  int whole(std::string_view name) const { return static_cast<int>((*this)[name]); }
  const std::vector<Option>& list() const { return options_; }
  const std::vector<double>& values() const { return values_; }

 private:
  std::size_t find(std::string_view name) const;

  std::vector<Option> options_;
  std::vector<double> values_;
};

struct ModelEntry {
  const char* name;   ///< "forest"
  const char* title;  ///< "Random forest"
  const char* about;  ///< what it does, in one sentence
  bool scaled;        ///< wants features of one scale: tables are to be standardised for it
  std::vector<Option> options;
  /// Null where the model tells no classes (no numbers).
  std::unique_ptr<classic::Classifier> (*classifier)(const Options& options);
  std::unique_ptr<classic::Regressor> (*regressor)(const Options& options);
};

/// From the simplest to the most flexible.
std::span<const ModelEntry> all_models();
/// Throws Error that lists those there are.
const ModelEntry& find_model(std::string_view name);

/// "a, b or c".
std::string one_of(const std::vector<std::string>& names);

}  // namespace grad::models
