#pragma once

// The worker threads of the fast class.

#include <cstddef>
#include <cstdint>

struct pthreadpool;

namespace grad::kernels {

/// The pool, or null while there is one thread only.
pthreadpool* thread_pool();

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

}  // namespace grad::kernels
