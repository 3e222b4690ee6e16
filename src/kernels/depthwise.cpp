// Nothing is summed over channels, so four of them are worked on at a time.

#include "kernels/depthwise.h"

#include <algorithm>
#include <span>
#include <utility>

#include "kernels/each_four.h"
#include "tensor/array.h"

namespace grad::kernels {
namespace {

/// Where the channels of a pixel of x begin, and those of the weight that it is multiplied by.
struct Tap {
  std::int64_t x, w;
};

/// Neighbouring pixels of a row of y with the same taps inside the picture: those of pixel i lie
/// i * step numbers behind the first one's.
struct Run {
  std::int64_t y;  ///< where the channels of the first pixel begin
  std::int64_t pixels, step;
  std::span<const Tap> taps;  ///< of the first pixel
};

/// The range of outputs for which all of `kernel` taps lie within 0..size-1.
std::pair<std::int64_t, std::int64_t> inside(const Conv& conv, std::int64_t size,
                                             std::int64_t kernel, std::int64_t outputs) {
  const std::int64_t last_tap = (kernel - 1) * conv.dilation - conv.padding;
  const std::int64_t first = (conv.padding + conv.stride - 1) / conv.stride;
  const std::int64_t end = size > last_tap ? (size - 1 - last_tap) / conv.stride + 1 : 0;
  return {std::min(first, outputs), std::clamp(end, std::min(first, outputs), outputs)};
}

// Numbers of pictures that stay in a second-level cache.
constexpr std::int64_t most_cached = 200'000;

/// Where rows of pictures are read. Of pictures too large for caches the last `count` rows are
/// copied, if no row is asked for that is so far behind another: memory is then read in one go from
/// beginning to end, which is quickest.
class Rows {
 public:
  Rows(bool copies, const float* pictures, std::int64_t row, std::int64_t count)
      : copies_(copies),
        pictures_(pictures),
        row_(row),
        count_(count),
        rows_(copies ? count * pitch() : 0) {}

  const float* data() { return copies_ ? rows_.data() : pictures_; }
  /// The place of row number `row` of all pictures, from data().
  std::int64_t place_of(std::int64_t row) {
    if (!copies_) return row * row_;
    const std::int64_t place = row % count_ * pitch();
    if (row > last_) {
      std::copy_n(pictures_ + row * row_, row_, rows_.data() + place);
      last_ = row;
    }
    return place;
  }

 private:
  /// A gap keeps neighbours in a column from sharing a few cache lines.
  std::int64_t pitch() const { return row_ + 80; }

  bool copies_;
  const float* pictures_;
  std::int64_t row_, count_, last_ = -1;
  Scratch<float> rows_;
};

/// Calls visit(run) for all pixels of y, in their order; taps count from rows.data().
template <class Visit>
void for_each_run(const Conv& conv, Rows& rows, Visit visit) {
  const std::int64_t channels = conv.in_channels, width = conv.out_width();
  const auto [first, end] = inside(conv, conv.width, conv.kernel_w, width);
  Scratch<Tap> taps(conv.kernel_h * conv.kernel_w);
  std::int64_t y = 0;
  for (std::int64_t image = 0; image < conv.batch; image++) {
    for (std::int64_t oy = 0; oy < conv.out_height(); oy++) {
      for (std::int64_t ox = 0; ox < width;) {
        std::size_t count = 0;
        for (std::int64_t ky = 0; ky < conv.kernel_h; ky++) {
          const std::int64_t iy = oy * conv.stride + ky * conv.dilation - conv.padding;
          if (iy < 0 || iy >= conv.height) continue;
          const std::int64_t row = rows.place_of(image * conv.height + iy);
          for (std::int64_t kx = 0; kx < conv.kernel_w; kx++) {
            const std::int64_t ix = ox * conv.stride + kx * conv.dilation - conv.padding;
            if (ix < 0 || ix >= conv.width) continue;
            taps.data()[count++] = {row + ix * channels, (ky * conv.kernel_w + kx) * channels};
          }
        }
        const std::int64_t pixels = ox >= first && ox < end ? end - ox : 1;
        visit(Run{y, pixels, conv.stride * channels, {taps.data(), count}});
        ox += pixels;
        y += pixels * channels;
      }
    }
  }
}

/// Whether neighbouring pixels share all but one column of their taps, three to a row.
bool shares_taps(const Conv& conv) {
  return conv.stride == 1 && conv.dilation == 1 && conv.kernel_w == 3 && conv.in_channels % 4 == 0;
}

bool copies_rows(const Conv& conv) {
  return conv.dilation == 1 &&
         conv.batch * conv.height * conv.width * conv.in_channels > most_cached;
}

Rows rows_of(const Conv& conv, const float* x) {
  return {copies_rows(conv), x, conv.width * conv.in_channels, conv.kernel_h};
}

/// The weights with the channels innermost, as pixels have them: [tap][channel].
class Weights {
 public:
  explicit Weights(const Conv& conv)
      : channels_(conv.in_channels), taps_(conv.kernel_h * conv.kernel_w), w_(channels_ * taps_) {}

