// Accuracy against data: small pictures of digits, lit as house numbers are. Histograms of oriented
// gradients (HOG) with a linear classifier know from the start that light does not matter; a small
// convolutional network on the raw pixels must learn that from examples, and then goes on to learn
// what the histograms have thrown away.
//
// How the settings were chosen: mean test accuracy after 100, 1,000 and 20,000 training pictures,
// noise 0.1, on seeds that are not the demo's. First the classifier on histograms.
//   cells of 4 pixels, 6, 8, 12 orientations:  0.69 0.80 0.82;  0.67 0.81 0.83;  0.64 0.81 0.84
//   cells of 3 pixels, 6, 8 orientations:      0.75 0.86 0.89;  0.74 0.86 0.89
//   600, 1,200, 2,400 updates:                 0.74 0.86 0.89;  0.74 0.85 0.90;  0.74 0.84 0.90
//   learning rate 0.1 instead of 0.05:         0.74 0.85 0.90
// Then the network.
//   16, 24, 32 channels, learning rate 0.006:  0.41 0.84 0.92;  0.38 0.84 0.94;  0.38 0.86 0.94
//   32 channels, learning rate 0.01:           0.39 0.84 0.94
//   16 channels, 600, 1,200 updates:           0.41 0.84 0.92;  0.41 0.85 0.94
// Three draws give means to about a point; five would move the crossover from 1,474 to 1,413.

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>

#include "classic/hog.h"
#include "data/digits.h"
#include "demos/demo.h"
#include "kernels/kernels.h"
#include "nn/module.h"
#include "optim/optimizer.h"
#include "tensor/math.h"
#include "ui/pictures.h"
#include "ui/plot.h"

namespace grad::demos {

std::unique_ptr<Demo> make_scaling_plot();

namespace {

constexpr std::array<int, 8> sizes = {10, 30, 100, 300, 1'000, 3'000, 10'000, 20'000};
constexpr int largest_size = sizes.back();

constexpr std::array<Parameter, 3> declared = {{
    {.name = "n",
     .label = "Training pictures",
     .min = sizes.front(),
     .max = largest_size,
     .initial = 300,
     .step = 1,
     .logarithmic = true,
     .description = "where both curves are read; between the measured sizes on a straight line",
     .view = true},
    {.name = "noise",
     .label = "Noise in the pictures",
     .min = 0,
     .max = 0.2,
     .initial = 0.1,
     .step = 0.01,
     .decimals = 2,
     .description = "standard deviation of each pixel; from black to white is 1",
     .swept = true},
    {.name = "seeds",
     .label = "Draws",
     .min = 1,
     .max = 8,
     .initial = 3,
     .step = 1,
     .description = "how often everything is repeated with fresh pictures and weights",
     .more = true},
}};
enum Which { n_parameter, noise_parameter, seeds_parameter };

constexpr int test_size = 2'000;
constexpr int pictures_per_step =
    250;  // drawn, or read in a test; whole tens, as data::digits asks
constexpr std::int64_t area = data::digit_side * data::digit_side;
constexpr int examples_shown = 10;
constexpr std::int64_t batch_size = 32;
constexpr classic::HogOptions hog_options = {.cell = 3, .orientations = 6};
constexpr double chance = 0.1;

/// How a model is trained: Adam, the learning rate falls evenly to 0.
struct Plan {
  int least_updates, per_step;
  double learning_rate;
  /// More where it takes more to see every picture twice.
  int updates(int n) const {
    return std::max(least_updates, static_cast<int>((2 * n + batch_size - 1) / batch_size));
  }
};
constexpr Plan classifier_plan = {.least_updates = 1'200, .per_step = 60, .learning_rate = 0.05};
constexpr Plan network_plan = {.least_updates = 600, .per_step = 10, .learning_rate = 0.01};

constexpr int features_color = 2, network_color = 0;  // of the data colours
constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

double log_of(double x) { return static_cast<double>(math::log(static_cast<real>(x))); }

/// Where log(n) lies between log(low) and log(high), in [0, 1].
double share_between(double low, double high, double n) {
  return (log_of(n) - log_of(low)) / (log_of(high) - log_of(low));
}

/// Test accuracies of both models at one size, one for each draw measured so far.
struct Column {
  std::vector<double> features = {}, network = {};
};

double mean(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());  // NaN if there are none
}

/// Sample standard deviation; NaN for fewer than two.
double deviation(const std::vector<double>& values) {
  const double center = mean(values);
  double squares = 0;
  for (const double value : values) squares += (value - center) * (value - center);
  return values.size() < 2 ? unknown
                           : std::sqrt(squares / (static_cast<double>(values.size()) - 1));
}

/// Pictures as the network sees them (-1 black, 1 white) and their histograms, filled bit by bit.
struct Pictures {
  explicit Pictures(int size)
      : raw{Array({size, data::digit_side, data::digit_side, 1}),
            std::vector<std::int32_t>(static_cast<std::size_t>(size)), 10},
        histograms{Array(), raw.y, 10} {}

