#include "data/splits.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <string>

#include "tensor/check.h"

namespace grad::data {

namespace {

std::vector<int> shuffled_rows(std::int64_t n, Rng& rng) {
  std::vector<int> rows(static_cast<std::size_t>(n));
  std::iota(rows.begin(), rows.end(), 0);
  rng.shuffle(rows);
  return rows;
}

/// Shuffled rows, those of one class after the other.
std::vector<int> rows_by_class(std::span<const std::int32_t> labels, Rng& rng) {
  std::vector<int> rows = shuffled_rows(std::ssize(labels), rng);
  std::stable_sort(rows.begin(), rows.end(), [&](int a, int b) { return labels[a] < labels[b]; });
  return rows;
}

void check_labels(const char* name, std::span<const std::int32_t> labels, int classes) {
  for (std::size_t i = 0; i < labels.size(); ++i)
    check(labels[i] >= 0 && labels[i] < classes, [&] {
      return std::string("[") + name + "] label " + std::to_string(labels[i]) + " of example " +
             std::to_string(i) + " is not in [0," + std::to_string(classes) + ")";
    });
}

void check_folds(const char* name, std::int64_t n, int k) {
  check(k >= 2 && k <= n && n <= std::numeric_limits<int>::max(), [&] {
    return std::string("[") + name + "] cannot make " + std::to_string(k) + " folds of " +
           std::to_string(n) + " rows";
  });
}

/// Deals the rows to the tests of k folds in turn.
std::vector<Fold> deal(const std::vector<int>& rows, int k, Rng& rng) {
  std::vector<Fold> folds(static_cast<std::size_t>(k));
  for (std::size_t i = 0; i < rows.size(); ++i)
    for (std::size_t f = 0; f < folds.size(); ++f)
      (i % folds.size() == f ? folds[f].test : folds[f].train).push_back(rows[i]);
  for (Fold& fold : folds) {
    rng.shuffle(fold.train);
    rng.shuffle(fold.test);
  }
  return folds;
}

}  // namespace

Split stratified_split(const Dataset& all, real test_share, Rng& rng) {
  check(test_share >= 0 && test_share <= 1, [&] {
    return "[stratified_split] test share " + std::to_string(test_share) + " is not in [0,1]";
  });
  check_labels("stratified_split", all.y, all.classes);
  const std::vector<int> rows = rows_by_class(all.y, rng);
  std::vector<int> train, test;
  for (std::size_t first = 0; first < rows.size();) {
    std::size_t end = first;
    while (end < rows.size() && all.y[rows[end]] == all.y[rows[first]]) ++end;
    const double wanted = static_cast<double>(end - first) * static_cast<double>(test_share);
    const std::size_t middle = first + static_cast<std::size_t>(std::floor(wanted + 0.5));
    for (; first < end; ++first) (first < middle ? test : train).push_back(rows[first]);
  }
  rng.shuffle(train);
  rng.shuffle(test);
  return {take(all, train), take(all, test)};
}

std::vector<Fold> k_folds(std::int64_t n, int k, Rng& rng) {
  check_folds("k_folds", n, k);
  return deal(shuffled_rows(n, rng), k, rng);
}

std::vector<Fold> stratified_folds(std::span<const std::int32_t> labels, int k, Rng& rng) {
  check_folds("stratified_folds", std::ssize(labels), k);
  check_labels("stratified_folds", labels, std::numeric_limits<std::int32_t>::max());
  return deal(rows_by_class(labels, rng), k, rng);
}

Array one_hot(std::span<const std::int32_t> labels, int classes) {
  check_labels("one_hot", labels, classes);
  Array rows = Array::zeros({std::ssize(labels), classes});
  for (std::size_t i = 0; i < labels.size(); ++i)
    rows.data()[static_cast<std::int64_t>(i) * classes + labels[i]] = 1;
  return rows;
}

}  // namespace grad::data
