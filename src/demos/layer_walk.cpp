// A handwritten digit followed through a small convolutional network, layer by layer, before
// training and as it learns. The reader shifts the digit, covers part of it, and sees which layers
// notice.

#include <algorithm>
#include <cmath>
#include <limits>

#include "data/handwriting.h"
#include "demos/walk.h"
#include "ui/pictures.h"
#include "ui/plot.h"

namespace grad::demos {

std::unique_ptr<Demo> make_layer_walk();

namespace {

enum Layer { input, filters, pooled, combined, scores, answer };
constexpr std::array layer_names = {"Input",         "1 Convolution", "2 Pooling",
                                    "3 Convolution", "4 Scores",      "5 Answer"};
enum Patch { none, paper, ink };
constexpr std::array patch_names = {"None", "Paper", "Ink"};

constexpr int pictures_to_choose = 40;
constexpr int farthest = 4;  // pixels that the digit can be shifted by
constexpr int patch_side = 5;
constexpr int first_units = 8, second_units = 16;
constexpr int combined_side = 5;
constexpr int classes = 10;
constexpr double chance = 1.0 / classes;

enum { layer_at, picture_at, unit_at, right_at, down_at, ink_at, patch_at, x_at, y_at, rate_at };
constexpr std::array<Parameter, 10> declared = {{
    {.name = "layer",
     .label = "Layer",
     .min = input,
     .max = answer,
     .initial = filters,
     .step = 1,
     .description = "the layer whose output is shown",
     .choices = layer_names,
     .view = true},
    {.name = "picture",
     .label = "Picture",
     .min = 1,
     .max = pictures_to_choose,
     .initial = 6,
     .step = 1,
     .description = "the held-out picture that is followed",
     .view = true},
    {.name = "unit",
     .label = "Unit",
     .min = 1,
     .max = second_units,
     .initial = 1,
     .step = 1,
     .description = "the unit that is explained; the last one of layers that have fewer",
     .view = true},
    {.name = "right",
     .label = "Shift right",
     .min = -farthest,
     .max = farthest,
     .initial = 0,
     .step = 1,
     .unit = "pixels",
     .description = "moves the digit",
     .view = true},
    {.name = "down",
     .label = "Shift down",
     .min = -farthest,
     .max = farthest,
     .initial = 0,
     .step = 1,
     .unit = "pixels",
     .description = "moves the digit",
     .view = true},
    {.name = "ink",
     .label = "Ink",
     .min = 0,
     .max = 100,
     .initial = 100,
     .step = 5,
     .unit = "%",
     .description = "how dark the digit is; at 0 the picture is blank",
     .view = true},
    {.name = "patch",
     .label = "Cover 5 × 5 pixels with",
     .min = none,
     .max = ink,
     .initial = none,
     .step = 1,
     .description = "a square laid over the digit, of paper or of ink",
     .choices = patch_names,
     .view = true},
    {.name = "patch_x",
     .label = "Patch, column",
     .min = 1,
     .max = 10,
     .initial = 5,
     .step = 1,
     .description = "the first column that the patch covers",
     .view = true},
    {.name = "patch_y",
     .label = "Patch, row",
     .min = 1,
     .max = 10,
     .initial = 3,
     .step = 1,
     .description = "the first row that the patch covers",
     .view = true},
    {.name = "rate",
     .label = "Learning rate",
     .min = 0.0001,
     .max = 1,
     .initial = 0.01,
     .logarithmic = true,
     .decimals = 4,
     .description = "of Adam; it falls evenly to 0",
     .more = true},
}};

constexpr std::int64_t side = data::half_handwriting_side;
constexpr std::int64_t pixels = side * side;
constexpr std::int64_t all_held_out = 300, batch_size = 40;
constexpr std::uint64_t held_out_seed = 20'120'926;
constexpr std::uint64_t weights_stream = 1, training_stream = 2;
constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

std::string percent(double share) { return ui::format_number(100 * share, 1) + "\u202f%"; }
std::string whole(std::int64_t count) { return ui::format_number(static_cast<double>(count), 0); }
/// "a 7", "an 8".
std::string one(std::int64_t digit) { return (digit == 8 ? "an " : "a ") + whole(digit); }
std::string decimal(double value) { return ui::format_number(value, 2); }

Examples digits(std::int64_t n, Rng& rng) {
  const data::Dataset drawn = data::handwritten_digits(n, rng);
  return {data::half_size(drawn.x), drawn.y};
}

/// Where a unit of (1, side, side, units) answers most.
struct Peak {
  std::int64_t row = 0, column = 0;
  double value = 0;
};
Peak peak_of(const Array& maps, std::int64_t unit) {
  const std::int64_t width = maps.shape()[2], units = maps.shape()[3];
  Peak peak{0, 0, static_cast<double>(maps[unit])};
  for (std::int64_t place = 1; place < maps.size() / units; place++) {
    const auto value = static_cast<double>(maps[place * units + unit]);
    if (value > peak.value) peak = {place / width, place % width, value};
  }
  return peak;
}

double share_of_zeros(const Array& values) {
  const auto zeros = std::count(values.data(), values.data() + values.size(), real(0));
  return static_cast<double>(zeros) / static_cast<double>(values.size());
}

double largest(const Array& values) {
  return static_cast<double>(*std::max_element(values.data(), values.data() + values.size()));
}

class LayerWalk final : public Walk {
 public:
  LayerWalk() {
    // The rest are drawn when they are first asked for: pictures take time.
    held_out_ = digits(pictures_to_choose, held_out_rng_);
  }

