#include "classic/symmetric_eigen.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

namespace grad::classic {

namespace {

constexpr int most_sweeps = 60;  // about ten are enough

struct Rotation {
  double c, s;
};

// The rotation of rows and columns p and q that makes element (p, q) zero (Golub and Van Loan,
// section 8.5).
Rotation rotation(double pp, double pq, double qq) {
  const double tau = (qq - pp) / (2 * pq);
  const double t = (tau >= 0 ? 1 : -1) / (std::abs(tau) + std::sqrt(1 + tau * tau));
  const double c = 1 / std::sqrt(1 + t * t);
  return {c, t * c};
}

void rotate(double& a, double& b, Rotation r) {
  const double before = a;
  a = r.c * before - r.s * b;
  b = r.s * before + r.c * b;
}

}  // namespace

SymmetricEigen symmetric_eigen(std::vector<double> matrix, std::int64_t size) {
  const std::int64_t n = size;
  std::vector<double> rows(matrix.size());  // the eigenvectors
  for (std::int64_t i = 0; i < n; ++i) rows[i * n + i] = 1;
  for (int sweep = 0; sweep < most_sweeps; ++sweep) {
    bool rotated = false;
    for (std::int64_t p = 0; p < n; ++p) {
      for (std::int64_t q = p + 1; q < n; ++q) {
        const double pp = matrix[p * n + p], qq = matrix[q * n + q], pq = matrix[p * n + q];
        if (std::abs(pq) <= 1e-17 * (std::abs(pp) + std::abs(qq))) continue;
        rotated = true;
        const Rotation r = rotation(pp, pq, qq);
        for (std::int64_t k = 0; k < n; ++k) rotate(matrix[k * n + p], matrix[k * n + q], r);
        for (std::int64_t k = 0; k < n; ++k) rotate(matrix[p * n + k], matrix[q * n + k], r);
        for (std::int64_t k = 0; k < n; ++k) rotate(rows[p * n + k], rows[q * n + k], r);
      }
    }
    if (!rotated) break;
  }

  std::vector<std::int64_t> order(n);
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(), [&](std::int64_t a, std::int64_t b) {
    const double first = matrix[a * n + a], second = matrix[b * n + b];
    return first > second || (first == second && a < b);
  });
  SymmetricEigen result;
  for (const std::int64_t i : order) {
    result.values.push_back(matrix[i * n + i]);
    result.vectors.insert(result.vectors.end(), rows.begin() + i * n, rows.begin() + (i + 1) * n);
  }
  return result;
}

}  // namespace grad::classic
