// Exclusive or, solved by one hidden layer that learns while one watches. Beside the plane of the
// inputs stands that of the hidden units' outputs, with the same points and the same squared paper:
// the layer moves and folds it until a straight line has the classes on its two sides. With few
// units the run may get stuck, and the demo says so.
//
// How the learning rate was chosen: how many of 40 seeds that are not the demo's get all four
// corners right after 800 updates, noise 0.1, with 2, 3, 4 and 8 ReLU units.
//   0.01:  15 20 29 40
//   0.03:  13 19 27 40
//   0.1:   12 19 30 40
// It makes no difference; 0.03 is quick and smooth. With tanh: 23 37 40 40.

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>

#include "data/dataset.h"
#include "demos/border.h"
#include "demos/demo.h"
#include "nn/module.h"
#include "optim/optimizer.h"
#include "tensor/math.h"
#include "ui/plot.h"

namespace grad::demos {

std::unique_ptr<Demo> make_xor_solved();

namespace {

enum Activation { relu_units, tanh_units, no_activation };
enum Start { at_random, by_hand };

constexpr std::array activations = {"ReLU", "Tanh", "None"};
constexpr std::array starts = {"At random", "By hand"};
constexpr int most_units = 8;

constexpr std::array<Parameter, 5> declared = {{
    {.name = "units",
     .label = "Hidden units",
     .min = 1,
     .max = most_units,
     .initial = 2,
     .step = 1,
     .description = "units in the one hidden layer",
     .swept = true},
    {.name = "activation",
     .label = "Activation",
     .min = relu_units,
     .max = no_activation,
     .initial = relu_units,
     .step = 1,
     .description = "what a unit does with its weighted sum; “None” leaves it as it is",
     .choices = activations},
    {.name = "start",
     .label = "First weights",
     .min = at_random,
     .max = by_hand,
     .initial = at_random,
     .step = 1,
     .description = "By hand: two units as in the text, the others silent; training goes on from "
                    "there.",
     .choices = starts},
    {.name = "noise",
     .label = "Noise",
     .min = 0,
     .max = 0.4,
     .initial = 0.1,
     .step = 0.02,
     .decimals = 2,
     .description = "standard deviation of the points round their corners"},
    {.name = "rate",
     .label = "Learning rate",
     .min = 0.001,
     .max = 100,
     .initial = 0.03,
     .logarithmic = true,
     .decimals = 3,
     .description = "of Adam, at first; it falls evenly to 0",
     .more = true},
}};
enum Which {
  units_parameter,
  activation_parameter,
  start_parameter,
  noise_parameter,
  rate_parameter
};

constexpr int points_a_corner = 25, corners = 4, points = corners * points_a_corner;
constexpr int total_updates = 800, updates_per_step = 4;
constexpr int total_steps = total_updates / updates_per_step;
constexpr double diverged_beyond = 1e4;  // a loss that no training comes back from
constexpr double stuck_gradient = 0.01;  // runs that are stuck end far below
constexpr double absurd_loss = 3;        // it begins at about 0.7
constexpr int few_units = 3;             // of the goal
constexpr double area_min = -0.5, area_max = 1.5;
constexpr int field_side = 48;
constexpr int paper_lines = 9, paper_points = 33;  // each way, and of each line
constexpr int border_color = 2, unit_color = 3;    // of the data colours
constexpr int power_rounds = 4;                    // after each step
constexpr float paper_opacity = 0.35F;

using Place = std::array<double, 2>;

constexpr std::array<Place, corners> corner_places = {{{0, 0}, {0, 1}, {1, 0}, {1, 1}}};
int class_of_corner(int corner) { return corner == 1 || corner == 2; }

struct Layers {
  nn::Linear hidden, output;  // their tensors alias the network's
};
Layers layers_of(const nn::Sequential& network) {
  return {*network.layers().front().as<nn::Linear>(), *network.layers().back().as<nn::Linear>()};
}

nn::Sequential make_network(int units, int activation, Rng& rng) {
  if (activation == relu_units) return nn::mlp({2, units, 1}, nn::ReLU{}, rng);
  if (activation == tanh_units) return nn::mlp({2, units, 1}, nn::Tanh{}, rng);
  return nn::Sequential({nn::Linear(2, units, rng), nn::Linear(units, 1, rng)});
}

/// The weights of the text: both units look at x0 + x1, the second from a higher level on. The
/// steep tanh units lie between the corners, so each is about -1 or 1 there.
void place_by_hand(const nn::Sequential& network, int activation) {
  struct Hand {
    real steepness, first, second, weight0, weight1, bias;
  };
  constexpr Hand relu_hand = {1, 0, -1, 1, -2, real(-0.5)};
  constexpr Hand tanh_hand = {4, real(-0.5), real(-1.5), 1, -1, -1};
  const Hand& hand = activation == tanh_units ? tanh_hand : relu_hand;
  Layers layers = layers_of(network);
  for (Tensor* parameter :
       {&layers.hidden.weight, &layers.hidden.bias, &layers.output.weight, &layers.output.bias}) {
    Array& numbers = parameter->mutable_value();
    std::fill_n(numbers.data(), numbers.size(), real(0));
  }
  const std::array<real, 2> levels = {hand.first, hand.second};
  const std::array<real, 2> weights = {hand.weight0, hand.weight1};
  const auto units = static_cast<std::size_t>(layers.hidden.bias.value().size());
  for (std::size_t i = 0; i < std::min<std::size_t>(units, 2); i++) {
    std::fill_n(layers.hidden.weight.mutable_value().data() + 2 * i, 2, hand.steepness);
    layers.hidden.bias.mutable_value().data()[i] = hand.steepness * levels[i];
    layers.output.weight.mutable_value().data()[i] = weights[i];
  }
  layers.output.bias.mutable_value().data()[0] = hand.bias;
}

Array places(const std::vector<Place>& all) {
  Array x({static_cast<std::int64_t>(all.size()), 2});
  real* to = x.data();
  for (const Place& place : all)
    for (const double coordinate : place) *to++ = static_cast<real>(coordinate);
  return x;
}

/// Middles of cells, rows from top to bottom.
Array field_places() {
  std::vector<Place> all;
  const auto middle = [](int i) {
    return area_min + (area_max - area_min) * (i + 0.5) / field_side;
  };
  for (int row = 0; row < field_side; row++)
    for (int column = 0; column < field_side; column++)
      all.push_back({middle(column), middle(field_side - 1 - row)});
  return places(all);
}

/// Lines of squared paper: those of constant x0 first, then those of constant x1.
std::vector<Place> paper_places() {
  std::vector<Place> all;
  for (int way = 0; way < 2; way++)
    for (int line = 0; line < paper_lines; line++)
      for (int i = 0; i < paper_points; i++) {
        const double fixed = area_min + (area_max - area_min) * line / (paper_lines - 1);
        const double moving = area_min + (area_max - area_min) * i / (paper_points - 1);
        all.push_back(way == 0 ? Place{fixed, moving} : Place{moving, fixed});
      }
  return all;
}

/// What the hidden layer makes of some places, in the plane in which it is shown.
struct Image {
  std::vector<double> x, y;
};

std::string whole(double number) { return ui::format_number(number, 0); }
std::string decimal(double number) { return ui::format_number(number, 3); }

class XorSolved final : public Demo {
 public:
  std::span<const Parameter> parameters() const override { return declared; }
  const char* task() const override {
    return "Watch the hidden layer move the points. With how few units does it get there?";
  }

