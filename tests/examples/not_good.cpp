// Four reviews walk through a network for text whose weights are written down, not trained: words,
// embeddings, runs of two words, the strongest run of each unit, the score.

#include <algorithm>
#include <cstdio>
#include <initializer_list>

#include "nn/layers.h"

using namespace grad;

void write(Tensor& tensor, std::initializer_list<real> values) {
  std::copy(values.begin(), values.end(), tensor.mutable_value().data());
}

void print(const char* what, const Array& values) {
  std::printf("  %-9s", what);
  for (const real value : values.span()) std::printf(" %2g", double(value));
  std::printf("\n");
}

int main() {
  Rng unused(0);
  nn::Embedding words(4, 2, unused);
  write(words.weight, {0, 0,     // nothing
                       0, 1,     // not
                       1, 0,     // good
                       -1, 0});  // bad
  nn::Conv1d runs(2, 4, 2, unused);
  write(runs.weight, {0, -2, 1, 0,    // good, and no "not" before it
                      0, -2, -1, 0,   // bad, and no "not" before it
                      0, 1, 1, 0,     // not good
                      0, 1, -1, 0});  // not bad
  write(runs.bias, {0, 0, -1, -1});
  nn::Linear score(4, 1, unused, false);
  write(score.weight, {1, -1, -1, 1});

  const NoGrad no_grad;
  const struct {
    const char* text;
    std::initializer_list<real> words;
  } reviews[] = {
      {"good", {0, 0, 2}}, {"not good", {0, 1, 2}}, {"bad", {0, 0, 3}}, {"not bad", {0, 1, 3}}};
  for (const auto& review : reviews) {
    const Tensor embedded = words(Tensor(Array::from(review.words, {1, 3})));
    const Tensor answers = relu(runs(embedded));
    const Tensor strongest = max(answers, Axes{1});
    std::printf("%s\n", review.text);
    print("embedded", embedded.value());
    print("runs", answers.value());
    print("strongest", strongest.value());
    print("score", score(strongest).value());
  }
}
