#pragma once

// What a unit of a network responds to, measured from its answers. An answer is one number for each
// picture; a factor is something known of the pictures, as an index below `levels`.

#include <cstdint>
#include <span>

#include "tensor/array.h"

namespace grad::demos {

struct BestLevel {
  int level = 0;
  double area = 0.5;
};
/// The level that the answers tell best from all others, and how well: the probability that the
/// answer to a picture of this level is larger than to one of another level, equal answers counting
/// half (the area under the ROC curve; 0.5: not at all, 1: always). Levels that no picture, or that
/// every picture has, are passed over.
BestLevel best_level(std::span<const real> answers, std::span<const std::int32_t> factor,
                     int levels);

/// Share of the answers' variance that the factor explains, in [0,1]: 1 minus the ratio of the mean
/// squares within the levels and in all (ε² of the analysis of variance, which is 0 on average for
/// a factor that explains nothing; below 0 it is given as 0). 0 if the answers do not vary.
double explained_share(std::span<const real> answers, std::span<const std::int32_t> factor,
                       int levels);

// --- Test cards ----------------------------------------------------------------------------------

inline constexpr int kColorPairs = 4;  ///< white and black, red and cyan, green and magenta, blue …
inline constexpr int kDirections = 8;  ///< evenly over a whole turn
inline constexpr int kSurfaces = 2 * kColorPairs;
inline constexpr int kEdges = kColorPairs * kDirections;
inline constexpr int kCorners = 2 * kColorPairs * kDirections;  ///< each colour on the other
inline constexpr int kTestCards = kSurfaces + kEdges + kCorners;

/// Pictures (kTestCards, side, side, 3), values from -0.8 to 0.8: plain surfaces of all colours,
/// straight edges through the middle between the colours of a pair, right-angled corners there.
Array test_cards(int side);

/// A unit's strongest answers to the kinds of test cards.
struct CardAnswers {
  double surface = 0;
  double edge = 0;
  int direction = 0;  ///< into which that edge grows lighter, in eighths of a turn from the right
                      ///< through the bottom
  double across = 0;  ///< to the same edge turned by a right angle
  double corner = 0;
};
/// From the answers to all cards, in their order.
CardAnswers card_answers(std::span<const real> cards);

}  // namespace grad::demos
