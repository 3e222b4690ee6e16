#include "classic/features.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>
#include <utility>

#include "classic/model.h"
#include "tensor/check.h"

namespace grad::classic {

namespace {

constexpr std::size_t most_columns = 100'000;

/// Features whose product is one column, in ascending order.
using Factors = std::vector<std::int64_t>;

/// All columns, each of a degree made of one of the degree before and a last factor.
std::vector<Factors> monomials(std::int64_t features, const PolynomialOptions& options) {
  std::vector<Factors> all;
  std::vector<Factors> previous = {{}};
  for (int degree = 1; degree <= options.degree; ++degree) {
    std::vector<Factors> next;
    for (const Factors& factors : previous) {
      const std::int64_t first =
          factors.empty() ? 0 : factors.back() + (options.products_only ? 1 : 0);
      for (std::int64_t last = first; last < features; ++last) {
        check(all.size() + next.size() < most_columns, [&] {
          return "[polynomial_features] degree " + std::to_string(options.degree) + " of " +
                 std::to_string(features) + " features gives more than " +
                 std::to_string(most_columns) + " columns";
        });
        next.push_back(factors);
        next.back().push_back(last);
      }
    }
    all.insert(all.end(), next.begin(), next.end());
    previous = std::move(next);
  }
  return all;
}

}  // namespace

Standardizer::Standardizer(const Array& x) {
  const Array rows = table("Standardizer", x);
  const std::int64_t n = rows.shape()[0], d = rows.shape()[1];
  means_.assign(d, 0);
  deviations_.assign(d, 0);
  for (std::int64_t i = 0; i < n; ++i)
    for (std::int64_t j = 0; j < d; ++j) means_[j] += static_cast<double>(rows[i * d + j]);
  for (double& mean : means_) mean /= static_cast<double>(n);
  for (std::int64_t i = 0; i < n; ++i) {
    for (std::int64_t j = 0; j < d; ++j) {
      const double difference = static_cast<double>(rows[i * d + j]) - means_[j];
      deviations_[j] += difference * difference;
    }
  }
  for (double& deviation : deviations_) {
    deviation = std::sqrt(deviation / static_cast<double>(n));
    if (deviation == 0) deviation = 1;
  }
}

Standardizer::Standardizer(std::vector<double> means, std::vector<double> deviations)
    : means_(std::move(means)), deviations_(std::move(deviations)) {
  const bool fits = means_.size() == deviations_.size() && !means_.empty() &&
                    std::all_of(deviations_.begin(), deviations_.end(),
                                [](double deviation) { return deviation > 0; });
  check(fits, "[Standardizer] needs a deviation above 0 for every mean");
}

Array Standardizer::transform(const Array& x) const {
  const Array rows = table("Standardizer", x);
  const std::int64_t n = rows.shape()[0], d = rows.shape()[1];
  check(means_.size() == static_cast<std::size_t>(d), [&] {
    return "[Standardizer] was fitted to " + std::to_string(means_.size()) +
           " features a row and cannot transform " + x.shape().text();
  });
  Array result(rows.shape());
  for (std::int64_t i = 0; i < n; ++i) {
    for (std::int64_t j = 0; j < d; ++j) {
      const double z = (static_cast<double>(rows[i * d + j]) - means_[j]) / deviations_[j];
      result.data()[i * d + j] = static_cast<real>(z);
    }
  }
  return result;
}

Array polynomial_features(const Array& x, const PolynomialOptions& options) {
  check(options.degree >= 1 && options.degree <= 10, [&] {
    return "[polynomial_features] degree " + std::to_string(options.degree) + " is not in [1,10]";
  });
  const Array rows = table("polynomial_features", x);
  const std::int64_t n = rows.shape()[0], d = rows.shape()[1];
  const std::vector<Factors> columns = monomials(d, options);
  const auto width = static_cast<std::int64_t>(columns.size());
  Array result({n, width});
  for (std::int64_t i = 0; i < n; ++i) {
    for (std::int64_t c = 0; c < width; ++c) {
      real product = 1;
      for (const std::int64_t factor : columns[c]) product *= rows[i * d + factor];
      result.data()[i * width + c] = product;
    }
  }
  return result;
}

}  // namespace grad::classic
