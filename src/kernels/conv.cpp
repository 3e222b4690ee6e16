// The three passes of a convolution as products without an im2col matrix: patches are addressed in
// place, as corner of the patch + offset of the tap in it (product.h). Pictures are first copied
// into a zero border where there is padding. Work goes in groups of whole pictures, big enough that
// tiles are filled even if a picture has few patches, and inside them in blocks of patches that
// stay in the cache.
//
//   forward   y(patch, o)  = sum over taps    x(patch, tap) w(o, tap)
//   weights   dw(o, tap)  += sum over patches x(patch, tap) dy(patch, o)
//   input     x(patch, tap) receives sum over o of dy(patch, o) w(o, tap), added where patches
//   overlap
//
// Each costs 2 * patches * taps * out_channels operations and no more. Groups of channels are
// convolutions of their own, which share the pictures; with one channel each (depthwise.h) a
// product has nothing to sum over.

#include <algorithm>

#include "kernels/classes.h"
#include "kernels/depthwise.h"
#include "kernels/product.h"
#include "tensor/array.h"

namespace grad::kernels {
namespace {

// Patches of a block: the least number that a group holds, the most that a product sums over.
constexpr std::int64_t block_patches = 128;
constexpr std::int64_t block_depth = 256;

/// How a convolution lies in memory, in numbers, with the border included.
struct Layout {
  explicit Layout(const Conv& conv)
      : picture_row((conv.width + 2 * conv.padding) * conv.in_channels),
        picture((conv.height + 2 * conv.padding) * picture_row),
        patches(conv.out_height() * conv.out_width()),
        taps(conv.kernel_h * conv.kernel_w * conv.group_in()),
        run(conv.dilation == 1 && conv.groups == 1 ? conv.kernel_w * conv.in_channels
                                                   : conv.group_in()),
        group(std::min(conv.batch,
                       (block_patches + patches - 1) / std::max<std::int64_t>(patches, 1))) {}

  std::int64_t picture_row, picture;  // of one picture of x
  std::int64_t patches;               // of one picture
  std::int64_t taps;                  // numbers of a patch in one group of channels
  std::int64_t run;                   // so many of them lie side by side
  std::int64_t group;                 // pictures worked on together
};

/// corners[patch] for every patch of a group of pictures.
void list_corners(const Conv& conv, const Layout& layout, Offset* corners) {
  for (std::int64_t image = 0; image < layout.group; image++) {
    for (std::int64_t oy = 0; oy < conv.out_height(); oy++) {
      for (std::int64_t ox = 0; ox < conv.out_width(); ox++) {
        const std::int64_t corner = image * layout.picture + oy * conv.stride * layout.picture_row +
                                    ox * conv.stride * conv.in_channels;
        *corners++ = static_cast<Offset>(corner);
      }
    }
  }
}

/// offsets[tap] from the corner of a patch.
void list_taps(const Conv& conv, const Layout& layout, Offset* offsets) {
  for (std::int64_t ky = 0; ky < conv.kernel_h; ky++) {
    for (std::int64_t kx = 0; kx < conv.kernel_w; kx++) {
      const std::int64_t pixel = (ky * layout.picture_row + kx * conv.in_channels) * conv.dilation;
      for (std::int64_t i = 0; i < conv.group_in(); i++)
        *offsets++ = static_cast<Offset>(pixel + i);
    }
  }
}

/// Calls visit(number in the plain picture, number in the bordered one) for each row of pictures.
template <class Visit>
void for_each_row(const Conv& conv, const Layout& layout, std::int64_t images, Visit visit) {
  const std::int64_t row = conv.width * conv.in_channels;
  const std::int64_t corner = conv.padding * (layout.picture_row + conv.in_channels);
  for (std::int64_t image = 0; image < images; image++) {
    for (std::int64_t y = 0; y < conv.height; y++) {
      visit((image * conv.height + y) * row,
            image * layout.picture + corner + y * layout.picture_row);
    }
  }
}

/// The pictures of one group after the other, bordered by zeros where the convolution has padding.
class Pictures {
 public:
  Pictures(const Conv& conv, const Layout& layout)
      : conv_(conv), layout_(layout), bordered_(conv.padding ? layout.group * layout.picture : 0) {
    if (conv.padding) std::fill_n(bordered_.data(), layout.group * layout.picture, 0.0f);
  }