  void clear() { filled = 0; }

  void draw_more(int size, real noise, Rng& rng) {
    const int count = std::min(pictures_per_step, size - filled);
    const data::Dataset more = data::digits(count, noise, rng);
    for (std::int64_t i = 0; i < more.x.size(); i++)
      raw.x.data()[filled * area + i] = 2 * more.x[i] - 1;
    const Array described = classic::hog(more.x, hog_options);
    const std::int64_t length = described.shape()[1];
    if (!histograms.x.defined()) histograms.x = Array({raw.size(), length});
    std::copy_n(described.data(), described.size(), histograms.x.data() + filled * length);
    std::copy(more.y.begin(), more.y.end(), raw.y.begin() + filled);
    std::copy(more.y.begin(), more.y.end(), histograms.y.begin() + filled);
    filled += count;
  }

  data::Dataset raw, histograms;
  int filled = 0;
};

/// Rows [first, first + count) of `all`.
Array rows_of(const Array& all, std::int64_t first, std::int64_t count) {
  const std::int64_t width = all.size() / all.shape()[0];
  return Array::from({all.data() + first * width, static_cast<std::size_t>(count * width)},
                     all.shape().with(0, count));
}

/// A model in training on the first n pictures.
class Learner {
 public:
  Learner(nn::Sequential model, const data::Dataset& data, int n, const Plan& plan, Rng rng)
      : plan_(plan),
        updates_(plan.updates(n)),
        model_(std::move(model)),
        optimizer_(model_.parameters()),
        batches_(data, std::min<std::int64_t>(batch_size, n), rng, n) {}

  bool trained() const { return done_ == updates_; }

  void train() {
    for (int i = 0; i < plan_.per_step && !trained(); i++, done_++) {
      optimizer_.options().lr = real(plan_.learning_rate * (updates_ - done_) / updates_);
      const data::Dataset batch = batches_.next();
      optimizer_.zero_grad();
      cross_entropy(model_(Tensor(batch.x)), batch.y).backward();
      optimizer_.step();
    }
  }

  /// The digits read in these rows of `pictures`, counting those that are right.
  std::vector<std::int32_t> test(const data::Dataset& pictures, int first, int count) {
    const NoGrad no_grad;
    const Tensor logits = model_(Tensor(rows_of(pictures.x, first, count)));
    std::vector<std::int32_t> read(static_cast<std::size_t>(count));
    kernels::argmax_rows(count, 10, logits.value().data(), read.data());
    const std::span<const std::int32_t> digits(pictures.y);
    for (std::size_t i = 0; i < read.size(); i++)
      right_ += read[i] == digits[static_cast<std::size_t>(first) + i];
    return read;
  }
  int right() const { return right_; }

 private:
  Plan plan_;
  int updates_;
  nn::Sequential model_;
  optim::Adam optimizer_;
  data::Batches batches_;
  int done_ = 0, right_ = 0;
};

nn::Sequential linear_classifier(int features, Rng& rng) {
  return nn::Sequential({nn::Linear(features, 10, rng)});
}

/// 12 × 12 pixels to 6 × 6 × 8 to 4 × 4 × 24 to 10 logits.
nn::Sequential small_network(Rng& rng) {
  return nn::Sequential({nn::Conv2d(1, 8, 5, rng, 2, 2), nn::ReLU{}, nn::Conv2d(8, 24, 3, rng),
                         nn::ReLU{}, nn::Flatten{}, nn::Linear(4 * 4 * 24, 10, rng)});
}

/// What both read in the pictures shown, after training on one size.
struct Answers {
  std::vector<std::int32_t> features = {}, network = {};
};

std::string percent(double share) { return ui::format_number(100 * share, 0) + "\u202f%"; }
std::string whole(double count) { return ui::format_number(count, 0); }
/// To two significant digits: a measured crossover is no more certain than that.
std::string about(double count) {
  double unit = 1;
  while (count >= 100 * unit) unit *= 10;
  return whole(unit * std::round(count / unit));
}
std::string decimal(double value) { return ui::format_number(value, 3); }

class ScalingPlot final : public Demo {
 public:
  std::span<const Parameter> parameters() const override { return declared; }
  const char* task() const override {
    return "Where would you stop paying for labels? Find where the network overtakes, then change "
           "the noise.";
  }

