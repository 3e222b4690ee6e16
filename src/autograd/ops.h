#pragma once

// Operations on tensors. Each is one function in ops_*.cpp that computes the value and records its
// derivative. Shapes are checked; errors name the operation and the shapes.

#include <cstdint>
#include <initializer_list>
#include <span>
#include <vector>

#include "autograd/axes.h"
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
Tensor sign(const Tensor& x);
Tensor relu(const Tensor& x);
Tensor sigmoid(const Tensor& x);
Tensor tanh(const Tensor& x);
/// x Φ(x), with Φ(x) the share of standard normal numbers below x.
Tensor gelu(const Tensor& x);
/// x sigmoid(x).
Tensor silu(const Tensor& x);
/// log(1 + exp(x)).
Tensor softplus(const Tensor& x);
/// x above 0, slope * x below.
Tensor leaky_relu(const Tensor& x, real slope = real(0.01));
/// x above 0, alpha (exp(x) - 1) below. Throws Error unless alpha > 0.
Tensor elu(const Tensor& x, real alpha = 1);
/// x to the power of the exponent, broadcasting; NaN where x < 0 and the exponent is not whole.
Tensor pow(const Tensor& x, const Tensor& exponent);
Tensor pow(const Tensor& x, real exponent);

// Comparing, broadcasting.
/// The larger of the two; equal ones share the gradient.
Tensor maximum(const Tensor& a, const Tensor& b);
Tensor minimum(const Tensor& a, const Tensor& b);
/// x moved into [low, high]; no gradient where it was outside.
Tensor clamp(const Tensor& x, real low, real high);
/// 1 where a > b (or a == b), else 0. Without gradient.
Tensor greater(const Tensor& a, const Tensor& b);
Tensor equal(const Tensor& a, const Tensor& b);
/// a where the condition is not 0, else b. No gradient passes to the condition.
Tensor where(const Tensor& condition, const Tensor& a, const Tensor& b);

// Reductions to a scalar.
Tensor sum(const Tensor& x);
Tensor mean(const Tensor& x);

// Reductions along axes, which disappear, or stay with size 1 if `keepdim`: sum(x, -1),
// mean(x, {1, 2}, true). Throw Error naming the axis if it is not there or given twice.
Tensor sum(const Tensor& x, const Axes& axes, bool keepdim = false);
Tensor mean(const Tensor& x, const Axes& axes, bool keepdim = false);
/// Mean square distance from the mean, divided by the count less `correction`.
Tensor var(const Tensor& x, const Axes& axes, bool keepdim = false, int correction = 1);
/// The largest; equal ones share the gradient. Throws Error where there is none to choose from.
Tensor max(const Tensor& x, const Axes& axes, bool keepdim = false);
Tensor min(const Tensor& x, const Axes& axes, bool keepdim = false);
/// log of the sum of exp(x), without overflow.
Tensor logsumexp(const Tensor& x, const Axes& axes, bool keepdim = false);
/// Index of the first largest along one axis, for the rest of the axes in order. No operation.
Labels argmax(const Tensor& x, int axis = -1);

// Shape. Axes may count from the end: -1 is the last.
Tensor reshape(const Tensor& x, const Shape& shape);
/// (n, ...) to (n, rest).
Tensor flatten(const Tensor& x);
/// A new axis of size 1 in that place of the result.
Tensor unsqueeze(const Tensor& x, int axis);
/// Axis i of the result is axis axes[i] of x: permute(x, {0, 3, 1, 2}).
Tensor permute(const Tensor& x, const Axes& axes);
/// (m, n) to (n, m).
Tensor transpose(const Tensor& x);
/// Two axes exchanged.
Tensor transpose(const Tensor& x, int a, int b);
/// Every `step`-th from start up to but without stop, as Python's x[start:stop:step]: negative ones
/// count from the end, what lies outside is cut off.
Tensor slice(const Tensor& x, int axis, std::int64_t start, std::int64_t stop,
             std::int64_t step = 1);
