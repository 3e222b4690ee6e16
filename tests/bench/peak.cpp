// What one core can do with 128-bit vectors: twelve independent chains of multiply-add in
// registers, so that neither latency nor memory holds it back. Prints GFLOP/s. On x86 the fused
// instruction is used where the machine has it, as WebAssembly's relaxed SIMD does.

#include <chrono>
#include <cstdio>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace {

constexpr int kChains = 12;
constexpr long kSteps = 20'000'000;
using Four = float __attribute__((vector_size(16)));

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// Chains that differ: a compiler makes one of those that are alike.
struct Chains {
  Four at[kChains];
  Chains() {
    for (int i = 0; i < kChains; i++) at[i] = Four{} + static_cast<float>(i);
  }
};

/// Keeps the compiler from dropping the chains.
void use(const Chains& chains) {
  for (const Four& chain : chains.at) asm volatile("" : : "x"(chain));
}

double separate() {
  Chains chains;
  const Four a = {0.999f, 0.999f, 0.999f, 0.999f}, b = {1e-3f, 1e-3f, 1e-3f, 1e-3f};
  const auto start = std::chrono::steady_clock::now();
  for (long i = 0; i < kSteps; i++)
#pragma GCC unroll 12
    for (Four& chain : chains.at) chain = chain * a + b;
  const double seconds = seconds_since(start);
  use(chains);
  return 8.0 * kChains * kSteps / seconds * 1e-9;
}

#if defined(__x86_64__)
__attribute__((target("fma"))) double fused() {
  Chains chains;
  const Four a = {0.999f, 0.999f, 0.999f, 0.999f}, b = {1e-3f, 1e-3f, 1e-3f, 1e-3f};
  const auto start = std::chrono::steady_clock::now();
  for (long i = 0; i < kSteps; i++)
#pragma GCC unroll 12
    for (Four& chain : chains.at) chain = _mm_fmadd_ps(chain, a, b);
  const double seconds = seconds_since(start);
  use(chains);
  return 8.0 * kChains * kSteps / seconds * 1e-9;
}
#endif

}  // namespace

int main() {
  double best = separate();
#if defined(__x86_64__)
  if (__builtin_cpu_supports("fma")) best = fused();
#endif
  std::printf("%.1f\n", best);
}
