// Normalisation: numbers are shifted and scaled to mean 0 and variance 1, then by learned weights.

#include <cmath>
#include <string>

#include "autograd/broadcast.h"
#include "autograd/ops.h"
#include "autograd/record.h"
#include "kernels/kernels.h"
#include "tensor/check.h"

namespace grad {

using kernels::Binary;

namespace {

// The number of rows of x (...,channels), to which weight and bias must fit.
std::int64_t rows_of(const std::string& op, const Tensor& x, const Tensor& weight,
                     const Tensor& bias) {
  check(x.shape().axes() >= 1 && x.shape()[-1] >= 1,
        [&] { return "[" + op + "] needs (...,channels), not " + x.shape().text(); });
  const Shape channels{x.shape()[-1]};
  check(weight.defined() || !bias.defined(), [&] { return "[" + op + "] bias without weight"; });
  for (const Tensor* own : {&weight, &bias})
    check(!own->defined() || own->shape() == channels, [&] {
      return "[" + op + "] weight or bias " + own->shape().text() + " does not fit input " +
             x.shape().text();
    });
  return x.shape().size() / x.shape()[-1];
}

// y weight + bias, either of which may be undefined.
Array scaled(const Array& y, const Tensor& weight, const Tensor& bias) {
  if (!weight.defined()) return y;
  Array result = broadcast_binary(Binary::mul, "norm", y, weight.value());
  const std::int64_t cols = weight.shape().size();
  if (bias.defined())
    kernels::binary_rows(Binary::add, result.size() / cols, cols, result.data(),
                         bias.value().data(), result.data());
  return result;
}

// Gradients of weight and bias, if they were given, where y was scaled by them.
void add_scale_gradients(const Array& y, const Array& g, Inputs in) {
  const std::int64_t cols = y.shape()[-1], rows = y.size() / cols;
  if (in.size() > 1 && in[1].requires_grad())  // dweight = sum of g y over rows
    kernels::sum_product_rows(rows, cols, g.data(), y.data(), in[1].grad_buffer().data());
  if (in.size() > 2 && in[2].requires_grad())  // dbias = sum of g over rows
    kernels::sum_rows(rows, cols, g.data(), in[2].grad_buffer().data());
}

Tensor normalized(const char* name, const Tensor& x, const Tensor& weight, const Tensor& bias,
                  bool center, real eps) {
  const std::int64_t rows = rows_of(name, x, weight, bias), cols = x.shape()[-1];
  Array y(x.shape()), scale({rows});
  kernels::normalize_rows(rows, cols, center, eps, x.value().data(), y.data(), scale.data());
  return record(name, scaled(y, weight, bias), {x, weight, bias},
                [y, scale, center](const Array& g, Inputs in) {
                  add_scale_gradients(y, g, in);
                  if (!in[0].requires_grad() || y.size() == 0) return;
                  // With d = g weight: dx = scale (d - mean of d, if centered - y mean of d y)
                  const Array d = scaled(g, in.size() > 1 ? in[1] : Tensor(), Tensor());
                  kernels::normalize_rows_backward(scale.size(), y.size() / scale.size(), center,
                                                   y.data(), scale.data(), d.data(),
                                                   in[0].grad_buffer().data());
                });
}

// 1 / sqrt(variance + eps).
Array inverse_deviation(const Array& variance, real eps) {
  Array scale(variance.shape());
  for (std::int64_t c = 0; c < scale.size(); ++c)
    scale.data()[c] = 1 / std::sqrt(variance[c] + eps);
  return scale;
}

// running += momentum (now - running).
void follow(Array& running, const Array& now, real factor, real momentum) {
  for (std::int64_t c = 0; c < running.size(); ++c)
    running.data()[c] += momentum * (factor * now[c] - running[c]);
}

}  // namespace

Tensor layer_norm(const Tensor& x, const Tensor& weight, const Tensor& bias, real eps) {
  return normalized("layer_norm", x, weight, bias, true, eps);
}

Tensor rms_norm(const Tensor& x, const Tensor& weight, real eps) {
  return normalized("rms_norm", x, weight, Tensor(), false, eps);
}

Tensor group_norm(const Tensor& x, int groups, const Tensor& weight, const Tensor& bias, real eps) {
  const Shape shape = x.shape();
  rows_of("group_norm", x, weight, bias);
  check(shape.axes() >= 2 && groups >= 1 && shape[-1] % groups == 0, [&] {
    return "[group_norm] " + std::to_string(groups) + " groups do not divide the channels of " +
           shape.text();
  });
  const std::int64_t n = shape[0], channels = shape[-1] / groups;
  const std::int64_t places = n > 0 ? shape.size() / (n * shape[-1]) : 0;
  Tensor y = permute(reshape(x, {n, places, groups, channels}), {0, 2, 1, 3});
  y = layer_norm(reshape(y, {n, groups, places * channels}), Tensor(), Tensor(), eps);
  y = permute(reshape(y, {n, groups, places, channels}), {0, 2, 1, 3});
  y = reshape(y, shape);
  if (weight.defined()) y = y * weight;
  return bias.defined() ? y + bias : y;
}

Tensor batch_norm(const Tensor& x, Array& running_mean, Array& running_var, const Tensor& weight,
                  const Tensor& bias, bool training, real momentum, real eps) {
  const std::int64_t rows = rows_of("batch_norm", x, weight, bias), cols = x.shape()[-1];
  const Shape channels{cols};
  check(running_mean.shape() == channels && running_var.shape() == channels, [&] {
    return "[batch_norm] running statistics " + running_mean.shape().text() + " and " +
           running_var.shape().text() + " do not fit input " + x.shape().text();
  });
  if (!training) {
    Tensor y = (x - Tensor(running_mean.clone())) * Tensor(inverse_deviation(running_var, eps));
    if (weight.defined()) y = y * weight;
    return bias.defined() ? y + bias : y;
  }
  check(rows >= 2, [&] {
    return "[batch_norm] training needs at least two numbers a channel, not " + x.shape().text();
  });
  Array mean(channels), variance(channels);
  kernels::column_moments(rows, cols, x.value().data(), mean.data(), variance.data());
  follow(running_mean, mean, 1, momentum);
  follow(running_var, variance, static_cast<real>(rows) / static_cast<real>(rows - 1), momentum);

  const Array scale = inverse_deviation(variance, eps);
  Array y = broadcast_binary(Binary::sub, "batch_norm", x.value(), mean);
  kernels::binary_rows(Binary::mul, rows, cols, y.data(), scale.data(), y.data());
  return record("batch_norm", scaled(y, weight, bias), {x, weight, bias},
                [y, scale](const Array& g, Inputs in) {
                  add_scale_gradients(y, g, in);
                  if (!in[0].requires_grad()) return;
                  // dx = scale weight (g - mean of g - y mean of g y), means over the rows
                  const std::int64_t n = scale.size(), count = y.size() / n;
                  Array total = Array::zeros({n}), slope = Array::zeros({n});
                  kernels::sum_rows(count, n, g.data(), total.data());
                  kernels::sum_product_rows(count, n, g.data(), y.data(), slope.data());
                  const Array factor = scaled(scale, in.size() > 1 ? in[1] : Tensor(), Tensor());
                  kernels::normalize_columns_backward(count, n, y.data(), factor.data(),
                                                      total.data(), slope.data(), g.data(),
                                                      in[0].grad_buffer().data());
                });
}

}  // namespace grad
