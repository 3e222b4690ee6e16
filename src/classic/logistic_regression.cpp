#include "classic/logistic_regression.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "kernels/kernels.h"
#include "tensor/check.h"
#include "tensor/math.h"

namespace grad::classic {

namespace {

// (rows, 2) numbers (0, z) of (rows, 1) numbers z: softmax of both is the sigmoid of z.
Array with_zero(const Array& z) {
  Array both({z.size(), 2});
  for (std::int64_t i = 0; i < z.size(); ++i) {
    both.data()[2 * i] = 0;
    both.data()[2 * i + 1] = z[i];
  }
  return both;
}

}  // namespace

LogisticRegression::LogisticRegression(const LogisticOptions& options) : options_(options) {
  check(std::isfinite(options.c) && options.c > 0, [&] {
    return "[LogisticRegression] c must be positive, not " + std::to_string(options.c);
  });
  check(options.iterations >= 1 && options.tolerance > 0,
        "[LogisticRegression] needs iterations >= 1 and tolerance > 0");
}

void LogisticRegression::begin(Rng) {
  const std::int64_t k = outputs(), d = features();
  search_ = Lbfgs(std::vector<double>(static_cast<std::size_t>(k * (d + 1))),
                  {.iterations = options_.iterations, .tolerance = options_.tolerance});
  weights_ = Array::zeros({k, d});
  biases_ = Array::zeros({k});
  gradient_ = Array::zeros({k, d});
  bias_gradient_.assign(static_cast<std::size_t>(k), 0);
  loss_ = 0;
  at_ = 0;
}

// The search's point holds all weights, then the biases.
void LogisticRegression::unpack(const std::vector<double>& point) {
  for (std::int64_t i = 0; i < weights_.size(); ++i)
    weights_.data()[i] = static_cast<real>(point[i]);
  for (std::int64_t i = 0; i < biases_.size(); ++i)
    biases_.data()[i] = static_cast<real>(point[weights_.size() + i]);
}

// (rows, classes): w_k·[x,1].
Array LogisticRegression::logits(const real* x, std::int64_t rows) const {
  const std::int64_t k = outputs();
  Array z({rows, k});
  kernels::gemm(false, true, rows, k, features(), 1, x, weights_.data(), 0, z.data(),
                biases_.data());
  return k == 1 ? with_zero(z) : z;
}

// Adds the gradients of `rows` examples and returns their loss.
double LogisticRegression::add_block(std::int64_t first, std::int64_t rows) {
  const std::int64_t k = outputs(), width = classes();
  const Array z = logits(example(first), rows);
  Array p(z.shape()), errors({rows, k});
  kernels::softmax(rows, width, z.data(), p.data());
  double loss = 0;
  for (std::int64_t i = 0; i < rows; ++i) {
    const std::int32_t label = labels()[static_cast<std::size_t>(first + i)];
    const real *z_row = z.data() + i * width, *p_row = p.data() + i * width;
    // -log P(label), from the likeliest class: its logarithm is never that of a rounded zero.
    const std::int64_t top = std::max_element(p_row, p_row + width) - p_row;
    loss +=
        static_cast<double>(z_row[top] - z_row[label]) - static_cast<double>(math::log(p_row[top]));
    for (std::int64_t j = 0; j < k; ++j) {
      const std::int64_t output_class = k == 1 ? 1 : j;
      const real error = p_row[output_class] - (label == output_class ? real(1) : real(0));
      errors.data()[i * k + j] = error;
      bias_gradient_[static_cast<std::size_t>(j)] += static_cast<double>(error);
    }
  }
  kernels::gemm(true, false, k, features(), rows, 1, errors.data(), example(first), 1,
                gradient_.data());
  return loss;
}

void LogisticRegression::slice() {
  const std::int64_t work = outputs() * (features() + 1);
  // The products run at several sums a cycle.
  const std::int64_t rows = std::clamp<std::int64_t>(8 * slice_work / work, 1, count() - at_);
  loss_ += add_block(at_, rows);
  at_ += rows;
  if (at_ == count()) end_evaluation();
}

// Hands value and gradient of the mean loss to the search.
void LogisticRegression::end_evaluation() {
  const auto n = static_cast<double>(count());
  const double penalty = 1 / (options_.c * n);
  const std::vector<double> point = search_.point();
  const std::int64_t weights_count = weights_.size();
  std::vector<double> gradient(point.size());
  double value = loss_ / n;
  for (std::int64_t i = 0; i < weights_count; ++i) {
    value += 0.5 * penalty * point[i] * point[i];
    gradient[i] = static_cast<double>(gradient_[i]) / n + penalty * point[i];
  }
  for (std::size_t j = 0; j < bias_gradient_.size(); ++j)
    gradient[weights_count + j] = bias_gradient_[j] / n;
  search_.tell(value, gradient);

  unpack(search_.point());
  kernels::fill(gradient_.size(), 0, gradient_.data());
  std::fill(bias_gradient_.begin(), bias_gradient_.end(), 0.0);
  loss_ = 0;
  at_ = 0;
  report(search_.done() ? 1 : 0.99 * search_.iterations() / options_.iterations);
}

void LogisticRegression::score(const real* x, std::int64_t rows, real* scores) const {
  kernels::softmax(rows, classes(), logits(x, rows).data(), scores);
}

Array LogisticRegression::weights() const {
  check(ready(), "[LogisticRegression] has not learned yet: fit() it first");
  const std::int64_t k = outputs(), d = features();
  Array all({k, d + 1});
  for (std::int64_t j = 0; j < k; ++j) {
    std::copy_n(weights_.data() + j * d, d, all.data() + j * (d + 1));
    all.data()[j * (d + 1) + d] = biases_[j];
  }
  return all;
}

void LogisticRegression::exchange(State& state) {
  state.array("weights", weights_, {outputs(), features()});
  state.array("biases", biases_, {outputs()});
}

}  // namespace grad::classic