  std::optional<Goal> goal() const override {
    const double there = crossover();  // NaN while the network has not overtaken: not near it
    return Goal{"Set the slider to where the network overtakes, to a tenth",
                std::abs(n_ - there) <= 0.1 * there};
  }

  void start(std::span<const double> values, std::uint64_t seed) override {
    show(values);
    noise_ = static_cast<real>(values[noise_parameter]);
    draws_ = static_cast<int>(values[seeds_parameter]);
    rng_ = Rng(seed);
    columns_ = {};
    answers_ = {};
    draw_ = 0;
    begin_draw();
    test_.draw_more(test_size, noise_, test_rng_);
    shown_ = rows_of(test_.raw.x, 0, examples_shown);
    for (real& value : shown_.span()) value = (value + 1) / 2;
    shown_digits_.assign(test_.raw.y.begin(), test_.raw.y.begin() + examples_shown);
  }

  void show(std::span<const double> values) override { n_ = values[n_parameter]; }

  bool step() override {
    if (draw_ == draws_) return false;
    if (test_.filled < test_size)
      test_.draw_more(test_size, noise_, test_rng_);
    else if (train_.filled < sizes[size_])
      train_.draw_more(sizes[size_], noise_, train_rng_);
    else if (!features_)
      begin_size();
    else if (!features_->trained())
      features_->train();
    else if (!network_->trained())
      network_->train();
    else
      test_more();
    return draw_ < draws_;
  }

  std::vector<Readout> readouts() const override {
    return {
        {.name = "classical_accuracy",
         .label = "Hand-made features",
         .value = reading(&Column::features),
         .plot = "curves"},
        {.name = "network_accuracy",
         .label = "Network",
         .value = reading(&Column::network),
         .plot = "curves"},
        {.name = "crossover_n",
         .label = "Network overtakes at",
         .value = crossover(),
         .decimals = 0,
         .may_stay_unknown = true},
    };
  }

  std::optional<Curve> curve(std::string_view readout) const override {
    const bool features = readout == "classical_accuracy";
    if (!features && readout != "network_accuracy") return std::nullopt;
    Curve curve{.against = "the number of training pictures", .min = 0, .max = 1, .x = {}, .y = {}};
    for (const std::size_t i : {0, 2, 4, 5, 7}) {
      curve.x.push_back(sizes[i]);
      curve.y.push_back(mean(features ? columns_[i].features : columns_[i].network));
    }
    return curve;
  }

  std::string narrate() const override { return read_out() + " " + overtaking() + progress(); }

  void draw(ui::Ui& ui) override {
    draw_curves(ui);
    draw_examples(ui);
  }

 private:
  void begin_draw() {
    const Rng rng = rng_.split(static_cast<std::uint64_t>(draw_));
    train_rng_ = rng.split(0);
    test_rng_ = rng.split(1);
    models_rng_ = rng.split(2);
    train_.clear();
    test_.clear();
    size_ = 0;
    tested_ = 0;
    features_.reset();
    network_.reset();
  }

  void begin_size() {
    const int n = sizes[size_];
    const Rng rng = models_rng_.split(static_cast<std::uint64_t>(n));
    Rng classifier_weights = rng.split(0), network_weights = rng.split(1);
    const auto length = static_cast<int>(train_.histograms.x.shape()[1]);
    features_.emplace(linear_classifier(length, classifier_weights), train_.histograms, n,
                      classifier_plan, rng.split(2));
    network_.emplace(small_network(network_weights), train_.raw, n, network_plan, rng.split(3));
    tested_ = 0;
  }

  void test_more() {
    const auto by_features = features_->test(test_.histograms, tested_, pictures_per_step);
    const auto by_network = network_->test(test_.raw, tested_, pictures_per_step);
    if (draw_ == 0 && tested_ == 0)
      answers_[size_] = {{by_features.begin(), by_features.begin() + examples_shown},
                         {by_network.begin(), by_network.begin() + examples_shown}};
    tested_ += pictures_per_step;
    if (tested_ == test_size) end_size();
  }