  std::optional<Goal> goal() const override {
    return Goal{"Have all four corners right with two or three units, trained from random weights",
                start_ == at_random && units_ <= few_units && step_ == total_steps &&
                    corners_right() == corners};
  }

  void start(std::span<const double> values, std::uint64_t seed) override {
    units_ = static_cast<int>(values[units_parameter]);
    activation_ = static_cast<int>(values[activation_parameter]);
    start_ = static_cast<int>(values[start_parameter]);
    noise_ = values[noise_parameter];
    rate_ = values[rate_parameter];
    step_ = 0;
    diverged_ = false;
    largest_loss_ = 0;
    const Rng rng(seed);
    draw_points(rng.split(0));
    Rng weights_rng = rng.split(static_cast<std::uint64_t>(units_));
    network_ = make_network(units_, activation_, weights_rng);
    if (start_ == by_hand) place_by_hand(network_, activation_);
    optimizer_.emplace(network_.parameters(), optim::AdamOptions{});
    across_.assign(static_cast<std::size_t>(units_), 1);
    measure();
  }

  bool step() override {
    if (step_ == total_steps || diverged_) return false;
    for (int i = 0; i < updates_per_step; i++) update(step_ * updates_per_step + i);
    step_++;
    measure();
    return step_ < total_steps && !diverged_;
  }

