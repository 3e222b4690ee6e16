// One neuron with three inputs, which decides whether to recommend a film: the weighted sum with
// the numbers filled in, its border and surface over two of the inputs, and the activation function
// with its derivative, shaded where that is as good as zero. The weights are set by hand or learned
// from forty films. In minutes and stars the same learning fails or crawls.

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>
#include <optional>
#include <utility>

#include "demos/border.h"
#include "demos/demo.h"
#include "nn/module.h"
#include "optim/optimizer.h"
#include "ui/plot.h"

namespace grad::demos {

std::unique_ptr<Demo> make_one_neuron();

namespace {

enum Activation { step_unit, sigmoid_unit, tanh_unit, relu_unit, leaky_relu_unit, gelu_unit };
enum Scale { shares, raw, standardised };

constexpr std::array activations = {"Step", "Sigmoid", "Tanh", "ReLU", "Leaky ReLU", "GELU"};
constexpr std::array ways = {"Set by hand", "Learned"};
constexpr std::array scales = {"0 to 1", "Minutes, stars", "Standardised"};

constexpr Parameter input(const char* name, const char* label, double initial,
                          const char* description) {
  return {.name = name,
          .label = label,
          .min = 0,
          .max = 1,
          .initial = initial,
          .step = 0.01,
          .decimals = 2,
          .description = description,
          .view = true};
}

constexpr Parameter weight(const char* name, const char* label, double initial) {
  return {.name = name,
          .label = label,
          .min = -6,
          .max = 6,
          .initial = initial,
          .step = 0.01,
          .decimals = 2,
          .description = "learning, if it is on, begins here"};
}

constexpr std::size_t inputs = 3;
constexpr std::size_t first_input = 0, first_weight = 3, activation_at = 7;  // among the parameters
constexpr std::array<Parameter, 11> declared = {{
    input("x1", "Watch time $x_1$", 0.75, "of the film to be judged; 1 is 120 minutes"),
    input("x2", "Review score $x_2$", 0.8, "of the film to be judged; 1 is ten stars"),
    input("x3", "Genre match $x_3$", 1, "of the film to be judged; 1: a genre that is liked"),
    weight("w1", "Weight of watch time $w_1$", 0.4),
    weight("w2", "Weight of review score $w_2$", 0.5),
    weight("w3", "Weight of genre match $w_3$", 0.8),
    weight("b", "Bias $b$", -1),
    {.name = "activation",
     .label = "Activation",
     .min = step_unit,
     .max = gelu_unit,
     .initial = sigmoid_unit,
     .step = 1,
     .description = "what the neuron does with its weighted sum",
     .choices = activations},
    {.name = "train",
     .label = "Weights",
     .min = 0,
     .max = 1,
     .initial = 0,
     .step = 1,
     .description = "Learned: they follow the gradient of the mean square error over 40 films, in "
                    "1,000 updates that begin with the weights set above.",
     .choices = ways},
    {.name = "scale",
     .label = "Inputs",
     .min = shares,
     .max = standardised,
     .initial = shares,
     .step = 1,
     .description =
         "What reaches the neuron. 0 to 1: as on the sliders. Minutes, stars: watch time from "
         "0 to 120, score from 0 to 10. Standardised: less the mean of the films, divided by their "
         "standard deviation.",
     .choices = scales},
    {.name = "rate",
     .label = "Learning rate",
     .min = 1e-5,
     .max = 100,
     .initial = 1,
     .logarithmic = true,
     .description = "how far an update moves the weights along the gradient",
     .swept = true},
}};

constexpr std::size_t films = 40;
constexpr std::size_t wanted_right = 36;
constexpr int total_updates = 1000, updates_per_step = 5;
constexpr double most_loss = 1e6;  // learning that leads beyond it is stopped
constexpr double flat_slope = 0.005;
constexpr int field_side = 48, curve_points = 481;
constexpr double least_reach = 6;  // of z, in the figure of the activation
constexpr int output_color = 2, slope_color = 3, loss_color = 2;

/// Of the inputs as they are counted, for a share of 1: minutes, stars, match.
constexpr std::array<double, inputs> raw_units = {120, 10, 1};
// Who liked what follows from these weights of the shares and a little chance. Nothing else knows.
constexpr std::array<double, inputs> taste = {4, 4, 2};
constexpr double taste_bias = -5, chance = 0.4;

using Inputs = std::array<double, inputs>;

/// Outputs that stand for "no" and "yes", and the weighted sum of which the output is half-way.
struct Kind {
  double no, yes, border;
};
constexpr std::array<Kind, activations.size()> kinds = {
    {{0, 1, 0}, {0, 1, 0}, {-1, 1, 0}, {0, 1, 0.5}, {0, 1, 0.5}, {0, 1, 0.668396}}};

Tensor activate(int activation, const Tensor& z) {
  switch (activation) {
    case step_unit:
      return greater(z, Tensor::scalar(0));
    case sigmoid_unit:
      return sigmoid(z);
    case tanh_unit:
      return tanh(z);
    case relu_unit:
      return relu(z);
    case leaky_relu_unit:
      return leaky_relu(z);
    default:
      return gelu(z);
  }
}

/// Outputs and derivatives at these weighted sums.
struct Answers {
  Array output, slope;
};

Answers answers(int activation, const Array& z) {
  const Tensor x(z, true);
  const Tensor output = activate(activation, x);
  if (!output.requires_grad()) return {output.value(), Array::zeros(z.shape())};  // of a step: 0
  sum(output).backward();
  return {output.value(), x.grad()};
}

bool is_flat(double slope) { return std::abs(slope) < flat_slope; }

std::string number(double value, int decimals = 2) { return ui::format_number(value, decimals); }
std::string whole(std::size_t count) { return number(static_cast<double>(count), 0); }

/// As a term after others: " + 0.40", " − 1.00".
std::string added(double value) {
  const std::string size = number(std::abs(value));
  return (value < 0 && size != "0.00" ? " - " : " + ") + size;
}

/// As a factor after others: negative ones in brackets.
std::string factor(double value) { return value < 0 ? "(" + number(value) + ")" : number(value); }

class OneNeuron final : public Demo {
 public:
  std::span<const Parameter> parameters() const override { return declared; }
  const char* task() const override {
    return "Move weights and inputs. Which of them turn a no into a yes?";
  }

