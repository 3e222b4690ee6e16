#include "data/sequences.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "tensor/check.h"
#include "tensor/math.h"

namespace grad::data {

namespace {

constexpr real kTau = real(6.28318530717958647692);

void check_request(const char* name, std::int64_t n, std::int64_t length, std::int64_t shortest) {
  check(n >= 0 && length >= shortest && length <= 1'000'000, [&] {
    return std::string("[") + name + "] cannot make " + std::to_string(n) + " of length " +
           std::to_string(length);
  });
}

void check_noise(const char* name, real noise) {
  check(std::isfinite(noise) && noise >= 0, [&] {
    return std::string("[") + name + "] noise must be finite and not negative, not " +
           std::to_string(noise);
  });
}

/// Adds two decimal numbers of `length` digits, the most significant first.
void add_numbers(const std::int32_t* a, const std::int32_t* b, std::int64_t length,
                 std::int32_t* sum) {
  std::int32_t carry = 0;
  for (std::int64_t i = length - 1; i >= 0; --i) {
    const std::int32_t digit = a[i] + b[i] + carry;
    sum[i + 1] = digit % 10;
    carry = digit / 10;
  }
  sum[0] = carry;
}

void solve(SequenceTask task, const std::int32_t* input, std::int64_t length,
           std::int32_t* target) {
  if (task == SequenceTask::add) {
    add_numbers(input, input + length + 1, length, target);
    return;
  }
  std::copy_n(input, length, target);
  if (task == SequenceTask::reverse) std::reverse(target, target + length);
  if (task == SequenceTask::sort) std::sort(target, target + length);
}

}  // namespace

Array sine_series(std::int64_t n, std::int64_t length, int waves, real noise, Rng& rng) {
  check_request("sine_series", n, length, 1);
  check_noise("sine_series", noise);
  check(waves >= 1, "[sine_series] needs at least one wave");
  Array series = Array::zeros({n, length});
  for (std::int64_t i = 0; i < n; ++i) {
    real* row = series.data() + i * length;
    for (int wave = 0; wave < waves; ++wave) {
      const real amplitude = rng.uniform(real(0.5), 1);
      const real step = 1 / rng.uniform(8, 40);
      real turn = rng.uniform();  // kept in [0,1): the sine is exact only near 0
      for (std::int64_t t = 0; t < length; ++t) {
        row[t] += amplitude * math::sin(kTau * turn);
        turn += step;
        turn -= std::floor(turn);
      }
    }
    for (std::int64_t t = 0; t < length; ++t) row[t] += noise * rng.normal();
  }
  return series;
}

Array autoregression(std::int64_t n, std::int64_t length, std::span<const real> coefficients,
                     real noise, Rng& rng) {
  check_request("autoregression", n, length, 1);
  check_noise("autoregression", noise);
  real size = 0;
  for (const real coefficient : coefficients) size += std::abs(coefficient);
  check(!coefficients.empty() && size < 1, [&] {
    return "[autoregression] the sizes of the coefficients must add up to less than 1, not " +
           std::to_string(size);
  });
  constexpr std::int64_t hidden = 100;
  Array series({n, length});
  std::vector<real> past(coefficients.size());  // the newest first
  for (std::int64_t i = 0; i < n; ++i) {
    std::fill(past.begin(), past.end(), real(0));
    for (std::int64_t t = -hidden; t < length; ++t) {
      real next = noise * rng.normal();
      for (std::size_t k = 0; k < past.size(); ++k) next += coefficients[k] * past[k];
      std::rotate(past.begin(), past.end() - 1, past.end());
      past[0] = next;
      if (t >= 0) series.data()[i * length + t] = next;
    }
  }
  return series;
}

Regression adding_problem(std::int64_t n, std::int64_t length, Rng& rng) {
  check_request("adding_problem", n, length, 2);
  Regression all{Array::zeros({n, length, 2}), {}};
  for (std::int64_t i = 0; i < n; ++i) {
    real* row = all.x.data() + i * length * 2;
    for (std::int64_t t = 0; t < length; ++t) row[2 * t] = rng.uniform();
    const auto half = static_cast<std::uint32_t>(length / 2);
    const std::int64_t first = rng.below(half);
    const std::int64_t second = half + rng.below(static_cast<std::uint32_t>(length) - half);
    row[2 * first + 1] = row[2 * second + 1] = 1;
    all.target.push_back(row[2 * first] + row[2 * second]);
  }
  return all;
}

SymbolPairs symbol_pairs(SequenceTask task, std::int64_t n, std::int64_t length, Rng& rng,
                         int symbols) {
  check_request("symbol_pairs", n, length, 1);
  check(symbols >= 2 && symbols <= 1000, [&] {
    return "[symbol_pairs] " + std::to_string(symbols) + " symbols are not from 2 to 1000";
  });
  const bool adds = task == SequenceTask::add;
  constexpr int plus = 10;
  SymbolPairs pairs{n, length, length, symbols, {}, {}};
  if (adds) pairs = {n, 2 * length + 1, length + 1, plus + 1, {}, {}};
  pairs.input.resize(static_cast<std::size_t>(n * pairs.input_length));
  pairs.target.resize(static_cast<std::size_t>(n * pairs.target_length));
  const auto drawn = static_cast<std::uint32_t>(adds ? 10 : symbols);
  for (std::int64_t i = 0; i < n; ++i) {
    std::int32_t* input = pairs.input.data() + i * pairs.input_length;
    for (std::int64_t t = 0; t < pairs.input_length; ++t)
      input[t] = adds && t == length ? plus : static_cast<std::int32_t>(rng.below(drawn));
    solve(task, input, length, pairs.target.data() + i * pairs.target_length);
  }
  return pairs;
}

}  // namespace grad::data
