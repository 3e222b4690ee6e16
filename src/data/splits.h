#pragma once

// Parts of a data set for training and for testing, and labels as numbers. (split() of dataset.h
// ignores classes; classic/features.h has the standardiser, to be fitted to the training part.)

#include <cstdint>
#include <span>
#include <vector>

#include "data/dataset.h"
#include "tensor/array.h"
#include "tensor/rng.h"

namespace grad::data {

/// Shuffles, then takes round(count · test_share) of each class for the test, so that both parts
/// have the classes in nearly the same shares; both are shuffled. Throws Error unless 0 <=
/// test_share <= 1 and every label is in [0, classes).
Split stratified_split(const Dataset& all, real test_share, Rng& rng);

/// Rows to train with and rows to test with.
struct Fold {
  std::vector<int> train, test;
};
/// k folds of n shuffled rows: every row is in the test of exactly one, whose sizes differ by 1 at
/// most. Throws Error unless 2 <= k <= n.
std::vector<Fold> k_folds(std::int64_t n, int k, Rng& rng);
/// The same, where also the counts of each class in the tests differ by 1 at most. Labels must not
/// be negative.
std::vector<Fold> stratified_folds(std::span<const std::int32_t> labels, int k, Rng& rng);

/// (n, classes): 1 at each example's label, else 0. Throws Error for a label not in [0, classes).
Array one_hot(std::span<const std::int32_t> labels, int classes);

}  // namespace grad::data
