// Universal approximation on an interval: a network with one hidden layer of N units against a
// continuous function on [0,1] that the reader chooses or draws. The hidden weights are placed and
// the output weights solved for, or all of them are trained; the worst error is measured against N.
// The theorem promises that some weights come as close as you like. It does not say how many units
// that takes, nor that a method finds them: both are to be seen here.

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

#include "classic/least_squares.h"
#include "demos/demo.h"
#include "nn/module.h"
#include "optim/optimizer.h"
#include "tensor/math.h"
#include "ui/plot.h"

namespace grad::demos {

std::unique_ptr<Demo> make_universal_approximation();

namespace {

enum Activation { sigmoid_units, relu_units };
enum Method { by_least_squares, by_adam };
enum Function { sine, bump, corner, staircase, chirp, drawn };

constexpr std::array activations = {"Sigmoid", "ReLU"};
constexpr std::array methods = {"Least squares", "Trained"};
constexpr std::array functions = {"Sine",      "Bump",         "Corner",
                                  "Staircase", "Faster waves", "Your own"};

constexpr int knots = 11;  // of a drawn function, evenly from x = 0 to 1
constexpr double height_step = 0.02;

constexpr Parameter height(const char* name, const char* label, double initial) {
  return {.name = name,
          .label = label,
          .min = -1,
          .max = 1,
          .initial = initial,
          .step = height_step,
          .decimals = 2,
          .description = "the curve of “Your own” goes smoothly through these heights",
          .more = true};
}

constexpr std::size_t first_height = 4;  // among the parameters
constexpr std::array<Parameter, first_height + knots> declared = {{
    {.name = "units",
     .label = "Units $N$",
     .min = 1,
     .max = 200,
     .initial = 6,
     .step = 1,
     .logarithmic = true,
     .description = "units in the hidden layer",
     .swept = true},
    {.name = "function",
     .label = "Function",
     .min = sine,
     .max = drawn,
     .initial = sine,
     .step = 1,
     .description = "what is to be approximated; drawing in the figure makes it your own",
     .choices = functions},
    {.name = "activation",
     .label = "Activation",
     .min = sigmoid_units,
     .max = relu_units,
     .initial = sigmoid_units,
     .step = 1,
     .description = "what a unit does with its weighted input",
     .choices = activations},
    {.name = "method",
     .label = "Weights",
     .min = by_least_squares,
     .max = by_adam,
     .initial = by_least_squares,
     .step = 1,
     .description =
         "Least squares: each unit turns at a random place of its own share of the interval (ReLU: "
         "to a random side), and only the output weights are fitted, exactly. Trained: all weights "
         "start at random and follow the gradient (Adam).",
     .choices = methods},
    height("y0", "Height at $x = 0$", 0.6),
    height("y1", "Height at $x = 0.1$", 0.2),
    height("y2", "Height at $x = 0.2$", -0.4),
    height("y3", "Height at $x = 0.3$", -0.6),
    height("y4", "Height at $x = 0.4$", -0.1),
    height("y5", "Height at $x = 0.5$", 0.7),
    height("y6", "Height at $x = 0.6$", 0.8),
    height("y7", "Height at $x = 0.7$", 0.3),
    height("y8", "Height at $x = 0.8$", 0.2),
    height("y9", "Height at $x = 0.9$", 0.4),
    height("y10", "Height at $x = 1$", -0.5),
}};

constexpr double wanted_error = 0.05;
constexpr int fine_points = 1201;  // the error is measured at these, evenly from 0 to 1
constexpr int fit_every = 3;       // of them one in three is fitted to
constexpr int fit_points = (fine_points - 1) / fit_every + 1;
constexpr int total_updates = 2000, updates_per_step = 4;
constexpr double learning_rate = 0.01;  // falls evenly to 0, so that the fit comes to rest
constexpr int shown_every = 10;         // of the fine points, in figures
constexpr int most_units_drawn = 24;
constexpr double error_min = 1e-4, error_max = 3;  // of the axis
constexpr double silent = 0.002;                   // outputs of a unit below this are not drawn
constexpr int unit_color = 1, worst_color = 5;

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

using Heights = std::array<double, knots>;

/// The curve through the heights that rises and falls only where they do: cubics whose slopes at
/// the knots are the harmonic means of the neighbouring ones, or 0 at a turn (Fritsch and Butland
/// 1984).
double through(const Heights& heights, double x) {
  constexpr int pieces = knots - 1;
  const auto rise = [&](int piece) {
    const auto i = static_cast<std::size_t>(std::clamp(piece, 0, pieces - 1));
    return heights[i + 1] - heights[i];
  };
  const auto slope = [&](int knot) {
    const double left = rise(knot - 1), right = rise(knot);
    return left * right > 0 ? 2 * left * right / (left + right) : 0;
  };
  const int piece = std::min(static_cast<int>(x * pieces), pieces - 1);
  const double t = x * pieces - piece;  // 0 … 1 along the piece
  const auto i = static_cast<std::size_t>(piece);
  const double bend = t * (1 - t);
  return heights[i] + rise(piece) * t * t * (3 - 2 * t) +
         bend * ((1 - t) * slope(piece) - t * slope(piece + 1));
}

real value_at(int function, const Heights& heights, double at) {
  constexpr real pi = real(3.14159265358979);
  const real x = static_cast<real>(at);
  switch (function) {
    case sine:
      return real(0.8) * math::sin(4 * pi * x);
    case bump: {
      const real widths = (x - real(0.5)) / real(0.1);
      return real(1.6) * math::exp(-widths * widths) - real(0.8);
    }
    case corner:
      return real(1.6) * std::abs(2 * x - 1) - real(0.8);
    case staircase: {
      real y = real(-0.75);
      for (const real step : {real(0.25), real(0.5), real(0.75)})
        y += math::sigmoid(100 * (x - step)) / 2;
      return y;
    }
    case chirp:
      return real(0.8) * math::sin(2 * pi * (x + 3 * x * x));
    default:
      return static_cast<real>(through(heights, at));
  }
}

double fine_x(int i) { return i / static_cast<double>(fine_points - 1); }

/// Every so-many-th fine point as the network sees it: x centred, in [-1,1].
Array inputs(int every) {
  const int count = (fine_points - 1) / every + 1;
  Array z({count, 1});
  for (int i = 0; i < count; i++) z.data()[i] = static_cast<real>(2 * fine_x(i * every) - 1);
  return z;
}

nn::Linear layer(const nn::Sequential& network, std::size_t index) {
  return *network.layers()[index].as<nn::Linear>();  // its tensors alias the network's
}

/// One hidden layer of `units`, and how far its output is from the function.
struct Fit {
  int units;
  nn::Sequential network = {};
  std::optional<optim::Adam> optimizer = {};  ///< if trained
  double sup_error = unknown, rms_error = unknown, worst_at = unknown;
};

std::string whole(std::int64_t count) { return ui::format_number(static_cast<double>(count), 0); }
std::string error_text(double error) { return ui::format_number(error, error < 0.01 ? 4 : 3); }

class UniversalApproximation final : public Demo {
 public:
  std::span<const Parameter> parameters() const override { return declared; }
  const char* task() const override {
    return "Draw a function. How many units until the worst error is below 0.05?";
  }

