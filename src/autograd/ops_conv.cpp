#include <string>

#include "autograd/activation.h"
#include "autograd/ops.h"
#include "autograd/record.h"
#include "kernels/kernels.h"
#include "tensor/check.h"

namespace grad {

namespace {

void check_settings(const std::string& op, int stride, int padding, int dilation, int groups) {
  check(stride >= 1 && padding >= 0, [&] {
    return "[" + op + "] stride " + std::to_string(stride) + " and padding " +
           std::to_string(padding) + " must be at least 1 and 0";
  });
  check(dilation >= 1 && groups >= 1, [&] {
    return "[" + op + "] dilation " + std::to_string(dilation) + " and groups " +
           std::to_string(groups) + " must be at least 1";
  });
}

kernels::Conv conv_of(const Shape& x, const Shape& w, int stride, int padding, int dilation,
                      int groups) {
  check_settings("conv2d", stride, padding, dilation, groups);
  check(x.axes() == 4 && w.axes() == 4 && x[3] == w[3] * groups && w[0] % groups == 0, [&] {
    const std::string in = groups == 1 ? "in" : "in/" + std::to_string(groups);
    return "[conv2d] input " + x.text() + " (n,h,w,in) does not fit weight " + w.text() +
           " (out,kh,kw," + in + ")";
  });
  const kernels::Conv conv{x[0], x[1],   x[2],    x[3],     w[0],  w[1],
                           w[2], stride, padding, dilation, groups};
  check(w.size() >= 1, [&] { return "[conv2d] weight " + w.text() + " is empty"; });
  const std::int64_t border = 2 * std::int64_t{padding};
  check(dilation * (w[1] - 1) < x[1] + border && dilation * (w[2] - 1) < x[2] + border, [&] {
    return "[conv2d] weight " + w.text() + " (out,kh,kw,in) is larger than input " + x.text() +
           " with padding " + std::to_string(padding);
  });
  return conv;
}

void check_bias(const std::string& op, const Tensor& b, std::int64_t out, const Shape& w) {
  check(!b.defined() || b.shape() == Shape{out}, [&] {
    return "[" + op + "] bias " + b.shape().text() + " does not fit weight " + w.text() +
           (op == "conv2d" ? " (out,kh,kw,in)" : " (in,kh,kw,out)");
  });
}

}  // namespace

Tensor conv2d(const Tensor& x, const Tensor& w, const Tensor& b, int stride, int padding,
              int dilation, int groups, Activation activation) {
  const kernels::Conv conv = conv_of(x.shape(), w.shape(), stride, padding, dilation, groups);
  check_bias("conv2d", b, conv.out_channels, w.shape());
  Array y({conv.batch, conv.out_height(), conv.out_width(), conv.out_channels});
  kernels::conv2d(conv, x.value().data(), w.value().data(),
                  b.defined() ? b.value().data() : nullptr, y.data());
  apply(activation, y);
  const Array kept = kept_by(activation, y);
  return record(
      "conv2d", std::move(y), {x, w, b}, [conv, activation, kept](const Array& dy, Inputs in) {
        const Array g = before(activation, kept, dy);
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

Tensor conv1d(const Tensor& x, const Tensor& w, const Tensor& b, int stride, int padding,
              int dilation, int groups) {
  check_settings("conv1d", stride, padding, dilation, groups);
  check(x.shape().axes() == 3 && w.shape().axes() == 3, [&] {
    return "[conv1d] input " + x.shape().text() + " (n,length,in) does not fit weight " +
           w.shape().text() + " (out,k,in)";
  });
  // A picture of one row. Padding is put on here, where it does not add rows.
  const Tensor padded = padding > 0 ? pad(x, {0, 0, padding, padding}) : x;
  const Tensor y = conv2d(unsqueeze(padded, 1), unsqueeze(w, 1), b, stride, 0, dilation, groups);
  return reshape(y, {y.shape()[0], y.shape()[2], y.shape()[3]});
}

Tensor conv_transpose2d(const Tensor& x, const Tensor& w, const Tensor& b, int stride, int padding,
                        int output_padding, int groups, int dilation) {
  check_settings("conv_transpose2d", stride, padding, dilation, groups);
  const Shape &size = x.shape(), &kernel = w.shape();
  check(size.axes() == 4 && kernel.axes() == 4 && size[3] == kernel[0] && kernel[0] % groups == 0 &&
            kernel.size() >= 1 && size[1] >= 1 && size[2] >= 1,
        [&] {
          return "[conv_transpose2d] input " + size.text() + " (n,h,w,in) does not fit weight " +
                 kernel.text() + " (in,kh,kw,out)";
        });
  check(output_padding >= 0 && output_padding < std::max(stride, dilation), [&] {
    return "[conv_transpose2d] output padding " + std::to_string(output_padding) +
           " must be smaller than stride or dilation";
  });
  const auto out_size = [&](int axis) {
    return (size[axis] - 1) * stride - 2 * padding + dilation * (kernel[axis] - 1) +
           output_padding + 1;
  };
  const std::int64_t height = out_size(1), width = out_size(2), out = kernel[3] * groups;
  check(height >= 1 && width >= 1, [&] {
    return "[conv_transpose2d] nothing is left of input " + size.text() + " with padding " +
           std::to_string(padding);
  });
  check_bias("conv_transpose2d", b, out, kernel);
  // The convolution that turns pictures of the result's shape into some of the input's.
  const kernels::Conv conv{size[0],   height, width,   out,      kernel[0], kernel[1],
                           kernel[2], stride, padding, dilation, groups};
  Array y({size[0], height, width, out});
  kernels::conv2d_backward_input(conv, x.value().data(), w.value().data(), y.data());
  if (b.defined())
    kernels::binary_rows(kernels::Binary::add, y.size() / out, out, y.data(), b.value().data(),
                         y.data());
  return record("conv_transpose2d", std::move(y), {x, w, b}, [conv](const Array& g, Inputs in) {
    if (in[0].requires_grad()) {  // dx = the convolution of g
      Array dx(in[0].shape());
      kernels::conv2d(conv, g.data(), in[1].value().data(), nullptr, dx.data());
      in[0].add_grad(dx);
    }
    if (in[1].requires_grad())  // dw = sum of x g over pictures and windows
      kernels::conv2d_backward_weight(conv, g.data(), in[0].value().data(),
                                      in[1].grad_buffer().data());
    if (in.size() > 2 && in[2].requires_grad())  // db = sum of g over pictures and pixels
      kernels::sum_rows(g.size() / conv.in_channels, conv.in_channels, g.data(),
                        in[2].grad_buffer().data());
  });
}

}  // namespace grad
