#include <algorithm>
#include <string>

#include "autograd/ops.h"
#include "autograd/record.h"
#include "kernels/kernels.h"
#include "tensor/check.h"

namespace grad {

namespace {

std::string tagged(const char* name) { return std::string("[") + name + "] "; }

void check_labels(const char* name, std::span<const std::int32_t> labels, const Shape& logits) {
  check(logits.axes() == 2 && logits[0] >= 1 && logits[1] >= 1,
        [&] { return tagged(name) + "needs logits (n,classes), not " + logits.text(); });
  check(static_cast<std::int64_t>(labels.size()) == logits[0], [&] {
    return tagged(name) + std::to_string(labels.size()) + " labels for logits " + logits.text();
  });
  for (std::size_t i = 0; i < labels.size(); ++i)
    check(labels[i] >= 0 && labels[i] < logits[1], [&] {
      return tagged(name) + "label " + std::to_string(labels[i]) + " at index " +
             std::to_string(i) + " is not in [0," + std::to_string(logits[1]) + ")";
    });
}

}  // namespace

Tensor softmax(const Tensor& x) {
  check(x.shape().axes() == 2 && x.shape()[1] >= 1,
        [&] { return "[softmax] needs (n,classes), not " + x.shape().text(); });
  const std::int64_t rows = x.shape()[0], cols = x.shape()[1];
  Array p(x.shape());
  kernels::softmax(rows, cols, x.value().data(), p.data());
  return record("softmax", p, {x}, [p, rows, cols](const Array& g, Inputs in) {
    real* dx = in[0].grad_buffer().data();
    for (std::int64_t r = 0; r < rows; ++r) {  // dx = p (g - sum of g p over the row)
      const real* p_row = p.data() + r * cols;
      const real* g_row = g.data() + r * cols;
      real dot = 0;
      for (std::int64_t c = 0; c < cols; ++c) dot += g_row[c] * p_row[c];
      for (std::int64_t c = 0; c < cols; ++c) dx[r * cols + c] += p_row[c] * (g_row[c] - dot);
    }
  });
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
  check(prediction.shape() == target.shape(), [&] {
    return "[mse_loss] prediction " + prediction.shape().text() + " and target " +
           target.shape().text() + " differ in shape";
  });
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