  std::vector<Readout> readouts() const override {
    return {
        {.name = "right",
         .label = "Points right, of 100",
         .value = static_cast<double>(right_),
         .decimals = 0},
        {.name = "corners",
         .label = "Corners right, of 4",
         .value = static_cast<double>(corners_right()),
         .decimals = 0},
        {.name = "loss", .label = "Loss", .value = loss_},
        {.name = "gradient", .label = "Gradient’s length", .value = gradient_, .decimals = 4},
        {.name = "silent",
         .label = "Units silent on all points",
         .value = static_cast<double>(silent_),
         .decimals = 0},
    };
  }

  std::string narrate() const override {
    const std::string hidden = whole(units_) +
                               (activation_ == relu_units   ? " ReLU"
                                : activation_ == tanh_units ? " tanh"
                                                            : " linear") +
                               (units_ == 1 ? " unit: " : " units: ");
    return "After " + whole(step_ * updates_per_step) + " of " + whole(total_updates) +
           " updates, " + hidden + whole(right_) + " of 100 points and " + whole(corners_right()) +
           " of the 4 corners are right." + verdict();
  }

  void draw(ui::Ui& ui) override {
    const std::array<float, 2> shares = {0.5F, 0.5F};
    ui.begin_columns(shares);
    const float width = ui.column_width();
    draw_inputs(ui, ui.narrow() ? width + 16 : width);
    ui.next_column();
    draw_hidden(ui, ui.narrow() ? width + 16 : width);
    ui.end_columns();
  }

 private:
  void draw_points(Rng rng) {
    std::vector<Place> all;
    for (int i = 0; i < points; i++) {
      Place place = corner_places[static_cast<std::size_t>(i % corners)];
      for (double& coordinate : place) coordinate += noise_ * static_cast<double>(rng.normal());
      all.push_back(place);
      targets_.data()[i] = static_cast<real>(class_of_corner(i % corners));
    }
    x_ = places(all);
  }

  void update(int done) {
    optimizer_->options().lr = static_cast<real>(rate_ * (total_updates - done) / total_updates);
    optimizer_->zero_grad();
    bce_with_logits(network_(Tensor(x_)), Tensor(targets_)).backward();
    optimizer_->step();
  }

  void measure() {
    optimizer_->zero_grad();
    const Tensor loss = bce_with_logits(network_(Tensor(x_)), Tensor(targets_));
    loss.backward();
    double squares = 0;
    for (const auto& [name, parameter] : network_.parameters())
      for (const real slope : parameter.grad().span())
        squares += static_cast<double>(slope) * static_cast<double>(slope);
    diverged_ = !(static_cast<double>(loss.item()) < diverged_beyond) || !std::isfinite(squares);
    if (diverged_) return;  // the last numbers that were some stay
    loss_ = static_cast<double>(loss.item());
    gradient_ = std::sqrt(squares);
    largest_loss_ = std::max(largest_loss_, loss_);

    const NoGrad no_grad;
    const std::vector<Tensor> outputs = network_.trace(Tensor(x_));
    const Array& logits = outputs.back().value();
    hidden_ = outputs[outputs.size() - 2].value();
    right_ = 0;
    for (int i = 0; i < points; i++) right_ += (logits[i] > 0) == (targets_[i] > 0);
    corner_logits_ = network_(Tensor(corner_inputs_)).value();
    const Array field = network_(Tensor(field_inputs_)).value();
    for (std::size_t i = 0; i < field_.size(); i++)  // P(class 1) - P(class 0)
      field_[i] = static_cast<float>(math::tanh(field[static_cast<std::int64_t>(i)] / 2));
    count_silent();
    find_across();
  }

