// The ceiling of a hand-made feature: points of a square, class [x0·x1 > 0]. A line through the raw
// coordinates stays at chance however many points it is fitted to; with the product as a third
// feature the same least squares nears 1; a small network finds the product's sign by itself.

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>

#include "classic/least_squares.h"
#include "data/dataset.h"
#include "demos/border.h"
#include "demos/demo.h"
#include "nn/module.h"
#include "optim/optimizer.h"
#include "tensor/math.h"
#include "ui/plot.h"

namespace grad::demos {

std::unique_ptr<Demo> make_feature_ceiling();

namespace {

constexpr std::array<Parameter, 2> declared = {{
    {.name = "n",
     .label = "Training points",
     .min = 10,
     .max = 20'000,
     .initial = 200,
     .step = 1,
     .logarithmic = true,
     .description = "points that each model is fitted to",
     .swept = true},
    {.name = "seeds",
     .label = "Draws",
     .min = 2,
     .max = 200,
     .initial = 40,
     .step = 1,
     .description = "how often fresh points are drawn and the line fitted anew",
     .more = true},
}};

constexpr int total_steps = 200;
static_assert(declared[1].max <= total_steps);  // every step fits one draw
constexpr int updates_per_step = 5;             // of the network
constexpr double learning_rate = 0.01;  // falls evenly to 0, so that the boundary comes to rest
constexpr std::int64_t batch_size = 32;
constexpr int grid_side = 64;
constexpr std::int64_t max_points_drawn = 400;
constexpr int line_color = 3, product_color = 2;  // of the data colours, in both figures
constexpr double best_line = 2.0 / 3;  // no line does better: tests/demos_test.cpp scans them all
constexpr double wanted_accuracy = 0.99;
constexpr std::array<int, 6> sizes_shown = {10, 50, 200, 1'000, 5'000, 20'000};

// Streams of the run's generator, beside those of the draws, which are numbered by their size.
constexpr std::uint64_t network_stream = 1'000'001;
constexpr std::uint64_t batches_stream = 1'000'002;

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

struct Spread {
  double mean = unknown, sd = unknown, min = unknown, max = unknown;
};

Spread spread(const std::vector<double>& values) {
  if (values.empty()) return {};
  const auto count = static_cast<double>(values.size());
  Spread s{.mean = 0, .min = values[0], .max = values[0]};
  for (const double value : values) {
    s.mean += value / count;
    s.min = std::min(s.min, value);
    s.max = std::max(s.max, value);
  }
  if (values.size() < 2) return s;
  double squares = 0;
  for (const double value : values) squares += (value - s.mean) * (value - s.mean);
  s.sd = std::sqrt(squares / (count - 1));
  return s;
}

/// What the fits to draws of one size reached, in the order of the draws.
struct Column {
  int n;
  std::vector<double> linear = {}, product = {};
};

/// The sizes that are always shown, less those close to the chosen one, and the chosen one.
std::vector<Column> columns_around(int chosen) {
  std::vector<Column> columns;
  for (const int n : sizes_shown)
    if (2 * n < chosen || n > 2 * chosen) columns.push_back({.n = n});
  const auto place = std::find_if(columns.begin(), columns.end(),
                                  [&](const Column& column) { return column.n > chosen; });
  columns.insert(place, {.n = chosen});
  return columns;
}

/// Midpoints of grid_side × grid_side cells of the square, rows from top to bottom. The points of a
/// draw are uniform on the square, so the share of these that a model gets right is its accuracy on
/// unseen points, without the noise of a random test set.
data::Dataset even_points() {
  data::Dataset all{Array({grid_side * grid_side, 2}), {}};
  real* x = all.x.data();
  for (int row = 0; row < grid_side; row++) {
    for (int column = 0; column < grid_side; column++) {
      *x++ = real(2 * column + 1) / grid_side - 1;
      *x++ = 1 - real(2 * row + 1) / grid_side;
      all.y.push_back(x[-2] * x[-1] > 0);
    }
  }
  return all;
}

/// (x0, x1) to (x0, x1, x0·x1).
Array with_product(const Array& x) {
  const std::int64_t n = x.shape()[0];
  Array features({n, 3});
  for (std::int64_t i = 0; i < n; i++) {
    const real x0 = x[2 * i], x1 = x[2 * i + 1];
    real* row = features.data() + 3 * i;
    row[0] = x0;
    row[1] = x1;
    row[2] = x0 * x1;
  }
  return features;
}

Array fit(const Array& features, const data::Dataset& points) {
  std::vector<real> targets;
  for (const std::int32_t label : points.y) targets.push_back(label == 1 ? real(1) : real(-1));
  return classic::least_squares(features, targets);
}

double accuracy_of_fit(const Array& weights, const Array& features, const data::Dataset& points) {
  const Array scores = classic::predict_linear(weights, features);
  int right = 0;
  for (std::int64_t i = 0; i < scores.size(); i++)
    right += (scores[i] > 0) == (points.y[static_cast<std::size_t>(i)] == 1);
  return right / static_cast<double>(scores.size());
}

std::string percent(double share) {
  return ui::format_number(100 * share, share > 0.99 && share < 1 ? 1 : 0) + "\u202f%";
}

std::string whole(std::int64_t count) { return ui::format_number(static_cast<double>(count), 0); }
std::string decimal(double value) { return ui::format_number(value, 3); }

class FeatureCeiling final : public Demo {
 public:
  std::span<const Parameter> parameters() const override { return declared; }
  const char* task() const override {
    return "Make the training set as large as you can. Does the line get better?";
  }

  std::optional<Goal> goal() const override {
    const double best =
        std::max({spread(chosen().linear).mean, spread(chosen().product).mean, network_accuracy_});
    return Goal{"Get one of the three models right on 99\u202f% of the square",
                best >= wanted_accuracy};
  }

  void start(std::span<const double> values, std::uint64_t seed) override {
    n_ = static_cast<int>(values[0]);
    draws_ = static_cast<int>(values[1]);
    rng_ = Rng(seed);
    step_ = 0;
    columns_ = columns_around(n_);
    for (Column& column : columns_) fit_draw(column, 0);
    train_ = draw_points(n_, 0);
    line_ = fit(train_.x, train_);
    Rng init = rng_.split(network_stream);
    network_ = nn::mlp({2, 16, 16, 2}, nn::Tanh{}, init);
    optimizer_.emplace(network_.parameters(), optim::AdamOptions{});
    batches_.emplace(train_, std::min<std::int64_t>(batch_size, n_), rng_.split(batches_stream));
    evaluate_network();
  }

  bool step() override {
    if (step_ == total_steps) return false;
    if (const int draw = step_ + 1; draw < draws_)
      for (Column& column : columns_) fit_draw(column, draw);
    optimizer_->options().lr = real(learning_rate * (total_steps - step_) / total_steps);
    for (int i = 0; i < updates_per_step; i++) update_network();
    evaluate_network();
    return ++step_ < total_steps;
  }

  std::vector<Readout> readouts() const override {
    const Spread linear = spread(chosen().linear);
    return {
        {.name = "linear_mean", .label = "Line, mean", .value = linear.mean, .plot = "accuracies"},
        {.name = "linear_sd", .label = "Line, standard deviation", .value = linear.sd},
        {.name = "product_accuracy",
         .label = "With product",
         .value = spread(chosen().product).mean,
         .plot = "accuracies"},
        {.name = "mlp_accuracy",
         .label = "Network",
         .value = network_accuracy_,
         .plot = "accuracies"},
        {.name = "mlp_loss", .label = "Network, loss", .value = network_loss_},
    };
  }

  std::string narrate() const override {
    const std::string network = "After " + whole(step_ * updates_per_step) +
                                " updates the network is right " + percent(network_accuracy_) +
                                " of the time.";
    const Spread linear = spread(chosen().linear);
    const std::size_t fitted = chosen().linear.size();
    const std::string product = percent(spread(chosen().product).mean);
    if (fitted == 1)
      return "A line fitted to " + whole(n_) + " points is right " + percent(linear.mean) +
             " of the time, with the product " + product + ". " + network;
    return "Over " + std::to_string(fitted) + " draws of " + whole(n_) +
           " points, lines are right " + percent(linear.mean) + " of the time (" +
           percent(linear.min) + " to " + percent(linear.max) + "), with the product " + product +
           ". " + network;
  }

  void draw(ui::Ui& ui) override {
    const std::array<float, 2> shares = {0.48F, 0.52F};
    ui.begin_columns(shares);
    // Side by side: as high as the plane is wide, so that both areas end on one line.
    const float width = ui.column_width();
    draw_plane(ui, ui.narrow() ? width + 16 : width);
    ui.next_column();
    draw_accuracies(ui, ui.narrow() ? 280 : width);
    ui.end_columns();
  }

 private:
  /// The same points for the same (seed, n, draw), whatever else is chosen.
  data::Dataset draw_points(int n, int draw) const {
    Rng rng = rng_.split(static_cast<std::uint64_t>(n)).split(static_cast<std::uint64_t>(draw));
    return data::xor_points(n, 0, rng);
  }

  void fit_draw(Column& column, int draw) const {
    const data::Dataset points = draw_points(column.n, draw);
    column.linear.push_back(accuracy_of_fit(fit(points.x, points), test_.x, test_));
    const Array weights = fit(with_product(points.x), points);
    column.product.push_back(accuracy_of_fit(weights, test_features_, test_));
  }

  void update_network() {
    const data::Dataset batch = batches_->next();
    optimizer_->zero_grad();
    cross_entropy(network_(Tensor(batch.x)), batch.y).backward();
    optimizer_->step();
  }

  void evaluate_network() {
    const NoGrad no_grad;
    const Tensor output = network_(Tensor(test_.x));
    network_loss_ = static_cast<double>(cross_entropy(output, test_.y).item());
    const Array& logits = output.value();
    int right = 0;
    for (std::size_t i = 0; i < test_.y.size(); i++) {
      const real margin = logits[2 * i + 1] - logits[2 * i];
      right += (margin > 0) == (test_.y[i] == 1);
      field_[i] = static_cast<float>(math::tanh(margin / 2));  // P(class 1) - P(class 0)
    }
    network_accuracy_ = right / static_cast<double>(test_.size());
  }

  const Column& chosen() const {
    return *std::find_if(columns_.begin(), columns_.end(),
                         [&](const Column& column) { return column.n == n_; });
  }

  void draw_plane(ui::Ui& ui, float height) const {
    const auto shown = std::min<std::int64_t>(n_, max_points_drawn);
    std::array<std::vector<double>, 2> x0, x1;
    for (std::int64_t i = 0; i < shown; i++) {
      const auto label = static_cast<std::size_t>(train_.y[static_cast<std::size_t>(i)]);
      x0[label].push_back(static_cast<double>(train_.x[2 * i]));
      x1[label].push_back(static_cast<double>(train_.x[2 * i + 1]));
    }
    ui::PlotOptions options;
    options.title = "What the network has found";
    options.summary =
        "The square with the first draw of " + whole(n_) + " points" +
        (shown < n_ ? " (" + whole(shown) + " are shown)" : "") +
        ". The network gives the right class on " + percent(network_accuracy_) +
        " of it. The dashed line is the least-squares line for the same points, right on " +
        percent(chosen().linear[0]) + ".";
    options.x = {.label = "$x_0$", .min = -1, .max = 1, .ticks = {-1, 0, 1}};
    options.y = {.label = "$x_1$", .min = -1, .max = 1, .ticks = {-1, 0, 1}};
    options.height = height;
    options.equal_axes = true;
    ui::Plot plot(ui, "plane", options);
    if (!plot.open()) return;
    plot.field(field_, grid_side, grid_side);
    const float size = n_ <= 100 ? 4 : n_ <= 200 ? 3.5F : 3;
    plot.points("class 0", x0[0], x1[0], ui::data_color(0), ui::Marker::circle, size);
    plot.points("class 1", x0[1], x1[1], ui::data_color(1), ui::Marker::square, size);
    draw_border(plot, "line", static_cast<double>(line_[0]), static_cast<double>(line_[1]),
                static_cast<double>(line_[2]), ui::data_color(line_color), true);
    ui::Table table{.columns = {"Model", "Accuracy"}, .rows = {}};
    table.rows.push_back({"Least-squares line", decimal(chosen().linear[0])});
    table.rows.push_back({"Network", decimal(network_accuracy_)});
    plot.table(std::move(table));
  }

  void draw_accuracies(ui::Ui& ui, float height) const {
    ui::PlotOptions options;
    options.title = "Do more points help?";
    options.summary = "Accuracy against the number of training points. " + narrate() +
                      " No line can be right more than 67 % of the time.";
    options.x = {.label = "training points",
                 .min = 7,
                 .max = 30'000,
                 .logarithmic = true,
                 .ticks = {10, 100, 1'000, 10'000}};
    options.y = {.label = "accuracy", .min = 0.25, .max = 1.02, .ticks = {0.25, 0.5, 0.75, 1}};
    options.height = height;
    ui::Plot plot(ui, "accuracies", options);
    if (!plot.open()) return;
    std::vector<double> n, linear_mean, product_mean;
    for (const Column& column : columns_) {
      n.push_back(column.n);
      linear_mean.push_back(spread(column.linear).mean);
      product_mean.push_back(spread(column.product).mean);
    }
    const std::vector<double> ceiling(n.size(), best_line), chance(n.size(), 0.5);
    plot.line("best line: 2/3", n, ceiling, ui.theme().muted, true);
    plot.line("chance: 1/2", n, chance, ui.theme().muted, true);
    for (const Column& column : columns_) draw_dots(plot, column);
    plot.line("lines, mean", n, linear_mean, ui::data_color(line_color));
    plot.line("with product", n, product_mean, ui::data_color(product_color));
    plot.points("", n, product_mean, ui::data_color(product_color), ui::Marker::diamond, 4);
    const double chosen_n = n_;
    plot.points("network", {&chosen_n, 1}, {&network_accuracy_, 1}, ui.theme().ink,
                ui::Marker::triangle, 6);
    plot.table(table());
  }

  /// One dot a draw; those of the chosen size stand out.
  void draw_dots(ui::Plot& plot, const Column& column) const {
    std::vector<double> x;
    for (std::size_t i = 0; i < column.linear.size(); i++) x.push_back(column.n * sideways(i));
    const bool is_chosen = column.n == n_;
    plot.points(is_chosen ? "one line each" : "", x, column.linear, ui::data_color(line_color),
                ui::Marker::circle, 3, is_chosen ? 0.9F : 0.3F);
  }

  /// Factor that spreads the dots of a column to both sides, evenly (golden ratio).
  static double sideways(std::size_t i) {
    const double turn = static_cast<double>(i) * 0.6180339887498949;
    return 1 + 0.3 * (turn - std::floor(turn) - 0.5);
  }

  ui::Table table() const {
    ui::Table table;
    table.columns = {"Training points", "Draws",      "Line, mean",   "Line, standard deviation",
                     "Line, worst",     "Line, best", "With product", "Network"};
    for (const Column& column : columns_) {
      const Spread linear = spread(column.linear);
      table.rows.push_back({whole(column.n), std::to_string(column.linear.size()),
                            decimal(linear.mean), decimal(linear.sd), decimal(linear.min),
                            decimal(linear.max), decimal(spread(column.product).mean),
                            column.n == n_ ? decimal(network_accuracy_) : ""});
    }
    return table;
  }

  int n_ = 0, draws_ = 0, step_ = 0;
  Rng rng_;
  std::vector<Column> columns_;
  data::Dataset train_;  ///< the first draw of n points
  Array line_;           ///< least squares on train_: w0, w1, intercept
  nn::Sequential network_;
  std::optional<optim::Adam> optimizer_;
  std::optional<data::Batches> batches_;
  double network_accuracy_ = unknown, network_loss_ = unknown;  ///< on test_
  std::vector<float> field_ = std::vector<float>(grid_side * grid_side);
  const data::Dataset test_ = even_points();
  const Array test_features_ = with_product(test_.x);
};

}  // namespace

std::unique_ptr<Demo> make_feature_ceiling() { return std::make_unique<FeatureCeiling>(); }

}  // namespace grad::demos
