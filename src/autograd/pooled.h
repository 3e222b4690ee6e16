#pragma once

// Lists whose memory comes from the arrays' free list, so that operations on several tensors, too,
// allocate nothing in the steady state.

#include <cstddef>
#include <cstdint>
#include <vector>

#include "tensor/array.h"

namespace grad {

/// An allocator (as the standard library means it) over that free list, which is the thread's own.
template <class T>
struct Pooled {
  using value_type = T;

  Pooled() = default;
  template <class Other>
  explicit Pooled(const Pooled<Other>&) {}

  T* allocate(std::size_t n) {
    return reinterpret_cast<T*>(detail::take(static_cast<std::int64_t>(n * sizeof(T))) + 1);
  }
  void deallocate(T* items, std::size_t) {
    detail::give_back(reinterpret_cast<detail::Buffer*>(items) - 1);
  }
  bool operator==(const Pooled&) const { return true; }
};

template <class T>
using PooledVector = std::vector<T, Pooled<T>>;

}  // namespace grad
