#include "data/handwriting.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>

#include "tensor/check.h"
#include "tensor/math.h"

namespace grad::data {

namespace {

constexpr real kPi = real(3.14159265358979323846);

struct Point {
  real x, y;
};

// How people write each character: points "x,y" in a box 100 high (y downwards) through which the
// pen goes smoothly, "*" where it turns a corner, "|" where it is lifted. A way that is more common
// stands more than once.
using Ways = std::vector<const char*>;

const std::array<Ways, 10> kDigits = {{
    {"33,0 12,12 0,45 8,85 32,100 55,86 65,50 55,12 33,0",
     "45,5 20,6 2,40 8,85 35,100 60,80 64,40 50,8 25,4",
     "50,10 30,0 6,25 2,65 25,100 52,88 64,50 56,14 40,3 48,18",
     "42,0 10,18 0,52 18,88 54,100 90,80 96,44 76,10 42,0",
     "70,2 30,14 0,46 10,74 46,78 88,50 96,18 64,2 40,12",
     "18,12 2,44 10,84 36,100 64,78 66,36 50,6 28,8"},
    {"30,0 30,100", "50,0 15,100", "35,0 30,50 30,100", "32,0 30,100", "56,0 10,100",
     "10,25* 32,0* 32,100", "12,22* 32,0* 32,100 | 8,100 58,100", "24,10 35,0* 34,100"},
    {"5,22 20,3 45,2 58,22 45,50 20,80 0,100* 65,98",
     "6,20 22,2 48,3 56,25 40,58 18,85 4,92 2,80 14,74 32,86 50,97 68,92",
     "10,30 8,15 25,0 50,5 55,28 35,65 5,98* 30,92 65,100", "5,8* 55,5* 5,98* 62,98",
     "2,30 10,8 35,0 60,14 58,40 30,72 2,95 20,88 45,96 66,94",
     "12,18 30,2 54,10 54,34 34,64 12,90 2,86 8,70 24,72 40,90 66,88",
     "20,8 34,0 42,18 24,60 0,92* 36,90 84,98", "14,20 22,0 52,2 48,32 10,90* 90,92",
     "8,20 30,0 52,18 42,55 14,94 0,84 16,70 44,84 84,92",
     "0,14 20,0 50,2 62,14 48,48 14,78 2,98 30,94 74,84",
     "10,24 24,4 52,2 60,30 38,66 8,98 0,88 16,76 44,92 70,100",
     "18,4 44,0 50,16 30,56 2,96* 30,92 72,94",
     "2,26 16,4 46,2 60,22 52,50 26,80 6,90 2,76 18,66 44,80 66,92",
     "4,24 22,2 52,6 64,34 50,68 20,92 0,80 10,62 36,68 60,90 76,84",
     "10,16 34,0 58,18 50,52 24,86 4,78 20,62 46,78 74,78",
     "10,20 30,2 60,10 70,44 50,80 20,96 4,80 20,62 50,72 78,92",
     "20,14 46,0 70,20 66,56 36,90 8,92 6,74 30,66 54,84 70,92",
     "2,14 40,8 62,4* 20,88* 50,84 90,88"},
    {"5,12 25,0 50,8 52,30 25,46* 55,58 60,82 35,100 2,90",
     "6,15 28,0 52,12 46,36 22,47 45,50 62,70 48,96 20,100 0,86",
     "4,4* 55,2* 24,42* 52,52 60,75 42,98 4,94",
     "6,12 30,0 54,14 44,38 22,50 18,42 30,44 56,60 54,88 28,100 2,90",
     "12,8 38,0 54,16 36,38* 62,56 60,86 30,100 0,88",
     "2,20 20,2 46,4 50,26 28,42* 52,52 54,78 30,98 8,96 4,84",
     "12,6 40,0 48,16 24,38* 46,46 48,70 18,100", "12,14 40,0 60,8 30,34* 56,44 56,66 8,92",
     "8,4 34,8 50,2* 26,40* 52,56 44,88 10,100",
     "8,14 34,0 58,12 50,34 24,48* 50,52 52,74 34,94 4,98",
     "0,10 40,0 54,16 26,40 18,48 44,50 66,68 54,92 10,100"},
    {"12,2* 4,55* 62,52 | 48,0 46,100", "48,100* 48,0* 0,66* 66,66",
     "8,4 3,40 14,56 50,48 | 54,2 48,100", "6,5 2,45 25,58 52,40* 56,0* 50,100",
     "18,0* 0,60* 66,56 | 44,28 40,100", "50,4* 14,48* 60,50 | 52,0 44,100",
     "14,2 2,44 14,54 64,48 | 60,4 48,100", "30,0* 2,56 14,62 80,48 | 58,10 44,100",
     "10,0 4,38 14,50 54,46* 60,2* 52,100"},
    {"58,2* 14,2* 8,44* 36,40 60,62 50,92 22,100 0,88",
     "14,4* 8,44* 34,38 60,58 54,90 24,100 0,90 | 14,4 62,0",
     "56,4 22,4 10,24 18,42 46,54 56,76 38,98 4,92", "62,0* 22,6* 14,42* 44,48 52,76 30,98 0,94",
     "50,0* 12,6* 6,36* 45,36 66,66 42,98 4,90", "20,2* 12,40* 38,40 54,60 44,90 6,98 | 20,2 66,6",
     "54,2* 16,2* 10,46* 34,40 58,62 46,94 16,98 10,82",
     "90,4* 40,6* 24,42* 50,42 60,66 36,96 0,88",
     "56,4* 14,4* 10,44 44,42 58,66 44,96 14,98 2,84 14,72",
     "16,20* 14,46 44,44 56,70 34,98 4,94 | 16,14 80,2",
     "70,0 34,4 18,20 30,40 52,58 50,82 26,98 0,90", "80,0* 36,8* 24,38 46,56 40,86 4,100",
     "30,10* 20,46 50,44 60,72 36,98 4,96 | 30,10 90,0"},
    {"48,0 18,30 2,65 14,96 40,98 58,78 46,58 22,60 4,78",
     "38,0 8,55 4,80 22,100 48,92 54,70 34,56 8,72", "55,4 22,18 2,60 18,98 52,92 62,60 36,46 6,66",
     "58,14 46,0 20,14 2,56 10,92 36,100 56,82 44,60 16,64",
     "34,0 10,40 4,80 20,100 42,90 40,70 20,66 6,80",
     "44,0 12,36 2,72 20,100 50,90 50,66 28,60 16,78 22,92",
     "14,0 4,50 10,90 40,100 66,84 60,62 36,58 14,80",
     "20,0 2,40 8,84 40,100 70,86 66,60 42,54 26,74 34,92"},
    {"0,4* 60,2* 24,100", "2,8* 58,2* 42,30 28,60 24,100", "2,4* 60,2* 22,100 | 14,52 58,48",
     "4,20* 4,4* 60,2* 30,100", "0,14 16,2 44,6 58,4* 36,48 26,100", "2,10 20,0 58,4* 20,100",
     "2,18* 6,4* 58,4* 34,50 28,100 | 12,50 54,48", "5,0 50,2 55,15 40,55 35,100",
     "0,26* 4,6 50,4* 36,50 28,100", "4,30 8,8* 50,0 54,10* 30,60 20,100",
     "0,2* 84,4* 56,40 46,100", "6,28 14,4 40,18 60,2* 40,50 34,100",
     "0,20 20,28 44,22 70,0* 48,50 40,100", "0,12* 8,30 40,18 60,4* 50,50 44,100",
     "10,30 6,10 24,2 44,12 44,40 36,100", "4,12 24,0 60,6* 36,50 24,96 | 6,58 76,46",
     "2,10* 58,2* 40,44 22,100 | 20,56 70,44"},
    {"52,10 28,0 6,14 14,36 44,56 58,80 32,100 4,84 14,58 44,38 56,16 46,4",
     "30,0 8,12 10,38 30,48 52,38 52,12 30,0 | 30,48 4,62 4,90 30,100 58,90 58,62 30,48",
     "58,6 30,2 8,16 18,38 44,54 54,80 28,100 6,82 18,56 48,34 62,4",
     "30,48 8,28 20,2 46,4 52,26 30,48 6,72 18,98 46,96 54,72 30,48",
     "44,8 24,0 10,16 22,40 40,58 44,84 24,100 8,86 16,62 36,42 46,20 44,8",
     "8,10 32,0 54,14 44,36 14,58 4,82 28,100 56,86 46,58 14,36 6,14 16,3",
     "50,8 24,0 10,20 30,46 52,72 40,98 14,96 8,76 34,46 58,14 50,8",
     "62,6 34,2 12,14 20,36 46,60 44,90 20,98 10,78 30,54 56,24 62,6",
     "60,10 40,0 14,8 12,30 44,56 50,82 30,100 10,88 20,60 52,30 66,4",
     "30,60 6,44 4,14 30,0 56,14 56,44 30,60 14,76 16,96 34,100 48,90 44,72 30,60",
     "54,2* 16,4 8,24 34,44 46,70 32,98 12,92 14,66 40,40 64,4",
     "48,16 30,4 10,16 22,34 48,46 62,74 40,100 8,92 8,66 30,44 44,24 50,6",
     "40,6 10,12 20,34 50,52 70,80 40,100 12,84 30,54 60,28 70,8 44,2",
     "56,0 30,34 12,20 22,4 36,24 40,70 24,100 8,84 26,48 60,10",
     "44,16 30,0 14,14 24,34 44,60 34,98 10,96 12,70 34,44 58,6",
     "66,0 40,6 20,22 36,48 50,76 32,98 14,84 28,56 56,28 70,6",
     "48,22 40,2 16,4 10,24 30,42 42,60 38,92 20,100 10,84 24,58 44,38 48,22",
     "70,0 50,24 30,46 10,24 22,4 40,22 56,70 30,100 12,80 34,48",
     "52,20 34,2 14,16 28,40 60,56 64,86 36,100 8,86 14,62 40,46 54,30",
     "36,42 16,30 18,6 40,0 54,14 40,38 12,62 4,86 24,100 44,86 40,60 20,38"},
    {"56,14 34,0 8,14 4,38 26,50 50,36 58,12* 54,60 48,100",
     "52,30 30,48 6,38 8,10 34,0 54,12 52,60 40,100",
     "56,20 36,2 8,14 8,40 34,46 56,22* 58,64 40,96 8,94",
     "54,6 22,4 4,28 18,44 48,24 58,2* 30,100",
     "54,20 40,4 14,6 4,30 20,48 46,38 56,16* 56,55 52,100",
     "50,22 32,2 8,10 4,34 24,50 48,38 52,8* 50,100",
     "50,12 30,0 8,12 6,34 24,44 46,30 54,6* 44,60 36,100",
     "46,10 28,2 16,14 20,30 38,30 50,8* 46,50 40,100",
     "56,22 40,2 10,6 6,30 30,38 56,26 54,64 50,100",
     "54,18 34,0 6,16 14,44 40,44 56,18 54,70 34,98 6,86",
     "62,10 30,2 2,28 14,46 46,34 64,8* 40,60 18,100",
     "40,4 14,8 4,30 22,42 44,26 48,6 50,50 46,100",
     "50,6 30,4 12,24 10,40 24,42 44,20 52,4* 30,60 20,100",
     "46,4 26,2 10,20 14,36 30,36 46,16 48,4 36,56 26,100",
     "40,14 26,2 12,10 12,26 26,34 38,26 40,14 36,60 30,100",
     "60,6 40,0 22,14 20,32 36,34 56,12 40,50 6,100", "22,4 4,20 8,38 28,38 48,14* 44,60 40,100",
     "44,18 30,4 8,12 2,34 18,48 40,40 50,10 52,60 48,100",
     "52,16 36,0 10,10 2,32 18,46 44,34 56,14 38,60 30,100"},
}};

const std::array<Ways, 10> kLetters = {{
    {"0,100* 30,0* 60,100 | 12,64 48,64", "2,100 14,30 30,0 48,30 58,100 | 8,62 54,60",
     "30,0 4,100 | 30,0 58,100 | 14,66 46,64"},
    {"6,0 4,100 | 6,2 40,2 48,24 38,44 8,48* 46,54 56,78 42,98 4,98",
     "8,100* 8,0* 44,4 46,36 8,46* 54,60 52,92 8,100"},
    {"56,16 34,0 8,20 0,52 12,88 36,100 58,84", "58,6 22,8 2,50 20,94 60,94"},
    {"6,0 4,100 | 4,0 44,10 60,50 44,90 2,100", "10,100* 10,2 | 0,4 40,4 62,40 50,88 6,98"},
    {"52,0* 4,0* 4,100* 54,100 | 4,48 44,46", "50,8 18,2 8,28 32,46* 4,66 14,98 56,92",
     "6,0 6,100 | 6,0 56,2 | 6,50 44,48 | 6,100 56,98"},
    {"54,0* 6,0* 4,100 | 5,46 44,46", "8,0 8,100 | 4,2 58,0 | 8,48 46,46"},
    {"56,14 32,0 4,24 2,66 22,100 52,92 58,60* 34,60",
     "54,18 32,0 6,20 2,62 24,98 54,84 56,56* 34,56 | 56,56 56,100",
     "58,8 24,6 2,46 16,96 52,90 54,58 | 30,60 64,58"},
    {"4,0 4,100 | 56,0 56,100 | 4,50 56,48", "8,0 4,100 | 4,52 54,48 | 54,0 52,100"},
    {"30,0 30,100 | 8,0 52,0 | 8,100 52,100", "30,0 30,100"},
    {"46,0 44,72 34,98 12,96 4,74", "44,0 44,70 32,98 8,92 2,72 | 20,0 64,0",
     "50,0 46,60 36,96 10,98 0,80"},
}};

/// A smooth run of the pen.
struct Piece {
  std::vector<Point> points;
  bool joined;  ///< begins where the last piece ends
};
using Skeleton = std::vector<Piece>;

real take_number(const char*& at) {
  real number = 0;
  while (*at >= '0' && *at <= '9') number = 10 * number + static_cast<real>(*at++ - '0');
  return number;
}

Skeleton skeleton_of(const char* way) {
  Skeleton pieces = {{{}, false}};
  for (const char* at = way; *at != 0;) {
    if (*at == ' ') {
      ++at;
    } else if (*at == '|') {
      ++at;
      pieces.push_back({{}, false});
    } else if (*at == '*') {
      ++at;
      const Point corner = pieces.back().points.back();
      if (pieces.back().points.size() == 1) continue;
      pieces.push_back({{corner}, true});
    } else {
      const real x = take_number(at);
      ++at;  // the comma
      pieces.back().points.push_back({x, take_number(at)});
    }
  }
  return pieces;
}

std::vector<std::vector<Skeleton>> skeletons_of(const std::array<Ways, 10>& characters) {
  std::vector<std::vector<Skeleton>> skeletons;
  for (const Ways& ways : characters) {
    skeletons.emplace_back();
    for (const char* way : ways) skeletons.back().push_back(skeleton_of(way));
  }
  return skeletons;
}

/// A short straight stroke from a to b.
struct Segment {
  Point a, b;
};
using Ink = std::vector<Segment>;

/// What distinguishes one writing of a character from the next: a smooth map of the paper.
class Hand {
 public:
  Hand(real variation, Rng& rng) {
    const auto spread = [&](real deviation) { return variation * deviation * rng.normal(); };
    slant_ = variation * real(0.12) + spread(real(0.28));
    const real turn = spread(real(0.12));
    cos_ = math::cos(turn);
    sin_ = math::sin(turn);
    width_ = math::exp(spread(real(0.25)));
    balance_ = spread(8);
    for (Wave& wave : waves_) {
      wave.size = {spread(5), spread(5)};
      wave.along = {spread(real(0.035)), spread(real(0.035))};
      wave.phase = rng.uniform(0, 2 * kPi);
    }
    tension_ = rng.uniform(real(0.35), real(0.6));
  }