  std::optional<Goal> goal() const override {
    return Goal{"Feed it minutes and stars as they are, and get 36 of the 40 films right",
                scale_ == raw && right() >= wanted_right};
  }

  void start(std::span<const double> values, std::uint64_t seed) override {
    activation_ = static_cast<int>(values[activation_at]);
    learning_ = values[activation_at + 1] == 1;
    scale_ = static_cast<int>(values[activation_at + 2]);
    draw_films(seed);
    weight_ = Tensor(Array({1, inputs}), true);
    for (std::size_t i = 0; i < inputs; i++)
      weight_.mutable_value().data()[i] = static_cast<real>(values[first_weight + i]);
    bias_ = Tensor::from({static_cast<real>(values[first_weight + inputs])}, Shape{1}, true);
    optimizer_.emplace(nn::Parameters{{"weight", weight_}, {"bias", bias_}},
                       optim::SGDOptions{.lr = static_cast<real>(values[activation_at + 3])});
    updates_ = 0;
    end_ = learning_ ? End::open : End::by_hand;
    show(values);
    measure();
    losses_ = {loss_};
  }

  void show(std::span<const double> values) override {
    std::copy_n(values.begin() + first_input, inputs, film_.begin());
    judge();
  }

  bool step() override {
    if (end_ != End::open) return false;
    for (int i = 0; i < updates_per_step && end_ == End::open; i++) update();
    judge();
    return end_ == End::open;
  }

  std::vector<Readout> readouts() const override {
    return {
        {.name = "z", .label = "Weighted sum $z$", .value = z_, .decimals = 2},
        {.name = "output", .label = "Output $a$", .value = output_},
        {.name = "slope", .label = "Derivative $a'$", .value = slope_},
        {.name = "loss", .label = "Loss", .value = loss_, .decimals = 4, .plot = "loss"},
        {.name = "right",
         .label = "Right, of 40",
         .value = static_cast<double>(right()),
         .decimals = 0},
        {.name = "flat",
         .label = "On flat ground, of 40",
         .value = static_cast<double>(flat()),
         .decimals = 0},
    };
  }