/// One index of an axis, which disappears.
Tensor select(const Tensor& x, int axis, std::int64_t index);
/// The given axes in reverse order.
Tensor flip(const Tensor& x, const Axes& axes);
/// The whole counts[i] times along axis i; x gets axes of size 1 in front if there are more counts.
Tensor repeat(const Tensor& x, const Shape& counts);
/// `value` around x: two amounts (before, after) for each axis, the last axis first.
Tensor pad(const Tensor& x, std::span<const int> amounts, real value = 0);
Tensor pad(const Tensor& x, std::initializer_list<int> amounts, real value = 0);
/// One after the other along an axis, in which alone the shapes may differ.
Tensor concat(std::span<const Tensor> parts, int axis = 0);
Tensor concat(std::initializer_list<Tensor> parts, int axis = 0);
/// Along a new axis in that place of the result; the shapes must be equal.
Tensor stack(std::span<const Tensor> parts, int axis = 0);
Tensor stack(std::initializer_list<Tensor> parts, int axis = 0);

// Picking by indices, which are row-major. Throw Error naming the first that is out of range.
/// y[i,j,..] = x[index[i,j,..],j,..] for axis 0, and so on. `shape` is that of the indices and of
/// the result: as x's, but of any size along `axis` and at most x's along the others.
Tensor gather(const Tensor& x, int axis, std::span<const std::int32_t> index, const Shape& shape);
/// x plus source, whose elements go where gather would take them from; indices as many as those.
Tensor scatter_add(const Tensor& x, int axis, std::span<const std::int32_t> index,
                   const Tensor& source);
/// The given slices of an axis, one after the other; the same may be taken several times.
Tensor index_select(const Tensor& x, int axis, std::span<const std::int32_t> index);
/// Rows of weight (entries, size) in an array of that shape, so that the result has one axis more.
Tensor embedding(const Tensor& weight, std::span<const std::int32_t> index, const Shape& shape);
/// Rows of `classes` zeros with a 1 at the label. Without gradient.
Tensor one_hot(std::span<const std::int32_t> labels, int classes);

/// (...,m,k) x (...,k,n) to (...,m,n), with the axes in front broadcasting. `trans_a` means that a
/// is stored (...,k,m), `trans_b` that b is stored (...,n,k).
Tensor matmul(const Tensor& a, const Tensor& b, bool trans_a = false, bool trans_b = false);
/// What a product may apply to its result within the same operation, which spares small networks an
/// operation and large ones a pass over memory.
enum class Activation { none, relu, sigmoid, tanh };
/// x (...,in), w (out,in), b (out) or undefined: y = x wᵀ + b, as PyTorch's functional linear, or
/// activation(y).
Tensor linear(const Tensor& x, const Tensor& w, const Tensor& b,
              Activation activation = Activation::none);

// Convolutions. b (out) may be undefined. `dilation` is the distance of neighbouring taps; `groups`
// parts of the channels do not see each other (as many as channels: depthwise).
/// x (n,h,w,in), w (out,kh,kw,in/groups) to (n,oh,ow,out), oh = (h + 2 padding - dilation (kh-1) -
/// 1) / stride + 1, rounded down; with the activation applied to it.
Tensor conv2d(const Tensor& x, const Tensor& w, const Tensor& b, int stride = 1, int padding = 0,
              int dilation = 1, int groups = 1, Activation activation = Activation::none);
/// x (n,length,in), w (out,k,in/groups) to (n,out length,out).
Tensor conv1d(const Tensor& x, const Tensor& w, const Tensor& b, int stride = 1, int padding = 0,
              int dilation = 1, int groups = 1);
/// The transpose of conv2d as a linear map: x (n,h,w,in), w (in,kh,kw,out/groups) to (n,oh,ow,out),
/// oh = (h-1) stride - 2 padding + dilation (kh-1) + output_padding + 1.
Tensor conv_transpose2d(const Tensor& x, const Tensor& w, const Tensor& b, int stride = 1,
                        int padding = 0, int output_padding = 0, int groups = 1, int dilation = 1);
/// Windows of size×size, `stride` apart (size if 0); what does not fill a window is left out.
Tensor max_pool2d(const Tensor& x, int size, int stride = 0);
Tensor avg_pool2d(const Tensor& x, int size, int stride = 0);
/// (n,h,w,channels) to (n,channels).
Tensor global_avg_pool2d(const Tensor& x);
Tensor global_max_pool2d(const Tensor& x);
/// (n,h,w,channels) to (n,h scale,w scale,channels): each pixel repeated, or between its neighbours
/// (as PyTorch with align_corners=False).
Tensor upsample_nearest(const Tensor& x, int scale);
Tensor upsample_bilinear(const Tensor& x, int scale);

