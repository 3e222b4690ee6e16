// A ladder of representations, measured: a small convolutional net learns to name shapes in
// generated pictures, and on each of its layers every unit is asked what it responds to. The names
// that the literature gives the rungs (edges, textures and corners, parts, objects) are claimed
// only where at least half of a rung's units pass a stated test.

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>

#include "classic/least_squares.h"
#include "data/shapes.h"
#include "demos/demo.h"
#include "demos/unit_measures.h"
#include "kernels/kernels.h"
#include "nn/module.h"
#include "optim/optimizer.h"
#include "tensor/math.h"
#include "ui/pictures.h"
#include "ui/plot.h"

namespace grad::demos {

std::unique_ptr<Demo> make_representation_ladder();

namespace {

using data::kShapeNames;

constexpr int rungs = 5;
constexpr int pictures_to_choose = 24;
constexpr int most_units = 24;
constexpr std::array<const char*, rungs> rung_names = {"Pixels", "Edges", "Textures, corners",
                                                       "Parts", "Objects"};

constexpr std::array<Parameter, 3> declared = {{
    {.name = "rung",
     .label = "Rung",
     .min = 0,
     .max = rungs - 1,
     .initial = 1,
     .step = 1,
     .description = "the layer of the network that is looked at",
     .choices = rung_names,
     .view = true},
    {.name = "picture",
     .label = "Picture",
     .min = 1,
     .max = pictures_to_choose,
     .initial = 6,
     .step = 1,
     .description = "the test picture that the units look at",
     .view = true},
    {.name = "unit",
     .label = "Unit",
     .min = 1,
     .max = most_units,
     .initial = 6,
     .step = 1,
     .description =
         "the unit that is looked at more closely; the last one of rungs that have fewer",
     .view = true},
}};

/// How a rung's units see the picture: the one in column c looks at the `field` pixels from
/// jump·c + offset on, and so for rows.
struct Rung {
  const char* layer;
  int units;
  int traced;  // which output of the network
  int field, jump, offset;
};
constexpr std::array<Rung, rungs> ladder = {{
    {"the picture itself", 3, -1, 1, 1, 0},
    {"first convolution", 8, 1, 3, 1, -1},
    {"second convolution", 16, 4, 8, 2, -3},
    {"third convolution", 24, 7, 18, 4, -7},
    {"output", 6, 10, data::kPictureSide, data::kPictureSide, 0},
}};
constexpr int top = rungs - 1;

constexpr int side = data::kPictureSide;
constexpr int numbers_per_picture = side * side * 3;
constexpr int classes = static_cast<int>(kShapeNames.size());
constexpr double chance = 1.0 / classes;

constexpr std::int64_t batch_size = 12;  // two of each shape
constexpr double learning_rate = 0.003;  // falls evenly to 0
/// After so many updates all units are measured.
constexpr std::array<int, 9> measured_at = {0, 50, 100, 200, 400, 700, 1'100, 1'500, 2'000};
constexpr int total_updates = measured_at.back();

// Pictures never trained on, the same in every run: the read-outs are fitted to the first half, all
// else is measured on the second.
constexpr int half = 240;
constexpr std::uint64_t pictures_seed = 20'150'530;
// A measurement is spread over steps: so many pictures each, then one read-out each, then the sums.
constexpr int slice = 24;
constexpr int picture_slices = 2 * half / slice;
constexpr int card_slice = 26;
constexpr int card_slices = kTestCards / card_slice;
constexpr int measuring_slices = picture_slices + card_slices + top + 1;
static_assert(2 * half % slice == 0 && half % slice == 0 && kTestCards % card_slice == 0);

constexpr std::uint64_t weights_stream = 1, training_stream = 2;

// What counts.
constexpr double edge_ratio = 2, corner_ratio = 1.25;  // times as strong an answer
constexpr double explaining_share = 0.25;              // of a unit's variance
constexpr double knowing_area = 0.9;
constexpr double silent_share = 0.02;  // of the answer of the rung's strongest unit

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t favourites_kept = 6;
constexpr std::array<const char*, 3> factor_names = {"shape", "texture", "colour"};
constexpr std::array<const char*, 3> channel_names = {"red", "green", "blue"};

std::size_t index(int i) { return static_cast<std::size_t>(i); }

/// Where in the test pictures a unit answered most strongly.
struct Favourite {
  int picture = 0, row = 0, column = 0;
};

struct Unit {
  double strongest = 0;  ///< its largest answer to a test picture
  bool silent = true;    ///< it hardly ever answers
  CardAnswers cards = {};
  BestLevel shape = {};               ///< the class that it tells best
  std::array<double, 3> shares = {};  ///< of its variance that shape, texture, colour explain
  std::array<Favourite, favourites_kept> favourites = {};

  /// It wants an edge, in one direction, rather than a plain surface.
  bool likes_edges() const {
    return cards.edge > 0 && cards.edge >= edge_ratio * std::max(cards.surface, cards.across);
  }
  bool likes_corners() const {
    return cards.corner > 0 && cards.corner >= corner_ratio * std::max(cards.edge, cards.surface);
  }
  bool knows() const { return shape.area >= knowing_area; }
  bool explained_by(std::size_t factor) const { return shares[factor] >= explaining_share; }
};

/// All units of the net after so many updates.
struct Measurement {
  int updates = 0;
  double accuracy = unknown, loss = unknown;
  std::array<double, rungs> readable = {};  ///< accuracy of a linear read-out of each rung
  std::array<std::vector<Unit>, rungs> units = {};
};

/// The answers of a rung's units to many pictures (rows).
struct Answers {
  Array strongest, mean;    // over the places in the picture: (pictures, units)
  std::vector<int> places;  // of the strongest: row · width + column
  int width = 1;            // of the rung's maps
  Array cards;              // (test cards, units)
};

Array slice_of(const Array& pictures, std::int64_t first, std::int64_t count) {
  Array part(pictures.shape().with(0, count));
  std::copy_n(pictures.data() + first * numbers_per_picture, part.size(), part.data());
  return part;
}

std::string percent(double share) { return ui::format_number(100 * share, 0) + "\u202f%"; }
std::string whole(std::int64_t count) { return ui::format_number(static_cast<double>(count), 0); }
std::string decimal(double value) { return ui::format_number(value, 2); }

class RepresentationLadder final : public Demo {
 public:
  std::span<const Parameter> parameters() const override { return declared; }
  const char* task() const override {
    return "Let it train, then climb: on which rung does a single unit first know a class?";
  }

  std::optional<Goal> goal() const override {
    return Goal{"After training, choose a unit that knows a class, on the lowest rung that has one",
                trained() && knows_class(measured(unit_)) && rung_ == lowest_knowing_rung()};
  }

  void start(std::span<const double> values, std::uint64_t seed) override {
    show(values);
    const Rng rng(seed);
    Rng weights = rng.split(weights_stream);
    training_ = rng.split(training_stream);
    network_ = nn::Sequential({nn::Conv2d(3, 8, 3, weights, 1, 1), nn::ReLU{}, nn::MaxPool2d{2},
                               nn::Conv2d(8, 16, 3, weights, 1, 1), nn::ReLU{}, nn::MaxPool2d{2},
                               nn::Conv2d(16, 24, 3, weights, 1, 1), nn::ReLU{}, nn::MaxPool2d{2},
                               nn::Flatten{}, nn::Linear(24 * 4 * 4, classes, weights)});
    optimizer_.emplace(network_.parameters(), optim::AdamOptions{});
    updates_ = slices_ = 0;
    measurements_.clear();
    current_.reset();
  }

  void show(std::span<const double> values) override {
    rung_ = static_cast<int>(values[0]);
    picture_ = static_cast<int>(values[1]) - 1;
    unit_ = std::min(static_cast<int>(values[2]), ladder[index(rung_)].units) - 1;
    current_.reset();
  }

  bool step() override {
    if (slices_ < measuring_slices) {
      measure_slice(slices_++);
    } else if (updates_ < total_updates) {
      update();
      if (std::find(measured_at.begin(), measured_at.end(), updates_) != measured_at.end())
        slices_ = 0;
    }
    return updates_ < total_updates || slices_ < measuring_slices;
  }

  std::vector<Readout> readouts() const override {
    const Measurement none{.readable = {unknown, unknown, unknown, unknown, unknown}};
    const Measurement& last = measurements_.empty() ? none : measurements_.back();
    return {
        {.name = "updates",
         .label = "Updates",
         .value = static_cast<double>(updates_),
         .decimals = 0},
        {.name = "test_accuracy",
         .label = "Network, accuracy",
         .value = last.accuracy,
         .plot = "readable"},
        {.name = "loss", .label = "Network, loss", .value = last.loss},
        {.name = "readable_pixels",
         .label = "Read from pixels",
         .value = last.readable[0],
         .plot = "readable"},
        {.name = "readable_conv1",
         .label = "Read from rung 1",
         .value = last.readable[1],
         .plot = "readable"},
        {.name = "readable_conv2",
         .label = "Read from rung 2",
         .value = last.readable[2],
         .plot = "readable"},
        {.name = "readable_conv3",
         .label = "Read from rung 3",
         .value = last.readable[3],
         .plot = "readable"},
    };
  }

  std::string narrate() const override {
    if (measurements_.empty())
      return "The network is not trained yet; its units are being measured.";
    const Measurement& last = measurements_.back();
    return "After " + whole(last.updates) + " updates the network names the shape in " +
           percent(last.accuracy) + " of " + whole(half) +
           " test pictures (guessing: 17\u202f%). A linear read-out gets " +
           percent(last.readable[0]) + " from pixels, then " + percent(last.readable[1]) + ", " +
           percent(last.readable[2]) + " and " + percent(last.readable[3]) + " from rungs 1 to 3.";
  }

  void draw(ui::Ui& ui) override {
    if (!current_) look();
    ui.heading("rung", "Rung " + std::to_string(rung_) + " of 4: " + rung_names[index(rung_)] +
                           " (" + rung().layer + ")");
    ui.text("evidence", evidence(rung_));
    constexpr std::array<float, 2> shares = {0.24F, 0.76F};
    ui.begin_columns(shares);
    draw_picture(ui);
    ui.next_column();
    draw_units(ui);
    ui.end_columns();
    draw_unit(ui);
    constexpr std::array<float, 2> halves = {0.5F, 0.5F};
    ui.begin_columns(halves);
    draw_readable(ui);
    ui.next_column();
    draw_factors(ui);
    ui.end_columns();
  }

 private:
  // --- Training ----------------------------------------------------------------------------------

  void update() {
    const data::ShapePictures batch = data::shape_pictures(batch_size, training_);
    optimizer_->options().lr = real(learning_rate * (total_updates - updates_) / total_updates);
    optimizer_->zero_grad();
    cross_entropy(network_(Tensor(batch.x)), batch.shape).backward();
    optimizer_->step();
    updates_++;
    current_.reset();
  }

  /// What every rung answers to the pictures (n, 32, 32, 3): (n, height, width, units) each. The
  /// pixels' answers are their brightness, the output's the probabilities of the classes.
  std::array<Array, rungs> answers_to(const Array& pictures) const {
    const NoGrad no_grad;
    std::array<Array, rungs> answers;
    answers[0] = pictures.clone();
    for (real& value : answers[0].span()) value = (value + 1) / 2;
    const std::vector<Tensor> trace = network_.trace(Tensor(pictures));
    for (int rung = 1; rung < top; rung++)
      answers[index(rung)] = trace[index(ladder[index(rung)].traced)].value();
    const Array probabilities = softmax(trace[index(ladder[top].traced)]).value();
    answers[top] = probabilities.reshape({pictures.shape()[0], 1, 1, classes});
    return answers;
  }

  // --- Measuring ---------------------------------------------------------------------------------

  void measure_slice(int at) {
    if (at == 0) begin_measurement();
    if (at < picture_slices) {
      answer_pictures(at * slice);
    } else if (at < picture_slices + card_slices) {
      answer_cards((at - picture_slices) * card_slice);
    } else if (const int rung = at - picture_slices - card_slices; rung < top) {
      pending_.readable[index(rung)] = read_out(answers_[index(rung)]);
    } else {
      finish_measurement();
    }
  }

  void begin_measurement() {
    pending_ = {};
    pending_.updates = updates_;
    for (int rung = 0; rung < rungs; rung++) {
      const std::int64_t units = ladder[index(rung)].units;
      Answers& answers = answers_[index(rung)];
      answers.strongest = Array({2 * half, units});
      answers.mean = Array({2 * half, units});
      answers.places.assign(index(2 * half) * static_cast<std::size_t>(units), 0);
      answers.cards = Array({kTestCards, units});
    }
  }

  void answer_pictures(int first) {
    const std::array<Array, rungs> maps = answers_to(slice_of(pictures_.x, first, slice));
    for (int rung = 0; rung < rungs; rung++) {
      const Array& map = maps[index(rung)];
      Answers& answers = answers_[index(rung)];
      answers.width = static_cast<int>(map.shape()[2]);
      const std::int64_t places = map.shape()[1] * map.shape()[2], units = map.shape()[3];
      for (std::int64_t i = 0; i < slice; i++) {
        real* strongest = answers.strongest.data() + (first + i) * units;
        real* mean = answers.mean.data() + (first + i) * units;
        int* where = answers.places.data() + (first + i) * units;
        const real* from = map.data() + i * places * units;
        std::copy_n(from, units, strongest);
        std::copy_n(from, units, mean);
        std::fill_n(where, units, 0);
        for (std::int64_t place = 1; place < places; place++) {
          for (std::int64_t u = 0; u < units; u++) {
            const real answer = from[place * units + u];
            mean[u] += answer;
            if (answer <= strongest[u]) continue;
            strongest[u] = answer;
            where[u] = static_cast<int>(place);
          }
        }
        for (std::int64_t u = 0; u < units; u++) mean[u] /= static_cast<real>(places);
      }
    }
  }

  /// The strongest answers in the middle, clear of the cards' own borders.
  void answer_cards(int first) {
    const std::array<Array, rungs> maps = answers_to(slice_of(cards_, first, card_slice));
    for (int rung = 0; rung < rungs; rung++) {
      const Array& map = maps[index(rung)];
      const std::int64_t height = map.shape()[1], width = map.shape()[2], units = map.shape()[3];
      const std::int64_t top_margin = height / 4, left_margin = width / 4;
      real* out = answers_[index(rung)].cards.data() + first * units;
      for (std::int64_t i = 0; i < card_slice * units; i++) out[i] = 0;
      for (std::int64_t i = 0; i < card_slice; i++, out += units)
        for (std::int64_t row = top_margin; row < height - top_margin; row++)
          for (std::int64_t column = left_margin; column < width - left_margin; column++)
            for (std::int64_t u = 0; u < units; u++)
              out[u] = std::max(out[u], map[((i * height + row) * width + column) * units + u]);
    }
  }

  /// Accuracy on the second half of the pictures of a linear classifier (least squares, one output
  /// a class) fitted to the first: from the strongest and the mean answer of each unit, wherever in
  /// the picture they are.
  double read_out(const Answers& answers) const {
    const std::int64_t units = answers.mean.shape()[1];
    std::array<Array, 2> features;
    for (std::int64_t part = 0; part < 2; part++) {
      features[index(static_cast<int>(part))] = Array({half, 2 * units});
      real* out = features[index(static_cast<int>(part))].data();
      for (std::int64_t i = part * half; i < (part + 1) * half; i++, out += 2 * units) {
        std::copy_n(answers.strongest.data() + i * units, units, out);
        std::copy_n(answers.mean.data() + i * units, units, out + units);
      }
    }
    std::vector<real> best(half, -std::numeric_limits<real>::infinity());
    std::vector<int> chosen(half, 0);
    for (int label = 0; label < classes; label++) {
      std::vector<real> targets;
      for (int i = 0; i < half; i++) targets.push_back(pictures_.shape[index(i)] == label);
      const Array scores =
          classic::predict_linear(classic::least_squares(features[0], targets), features[1]);
      for (int i = 0; i < half; i++) {
        if (scores[i] <= best[index(i)]) continue;
        best[index(i)] = scores[i];
        chosen[index(i)] = label;
      }
    }
    return share_right(chosen);
  }

  double share_right(const std::vector<int>& chosen) const {
    int right = 0;
    for (int i = 0; i < half; i++) right += chosen[index(i)] == pictures_.shape[index(half + i)];
    return right / static_cast<double>(half);
  }

  void finish_measurement() {
    std::vector<int> chosen;
    double loss = 0;
    for (int i = 0; i < half; i++) {
      const real* probability = answers_[top].strongest.data() + (half + i) * classes;
      chosen.push_back(
          static_cast<int>(std::max_element(probability, probability + classes) - probability));
      const real of_label = probability[pictures_.shape[index(half + i)]];
      loss -= static_cast<double>(math::log(std::max(of_label, real(1e-30)))) / half;
    }
    pending_.accuracy = pending_.readable[top] = share_right(chosen);
    pending_.loss = loss;
    for (int rung = 0; rung < rungs; rung++) {
      std::vector<Unit>& units = pending_.units[index(rung)];
      double strongest = 0;
      for (int unit = 0; unit < ladder[index(rung)].units; unit++) {
        units.push_back(measure_unit(answers_[index(rung)], unit));
        strongest = std::max(strongest, units.back().strongest);
      }
      for (Unit& unit : units) unit.silent = unit.strongest <= silent_share * strongest;
    }
    measurements_.push_back(std::move(pending_));
  }

  Unit measure_unit(const Answers& answers, int unit) const {
    const std::int64_t units = answers.strongest.shape()[1];
    const auto column = [&](const Array& all, std::int64_t first, std::int64_t count) {
      std::vector<real> values;
      for (std::int64_t i = first; i < first + count; i++) values.push_back(all[i * units + unit]);
      return values;
    };
    const std::vector<real> strongest = column(answers.strongest, half, half);
    const auto of_test = [](const std::vector<std::int32_t>& factor) {
      return std::span(factor).last(half);
    };
    Unit measured;
    measured.strongest = static_cast<double>(*std::max_element(strongest.begin(), strongest.end()));
    measured.cards = card_answers(column(answers.cards, 0, kTestCards));
    measured.shape = best_level(strongest, of_test(pictures_.shape), classes);
    measured.shares = {
        explained_share(strongest, of_test(pictures_.shape), classes),
        explained_share(strongest, of_test(pictures_.texture), std::ssize(data::kTextureNames)),
        explained_share(strongest, of_test(pictures_.hue), std::ssize(data::kHueNames))};
    std::vector<int> order(half);
    for (int i = 0; i < half; i++) order[index(i)] = i;
    std::sort(order.begin(), order.end(), [&](int a, int b) {
      return strongest[index(a)] > strongest[index(b)] ||
             (strongest[index(a)] == strongest[index(b)] && a < b);
    });
    for (std::size_t i = 0; i < favourites_kept; i++) {
      const int picture = half + order[i];
      const int place =
          answers.places[index(picture) * index(static_cast<int>(units)) + index(unit)];
      measured.favourites[i] = {picture, place / answers.width, place % answers.width};
    }
    return measured;
  }

  // --- What is claimed of a rung
  // -------------------------------------------------------------------

  const Rung& rung() const { return ladder[index(rung_)]; }

  struct Count {
    int passing = 0, speaking = 0;
    std::string text() const { return std::to_string(passing) + " of " + std::to_string(speaking); }
  };
  /// Of the units that are not silent, how many pass.
  template <class Passes>
  static Count count(const std::vector<Unit>& units, Passes passes) {
    Count count;
    for (const Unit& unit : units) {
      if (unit.silent) continue;
      count.speaking++;
      count.passing += passes(unit);
    }
    return count;
  }

  bool trained() const {
    return !measurements_.empty() && measurements_.back().updates == total_updates;
  }

  static bool knows_class(const Unit& unit) { return !unit.silent && unit.knows(); }

  /// rungs if no unit of any knows a class.
  int lowest_knowing_rung() const {
    int rung = 0;
    while (rung < rungs && count(measurements_.back().units[index(rung)], knows_class).passing == 0)
      rung++;
    return rung;
  }

  static bool earns_its_name(int rung, const Unit& unit) {
    switch (rung) {
      case 1:
        return unit.likes_edges();
      case 2:
        return unit.likes_corners() || unit.explained_by(1);
      case 3:
        return unit.explained_by(0);
      default:
        return unit.knows();
    }
  }

  std::string evidence(int rung) const {
    if (measurements_.empty()) return "The units of this rung are being measured.";
    const auto passes = [rung](const Unit& unit) { return earns_its_name(rung, unit); };
    const std::vector<Unit>& units = measurements_.back().units[index(rung)];
    const Count now = count(units, passes);
    const Count before = count(measurements_.front().units[index(rung)], passes);
    const std::string silent =
        now.speaking < std::ssize(units)
            ? " (" + std::to_string(std::ssize(units) - now.speaking) + " more are silent)"
            : "";
    const std::string counted = now.text() + " units" + silent;
    const std::string earlier = "; before training " + before.text() + " did. ";
    const bool reached = 2 * now.passing >= now.speaking && now.passing > 0;
    switch (rung) {
      case 1:
        return counted +
               " answer to some straight edge at least twice as strongly as to that edge turned by "
               "a right angle or to any plain surface" +
               earlier + verdict(reached, "edges");
      case 2:
        return counted +
               " answer at least a quarter more strongly to a corner than to any straight edge, or "
               "have a quarter of their variance explained by the texture" +
               earlier + verdict(reached, "textures and corners") +
               (reached ? ""
                        : " Nothing in its task asks for textures; " +
                              count(units, [](const Unit& u) { return u.likes_edges(); }).text() +
                              " still answer to edges.");
      case 3:
        return "For " + counted +
               " the shape explains at least a quarter of the variance of their answers, from "
               "18\u202f×\u202f18 pixels" +
               earlier +
               (reached ? "So most units see something of the shape, whatever its colour: a part, "
                          "or all of "
                          "a small one."
                        : verdict(false, "parts"));
      case top:
        return counted +
               " tell their class from all others: of two pictures, one of the class and one not, "
               "they answer more strongly to the right one at least 9 times in 10" +
               earlier + verdict(reached, "objects");
      default:
        return "A pixel is three numbers, none of which means anything by itself: the brightest "
               "one tells a class from the others in " +
               percent(best_area(units)) + " of pairs at best, where guessing gives 50\u202f%.";
    }
  }

  static std::string verdict(bool reached, const std::string& name) {
    return reached ? "So this rung has learned " + name + "."
                   : "So “" + name +
                         "” is schematic here: the name that the literature gives this rung, not "
                         "what most units of this network do.";
  }

  static double best_area(const std::vector<Unit>& units) {
    double best = 0.5;
    for (const Unit& unit : units) best = std::max(best, unit.shape.area);
    return best;
  }

  // --- Drawing -----------------------------------------------------------------------------------

  /// What all rungs answer to the chosen picture now.
  void look() {
    kernels::select(kernels::Class::deterministic);
    current_ = answers_to(slice_of(pictures_.x, half + picture_, 1));
  }

  static std::uint32_t rgba(const std::array<real, 3>& color) {
    std::uint32_t packed = 0;
    for (const real value : color)
      packed = packed << 8 |
               static_cast<std::uint32_t>(std::clamp(value, real(0), real(1)) * 255 + real(0.5));
    return packed << 8 | 0xff;
  }

  /// `size` × `size` pixels of a picture from (row, column) on; none where it ends.
  ui::Picture crop(int picture, int row, int column, int size) const {
    ui::Picture part{size, size};
    for (int y = row; y < row + size; y++) {
      for (int x = column; x < column + size; x++) {
        const bool within = x >= 0 && y >= 0 && x < side && y < side;
        const real* value =
            pictures_.x.data() + std::int64_t{picture} * numbers_per_picture + (y * side + x) * 3;
        part.pixels.push_back(
            within ? rgba({(value[0] + 1) / 2, (value[1] + 1) / 2, (value[2] + 1) / 2}) : 0);
      }
    }
    return part;
  }

  /// What the unit saw when it answered most strongly.
  ui::Picture seen_by(const Favourite& favourite) const {
    return crop(favourite.picture, favourite.row * rung().jump + rung().offset,
                favourite.column * rung().jump + rung().offset, rung().field);
  }

  static ui::Picture nothing() { return {1, 1, {0}}; }

  /// Answers of a unit to the chosen picture, from dark (none) to yellow (the strongest to any test
  /// picture).
  ui::Picture map_of(int unit) const {
    const Array& map = (*current_)[index(rung_)];
    const std::int64_t units = map.shape()[3];
    ui::Picture picture{static_cast<int>(map.shape()[2]), static_cast<int>(map.shape()[1])};
    const double scale = measurements_.empty() || measured(unit).silent ? largest_now(unit)
                                                                        : measured(unit).strongest;
    for (std::int64_t place = 0; place < map.size() / units; place++) {
      const auto answer = static_cast<double>(map[place * units + unit]);
      const double share = scale > 0 ? answer / scale : 0;
      picture.pixels.push_back(
          ui::sequential_color(static_cast<float>(std::round(share * 63) / 63)));
    }
    return picture;
  }

  double largest_now(int unit) const {
    const Array& map = (*current_)[index(rung_)];
    const std::int64_t units = map.shape()[3];
    real largest = 0;
    for (std::int64_t i = unit; i < map.size(); i += units) largest = std::max(largest, map[i]);
    return static_cast<double>(largest);
  }

  const Unit& measured(int unit) const {
    return measurements_.back().units[index(rung_)][index(unit)];
  }

  /// The kernel of a unit of the first convolution as it sees: grey is 0.
  ui::Picture kernel(int unit) const {
    const Array& weights = network_.layers()[0].as<nn::Conv2d>()->weight.value();
    const real* own = weights.data() + unit * 27;
    const real scale = largest_weight(own);
    ui::Picture picture{3, 3};
    for (int i = 0; i < 9; i++, own += 3)
      picture.pixels.push_back(rgba(
          {real(0.5) + own[0] / scale, real(0.5) + own[1] / scale, real(0.5) + own[2] / scale}));
    return picture;
  }

  /// Twice the largest magnitude of a kernel of the first convolution.
  static real largest_weight(const real* own) {
    real largest = real(1e-6);
    for (int i = 0; i < 27; i++) largest = std::max(largest, std::abs(own[i]));
    return 2 * largest;
  }

  /// The part of that kernel for one channel: blue below 0, orange above.
  ui::Picture channel(const ui::Theme& theme, int unit, int channel) const {
    const Array& weights = network_.layers()[0].as<nn::Conv2d>()->weight.value();
    const real* own = weights.data() + unit * 27;
    const real scale = largest_weight(own) / 2;
    ui::Picture picture{3, 3};
    for (int i = 0; i < 9; i++)
      picture.pixels.push_back(
          ui::diverging_color(theme, static_cast<float>(own[3 * i + channel] / scale)));
    return picture;
  }

  const char* shape_of(int picture) const {
    return kShapeNames[index(pictures_.shape[index(picture)])];
  }

  const char* hue_of(int picture) const {
    return data::kHueNames[index(pictures_.hue[index(picture)])];
  }

  void draw_picture(ui::Ui& ui) const {
    const Array& probabilities = (*current_)[top];
    const auto best =
        static_cast<int>(std::max_element(probabilities.data(), probabilities.data() + classes) -
                         probabilities.data());
    const int picture = half + picture_;
    const std::string says = std::string("network: ") + kShapeNames[index(best)] + " " +
                             percent(static_cast<double>(probabilities[best]));
    ui::PicturesOptions options;
    options.title = "Test picture " + std::to_string(picture_ + 1);
    options.summary = std::string("A ") + hue_of(picture) + " " + shape_of(picture) + " with a " +
                      data::kTextureNames[index(pictures_.texture[index(picture)])] +
                      " surface. The " + says + ".";
    options.side = ui.narrow() ? 128 : 150;
    options.table.columns = {"Class", "Probability"};
    for (int label = 0; label < classes; label++)
      options.table.rows.push_back(
          {kShapeNames[index(label)], percent(static_cast<double>(probabilities[label]))});
    const ui::Tile tile{{crop(picture, 0, 0, side)}, says};
    ui::pictures(ui, "picture", options, {&tile, 1});
  }

  /// A few words on a unit, measured.
  std::string in_short(int unit) const {
    if (rung_ == 0) return channel_names[index(unit)];
    if (rung_ == top)
      return std::string(kShapeNames[index(unit)]) + " " +
             percent(static_cast<double>((*current_)[top][unit]));
    if (measurements_.empty()) return std::to_string(unit + 1);
    const Unit& own = measured(unit);
    const std::string number = std::to_string(unit + 1) + "  ";
    if (own.silent) return number + "silent";
    if (rung_ < 3 && own.likes_corners()) return number + "corner";
    if (rung_ < 3 && own.likes_edges()) return number + "edge " + arrow(own.cards.direction);
    if (rung_ < 3) return number + "surface";
    return number + kShapeNames[index(own.shape.level)] + " " +
           ui::format_number(own.shape.area, 2);
  }

  static const char* arrow(int direction) {
    constexpr std::array<const char*, kDirections> arrows = {"→", "↘", "↓", "↙",
                                                             "←", "↖", "↑", "↗"};
    return arrows[index(direction)];
  }

  void draw_units(ui::Ui& ui) const {
    constexpr std::array<float, rungs> sides = {96, 46, 42, 42, 64};
    constexpr std::array<const char*, rungs> titles = {
        "The three channels", "Each unit: its kernel, and its answers to the picture",
        "Each unit: what it likes most, and its answers to the picture",
        "Each unit: what it likes most, and its answers to the picture",
        "Each class: the test picture surest to be one, and how sure of this one"};
    ui::PicturesOptions options;
    options.title = titles[index(rung_)];
    options.summary = evidence(rung_) + " Answers run from dark, none, to yellow, the strongest.";
    options.side = sides[index(rung_)];
    options.table = unit_table();
    std::vector<ui::Tile> tiles;
    for (int unit = 0; unit < rung().units; unit++) {
      ui::Tile tile;
      if (rung_ == 1) tile.pictures.push_back(kernel(unit));
      if (rung_ > 1 && !measurements_.empty())
        tile.pictures.push_back(measured(unit).silent ? nothing()
                                                      : seen_by(measured(unit).favourites[0]));
      if (rung_ < top || measurements_.empty()) tile.pictures.push_back(map_of(unit));
      tile.caption = in_short(unit);
      tile.chosen = unit == unit_;
      tiles.push_back(std::move(tile));
    }
    ui::pictures(ui, "units", options, tiles);
  }

  ui::Table unit_table() const {
    ui::Table table;
    table.columns = {"Unit",
                     "Edge against surface",
                     "Corner against edge",
                     "Best class",
                     "Tells it",
                     "Shape",
                     "Texture",
                     "Colour"};
    for (int unit = 0; unit < rung().units; unit++) {
      std::vector<std::string> row = {std::to_string(unit + 1)};
      if (measurements_.empty()) {
        row.resize(table.columns.size(), "\u2013");
      } else {
        const Unit& own = measured(unit);
        row.insert(row.end(), {times(own.cards.edge, own.cards.surface),
                               times(own.cards.corner, own.cards.edge),
                               kShapeNames[index(own.shape.level)], decimal(own.shape.area)});
        for (const double share : own.shares) row.push_back(percent(share));
      }
      table.rows.push_back(std::move(row));
    }
    return table;
  }

  static std::string times(double a, double b) {
    return b > 0 ? ui::format_number(a / b, 1) + "×" : "\u2013";
  }

  /// The chosen unit in detail.
  void draw_unit(ui::Ui& ui) const {
    if (measurements_.empty()) return;
    const Unit& own = measured(unit_);
    ui::PicturesOptions options;
    options.title = "Unit " + std::to_string(unit_ + 1) + ": what it likes most";
    options.summary = about(own);
    options.side = rung().field < 8 ? 40 : 64;
    options.table.columns = {"Test picture", "Shape", "Texture", "Colour"};
    std::vector<ui::Tile> tiles;
    if (rung_ == 1) {
      options.title = "Unit " + std::to_string(unit_ + 1) +
                      ": weights, blue below 0 and orange above, and what it likes most";
      for (int i = 0; i < 3; i++)
        tiles.push_back({{channel(ui.theme(), unit_, i)}, channel_names[index(i)]});
    }
    for (const Favourite& favourite : own.favourites) {
      const int picture = favourite.picture;
      options.table.rows.push_back({std::to_string(picture - half + 1), shape_of(picture),
                                    data::kTextureNames[index(pictures_.texture[index(picture)])],
                                    hue_of(picture)});
      tiles.push_back({{seen_by(favourite)}, shape_of(picture)});
    }
    if (rung_ > 0) ui::pictures(ui, "unit", options, tiles);
    ui.muted("unit.words", options.summary, ui.narrow() ? 6 : 3);
  }

  std::string about(const Unit& own) const {
    if (own.silent) return "This unit answers to no test picture: training has switched it off.";
    std::string text = "It tells " + std::string(kShapeNames[index(own.shape.level)]) +
                       " from the rest in " + percent(own.shape.area) +
                       " of pairs (guessing: 50\u202f%). Of the variance of its answers, shape "
                       "explains " +
                       percent(own.shares[0]) + ", texture " + percent(own.shares[1]) +
                       ", colour " + percent(own.shares[2]) + ".";
    if (rung_ > 0 && rung_ < top && own.cards.surface > 0)
      text += " Its best edge is worth " + times(own.cards.edge, own.cards.surface) +
              " its best plain surface, its best corner " +
              times(own.cards.corner, own.cards.edge) + " that edge.";
    return text;
  }

  void draw_readable(ui::Ui& ui) const {
    ui::PlotOptions options;
    options.title = "How well the class can be read from each rung";
    options.summary = narrate();
    options.x = {.label = "updates",
                 .min = 0,
                 .max = total_updates,
                 .ticks = {0, 500, 1'000, 1'500, total_updates}};
    options.y = {.label = "accuracy", .min = 0, .max = 1, .ticks = {0, 0.25, 0.5, 0.75, 1}};
    options.height = 250;
    ui::Plot plot(ui, "readable", options);
    if (!plot.open()) return;
    const std::array<double, 2> ends = {0, total_updates}, guessing = {chance, chance};
    plot.line("guessing", ends, guessing, ui.theme().muted, true);
    constexpr std::array<const char*, rungs> labels = {"pixels", "rung 1", "rung 2", "rung 3",
                                                       "network"};
    constexpr std::array<int, rungs> colors = {3, 4, 2, 0, 5};
    std::vector<double> x;
    for (const Measurement& m : measurements_) x.push_back(m.updates);
    ui::Table table{.columns = {"Updates", "Pixels", "Rung 1", "Rung 2", "Rung 3", "Network"},
                    .rows = {}};
    for (int rung = 0; rung < rungs; rung++) {
      std::vector<double> y;
      for (const Measurement& m : measurements_) y.push_back(m.readable[index(rung)]);
      plot.line(labels[index(rung)], x, y, ui::data_color(colors[index(rung)]), rung < top);
      if (rung == rung_ && !x.empty())
        plot.points("", x, y, ui::data_color(colors[index(rung)]), ui::Marker::circle, 3.5F);
    }
    for (const Measurement& m : measurements_) {
      table.rows.push_back({whole(m.updates)});
      for (const double value : m.readable) table.rows.back().push_back(percent(value));
    }
    if (table.rows.empty()) table.rows.push_back({"0", "", "", "", "", ""});
    plot.table(std::move(table));
  }

  void draw_factors(ui::Ui& ui) const {
    ui::PlotOptions options;
    options.title = "What the units of a rung answer to";
    options.summary =
        "Share of the variance of the units' answers that shape, texture and colour explain, mean "
        "over the units of each rung that are not silent.";
    options.x = {.label = "rung", .min = -0.15, .max = top + 0.15, .ticks = {0, 1, 2, 3, 4}};
    options.y = {.label = "share explained", .min = 0, .max = 1, .ticks = {0, 0.25, 0.5, 0.75, 1}};
    options.height = 250;
    ui::Plot plot(ui, "factors", options);
    if (!plot.open()) return;
    constexpr std::array<int, 3> colors = {0, 2, 5};
    constexpr std::array<ui::Marker, 3> markers = {ui::Marker::circle, ui::Marker::square,
                                                   ui::Marker::triangle};
    ui::Table table{.columns = {"Rung", "Shape", "Texture", "Colour"}, .rows = {}};
    for (const char* name : rung_names) table.rows.push_back({name});
    plot.vertical("", rung_, ui.theme().muted);
    for (std::size_t factor = 0; factor < factor_names.size(); factor++) {
      std::vector<double> x, y;
      for (int rung = 0; rung < rungs; rung++) {
        const double share = measurements_.empty() ? unknown : mean_share(rung, factor);
        x.push_back(rung);
        y.push_back(share);
        table.rows[index(rung)].push_back(std::isnan(share) ? "\u2013" : percent(share));
      }
      const std::uint32_t color = ui::data_color(colors[factor]);
      plot.line(factor_names[factor], x, y, color, factor == 1);
      plot.points("", x, y, color, markers[factor], 4);
    }
    plot.table(std::move(table));
  }

  double mean_share(int rung, std::size_t factor) const {
    double sum = 0;
    int speaking = 0;
    for (const Unit& unit : measurements_.back().units[index(rung)]) {
      if (unit.silent) continue;
      sum += unit.shares[factor];
      speaking++;
    }
    return speaking > 0 ? sum / speaking : 0;
  }

  // The pictures are the same in every run.
  static data::ShapePictures made_pictures() {
    Rng rng(pictures_seed);
    return data::shape_pictures(2 * half, rng);
  }
  const data::ShapePictures pictures_ = made_pictures();
  const Array cards_ = test_cards(side);

  int rung_ = 0, picture_ = 0, unit_ = 0;
  Rng training_;
  nn::Sequential network_;
  std::optional<optim::Adam> optimizer_;
  int updates_ = 0;
  int slices_ = 0;  // of the present measurement that are done
  std::array<Answers, rungs> answers_;
  Measurement pending_;
  std::vector<Measurement> measurements_;
  std::optional<std::array<Array, rungs>> current_;  // answers to the chosen picture, if known
};

}  // namespace

std::unique_ptr<Demo> make_representation_ladder() {
  return std::make_unique<RepresentationLadder>();
}

}  // namespace grad::demos
