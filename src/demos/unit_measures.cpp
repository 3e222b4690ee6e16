#include "demos/unit_measures.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <utility>
#include <vector>

#include "tensor/math.h"

namespace grad::demos {

namespace {

constexpr real pi = real(3.14159265358979323846);
constexpr real contrast = real(0.8);

/// The lighter colour of a pair, as signs of red, green and blue; the other has the opposite signs.
using Color = std::array<real, 3>;
constexpr std::array<Color, kColorPairs> colors = {
    {{1, 1, 1}, {1, -1, -1}, {-1, 1, -1}, {-1, -1, 1}}};

std::pair<real, real> towards(int direction) {
  const real angle = 2 * pi * static_cast<real>(direction) / kDirections;
  return {math::cos(angle), math::sin(angle)};
}

/// Ranks from 1 by size; equal answers share their mean rank.
std::vector<double> ranks_of(std::span<const real> answers) {
  std::vector<std::size_t> order(answers.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return answers[a] < answers[b] || (answers[a] == answers[b] && a < b);
  });
  std::vector<double> ranks(answers.size());
  for (std::size_t first = 0; first < order.size();) {
    std::size_t end = first + 1;
    while (end < order.size() && answers[order[end]] == answers[order[first]]) end++;
    const double shared = static_cast<double>(first + end + 1) / 2;
    for (; first < end; first++) ranks[order[first]] = shared;
  }
  return ranks;
}

/// Fills one picture; shade(x, y) is 1 for the colour and -1 for the opposite one, x and y in
/// pixels from the middle.
template <class Shade>
void paint(int side, real*& out, const Color& color, Shade shade) {
  for (int row = 0; row < side; row++) {
    for (int column = 0; column < side; column++) {
      const real x = static_cast<real>(2 * column + 1 - side) / 2;
      const real y = static_cast<real>(2 * row + 1 - side) / 2;
      const real value = contrast * shade(x, y);
      for (const real sign : color) *out++ = sign * value;
    }
  }
}

/// 1 well above 0, -1 well below, smooth over one pixel.
real side_of(real distance) { return std::clamp(2 * distance, real(-1), real(1)); }

}  // namespace

BestLevel best_level(std::span<const real> answers, std::span<const std::int32_t> factor,
                     int levels) {
  const std::vector<double> ranks = ranks_of(answers);
  std::vector<double> rank_sum(static_cast<std::size_t>(levels));
  std::vector<double> count(static_cast<std::size_t>(levels));
  for (std::size_t i = 0; i < ranks.size(); i++) {
    const auto level = static_cast<std::size_t>(factor[i]);
    rank_sum[level] += ranks[i];
    count[level] += 1;
  }
  BestLevel best;
  const auto all = static_cast<double>(answers.size());
  for (int level = 0; level < levels; level++) {
    const auto i = static_cast<std::size_t>(level);
    if (count[i] == 0 || count[i] == all) continue;
    const double area =
        (rank_sum[i] - count[i] * (count[i] + 1) / 2) / (count[i] * (all - count[i]));
    if (area > best.area) best = {level, area};
  }
  return best;
}

double explained_share(std::span<const real> answers, std::span<const std::int32_t> factor,
                       int levels) {
  std::vector<double> sum(static_cast<std::size_t>(levels)),
      count(static_cast<std::size_t>(levels));
  double total = 0;
  for (std::size_t i = 0; i < answers.size(); i++) {
    const auto level = static_cast<std::size_t>(factor[i]);
    sum[level] += static_cast<double>(answers[i]);
    count[level] += 1;
    total += static_cast<double>(answers[i]);
  }
  const auto all = static_cast<double>(answers.size());
  const double used = static_cast<double>(
      std::count_if(count.begin(), count.end(), [](double n) { return n > 0; }));
  if (all <= used) return 0;
  double within = 0, about_mean = 0;
  for (std::size_t i = 0; i < answers.size(); i++) {
    const auto level = static_cast<std::size_t>(factor[i]);
    const double answer = static_cast<double>(answers[i]);
    const double from_level = answer - sum[level] / count[level], from_mean = answer - total / all;
    within += from_level * from_level;
    about_mean += from_mean * from_mean;
  }
  if (!(about_mean > 0)) return 0;
  return std::max(0.0, 1 - (within / (all - used)) / (about_mean / (all - 1)));
}

Array test_cards(int side) {
  Array cards({kTestCards, side, side, 3});
  real* out = cards.data();
  for (const Color& color : colors)
    for (const real sign : {real(1), real(-1)})
      paint(side, out, color, [&](real, real) { return sign; });
  for (const Color& color : colors) {
    for (int direction = 0; direction < kDirections; direction++) {
      const auto [x0, y0] = towards(direction);
      paint(side, out, color,
            [&, nx = x0, ny = y0](real x, real y) { return side_of(nx * x + ny * y); });
    }
  }
  for (const Color& color : colors) {
    for (int direction = 0; direction < kDirections; direction++) {
      const auto [x0, y0] = towards(direction);
      for (const real sign : {real(1), real(-1)})
        paint(side, out, color, [&, nx = x0, ny = y0](real x, real y) {
          return sign * side_of(std::min(nx * x + ny * y, nx * y - ny * x));
        });
    }
  }
  return cards;
}

CardAnswers card_answers(std::span<const real> cards) {
  const auto strongest = [](std::span<const real> some) {
    return static_cast<double>(*std::max_element(some.begin(), some.end()));
  };
  const std::span<const real> edges = cards.subspan(kSurfaces, kEdges);
  const auto best =
      static_cast<std::size_t>(std::max_element(edges.begin(), edges.end()) - edges.begin());
  const std::size_t direction = best % kDirections, of_pair = best - direction;
  const auto turned_by = [&](std::size_t eighths) {
    return edges[of_pair + (direction + eighths) % kDirections];
  };
  CardAnswers answers;
  answers.surface = strongest(cards.first(kSurfaces));
  answers.edge = strongest(edges);
  answers.direction = static_cast<int>(direction);
  answers.across = static_cast<double>(std::max(turned_by(2), turned_by(6)));
  answers.corner = strongest(cards.last(kCorners));
  return answers;
}

}  // namespace grad::demos