  std::string narrate() const override {
    const std::string right_now = whole(right()) + " of 40 films are right.";
    if (!learning_)
      return "The weighted sum is " + number(z_) + ", the output " + number(output_, 3) + ": " +
             (yes(z_) ? "yes" : "no") + ", with derivative " + number(slope_, 3) +
             ". With these weights " + right_now + ground();
    std::string text = "After " + number(updates_, 0) + " of " + number(total_updates, 0) +
                       " updates the loss is " + number(loss_, 4) + ", and " + right_now;
    switch (end_) {
      case End::diverged:
        return text +
               " The next update would take the loss beyond a million: this learning rate is too "
               "large for these inputs, so learning stops here.";
      case End::stuck:
        return text + stuck();
      default:
        return text + ground();
    }
  }

  void draw(ui::Ui& ui) override {
    draw_formula(ui);
    const std::array<float, 2> halves = {0.5F, 0.5F};
    ui.begin_columns(halves);
    const float height = ui.narrow() ? ui.column_width() + 16 : ui.column_width() + 90;
    draw_plane(ui, height);
    ui.next_column();
    draw_activation(ui, ui.narrow() ? 240 : height);
    ui.end_columns();
    draw_loss(ui, ui.narrow() ? 180 : 220);
  }

  std::vector<Setting> take_settings() override { return std::exchange(settings_, {}); }

 private:
  enum class End { open, by_hand, all_updates, stuck, diverged };

  // ---- The films ----

  void draw_films(std::uint64_t seed) {
    Rng rng = Rng(seed).split(1);
    for (std::size_t i = 0; i < films; i++) {
      Inputs& film = films_[i];
      film = {static_cast<double>(rng.uniform()), static_cast<double>(rng.uniform()),
              static_cast<double>(i % 2)};
      const double liking = std::inner_product(film.begin(), film.end(), taste.begin(), taste_bias);
      liked_[i] = liking + chance * static_cast<double>(rng.normal()) > 0;
    }
    set_scale();
    x_ = Array({films, inputs});
    target_ = Array({films, 1});
    for (std::size_t i = 0; i < films; i++) {
      const Inputs seen = as_seen(films_[i]);
      std::transform(seen.begin(), seen.end(), x_.data() + i * inputs,
                     [](double x) { return static_cast<real>(x); });
      target_.data()[i] = static_cast<real>(liked_[i] ? kind().yes : kind().no);
    }
  }

  /// What is taken from an input, and what the rest is multiplied by.
  void set_scale() {
    zero_ = {};
    unit_ = {1, 1, 1};
    if (scale_ == raw) unit_ = raw_units;
    if (scale_ != standardised) return;
    for (std::size_t j = 0; j < inputs; j++) {
      double sum = 0, squares = 0;
      for (const Inputs& film : films_) {
        sum += film[j];
        squares += film[j] * film[j];
      }
      zero_[j] = sum / films;
      unit_[j] = 1 / std::sqrt(squares / films - zero_[j] * zero_[j]);
    }
  }

  Inputs as_seen(const Inputs& film) const {
    Inputs seen{};
    for (std::size_t j = 0; j < inputs; j++) seen[j] = (film[j] - zero_[j]) * unit_[j];
    return seen;
  }

  // ---- The neuron ----

  const Kind& kind() const { return kinds[static_cast<std::size_t>(activation_)]; }
  double w(std::size_t i) const {
    return static_cast<double>(weight_.value()[static_cast<std::int64_t>(i)]);
  }
  double bias() const { return static_cast<double>(bias_.value()[0]); }

  Array weighted_sums() const {
    const NoGrad no_grad;
    return linear(Tensor(x_), weight_, bias_).value();
  }

  double weighted_sum(const Inputs& film) const {
    const Inputs seen = as_seen(film);
    return w(0) * seen[0] + w(1) * seen[1] + w(2) * seen[2] + bias();
  }

  /// Half-way counts as a yes, except for a step, whose outputs are never between.
  bool yes(double z) const { return activation_ == step_unit ? z > 0 : z >= kind().border; }

