#include "train/pass.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "tensor/check.h"

namespace grad::train {

Pass pass_over(const nn::Layer& model, optim::AnyOptimizer* optimizer, const Tensor& x,
               const Tensor& targets, std::span<const int> labels, std::span<const int> rows,
               const PassOptions& options) {
  const bool classes = !targets.defined();
  check(options.batch >= 1 && (!classes || labels.size() == rows.size()),
        "[pass_over] needs examples in a batch, and a label for each row");
  std::optional<NoGrad> no_grad;
  if (!optimizer) no_grad.emplace();
  nn::Parameters clipped;
  if (options.clip_norm > 0) clipped = nn::parameters_of(model);
  Pass pass;
  for (std::size_t at = 0; at < rows.size();) {
    const std::size_t count = std::min(rows.size() - at, static_cast<std::size_t>(options.batch));
    const auto some = rows.subspan(at, count);
    const Tensor output = model(index_select(x, 0, some));
    const Tensor loss = classes ? cross_entropy(output, labels.subspan(at, count))
                                : mse_loss(output, index_select(targets, 0, some));
    pass.last_loss = static_cast<double>(loss.item());
    if (optimizer) {
      if (!std::isfinite(pass.last_loss)) break;
      optimizer->zero_grad();
      loss.backward();
      if (options.clip_norm > 0) optim::clip_grad_norm(clipped, options.clip_norm);
      optimizer->step();
    }
    const auto examples = static_cast<double>(count);
    pass.loss += pass.last_loss * examples;
    if (classes) pass.right += accuracy(output, labels.subspan(at, count)) * examples;
    ++pass.batches;
    at += count;
  }
  return pass;
}

}  // namespace grad::train
