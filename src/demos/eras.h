#pragma once

// Five models from six decades, each as its time had it, but small: they learn to read digits of
// 16 × 16 pixels.

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "data/dataset.h"

namespace grad::demos {

inline constexpr int era_side = 16;     ///< pixels
inline constexpr int era_classes = 10;  ///< digits

/// A model that learns in slices, about a batch each.
class EraModel {
 public:
  virtual ~EraModel() = default;
  /// One slice of learning. False once it has ended.
  virtual bool learn() = 0;
  /// Share of the learning that is done.
  virtual double progress() const = 0;
  /// The digits that it reads in pictures (n, era_side, era_side, 1).
  virtual std::vector<std::int32_t> read(const Array& pictures) = 0;
  virtual std::int64_t parameter_count() const = 0;
  /// Why learning ended before its time, in a sentence; else "".
  virtual std::string problem() const { return ""; }
};

struct EraOptions {
  int passes = 1;   ///< over the training pictures
  double rate = 1;  ///< multiplies the learning rate of each model that has one
};

struct Era {
  const char* name;   ///< of the read-out
  const char* label;  ///< in figures
  const char* said;   ///< in a sentence
  int year;
  std::unique_ptr<EraModel> (*make)(const data::Dataset& train, const EraOptions& options, Rng rng);
};

/// From the oldest to the newest.
///   1958  perceptron: Rosenblatt's rule, for ten classes that of the right class against its best
///         rival
///   1986  network with one hidden layer of sigmoid units; squared error, momentum (Rumelhart,
///         Hinton, Williams)
///   1998  convolution, tanh, means of 2 × 2, twice, as LeNet-5 (LeCun et al.)
///   2015  residual blocks with batch normalisation (He et al.)
///   2021  Transformer on patches of 4 × 4 pixels (Dosovitskiy et al.)
const std::array<Era, 5>& eras();

}  // namespace grad::demos