  bool corner_right(int corner) const {
    return (corner_logits_[corner] > 0) == (class_of_corner(corner) == 1);
  }
  int corners_right() const {
    int count = 0;
    for (int corner = 0; corner < corners; corner++) count += corner_right(corner);
    return count;
  }

  void count_silent() {
    silent_ = 0;
    for (int unit = 0; unit < units_; unit++) {
      bool heard = activation_ != relu_units;
      for (int i = 0; i < points; i++) heard = heard || hidden_[i * units_ + unit] > 0;
      silent_ += !heard;
    }
  }

  std::string verdict() const {
    if (diverged_) return " The loss has run away: the learning rate is too large.";
    if (step_ < total_steps) return "";
    if (corners_right() == corners)
      return " Solved: in the hidden plane a straight line separates the corners.";
    if (activation_ == no_activation)
      return " Without an activation the layers are one linear map, and its border is a straight "
             "line: no weights can do it.";
    if (units_ == 1)
      return " One unit knows only how far a point lies in one direction, so its border is a "
             "straight line: no weights can do it.";
    if (largest_loss_ > absurd_loss)
      return " The loss jumped to " + ui::format_number(largest_loss_, 1) +
             " on the way: the learning rate is too large.";
    if (gradient_ > stuck_gradient)
      return " It is not done: the gradient is still " + ui::format_number(gradient_, 4) +
             " long, but at this learning rate the steps along it are short.";
    std::string text = " It is stuck: better weights exist, but the gradient has come down to " +
                       ui::format_number(gradient_, 4) + ".";
    if (silent_ > 0)
      text += " " + whole(silent_) + (silent_ == 1 ? " unit is" : " units are") +
              " silent on every point, and what is silent cannot learn.";
    return text + " Try another seed, or more units.";
  }

  // ---- The plane in which the hidden units' outputs are shown ----
  //
  // One unit: its output, the points spread over the height. Two: both outputs. More: how far from
  // the plane that separates the classes, and along the direction in that plane in which the
  // points vary most.

  double output_weight(int unit) const {
    return static_cast<double>(layers_of(network_).output.weight.value()[unit]);
  }
  double output_bias() const {
    return static_cast<double>(layers_of(network_).output.bias.value()[0]);
  }
  std::vector<double> output_weights() const {
    std::vector<double> weights;
    for (int unit = 0; unit < units_; unit++) weights.push_back(output_weight(unit));
    return weights;
  }

  static double dot(const std::vector<double>& a, const std::vector<double>& b) {
    double sum = 0;
    for (std::size_t i = 0; i < a.size(); i++) sum += a[i] * b[i];
    return sum;
  }
  static void scale_to_one(std::vector<double>& a) {
    const double length = std::sqrt(dot(a, a));
    if (length == 0) return;
    for (double& value : a) value /= length;
  }
  /// Takes from `a` what it has of the unit vector `b`.
  static void remove(std::vector<double>& a, const std::vector<double>& b) {
    const double share = dot(a, b);
    for (std::size_t i = 0; i < a.size(); i++) a[i] -= share * b[i];
  }

  /// A few rounds of power iteration from the last direction, so that it turns but does not jump.
  void find_across() {
    if (units_ < 3) return;
    const auto count = static_cast<std::size_t>(units_);
    std::vector<double> normal = output_weights(), mean(count, 0);
    scale_to_one(normal);
    const auto output = [&](int point, std::size_t unit) {
      return static_cast<double>(hidden_[point * units_ + static_cast<std::int64_t>(unit)]);
    };
    for (int i = 0; i < points; i++)
      for (std::size_t unit = 0; unit < count; unit++) mean[unit] += output(i, unit) / points;
    for (int round = 0; round < power_rounds; round++) {
      std::vector<double> next(count, 0), from_mean(count);
      for (int i = 0; i < points; i++) {
        for (std::size_t unit = 0; unit < count; unit++)
          from_mean[unit] = output(i, unit) - mean[unit];
        const double along = dot(from_mean, across_);
        for (std::size_t unit = 0; unit < count; unit++) next[unit] += along * from_mean[unit];
      }
      remove(next, normal);
      scale_to_one(next);
      if (dot(next, next) > 0.5) across_ = next;  // else nothing varies there
    }
  }