  Point place(Point p) const {
    Point q = p;
    for (const Wave& wave : waves_) {
      const real s = math::sin(wave.along.x * p.x + wave.along.y * p.y + wave.phase);
      q.x += wave.size.x * s;
      q.y += wave.size.y * s;
    }
    q.y += balance_ * math::sin(kPi * p.y / 100);  // more room for the upper or the lower half
    const real x = width_ * (q.x - 30) - slant_ * (q.y - 50), y = q.y - 50;
    return {cos_ * x - sin_ * y, sin_ * x + cos_ * y};
  }
  /// How round curves are.
  real tension() const { return tension_; }

 private:
  struct Wave {
    Point size, along;
    real phase;
  };
  real slant_, cos_, sin_, width_, balance_, tension_;
  std::array<Wave, 3> waves_;
};

/// The cubic from b to c with the neighbours a and d (Catmull and Rom, with a tension).
Point between(Point a, Point b, Point c, Point d, real t, real tension) {
  const auto along = [&](real pa, real pb, real pc, real pd) {
    const real from = tension * (pc - pa), to = tension * (pd - pb);
    return pb +
           t * (from + t * ((3 * (pc - pb) - 2 * from - to) + t * (2 * (pb - pc) + from + to)));
  };
  return {along(a.x, b.x, c.x, d.x), along(a.y, b.y, c.y, d.y)};
}

void write_piece(const std::vector<Point>& points, const Hand& hand, Ink& ink) {
  constexpr int parts = 5;
  const std::size_t n = points.size();
  Point last = hand.place(points[0]);
  for (std::size_t i = 0; i + 1 < n; ++i) {
    const Point a = points[i > 0 ? i - 1 : 0], d = points[std::min(i + 2, n - 1)];
    for (int part = 1; part <= parts; ++part) {
      const real t = static_cast<real>(part) / parts;
      const Point next = hand.place(between(a, points[i], points[i + 1], d, t, hand.tension()));
      ink.push_back({last, next});
      last = next;
    }
  }
}

/// One writing of a character; the ink of strokes around (0,0), about 100 high.
void write(const Skeleton& skeleton, real variation, Rng& rng, Ink& ink) {
  const Hand hand(variation, rng);
  ink.clear();
  Point last{}, offset{};
  std::vector<Point> points;
  for (const Piece& piece : skeleton) {
    points.clear();
    if (!piece.joined) offset = {variation * 3 * rng.normal(), variation * 3 * rng.normal()};
    for (const Point p : piece.points)
      points.push_back(
          {p.x + variation * real(3) * rng.normal(), p.y + variation * real(3) * rng.normal()});
    if (piece.joined) points[0] = last;
    last = points.back();
    write_piece(points, hand, ink);
  }
}

constexpr real kMiddle = real(handwriting_side) / 2;

/// Scales the ink into a square of `side` pixels and moves its centre of mass to the middle.
void fit(Ink& ink, real side, Point offset) {
  Point low = ink[0].a, high = ink[0].a, mass{0, 0};
  real length = 0;
  for (const Segment& s : ink) {
    for (const Point p : {s.a, s.b}) {
      low = {std::min(low.x, p.x), std::min(low.y, p.y)};
      high = {std::max(high.x, p.x), std::max(high.y, p.y)};
    }
    const real dx = s.b.x - s.a.x, dy = s.b.y - s.a.y;
    const real size = std::sqrt(dx * dx + dy * dy);
    mass = {mass.x + size * (s.a.x + s.b.x) / 2, mass.y + size * (s.a.y + s.b.y) / 2};
    length += size;
  }
  const real scale = side / std::max({high.x - low.x, high.y - low.y, real(1)});
  length = std::max(length, real(1e-3));
  const Point shift = {kMiddle + offset.x - scale * mass.x / length,
                       kMiddle + offset.y - scale * mass.y / length};
  for (Segment& s : ink) {
    s.a = {scale * s.a.x + shift.x, scale * s.a.y + shift.y};
    s.b = {scale * s.b.x + shift.x, scale * s.b.y + shift.y};
  }
}

struct Pen {
  real radius;  ///< pixels
  real soft;    ///< width of the edge from ink to paper, pixels
  real strength;
};

/// Darkens what the pen covers on its way along a segment.
void draw(const Segment& s, const Pen& pen, real* pixels) {
  const real reach = pen.radius + pen.soft / 2;
  const auto first = [&](real p, real q) {
    return std::clamp(static_cast<int>(std::min(p, q) - reach), 0, handwriting_side);
  };
  const auto last = [&](real p, real q) {
    return std::clamp(static_cast<int>(std::max(p, q) + reach) + 1, 0, handwriting_side);
  };
  const Point ab = {s.b.x - s.a.x, s.b.y - s.a.y};
  const real length2 = std::max(ab.x * ab.x + ab.y * ab.y, real(1e-6));
  const int right = last(s.a.x, s.b.x), bottom = last(s.a.y, s.b.y);
  for (int row = first(s.a.y, s.b.y); row < bottom; ++row)
    for (int column = first(s.a.x, s.b.x); column < right; ++column) {
      const Point ap = {static_cast<real>(column) + real(0.5) - s.a.x,
                        static_cast<real>(row) + real(0.5) - s.a.y};
      const real t = std::clamp((ap.x * ab.x + ap.y * ab.y) / length2, real(0), real(1));
      const real dx = ap.x - t * ab.x, dy = ap.y - t * ab.y;
      const real distance2 = dx * dx + dy * dy;
      if (distance2 >= reach * reach) continue;
      real& pixel = pixels[row * handwriting_side + column];
      const real ink = pen.strength * (reach - std::sqrt(distance2)) / pen.soft;
      pixel = std::max(pixel, std::min(real(1), ink));
    }
}

void picture(const Skeleton& skeleton, const HandwritingOptions& options, Rng& rng, Ink& ink,
             real* pixels) {
  write(skeleton, options.variation, rng, ink);
  const Pen pen = {rng.uniform(real(0.6), real(2.2)), rng.uniform(real(0.9), real(1.8)),
                   rng.uniform(1, 2)};
  const auto off = [&] { return options.variation * real(0.5) * rng.normal(); };
  const real side = 20 - 2 * pen.radius;
  const real x = off(), y = off();
  fit(ink, side, {x, y});
  std::fill_n(pixels, handwriting_side * handwriting_side, real(0));
  for (const Segment& segment : ink) draw(segment, pen, pixels);
  if (options.noise == 0) return;
  for (int i = 0; i < handwriting_side * handwriting_side; ++i)
    pixels[i] += options.noise * rng.normal();
}

Dataset pictures(const char* name, const std::vector<std::vector<Skeleton>>& characters,
                 std::int64_t n, Rng& rng, const HandwritingOptions& options) {
  check(n >= 0 && n <= std::numeric_limits<int>::max(), [&] {
    return std::string("[") + name + "] cannot make " + std::to_string(n) + " pictures";
  });
  check(options.variation >= 0 && options.variation <= 3, [&] {
    return std::string("[") + name + "] variation " + std::to_string(options.variation) +
           " is not in [0,3]";
  });
  check(std::isfinite(options.noise) && options.noise >= 0, [&] {
    return std::string("[") + name + "] noise must be finite and not negative, not " +
           std::to_string(options.noise);
  });
  constexpr std::int64_t area = handwriting_side * handwriting_side;
  Dataset all{Array({n, handwriting_side, handwriting_side, 1}), {}, 10};
  std::array<int, 10> order{};
  Ink ink;
  for (std::int64_t i = 0; i < n; ++i) {
    if (i % 10 == 0) {
      std::iota(order.begin(), order.end(), 0);
      rng.shuffle(order);
    }
    const int label = order[static_cast<std::size_t>(i % 10)];
    all.y.push_back(label);
    const std::vector<Skeleton>& ways = characters[static_cast<std::size_t>(label)];
    const std::uint32_t way = rng.below(static_cast<std::uint32_t>(ways.size()));
    picture(ways[way], options, rng, ink, all.x.data() + i * area);
  }
  return all;
}

}  // namespace

Dataset handwritten_digits(std::int64_t n, Rng& rng, const HandwritingOptions& options) {
  static const std::vector<std::vector<Skeleton>> digits = skeletons_of(kDigits);
  return pictures("handwritten_digits", digits, n, rng, options);
}

Dataset handwritten_letters(std::int64_t n, Rng& rng, const HandwritingOptions& options) {
  static const std::vector<std::vector<Skeleton>> letters = skeletons_of(kLetters);
  return pictures("handwritten_letters", letters, n, rng, options);
}

Array half_size(const Array& pictures) {
  constexpr std::int64_t from = handwriting_side, to = half_handwriting_side;
  const std::int64_t count = pictures.shape()[0];
  Array small({count, to, to, 1});
  for (std::int64_t i = 0; i < count * to; i++)
    for (std::int64_t column = 0; column < to; column++) {
      const real* p = pictures.data() + 2 * i * from + 2 * column;
      small.data()[i * to + column] = (p[0] + p[1] + p[from] + p[from + 1]) / 4;
    }
  return small;
}

}  // namespace grad::data