  /// `images` pictures from number `first` of x.
  const float* read(const float* x, std::int64_t first, std::int64_t images) {
    x += first * conv_.height * conv_.width * conv_.in_channels;
    if (conv_.padding == 0) return x;
    for_each_row(conv_, layout_, images, [&](std::int64_t plain, std::int64_t bordered) {
      std::copy_n(x + plain, conv_.width * conv_.in_channels, bordered_.data() + bordered);
    });
    return bordered_.data();
  }

  /// Where sums for `images` pictures from number `first` of dx are to be added: zeros.
  float* begin_sums(float* dx, std::int64_t first, std::int64_t images) {
    float* sums = bordered_.data();
    if (conv_.padding == 0) sums = dx + first * layout_.picture;
    std::fill_n(sums, images * layout_.picture, 0.0f);
    return sums;
  }

  void end_sums(float* dx, std::int64_t first, std::int64_t images) {
    if (conv_.padding == 0) return;
    dx += first * conv_.height * conv_.width * conv_.in_channels;
    for_each_row(conv_, layout_, images, [&](std::int64_t plain, std::int64_t bordered) {
      std::copy_n(bordered_.data() + bordered, conv_.width * conv_.in_channels, dx + plain);
    });
  }

 private:
  const Conv& conv_;
  const Layout& layout_;
  Scratch<float> bordered_;
};

/// Corners of patches, offsets of taps, and i * out_channels: the rows of y.
struct Tables {
  Tables(const Conv& conv, const Layout& layout)
      : corners(layout.group * layout.patches), taps(layout.taps), outputs(block_patches) {
    list_corners(conv, layout, corners.data());
    list_taps(conv, layout, taps.data());
    list_steps(block_patches, conv.out_channels, outputs.data());
  }

