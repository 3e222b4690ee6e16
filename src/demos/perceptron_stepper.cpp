// Rosenblatt's perceptron, one mistake at a time, on ten points that the reader may move. Beside
// the plane stands the proof of its convergence as a picture: the length of the weights lies
// between two curves that meet, so the mistakes must end before that; where no line separates the
// points the lower curve is missing, and they never end.

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>
#include <span>
#include <utility>

#include "classic/perceptron.h"
#include "demos/border.h"
#include "demos/demo.h"
#include "tensor/math.h"
#include "ui/plot.h"

namespace grad::demos {

std::unique_ptr<Demo> make_perceptron_stepper();

namespace {

enum Points { wide_gap, narrow_gap, exclusive_or, own };
enum Kept { last, pocket, average };

constexpr std::array point_sets = {"Wide gap", "Narrow gap", "XOR", "Your own"};
constexpr std::array kept_weights = {"Last", "Pocket", "Average"};
constexpr std::array variants = {classic::PerceptronVariant::plain,
                                 classic::PerceptronVariant::pocket,
                                 classic::PerceptronVariant::averaged};

constexpr int count = 10;  // points, of class 0 and 1 in turn
constexpr double grid = 0.05;

constexpr Parameter coordinate(const char* name, const char* label, double initial) {
  return {.name = name,
          .label = label,
          .min = -1,
          .max = 1,
          .initial = initial,
          .step = grid,
          .decimals = 2,
          .description = "of “Your own” points; dragging a point in the figure sets it",
          .more = true};
}

constexpr std::size_t first_coordinate = 2;  // among the parameters
constexpr std::array<Parameter, first_coordinate + 2 * count> declared = {{
    {.name = "points",
     .label = "Points",
     .min = wide_gap,
     .max = own,
     .initial = wide_gap,
     .step = 1,
     .description = "five of each class; dragging one in the figure makes them your own",
     .choices = point_sets},
    {.name = "keep",
     .label = "Weights shown",
     .min = last,
     .max = average,
     .initial = last,
     .step = 1,
     .description = "Last: after the last mistake. Pocket: those that were right on most points so "
                    "far. Average: over all points looked at so far.",
     .choices = kept_weights},
    coordinate("x1", "Point 1, class 0, $x_0$", -0.6),
    coordinate("y1", "Point 1, class 0, $x_1$", 0.5),
    coordinate("x2", "Point 2, class 1, $x_0$", 0.7),
    coordinate("y2", "Point 2, class 1, $x_1$", -0.2),
    coordinate("x3", "Point 3, class 0, $x_0$", -0.2),
    coordinate("y3", "Point 3, class 0, $x_1$", 0.8),
    coordinate("x4", "Point 4, class 1, $x_0$", 0.3),
    coordinate("y4", "Point 4, class 1, $x_1$", 0.1),
    coordinate("x5", "Point 5, class 0, $x_0$", -0.8),
    coordinate("y5", "Point 5, class 0, $x_1$", -0.3),
    coordinate("x6", "Point 6, class 1, $x_0$", 0.1),
    coordinate("y6", "Point 6, class 1, $x_1$", -0.7),
    coordinate("x7", "Point 7, class 0, $x_0$", 0.1),
    coordinate("y7", "Point 7, class 0, $x_1$", 0.6),
    coordinate("x8", "Point 8, class 1, $x_0$", 0.8),
    coordinate("y8", "Point 8, class 1, $x_1$", 0.5),
    coordinate("x9", "Point 9, class 0, $x_0$", -0.4),
    coordinate("y9", "Point 9, class 0, $x_1$", 0.1),
    coordinate("x10", "Point 10, class 1, $x_0$", 0.4),
    coordinate("y10", "Point 10, class 1, $x_1$", -0.5),
}};

constexpr std::array gaps = {0.25, 0.04};  // on either side of the line, of the first two sets
constexpr std::size_t most_mistakes = 200;
constexpr std::size_t wanted_mistakes = 50;
constexpr int field_side = 48;
constexpr double field_width = 0.15;  // distance over which a side's colour deepens
constexpr int weights_color = 2;
constexpr double most_shown = 1e6, least_shown = 1e-3;  // mistakes and lengths, of the axes
constexpr double reach = 0.25;  // a drag takes the nearest point, at most so far away

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

using Place = std::array<double, 2>;
using Vector = std::array<double, 3>;  // of weights; of a point (x0, x1, 1)

double dot(const Vector& a, const Vector& b) { return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]; }
double length(const Vector& a) { return std::sqrt(dot(a, a)); }
Vector minus(const Vector& a, const Vector& b) { return {a[0] - b[0], a[1] - b[1], a[2] - b[2]}; }
Vector plus(const Vector& a, double t, const Vector& b) {
  return {a[0] + t * b[0], a[1] + t * b[1], a[2] + t * b[2]};
}

int class_of(int point) { return point % 2; }

/// Points of the square at least `gap` away from a line through it, on the side of their class; two
/// of each class are close to it.
std::array<Place, count> separable(double gap, Rng& rng) {
  const real angle = rng.uniform(0, real(6.2831853));
  const auto n0 = static_cast<double>(math::sin(angle));
  const auto n1 = static_cast<double>(math::sin(angle + real(1.5707963)));
  const auto offset = static_cast<double>(rng.uniform(real(-0.3), real(0.3)));
  std::array<Place, count> places{};
  for (int i = 0; i < count; i++) {
    const double side = class_of(i) == 1 ? 1 : -1;
    const double most = i < 4 ? 2 * gap : 2;
    Place& place = places[static_cast<std::size_t>(i)];
    double distance;
    do {
      place = {static_cast<double>(rng.uniform(real(-0.9), real(0.9))),
               static_cast<double>(rng.uniform(real(-0.9), real(0.9)))};
      distance = side * (n0 * place[0] + n1 * place[1] - offset);
    } while (distance < gap || distance > most);
  }
  return places;
}

/// Round the middles of the quarters, class 1 where both coordinates have the same sign. Two
/// neighbours of a class are never in one quarter, so both its quarters have points.
std::array<Place, count> quarters(Rng& rng) {
  std::array<Place, count> places{};
  for (int i = 0; i < count; i++) {
    const double x0 = i / 2 % 2 == 0 ? 0.5 : -0.5;
    const double x1 = class_of(i) == 1 ? x0 : -x0;
    places[static_cast<std::size_t>(i)] = {
        x0 + static_cast<double>(rng.uniform(real(-0.3), real(0.3))),
        x1 + static_cast<double>(rng.uniform(real(-0.3), real(0.3)))};
  }
  return places;
}

/// The point nearest to the origin of the plane through `corners`, if it is between them.
std::optional<Vector> nearest_between(std::span<const Vector> corners) {
  const Vector& a = corners[0];
  if (corners.size() == 1) return a;
  const Vector u = minus(corners[1], a);
  if (corners.size() == 2) {
    if (dot(u, u) == 0) return std::nullopt;
    const double t = -dot(a, u) / dot(u, u);
    if (t < 0 || t > 1) return std::nullopt;
    return plus(a, t, u);
  }
  const Vector v = minus(corners[2], a);
  const double uu = dot(u, u), uv = dot(u, v), vv = dot(v, v), det = uu * vv - uv * uv;
  if (det <= 1e-12 * uu * vv) return std::nullopt;
  const double s = (uv * dot(a, v) - vv * dot(a, u)) / det;
  const double t = (uv * dot(a, u) - uu * dot(a, v)) / det;
  if (s < 0 || t < 0 || s + t > 1) return std::nullopt;
  return plus(plus(a, s, u), t, v);
}

/// The largest γ with which a unit vector u separates the points: γ <= y u·[x,1] for all of them.
/// It is the distance of the origin from the convex hull of the y [x,1], which at most three of
/// them span there; 0 if the hull holds the origin, and then no line separates.
double largest_margin(const std::array<Vector, count>& signed_points) {
  const auto is_nearest = [&](const Vector& p) {
    const double square = dot(p, p);
    return std::all_of(signed_points.begin(), signed_points.end(),
                       [&](const Vector& z) { return dot(p, z) >= square - 1e-9; });
  };
  for (std::size_t i = 0; i < count; i++)
    for (std::size_t j = i; j < count; j++)
      for (std::size_t k = j; k < count; k++) {
        if (i != j && j == k) continue;  // a pair is met as (i, i, k)
        const std::array<Vector, 3> corners = {signed_points[i], signed_points[k],
                                               signed_points[j]};
        const std::size_t size = i == k ? 1 : i == j ? 2 : 3;
        const auto p = nearest_between(std::span(corners).first(size));
        if (p && length(*p) > 1e-6 && is_nearest(*p)) return length(*p);
      }
  return 0;
}

std::string whole(double number) { return ui::format_number(number, 0); }

class PerceptronStepper final : public Demo {
 public:
  std::span<const Parameter> parameters() const override { return declared; }
  const char* task() const override {
    return "Drag points until a line only just separates them. How many mistakes does that cost?";
  }

