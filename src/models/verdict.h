#pragma once

// How good predictions are: every measure with the interval in which other examples of the same
// kind would probably put it. Definitions are those of data/metrics.h.

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "data/metrics.h"

namespace grad::models {

struct Measure {
  const char* name;
  double value;             ///< NaN where model and examples do not tell it
  data::Interval interval;  ///< 95 % of bootstrap samples; NaN where none were drawn
};

struct Verdict {
  /// Of classes: accuracy, f1 (the mean over classes), auc (area under the ROC curve; of more than
  /// two classes the mean of each against all others) and log_loss (NaN without probabilities). Of
  /// numbers: r2 (NaN where the targets do not vary), rmse and mae.
  std::vector<Measure> measures = {};
  std::optional<data::ConfusionMatrix> confusion = {};  ///< of classes

  /// Throws Error for a name that is not among them.
  const Measure& measure(std::string_view name) const;
  double operator[](std::string_view name) const { return measure(name).value; }
};

/// Judges scores (n, classes), the larger the likelier, which are probabilities or not. Intervals
/// are of so many bootstrap samples, the same for the same examples; none for 0. Throws Error
/// unless there is a label in [0, classes) for each row.
Verdict judge_classes(std::span<const std::int32_t> labels, const Array& scores, bool probabilities,
                      int samples);
/// Judges numbers (n).
Verdict judge_numbers(std::span<const real> targets, const Array& predicted, int samples);

}  // namespace grad::models
