// Pictures made smaller and larger, channel by channel.

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "autograd/ops.h"
#include "autograd/record.h"
#include "kernels/kernels.h"
#include "tensor/check.h"

namespace grad {

namespace {

void check_picture(const std::string& op, const Shape& x) {
  check(x.axes() == 4, [&] { return "[" + op + "] needs (n,h,w,channels), not " + x.text(); });
}

kernels::Pool pool_of(const std::string& op, const Shape& x, int size, int stride) {
  check_picture(op, x);
  check(size >= 1 && stride >= 1 && size <= x[1] && size <= x[2], [&] {
    return "[" + op + "] window " + std::to_string(size) + " with stride " +
           std::to_string(stride) + " does not fit input " + x.text();
  });
  return {x[0], x[1], x[2], x[3], size, stride};
}

// Where a pixel of the larger picture lies between two of the smaller one, along one axis.
struct Between {
  std::int64_t low, high;
  real share;  ///< of the higher one

  Between(std::int64_t i, int scale, std::int64_t size) {
    const real middle = (static_cast<real>(i) + real(0.5)) / static_cast<real>(scale) - real(0.5);
    const real place = std::max<real>(middle, 0);
    low = std::min(static_cast<std::int64_t>(place), size - 1);
    high = std::min(low + 1, size - 1);
    share = place - static_cast<real>(low);
  }
};

// Calls visit(number in the larger picture, number in the smaller one, weight) for the four pixels
// between which each pixel of the larger picture lies.
template <class Visit>
void for_each_neighbour(const Shape& small, int scale, Visit visit) {
  const std::int64_t height = small[1], width = small[2], channels = small[3];
  std::int64_t large = 0;
  for (std::int64_t image = 0; image < small[0]; ++image)
    for (std::int64_t y = 0; y < height * scale; ++y) {
      const Between rows(y, scale, height);
      for (std::int64_t x = 0; x < width * scale; ++x, large += channels) {
        const Between cols(x, scale, width);
        const auto at = [&](std::int64_t row, std::int64_t col) {
          return ((image * height + row) * width + col) * channels;
        };
        visit(large, at(rows.low, cols.low), (1 - rows.share) * (1 - cols.share));
        visit(large, at(rows.low, cols.high), (1 - rows.share) * cols.share);
        visit(large, at(rows.high, cols.low), rows.share * (1 - cols.share));
        visit(large, at(rows.high, cols.high), rows.share * cols.share);
      }
    }
}

Shape enlarged(const std::string& op, const Shape& x, int scale) {
  check_picture(op, x);
  check(scale >= 1,
        [&] { return "[" + op + "] scale " + std::to_string(scale) + " is not at least 1"; });
  return {x[0], x[1] * scale, x[2] * scale, x[3]};
}

}  // namespace

Tensor max_pool2d(const Tensor& x, int size, int stride) {
  const kernels::Pool pool = pool_of("max_pool2d", x.shape(), size, stride == 0 ? size : stride);
  // The kernel keeps positions in 32 bits.
  check(x.shape().size() <= std::numeric_limits<std::int32_t>::max(),
        [&] { return "[max_pool2d] input " + x.shape().text() + " is too large"; });
  Array y({pool.batch, pool.out_height(), pool.out_width(), pool.channels});
  Indices argmax(y.size());
  kernels::max_pool2d(pool, x.value().data(), y.data(), argmax.data());
  return record("max_pool2d", std::move(y), {x}, [argmax](const Array& g, Inputs in) {
    // dx = g at the largest element of each window, 0 elsewhere
    kernels::max_pool2d_backward(g.size(), g.data(), argmax.data(), in[0].grad_buffer().data());
  });
}

Tensor avg_pool2d(const Tensor& x, int size, int stride) {
  const kernels::Pool pool = pool_of("avg_pool2d", x.shape(), size, stride == 0 ? size : stride);
  // Calls visit(number in y, number in x) for every pixel of every window.
  const auto for_each_pixel = [pool](auto visit) {
    std::int64_t y = 0;
    for (std::int64_t image = 0; image < pool.batch; ++image)
      for (std::int64_t oy = 0; oy < pool.out_height(); ++oy)
        for (std::int64_t ox = 0; ox < pool.out_width(); ++ox, y += pool.channels)
          for (std::int64_t i = 0; i < pool.size * pool.size; ++i) {
            const std::int64_t row = oy * pool.stride + i / pool.size;
            const std::int64_t col = ox * pool.stride + i % pool.size;
            visit(y, ((image * pool.height + row) * pool.width + col) * pool.channels);
          }
  };
  const std::int64_t channels = pool.channels;
  const real share = 1 / static_cast<real>(pool.size * pool.size);
  Array y = Array::zeros({pool.batch, pool.out_height(), pool.out_width(), channels});
  for_each_pixel([&, from = x.value().data()](std::int64_t to, std::int64_t at) {
    kernels::axpy(channels, share, from + at, y.data() + to);
  });
  return record("avg_pool2d", std::move(y), {x},
                [for_each_pixel, channels, share](const Array& g, Inputs in) {
                  real* dx = in[0].grad_buffer().data();  // dx = sum of g / size² over windows
                  for_each_pixel([&](std::int64_t from, std::int64_t at) {
                    kernels::axpy(channels, share, g.data() + from, dx + at);
                  });
                });
}

Tensor global_avg_pool2d(const Tensor& x) {
  check_picture("global_avg_pool2d", x.shape());
  return mean(x, {1, 2});
}

Tensor global_max_pool2d(const Tensor& x) {
  check_picture("global_max_pool2d", x.shape());
  return max(x, {1, 2});
}

Tensor upsample_nearest(const Tensor& x, int scale) {
  const Shape &s = x.shape(), shape = enlarged("upsample_nearest", s, scale);
  const Tensor pixels = reshape(x, {s[0], s[1], 1, s[2], 1, s[3]});
  return reshape(repeat(pixels, {1, 1, scale, 1, scale, 1}), shape);
}

Tensor upsample_bilinear(const Tensor& x, int scale) {
  const std::int64_t channels = enlarged("upsample_bilinear", x.shape(), scale)[3];
  Array y = Array::zeros(enlarged("upsample_bilinear", x.shape(), scale));
  for_each_neighbour(x.shape(), scale,
                     [&, from = x.value().data()](std::int64_t to, std::int64_t at, real weight) {
                       kernels::axpy(channels, weight, from + at, y.data() + to);
                     });
  return record("upsample_bilinear", std::move(y), {x}, [scale](const Array& g, Inputs in) {
    // dx = sum of g weighted as the pixel was
    real* dx = in[0].grad_buffer().data();
    for_each_neighbour(in[0].shape(), scale, [&](std::int64_t from, std::int64_t at, real weight) {
      kernels::axpy(g.shape()[3], weight, g.data() + from, dx + at);
    });
  });
}

}  // namespace grad