  void end_size() {
    columns_[size_].features.push_back(features_->right() / static_cast<double>(test_size));
    columns_[size_].network.push_back(network_->right() / static_cast<double>(test_size));
    features_.reset();
    network_.reset();
    if (++size_ < sizes.size()) return;
    draw_++;
    if (draw_ < draws_) begin_draw();
  }

  /// Means at the chosen n, between measured sizes on a straight line in log n.
  double reading(std::vector<double> Column::*model) const {
    std::size_t above = 0;
    while (sizes[above] < n_) above++;
    const double high = mean(columns_[above].*model);
    if (sizes[above] == n_) return high;
    const double low = mean(columns_[above - 1].*model);
    return low + share_between(sizes[above - 1], sizes[above], n_) * (high - low);
  }

  double lead(std::size_t i) const {
    return mean(columns_[i].network) - mean(columns_[i].features);
  }

  /// The last segment on which the network's mean goes from behind (or level) to ahead; -1 if there
  /// is none, or if it falls back after it.
  int crossed_segment() const {
    int last = -1;
    for (std::size_t i = 0; i + 1 < sizes.size(); i++) {
      if (lead(i) <= 0 && lead(i + 1) > 0) last = static_cast<int>(i);
      if (lead(i) > 0 && lead(i + 1) <= 0) last = -1;
    }
    return last;
  }

  double crossover() const {
    const int segment = crossed_segment();
    if (segment < 0) return unknown;
    const auto i = static_cast<std::size_t>(segment);
    const double share = lead(i) / (lead(i) - lead(i + 1));
    const double log_n = log_of(sizes[i]) + share * (log_of(sizes[i + 1]) - log_of(sizes[i]));
    return std::round(static_cast<double>(math::exp(static_cast<real>(log_n))));
  }

  /// The largest size that is measured; 0 if none is.
  int measured() const {
    int largest = 0;
    for (std::size_t i = 0; i < sizes.size(); i++)
      if (!columns_[i].network.empty()) largest = sizes[i];
    return largest;
  }

  std::string read_out() const {
    const double features = reading(&Column::features), network = reading(&Column::network);
    if (std::isnan(network)) return "Both are not yet measured at " + whole(n_) + " pictures.";
    return "With " + whole(n_) + " training pictures the hand-made features read " +
           percent(features) + " of the digits, the network " + percent(network) + ".";
  }

  std::string overtaking() const {
    if (measured() == 0) return "";
    if (const double n = crossover(); !std::isnan(n))
      return "The network overtakes at about " + about(n) + ".";
    return "Up to " + whole(measured()) + " the network does not overtake.";
  }

  std::string progress() const {
    if (draw_ == draws_) return "";
    return " Draw " + std::to_string(draw_ + 1) + " of " + std::to_string(draws_) + ", now " +
           whole(sizes[size_]) + " pictures.";
  }

  struct Means {
    std::vector<double> mean, low, high;
  };

  Means means(std::vector<double> Column::*model) const {
    Means curve;
    for (const Column& column : columns_) {
      const double center = mean(column.*model), sd = deviation(column.*model);
      curve.mean.push_back(center);
      curve.low.push_back(center - sd);
      curve.high.push_back(center + sd);
    }
    return curve;
  }

  void draw_curves(ui::Ui& ui) const {
    ui::PlotOptions options;
    options.title = "Accuracy on unseen pictures: mean and standard deviation over draws";
    options.summary =
        "Accuracy against the number of training pictures, from 10 to 20,000. " + narrate();
    options.x = {.label = "training pictures",
                 .min = 8,
                 .max = 25'000,
                 .logarithmic = true,
                 .ticks = {10, 100, 1'000, 10'000}};
    options.y = {.label = "accuracy", .min = 0, .max = 1, .ticks = {0, 0.25, 0.5, 0.75, 1}};
    options.height = ui.narrow() ? 300 : 340;
    ui::Plot plot(ui, "curves", options);
    if (!plot.open()) return;
    const std::vector<double> n(sizes.begin(), sizes.end());
    const Means features = means(&Column::features), network = means(&Column::network);
    const auto green = ui::data_color(features_color), blue = ui::data_color(network_color);
    plot.line("chance", n, std::vector<double>(n.size(), chance), ui.theme().muted, true);
    plot.vertical("$n$ = " + whole(n_), n_, ui.theme().ink);
    plot.band("", n, features.low, features.high, green);
    plot.band("", n, network.low, network.high, blue);
    plot.line("hand-made features", n, features.mean, green, true);
    plot.line("network", n, network.mean, blue);
    plot.points("", n, features.mean, green, ui::Marker::diamond, 3.5F);
    plot.points("", n, network.mean, blue, ui::Marker::circle, 3.5F);
    draw_crossover(plot, ui.theme().ink);
    const double at_features = reading(&Column::features), at_network = reading(&Column::network);
    plot.points("", {&n_, 1}, {&at_features, 1}, green, ui::Marker::diamond, 6);
    plot.points("", {&n_, 1}, {&at_network, 1}, blue, ui::Marker::circle, 6);
    plot.table(table());
  }