  std::optional<Goal> goal() const override {
    return Goal{"Let it make 50 mistakes or more, and settle all the same",
                mistakes() >= wanted_mistakes && perceptron_->separated()};
  }

  void start(std::span<const double> values, std::uint64_t seed) override {
    points_ = static_cast<int>(values[0]);
    Rng rng = Rng(seed).split(static_cast<std::uint64_t>(points_));
    if (points_ == own) {
      for (std::size_t i = 0; i < count; i++)
        places_[i] = {values[first_coordinate + 2 * i], values[first_coordinate + 2 * i + 1]};
    } else {
      places_ = points_ == exclusive_or ? quarters(rng)
                                        : separable(gaps[static_cast<std::size_t>(points_)], rng);
    }
    begin(static_cast<int>(values[1]));
  }

  bool step() override {
    if (complete()) return false;
    if (perceptron_->next_mistake()) {
      before_ = weights_;
      look();
      lengths_.push_back(length(of(perceptron_->plain_weights())));
    }
    return !complete();
  }

  bool can_go_back() const override { return true; }

  std::vector<Readout> readouts() const override {
    return {
        {.name = "mistakes",
         .label = "Mistakes",
         .value = static_cast<double>(mistakes()),
         .decimals = 0},
        {.name = "bound",
         .label = "At most",
         .value = most_possible(),
         .decimals = 0,
         .may_stay_unknown = true},
        {.name = "margin",
         .label = "Margin $γ$",
         .value = separable_ ? margin_ : unknown,
         .may_stay_unknown = true},
        {.name = "radius", .label = "Radius $R$", .value = perceptron_->radius(), .decimals = 2},
        {.name = "right",
         .label = "Right, of 10",
         .value = static_cast<double>(right()),
         .decimals = 0},
        {.name = "weight_length",
         .label = "Length of $w$",
         .value = length(of(perceptron_->plain_weights())),
         .decimals = 2},
    };
  }

