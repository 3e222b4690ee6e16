// Nothing is summed over channels, so four of them are worked on at a time.

#include "kernels/depthwise.h"

#include <algorithm>
#include <span>

#include "kernels/each_four.h"
#include "tensor/array.h"

namespace grad::kernels {
namespace {

/// Where the channels of a pixel of x begin, and those of the weight that it is multiplied by.
struct Tap {
  std::int64_t x, w;
};

/// Calls visit(where the channels of a pixel of y begin, its taps inside the picture).
template <class Visit>
void for_each_pixel(const Conv& conv, Visit visit) {
  const std::int64_t channels = conv.in_channels;
  Scratch<Tap> taps(conv.kernel_h * conv.kernel_w);
  std::int64_t y = 0;
  for (std::int64_t image = 0; image < conv.batch; image++) {
    for (std::int64_t oy = 0; oy < conv.out_height(); oy++) {
      for (std::int64_t ox = 0; ox < conv.out_width(); ox++, y += channels) {
        std::int64_t count = 0;
        for (std::int64_t ky = 0; ky < conv.kernel_h; ky++) {
          const std::int64_t iy = oy * conv.stride + ky * conv.dilation - conv.padding;
          if (iy < 0 || iy >= conv.height) continue;
          for (std::int64_t kx = 0; kx < conv.kernel_w; kx++) {
            const std::int64_t ix = ox * conv.stride + kx * conv.dilation - conv.padding;
            if (ix < 0 || ix >= conv.width) continue;
            const std::int64_t pixel = (image * conv.height + iy) * conv.width + ix;
            taps[count++] = {pixel * channels, (ky * conv.kernel_w + kx) * channels};
          }
        }
        visit(y, std::span<const Tap>(taps.data(), static_cast<std::size_t>(count)));
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
  float* data() { return w_.data(); }

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
  Weights weights(conv);
  weights.read(w);
  const float* turned = weights.data();
  const std::int64_t channels = conv.in_channels;
  for_each_pixel(conv, [=](std::int64_t at_y, std::span<const Tap> taps) {
    std::int64_t c = 0;
    for (; c + 16 <= channels; c += 16) {  // in registers until all taps are seen
      Vec4 total[4] = {};
      for (int q = 0; bias && q < 4; q++) total[q] = load(bias + c + 4 * q);
      for (const Tap tap : taps) {
        for (int q = 0; q < 4; q++)
          total[q] += load(x + tap.x + c + 4 * q) * load(turned + tap.w + c + 4 * q);
      }
      for (int q = 0; q < 4; q++) store(y + at_y + c + 4 * q, total[q]);
    }
    for_each_four(channels - c, [=](auto from, auto to) {
      Vec4 total = bias ? from(bias + c) : Vec4{};
      for (const Tap tap : taps) total += from(x + tap.x + c) * from(turned + tap.w + c);
      to(y + at_y + c, total);
    });
  });
}

void depthwise_backward_input(const Conv& conv, const float* dy, const float* w, float* dx) {
  std::fill_n(dx, conv.batch * conv.height * conv.width * conv.in_channels, 0.0f);
  Weights weights(conv);
  weights.read(w);
  for_each_pixel(conv, [&](std::int64_t at_y, std::span<const Tap> taps) {
    for (const Tap& tap : taps)
      add_product(conv.in_channels, dy + at_y, weights.data() + tap.w, dx + tap.x);
  });
}

void depthwise_backward_weight(const Conv& conv, const float* x, const float* dy, float* dw) {
  Weights sums(conv);
  sums.clear();
  for_each_pixel(conv, [&](std::int64_t at_y, std::span<const Tap> taps) {
    for (const Tap& tap : taps)
      add_product(conv.in_channels, x + tap.x, dy + at_y, sums.data() + tap.w);
  });
  sums.add_to(dw);
}

}  // namespace grad::kernels
