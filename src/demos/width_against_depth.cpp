// Width against depth: a race between networks with one wide hidden layer and networks with several
// narrow ones, on sawtooth functions, with equal numbers of parameters and over several draws of
// the first weights. Depth makes such functions cheap to write down (Telgarsky 2016), and the exact
// weights are built here, too; whether training finds them is another question, and often the
// answer is no.
//
// How the settings were chosen: median error after 2,000 updates over six seeds that are not the
// demo's, four rounds, three layers of 12 against 116 units.
//   PyTorch's first weights, learning rate 0.01:            wide 0.25, deep 0.25
//   He's, bends of the first layer evenly at random, 0.01:  wide 0.23, deep 0.18
//   the same, 0.005:                                        wide 0.24, deep 0.17
// The last is used for both kinds.

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>

#include "data/curves.h"
#include "demos/demo.h"
#include "nn/init.h"
#include "nn/module.h"
#include "optim/optimizer.h"
#include "ui/plot.h"

namespace grad::demos {

std::unique_ptr<Demo> make_width_against_depth();

namespace {

enum Start { at_random, near_exact };
enum Shown { trained, built };

constexpr std::array starts = {"At random", "Near the exact ones"};
constexpr std::array shown_names = {"Trained", "Built by hand"};

constexpr int most_seeds = 8;

constexpr std::array<Parameter, 8> declared = {{
    {.name = "rounds",
     .label = "Rounds of the tent $k$",
     .min = 1,
     .max = 6,
     .initial = 4,
     .step = 1,
     .description = "the target has twice as many straight pieces after each round",
     .swept = true},
    {.name = "layers",
     .label = "Layers of the deep network",
     .min = 2,
     .max = 5,
     .initial = 3,
     .step = 1,
     .description = "hidden layers; the wide network has one"},
    {.name = "width",
     .label = "Units in each of them",
     .min = 2,
     .max = 16,
     .initial = 12,
     .step = 1,
     .description = "the wide network gets as many units as make its parameters equal, or up to "
                    "two more parameters"},
    {.name = "start",
     .label = "First weights of the deep network",
     .min = at_random,
     .max = near_exact,
     .initial = at_random,
     .step = 1,
     .description = "at random, as usual; or the exact solution, with a little noise on every "
                    "weight",
     .choices = starts},
    {.name = "shown",
     .label = "Networks in the first figure",
     .min = trained,
     .max = built,
     .initial = trained,
     .step = 1,
     .description =
         "Trained: those of one draw, as they are now. Built by hand: the exact weights, "
         "as far as the units go.",
     .choices = shown_names,
     .view = true},
    {.name = "seeds",
     .label = "Draws",
     .min = 1,
     .max = most_seeds,
     .initial = 5,
     .step = 1,
     .description = "how often both networks are trained, each time from other first weights",
     .more = true},
    {.name = "drawn",
     .label = "Draw shown",
     .min = 1,
     .max = most_seeds,
     .initial = 1,
     .step = 1,
     .description = "whose networks the first figure shows",
     .more = true,
     .view = true},
    {.name = "rate",
     .label = "Learning rate",
     .min = 0.0005,
     .max = 10,
     .initial = 0.005,
     .logarithmic = true,
     .decimals = 4,
     .description = "of Adam, at first; it falls evenly to 0",
     .more = true},
}};
enum Which {
  rounds_parameter,
  layers_parameter,
  width_parameter,
  start_parameter,
  shown_parameter,
  seeds_parameter,
  drawn_parameter,
  rate_parameter
};

constexpr int grid_points = 257;  // evenly from 0 to 1; every bend of the target is one of them
constexpr int total_updates = 2000, updates_per_step = 10;
constexpr int rounds_of_training = total_updates / updates_per_step;
constexpr double noise_near_exact = 0.01;  // standard deviation, on every weight
constexpr double diverged_beyond = 1e3;    // an error that no training comes back from
constexpr double wanted_error = 0.01;
constexpr int wanted_rounds = 4;
constexpr double hardly_better = 0.9;  // than the constant 1/2: with this share of its error
constexpr double error_min = 1e-4, error_max = 3;  // of the axis
constexpr double most_pieces = 10'000;
constexpr int wide_color = 0, deep_color = 1;  // of the data colours
constexpr int table_every = rounds_of_training / 10;

double grid_x(int i) { return i / static_cast<double>(grid_points - 1); }

int parameters_of_deep(int layers, int width) {
  return 3 * width + 1 + (layers - 1) * width * (width + 1);
}
/// A layer of N units between one input and one output has 3 N + 1 parameters.
int wide_units_for(int parameters) { return (parameters - 1 + 2) / 3; }

/// The largest j for which 2^j units are there.
int rounds_in_a_layer(int width) {
  int rounds = 0;
  while (2 << rounds <= width) rounds++;
  return rounds;
}

std::vector<nn::Linear> linear_layers(const nn::Sequential& network) {
  std::vector<nn::Linear> layers;  // their tensors alias the network's
  for (const nn::Layer& layer : network.layers())
    if (const auto* linear = layer.as<nn::Linear>()) layers.push_back(*linear);
  return layers;
}

void fill(const Tensor& parameter, real value) {
  Array& numbers = Tensor(parameter).mutable_value();
  std::fill_n(numbers.data(), numbers.size(), value);
}

/// He's normal weights; the units of the first layer bend at places that are even on the interval.
nn::Sequential random_network(const std::vector<int>& sizes, Rng& rng) {
  nn::Sequential network = nn::mlp(sizes, nn::ReLU{}, rng);
  const std::vector<nn::Linear> layers = linear_layers(network);
  for (const nn::Linear& layer : layers) nn::he_normal(layer.weight, rng);
  const Array& weights = layers[0].weight.value();
  Array& biases = Tensor(layers[0].bias).mutable_value();
  for (std::int64_t i = 0; i < weights.size(); i++)
    biases.data()[i] = -weights[i] * rng.uniform(-1, 1);
  return network;
}

/// Unit i of the layer computes max(0, s - bends[i]), where s is the sum of the units before it
/// with these weights; for the first layer, which sees 2 x - 1, s is x. All other units stay 0.
void place(const nn::Linear& layer, std::span<const double> before, std::span<const double> bends) {
  fill(layer.weight, 0);
  fill(layer.bias, 0);
  real* weights = Tensor(layer.weight).mutable_value().data();
  real* biases = Tensor(layer.bias).mutable_value().data();
  const std::int64_t inputs = layer.weight.shape()[1];
  for (std::size_t i = 0; i < bends.size(); i++) {
    real* row = weights + static_cast<std::int64_t>(i) * inputs;
    for (std::size_t j = 0; j < before.size(); j++) row[j] = static_cast<real>(before[j]);
    biases[i] = static_cast<real>(-bends[i]);
  }
}

void place_first(const nn::Linear& layer, std::span<const double> bends) {
  std::vector<double> shifted;
  for (const double bend : bends) shifted.push_back(bend - 0.5);
  const std::array<double, 1> half = {0.5};
  place(layer, half, shifted);
}

void place_output(const nn::Linear& layer, std::span<const double> weights) {
  const std::array<double, 1> no_bend = {0};
  place(layer, weights, no_bend);
}

/// Where `pieces` units bend, so that they draw so many pieces of a sawtooth between them, and with
/// which weights they are added up.
struct Teeth {
  std::vector<double> bends, weights;
};
Teeth teeth(int pieces) {
  Teeth all;
  for (int i = 0; i < pieces; i++) {
    all.bends.push_back(i / static_cast<double>(pieces));
    const double turn = i % 2 == 1 ? -2 : 2;  // the slope goes from up to down and back
    all.weights.push_back(pieces * (i == 0 ? 1 : turn));
  }
  return all;
}

/// Gives the deep network the weights of the sawtooth, exactly: each layer plays as many rounds of
/// the tent as its share, with a unit for each piece. Returns how many of the rounds it could hold.
int build_deep(const nn::Sequential& network, int width, int rounds) {
  const std::vector<nn::Linear> layers = linear_layers(network);
  const auto hidden = static_cast<int>(layers.size()) - 1;
  int left = std::min(rounds, hidden * rounds_in_a_layer(width));
  const int held = left;
  std::vector<double> before;
  for (int i = 0; i < hidden; i++) {
    const int share = (left + hidden - i - 1) / (hidden - i);
    left -= share;
    const Teeth layer_teeth = teeth(1 << share);
    const nn::Linear& layer = layers[static_cast<std::size_t>(i)];
    if (i == 0)
      place_first(layer, layer_teeth.bends);
    else
      place(layer, before, layer_teeth.bends);
    before = layer_teeth.weights;
  }
  place_output(layers.back(), before);
  return held;
}

/// One hidden layer that follows the sawtooth from the left as far as its units go, and then stays
/// at 1/2, which is as close as it can keep to all of the rest.
void build_wide(const nn::Sequential& network, int units, int rounds) {
  const int pieces = 1 << rounds;
  Teeth all = teeth(pieces);
  if (units < pieces) {
    all.bends.resize(static_cast<std::size_t>(units));
    all.weights.resize(static_cast<std::size_t>(units));
    if (units > 1) {  // the last unit makes it level, half-way along a piece
      all.bends.back() = (units - 1.5) / pieces;
      double slope = 0;
      for (int i = 0; i + 1 < units; i++) slope += all.weights[static_cast<std::size_t>(i)];
      all.weights.back() = -slope;
    }
  }
  const std::vector<nn::Linear> layers = linear_layers(network);
  place_first(layers[0], all.bends);
  place_output(layers[1], all.weights);
}

void add_noise(const nn::Sequential& network, Rng& rng) {
  for (const nn::Linear& layer : linear_layers(network))
    for (const Tensor& parameter : {layer.weight, layer.bias}) {
      Array& numbers = Tensor(parameter).mutable_value();
      for (std::int64_t i = 0; i < numbers.size(); i++)
        numbers.data()[i] += static_cast<real>(noise_near_exact) * rng.normal();
    }
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t half = values.size() / 2;
  return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

double root_mean_square_error(const Array& y, const Array& targets) {
  double squares = 0;
  for (std::int64_t i = 0; i < y.size(); i++) {
    const double error = static_cast<double>(y[i]) - static_cast<double>(targets[i]);
    squares += error * error;
  }
  return std::sqrt(squares / static_cast<double>(y.size()));
}

/// A network in training.
class Racer {
 public:
  explicit Racer(nn::Sequential network)
      : network_(std::move(network)), optimizer_(network_.parameters()) {}

  /// Some updates towards the targets; from `done` of them on.
  void train(const Array& x, const Array& targets, double rate, int done) {
    for (int i = 0; i < updates_per_step && !diverged_; i++) {
      const int left = total_updates - done - i;
      optimizer_.options().lr = static_cast<real>(rate * left / total_updates);
      optimizer_.zero_grad();
      mse_loss(network_(Tensor(x)), Tensor(targets)).backward();
      optimizer_.step();
    }
    if (!diverged_) measure(x, targets);
  }

  /// Root mean square error, and how many straight pieces the units cut the interval into.
  void measure(const Array& x, const Array& targets) {
    const NoGrad no_grad;
    const std::vector<Tensor> outputs = network_.trace(Tensor(x));
    const Array& y = outputs.back().value();
    const double error = root_mean_square_error(y, targets);
    diverged_ = !(error < diverged_beyond);  // also if it is no number
    error_ = diverged_ ? diverged_beyond : error;
    output_ = y;
    pieces_ = 1;
    for (std::size_t layer = 1; layer + 1 < outputs.size(); layer += 2)
      pieces_ += switches(outputs[layer].value());
  }

  double error() const { return error_; }
  int pieces() const { return pieces_; }
  bool diverged() const { return diverged_; }
  /// On the grid, as last measured.
  const Array& output() const { return output_; }

 private:
  /// How often a unit goes on or off between neighbouring points.
  static int switches(const Array& units) {
    const std::int64_t width = units.shape()[1];
    int count = 0;
    for (std::int64_t i = width; i < units.size(); i++)
      count += (units[i] > 0) != (units[i - width] > 0);
    return count;
  }

  nn::Sequential network_;
  optim::Adam optimizer_;
  double error_ = 0;
  int pieces_ = 1;
  bool diverged_ = false;
  Array output_;
};

/// The networks of one kind, one for each draw, and what their errors were after each round of
/// training.
struct Team {
  std::vector<Racer> racers = {};
  std::vector<std::vector<double>> errors = {};  ///< by round, then by draw

  std::vector<double> now() const {
    std::vector<double> all;
    for (const Racer& racer : racers) all.push_back(racer.error());
    return all;
  }
  double error() const { return median(now()); }
  double pieces() const {
    std::vector<double> all;
    for (const Racer& racer : racers) all.push_back(racer.pieces());
    return median(all);
  }
  int worse_than(double error) const {
    return static_cast<int>(std::count_if(
        racers.begin(), racers.end(), [=](const Racer& racer) { return racer.error() > error; }));
  }
  int diverged() const {
    return static_cast<int>(std::count_if(racers.begin(), racers.end(),
                                          [](const Racer& racer) { return racer.diverged(); }));
  }
};

std::string whole(double number) { return ui::format_number(number, 0); }
std::string error_text(double error) { return ui::format_number(error, error < 0.01 ? 4 : 3); }
std::string counted(int count, const char* thing) {
  return whole(count) + " " + thing + (count == 1 ? "" : "s");
}

class WidthAgainstDepth final : public Demo {
 public:
  std::span<const Parameter> parameters() const override { return declared; }
  const char* task() const override {
    return "Who learns the sawtooth: one wide layer, or several narrow ones with as many "
           "parameters?";
  }

  std::optional<Goal> goal() const override {
    return Goal{"Get the deep networks’ error below 0.01 on four rounds or more",
                rounds_ >= wanted_rounds && deep_.error() < wanted_error};
  }

  void start(std::span<const double> values, std::uint64_t seed) override {
    show(values);
    rounds_ = static_cast<int>(values[rounds_parameter]);
    layers_ = static_cast<int>(values[layers_parameter]);
    width_ = static_cast<int>(values[width_parameter]);
    start_ = static_cast<int>(values[start_parameter]);
    seeds_ = static_cast<int>(values[seeds_parameter]);
    rate_ = values[rate_parameter];
    step_ = 0;
    for (int i = 0; i < grid_points; i++)
      targets_.data()[i] = data::sawtooth(static_cast<real>(grid_x(i)), rounds_);
    flat_error_ = root_mean_square_error(Array::full({grid_points, 1}, real(0.5)), targets_);
    wide_ = {};
    deep_ = {};
    const Rng rng(seed);
    for (int draw = 0; draw < seeds_; draw++) add_pair(rng.split(static_cast<std::uint64_t>(draw)));
    keep_errors();
    build();
  }

  void show(std::span<const double> values) override {
    shown_ = static_cast<int>(values[shown_parameter]);
    drawn_ = static_cast<int>(values[drawn_parameter]);
  }

  bool step() override {
    if (step_ == steps()) return false;
    const auto draw = static_cast<std::size_t>(step_ % seeds_);
    for (Team* team : {&wide_, &deep_}) team->racers[draw].train(x_, targets_, rate_, updates());
    step_++;
    if (step_ % seeds_ == 0) keep_errors();
    return step_ < steps();
  }

  std::vector<Readout> readouts() const override {
    return {
        {.name = "wide_error",
         .label = "Wide, median error",
         .value = wide_.error(),
         .plot = "errors"},
        {.name = "deep_error",
         .label = "Deep, median error",
         .value = deep_.error(),
         .plot = "errors"},
        {.name = "ahead",
         .label = "Draws with deep ahead",
         .value = static_cast<double>(ahead()),
         .decimals = 0},
        {.name = "deep_stuck",
         .label = "Deep, stuck",
         .value = static_cast<double>(stuck(deep_)),
         .decimals = 0},
        {.name = "wide_stuck",
         .label = "Wide, stuck",
         .value = static_cast<double>(stuck(wide_)),
         .decimals = 0},
        {.name = "wide_pieces",
         .label = "Wide, pieces",
         .value = wide_.pieces(),
         .decimals = 0,
         .plot = "pieces"},
        {.name = "deep_pieces",
         .label = "Deep, pieces",
         .value = deep_.pieces(),
         .decimals = 0,
         .plot = "pieces"},
        {.name = "parameters",
         .label = "Parameters, deep",
         .value = static_cast<double>(parameters_of_deep(layers_, width_)),
         .decimals = 0},
    };
  }

  std::string narrate() const override {
    return "After " + whole(updates()) + " of " + whole(total_updates) + " updates: one layer of " +
           counted(wide_units(), "unit") + " misses the sawtooth by " + error_text(wide_.error()) +
           ", " + shape() + " by " + error_text(deep_.error()) +
           (seeds_ == 1 ? "" : " (medians of " + whole(seeds_) + ")") + ". Deep is ahead in " +
           whole(ahead()) + " of " + counted(seeds_, "draw") + "." + trouble() + limits();
  }

  void draw(ui::Ui& ui) override {
    draw_fits(ui, ui.narrow() ? 240.F : 280.F);
    const std::array<float, 2> shares = {0.5F, 0.5F};
    ui.begin_columns(shares);
    const float height = ui.narrow() ? 250.F : 300.F;
    draw_errors(ui, height);
    ui.next_column();
    draw_pieces(ui, height);
    ui.end_columns();
  }

 private:
  int steps() const { return rounds_of_training * seeds_; }
  /// That the network next in turn has had.
  int updates() const { return step_ / seeds_ * updates_per_step; }
  int wide_units() const { return wide_units_for(parameters_of_deep(layers_, width_)); }
  int pieces_wanted() const { return 1 << rounds_; }
  bool wide_can() const { return wide_units() >= pieces_wanted(); }

  std::vector<int> deep_sizes() const {
    std::vector<int> sizes = {1};
    sizes.insert(sizes.end(), static_cast<std::size_t>(layers_), width_);
    sizes.push_back(1);
    return sizes;
  }
  std::vector<int> wide_sizes() const { return {1, wide_units(), 1}; }

  void add_pair(const Rng& rng) {
    Rng wide_rng = rng.split(0), deep_rng = rng.split(1);
    wide_.racers.emplace_back(random_network(wide_sizes(), wide_rng));
    nn::Sequential deep = random_network(deep_sizes(), deep_rng);
    if (start_ == near_exact) {
      build_deep(deep, width_, rounds_);
      add_noise(deep, deep_rng);
    }
    deep_.racers.emplace_back(std::move(deep));
    for (Team* team : {&wide_, &deep_}) team->racers.back().measure(x_, targets_);
  }

  /// The networks built by hand, of the same sizes.
  void build() {
    Rng unused(0);
    nn::Sequential wide = nn::mlp(wide_sizes(), nn::ReLU{}, unused);
    nn::Sequential deep = nn::mlp(deep_sizes(), nn::ReLU{}, unused);
    build_wide(wide, wide_units(), rounds_);
    held_ = build_deep(deep, width_, rounds_);
    const NoGrad no_grad;
    built_wide_ = wide(Tensor(x_)).value();
    built_deep_ = deep(Tensor(x_)).value();
  }

  void keep_errors() {
    for (Team* team : {&wide_, &deep_}) team->errors.push_back(team->now());
  }

  int stuck(const Team& team) const { return team.worse_than(hardly_better * flat_error_); }

  int ahead() const {
    int count = 0;
    for (std::size_t i = 0; i < wide_.racers.size(); i++)
      count += deep_.racers[i].error() < wide_.racers[i].error();
    return count;
  }

  std::string shape() const {
    return counted(layers_, "layer") + " of " + whole(width_) + ", with as many parameters,";
  }

  std::string trouble() const {
    std::string text;
    if (const int lost = deep_.diverged() + wide_.diverged(); lost > 0)
      text += " " + counted(lost, "network") + " diverged: the learning rate is too large.";
    else if (step_ == steps() && stuck(deep_) > 0)
      text += " " + whole(stuck(deep_)) + " of the deep ones " +
              (stuck(deep_) == 1 ? "is" : "are") + " stuck, hardly better than the constant 1/2 (" +
              error_text(flat_error_) + ").";
    return text;
  }

  /// What networks of these sizes can draw at all.
  std::string limits() const {
    std::string text;
    if (!wide_can())
      text += " The target has " + whole(pieces_wanted()) + " pieces; one layer of " +
              counted(wide_units(), "unit") + " makes at most " + whole(wide_units() + 1) +
              ", whatever its weights.";
    if (held_ < rounds_)
      text += " The deep network, built by hand, holds " + counted(held_, "round") + " of the " +
              whole(rounds_) + ".";
    return text;
  }

  // ---- The figures ----

  void draw_fits(ui::Ui& ui, float height) const {
    const bool by_hand = shown_ == built;
    const auto draw = static_cast<std::size_t>(std::min(drawn_, seeds_) - 1);
    const Array& wide = by_hand ? built_wide_ : wide_.racers[draw].output();
    const Array& deep = by_hand ? built_deep_ : deep_.racers[draw].output();
    ui::PlotOptions options;
    options.title = by_hand
                        ? "Built by hand, as far as the units go"
                        : "Draw " + whole(static_cast<double>(draw + 1)) + " of " + whole(seeds_);
    options.summary = "The sawtooth of " + whole(pieces_wanted()) + " pieces, and what " +
                      (by_hand ? "networks of these sizes draw with weights chosen by hand."
                               : "the two networks of one draw make of it.") +
                      limits() + " " + narrate();
    options.x = {.label = "$x$", .min = 0, .max = 1, .ticks = {0, 0.25, 0.5, 0.75, 1}};
    options.y = {.min = -0.3, .max = 1.3, .ticks = {0, 0.5, 1}};
    options.height = height;
    ui::Plot plot(ui, "fits", options);
    if (!plot.open()) return;
    std::vector<double> x, target, wide_y, deep_y;
    for (int i = 0; i < grid_points; i++) {
      x.push_back(grid_x(i));
      target.push_back(static_cast<double>(targets_[i]));
      wide_y.push_back(static_cast<double>(wide[i]));
      deep_y.push_back(static_cast<double>(deep[i]));
    }
    plot.line("target", x, target, ui.theme().muted);
    plot.line("wide", x, wide_y, color(ui, wide_color), true);
    plot.line("deep", x, deep_y, color(ui, deep_color));
    ui::Table table{.columns = {"x", "Target", "Wide", "Deep"}, .rows = {}};
    for (std::size_t i = 0; i < x.size(); i += 8)
      table.rows.push_back({ui::format_number(x[i], 3), ui::format_number(target[i], 3),
                            ui::format_number(wide_y[i], 3), ui::format_number(deep_y[i], 3)});
    plot.table(std::move(table));
  }

  /// The blue that stands out on dark paper.
  static std::uint32_t color(const ui::Ui& ui, int index) {
    return ui::data_color(index == wide_color && ui.theme().dark ? 4 : index);
  }

  void draw_errors(ui::Ui& ui, float height) const {
    ui::PlotOptions options;
    options.title = "Error during training";
    options.summary =
        "Root mean square error against updates: medians, and bands from the best to "
        "the worst draw. " +
        narrate();
    options.x = {.label = "updates", .min = 0, .max = total_updates, .ticks = {0, 1000, 2000}};
    options.y = {.label = "error",
                 .min = error_min,
                 .max = error_max,
                 .logarithmic = true,
                 .ticks = {0.0001, 0.001, 0.01, 0.1, 1}};
    options.height = height;
    ui::Plot plot(ui, "errors", options);
    if (!plot.open()) return;
    const std::array<double, 2> ends = {0, total_updates}, flat = {flat_error_, flat_error_};
    plot.line("constant 1/2", ends, flat, ui.theme().muted, true);
    draw_team(plot, "wide", wide_, color(ui, wide_color), true);
    draw_team(plot, "deep", deep_, color(ui, deep_color), false);
    ui::Table table{.columns = {"Updates", "Wide, best", "Wide, median", "Wide, worst",
                                "Deep, best", "Deep, median", "Deep, worst"},
                    .rows = {}};
    const std::size_t last = wide_.errors.size() - 1;
    for (std::size_t i = 0; i <= last; i++) {
      if (i % table_every != 0 && i != last) continue;
      std::vector<std::string> row = {whole(static_cast<double>(i) * updates_per_step)};
      for (const Team* team : {&wide_, &deep_})
        for (const double error : best_median_worst(team->errors[i]))
          row.push_back(error_text(error));
      table.rows.push_back(std::move(row));
    }
    plot.table(std::move(table));
  }

  static std::array<double, 3> best_median_worst(const std::vector<double>& errors) {
    const auto [best, worst] = std::minmax_element(errors.begin(), errors.end());
    return {*best, median(errors), *worst};
  }

  static void draw_team(ui::Plot& plot, const char* label, const Team& team, std::uint32_t color,
                        bool dashed) {
    std::vector<double> x, best, middle, worst;
    const auto visible = [](double error) { return std::clamp(error, error_min, error_max); };
    for (std::size_t i = 0; i < team.errors.size(); i++) {
      const auto [low, mid, high] = best_median_worst(team.errors[i]);
      x.push_back(static_cast<double>(i) * updates_per_step);
      best.push_back(visible(low));
      middle.push_back(visible(mid));
      worst.push_back(visible(high));
    }
    plot.band("", x, best, worst, color);
    plot.line(label, x, middle, color, dashed);
  }

  void draw_pieces(ui::Ui& ui, float height) const {
    ui::PlotOptions options;
    options.title = "Pieces: possible and found";
    options.summary =
        "Straight pieces against hidden units, both axes logarithmic. One layer of N "
        "units makes at most N + 1; layers of two units, built by hand, make 2 to "
        "the power of N/2. Marks are the trained networks. The target has " +
        whole(pieces_wanted()) + ".";
    options.x = {.label = "hidden units",
                 .min = 1.5,
                 .max = 600,
                 .logarithmic = true,
                 .ticks = {2, 10, 100}};
    options.y = {.label = "pieces",
                 .min = 1,
                 .max = most_pieces,
                 .logarithmic = true,
                 .ticks = {1, 10, 100, 1'000, 10'000}};
    options.height = height;
    ui::Plot plot(ui, "pieces", options);
    if (!plot.open()) return;
    draw_possible(plot, ui);
    const double deep_units = layers_ * width_;
    draw_found(plot, "wide, trained", wide_, wide_units(), color(ui, wide_color),
               ui::Marker::square);
    draw_found(plot, "deep, trained", deep_, deep_units, color(ui, deep_color), ui::Marker::circle);
    ui::Table table{.columns = {"Draw", "Wide, units", "Wide, pieces", "Wide, error", "Deep, units",
                                "Deep, pieces", "Deep, error"},
                    .rows = {}};
    for (std::size_t i = 0; i < wide_.racers.size(); i++) {
      const Racer &wide = wide_.racers[i], &deep = deep_.racers[i];
      table.rows.push_back({whole(static_cast<double>(i + 1)), whole(wide_units()),
                            whole(wide.pieces()), error_text(wide.error()), whole(deep_units),
                            whole(deep.pieces()), error_text(deep.error())});
    }
    plot.table(std::move(table));
  }

  void draw_possible(ui::Plot& plot, const ui::Ui& ui) const {
    std::vector<double> units, one_layer, layers_of_two, pieces_of_two;
    for (int n = 2; n <= 600; n += n < 20 ? 1 : 20) {
      units.push_back(n);
      one_layer.push_back(n + 1);
    }
    for (double pieces = 2; pieces <= most_pieces; pieces *= 2) {
      layers_of_two.push_back(2 * static_cast<double>(layers_of_two.size() + 1));
      pieces_of_two.push_back(pieces);
    }
    const std::array<double, 2> ends = {1.5, 600};
    const std::array<double, 2> wanted = {static_cast<double>(pieces_wanted()),
                                          static_cast<double>(pieces_wanted())};
    plot.line("target", ends, wanted, ui.theme().muted, true);
    plot.line("one layer: at most", units, one_layer, color(ui, wide_color), true);
    plot.line("layers of two", layers_of_two, pieces_of_two, color(ui, deep_color));
    const double units_by_hand = 2 * rounds_, pieces = pieces_wanted();
    plot.points("by hand", {&units_by_hand, 1}, {&pieces, 1}, ui.theme().ink, ui::Marker::diamond,
                5);
  }

  static void draw_found(ui::Plot& plot, const char* label, const Team& team, double units,
                         std::uint32_t color, ui::Marker marker) {
    std::vector<double> x, y;
    for (const Racer& racer : team.racers) {
      x.push_back(units);
      y.push_back(racer.pieces());
    }
    plot.points(label, x, y, color, marker, 4);
  }

  static Array inputs() {
    Array x({grid_points, 1});
    for (int i = 0; i < grid_points; i++) x.data()[i] = static_cast<real>(2 * grid_x(i) - 1);
    return x;
  }

  int rounds_ = 1, layers_ = 2, width_ = 2, start_ = at_random, seeds_ = 1;
  int shown_ = trained, drawn_ = 1;
  double rate_ = 0;
  int step_ = 0;
  double flat_error_ = 0;  ///< of the constant 1/2
  int held_ = 0;           ///< rounds that the deep network, built by hand, holds
  Team wide_, deep_;
  Array built_wide_, built_deep_;  ///< outputs on the grid
  const Array x_ = inputs();       ///< the grid as networks see it: centred, in [-1,1]
  Array targets_ = Array({grid_points, 1});
};

}  // namespace

std::unique_ptr<Demo> make_width_against_depth() { return std::make_unique<WidthAgainstDepth>(); }

}  // namespace grad::demos