  void update() {
    optimizer_->zero_grad();
    const Tensor output = activate(activation_, linear(Tensor(x_), weight_, bias_));
    if (!output.requires_grad()) {  // of a step no gradient passes
      end_ = End::stuck;
      return;
    }
    mse_loss(output, Tensor(target_)).backward();
    const auto is_zero = [](const Array& gradient) {
      return std::all_of(gradient.data(), gradient.data() + gradient.size(),
                         [](real g) { return g == 0; });
    };
    if (is_zero(weight_.grad()) && is_zero(bias_.grad())) {
      end_ = End::stuck;
      return;
    }
    const Array weight_before = weight_.value().clone(), bias_before = bias_.value().clone();
    optimizer_->step();
    measure();
    if (!(loss_ < most_loss)) {  // NaN included
      std::copy_n(weight_before.data(), inputs, weight_.mutable_value().data());
      bias_.mutable_value().data()[0] = bias_before[0];
      measure();
      end_ = End::diverged;
      return;
    }
    losses_.push_back(loss_);
    if (++updates_ == total_updates) end_ = End::all_updates;
  }

  /// Of all films.
  void measure() {
    sums_ = weighted_sums();
    const Answers all = answers(activation_, sums_);
    slopes_ = all.slope;
    outputs_ = all.output;
    double squares = 0;
    for (std::size_t i = 0; i < films; i++) {
      const double error = at(outputs_, i) - at(target_, i);
      squares += error * error;
    }
    loss_ = squares / films;
  }

  /// Of the film to be judged.
  void judge() {
    z_ = weighted_sum(film_);
    const Answers one = answers(activation_, Array::from({static_cast<real>(z_)}, {1}));
    output_ = at(one.output, 0);
    slope_ = at(one.slope, 0);
  }

  static double at(const Array& values, std::size_t i) {
    return static_cast<double>(values[static_cast<std::int64_t>(i)]);
  }

  std::size_t right() const {
    std::size_t count = 0;
    for (std::size_t i = 0; i < films; i++) count += yes(at(sums_, i)) == liked_[i];
    return count;
  }

  std::size_t flat() const {
    std::size_t count = 0;
    for (std::size_t i = 0; i < films; i++) count += is_flat(at(slopes_, i));
    return count;
  }

  // ---- In words ----

  /// Where the films lie on the curve, if that is flat ground.
  std::string ground() const {
    if (activation_ == step_unit) return " A step is flat everywhere: no weight can learn from it.";
    if (flat() < films) return "";
    if (activation_ == relu_unit)
      return " Dead: no film has a positive weighted sum, and elsewhere ReLU is flat.";
    return " Saturated: all films lie where the curve is flat, so learning all but stands still.";
  }

  std::string stuck() const {
    if (activation_ == step_unit)
      return " A step is flat everywhere: its derivative is 0, so no update changes anything.";
    if (activation_ == relu_unit)
      return " Dead: no film has a positive weighted sum, and elsewhere ReLU’s derivative is 0, so "
             "no "
             "update changes anything any more.";
    return " Saturated: every derivative is 0 in the digits that are kept, so no update changes "
           "anything any more.";
  }

  // ---- The figures ----

  void draw_formula(ui::Ui& ui) const {
    const Inputs x = as_seen(film_);
    std::string sum = "$z = " + number(w(0)) + " \\cdot " + factor(x[0]);
    for (std::size_t i = 1; i < inputs; i++) sum += added(w(i)) + " \\cdot " + factor(x[i]);
    sum += added(bias()) + " = " + number(z_) + "$";
    ui.text("formula.sum", sum, ui.narrow() ? 2 : 1);
    ui.text("formula.output",
            "$" + output_formula() + "$, so the answer is **" + (yes(z_) ? "yes" : "no") + "**");
  }

  std::string output_formula() const {
    const std::string z = number(z_), result = " = " + number(output_, 3);
    switch (activation_) {
      case step_unit:
        return "a" + result + "$, because $" + z + (z_ > 0 ? " > 0" : " \\le 0");
      case sigmoid_unit:
        return "a = 1 / (1 + e^{" + number(-z_) + "})" + result;
      case tanh_unit:
        return "a = \\tanh(" + z + ")" + result;
      case relu_unit:
        return "a = \\max(0, " + z + ")" + result;
      case leaky_relu_unit:
        return "a = \\max(0.01 \\cdot " + factor(z_) + ", " + z + ")" + result;
      default:
        return "a = " + z + " \\cdot \\Phi(" + z + ")" + result;
    }
  }

