#include "ui/contour.h"

#include <cmath>
#include <cstddef>
#include <cstdint>

#include "tensor/check.h"

namespace grad::ui {
namespace {

/// A line crosses the edge between two neighbouring samples at most once, so edges number the
/// points: first the horizontal edges, then the vertical ones.
class Contour {
 public:
  Contour(std::span<const float> values, int rows, int columns)
      : values_(values), rows_(rows), columns_(columns) {
    const std::size_t edges = 2 * values.size();
    neighbours_.assign(edges, {kNone, kNone});
  }

  std::vector<std::vector<GridPoint>> chains() {
    for (int row = 0; row + 1 < rows_; row++)
      for (int column = 0; column + 1 < columns_; column++) link_cell(row, column);
    std::vector<std::vector<GridPoint>> result;
    // Open lines from their ends first; what is left then is closed.
    for (const bool open : {true, false})
      for (std::size_t edge = 0; edge < neighbours_.size(); edge++) {
        const auto& [a, b] = neighbours_[edge];
        if (a == kNone || (open && b != kNone)) continue;
        result.push_back(walk(static_cast<std::int32_t>(edge)));
      }
    return result;
  }

 private:
  static constexpr std::int32_t kNone = -1;
  struct Pair {
    std::int32_t a, b;
  };

  float value(int row, int column) const {
    return values_[static_cast<std::size_t>(across(row, column))];
  }
  std::int32_t across(int row, int column) const { return row * columns_ + column; }
  std::int32_t down(int row, int column) const {
    return static_cast<std::int32_t>(values_.size()) + row * columns_ + column;
  }

  void link(std::int32_t from, std::int32_t to) {
    for (const auto& [at, other] : {Pair{from, to}, Pair{to, from}}) {
      Pair& pair = neighbours_[static_cast<std::size_t>(at)];
      (pair.a == kNone ? pair.a : pair.b) = other;
    }
  }

  void link_cell(int row, int column) {
    const float corners[] = {value(row, column), value(row, column + 1), value(row + 1, column + 1),
                             value(row + 1, column)};
    // Clockwise from the top, as the corners before them.
    const std::int32_t edges[] = {across(row, column), down(row, column + 1),
                                  across(row + 1, column), down(row, column)};
    float sum = 0;
    std::int32_t crossed[4];
    int count = 0;
    for (int i = 0; i < 4; i++) {
      if (!std::isfinite(corners[i])) return;
      sum += corners[i];
      if ((corners[i] > 0) != (corners[(i + 1) % 4] > 0)) crossed[count++] = edges[i];
    }
    if (count == 2) link(crossed[0], crossed[1]);
    if (count == 4) {
      // A saddle: the middle decides which corners belong together.
      const bool shift = (sum > 0) == (corners[0] > 0);
      link(crossed[shift ? 0 : 3], crossed[shift ? 1 : 0]);
      link(crossed[shift ? 2 : 1], crossed[shift ? 3 : 2]);
    }
  }

  GridPoint point(std::int32_t edge) const {
    const auto size = static_cast<std::int32_t>(values_.size());
    const bool vertical = edge >= size;
    const int row = edge % size / columns_, column = edge % size % columns_;
    const float from = value(row, column);
    const float to = vertical ? value(row + 1, column) : value(row, column + 1);
    const float share = from / (from - to);
    const auto x = static_cast<float>(column), y = static_cast<float>(row);
    return vertical ? GridPoint{x, y + share} : GridPoint{x + share, y};
  }

  std::vector<GridPoint> walk(std::int32_t start) {
    std::vector<GridPoint> chain;
    std::int32_t edge = start;
    while (edge != kNone) {
      chain.push_back(point(edge));
      Pair& pair = neighbours_[static_cast<std::size_t>(edge)];
      const std::int32_t next = pair.a != kNone ? pair.a : pair.b;
      (pair.a != kNone ? pair.a : pair.b) = kNone;
      if (next == kNone) break;
      Pair& back = neighbours_[static_cast<std::size_t>(next)];
      (back.a == edge ? back.a : back.b) = kNone;
      edge = next;
    }
    return chain;
  }

  std::span<const float> values_;
  int rows_, columns_;
  std::vector<Pair> neighbours_;  // of each edge's point along its line
};

}  // namespace

std::vector<std::vector<GridPoint>> zero_contour(std::span<const float> values, int rows,
                                                 int columns) {
  check(rows >= 0 && columns >= 0 &&
            values.size() == static_cast<std::size_t>(rows) * static_cast<std::size_t>(columns),
        "[zero_contour] the field does not have rows x columns values");
  return Contour(values, rows, columns).chains();
}

}  // namespace grad::ui