  void read(const float* w) {
    for_each([&](std::int64_t here, std::int64_t there) { w_[here] = w[there]; });
  }
  /// The taps in reverse order.
  void read_turned(const float* w) {
    const std::int64_t last = (taps_ - 1) * channels_;
    for (std::int64_t c = 0; c < channels_; c++) {
      for (std::int64_t i = 0; i < taps_; i++) w_[last - i * channels_ + c] = w[c * taps_ + i];
    }
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

/// Four neighbouring pixels and eight channels: 8 sums in registers, every weight used four times.
void four_pixels(const Run& run, std::int64_t first, std::int64_t c, std::int64_t channels,
                 const float* x, const float* w, const float* bias, float* y) {
  x += first * run.step + c;
  w += c;
  y += run.y + first * channels + c;
  Vec4 left[4], right[4];
  for (int q = 0; q < 4; q++) {
    left[q] = bias ? load(bias + c) : Vec4{};
    right[q] = bias ? load(bias + c + 4) : Vec4{};
  }
  for (const Tap tap : run.taps) {
    const Vec4 w_left = load(w + tap.w), w_right = load(w + tap.w + 4);
    const float* from = x + tap.x;
    for (int q = 0; q < 4; q++, from += run.step) {
      left[q] += load(from) * w_left;
      right[q] += load(from + 4) * w_right;
    }
  }
  for (int q = 0; q < 4; q++, y += channels) {
    store(y, left[q]);
    store(y + 4, right[q]);
  }
}

void one_pixel(const Run& run, std::int64_t i, std::int64_t c, std::int64_t channels,
               const float* x, const float* w, const float* bias, float* y) {
  x += i * run.step;
  y += run.y + i * channels;
  for_each_four(channels - c, [=, &run](auto from, auto to) {
    Vec4 total = bias ? from(bias + c) : Vec4{};
    for (const Tap tap : run.taps) total += from(x + tap.x + c) * from(w + tap.w + c);
    to(y + c, total);
  });
}

constexpr int sharing_pixels = 6;

/// So many neighbouring pixels that share taps, and four channels: every number of x is read once
/// for a row of the kernel.
void sharing(const Run& run, std::int64_t first, std::int64_t c, std::int64_t channels,
             const float* x, const float* w, const float* bias, float* y) {
  x += first * channels + c;
  w += c;
  Vec4 sums[sharing_pixels];
  for (Vec4& sum : sums) sum = bias ? load(bias + c) : Vec4{};
  for (std::size_t row = 0; row < run.taps.size(); row += 3) {
    const Tap tap = run.taps[row];
    const float *from = x + tap.x, *weight = w + tap.w;
    const Vec4 w0 = load(weight), w1 = load(weight + channels), w2 = load(weight + 2 * channels);
    for (int i = 0; i < sharing_pixels + 2; i++, from += channels) {
      const Vec4 here = load(from);
      if (i >= 2) sums[i - 2] += here * w2;
      if (i >= 1 && i <= sharing_pixels) sums[i - 1] += here * w1;
      if (i < sharing_pixels) sums[i] += here * w0;
    }
  }
  y += run.y + first * channels + c;
  for (int q = 0; q < sharing_pixels; q++) store(y + q * channels, sums[q]);
}

/// `w` as Weights has them.
void multiply_run(const Conv& conv, const Run& run, const float* x, const float* w,
                  const float* bias, float* y) {
  const std::int64_t channels = conv.in_channels;
  std::int64_t i = 0;
  if (shares_taps(conv) && run.pixels >= sharing_pixels) {
    while (i < run.pixels) {
      // The last few overlap those before, which get the same numbers again.
      const std::int64_t first = std::min(i, run.pixels - sharing_pixels);
      for (std::int64_t c = 0; c < channels; c += 4)
        sharing(run, first, c, channels, x, w, bias, y);
      i = first + sharing_pixels;
    }
  }
  for (; i + 4 <= run.pixels; i += 4) {
    std::int64_t c = 0;
    for (; c + 8 <= channels; c += 8) four_pixels(run, i, c, channels, x, w, bias, y);
    for (int q = 0; c < channels && q < 4; q++) one_pixel(run, i + q, c, channels, x, w, bias, y);
  }
  for (; i < run.pixels; i++) one_pixel(run, i, 0, channels, x, w, bias, y);
}

/// `w` as Weights has them.
void multiply(const Conv& conv, const float* x, const float* w, const float* bias, float* y) {
  Rows rows = rows_of(conv, x);
  for_each_run(conv, rows,
               [&](const Run& run) { multiply_run(conv, run, rows.data(), w, bias, y); });
}

/// Adds to the sums of some taps what a run gives, for eight channels that stay in registers.
template <int taps>
void add_run(const Run& run, std::size_t first, std::int64_t c, std::int64_t channels,
             const float* x, const float* dy, float* sums) {
  Vec4 left[taps], right[taps];
  const float* from[taps];
  for (int t = 0; t < taps; t++) {
    const Tap tap = run.taps[first + static_cast<std::size_t>(t)];
    left[t] = load(sums + tap.w + c);
    right[t] = load(sums + tap.w + c + 4);
    from[t] = x + tap.x + c;
  }
  dy += run.y + c;
  for (std::int64_t i = 0; i < run.pixels; i++, dy += channels) {
    const Vec4 dy_left = load(dy), dy_right = load(dy + 4);
    for (int t = 0; t < taps; t++) {
      left[t] += load(from[t]) * dy_left;
      right[t] += load(from[t] + 4) * dy_right;
      from[t] += run.step;
    }
  }
  for (int t = 0; t < taps; t++) {
    const Tap tap = run.taps[first + static_cast<std::size_t>(t)];
    store(sums + tap.w + c, left[t]);
    store(sums + tap.w + c + 4, right[t]);
  }
}

struct Eight {
  Vec4 left, right;
  void add_product(Eight a, Eight b) {
    left += a.left * b.left;
    right += a.right * b.right;
  }
};
Eight load_eight(const float* p) { return {load(p), load(p + 4)}; }
void store_eight(float* p, Eight v) {
  store(p, v.left);
  store(p + 4, v.right);
}

/// Adds to the sums of the three taps from number `row` what `pixels` (two or more) neighbours that
/// share taps give, for eight channels: every number of x and dy is read once.
void add_sharing(const Run& run, std::size_t row, std::int64_t first, std::int64_t pixels,
                 std::int64_t c, std::int64_t channels, const float* x, const float* dy,
                 float* sums) {
  x += run.taps[row].x + first * channels + c;
  dy += run.y + first * channels + c;
  sums += run.taps[row].w + c;
  Eight sum0 = load_eight(sums), sum1 = load_eight(sums + channels);
  Eight sum2 = load_eight(sums + 2 * channels);
  Eight earlier = load_eight(dy), last = load_eight(dy + channels);  // of the two pixels before
  sum0.add_product(load_eight(x), earlier);
  x += channels;
  sum0.add_product(load_eight(x), last);
  sum1.add_product(load_eight(x), earlier);
  for (std::int64_t i = 2; i < pixels; i++) {
    x += channels;
    const Eight here = load_eight(x), now = load_eight(dy + i * channels);
    sum0.add_product(here, now);
    sum1.add_product(here, last);
    sum2.add_product(here, earlier);
    earlier = last;
    last = now;
  }
  x += channels;
  sum1.add_product(load_eight(x), last);
  sum2.add_product(load_eight(x), earlier);
  x += channels;
  sum2.add_product(load_eight(x), last);
  store_eight(sums, sum0);
  store_eight(sums + channels, sum1);
  store_eight(sums + 2 * channels, sum2);
}

/// Adds what a run gives to all sums, `sums` as Weights has them.
void add_products(const Conv& conv, const Run& run, const float* x, const float* dy, float* sums) {
  const std::int64_t channels = conv.in_channels, eights = channels / 8 * 8;
  if (shares_taps(conv) && run.pixels >= 2) {
    // A few pixels at a time, since the channels of more may push each other out of the cache.
    constexpr std::int64_t most = 12;
    for (std::int64_t i = 0, count; i < run.pixels; i += count) {
      count = run.pixels - i > most + 1 ? most : run.pixels - i;
      for (std::int64_t c = 0; c < eights; c += 8) {
        for (std::size_t row = 0; row < run.taps.size(); row += 3)
          add_sharing(run, row, i, count, c, channels, x, dy, sums);
      }
    }
  } else {
    for (std::int64_t c = 0; c < eights; c += 8) {
      std::size_t tap = 0;
      for (; tap + 3 <= run.taps.size(); tap += 3) add_run<3>(run, tap, c, channels, x, dy, sums);
      for (; tap < run.taps.size(); tap++) add_run<1>(run, tap, c, channels, x, dy, sums);
    }
  }
  for (std::int64_t i = 0; eights < channels && i < run.pixels; i++) {
    for (const Tap& tap : run.taps) {
      add_product(channels - eights, x + tap.x + i * run.step + eights,
                  dy + run.y + i * channels + eights, sums + tap.w + eights);
    }
  }
}

/// Whether dx is a convolution of dy by the turned weights: then its sums stay in registers. They
/// have the same order as the other way.
bool is_turned(const Conv& conv) {
  return conv.stride == 1 && conv.kernel_h == conv.kernel_w &&
         conv.padding <= conv.dilation * (conv.kernel_h - 1);
}

}  // namespace

void depthwise(const Conv& conv, const float* x, const float* w, const float* bias, float* y) {
  Weights weights(conv);
  weights.read(w);
  multiply(conv, x, weights.data(), bias, y);
}

void depthwise_backward_input(const Conv& conv, const float* dy, const float* w, float* dx) {
  Weights weights(conv);
  if (is_turned(conv)) {
    weights.read_turned(w);
    Conv back = conv;
    back.height = conv.out_height();
    back.width = conv.out_width();
    back.padding = conv.dilation * (conv.kernel_h - 1) - conv.padding;
    return multiply(back, dy, weights.data(), nullptr, dx);
  }
  std::fill_n(dx, conv.batch * conv.height * conv.width * conv.in_channels, 0.0f);
  weights.read(w);
  const std::int64_t channels = conv.in_channels;
  const float* turned = weights.data();
  Rows rows(false, dx, conv.width * channels, 0);
  for_each_run(conv, rows, [=](const Run& run) {
    for (std::int64_t i = 0; i < run.pixels; i++) {
      const float* from = dy + run.y + i * channels;
      float* to = dx + i * run.step;
      for (const Tap tap : run.taps) add_product(channels, from, turned + tap.w, to + tap.x);
    }
  });
}

void depthwise_backward_weight(const Conv& conv, const float* x, const float* dy, float* dw) {
  Weights sums(conv);
  sums.clear();
  const std::int64_t row = conv.out_width() * conv.in_channels;
  Rows rows = rows_of(conv, x), rows_of_dy(copies_rows(conv), dy, row, 1);
  for_each_run(conv, rows, [&](Run run) {
    run.y = rows_of_dy.place_of(run.y / row) + run.y % row;
    add_products(conv, run, rows.data(), rows_of_dy.data(), sums.data());
  });
  sums.add_to(dw);
}

}  // namespace grad::kernels