  std::span<const Parameter> parameters() const override { return declared; }
  const char* task() const override {
    return "Follow one digit from layer to layer, before and after training.";
  }

  std::optional<Goal> goal() const override {
    const bool only_covered = patch_ != none && right_ == 0 && down_ == 0 && ink_ == 100;
    return Goal{
        "After training, cover a digit that is read rightly so that it is misread",
        trained() && !diverged() && only_covered && unchanged_right_ && now().answer() != digit()};
  }

  void start(std::span<const double> values, std::uint64_t seed) override {
    const Rng rng(seed);
    Rng weights = rng.split(weights_stream);
    training_ = rng.split(training_stream);
    begin(nn::Sequential(
              {nn::Conv2d(1, first_units, 3, weights, 1, 1), nn::ReLU{}, nn::MaxPool2d{2},
               nn::Conv2d(first_units, second_units, 3, weights), nn::ReLU{}, nn::Flatten{},
               nn::Linear(combined_side * combined_side * second_units, classes, weights)}),
          values[rate_at]);
    show(values);
  }

  void show(std::span<const double> values) override {
    const auto at = [&](std::size_t i) { return static_cast<int>(values[i]); };
    layer_ = at(layer_at);
    picture_ = at(picture_at) - 1;
    unit_ = at(unit_at) - 1;
    right_ = at(right_at);
    down_ = at(down_at);
    ink_ = at(ink_at);
    patch_ = at(patch_at);
    patch_x_ = at(x_at) - 1;
    patch_y_ = at(y_at) - 1;
    look();
  }

  std::vector<Readout> readouts() const override {
    return {
        {.name = "accuracy", .label = "Right, now", .value = accuracy(), .plot = "curve"},
        {.name = "accuracy_before", .label = "Right, untrained", .value = accuracy_before()},
        {.name = "probability", .label = "Right digit, now", .value = now().probability(digit())},
        {.name = "probability_before",
         .label = "Right digit, untrained",
         .value = before().probability(digit())},
        {.name = "change",
         .label = "By your changes",
         .value = now().probability(digit()) - unchanged_probability_},
        {.name = "silent",
         .label = "Zeros after layer 3",
         .value = share_of_zeros(now().layer(4)),
         .decimals = 2},
    };
  }

  std::string narrate() const override {
    std::string text = progress();
    if (!std::isnan(accuracy()))
      text += " Right on " + percent(accuracy()) + " of " + whole(all_held_out) +
              " held-out digits; untrained it was " + percent(accuracy_before()) + ".";
    if (share_of_zeros(now().layer(4)) >= 1)
      text += " All units of layer 3 answer 0, so only biases are left to answer.";
    if (blank())
      return text + " The picture is blank: what the network says, " + one(now().answer()) +
             ", comes from its biases alone.";
    return text + " This " + whole(digit()) + " is read as " + one(now().answer()) + ", with " +
           percent(now().probability(now().answer())) + ".";
  }

  void draw(ui::Ui& ui) override {
    const auto layer = static_cast<std::size_t>(layer_);
    ui.heading("layer",
               std::string(layer_ == input ? "" : "Layer ") + layer_names[layer] + ": " + shape());
    ui.text("what", what());
    if (layer_ >= scores)
      draw_classes(ui);
    else
      draw_maps(ui);
    constexpr std::array<float, 2> halves = {0.5F, 0.5F};
    ui.begin_columns(halves);
    if (layer_ < scores)
      draw_probabilities(ui, 190);
    else
      draw_input(ui, "picture");
    ui.next_column();
    draw_curve(ui, chance, 190);
    ui.end_columns();
  }

