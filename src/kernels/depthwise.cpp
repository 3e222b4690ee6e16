// Nothing is summed over channels, so four of them are worked on at a time.

#include "kernels/depthwise.h"

#include <algorithm>

#include "kernels/each_four.h"
#include "tensor/array.h"

namespace grad::kernels {
namespace {

/// Calls visit(pixel of y, pixel of x, tap) for each tap that lies inside a picture, where pixels
/// count numbers from the start.
template <class Visit>
void for_each_tap(const Conv& conv, Visit visit) {
  std::int64_t y = 0;
  for (std::int64_t image = 0; image < conv.batch; image++) {
    for (std::int64_t oy = 0; oy < conv.out_height(); oy++) {
      for (std::int64_t ox = 0; ox < conv.out_width(); ox++, y += conv.in_channels) {
        for (std::int64_t ky = 0; ky < conv.kernel_h; ky++) {
          const std::int64_t iy = oy * conv.stride + ky * conv.dilation - conv.padding;
          if (iy < 0 || iy >= conv.height) continue;
          for (std::int64_t kx = 0; kx < conv.kernel_w; kx++) {
            const std::int64_t ix = ox * conv.stride + kx * conv.dilation - conv.padding;
            if (ix < 0 || ix >= conv.width) continue;
            visit(y, ((image * conv.height + iy) * conv.width + ix) * conv.in_channels,
                  ky * conv.kernel_w + kx);
          }
        }
      }
    }
  }
}

/// The weights with the channels innermost, as pixels have them: [tap][channel].
class Weights {
 public:
  explicit Weights(const Conv& conv)
      : channels_(conv.in_channels), taps_(conv.kernel_h * conv.kernel_w), w_(channels_ * taps_) {}

  void read(const float* w) {
    for_each([&](std::int64_t here, std::int64_t there) { w_[here] = w[there]; });
  }
  void clear() { std::fill_n(w_.data(), channels_ * taps_, 0.0f); }
  void add_to(float* w) {
    for_each([&](std::int64_t here, std::int64_t there) { w[there] += w_[here]; });
  }
  float* tap(std::int64_t i) { return w_.data() + i * channels_; }

 private:
  template <class Visit>
  void for_each(Visit visit) {
    for (std::int64_t c = 0; c < channels_; c++) {
      for (std::int64_t i = 0; i < taps_; i++) visit(i * channels_ + c, c * taps_ + i);
    }
  }

  std::int64_t channels_, taps_;
  Scratch<float> w_;
};

/// sum += a b.
void add_product(std::int64_t n, const float* a, const float* b, float* sum) {
  for_each_four(n, [=](auto from, auto to) { to(sum, from(sum) + from(a) * from(b)); });
}

}  // namespace

void depthwise(const Conv& conv, const float* x, const float* w, const float* bias, float* y) {
  const std::int64_t channels = conv.in_channels;
  const std::int64_t pixels = conv.batch * conv.out_height() * conv.out_width();
  for (std::int64_t i = 0; i < pixels; i++) {
    if (bias) {
      std::copy_n(bias, channels, y + i * channels);
    } else {
      std::fill_n(y + i * channels, channels, 0.0f);
    }
  }
  Weights weights(conv);
  weights.read(w);
  for_each_tap(conv, [&](std::int64_t at_y, std::int64_t at_x, std::int64_t tap) {
    add_product(channels, x + at_x, weights.tap(tap), y + at_y);
  });
}

void depthwise_backward_input(const Conv& conv, const float* dy, const float* w, float* dx) {
  const std::int64_t channels = conv.in_channels;
  std::fill_n(dx, conv.batch * conv.height * conv.width * channels, 0.0f);
  Weights weights(conv);
  weights.read(w);
  for_each_tap(conv, [&](std::int64_t at_y, std::int64_t at_x, std::int64_t tap) {
    add_product(channels, dy + at_y, weights.tap(tap), dx + at_x);
  });
}

void depthwise_backward_weight(const Conv& conv, const float* x, const float* dy, float* dw) {
  Weights sums(conv);
  sums.clear();
  for_each_tap(conv, [&](std::int64_t at_y, std::int64_t at_x, std::int64_t tap) {
    add_product(conv.in_channels, x + at_x, dy + at_y, sums.tap(tap));
  });
  sums.add_to(dw);
}

}  // namespace grad::kernels