  Image shown(const Array& hidden) const {
    Image image;
    std::vector<double> normal = output_weights();
    const double length = std::sqrt(dot(normal, normal));
    scale_to_one(normal);
    for (std::int64_t i = 0; i < hidden.shape()[0]; i++) {
      std::vector<double> h;
      for (int unit = 0; unit < units_; unit++)
        h.push_back(static_cast<double>(hidden[i * units_ + unit]));
      image.x.push_back(units_ < 3 ? h[0]
                                   : dot(h, normal) + (length > 0 ? output_bias() / length : 0));
      image.y.push_back(units_ == 1 ? spread(i) : units_ == 2 ? h[1] : dot(h, across_));
    }
    return image;
  }
  /// Evenly over the height (golden ratio).
  static double spread(std::int64_t i) {
    const double turn = static_cast<double>(i) * 0.6180339887498949;
    return 0.2 + 0.6 * (turn - std::floor(turn));
  }

  Array hidden_of(const Array& x) const {
    const NoGrad no_grad;
    const std::vector<Tensor> outputs = network_.trace(Tensor(x));
    return outputs[outputs.size() - 2].value();
  }

  // ---- The figures ----

  static void draw_classes(ui::Plot& plot, const Image& image) {
    for (int label = 0; label < 2; label++) {
      Image of_class;
      for (std::size_t i = 0; i < image.x.size(); i++) {
        if (class_of_corner(static_cast<int>(i) % corners) != label) continue;
        of_class.x.push_back(image.x[i]);
        of_class.y.push_back(image.y[i]);
      }
      plot.points(label == 0 ? "class 0" : "class 1", of_class.x, of_class.y, ui::data_color(label),
                  label == 0 ? ui::Marker::circle : ui::Marker::square, 4);
    }
  }

  static void draw_paper(ui::Plot& plot, const Image& image, std::uint32_t color) {
    for (std::size_t first = 0; first < image.x.size(); first += paper_points)
      plot.line("", std::span(image.x).subspan(first, paper_points),
                std::span(image.y).subspan(first, paper_points), color, false, paper_opacity);
  }

  void draw_inputs(ui::Ui& ui, float height) const {
    ui::PlotOptions options;
    options.title = "Inputs";
    options.summary =
        "The plane of the two inputs: 25 points round each corner, class 1 where the "
        "inputs differ, and the network’s border. " +
        narrate();
    options.x = {.label = "$x_0$", .min = area_min, .max = area_max, .ticks = {0, 1}};
    options.y = {.label = "$x_1$", .min = area_min, .max = area_max, .ticks = {0, 1}};
    options.height = height;
    options.equal_axes = true;
    ui::Plot plot(ui, "inputs", options);
    if (!plot.open()) return;
    plot.field(field_, field_side, field_side);
    Image image;
    for (const Place& place : paper_places_) {
      image.x.push_back(place[0]);
      image.y.push_back(place[1]);
    }
    draw_paper(plot, image, ui.theme().muted);
    const Layers layers = layers_of(network_);
    for (int unit = 0; unit < units_; unit++)
      draw_border(plot, unit == 0 ? "where units turn" : "",
                  static_cast<double>(layers.hidden.weight.value()[2 * unit]),
                  static_cast<double>(layers.hidden.weight.value()[2 * unit + 1]),
                  static_cast<double>(layers.hidden.bias.value()[unit]), ui::data_color(unit_color),
                  true);
    image = {};
    for (int i = 0; i < points; i++) {
      image.x.push_back(static_cast<double>(x_[2 * i]));
      image.y.push_back(static_cast<double>(x_[2 * i + 1]));
    }
    draw_classes(plot, image);
    plot.table(corner_table(false));
  }

