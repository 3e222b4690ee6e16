#include "classic/color_histogram.h"

#include <algorithm>
#include <cmath>

#include "classic/model.h"
#include "tensor/check.h"

namespace grad::classic {

Array color_histogram(const Array& x, const ColorHistogramOptions& o) {
  const std::int64_t bins = o.bins, cells = o.cells, boxes = bins * bins * bins;
  check(bins >= 1 && bins <= 32 && cells >= 1 && cells <= 16 && o.low < o.high &&
            std::isfinite(o.low) && std::isfinite(o.high) && cells * cells * boxes <= 100'000,
        "[color_histogram] needs 1 to 32 bins, 1 to 16 cells, low < high and at most 100,000 "
        "columns");
  table("color_histogram", x);
  check(
      x.shape().axes() == 4 && x.shape()[3] == 3 && x.shape()[1] >= cells && x.shape()[2] >= cells,
      [&] {
        return "[color_histogram] needs pictures (n,height,width,3) of at least the cells, not " +
               x.shape().text();
      });
  const std::int64_t n = x.shape()[0], height = x.shape()[1], width = x.shape()[2];
  const auto bin = [&](real value) {
    const real place = (value - o.low) / (o.high - o.low) * static_cast<real>(bins);
    return static_cast<std::int64_t>(std::clamp(place, real(0), static_cast<real>(bins - 1)));
  };
  Array histograms = Array::zeros({n, cells * cells * boxes});
  const real* pixel = x.data();
  for (std::int64_t i = 0; i < n; ++i) {
    real* own = histograms.data() + i * cells * cells * boxes;
    for (std::int64_t row = 0; row < height; ++row) {
      for (std::int64_t column = 0; column < width; ++column, pixel += 3) {
        const std::int64_t cell = row * cells / height * cells + column * cells / width;
        const std::int64_t box = (bin(pixel[0]) * bins + bin(pixel[1])) * bins + bin(pixel[2]);
        own[cell * boxes + box] += 1;
      }
    }
    for (std::int64_t cell = 0; cell < cells * cells; ++cell) {
      real* part = own + cell * boxes;
      real count = 0;
      for (std::int64_t b = 0; b < boxes; ++b) count += part[b];
      for (std::int64_t b = 0; b < boxes; ++b) part[b] /= count;
    }
  }
  return histograms;
}

}  // namespace grad::classic
