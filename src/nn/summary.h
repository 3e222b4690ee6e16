#pragma once

// What each layer of a network makes and costs.

#include <cstdint>
#include <string>
#include <vector>

#include "nn/module.h"

namespace grad::nn {

struct LayerSummary {
  std::string name;  ///< "0", "1" …
  std::string kind;
  Shape output;
  std::int64_t parameters;
  std::int64_t multiply_adds;  ///< of its matrix products and convolutions
};

/// One entry a layer, found by sending zeros of the input's shape through. Training mode,
/// generators and running statistics stay as they are.
std::vector<LayerSummary> summarize(const Sequential& model, const Shape& input);
/// The same as an aligned table with a line of totals.
std::string summary_table(const Sequential& model, const Shape& input);

}  // namespace grad::nn
