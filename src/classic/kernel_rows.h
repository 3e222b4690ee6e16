#pragma once

#include <cstdint>
#include <vector>

#include "tensor/array.h"

namespace grad::classic {

/// out (rows, others) = exp(-gamma |a - b|²) of each row of a with each row of b, `features`
/// numbers a row; `squares` are |b|². By one product of matrices.
void rbf_kernel(double gamma, std::int64_t features, const real* a, std::int64_t rows,
                const real* b, std::int64_t others, const real* squares, real* out);
/// |x|² of each row.
std::vector<real> row_squares(const real* x, std::int64_t rows, std::int64_t features);

/// Rows of the kernel matrix of some examples with each other, computed in blocks when they are
/// asked for; of the blocks, those last used are kept, as many as fit into 64 MB.
class KernelRows {
 public:
  KernelRows() = default;
  /// Of the rows of x (n, features).
  KernelRows(const Array& x, double gamma);
  /// K(row, ·), n numbers, valid until two other rows have been asked for.
  const real* row(std::int64_t row);
  /// Whether row() would have to compute.
  bool missing(std::int64_t row) const { return !blocks_[row / rows_in_block].defined(); }
  /// Multiply-adds of one computation.
  std::int64_t block_work() const { return rows_in_block * x_.size(); }

 private:
  static constexpr std::int64_t rows_in_block = 64;
  static constexpr std::int64_t most_bytes = std::int64_t{64} << 20;

  Array x_;
  double gamma_ = 0;
  std::vector<real> squares_;
  std::vector<Array> blocks_;
  std::vector<std::int64_t> kept_;  // the one last used at the end
};

}  // namespace grad::classic
