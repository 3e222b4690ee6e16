#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "tensor/real.h"

namespace grad {

/// Seeded generator, the same bits on every compiler and in WebAssembly: SplitMix64
/// (Steele, Lea, Flood 2014). Its whole state is one number, so a run can be snapshot and resumed.
class Rng {
 public:
  explicit Rng(std::uint64_t seed = 0) : state_(seed) {}

  std::uint64_t state() const { return state_; }

  /// 32 uniform bits.
  std::uint32_t bits();
  /// Uniform in [0, 1), 24 bits of it.
  real uniform();
  /// Uniform in [low, high).
  real uniform(real low, real high);
  /// Uniform integer in [0, n), without modulo bias. Throws Error for n == 0.
  std::uint32_t below(std::uint32_t n);
  /// Standard normal, by Box and Muller with our own log, sin and cos (libm's differ between
  /// builds).
  real normal();
  /// Fisher and Yates.
  void shuffle(std::span<int> items);
  /// An independent generator for a sub-task: same (state, stream), same generator.
  Rng split(std::uint64_t stream) const;

 private:
  std::uint64_t state_;
  // Box and Muller gives two at a time; not kept, so that the state stays one number.
};

}  // namespace grad
