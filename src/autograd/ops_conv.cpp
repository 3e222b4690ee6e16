#include <limits>

#include "autograd/ops.h"
#include "autograd/record.h"
#include "kernels/kernels.h"
#include "tensor/check.h"

namespace grad {

namespace {

kernels::Conv conv_of(const Shape& x, const Shape& w, int stride, int padding) {
  check(x.axes() == 4 && w.axes() == 4 && x[3] == w[3], [&] {
    return "[conv2d] input " + x.text() + " (n,h,w,in) does not fit weight " + w.text() +
           " (out,kh,kw,in)";
  });
  check(stride >= 1 && padding >= 0, [&] {
    return "[conv2d] stride " + std::to_string(stride) + " and padding " + std::to_string(padding) +
           " must be at least 1 and 0";
  });
  const kernels::Conv conv{x[0], x[1], x[2], x[3], w[0], w[1], w[2], stride, padding};
  const std::int64_t border = 2 * std::int64_t{padding};
  check(w.size() >= 1, [&] { return "[conv2d] weight " + w.text() + " is empty"; });
  check(w[1] <= x[1] + border && w[2] <= x[2] + border, [&] {
    return "[conv2d] weight " + w.text() + " (out,kh,kw,in) is larger than input " + x.text() +
           " with padding " + std::to_string(padding);
  });
  return conv;
}

}  // namespace

Tensor conv2d(const Tensor& x, const Tensor& w, const Tensor& b, int stride, int padding) {
  const kernels::Conv conv = conv_of(x.shape(), w.shape(), stride, padding);
  check(!b.defined() || b.shape() == Shape{conv.out_channels}, [&] {
    return "[conv2d] bias " + b.shape().text() + " does not fit weight " + w.shape().text() +
           " (out,kh,kw,in)";
  });
  Array y({conv.batch, conv.out_height(), conv.out_width(), conv.out_channels});
  kernels::conv2d(conv, x.value().data(), w.value().data(),
                  b.defined() ? b.value().data() : nullptr, y.data());
  return record("conv2d", std::move(y), {x, w, b}, [conv](const Array& g, Inputs in) {
    if (in[0].requires_grad()) {  // dx[p] = sum of g w over the windows that saw p
      Array dx(in[0].shape());
      kernels::conv2d_backward_input(conv, g.data(), in[1].value().data(), dx.data());
      in[0].add_grad(dx);
    }
    if (in[1].requires_grad())  // dw = sum of g x over pictures and windows
      kernels::conv2d_backward_weight(conv, in[0].value().data(), g.data(),
                                      in[1].grad_buffer().data());
    if (in.size() > 2 && in[2].requires_grad())  // db = sum of g over pictures and windows
      kernels::sum_rows(g.size() / conv.out_channels, conv.out_channels, g.data(),
                        in[2].grad_buffer().data());
  });
}

Tensor max_pool2d(const Tensor& x, int size, int stride) {
  if (stride == 0) stride = size;
  const Shape& s = x.shape();
  check(s.axes() == 4, [&] { return "[max_pool2d] needs (n,h,w,channels), not " + s.text(); });
  check(size >= 1 && stride >= 1 && size <= s[1] && size <= s[2], [&] {
    return "[max_pool2d] window " + std::to_string(size) + " with stride " +
           std::to_string(stride) + " does not fit input " + s.text();
  });
  // The kernel keeps positions in 32 bits.
  check(s.size() <= std::numeric_limits<std::int32_t>::max(),
        [&] { return "[max_pool2d] input " + s.text() + " is too large"; });
  const kernels::Pool pool{s[0], s[1], s[2], s[3], size, stride};
  Array y({pool.batch, pool.out_height(), pool.out_width(), pool.channels});
  Indices argmax(y.size());
  kernels::max_pool2d(pool, x.value().data(), y.data(), argmax.data());
  return record("max_pool2d", std::move(y), {x}, [argmax](const Array& g, Inputs in) {
    // dx = g at the largest element of each window, 0 elsewhere
    kernels::max_pool2d_backward(g.size(), g.data(), argmax.data(), in[0].grad_buffer().data());
  });
}

}  // namespace grad