  void draw_plane(ui::Ui& ui, float height) {
    ui::PlotOptions options;
    options.title = "Drag across to choose a film";
    options.summary =
        "Films by watch time and review score, and what the neuron answers where the genre match "
        "is that of the film to be judged. " +
        narrate();
    options.x = {.label = "watch time $x_1$", .min = 0, .max = 1, .ticks = {0, 0.5, 1}};
    options.y = {.label = "review score $x_2$", .min = 0, .max = 1, .ticks = {0, 0.5, 1}};
    options.height = height;
    options.equal_axes = true;
    ui::Plot plot(ui, "plane", options);
    if (!plot.open()) return;
    if (const auto stroke = plot.stroke()) settings_ = {{"x1", stroke->to_x}, {"x2", stroke->to_y}};
    plot.field(surface(), field_side, field_side);
    // Over the shares x: w (x - zero) unit and so on, with the genre match as it is.
    const Inputs corner = {0, 0, film_[2]};
    draw_unit_border(plot, "border", w(0) * unit_[0], w(1) * unit_[1],
                     weighted_sum(corner) - kind().border, ui.theme().ink);
    draw_films(plot);
    plot.points("this film", {&film_[0], 1}, {&film_[1], 1}, ui.theme().ink, ui::Marker::diamond,
                7);
    plot.table(film_table());
  }

  /// Films of the other genre are faint: the border that is drawn is not theirs.
  void draw_films(ui::Plot& plot) const {
    const bool match = film_[2] >= 0.5;
    for (const bool liked : {false, true})
      for (const bool near : {true, false}) {
        std::vector<double> x, y;
        for (std::size_t i = 0; i < films; i++) {
          if (liked_[i] != liked || (films_[i][2] == (match ? 1 : 0)) != near) continue;
          x.push_back(films_[i][0]);
          y.push_back(films_[i][1]);
        }
        plot.points(!near   ? ""
                    : liked ? "liked"
                            : "not liked",
                    x, y, ui::data_color(liked ? 1 : 0),
                    liked ? ui::Marker::square : ui::Marker::circle, 4, near ? 1.F : 0.3F);
      }
  }

  ui::Table film_table() const {
    ui::Table table{.columns = {"Film", "Watch time", "Review score", "Genre match", "Liked", "z",
                                "Output", "Right"},
                    .rows = {}};
    for (std::size_t i = 0; i < films; i++) {
      const double z = at(sums_, i);
      table.rows.push_back({whole(i + 1), number(films_[i][0]), number(films_[i][1]),
                            number(films_[i][2], 0), liked_[i] ? "yes" : "no", number(z),
                            number(at(outputs_, i), 3), yes(z) == liked_[i] ? "yes" : "no"});
    }
    return table;
  }

  /// The output over watch time and review score, -1 where it is a full no and 1 at a full yes.
  std::vector<float> surface() const {
    Array z({field_side * field_side});
    for (int row = 0; row < field_side; row++)
      for (int column = 0; column < field_side; column++)
        z.data()[row * field_side + column] = static_cast<real>(
            weighted_sum({(column + 0.5) / field_side, 1 - (row + 0.5) / field_side, film_[2]}));
    const NoGrad no_grad;
    const Array output = activate(activation_, Tensor(z)).value();
    const double middle = (kind().no + kind().yes) / 2, half = (kind().yes - kind().no) / 2;
    std::vector<float> values;
    for (std::int64_t i = 0; i < output.size(); i++) {
      const double height = (static_cast<double>(output[i]) - middle) / half;
      values.push_back(static_cast<float>(std::clamp(height, -1.0, 1.0)));
    }
    return values;
  }

  /// So far the weighted sums reach, in round numbers.
  double reach() const {
    double farthest = std::abs(z_);
    for (std::size_t i = 0; i < films; i++) farthest = std::max(farthest, std::abs(at(sums_, i)));
    double reach = least_reach;
    while (reach < farthest) reach *= 2;
    return reach;
  }