  std::optional<Goal> goal() const override {
    return Goal{"Get the worst error below 0.05", current().sup_error < wanted_error};
  }

  void start(std::span<const double> values, std::uint64_t seed) override {
    units_ = static_cast<int>(values[0]);
    function_ = static_cast<int>(values[1]);
    activation_ = static_cast<int>(values[2]);
    method_ = static_cast<int>(values[3]);
    std::copy_n(values.begin() + first_height, knots, heights_.begin());
    rng_ = Rng(seed);
    step_ = 0;
    for (int i = 0; i < fine_points; i++)
      target_[static_cast<std::size_t>(i)] = value_at(function_, heights_, fine_x(i));
    fit_targets_ = Array({fit_points, 1});
    for (int i = 0; i < fit_points; i++)
      fit_targets_.data()[i] = target_[static_cast<std::size_t>(i) * fit_every];
    fits_.clear();
    for (int units = 1; units < units_; units *= 2) fits_.push_back({.units = units});
    fits_.push_back({.units = units_});
    if (method_ == by_least_squares) {
      solve(fits_.back());
    } else {
      for (Fit& fit : fits_) prepare_training(fit);
    }
  }

  bool step() override {
    if (step_ == steps()) return false;
    if (method_ == by_least_squares) {
      solve(fits_[static_cast<std::size_t>(step_)]);
    } else {
      for (Fit& fit : fits_) train(fit);
    }
    return ++step_ < steps();
  }