/// Zeroes each element with probability p and scales the rest by 1/(1-p); identity unless
/// `training`.
Tensor dropout(const Tensor& x, real p, bool training, Rng& rng);

// Normalisation, over the last axis of size `channels` and others. weight and bias (channels) scale
// and shift the result; bias, or both, may be undefined.
/// Each row to mean 0 and variance 1.
Tensor layer_norm(const Tensor& x, const Tensor& weight, const Tensor& bias, real eps = real(1e-5));
/// Each row to a mean square of 1.
Tensor rms_norm(const Tensor& x, const Tensor& weight, real eps = real(1e-6));
/// x (n,...,channels): each of n, and in it each group of channels, to mean 0 and variance 1.
Tensor group_norm(const Tensor& x, int groups, const Tensor& weight, const Tensor& bias,
                  real eps = real(1e-5));
/// Each channel to mean 0 and variance 1 over all else. If `training`, by the batch's own
/// statistics, which the running ones (channels) follow: running += momentum (batch - running);
/// else by the running ones.
Tensor batch_norm(const Tensor& x, Array& running_mean, Array& running_var, const Tensor& weight,
                  const Tensor& bias, bool training, real momentum = real(0.1),
                  real eps = real(1e-5));

/// exp(x) / sum of exp(x) along an axis: probabilities. And their logarithm.
Tensor softmax(const Tensor& x, int axis = -1);
Tensor log_softmax(const Tensor& x, int axis = -1);
/// Mean over rows of -log softmax(logits)[label]: logits (n,c), n labels in [0,c).
Tensor cross_entropy(const Tensor& logits, std::span<const std::int32_t> labels);
/// softmax(query keyᵀ / sqrt(d)) value, for query (...,length,d), key (...,keys,d) and value
/// (...,keys,e), to (...,length,e). Where `mask` (broadcasting to (...,length,keys)) is 0, a query
/// does not see a key; if `causal`, none behind its own place. One that sees nothing gets NaN.
Tensor scaled_dot_product_attention(const Tensor& query, const Tensor& key, const Tensor& value,
                                    const Tensor& mask = {}, bool causal = false);

/// How labels count in a loss, as in PyTorch.
struct LabelOptions {
  std::span<const real> weight{};    ///< one for each class; none: all 1
  real label_smoothing = 0;          ///< share of the target spread evenly over all classes
  std::int32_t ignore_index = -100;  ///< rows with this label do not count
};
/// The same with options: the weighted sum over rows, divided by the weights of their labels.
/// Throws Error if no row counts.
Tensor cross_entropy(const Tensor& logits, std::span<const std::int32_t> labels,
                     const LabelOptions& options);
/// The same from log-probabilities, such as log_softmax gives.
Tensor nll_loss(const Tensor& log_probabilities, std::span<const std::int32_t> labels,
                const LabelOptions& options = {});
/// Mean of -t log sigmoid(x) - (1-t) log(1 - sigmoid(x)), with targets t in [0,1].
Tensor bce_with_logits(const Tensor& logits, const Tensor& target);
/// Mean of (prediction - target)².
Tensor mse_loss(const Tensor& prediction, const Tensor& target);
/// Mean of |prediction - target|.
Tensor l1_loss(const Tensor& prediction, const Tensor& target);
/// Mean of d²/2 where d = |prediction - target| is at most delta, else of delta (d - delta/2).
Tensor huber_loss(const Tensor& prediction, const Tensor& target, real delta = 1);
/// Sum of p (log p - log q) over the classes, mean over the rows (PyTorch's "batchmean"), with
/// log q predicted; the target p is taken as given, without gradient.
Tensor kl_div(const Tensor& log_prediction, const Tensor& target);

/// Share of rows whose first largest logit is at the label, in [0,1]. A number, no operation.
double accuracy(const Tensor& logits, std::span<const std::int32_t> labels);

}  // namespace grad