  std::string narrate() const override {
    const std::string so_far =
        whole(static_cast<double>(mistakes())) + (mistakes() == 1 ? " mistake" : " mistakes");
    if (perceptron_->separated())
      return "A whole pass without a mistake: the line separates the points, after " + so_far +
             ". " + limit();
    if (mistakes() == most_mistakes && !separable_)
      return so_far +
             ", and still no pass without one: no line separates these points, so the "
             "rule will never settle.";
    if (mistakes() == most_mistakes)
      return so_far + ", and the demo stops here, though the rule would settle. " + limit();
    if (mistakes() == 0) return "All weights are zero. " + limit();
    const classic::Perceptron::Mistake& mistake = perceptron_->mistakes().back();
    return "Mistake " + whole(static_cast<double>(mistakes())) + ", in pass " +
           whole(mistake.epoch + 1) + ": point " + whole(mistake.example + 1) + " (class " +
           whole(class_of(mistake.example)) + ") is " +
           (class_of(mistake.example) == 1 ? "added to" : "taken from") +
           " the weights. Those shown are right on " + whole(right()) + " of 10 points.";
  }

  void draw(ui::Ui& ui) override {
    const std::array<float, 2> shares = {0.5F, 0.5F};
    ui.begin_columns(shares);
    const float width = ui.column_width();
    draw_plane(ui, ui.narrow() ? width + 16 : width);
    ui.next_column();
    draw_proof(ui, ui.narrow() ? 280 : width);
    ui.end_columns();
  }

  std::vector<Setting> take_settings() override { return std::exchange(settings_, {}); }

 private:
  static Vector of(const std::vector<double>& w) { return {w[0], w[1], w[2]}; }

  std::size_t mistakes() const { return perceptron_->mistakes().size(); }
  bool complete() const { return perceptron_->finished() || mistakes() >= most_mistakes; }

