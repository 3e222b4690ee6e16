#pragma once

// What the deterministic class promises, as numbers: a hash of the bits of results, which must be
// the same from every compiler and in WebAssembly.

#include <cstdint>
#include <vector>

namespace determinism {

struct Result {
  const char* name;
  std::uint64_t hash;      // of what this build computes
  std::uint64_t expected;  // of what every build must compute
};

/// Computes all of them (about a second).
std::vector<Result> results();

}  // namespace determinism
