// A training step in its steady state asks the system for no memory. Every `new` of this program is
// counted here, except with the address sanitizer, which needs its own.
#include <cstdlib>
#include <new>

#include <catch2/catch_test_macros.hpp>

#include "kernels/kernels.h"
#include "nn/attention.h"
#include "nn/module.h"
#include "nn/recurrent.h"
#include "optim/optimizer.h"

namespace {

long allocations = 0;

}  // namespace

#ifndef __SANITIZE_ADDRESS__
// Not inlined: GCC would warn of a `free` of what `new` gave where it sees only one of the two.
#define APART __attribute__((noinline))
APART void* operator new(std::size_t bytes) {
  allocations++;
  void* memory = std::malloc(bytes > 0 ? bytes : 1);
  if (!memory) throw std::bad_alloc();
  return memory;
}
APART void operator delete(void* memory) noexcept { std::free(memory); }
APART void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
#undef APART
#endif

using namespace grad;

TEST_CASE("a training step allocates nothing once it has run a few times", "[nn]") {
  Rng rng(1);
  const nn::Sequential mlp = nn::mlp({2, 16, 16, 2}, nn::Tanh{}, rng);
  const nn::Sequential cnn({nn::Conv2d(1, 8, 3, rng), nn::BatchNorm(8), nn::ReLU{},
                            nn::MaxPool2d{2}, nn::Flatten{}, nn::Dropout(real(0.3), rng),
                            nn::Linear(72, 2, rng)});
  const nn::Sequential transformer(
      {nn::TransformerBlock(8, 2, 16, rng), nn::Flatten{}, nn::Linear(40, 2, rng)});
  const nn::Sequential rnn({nn::RNN(3, 8, rng), nn::Flatten{}, nn::Linear(40, 2, rng)});
  const nn::Sequential gru({nn::GRU(3, 8, rng), nn::Flatten{}, nn::Linear(40, 2, rng)});
  const nn::Sequential lstm({nn::LSTM(3, 8, rng), nn::Flatten{}, nn::Linear(40, 2, rng)});
  const Labels labels = {0, 1, 1, 0};
  for (const auto& [model, shape] : {std::pair{&mlp, Shape{4, 2}},
                                     {&cnn, Shape{4, 8, 8, 1}},
                                     {&transformer, Shape{4, 5, 8}},
                                     {&rnn, Shape{4, 5, 3}},
                                     {&gru, Shape{4, 5, 3}},
                                     {&lstm, Shape{4, 5, 3}}}) {
    for (const kernels::Class wanted : {kernels::Class::deterministic, kernels::Class::fast}) {
      kernels::select(wanted);
      optim::Adam adam(model->parameters());
      const Tensor x = Tensor::randn(shape, rng);
      const auto step = [&, model = model] {
        adam.zero_grad();
        cross_entropy((*model)(x), labels).backward();
        adam.step();
      };
      for (int i = 0; i < 3; ++i) step();
      const long before = allocations;
      const MemoryUse memory = memory_use();
      for (int i = 0; i < 20; ++i) step();
      const long after = allocations;
      CAPTURE(shape.text(), static_cast<int>(wanted));
      CHECK(after - before == 0);
      CHECK(memory_use().live == memory.live);
      CHECK(memory_use().pooled == memory.pooled);
    }
  }
  kernels::select(kernels::Class::deterministic);
}