  void begin(int keep) {
    data_ = {Array({count, 2}), {}};
    for (int i = 0; i < count; i++) {
      const Place& place = places_[static_cast<std::size_t>(i)];
      data_.x.data()[2 * i] = static_cast<real>(place[0]);
      data_.x.data()[2 * i + 1] = static_cast<real>(place[1]);
      data_.y.push_back(class_of(i));
    }
    // In the order of the numbers, so that a reader can follow with a finger.
    const auto variant = variants[static_cast<std::size_t>(keep)];
    perceptron_.emplace(
        classic::PerceptronOptions{.variant = variant, .epochs = 1'000'000, .shuffle = false});
    perceptron_->start(data_);
    margin_ = largest_margin(signed_points());
    separable_ = margin_ > 0;
    lengths_.clear();
    before_ = {};
    look();
  }

  Vector point(int i) const {
    return {static_cast<double>(data_.x[2 * i]), static_cast<double>(data_.x[2 * i + 1]), 1};
  }

  std::array<Vector, count> signed_points() const {
    std::array<Vector, count> all{};
    for (int i = 0; i < count; i++)
      all[static_cast<std::size_t>(i)] = plus({}, class_of(i) == 1 ? 1 : -1, point(i));
    return all;
  }

  void look() { weights_ = of(perceptron_->weights()); }

  int right() const {
    const std::array<Vector, count> all = signed_points();
    return static_cast<int>(std::count_if(all.begin(), all.end(),
                                          [&](const Vector& z) { return dot(weights_, z) > 0; }));
  }

  /// Mistakes that no run on these points can exceed.
  double most_possible() const {
    return separable_ ? std::floor(perceptron_->bound(margin_)) : unknown;
  }

  std::string limit() const {
    if (!separable_) return "No line separates these points, so nothing bounds the mistakes.";
    return "No run on these points can make more than " + whole(most_possible()) + " mistakes.";
  }

  // ---- The figures ----

  void draw_plane(ui::Ui& ui, float height) {
    ui::PlotOptions options;
    options.title = "Drag a point to move it";
    options.summary =
        "Ten points of two classes in the plane, and the line that the weights draw. " + narrate();
    options.x = {.label = "$x_0$", .min = -1, .max = 1, .ticks = {-1, 0, 1}};
    options.y = {.label = "$x_1$", .min = -1, .max = 1, .ticks = {-1, 0, 1}};
    options.height = height;
    options.equal_axes = true;
    ui::Plot plot(ui, "plane", options);
    if (!plot.open()) return;
    if (const auto stroke = plot.stroke()) take_stroke(*stroke);
    plot.field(sides(), field_side, field_side);
    draw_points(plot);
    draw_border(plot, "", before_[0], before_[1], before_[2], ui.theme().muted, true);
    draw_border(plot, "line", weights_[0], weights_[1], weights_[2], ui::data_color(weights_color));
    ui::Table table{.columns = {"Point", "x0", "x1", "Class", "w·[x, 1]", "Right"}, .rows = {}};
    for (int i = 0; i < count; i++) {
      const Vector x = point(i);
      const double score = dot(weights_, x);
      const bool is_right = class_of(i) == 1 ? score > 0 : score < 0;
      table.rows.push_back({whole(i + 1), ui::format_number(x[0], 2), ui::format_number(x[1], 2),
                            whole(class_of(i)), ui::format_number(score, 3),
                            is_right ? "yes" : "no"});
    }
    plot.table(std::move(table));
  }

  /// Signed distance from the line, deepening over a short way; 0 without a line.
  std::vector<float> sides() const {
    std::vector<float> values;
    const double norm = std::sqrt(weights_[0] * weights_[0] + weights_[1] * weights_[1]);
    for (int row = 0; row < field_side; row++)
      for (int column = 0; column < field_side; column++) {
        const Vector x = {(2 * column + 1.0) / field_side - 1, 1 - (2 * row + 1.0) / field_side, 1};
        const double distance = norm > 0 ? dot(weights_, x) / norm : 0;
        values.push_back(static_cast<float>(math::tanh(static_cast<real>(distance / field_width))));
      }
    return values;
  }

  void draw_points(ui::Plot& plot) const {
    if (mistakes() > 0 && !perceptron_->separated()) {
      const Vector x = point(perceptron_->mistakes().back().example);
      plot.points("last mistake", {&x[0], 1}, {&x[1], 1}, ui::data_color(weights_color),
                  ui::Marker::circle, 9, 0.6F);
    }
    for (int label = 0; label < 2; label++) {
      std::vector<double> x0, x1;
      for (int i = label; i < count; i += 2) {
        x0.push_back(point(i)[0]);
        x1.push_back(point(i)[1]);
      }
      plot.points(label == 0 ? "class 0" : "class 1", x0, x1, ui::data_color(label),
                  label == 0 ? ui::Marker::circle : ui::Marker::square, 5);
    }
  }