  std::vector<Readout> readouts() const override {
    return {
        {.name = "sup_error",
         .label = "Worst error",
         .value = current().sup_error,
         .decimals = 4,
         .plot = "errors"},
        {.name = "worst_at", .label = "Worst at $x$", .value = current().worst_at, .decimals = 3},
        {.name = "rms_error",
         .label = "Root mean square",
         .value = current().rms_error,
         .decimals = 4},
    };
  }

  std::string narrate() const override {
    std::string text = whole(units_) + (activation_ == sigmoid_units ? " sigmoid" : " ReLU") +
                       (units_ == 1 ? " unit, " : " units, ");
    if (method_ == by_least_squares)
      text += "output weights by least squares: ";
    else
      text +=
          "after " + whole(step_ * updates_per_step) + " of " + whole(total_updates) + " updates: ";
    text += "the worst error is " + error_text(current().sup_error) + ", at x\u202f=\u202f" +
            ui::format_number(current().worst_at, 2) + ".";
    return text + smallest_enough();
  }

  void draw(ui::Ui& ui) override {
    const std::array<float, 2> shares = {0.58F, 0.42F};
    ui.begin_columns(shares);
    const float height = ui.narrow() ? 280.F : std::clamp(0.95F * ui.column_width(), 260.F, 420.F);
    draw_function(ui, height);
    ui.next_column();
    draw_errors(ui, ui.narrow() ? 250.F : height);
    ui.end_columns();
  }

  std::vector<Setting> take_settings() override { return std::exchange(settings_, {}); }

 private:
  const Fit& current() const { return fits_.back(); }

  int steps() const {
    if (method_ == by_adam) return total_updates / updates_per_step;
    return static_cast<int>(fits_.size()) - 1;  // the chosen size was solved at the start
  }

  nn::Sequential make_network(int units, Rng& rng) const {
    if (activation_ == sigmoid_units) return nn::mlp({1, units, 1}, nn::Sigmoid{}, rng);
    return nn::mlp({1, units, 1}, nn::ReLU{}, rng);
  }

  /// The same weights for the same (seed, units), whatever else is chosen.
  Rng rng_for(int units) const { return rng_.split(static_cast<std::uint64_t>(units)); }

  /// Each unit turns somewhere in its own N-th of the interval; a sigmoid over about the distance
  /// to its neighbours, a ReLU to a side by chance.
  void place_units(const nn::Sequential& network, int units, Rng& rng) const {
    nn::Linear hidden = layer(network, 0);
    for (int i = 0; i < units; i++) {
      const real x = (static_cast<real>(i) + rng.uniform()) / static_cast<real>(units);
      const bool left = rng.uniform() < real(0.5);
      const real weight =
          activation_ == sigmoid_units ? static_cast<real>(2 * units) : real(left ? -1 : 1);
      hidden.weight.mutable_value().data()[i] = weight;
      hidden.bias.mutable_value().data()[i] = -weight * (2 * x - 1);
    }
  }

  void solve(Fit& fit) const {
    const NoGrad no_grad;
    Rng rng = rng_for(fit.units);
    fit.network = make_network(fit.units, rng);
    place_units(fit.network, fit.units, rng);
    const Array outputs_of_units = fit.network.trace(Tensor(fit_inputs_))[1].value();
    const Array weights = classic::least_squares(outputs_of_units, fit_targets_.span());
    nn::Linear output = layer(fit.network, 2);
    std::copy_n(weights.data(), fit.units, output.weight.mutable_value().data());
    output.bias.mutable_value().data()[0] = weights[fit.units];
    measure(fit);
  }

  void prepare_training(Fit& fit) const {
    Rng rng = rng_for(fit.units);
    fit.network = make_network(fit.units, rng);
    fit.optimizer.emplace(fit.network.parameters(), optim::AdamOptions{});
    measure(fit);
  }

  void train(Fit& fit) const {
    for (int i = 0; i < updates_per_step; i++) {
      const int left = total_updates - step_ * updates_per_step - i;
      fit.optimizer->options().lr = real(learning_rate * left / total_updates);
      fit.optimizer->zero_grad();
      mse_loss(fit.network(Tensor(fit_inputs_)), Tensor(fit_targets_)).backward();
      fit.optimizer->step();
    }
    measure(fit);
  }

