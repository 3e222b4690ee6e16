#pragma once

// Operations on tensors. Each is one function in ops_*.cpp that computes the value and records its
// derivative. Shapes are checked; errors name the operation and the shapes.

#include <cstdint>
#include <span>
#include <vector>

#include "autograd/tensor.h"

namespace grad {

/// Class indices of a batch.
using Labels = std::vector<std::int32_t>;

// Arithmetic, broadcasting by NumPy's rule.
Tensor operator+(const Tensor& a, const Tensor& b);
Tensor operator-(const Tensor& a, const Tensor& b);
Tensor operator*(const Tensor& a, const Tensor& b);
Tensor operator/(const Tensor& a, const Tensor& b);
Tensor operator+(const Tensor& a, real b);
Tensor operator-(const Tensor& a, real b);
Tensor operator*(const Tensor& a, real b);
Tensor operator/(const Tensor& a, real b);
Tensor operator+(real a, const Tensor& b);
Tensor operator-(real a, const Tensor& b);
Tensor operator*(real a, const Tensor& b);
Tensor operator/(real a, const Tensor& b);
Tensor operator-(const Tensor& a);

// Elementwise. At 0 the derivatives of abs and relu are taken as 0, that of sqrt is infinite.
Tensor exp(const Tensor& x);
Tensor log(const Tensor& x);
Tensor sqrt(const Tensor& x);
Tensor square(const Tensor& x);
Tensor abs(const Tensor& x);
Tensor relu(const Tensor& x);
Tensor sigmoid(const Tensor& x);
Tensor tanh(const Tensor& x);

// Reductions to a scalar.
Tensor sum(const Tensor& x);
Tensor mean(const Tensor& x);

// Shape.
Tensor reshape(const Tensor& x, const Shape& shape);
/// (n, ...) to (n, rest).
Tensor flatten(const Tensor& x);
/// (m, n) to (n, m).
Tensor transpose(const Tensor& x);

/// (m,k) x (k,n) to (m,n).
Tensor matmul(const Tensor& a, const Tensor& b);
/// x (n,in), w (out,in), b (out) or undefined: y = x wᵀ + b, as PyTorch's functional linear.
Tensor linear(const Tensor& x, const Tensor& w, const Tensor& b);

/// x (n,h,w,in), w (out,kh,kw,in), b (out) or undefined to (n,oh,ow,out).
Tensor conv2d(const Tensor& x, const Tensor& w, const Tensor& b, int stride = 1, int padding = 0);
/// Windows of size×size, `stride` apart (size if 0); what does not fill a window is left out.
Tensor max_pool2d(const Tensor& x, int size, int stride = 0);

/// Zeroes each element with probability p and scales the rest by 1/(1-p); identity unless
/// `training`.
Tensor dropout(const Tensor& x, real p, bool training, Rng& rng);

/// Rows of probabilities.
Tensor softmax(const Tensor& x);
/// Mean over rows of -log softmax(logits)[label]: logits (n,c), n labels in [0,c).
Tensor cross_entropy(const Tensor& logits, std::span<const std::int32_t> labels);
/// Mean of (prediction - target)².
Tensor mse_loss(const Tensor& prediction, const Tensor& target);

/// Share of rows whose first largest logit is at the label, in [0,1]. A number, no operation.
double accuracy(const Tensor& logits, std::span<const std::int32_t> labels);

}  // namespace grad
