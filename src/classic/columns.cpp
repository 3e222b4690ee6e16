#include "classic/columns.h"

#include <algorithm>
#include <cstring>

namespace grad::classic {

namespace {

/// A number and the row it stands in.
struct Cell {
  real number;
  std::int32_t row;
  bool operator<(const Cell& other) const {
    return number < other.number || (number == other.number && row < other.row);
  }
};

}  // namespace

Columns::Columns(const Array& x, int ranks)
    : x_(x),
      rows_(x.shape()[0]),
      features_(x.shape()[1]),
      most_(ranks),
      ranks_(static_cast<std::size_t>(x.size())) {}

void Columns::add() {
  const std::int64_t feature = added();
  std::vector<Cell> cells(static_cast<std::size_t>(rows_));
  for (std::int64_t i = 0; i < rows_; ++i)
    cells[i] = {x_[i * features_ + feature], static_cast<std::int32_t>(i)};
  std::sort(cells.begin(), cells.end());

  std::int64_t distinct = 1;
  for (std::size_t i = 1; i < cells.size(); ++i) distinct += cells[i].number > cells[i - 1].number;
  const bool shared = distinct > most_;

  std::vector<Bounds>& bounds = bounds_.emplace_back();
  std::uint16_t* ranks = ranks_.data() + static_cast<std::size_t>(feature * rows_);
  std::int64_t part = -1;  // with shared ranks: which of most_ equal parts of the rows this rank is
  for (std::int64_t i = 0; i < rows_; ++i) {
    const real number = cells[i].number;
    if (i == 0 || number > cells[i - 1].number) {
      const std::int64_t next_part = i * most_ / rows_;
      if (!shared || next_part != part) bounds.push_back({number, number});
      part = next_part;
    }
    bounds.back().largest = number;
    ranks[cells[i].row] = static_cast<std::uint16_t>(bounds.size() - 1);
  }
  if (done()) x_ = Array();
}

real Columns::threshold(std::int64_t feature, int low, int high) const {
  const real below = bounds_[feature][low].largest, above = bounds_[feature][high].smallest;
  const real middle = below + (above - below) / 2;
  return middle < above ? middle : below;  // rounded up, or the difference overflowed
}

}  // namespace grad::classic
