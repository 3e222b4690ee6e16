// A network learns xor: the whole public API in one page.

#include <cstdio>

#include "data/dataset.h"
#include "kernels/kernels.h"
#include "nn/module.h"
#include "optim/optimizer.h"

using namespace grad;

int main() {
  Rng rng(7);
  const auto [train, test] = data::split(data::xor_points(400, real(0.02), rng), real(0.5), rng);
  nn::Sequential model = nn::mlp({2, 16, 16, 2}, nn::Tanh{}, rng);
  optim::Adam optimizer(model.parameters(), {.lr = real(0.02)});

  const Tensor x(train.x);
  for (int step = 0; step < 200; ++step) {
    optimizer.zero_grad();
    cross_entropy(model(x), train.y).backward();
    optimizer.step();
  }

  const NoGrad no_grad;
  std::printf("test accuracy %.3f\n", accuracy(model(Tensor(test.x)), test.y));
}