  Scratch<Offset> corners, taps, outputs;
};

/// Calls visit(first patch, patches) for the patches of a group, at most `most` at a time.
template <class Visit>
void for_each_block(std::int64_t patches, std::int64_t most, Visit visit) {
  for (std::int64_t first = 0; first < patches; first += most) {
    visit(first, std::min(most, patches - first));
  }
}

}  // namespace

void conv2d_by(Multiply multiply, const Conv& conv, const float* x, const float* w,
               const float* bias, float* y) {
  const Layout layout(conv);
  const std::int64_t in = conv.group_in(), out = conv.group_out();
  Tables tables(conv, layout);
  Pictures pictures(conv, layout);
  const std::int64_t packed_group = packed_size(layout.taps, out);
  Scratch<float> packed_w(conv.groups * packed_group);
  for (std::int64_t g = 0; g < conv.groups; g++) {
    pack_transposed(layout.taps, out, w + g * out * layout.taps, layout.taps,
                    packed_w.data() + g * packed_group);
  }

  for (std::int64_t image = 0; image < conv.batch; image += layout.group) {
    const std::int64_t images = std::min(layout.group, conv.batch - image);
    const float* group = pictures.read(x, image, images);
    float* group_y = y + image * layout.patches * conv.out_channels;
    for_each_block(images * layout.patches, block_patches, [&](std::int64_t i, std::int64_t count) {
      for (std::int64_t g = 0; g < conv.groups; g++) {
        multiply({.a = group + g * in,
                  .a_row = &tables.corners[i],
                  .a_col = tables.taps.data(),
                  .packed_b = packed_w.data() + g * packed_group,
                  .c = group_y + i * conv.out_channels + g * out,
                  .c_row = tables.outputs.data(),
                  .rows = count,
                  .cols = out,
                  .depth = layout.taps,
                  .bias = bias ? bias + g * out : nullptr});
      }
    });
  }
}

void conv2d_backward_weight_by(Multiply multiply, const Conv& conv, const float* x, const float* dy,
                               float* dw) {
  const Layout layout(conv);
  const std::int64_t in = conv.group_in(), out = conv.group_out();
  const std::int64_t sums_group = layout.taps * out;
  Tables tables(conv, layout);
  Pictures pictures(conv, layout);
  Scratch<float> packed_dy(packed_size(block_depth, out));
  // The sums are made transposed, (taps, out): then both sides are read in place, dy along its
  // rows.
  Scratch<float> sums(conv.groups * sums_group);
  Scratch<Offset> sums_row(layout.taps);
  std::fill_n(sums.data(), conv.groups * sums_group, 0.0f);
  list_steps(layout.taps, out, sums_row.data());

  for (std::int64_t image = 0; image < conv.batch; image += layout.group) {
    const std::int64_t images = std::min(layout.group, conv.batch - image);
    const float* group = pictures.read(x, image, images);
    const float* group_dy = dy + image * layout.patches * conv.out_channels;
    for_each_block(images * layout.patches, block_depth, [&](std::int64_t i, std::int64_t count) {
      for (std::int64_t g = 0; g < conv.groups; g++) {
        pack(count, out, group_dy + i * conv.out_channels + g * out, conv.out_channels,
             packed_dy.data());
        multiply({.a = group + g * in,
                  .a_row = tables.taps.data(),
                  .a_col = &tables.corners[i],
                  .packed_b = packed_dy.data(),
                  .c = sums.data() + g * sums_group,
                  .c_row = sums_row.data(),
                  .rows = layout.taps,
                  .cols = out,
                  .depth = count,
                  .beta = 1});
      }
    });
  }
  for (std::int64_t g = 0; g < conv.groups; g++) {
    const float* group_sums = sums.data() + g * sums_group;
    for (std::int64_t o = 0; o < out; o++) {
      for (std::int64_t tap = 0; tap < layout.taps; tap++) *dw++ += group_sums[tap * out + o];
    }
  }
}

void conv2d_backward_input_by(Multiply multiply, const Conv& conv, const float* dy, const float* w,
                              float* dx) {
  const Layout layout(conv);
  const std::int64_t in = conv.group_in(), out = conv.group_out();
  Tables tables(conv, layout);
  Pictures pictures(conv, layout);
  Scratch<Offset> channels(out);
  list_steps(out, 1, channels.data());
  // One run of taps at a time, since those lie side by side in w and in the picture alike.
  const std::int64_t runs = layout.taps / layout.run;
  const std::int64_t packed_run = packed_size(out, layout.run);
  Scratch<float> packed_w(conv.groups * runs * packed_run);
  for (std::int64_t i = 0; i < conv.groups * runs; i++) {
    const std::int64_t first = i / runs * out * layout.taps + i % runs * layout.run;
    pack(out, layout.run, w + first, layout.taps, packed_w.data() + i * packed_run);
  }

  for (std::int64_t image = 0; image < conv.batch; image += layout.group) {
    const std::int64_t images = std::min(layout.group, conv.batch - image);
    const float* group_dy = dy + image * layout.patches * conv.out_channels;
    float* sums = pictures.begin_sums(dx, image, images);
    for_each_block(images * layout.patches, block_patches, [&](std::int64_t i, std::int64_t count) {
      for (std::int64_t j = 0; j < conv.groups * runs; j++) {
        const std::int64_t g = j / runs;
        multiply({.a = group_dy + i * conv.out_channels + g * out,
                  .a_row = tables.outputs.data(),
                  .a_col = channels.data(),
                  .packed_b = packed_w.data() + j * packed_run,
                  .c = sums + tables.taps[j % runs * layout.run] + g * in,
                  .c_row = &tables.corners[i],
                  .rows = count,
                  .cols = layout.run,
                  .depth = out,
                  .beta = 1});
      }
    });
    pictures.end_sums(dx, image, images);
  }
}

namespace deterministic {

void conv2d(const Conv& conv, const float* x, const float* w, const float* bias, float* y) {
  if (is_depthwise(conv)) return depthwise(conv, x, w, bias, y);
  conv2d_by(multiply_rounded, conv, x, w, bias, y);
}

void conv2d_backward_input(const Conv& conv, const float* dy, const float* w, float* dx) {
  if (is_depthwise(conv)) return depthwise_backward_input(conv, dy, w, dx);
  conv2d_backward_input_by(multiply_rounded, conv, dy, w, dx);
}

void conv2d_backward_weight(const Conv& conv, const float* x, const float* dy, float* dw) {
  if (is_depthwise(conv)) return depthwise_backward_weight(conv, x, dy, dw);
  conv2d_backward_weight_by(multiply_rounded, conv, x, dy, dw);
}

}  // namespace deterministic

}  // namespace grad::kernels
