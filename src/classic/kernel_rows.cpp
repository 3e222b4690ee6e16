#include "classic/kernel_rows.h"

#include <algorithm>

#include "kernels/kernels.h"

namespace grad::classic {

std::vector<real> row_squares(const real* x, std::int64_t rows, std::int64_t features) {
  std::vector<real> squares;
  for (std::int64_t i = 0; i < rows; ++i) {
    double sum = 0;
    for (std::int64_t j = 0; j < features; ++j) {
      const auto number = static_cast<double>(x[i * features + j]);
      sum += number * number;
    }
    squares.push_back(static_cast<real>(sum));
  }
  return squares;
}

void rbf_kernel(double gamma, std::int64_t features, const real* a, std::int64_t rows,
                const real* b, std::int64_t others, const real* squares, real* out) {
  kernels::gemm(false, true, rows, others, features, -2, a, b, 0, out, squares);
  const std::vector<real> own = row_squares(a, rows, features);
  const real factor = static_cast<real>(-gamma);
  for (std::int64_t i = 0; i < rows; ++i) {
    for (std::int64_t j = 0; j < others; ++j) {
      real& number = out[i * others + j];
      number = factor * std::max(number + own[i], real(0));
    }
  }
  kernels::unary(kernels::Unary::exp, rows * others, out, out);
}

KernelRows::KernelRows(const Array& x, double gamma)
    : x_(x),
      gamma_(gamma),
      squares_(row_squares(x.data(), x.shape()[0], x.shape()[1])),
      blocks_(static_cast<std::size_t>((x.shape()[0] + rows_in_block - 1) / rows_in_block)) {}

const real* KernelRows::row(std::int64_t row) {
  const std::int64_t n = x_.shape()[0], d = x_.shape()[1];
  const std::int64_t block = row / rows_in_block, first = block * rows_in_block;
  if (missing(row)) {
    // Two at least, as a step looks at two rows.
    const std::int64_t bytes = rows_in_block * n * std::int64_t{sizeof(real)};
    const std::int64_t most = std::max<std::int64_t>(most_bytes / bytes, 2);
    if (static_cast<std::int64_t>(kept_.size()) >= most) {
      blocks_[kept_.front()] = Array();
      kept_.erase(kept_.begin());
    }
    const std::int64_t rows = std::min(rows_in_block, n - first);
    blocks_[block] = Array({rows, n});
    rbf_kernel(gamma_, d, x_.data() + first * d, rows, x_.data(), n, squares_.data(),
               blocks_[block].data());
  } else {
    kept_.erase(std::find(kept_.begin(), kept_.end(), block));
  }
  kept_.push_back(block);
  return blocks_[block].data() + (row - first) * n;
}

}  // namespace grad::classic
