#include "tensor/array.h"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstdlib>
#include <new>
#include <string>

#include "tensor/check.h"

namespace grad {
namespace {

using detail::Buffer;

// Size classes: four to each power of two, so that at most a quarter of a buffer is unused.
// Class c holds (4 + c % 4) * 16 * 2^(c / 4) bytes: 64, 80, 96, 112, 128, 160 ...
constexpr std::int32_t class_count = 4 * 40;
constexpr std::size_t padding = 16;
// Sizes are counted in 64 bits, addresses of WebAssembly have 32.
constexpr std::int64_t max_bytes =
    std::min<std::int64_t>(PTRDIFF_MAX, std::int64_t{1} << 46) - padding;

constexpr std::size_t class_bytes(std::int32_t size_class) {
  return (std::size_t{4} + static_cast<std::size_t>(size_class % 4)) << (4 + size_class / 4);
}

constexpr std::int32_t class_of(std::size_t bytes) {
  if (bytes <= class_bytes(0)) return 0;
  const int power =
      static_cast<int>(std::bit_width(bytes - 1)) - 1;  // bytes - 1 lies in [2^power, 2^(power+1))
  return static_cast<std::int32_t>((bytes - 1) >> (power - 2)) - 4 + 4 * (power - 6) + 1;
}
static_assert(class_of(64) == 0 && class_of(65) == 1 && class_of(80) == 1 && class_of(81) == 2);
static_assert(class_of(128) == 4 && class_of(129) == 5 && class_bytes(class_of(4097)) == 5120);

// The free list of one thread. A plain struct of zeros: usable before and after every other static
// object.
struct Pool {
  Buffer* free[class_count];
  MemoryUse use;

  Buffer* take(std::int64_t bytes) {
    if (bytes > max_bytes) refuse(bytes);
    const std::int32_t size_class = class_of(static_cast<std::size_t>(bytes) + padding);
    Buffer*& head = free[size_class];
    const std::size_t held = class_bytes(size_class);
    Buffer* buffer = head;
    if (buffer) {
      head = buffer->next;
      use.pooled -= held;
    } else {
      buffer = allocate(size_class);
    }
    use.live += held;
    buffer->handles = 1;
    return buffer;
  }

  void give_back(Buffer* buffer) {
    const std::size_t held = class_bytes(buffer->size_class);
    use.live -= held;
    use.pooled += held;
    buffer->next = free[buffer->size_class];
    free[buffer->size_class] = buffer;
  }

  void release() {
    for (Buffer*& head : free) {
      while (head) std::free(std::exchange(head, head->next));
    }
    use.pooled = 0;
  }

 private:
  [[noreturn]] void refuse(std::int64_t bytes) const {
    fail("[array] out of memory: " + std::to_string(bytes) + " bytes asked for, " +
         std::to_string(use.live) + " in use, limit " + std::to_string(max_bytes));
  }

  Buffer* allocate(std::int32_t size_class) {
    release_at_thread_end();
    constexpr std::size_t line = alignof(Buffer);
    const std::size_t bytes = sizeof(Buffer) + class_bytes(size_class);
    const std::size_t rounded = (bytes + line - 1) / line * line;
    void* memory = std::aligned_alloc(line, rounded);
    if (!memory && use.pooled > 0) {
      release();
      memory = std::aligned_alloc(line, rounded);
    }
    if (!memory) refuse(static_cast<std::int64_t>(bytes));
    return new (memory) Buffer{nullptr, 0, size_class};
  }

  static void release_at_thread_end();
};

constinit thread_local Pool pool{};

void Pool::release_at_thread_end() {
  struct AtEnd {
    ~AtEnd() { pool.release(); }
  };
  static thread_local const AtEnd at_end;
  (void)at_end;
}

}  // namespace

Buffer* detail::take(std::int64_t bytes) { return pool.take(bytes); }

void detail::give_back(Buffer* buffer) { pool.give_back(buffer); }

Array::Array(const Shape& shape)
    : buffer_(pool.take(shape.size() * std::int64_t{sizeof(real)})),
      data_(reinterpret_cast<real*>(buffer_ + 1)),
      shape_(shape) {}

Array Array::zeros(const Shape& shape) { return full(shape, 0); }

Array Array::full(const Shape& shape, real value) {
  Array array(shape);
  std::fill_n(array.data(), array.size(), value);
  return array;
}

Array Array::from(std::span<const real> values, const Shape& shape) {
  check(static_cast<std::int64_t>(values.size()) == shape.size(), [&] {
    return "[array] " + std::to_string(values.size()) + " values do not fill " + shape.text();
  });
  Array array(shape);
  std::copy(values.begin(), values.end(), array.data());
  return array;
}

Array Array::from(std::initializer_list<real> values, const Shape& shape) {
  return from(std::span<const real>(values.begin(), values.size()), shape);
}

real Array::item() const {
  check(size() == 1, [&] { return "[item] not a single number: " + shape_.text(); });
  return data_[0];
}

Array Array::reshape(const Shape& shape) const {
  check(shape.size() == size(),
        [&] { return "[reshape] sizes differ: " + shape_.text() + " to " + shape.text(); });
  Array result = *this;
  result.shape_ = shape;
  return result;
}

Array Array::clone() const {
  if (!defined()) return {};
  Array copy(shape_);
  std::copy_n(data_, size(), copy.data_);
  return copy;
}

MemoryUse memory_use() { return pool.use; }

void release_pool() { pool.release(); }

}  // namespace grad
