// One neuron: its weighted sum, its output, the gradient of its error, and one update.

#include <cstdio>

#include "autograd/ops.h"
#include "optim/optimizer.h"

using namespace grad;

int main() {
  const Tensor x = Tensor::from({0.75F, 0.8F, 1}, {1, 3});  // watch time, review score, genre match
  const Tensor w = Tensor::from({0.4F, 0.5F, 0.8F}, {1, 3}, true);
  const Tensor b = Tensor::from({-1}, {1}, true);
  const Tensor wanted = Tensor::from({1}, {1, 1});
  optim::SGD optimizer({{"weight", w}, {"bias", b}}, {.lr = 1});

  for (int update = 0; update <= 1; ++update) {
    const Tensor z = linear(x, w, b);
    const Tensor a = sigmoid(z);
    std::printf("z = %.3f, a = %.3f\n", double(z.item()), double(a.item()));
    mse_loss(a, wanted).backward();
    if (update == 0)
      std::printf("gradient %.3f %.3f %.3f, bias %.3f\n", double(w.grad()[0]), double(w.grad()[1]),
                  double(w.grad()[2]), double(b.grad()[0]));
    optimizer.step();
    optimizer.zero_grad();
  }
}
