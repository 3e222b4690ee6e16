#include "kernels/threads.h"

#include <pthreadpool.h>

#include <algorithm>
#include <thread>

#include "kernels/kernels.h"

namespace grad::kernels {
namespace {

pthreadpool* pool = nullptr;

}  // namespace

pthreadpool* pool_for(std::int64_t products) {
  return products < products_worth_threads ? nullptr : pool;
}

void set_threads(int count) {
  const int most = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  count = std::clamp(count, 1, most);
  if (count == threads()) return;
  if (pool) pthreadpool_destroy(pool);
  pool = count > 1 ? pthreadpool_create(static_cast<std::size_t>(count)) : nullptr;
}

int threads() { return pool ? static_cast<int>(pthreadpool_get_threads_count(pool)) : 1; }

void detail::run_parts(std::int64_t parts, void (*run)(void* body, std::size_t part), void* body) {
  // Yielding: a pool that spins while it waits would fight with the page for the cores.
  pthreadpool_parallelize_1d(pool, run, body, static_cast<std::size_t>(parts),
                             PTHREADPOOL_FLAG_YIELD_WORKERS);
}

}  // namespace grad::kernels
