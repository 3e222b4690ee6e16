#pragma once

#include <cstdint>
#include <vector>

namespace grad::classic {

/// Eigenvalues, the largest first, and orthonormal eigenvectors of a symmetric matrix.
struct SymmetricEigen {
  std::vector<double> values;
  std::vector<double> vectors;  ///< (size, size), a vector a row
};

/// By Jacobi's cyclic rotations (1846): exact to rounding, for matrices of up to some hundred rows.
/// `matrix` (size, size), of which both triangles are filled.
SymmetricEigen symmetric_eigen(std::vector<double> matrix, std::int64_t size);

}  // namespace grad::classic