  void draw_activation(ui::Ui& ui, float height) const {
    const double reach = this->reach();
    const bool grows = activation_ >= relu_unit;
    ui::PlotOptions options;
    options.title =
        std::string(activations[static_cast<std::size_t>(activation_)]) + " and its derivative";
    options.summary =
        "The activation function and its derivative against the weighted sum, shaded "
        "where the derivative is below 0.005; " +
        whole(flat()) + " of 40 films lie there. " + narrate();
    options.x = {.label = "weighted sum $z$", .min = -reach, .max = reach};
    options.y = {.min = activation_ == tanh_unit ? -1.2 : -0.3,
                 .max = grows ? std::max(2.2, 1.1 * std::min(output_, reach)) : 1.2};
    options.height = height;
    ui::Plot plot(ui, "activation", options);
    if (!plot.open()) return;

    Array z({curve_points});
    for (int i = 0; i < curve_points; i++)
      z.data()[i] = static_cast<real>(reach * (2.0 * i / (curve_points - 1) - 1));
    const Answers curve = answers(activation_, z);
    std::vector<double> x, output, slope, low, high;
    for (std::size_t i = 0; i < curve_points; i++) {
      x.push_back(at(z, i));
      output.push_back(at(curve.output, i));
      slope.push_back(at(curve.slope, i));
      const bool shaded = is_flat(slope.back());
      constexpr double gap = std::numeric_limits<double>::quiet_NaN();
      low.push_back(shaded ? options.y.min : gap);
      high.push_back(shaded ? options.y.max : gap);
    }
    plot.band("", x, low, high, ui.theme().muted);
    plot.line("output", x, output, ui::data_color(output_color));
    plot.line("derivative", x, slope, ui::data_color(slope_color), true);
    draw_sums(plot, options.y.min);
    plot.vertical("", z_, ui.theme().muted);
    plot.points("", {&z_, 1}, {&output_, 1}, ui.theme().ink, ui::Marker::diamond, 6);
    plot.points("", {&z_, 1}, {&slope_, 1}, ui::data_color(slope_color), ui::Marker::diamond, 5);
  }

  /// The films' weighted sums, along the foot of the figure.
  void draw_sums(ui::Plot& plot, double foot) const {
    for (const bool liked : {false, true}) {
      std::vector<double> x;
      for (std::size_t i = 0; i < films; i++)
        if (liked_[i] == liked) x.push_back(at(sums_, i));
      const std::vector<double> y(x.size(), foot + (liked ? 0.15 : 0.05));
      plot.points("", x, y, ui::data_color(liked ? 1 : 0),
                  liked ? ui::Marker::square : ui::Marker::circle, 3, 0.7F);
    }
  }

  void draw_loss(ui::Ui& ui, float height) const {
    const double most = *std::max_element(losses_.begin(), losses_.end());
    ui::PlotOptions options;
    options.title = learning_ ? "Mean square error" : "Mean square error (“Learned” lowers it)";
    options.summary =
        "The loss, the mean square error over 40 films, against the updates. " + narrate();
    options.x = {.label = "updates", .min = 0, .max = total_updates, .ticks = {0, 500, 1000}};
    options.y = {.min = 0, .max = std::max(0.5, 1.1 * most)};
    options.height = height;
    ui::Plot plot(ui, "loss", options);
    if (!plot.open()) return;
    std::vector<double> x(losses_.size());
    std::iota(x.begin(), x.end(), 0);
    const std::uint32_t color = ui::data_color(loss_color);
    plot.line("loss", x, losses_, color);
    plot.points("", {&x.back(), 1}, {&losses_.back(), 1}, color, ui::Marker::circle, 4);
  }

  int activation_ = sigmoid_unit, scale_ = shares;
  bool learning_ = false;
  std::array<Inputs, films> films_{};  ///< in shares
  std::array<bool, films> liked_{};
  Inputs zero_{}, unit_{};  ///< what the neuron sees is (share - zero) unit
  Array x_, target_;
  Tensor weight_, bias_;
  std::optional<optim::SGD> optimizer_;
  int updates_ = 0;
  End end_ = End::by_hand;
  Array sums_, outputs_, slopes_;  ///< of the films
  double loss_ = 0;
  std::vector<double> losses_;  ///< before the first update, and after each
  Inputs film_{};               ///< to be judged, in shares
  double z_ = 0, output_ = 0, slope_ = 0;
  std::vector<Setting> settings_;
};

}  // namespace

std::unique_ptr<Demo> make_one_neuron() { return std::make_unique<OneNeuron>(); }

}  // namespace grad::demos
