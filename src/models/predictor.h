#pragma once

// A model of the registry, ready for examples of any kind: what comes before the model (features of
// one scale) and what comes after (how good it is).

#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "classic/features.h"
#include "io/safetensors.h"
#include "models/examples.h"
#include "models/registry.h"
#include "models/verdict.h"

namespace grad::models {

/// Fitted in slices like the model in it. Tables are standardised, as the training part tells, for
/// models that want it; pictures are left as they are.
class Predictor {
 public:
  explicit Predictor(const ModelEntry& entry) : Predictor(entry, Options(entry.options)) {}
  Predictor(const ModelEntry& entry, const Options& options) : entry_(&entry), options_(options) {}

  /// Begins to fit. Throws Error if the model does not tell classes (or numbers) or cannot learn
  /// from such examples.
  void start(const Examples& train, std::uint64_t seed);
  bool step() { return learner().step(); }
  double progress() const { return learner().progress(); }
  void fit(const Examples& train, std::uint64_t seed) {
    start(train, seed);
    learner().finish();
  }

  /// All that predictions need, as a safetensors file: the model's arrays under its own names (a
  /// network's under PyTorch's), those around it as "scale.means", "encoding" and the like, and
  /// names as texts. Throws Error before the model has learned anything.
  io::Safetensors save() const;
  /// From such a file. Throws Error, one sentence, where it holds no model of this program, one of
  /// a later version, or not what the model needs.
  static Predictor load(const io::Safetensors& file);

  const ModelEntry& entry() const { return *entry_; }
  const Options& options() const { return options_; }
  /// True for a model that tells numbers. These throw Error before start().
  bool numbers() const { return regressor_ != nullptr; }
  const classic::Classifier& classifier() const;
  const classic::Regressor& regressor() const;

  /// What it has learned from, without the examples: names, encoding, and x with one row of zeros.
  const Examples& learned_from() const { return like_; }
  /// x as the model wants it.
  Array prepared(const Array& x) const;
  /// What the model says of examples: scores (n, classes) or numbers (n). Throws Error unless they
  /// are like those it learned from.
  Array outputs(const Examples& test) const;
  /// How good that is; intervals of so many bootstrap samples.
  Verdict judge(const Examples& test, const Array& outputs, int samples = 0) const;
  Verdict judge(const Examples& test) const { return judge(test, outputs(test)); }

 private:
  classic::Learner& learner() const;

  const ModelEntry* entry_;
  Options options_;
  Examples like_;
  std::optional<classic::Standardizer> scale_;
  std::unique_ptr<classic::Classifier> classifier_;
  std::unique_ptr<classic::Regressor> regressor_;
};

}  // namespace grad::models