  void measure(Fit& fit) const {
    const NoGrad no_grad;
    const Array output = fit.network(Tensor(fine_inputs_)).value();
    double squares = 0;
    fit.sup_error = -1;
    for (int i = 0; i < fine_points; i++) {
      const double error = std::abs(static_cast<double>(output[i]) -
                                    static_cast<double>(target_[static_cast<std::size_t>(i)]));
      squares += error * error;
      if (error <= fit.sup_error) continue;
      fit.sup_error = error;
      fit.worst_at = fine_x(i);
    }
    fit.rms_error = std::sqrt(squares / fine_points);
  }

  std::string smallest_enough() const {
    for (const Fit& fit : fits_)
      if (fit.sup_error < wanted_error && fit.units < units_)
        return " Of the sizes measured, " + whole(fit.units) + " is enough for 0.05.";
    return "";
  }

  // ---- The figures ----

  void draw_function(ui::Ui& ui, float height) {
    ui::PlotOptions options;
    options.title = "Drag across the figure to draw a function";
    options.summary =
        "The function on the interval from 0 to 1, its fit and what single units add "
        "to it. " +
        narrate();
    options.x = {.label = "$x$", .min = 0, .max = 1, .ticks = {0, 0.5, 1}};
    options.y = {.min = -1.2, .max = 1.2, .ticks = {-1, 0, 1}};
    options.height = height;
    ui::Plot plot(ui, "function", options);
    if (!plot.open()) return;
    if (const auto stroke = plot.stroke()) take_stroke(*stroke);

    const NoGrad no_grad;
    const std::vector<Tensor> outputs = current().network.trace(Tensor(shown_inputs_));
    std::vector<double> x, target, low, high, fit;
    for (int i = 0; i < fine_points; i += shown_every) {
      x.push_back(fine_x(i));
      target.push_back(static_cast<double>(target_[static_cast<std::size_t>(i)]));
      low.push_back(target.back() - wanted_error);
      high.push_back(target.back() + wanted_error);
      fit.push_back(static_cast<double>(outputs[2].value()[i / shown_every]));
    }
    plot.band("within 0.05", x, low, high, ui.theme().muted);
    draw_units(plot, x, outputs[1].value());
    plot.line("function", x, target, ui.theme().ink);
    plot.line("fit", x, fit, fit_color(ui), true);
    draw_worst(plot);
    if (function_ == drawn) draw_knots(plot, ui.theme().ink);
  }

  /// The blue that stands out from the function's own line.
  static std::uint32_t fit_color(const ui::Ui& ui) {
    return ui::data_color(ui.theme().dark ? 4 : 0);
  }

  /// What single units add to the output, evenly chosen if there are many; not where they are
  /// silent, for those stretches would lie on one another.
  void draw_units(ui::Plot& plot, const std::vector<double>& x, const Array& outputs) const {
    const Array weights = layer(current().network, 2).weight.value();
    const int shown = std::min(units_, most_units_drawn);
    for (int k = 0; k < shown; k++) {
      const int unit = k * units_ / shown;
      const auto output = [&](std::size_t i) {
        const auto row = static_cast<std::int64_t>(std::min(i, x.size() - 1));
        return static_cast<double>(outputs[row * units_ + unit]);
      };
      const auto heard = [&](std::size_t i) { return output(i) >= silent; };
      std::vector<double> y;
      for (std::size_t i = 0; i < x.size(); i++) {
        const bool near = heard(i) || heard(i + 1) || (i > 0 && heard(i - 1));
        y.push_back(near ? static_cast<double>(weights[unit]) * output(i) : unknown);
      }
      plot.line(k == 0 ? "units" : "", x, y, ui::data_color(unit_color), false,
                shown > 8 ? 0.45F : 0.7F);
    }
  }

  void draw_worst(ui::Plot& plot) const {
    const auto place = static_cast<int>(std::round(current().worst_at * (fine_points - 1)));
    Array z({1, 1});
    z.data()[0] = fine_inputs_[place];
    const std::array<double, 2> x = {current().worst_at, current().worst_at};
    const std::array<double, 2> y = {static_cast<double>(target_[static_cast<std::size_t>(place)]),
                                     static_cast<double>(current().network(Tensor(z)).item())};
    plot.line("", x, y, ui::data_color(worst_color));
    plot.points("worst error", x, y, ui::data_color(worst_color), ui::Marker::circle, 3);
  }

