// The network of 1998, layer by layer: what each layer makes and how much it has to learn.

#include <cstdio>

#include "nn/module.h"
#include "nn/summary.h"

using namespace grad;

int main() {
  Rng rng(1);
  const nn::Sequential lenet({nn::Conv2d(1, 6, 5, rng), nn::Tanh{}, nn::AvgPool2d{2},
                              nn::Conv2d(6, 16, 5, rng), nn::Tanh{}, nn::AvgPool2d{2},
                              nn::Conv2d(16, 120, 5, rng), nn::Tanh{}, nn::Flatten{},
                              nn::Linear(120, 84, rng), nn::Tanh{}, nn::Linear(84, 10, rng)});
  std::printf("%s", nn::summary_table(lenet, {1, 32, 32, 1}).c_str());
}