  void draw_crossover(ui::Plot& plot, std::uint32_t color) const {
    const double n = crossover();
    if (std::isnan(n)) return;
    const auto i = static_cast<std::size_t>(crossed_segment());
    const double share = lead(i) / (lead(i) - lead(i + 1));
    const double low = mean(columns_[i].network), high = mean(columns_[i + 1].network);
    const double y = low + share * (high - low);
    plot.points("overtakes at about " + about(n), {&n, 1}, {&y, 1}, color, ui::Marker::triangle, 6);
  }

  ui::Table table() const {
    ui::Table table;
    table.columns = {"Training pictures",  "Draws",   "Hand-made features",
                     "Standard deviation", "Network", "Standard deviation"};
    for (std::size_t i = 0; i < sizes.size(); i++) {
      const Column& column = columns_[i];
      table.rows.push_back({whole(sizes[i]), std::to_string(column.network.size()),
                            decimal(mean(column.features)), decimal(deviation(column.features)),
                            decimal(mean(column.network)), decimal(deviation(column.network))});
    }
    return table;
  }

  /// The measured size at or below the chosen n.
  std::size_t size_below() const {
    std::size_t i = 0;
    while (i + 1 < sizes.size() && sizes[i + 1] <= n_) i++;
    return i;
  }

  void draw_examples(ui::Ui& ui) const {
    const std::size_t size = size_below();
    const Answers& answers = answers_[size];
    ui::PicturesOptions options;
    options.title = "Ten unseen pictures, read after training on " + whole(sizes[size]);
    options.summary = "Digits in strokes, darker or brighter than their ground, with noise " +
                      ui::format_number(static_cast<double>(noise_), 2) + ".";
    options.side = 44;  // ten beside one another where there is room
    options.table.columns = {"Digit", "Read by the features", "Read by the network"};
    std::vector<ui::Tile> tiles;
    for (int i = 0; i < examples_shown; i++) {
      const auto at = static_cast<std::size_t>(i);
      const auto read = [&](const std::vector<std::int32_t>& digits) {
        if (digits.empty()) return std::string("–");
        return std::to_string(digits[at]).append(digits[at] == shown_digits_[at] ? "" : "✗");
      };
      const std::string features = read(answers.features), network = read(answers.network);
      tiles.push_back({{example(i)}, std::string(features).append(" · ").append(network)});
      options.table.rows.push_back({std::to_string(shown_digits_[at]), features, network});
    }
    ui::pictures(ui, "examples", options, tiles);
    ui.muted("examples.key",
             "Left what the features read, right what the network reads; ✗: wrong.");
  }

  ui::Picture example(int i) const {
    ui::Picture picture{data::digit_side, data::digit_side};
    for (const real brightness : shown_.span().subspan(static_cast<std::size_t>(i * area), area)) {
      const auto grey = static_cast<std::uint32_t>(std::clamp(brightness, real(0), real(1)) * 255);
      picture.pixels.push_back(grey << 24 | grey << 16 | grey << 8 | 0xff);
    }
    return picture;
  }

  double n_ = 0;
  real noise_ = 0;
  int draws_ = 0;
  Rng rng_, train_rng_, test_rng_, models_rng_;  ///< of the run, of this draw
  int draw_ = 0, tested_ = 0;
  std::size_t size_ = 0;
  Pictures train_{largest_size}, test_{test_size};
  std::optional<Learner> features_, network_;
  std::array<Column, sizes.size()> columns_;
  std::array<Answers, sizes.size()> answers_;  ///< of the first draw
  Array shown_;
  std::vector<std::int32_t> shown_digits_;
};

}  // namespace

std::unique_ptr<Demo> make_scaling_plot() { return std::make_unique<ScalingPlot>(); }

}  // namespace grad::demos