  void draw_knots(ui::Plot& plot, std::uint32_t color) const {
    std::vector<double> x;
    for (int i = 0; i < knots; i++) x.push_back(knot_x(i));
    plot.points("", x, heights_, color, ui::Marker::square, 3);
  }

  static double knot_x(int knot) { return knot / static_cast<double>(knots - 1); }

  /// Moves the heights that the stroke passed. A stroke straight up or down, or one that only
  /// begins, moves the nearest.
  void take_stroke(const ui::Plot::Stroke& stroke) {
    Heights heights = heights_;
    if (function_ != drawn)
      for (int i = 0; i < knots; i++)
        heights[static_cast<std::size_t>(i)] = value_at(function_, heights_, knot_x(i));
    Heights places;
    for (int i = 0; i < knots; i++) places[static_cast<std::size_t>(i)] = knot_x(i);
    bool moved = ui::take_stroke(stroke, places, heights);
    const double run = stroke.to_x - stroke.from_x, rise = stroke.to_y - stroke.from_y;
    if (!moved && 2 * std::abs(run) <= std::abs(rise)) {
      heights[static_cast<std::size_t>(std::round(stroke.to_x * (knots - 1)))] = stroke.to_y;
      moved = true;
    }
    if (moved) ask_for(heights);
  }

  /// The function becomes the reader's own, with these heights.
  void ask_for(const Heights& heights) {
    if (function_ != drawn) settings_.push_back({"function", drawn});
    for (std::size_t i = 0; i < knots; i++) {
      const double height = std::clamp(heights[i], -1.0, 1.0);
      if (std::abs(height - heights_[i]) > height_step / 2)
        settings_.push_back({declared[first_height + i].name, height});
    }
  }

  void draw_errors(ui::Ui& ui, float height) const {
    ui::PlotOptions options;
    options.title = "Worst error against units";
    options.summary =
        "The worst error against the number of units, both axes logarithmic. " + narrate();
    options.x = {
        .label = "units $N$", .min = 0.85, .max = 240, .logarithmic = true, .ticks = {1, 10, 100}};
    options.y = {.label = "worst error",
                 .min = error_min,
                 .max = error_max,
                 .logarithmic = true,
                 .ticks = {0.0001, 0.001, 0.01, 0.1, 1}};
    options.height = height;
    ui::Plot plot(ui, "errors", options);
    if (!plot.open()) return;
    std::vector<double> units, errors;
    ui::Table table{.columns = {"Units", "Worst error", "Root mean square error"}, .rows = {}};
    for (const Fit& fit : fits_) {
      if (std::isnan(fit.sup_error)) continue;
      units.push_back(fit.units);
      errors.push_back(std::max(fit.sup_error, error_min));  // else it would leave the figure
      table.rows.push_back({whole(fit.units), ui::format_number(fit.sup_error, 5),
                            ui::format_number(fit.rms_error, 5)});
    }
    const std::array<double, 2> ends = {options.x.min, options.x.max};
    const std::array<double, 2> below = {wanted_error, wanted_error};
    plot.line("goal", ends, below, ui.theme().muted, true);
    plot.line("", units, errors, fit_color(ui));
    plot.points("", units, errors, fit_color(ui), ui::Marker::circle, 4);
    plot.points(units_ == 1 ? "1 unit" : whole(units_) + " units", {&units.back(), 1},
                {&errors.back(), 1}, ui.theme().ink, ui::Marker::diamond, 6);
    plot.table(std::move(table));
  }

  int units_ = 1, function_ = sine, activation_ = sigmoid_units, method_ = by_least_squares;
  Heights heights_{};
  int step_ = 0;
  Rng rng_;
  std::array<real, fine_points> target_{};
  Array fit_targets_;
  std::vector<Fit> fits_;  ///< by size; the last one is of the chosen size
  std::vector<Setting> settings_;
  const Array fine_inputs_ = inputs(1), fit_inputs_ = inputs(fit_every),
              shown_inputs_ = inputs(shown_every);
};

}  // namespace

std::unique_ptr<Demo> make_universal_approximation() {
  return std::make_unique<UniversalApproximation>();
}

}  // namespace grad::demos
