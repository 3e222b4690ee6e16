// Rosenblatt's perceptron on six points: its mistakes, and the bound on them.

#include <cstdio>

#include "classic/perceptron.h"

using namespace grad;

int main() {
  const data::Dataset points{Array::from({2, 1, 1, 3, 3, 3, 1, 1, 0, 2, 2, -1}, {6, 2}),
                             {1, 1, 1, 0, 0, 0}};
  classic::Perceptron perceptron({.shuffle = false});
  perceptron.fit(points);
  const std::vector<double> w = perceptron.weights();
  const double margin = perceptron.margin(w);
  std::printf("%zu mistakes, weights %g %g %g\n", perceptron.mistakes().size(), w[0], w[1], w[2]);
  std::printf("margin %.3f, so at most %d mistakes\n", margin,
              static_cast<int>(perceptron.bound(margin)));
}
