#pragma once

// Things in a row: series of numbers, and small tasks on sequences that show what a network can
// remember and move about.

#include <cstdint>
#include <span>
#include <vector>

#include "data/curves.h"
#include "tensor/array.h"
#include "tensor/rng.h"

namespace grad::data {

/// Series (n, length): each the sum of `waves` sines with amplitudes from 0.5 to 1, periods from 8
/// to 40 steps and any phases, plus normal noise of that deviation. Throws Error for n < 0, length
/// or waves below 1, or a noise that is negative or not finite.
Array sine_series(std::int64_t n, std::int64_t length, int waves, real noise, Rng& rng);

/// Series (n, length) of an autoregression: x[t] = Σ coefficients[k] x[t-1-k] + noise · normal,
/// after 100 steps from 0 that are not shown. Throws Error as above, without coefficients, and
/// where their sizes add up to 1 or more (which rules out that the series grows without bound).
Array autoregression(std::int64_t n, std::int64_t length, std::span<const real> coefficients,
                     real noise, Rng& rng);

/// The adding problem (Hochreiter and Schmidhuber 1997), a test of memory: x (n, length, 2) holds
/// uniform numbers from [0,1) and marks, 1 at two places (one in each half) and else 0; the target
/// is the sum of the two marked numbers. Always saying 1 has a mean squared error of 1/6. Throws
/// Error for n < 0 or length < 2.
Regression adding_problem(std::int64_t n, std::int64_t length, Rng& rng);

enum class SequenceTask {
  copy,     ///< the same again
  reverse,  ///< from the last to the first
  sort,     ///< in order
  add,      ///< the sum of two numbers
};

/// Pairs of sequences of symbols, which are numbers in [0, symbols).
struct SymbolPairs {
  std::int64_t n = 0, input_length = 0, target_length = 0;
  int symbols = 0;
  std::vector<std::int32_t> input;   ///< (n, input_length), row after row
  std::vector<std::int32_t> target;  ///< (n, target_length)
};

/// n pairs for a task. copy, reverse, sort: `length` symbols drawn evenly from [0, symbols). add:
/// two numbers of `length` decimal digits with the symbol 10, a plus, between them (symbols is not
/// asked and 11), and their sum of length + 1 digits, leading zeros written. Throws Error for n < 0
/// and unless length >= 1 and 2 <= symbols <= 1000.
SymbolPairs symbol_pairs(SequenceTask task, std::int64_t n, std::int64_t length, Rng& rng,
                         int symbols = 10);

}  // namespace grad::data
