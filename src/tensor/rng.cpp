#include "tensor/rng.h"

#include <cmath>
#include <utility>

#include "tensor/check.h"
#include "tensor/math.h"

namespace grad {
namespace {

constexpr std::uint64_t golden = 0x9E3779B97F4A7C15u;  // 2^64 / golden ratio

/// SplitMix64's output function: a bijection of 64 bits in which every input bit reaches every
/// output bit.
std::uint64_t mix(std::uint64_t z) {
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
  return z ^ (z >> 31);
}

}  // namespace

std::uint32_t Rng::bits() {
  state_ += golden;
  return static_cast<std::uint32_t>(mix(state_) >> 32);
}

real Rng::uniform() { return static_cast<real>(bits() >> 8) * real(0x1p-24); }

real Rng::uniform(real low, real high) {
  const real x = low + (high - low) * uniform();
  return x < high ? x : low;  // the sum may have been rounded up to `high`
}

// Lemire 2019: the high half of a 32 by 32 product, redrawn where the low half is biased.
std::uint32_t Rng::below(std::uint32_t n) {
  check(n > 0, "[rng] below(0): there is no integer in [0, 0)");
  const std::uint32_t biased = -n % n;  // 2^32 mod n
  for (;;) {
    const std::uint64_t product = std::uint64_t{bits()} * n;
    if (static_cast<std::uint32_t>(product) >= biased) {
      return static_cast<std::uint32_t>(product >> 32);
    }
  }
}

real Rng::normal() {
  constexpr real two_pi = real(6.283185307179586);
  const real u = 1 - uniform();  // in (0, 1], so that the logarithm is finite
  const real radius = std::sqrt(-2 * math::log(u));
  return radius * math::cos(two_pi * uniform());
}

void Rng::shuffle(std::span<int> items) {
  for (std::size_t i = items.size(); i > 1; i--) {
    std::swap(items[i - 1], items[below(static_cast<std::uint32_t>(i))]);
  }
}

Rng Rng::split(std::uint64_t stream) const { return Rng(mix(state_ ^ mix(stream + golden))); }

}  // namespace grad