  /// Moves the point where the stroke begins.
  void take_stroke(const ui::Plot::Stroke& stroke) {
    std::size_t nearest = 0;
    double least = std::numeric_limits<double>::infinity();
    for (std::size_t i = 0; i < count; i++) {
      const double d0 = places_[i][0] - stroke.from_x, d1 = places_[i][1] - stroke.from_y;
      if (d0 * d0 + d1 * d1 >= least) continue;
      least = d0 * d0 + d1 * d1;
      nearest = i;
    }
    if (least > reach * reach) return;
    std::array<Place, count> places = places_;
    places[nearest] = {stroke.to_x, stroke.to_y};
    if (points_ != own) settings_.push_back({"points", own});
    for (std::size_t i = 0; i < count; i++)
      for (std::size_t j = 0; j < 2; j++)
        if (points_ != own || std::abs(places[i][j] - places_[i][j]) > grid / 2)
          settings_.push_back({declared[first_coordinate + 2 * i + j].name, places[i][j]});
  }

  void draw_proof(ui::Ui& ui, float height) const {
    const double bound = separable_ ? perceptron_->bound(margin_) : 100;
    double most = 100;
    while (most < bound && most < most_shown) most *= 10;
    const double radius = perceptron_->radius();
    double least = 1;
    while (separable_ && least > margin_ && least > least_shown) least /= 10;
    ui::PlotOptions options;
    options.title = "The proof as a picture";
    options.summary =
        "The length of the weights against the number of mistakes, both axes logarithmic. It stays "
        "below the root of the mistakes times R" +
        std::string(separable_ ? ", and above the mistakes times the margin; the two meet at " +
                                     whole(most_possible()) + " mistakes. "
                               : "; without a margin nothing is below it. ") +
        narrate();
    options.x = {.label = "mistakes $k$", .min = 1, .max = most, .logarithmic = true};
    options.y = {
        .label = "length", .min = least, .max = std::sqrt(most) * radius, .logarithmic = true};
    options.height = height;
    ui::Plot plot(ui, "proof", options);
    if (!plot.open()) return;
    const std::array<double, 2> ends = {1, most};
    const std::array<double, 2> above = {radius, std::sqrt(most) * radius};
    plot.line("at most √k R", ends, above, ui.theme().ink);
    if (separable_) {
      const std::array<double, 2> below = {margin_, most * margin_};
      plot.line("at least k γ", ends, below, ui.theme().ink);
      plot.vertical("", bound, ui.theme().muted);
    }
    std::vector<double> k;
    for (std::size_t i = 1; i <= lengths_.size(); i++) k.push_back(static_cast<double>(i));
    plot.line("length of w", k, lengths_, ui::data_color(weights_color));
    plot.points("", k, lengths_, ui::data_color(weights_color), ui::Marker::circle, 3);
    plot.table(table(radius));
  }

  ui::Table table(double radius) const {
    ui::Table table{.columns = {"Mistakes k", "k γ", "Length of w", "√k R"}, .rows = {}};
    for (std::size_t i = 0; i < lengths_.size(); i++) {
      const auto k = static_cast<double>(i + 1);
      table.rows.push_back({whole(k), ui::format_number(separable_ ? k * margin_ : unknown, 3),
                            ui::format_number(lengths_[i], 3),
                            ui::format_number(std::sqrt(k) * radius, 3)});
    }
    return table;
  }

  int points_ = wide_gap;
  std::array<Place, count> places_{};
  data::Dataset data_;
  std::optional<classic::Perceptron> perceptron_;
  double margin_ = 0;  ///< the largest one possible; 0 if no line separates
  bool separable_ = false;
  Vector weights_{}, before_{};  ///< shown now, and before the last mistake
  std::vector<double> lengths_;  ///< of the last weights, after each mistake
  std::vector<Setting> settings_;
};

}  // namespace

std::unique_ptr<Demo> make_perceptron_stepper() { return std::make_unique<PerceptronStepper>(); }

}  // namespace grad::demos
