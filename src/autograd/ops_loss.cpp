#include <algorithm>
#include <string>

#include "autograd/ops.h"
#include "autograd/record.h"
#include "kernels/kernels.h"
#include "tensor/check.h"
#include "tensor/math.h"

namespace grad {

namespace {

std::string tagged(const char* name) { return std::string("[") + name + "] "; }

// No label may be outside of the classes, except `ignored`.
void check_labels(const char* name, std::span<const std::int32_t> labels, const Shape& logits,
                  std::int32_t ignored = 0) {
  check(logits.axes() == 2 && logits[0] >= 1 && logits[1] >= 1,
        [&] { return tagged(name) + "needs logits (n,classes), not " + logits.text(); });
  check(static_cast<std::int64_t>(labels.size()) == logits[0], [&] {
    return tagged(name) + std::to_string(labels.size()) + " labels for logits " + logits.text();
  });
  for (std::size_t i = 0; i < labels.size(); ++i)
    check((labels[i] >= 0 && labels[i] < logits[1]) || labels[i] == ignored, [&] {
      return tagged(name) + "label " + std::to_string(labels[i]) + " at index " +
             std::to_string(i) + " is not in [0," + std::to_string(logits[1]) + ")";
    });
}

void check_same(const char* name, const Tensor& prediction, const Tensor& target) {
  check(prediction.shape() == target.shape(), [&] {
    return tagged(name) + "prediction " + prediction.shape().text() + " and target " +
           target.shape().text() + " differ in shape";
  });
}

// How much each log-probability counts in a loss, so that the loss is minus their weighted sum.
Array shares_of(const char* name, std::span<const std::int32_t> labels, const Shape& shape,
                const LabelOptions& options) {
  check_labels(name, labels, shape, options.ignore_index);
  const std::int64_t rows = shape[0], classes = shape[1];
  const auto& weights = options.weight;
  check(weights.empty() || static_cast<std::int64_t>(weights.size()) == classes, [&] {
    return tagged(name) + std::to_string(weights.size()) + " class weights for " + shape.text();
  });
  const real smoothing = options.label_smoothing;
  check(smoothing >= 0 && smoothing <= 1, [&] {
    return tagged(name) + "label smoothing " + std::to_string(smoothing) + " is not in [0,1]";
  });
  const auto weight = [&](std::int64_t c) {
    return weights.empty() ? real(1) : weights[static_cast<std::size_t>(c)];
  };
  Array shares = Array::zeros(shape);
  real total = 0;
  for (std::int64_t r = 0; r < rows; ++r) {
    const std::int32_t label = labels[static_cast<std::size_t>(r)];
    if (label == options.ignore_index) continue;
    real* row = shares.data() + r * classes;
    total += weight(label);
    for (std::int64_t c = 0; c < classes; ++c)
      row[c] = smoothing / static_cast<real>(classes) * weight(c);
    row[label] += (1 - smoothing) * weight(label);
  }
  check(total > 0, [&] { return tagged(name) + "no label counts: all are ignored or weigh 0"; });
  kernels::binary_scalar(kernels::Binary::div, shares.size(), shares.data(), total, shares.data());
  return shares;
}

}  // namespace

Tensor nll_loss(const Tensor& log_probabilities, std::span<const std::int32_t> labels,
                const LabelOptions& options) {
  const Array shares = shares_of("nll_loss", labels, log_probabilities.shape(), options);
  return -sum(log_probabilities * Tensor(shares));
}

Tensor cross_entropy(const Tensor& logits, std::span<const std::int32_t> labels,
                     const LabelOptions& options) {
  const Array shares = shares_of("cross_entropy", labels, logits.shape(), options);
  return -sum(log_softmax(logits) * Tensor(shares));
}

Tensor bce_with_logits(const Tensor& logits, const Tensor& target) {
  check_same("bce_with_logits", logits, target);
  return mean(softplus(logits) - logits * target);
}

Tensor l1_loss(const Tensor& prediction, const Tensor& target) {
  check_same("l1_loss", prediction, target);
  return mean(abs(prediction - target));
}

Tensor huber_loss(const Tensor& prediction, const Tensor& target, real delta) {
  check_same("huber_loss", prediction, target);
  check(delta > 0,
        [&] { return "[huber_loss] delta " + std::to_string(delta) + " is not above 0"; });
  const Tensor size = abs(prediction - target);
  const Tensor near = clamp(size, 0, delta);
  return mean(square(near) / 2 + (size - near) * delta);
}

Tensor kl_div(const Tensor& log_prediction, const Tensor& target) {
  check_same("kl_div", log_prediction, target);
  check(target.shape().axes() >= 1 && target.shape()[0] >= 1,
        [&] { return "[kl_div] needs (n,...), not " + target.shape().text(); });
  const Array& p = target.value();
  Array negative_entropy(p.shape());  // p log p, 0 at 0
  for (std::int64_t i = 0; i < p.size(); ++i)
    negative_entropy.data()[i] = p[i] == 0 ? 0 : p[i] * math::log(p[i]);
  return sum(Tensor(negative_entropy) - Tensor(p) * log_prediction) /
         static_cast<real>(p.shape()[0]);
}

Tensor cross_entropy(const Tensor& logits, std::span<const std::int32_t> labels) {
  check_labels("cross_entropy", labels, logits.shape());
  const std::int64_t rows = logits.shape()[0], cols = logits.shape()[1];
  Array p(logits.shape());
  const real loss =
      kernels::cross_entropy(rows, cols, logits.value().data(), labels.data(), p.data());
  Indices kept(rows);
  std::copy(labels.begin(), labels.end(), kept.data());
  return record("cross_entropy", Array::full({}, loss), {logits},
                [p, kept, rows, cols](const Array& g, Inputs in) {
                  // dx = g (p - onehot(label)) / rows
                  kernels::cross_entropy_backward(rows, cols, p.data(), kept.data(), g[0],
                                                  in[0].grad_buffer().data());
                });
}

Tensor mse_loss(const Tensor& prediction, const Tensor& target) {
  check_same("mse_loss", prediction, target);
  const std::int64_t n = prediction.value().size();
  Array difference(prediction.shape()), squares(prediction.shape());
  kernels::binary(kernels::Binary::sub, n, prediction.value().data(), target.value().data(),
                  difference.data());
  kernels::unary(kernels::Unary::square, n, difference.data(), squares.data());
  const real loss = kernels::sum(n, squares.data()) / static_cast<real>(n);
  return record("mse_loss", Array::full({}, loss), {prediction, target},
                [difference, n](const Array& g, Inputs in) {
                  const real scale = 2 * g[0] / static_cast<real>(n);
                  // dprediction = 2 g (prediction - target) / n, dtarget = -dprediction
                  if (in[0].requires_grad())
                    kernels::axpy(n, scale, difference.data(), in[0].grad_buffer().data());
                  if (in[1].requires_grad())
                    kernels::axpy(n, -scale, difference.data(), in[1].grad_buffer().data());
                });
}

double accuracy(const Tensor& logits, std::span<const std::int32_t> labels) {
  check_labels("accuracy", labels, logits.shape());
  const std::int64_t rows = logits.shape()[0], cols = logits.shape()[1];
  Indices guesses(rows);
  kernels::argmax_rows(rows, cols, logits.value().data(), guesses.data());
  std::int64_t right = 0;
  for (std::int64_t r = 0; r < rows; ++r)
    right += guesses.data()[r] == labels[static_cast<std::size_t>(r)];
  return static_cast<double>(right) / static_cast<double>(rows);
}

}  // namespace grad