  void draw_hidden(ui::Ui& ui, float height) const {
    const Image paper = shown(hidden_of(paper_inputs_)), of_points = shown(hidden_);
    ui::PlotOptions options;
    options.title = units_ == 1   ? "What the hidden unit makes of them"
                    : units_ == 2 ? "What the hidden units make of them"
                                  : "What the hidden units make of them, seen from the side";
    options.summary =
        "The same points and the same squared paper after the hidden layer, and the straight line "
        "with which the output separates them. " +
        narrate();
    options.x = axis(of_points.x);
    options.y = axis(of_points.y);
    options.x.label = units_ < 3 ? "$h_0$" : "distance from the border";
    options.y.label = units_ == 1 ? "spread out" : units_ == 2 ? "$h_1$" : "along the border";
    if (units_ == 1) options.y = {.label = "spread out", .min = 0, .max = 1, .ticks = {0, 1}};
    options.height = height;
    ui::Plot plot(ui, "hidden", options);
    if (!plot.open()) return;
    if (units_ > 1) draw_paper(plot, paper, ui.theme().muted);
    const double reach = 4 * (std::abs(options.x.min) + std::abs(options.x.max) +
                              std::abs(options.y.min) + std::abs(options.y.max));
    const double w0 = units_ < 3 ? output_weight(0) : 1;
    const double w1 = units_ == 2 ? output_weight(1) : 0;
    draw_border(plot, "border", w0, w1, units_ < 3 ? output_bias() : 0,
                ui::data_color(border_color), false, 1, reach);
    draw_classes(plot, of_points);
    plot.table(corner_table(true));
  }

  /// Room for all of the values, in steps so that the figure rests while they move a little.
  static ui::Axis axis(const std::vector<double>& values) {
    const auto [low, high] = std::minmax_element(values.begin(), values.end());
    double step = 0.5;
    while (*high - *low > 8 * step) step *= 2;
    return {.min = step * (std::floor(*low / step) - 0.5),
            .max = step * (std::ceil(*high / step) + 0.5)};
  }

  /// The four corners, with the outputs of the hidden units or without.
  ui::Table corner_table(bool with_hidden) const {
    ui::Table table{.columns = {"x0", "x1", "Class"}, .rows = {}};
    if (with_hidden)
      for (int unit = 0; unit < units_; unit++) table.columns.push_back("h" + whole(unit));
    table.columns.insert(table.columns.end(), {"Score", "P(class 1)", "Right"});
    const Array hidden = hidden_of(corner_inputs_);
    for (int corner = 0; corner < corners; corner++) {
      const Place& place = corner_places[static_cast<std::size_t>(corner)];
      std::vector<std::string> row = {whole(place[0]), whole(place[1]),
                                      whole(class_of_corner(corner))};
      if (with_hidden)
        for (int unit = 0; unit < units_; unit++)
          row.push_back(decimal(static_cast<double>(hidden[corner * units_ + unit])));
      const real score = corner_logits_[corner];
      row.insert(row.end(), {decimal(static_cast<double>(score)),
                             decimal(static_cast<double>(math::sigmoid(score))),
                             corner_right(corner) ? "yes" : "no"});
      table.rows.push_back(std::move(row));
    }
    return table;
  }

  int units_ = 2, activation_ = relu_units, start_ = at_random;
  double noise_ = 0, rate_ = 0;
  int step_ = 0;
  nn::Sequential network_;
  std::optional<optim::Adam> optimizer_;
  Array x_, targets_ = Array({points, 1});
  Array hidden_, corner_logits_;  ///< of the points; of the corners
  std::vector<float> field_ = std::vector<float>(field_side * field_side);
  std::vector<double> across_;  ///< the direction shown upwards, if there are three units or more
  double loss_ = 0, gradient_ = 0, largest_loss_ = 0;
  int right_ = 0, silent_ = 0;
  bool diverged_ = false;
  const Array corner_inputs_ = places({corner_places.begin(), corner_places.end()});
  const Array field_inputs_ = field_places();
  const std::vector<Place> paper_places_ = paper_places();
  const Array paper_inputs_ = places(paper_places_);
};

}  // namespace

std::unique_ptr<Demo> make_xor_solved() { return std::make_unique<XorSolved>(); }

}  // namespace grad::demos