 private:
  Examples next_batch() override { return digits(batch_size, training_); }
  std::int64_t held_out_count() const override { return all_held_out; }
  const Examples& held_out(std::int64_t count) override {
    if (held_out_.size() >= count) return held_out_;
    const Examples more = digits(count - held_out_.size(), held_out_rng_);
    Array all({count, side, side, 1});
    std::copy_n(held_out_.x.data(), held_out_.x.size(), all.data());
    std::copy_n(more.x.data(), more.x.size(), all.data() + held_out_.x.size());
    held_out_.x = all;
    held_out_.y.insert(held_out_.y.end(), more.y.begin(), more.y.end());
    return held_out_;
  }
  void on_measured() override { look(); }

  std::int32_t digit() const { return held_out_.y[static_cast<std::size_t>(picture_)]; }
  bool blank() const { return ink_ == 0 && patch_ != ink; }

  // ---- The picture ----

  Array chosen() const {
    Array x({1, side, side, 1});
    std::copy_n(held_out_.x.data() + picture_ * pixels, pixels, x.data());
    return x;
  }

  /// As the reader has changed it.
  Array changed() const {
    const Array from = chosen();
    Array x = Array::zeros(from.shape());
    for (std::int64_t row = 0; row < side; row++)
      for (std::int64_t column = 0; column < side; column++) {
        const std::int64_t y = row - down_, left = column - right_;
        if (y >= 0 && y < side && left >= 0 && left < side)
          x.data()[row * side + column] = from[y * side + left] * (real(ink_) / 100);
      }
    if (patch_ == none) return x;
    for (std::int64_t row = patch_y_; row < patch_y_ + patch_side; row++)
      std::fill_n(x.data() + row * side + patch_x_, patch_side, real(patch_ == ink));
    return x;
  }

  /// Follows the picture through both networks.
  void look() {
    look_at(chosen());
    unchanged_probability_ = now().probability(digit());
    unchanged_right_ = now().answer() == digit();
    x_ = changed();
    look_at(x_);
  }

  // ---- In words ----

  /// Its place in the list of the network's parts; the input's is that of nothing.
  static std::size_t part(int layer) {
    constexpr std::array<std::size_t, 6> parts = {0, 1, 2, 4, 6, 6};
    return parts[static_cast<std::size_t>(layer)];
  }

  const Array& output(const Moment& moment) const {
    return layer_ == input ? x_ : moment.layer(part(layer_));
  }

  std::string shape() const {
    switch (layer_) {
      case input:
        return "14 × 14 numbers";
      case filters:
        return "8 maps of 14 × 14, 80 parameters";
      case pooled:
        return "8 maps of 7 × 7, no parameters";
      case combined:
        return "16 maps of 5 × 5, 1,168 parameters";
      case scores:
        return "10 numbers, 4,010 parameters";
      default:
        return "10 probabilities, no parameters";
    }
  }

  std::int64_t unit() const {
    return layer_ == input
               ? 0
               : std::min(unit_, layer_ < combined ? first_units - 1 : second_units - 1);
  }

  std::string what() const {
    switch (layer_) {
      case input:
        return input_words();
      case filters:
        return "Each unit lays its 3 × 3 weights over every place of the picture, multiplies, adds "
               "up, and ReLU turns what is below 0 into 0.";
      case pooled:
        return "Of every 2 × 2 answers the largest is kept: 1,568 numbers become 392. Nothing is "
               "learned here.";
      case combined:
        return "Each unit lays 3 × 3 weights over all 8 maps at once, so it sees 8 × 8 pixels of "
               "the picture, in 72 numbers.";
      case scores:
        return "Each digit adds up all 400 numbers of layer 3, each times a weight of its own, and "
               "a bias. Now " +
               leading(now()) + " Before training " + leading(before());
      default:
        return "Softmax makes the scores positive and lets them add up to 1. Now " + sure(now()) +
               " Before training " + sure(before());
    }
  }

  std::string input_words() const {
    const auto dark =
        std::count_if(x_.data(), x_.data() + pixels, [](real v) { return v > real(0.5); });
    if (blank())
      return "A blank picture: 196 numbers, all 0. Every layer still answers, with its biases.";
    return "A picture is 196 numbers, from 0 (paper) to 1 (ink). In this one " + whole(dark) +
           " are above one half. None of them says “" + whole(digit()) + "” alone.";
  }

