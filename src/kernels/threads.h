#pragma once

// The worker threads of the fast class.

#include <cstddef>
#include <cstdint>

#include "kernels/kernels.h"

struct pthreadpool;

namespace grad::kernels {

// About 70 microseconds of work: below that a second thread costs more than it saves. Natively
// XNNPACK's kernels are four times as fast.
#ifdef __wasm__
constexpr std::int64_t products_worth_threads = 2'000'000;
#else
constexpr std::int64_t products_worth_threads = 8'000'000;
#endif

/// The same for numbers of which each is worked on by itself, as by relu.
constexpr std::int64_t numbers_worth_threads = 600'000;

/// Multiplications of a convolution.
inline std::int64_t products(const Conv& conv) {
  return conv.batch * conv.out_height() * conv.out_width() * conv.out_channels * conv.kernel_h *
         conv.kernel_w * conv.group_in();
}

/// The pool for work of so many multiplications; null where one thread does it sooner, or is all
/// there is.
pthreadpool* pool_for(std::int64_t products);

namespace detail {
void run_parts(std::int64_t parts, void (*run)(void* body, std::size_t part), void* body);
}

/// Calls body(part) for part = 0 to parts-1, spread over the threads; returns when all are done.
template <class Body>
void parallel(std::int64_t parts, Body body) {
  detail::run_parts(
      parts, [](void* b, std::size_t part) { (*static_cast<Body*>(b))(std::int64_t(part)); },
      &body);
}

/// Calls body(first, count, part) for equal ranges of 0..n-1, at once.
template <class Body>
void split(std::int64_t n, std::int64_t parts, Body body) {
  if (parts == 1) return body(std::int64_t{0}, n, std::int64_t{0});
  parallel(parts, [&](std::int64_t part) {
    const std::int64_t first = n * part / parts;
    body(first, n * (part + 1) / parts - first, part);
  });
}

}  // namespace grad::kernels
