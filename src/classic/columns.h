#pragma once

#include <cstdint>
#include <vector>

#include "tensor/array.h"

namespace grad::classic {

/// The features of a table one after the other, each number replaced by its rank among the distinct
/// numbers of its column: what trees split is an order, and small whole numbers sort and count
/// fast. A column with more distinct numbers than ranks is cut into ranks of about equally many
/// rows.
class Columns {
 public:
  static constexpr int most_ranks = 65536;

  Columns() = default;
  /// None yet; x (n, features) is finite and must live until all are added. ranks <= most_ranks.
  Columns(const Array& x, int ranks);
  /// Ranks the next feature; call it until done().
  void add();
  bool done() const { return added() == features(); }
  std::int64_t added() const { return static_cast<std::int64_t>(bounds_.size()); }

  std::int64_t features() const { return features_; }
  std::int64_t rows() const { return rows_; }
  /// Of every row.
  const std::uint16_t* ranks(std::int64_t feature) const {
    return ranks_.data() + static_cast<std::size_t>(feature * rows_);
  }
  /// How many ranks the feature has.
  int count(std::int64_t feature) const { return static_cast<int>(bounds_[feature].size()); }
  /// Half-way between the largest number of rank `low` and the smallest of rank `high` > low: rows
  /// up to `low` are <= it, rows from `high` on are above.
  real threshold(std::int64_t feature, int low, int high) const;

 private:
  struct Bounds {
    real smallest, largest;  // of the numbers of one rank
  };

  Array x_;
  std::int64_t rows_ = 0, features_ = 0;
  int most_ = most_ranks;
  std::vector<std::uint16_t> ranks_;
  std::vector<std::vector<Bounds>> bounds_;  // of every feature's ranks
};

}  // namespace grad::classic