  static std::string leading(const Moment& moment) {
    Array scores = moment.scores().clone();
    const std::int64_t first = answers(scores)[0];
    const double highest = static_cast<double>(scores[first]);
    scores.data()[first] = -std::numeric_limits<real>::infinity();
    const std::int64_t second = answers(scores)[0];
    return whole(first) + " leads with " + decimal(highest) + " before " + whole(second) +
           " with " + decimal(static_cast<double>(scores[second])) + ".";
  }

  static std::string sure(const Moment& moment) {
    return whole(moment.answer()) + " gets " + percent(moment.probability(moment.answer())) + ".";
  }

  /// What the chosen unit computed.
  std::string unit_words(const Moment& moment) const {
    if (layer_ == input) return "";
    const Array& maps = output(moment);
    const Peak peak = peak_of(maps, unit());
    const std::string place = "row " + whole(peak.row + 1) + ", column " + whole(peak.column + 1);
    const std::string name = "Unit " + whole(unit() + 1);
    if (!(peak.value > 0)) return name + " answers 0 everywhere.";
    if (layer_ == pooled)
      return name + " keeps " + decimal(peak.value) + " as its largest answer, at " + place + ".";
    return name + " answers most at " + place + ": " + sum_at(moment, peak) + ".";
  }

  /// The weighted sum behind that answer.
  std::string sum_at(const Moment& moment, const Peak& peak) const {
    const std::size_t conv = layer_ == filters ? 0 : 3;
    const auto bias =
        static_cast<double>(moment.network.layers()[conv].as<nn::Conv2d>()->bias.value()[unit()]);
    return decimal(peak.value - bias) + (bias < 0 ? " − " : " + ") + decimal(std::abs(bias)) +
           " (bias) = " + decimal(peak.value);
  }

  // ---- The figures ----

  static ui::Picture map_picture(const Array& maps, std::int64_t unit, double scale) {
    const std::int64_t units = maps.shape()[3];
    ui::Picture picture{static_cast<int>(maps.shape()[2]), static_cast<int>(maps.shape()[1])};
    for (std::int64_t i = unit; i < maps.size(); i += units) {
      const double share = scale > 0 ? static_cast<double>(maps[i]) / scale : 0;
      picture.pixels.push_back(
          ui::sequential_color(static_cast<float>(std::round(share * 63) / 63)));
    }
    return picture;
  }

  static ui::Picture kernel_picture(const ui::Theme& theme, const Moment& moment,
                                    std::int64_t unit) {
    const Array& weights = moment.network.layers()[0].as<nn::Conv2d>()->weight.value();
    real most = real(1e-6);
    for (std::int64_t i = 0; i < 9; i++) most = std::max(most, std::abs(weights[unit * 9 + i]));
    ui::Picture picture{3, 3};
    for (std::int64_t i = 0; i < 9; i++)
      picture.pixels.push_back(
          ui::diverging_color(theme, static_cast<float>(weights[unit * 9 + i] / most)));
    return picture;
  }

  ui::Picture input_picture(const ui::Theme& theme) const {
    ui::Picture picture{static_cast<int>(side), static_cast<int>(side)};
    for (const real value : x_.span()) {
      const auto share = static_cast<float>(std::clamp(value, real(0), real(1)));
      picture.pixels.push_back(ui::mix(theme.paper, theme.ink, std::round(share * 31) / 31));
    }
    return picture;
  }

  void draw_input(ui::Ui& ui, const char* id) const {
    ui::PicturesOptions options;
    options.title = "The picture, as the network gets it";
    options.summary = input_words();
    options.side = 168;
    options.table.columns = {"Row"};
    for (std::int64_t column = 0; column < side; column++)
      options.table.columns.push_back("Column " + whole(column + 1));
    for (std::int64_t row = 0; row < side; row++) {
      options.table.rows.push_back({whole(row + 1)});
      for (std::int64_t column = 0; column < side; column++)
        options.table.rows.back().push_back(decimal(static_cast<double>(x_[row * side + column])));
    }
    const ui::Tile tile{{input_picture(ui.theme())}, "it shows " + one(digit())};
    ui::pictures(ui, id, options, {&tile, 1});
  }

