#include "data/png.h"

#include <png.h>

#include <algorithm>
#include <string>

#include "tensor/check.h"

namespace grad::data {

namespace {

/// libpng's picture, given back at the end of the scope.
struct Image {
  Image() { image.version = PNG_IMAGE_VERSION; }
  ~Image() { png_image_free(&image); }
  Image(const Image&) = delete;
  Image& operator=(const Image&) = delete;
  png_image image{};
};

}  // namespace

Array parse_png(ByteView file, std::string_view name) {
  Image png;
  png_image& image = png.image;
  const auto fail_if = [&](bool failed) {
    check(!failed, [&] {
      return std::string(name) + ": it cannot be read as a PNG picture (" + image.message + ").";
    });
  };
  fail_if(png_image_begin_read_from_memory(&image, file.data(), file.size()) == 0);
  constexpr std::uint64_t most = 64'000'000;
  check(std::uint64_t{image.width} * image.height <= most, [&] {
    return std::string(name) + ": its " + std::to_string(image.width) + "x" +
           std::to_string(image.height) + " pixels are more than " + std::to_string(most) + ".";
  });
  const bool color = (image.format & PNG_FORMAT_FLAG_COLOR) != 0;
  image.format = color ? PNG_FORMAT_RGB : PNG_FORMAT_GRAY;
  const std::int64_t channels = color ? 3 : 1;
  Bytes pixels(static_cast<std::size_t>(image.width * channels * image.height));
  const png_color black = {0, 0, 0};
  fail_if(png_image_finish_read(&image, &black, pixels.data(), 0, nullptr) == 0);
  Array picture({image.height, image.width, channels});
  std::transform(pixels.begin(), pixels.end(), picture.data(),
                 [](std::uint8_t byte) { return static_cast<real>(byte) / 255; });
  return picture;
}

Bytes png_of(const Array& picture) {
  const Shape& shape = picture.shape();
  check(shape.axes() == 3 && picture.size() > 0 && (shape[2] == 1 || shape[2] == 3),
        [&] { return "[png_of] a picture is (height, width, 1 or 3), not " + shape.text(); });
  Bytes pixels;
  for (const real value : picture.span())
    pixels.push_back(
        static_cast<std::uint8_t>(std::clamp(value, real(0), real(1)) * 255 + real(0.5)));
  Image png;
  png_image& image = png.image;
  image.height = static_cast<png_uint_32>(shape[0]);
  image.width = static_cast<png_uint_32>(shape[1]);
  image.format = shape[2] == 3 ? PNG_FORMAT_RGB : PNG_FORMAT_GRAY;
  png_alloc_size_t size = 0;
  Bytes file;
  const auto write = [&](void* to) {
    const int done = png_image_write_to_memory(&image, to, &size, 0, pixels.data(), 0, nullptr);
    check(done != 0, [&] { return std::string("[png_of] ") + image.message; });
  };
  write(nullptr);  // only counts the bytes
  file.resize(size);
  write(file.data());
  return file;
}

Array contact_sheet(const Array& pictures, int columns, int scale, real low, real high) {
  const Shape& shape = pictures.shape();
  check(shape.axes() == 4 && pictures.size() > 0 && (shape[3] == 1 || shape[3] == 3), [&] {
    return "[contact_sheet] pictures are (n, height, width, 1 or 3), not " + shape.text();
  });
  check(low < high && columns >= 1 && scale >= 1,
        "[contact_sheet] low must be below high, columns and scale at least 1");
  const std::int64_t n = shape[0], height = shape[1], width = shape[2], channels = shape[3];
  const std::int64_t rows = (n + columns - 1) / columns;
  const std::int64_t across = columns * (width * scale + 1) + 1,
                     down = rows * (height * scale + 1) + 1;
  Array sheet = Array::full({down, across, channels}, real(0.5));
  for (std::int64_t i = 0; i < n; ++i) {
    const std::int64_t top = i / columns * (height * scale + 1) + 1;
    const std::int64_t left = i % columns * (width * scale + 1) + 1;
    for (std::int64_t y = 0; y < height * scale; ++y)
      for (std::int64_t x = 0; x < width * scale; ++x)
        for (std::int64_t c = 0; c < channels; ++c) {
          const real value =
              pictures[((i * height + y / scale) * width + x / scale) * channels + c];
          sheet.data()[((top + y) * across + left + x) * channels + c] =
              (value - low) / (high - low);
        }
  }
  return sheet;
}

}  // namespace grad::data
