// Networks whose weights are written down, not trained: exclusive or, and the sawtooth.

#include <algorithm>
#include <cstdio>
#include <initializer_list>
#include <vector>

#include "nn/module.h"

using namespace grad;

/// A linear layer with these weights (a row for each output) and biases.
nn::Linear layer(int in, int out, std::initializer_list<real> weights,
                 std::initializer_list<real> biases) {
  Rng unused(0);
  nn::Linear linear(in, out, unused);
  std::copy(weights.begin(), weights.end(), linear.weight.mutable_value().data());
  std::copy(biases.begin(), biases.end(), linear.bias.mutable_value().data());
  return linear;
}

/// The tent, applied to itself: two ReLU units for each round.
nn::Sequential sawtooth(int rounds) {
  std::vector<nn::Layer> layers = {layer(1, 2, {1, 1}, {0, real(-0.5)}), nn::ReLU{}};
  for (int round = 1; round < rounds; ++round) {
    layers.push_back(layer(2, 2, {2, -4, 2, -4}, {0, real(-0.5)}));
    layers.push_back(nn::ReLU{});
  }
  layers.push_back(layer(2, 1, {2, -4}, {0}));
  return nn::Sequential(layers);
}

int main() {
  const nn::Sequential either(
      {layer(2, 2, {1, 1, 1, 1}, {0, -1}), nn::ReLU{}, layer(2, 1, {1, -2}, {0})});
  const Array corners = Array::from({0, 0, 0, 1, 1, 0, 1, 1}, {4, 2});
  const Array answers = either(Tensor(corners)).value();
  std::printf("exclusive or: %g %g %g %g\n", static_cast<double>(answers[0]),
              static_cast<double>(answers[1]), static_cast<double>(answers[2]),
              static_cast<double>(answers[3]));

  for (const int rounds : {1, 3, 10}) {
    const int pieces = 1 << rounds;
    const nn::Sequential deep = sawtooth(rounds);
    Array ends({pieces + 1, 1});
    for (int i = 0; i <= pieces; ++i)
      ends.data()[i] = static_cast<real>(i) / static_cast<real>(pieces);
    const Array y = deep(Tensor(ends)).value();
    int turns = 0;
    for (int i = 1; i < pieces; ++i) turns += (y[i] > y[i - 1]) != (y[i + 1] > y[i]);
    std::printf("%d rounds: %d units, %d parameters, %d pieces\n", rounds, 2 * rounds,
                static_cast<int>(deep.parameter_count()), turns + 1);
  }
}