  void draw_maps(ui::Ui& ui) const {
    constexpr std::array<float, 3> shares = {0.2F, 0.4F, 0.4F};
    if (layer_ == input) return draw_input(ui, "picture");
    ui.begin_columns(shares);
    draw_small_input(ui);
    ui.next_column();
    draw_layer(ui, "maps.before", "Before training", before());
    ui.next_column();
    draw_layer(ui, "maps.now", moment_now(), now());
    ui.end_columns();
  }

  void draw_small_input(ui::Ui& ui) const {
    ui::PicturesOptions options;
    options.title = "Input";
    options.summary = input_words();
    options.side = 112;
    options.table = {.columns = {"Shows", "Read as"},
                     .rows = {{whole(digit()), whole(now().answer())}}};
    const ui::Tile tile{{input_picture(ui.theme())}, one(digit())};
    ui::pictures(ui, "picture", options, {&tile, 1});
  }

  void draw_layer(ui::Ui& ui, const std::string& id, const std::string& title,
                  const Moment& moment) const {
    const Array& maps = output(moment);
    const double scale = largest(maps);
    ui::PicturesOptions options;
    options.title = title;
    options.side = layer_ == pooled ? 48 : 40;
    options.table.columns = {"Unit", "Largest answer", "Row", "Column", "Mean answer"};
    std::vector<ui::Tile> tiles;
    const std::int64_t units = maps.shape()[3];
    for (std::int64_t u = 0; u < units; u++) {
      ui::Tile tile;
      if (layer_ == filters) tile.pictures.push_back(kernel_picture(ui.theme(), moment, u));
      tile.pictures.push_back(map_picture(maps, u, scale));
      tile.caption = whole(u + 1);
      tile.chosen = u == unit();
      tiles.push_back(std::move(tile));
      const Peak peak = peak_of(maps, u);
      double sum = 0;
      for (std::int64_t i = u; i < maps.size(); i += units) sum += static_cast<double>(maps[i]);
      options.table.rows.push_back(
          {whole(u + 1), decimal(peak.value), whole(peak.row + 1), whole(peak.column + 1),
           decimal(sum * static_cast<double>(units) / static_cast<double>(maps.size()))});
    }
    const std::string words = unit_words(moment);
    options.summary =
        words + " Answers run from dark, 0, to yellow, " + decimal(scale) + "." +
        (layer_ == filters ? " Left of each, its weights: blue below 0, orange above." : "");
    ui::pictures(ui, id, options, tiles);
    ui.muted(id + ".words", words, 3);
  }

  void draw_classes(ui::Ui& ui) const {
    if (layer_ == answer) return draw_probabilities(ui, 240);
    std::vector<double> old, present;
    double low = 0, high = 1;
    for (std::int64_t label = 0; label < classes; label++) {
      old.push_back(static_cast<double>(before().scores()[label]));
      present.push_back(static_cast<double>(now().scores()[label]));
      low = std::min({low, old.back(), present.back()});
      high = std::max({high, old.back(), present.back()});
    }
    draw_bars(ui, "classes",
              {"Score of each digit: squares before training, circles now", what(), "score",
               digit_names(), old, present, 1.1 * low - 0.1, 1.1 * high},
              240);
  }

  void draw_probabilities(ui::Ui& ui, float height) const {
    std::vector<double> old, present;
    for (std::int64_t label = 0; label < classes; label++) {
      old.push_back(before().probability(label));
      present.push_back(now().probability(label));
    }
    draw_bars(
        ui, "classes",
        {"Which digit: squares before training, circles now",
         "Probability of each digit. Now " + sure(now()) + " Before training " + sure(before()), "",
         digit_names(), old, present, 0, 1.05, 3},
        height);
  }

  static std::span<const std::string> digit_names() {
    static const std::array<std::string, classes> names = {"0", "1", "2", "3", "4",
                                                           "5", "6", "7", "8", "9"};
    return names;
  }

  int layer_ = filters, picture_ = 0, unit_ = 0;
  int right_ = 0, down_ = 0, ink_ = 100, patch_ = none, patch_x_ = 0, patch_y_ = 0;
  Rng held_out_rng_{held_out_seed};
  Examples held_out_;  ///< as many as have been asked for
  Rng training_;
  Array x_;
  double unchanged_probability_ = unknown;
  bool unchanged_right_ = false;
};

}  // namespace

std::unique_ptr<Demo> make_layer_walk() { return std::make_unique<LayerWalk>(); }

}  // namespace grad::demos
