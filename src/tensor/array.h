#pragma once

// Values: a shape and a contiguous, row-major buffer of `real`. Knows nothing of gradients.

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <utility>

#include "tensor/real.h"
#include "tensor/shape.h"

namespace grad {

namespace detail {
/// Stands in front of the numbers, to which its alignment carries over.
struct alignas(64) Buffer {
  Buffer* next;  // in the free list
  std::int32_t handles;
  std::int32_t size_class;
};
Buffer* take(std::int64_t bytes);
void give_back(Buffer* buffer);
}  // namespace detail

/// A handle to a reference-counted buffer: copying an Array aliases it (cheap), `clone()` copies
/// the numbers. Buffers come from a free list by size class, so that a training step in its steady
/// state does not allocate; they are 64-byte aligned and padded by 16 bytes (XNNPACK may read past
/// the end). Each thread has its own free list; an array and its copies belong to one thread.
class Array {
 public:
  /// An empty array of shape (0): `defined()` is false.
  Array() = default;
  /// Uninitialised numbers.
  explicit Array(const Shape& shape);
  Array(const Array& other) : buffer_(other.buffer_), data_(other.data_), shape_(other.shape_) {
    if (buffer_) buffer_->handles++;
  }
  Array(Array&& other) noexcept
      : buffer_(std::exchange(other.buffer_, nullptr)),
        data_(std::exchange(other.data_, nullptr)),
        shape_(other.shape_) {}
  Array& operator=(const Array& other) { return *this = Array(other); }
  Array& operator=(Array&& other) noexcept {
    detail::Buffer* before = std::exchange(buffer_, std::exchange(other.buffer_, nullptr));
    data_ = std::exchange(other.data_, nullptr);
    shape_ = other.shape_;
    drop(before);
    return *this;
  }
  ~Array() { drop(buffer_); }

  static Array zeros(const Shape& shape);
  static Array full(const Shape& shape, real value);
  /// Throws Error unless values.size() == shape.size().
  static Array from(std::span<const real> values, const Shape& shape);
  static Array from(std::initializer_list<real> values, const Shape& shape);

  bool defined() const { return buffer_ != nullptr; }
  const Shape& shape() const { return shape_; }
  std::int64_t size() const { return defined() ? shape_.size() : 0; }

  real* data() { return data_; }
  const real* data() const { return data_; }
  std::span<real> span() { return {data_, static_cast<std::size_t>(size())}; }
  std::span<const real> span() const { return {data_, static_cast<std::size_t>(size())}; }
  real operator[](std::int64_t i) const { return data_[i]; }

  /// The only element; throws Error unless size() == 1.
  real item() const;
  /// Same buffer under another shape of equal size; throws Error otherwise.
  Array reshape(const Shape& shape) const;
  Array clone() const;
  /// True where no other handle shares the buffer (then it may be reused in place).
  bool unique() const { return buffer_ && buffer_->handles == 1; }

 private:
  static void drop(detail::Buffer* buffer) {
    if (buffer && --buffer->handles == 0) detail::give_back(buffer);
  }

  detail::Buffer* buffer_ = nullptr;
  real* data_ = nullptr;
  Shape shape_ = Shape::empty();
};

/// Uninitialised working memory for a kernel from the same free list, given back at the end of the
/// scope.
template <class T>
class Scratch {
 public:
  explicit Scratch(std::int64_t n) : buffer_(detail::take(n * std::int64_t{sizeof(T)})) {}
  ~Scratch() { detail::give_back(buffer_); }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  T* data() { return reinterpret_cast<T*>(buffer_ + 1); }
  T& operator[](std::int64_t i) { return data()[i]; }

 private:
  detail::Buffer* buffer_;
};

/// Bytes of this thread now held by live arrays and scratch, and by the free list. For the tests
/// that nothing grows.
struct MemoryUse {
  std::size_t live;
  std::size_t pooled;
};
MemoryUse memory_use();
/// Gives the free list back to the system.
void release_pool();

}  // namespace grad
