// Seven models learn from the same examples and are judged by the same unseen ones; where the
// examples are pictures an eighth joins, a network that looks at them through small windows.
//
// Every model has one setting for all data, mostly what scikit-learn would take by default. Others
// tried, on a seed that none of the lesson's runs has: accuracy after 1,000 loans and 1,000 reviews
// in words and in runs of words.
//   boosted trees, 32 ranks a feature, 30 rounds at 0.2:  0.810 0.748 0.915
//   the same with 255 ranks, 100 rounds at 0.1:           0.810 0.755 0.934; ten times slower
//   network of 2 layers, 40 epochs at 0.001:              0.799 0.751 0.938
//   the same at 0.003:                                    0.778 0.754 0.938
// Ten classes take ten trees a round, so that digits would keep the boosted trees busy for long.

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "classic/boosted_trees.h"
#include "classic/decision_tree.h"
#include "classic/features.h"
#include "classic/kernel_svm.h"
#include "classic/logistic_regression.h"
#include "classic/nearest_neighbors.h"
#include "classic/random_forest.h"
#include "data/handwriting.h"
#include "data/metrics.h"
#include "data/reviews.h"
#include "data/tables.h"
#include "demos/demo.h"
#include "models/network.h"
#include "ui/plot.h"

namespace grad::demos {

std::unique_ptr<Demo> make_bake_off();

namespace {

enum Kind { loans, digits, words, word_runs, spirals };
constexpr std::array kinds = {"Loans", "Digits", "Words", "Word runs", "Spirals"};

constexpr std::array<Parameter, 2> declared = {{
    {.name = "data",
     .label = "Data",
     .min = loans,
     .max = spirals,
     .initial = loans,
     .step = 1,
     .description =
         "Loans: a table of 6 columns, will it default? Digits: handwriting, 14 × 14 "
         "pixels. Words: those of short reviews, counted; is it positive? Word runs: runs "
         "of up to three words counted as well. Spirals: points in the plane.",
     .choices = kinds},
    {.name = "rows",
     .label = "Training rows",
     .min = 10,
     .max = 10'000,
     .initial = 300,
     .step = 1,
     .logarithmic = true,
     .description = "examples that every model learns from; it is judged by 1,000 others",
     .swept = true},
}};

constexpr int test_rows = 1'000;
constexpr int pictures_per_step = 80;  // whole tens, as data::handwritten_digits asks
constexpr int answers_per_step = 50;
constexpr int side = data::half_handwriting_side;
constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

/// Some examples, and what is known of them beyond what models see.
struct Part {
  data::Dataset examples;
  std::vector<real> probability = {};  ///< of class 1, by the rule that made the examples
};

/// Two convolutions and a linear layer, as in the demo scaling-plot.
class SmallCnn final : public models::NetworkClassifier {
 public:
  explicit SmallCnn(const models::TrainingOptions& options) : NetworkClassifier(options) {}
  const char* name() const override { return "SmallCnn"; }

 private:
  nn::Sequential build(Rng& rng) const override {
    return nn::Sequential({nn::Conv2d(1, 8, 5, rng, 2, 2), nn::ReLU{}, nn::Conv2d(8, 24, 3, rng),
                           nn::ReLU{}, nn::Flatten{}, nn::Linear(5 * 5 * 24, classes(), rng)});
  }
};

struct Contestant {
  const char* name;  ///< of the read-out
  const char* label;
  const char* said;  ///< in a sentence
  bool network;
  std::unique_ptr<classic::Classifier> (*make)();
};

using Made = std::unique_ptr<classic::Classifier>;

constexpr std::array<Contestant, 8> contestants = {{
    {"logistic", "Logistic regression", "logistic regression", false,
     []() -> Made { return std::make_unique<classic::LogisticRegression>(); }},
    {"svm", "SVM, RBF kernel", "the support vector machine", false,
     []() -> Made { return std::make_unique<classic::KernelSvm>(); }},
    {"knn", "5 neighbours", "the nearest neighbours", false,
     []() -> Made { return std::make_unique<classic::NearestNeighbors>(); }},
    {"tree", "Decision tree", "the single tree", false,
     []() -> Made {
       return std::make_unique<classic::DecisionTree>(classic::TreeOptions{.min_samples_leaf = 5});
     }},
    {"forest", "Random forest", "the forest", false,
     []() -> Made { return std::make_unique<classic::RandomForest>(); }},
    {"boosted", "Boosted trees", "the boosted trees", false,
     []() -> Made {
       return std::make_unique<classic::BoostedTrees>(
           classic::BoostingOptions{.rounds = 30,
                                    .learning_rate = 0.2,
                                    .tree = {.max_leaves = 8, .min_samples_leaf = 5},
                                    .bins = 32});
     }},
    {"mlp", "Network (MLP)", "the MLP", true,
     []() -> Made {
       return std::make_unique<models::MlpClassifier>(
           std::vector<int>{64, 64}, models::TrainingOptions{.epochs = 40, .lr = real(1e-3)});
     }},
    {"cnn", "Convolutional net", "the convolutional network", true,
     []() -> Made {
       return std::make_unique<SmallCnn>(models::TrainingOptions{.epochs = 20, .lr = real(3e-3)});
     }},
}};
constexpr std::size_t svm = 1, cnn = 7;

/// The kernel SVM's time grows faster than the square of the rows where the classes overlap, for
/// then every row that lies among the other class is needed: natively 0.01 s for 1,000 loans, more
/// than half a minute for 10,000.
constexpr int most_svm_rows = 3'000;

std::string percent(double share) { return ui::format_number(100 * share, 1) + "\u202f%"; }
std::string whole(double count) { return ui::format_number(count, 0); }

Part loan_part(const data::Table& table, const data::Table& fitted_to) {
  return {{data::encode(table, fitted_to), table.label, 2}, table.target};
}

Part review_part(const data::Reviews& reviews, const data::BagOfWords& bag) {
  return {{bag.counts(reviews.text), reviews.label, 2}};
}

/// What came of one model.
struct Result {
  std::vector<real> right = {};  ///< 1 or 0 for each unseen example answered so far
  double accuracy = unknown;
  data::Interval interval = {unknown, unknown};
  // Measured, so never part of what a run is compared by:
  double training_ms = 0, answering_ms = 0;
};

class BakeOff final : public Demo {
 public:
  std::span<const Parameter> parameters() const override { return declared; }
  const char* task() const override {
    return "Who wins, and would it win again? Change the data, the number of rows, and the seed.";
  }

  std::optional<Goal> goal() const override {
    return Goal{"Find a run where a network leads by more than the choice of unseen rows explains",
                complete() && lead_interval_.low > 0};
  }

  void start(std::span<const double> values, std::uint64_t seed) override {
    kind_ = static_cast<int>(values[0]);
    rows_ = static_cast<int>(values[1]);
    // Words and word runs are features of the same texts.
    const Rng rng = Rng(seed).split(static_cast<std::uint64_t>(kind_ == word_runs ? words : kind_));
    train_rng_ = rng.split(0);
    test_rng_ = rng.split(1);
    models_rng_ = rng.split(2);
    train_ = {};
    test_ = {};
    made_ = false;
    refusal_.clear();
    model_.reset();
    results_ = {};
    at_ = 0;
    baseline_ = rule_ = lead_ = unknown;
    lead_interval_ = {unknown, unknown};
  }

  bool step() override {
    if (complete()) return false;
    if (!made_)
      make_more();
    else if (left_out(at_))
      next();
    else
      compete();
    return !complete();
  }

  std::vector<Readout> readouts() const override {
    std::vector<Readout> all;
    for (std::size_t i = 0; i < contestants.size(); i++)
      all.push_back({.name = contestants[i].name,
                     .label = contestants[i].label,
                     .value = results_[i].accuracy,
                     .may_stay_unknown = true,
                     .plot = "race"});
    all.push_back({.name = "baseline", .label = "Most frequent class", .value = baseline_});
    all.push_back({.name = "network_lead",
                   .label = "Network’s lead",
                   .value = 100 * lead_,
                   .decimals = 1,
                   .unit = "points",
                   .may_stay_unknown = true});
    return all;
  }

  std::string narrate() const override {
    if (!refusal_.empty()) return refusal_;
    if (!made_) return "The examples are being drawn.";
    if (!complete())
      return whole(static_cast<double>(at_)) + " of " + whole(count()) +
             " models are judged. Now " +
             (model_ && model_->finished() ? "answering: " : "learning: ") + contestants[at_].said +
             ".";
    return outcome() + svm_sentence();
  }

  void draw(ui::Ui& ui) override {
    draw_race(ui);
    draw_times(ui);
  }

 private:
  using Clock = std::chrono::steady_clock;
  static double since(Clock::time_point start) {
    return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
  }

  bool complete() const { return at_ == contestants.size(); }
  int count() const { return kind_ == digits ? 8 : 7; }

  // ---- The examples ----

  void make_more() {
    if (kind_ == digits) {
      made_ = draw_pictures(test_.examples, test_rows, test_rng_) &&
              draw_pictures(train_.examples, rows_, train_rng_);
    } else {
      draw_all();
      made_ = true;
    }
    if (made_) judge_baseline();
  }

  void draw_all() {
    if (kind_ == loans) {
      const data::Table table = data::credit_risk(rows_, train_rng_);
      train_ = loan_part(table, table);
      test_ = loan_part(data::credit_risk(test_rows, test_rng_), table);
      const classic::Standardizer scale(train_.examples.x);
      train_.examples.x = scale.transform(train_.examples.x);
      test_.examples.x = scale.transform(test_.examples.x);
    } else if (kind_ == spirals) {
      constexpr real noise = real(0.025);
      train_.examples = data::spirals(rows_, noise, train_rng_);
      test_.examples = data::spirals(test_rows, noise, test_rng_);
    } else {
      // Runs that are rare among the rows would be many, and of little use.
      constexpr data::ReviewOptions options = {.contrast = 0.2, .negation = 0.2};
      const data::Reviews all = data::reviews(rows_, options, train_rng_);
      const data::BagOfWords bag(all.text, kind_ == words ? 1 : 3, std::max(2, rows_ / 150));
      train_ = review_part(all, bag);
      test_ = review_part(data::reviews(test_rows, options, test_rng_), bag);
    }
  }

  /// Adds pictures to the examples until they are `rows`; whether they are.
  static bool draw_pictures(data::Dataset& examples, int rows, Rng& rng) {
    if (examples.y.empty()) examples = {Array({rows, side, side, 1}), {}, 10};
    const auto drawn = static_cast<std::int64_t>(examples.y.size());
    if (drawn == rows) return true;
    const std::int64_t more = std::min<std::int64_t>(pictures_per_step, rows - drawn);
    const data::Dataset next = data::handwritten_digits(more, rng);
    const Array small = data::half_size(next.x);
    std::copy_n(small.data(), small.size(), examples.x.data() + drawn * side * side);
    examples.y.insert(examples.y.end(), next.y.begin(), next.y.end());
    return drawn + more == rows;
  }

  /// What the most frequent class of the training rows, always said, gets right; and whether there
  /// is a second class to learn.
  void judge_baseline() {
    std::vector<int> counts(static_cast<std::size_t>(train_.examples.classes));
    for (const std::int32_t label : train_.examples.y) counts[static_cast<std::size_t>(label)]++;
    const auto most = std::max_element(counts.begin(), counts.end());
    const auto label = static_cast<std::int32_t>(most - counts.begin());
    const std::vector<std::int32_t>& truth = test_.examples.y;
    baseline_ = static_cast<double>(std::count(truth.begin(), truth.end(), label)) / test_rows;
    if (!test_.probability.empty()) {
      int right = 0;
      for (std::size_t i = 0; i < truth.size(); i++)
        right += (test_.probability[i] > real(0.5)) == (truth[i] == 1);
      rule_ = static_cast<double>(right) / test_rows;
    }
    if (*most < rows_) return;
    refusal_ = "All " + whole(rows_) +
               " training rows are of one class, so there is nothing to tell apart. Saying that "
               "class always is right on " +
               percent(baseline_) + " of the unseen ones. Take more rows, or another seed.";
    at_ = contestants.size();
  }

  // ---- The race ----

  bool left_out(std::size_t i) const {
    return (i == cnn && kind_ != digits) || (i == svm && too_slow());
  }
  bool too_slow() const { return kind_ != digits && kind_ != spirals && rows_ > most_svm_rows; }

  void compete() {
    const Clock::time_point start = Clock::now();
    Result& result = results_[at_];
    if (!model_) {
      model_ = contestants[at_].make();
      model_->start(train_.examples, models_rng_.split(at_).bits());
      result.training_ms = since(start);
    } else if (!model_->finished()) {
      model_->step();
      result.training_ms += since(start);
    } else {
      answer(result);
      result.answering_ms += since(start);
      if (result.right.size() == test_rows) judge(result);
    }
  }

  /// The next unseen examples.
  void answer(Result& result) const {
    const data::Dataset& test = test_.examples;
    const std::size_t first = result.right.size();
    const std::int64_t width = test.x.size() / test_rows;
    const Array part = Array::from({test.x.data() + static_cast<std::int64_t>(first) * width,
                                    static_cast<std::size_t>(answers_per_step * width)},
                                   test.x.shape().with(0, answers_per_step));
    const std::vector<std::int32_t> answers = model_->predict(part);
    for (std::size_t i = 0; i < answers.size(); i++)
      result.right.push_back(answers[i] == test.y[first + i] ? real(1) : real(0));
  }

  void judge(Result& result) {
    result.accuracy = mean(result.right);
    Rng rng = models_rng_.split(100 + at_);
    result.interval = data::bootstrap_mean(result.right, rng);
    next();
  }

  void next() {
    model_.reset();
    at_++;
    if (complete()) compare();
  }

  static double mean(const std::vector<real>& values) {
    double sum = 0;
    for (const real value : values) sum += static_cast<double>(value);
    return sum / static_cast<double>(values.size());
  }

  /// The best of the networks or of the others; there always is one.
  std::size_t best(bool network) const {
    std::size_t best = contestants.size();
    for (std::size_t i = 0; i < contestants.size(); i++) {
      if (contestants[i].network != network || std::isnan(results_[i].accuracy)) continue;
      if (best == contestants.size() || results_[i].accuracy > results_[best].accuracy) best = i;
    }
    return best;
  }

  /// The lead of the best network over the best of the others, on the same unseen examples: so the
  /// interval is of the differences, example by example.
  void compare() {
    const std::vector<real>& ours = results_[best(true)].right;
    const std::vector<real>& theirs = results_[best(false)].right;
    std::vector<real> differences;
    for (std::size_t i = 0; i < ours.size(); i++) differences.push_back(ours[i] - theirs[i]);
    lead_ = mean(differences);
    Rng rng = models_rng_.split(200);
    lead_interval_ = data::bootstrap_mean(differences, rng);
  }

  // ---- In words ----

  std::string told(std::size_t i) const {
    const Result& result = results_[i];
    return std::string(contestants[i].said) + " with " + percent(result.accuracy) + " (" +
           percent(result.interval.low) + " to " + percent(result.interval.high) + ")";
  }

  std::string outcome() const {
    const std::size_t network = best(true), classical = best(false);
    const bool behind = lead_ < 0;
    const double size = std::abs(100 * lead_);
    const bool sure = lead_interval_.low > 0 || lead_interval_.high < 0;
    std::string text = "After " + whole(rows_) + " rows the best classical model is " +
                       told(classical) + ", the best network " + told(network) + ". ";
    if (size == 0) return text + "They are level.";
    text +=
        "The network is " + ui::format_number(size, 1) + " points " + (behind ? "behind" : "ahead");
    return text + (sure ? ", more than the choice of unseen rows explains."
                        : ", which the choice of unseen rows could explain.");
  }

  std::string svm_sentence() const {
    if (!too_slow()) return "";
    return " The support vector machine is left out above " + whole(most_svm_rows) +
           " rows of this data: where its classes overlap it needs too long for a page.";
  }

  // ---- The figures ----

  /// Rows of the figure from the top.
  double place(std::size_t i) const { return static_cast<double>(contestants.size() - i); }

  void draw_race(ui::Ui& ui) const {
    ui::PlotOptions options;
    options.title = "Accuracy on 1,000 unseen rows, with 95\u202f% intervals";
    options.summary = "Each model's accuracy as a point with its interval. " + narrate();
    double low = kind_ == loans ? 0.7 : 0.5, high = 0.8;
    for (const Result& result : results_) {
      if (std::isnan(result.accuracy)) continue;
      low = std::min(low, result.interval.low);
      high = std::max(high, result.interval.high);
    }
    if (!std::isnan(baseline_)) low = std::min(low, baseline_);
    options.x = {.label = "accuracy",
                 .min = std::floor(10 * low - 0.2) / 10,
                 .max = std::min(1.0, std::ceil(10 * high + 0.2) / 10)};
    options.y = {.min = 0.1, .max = static_cast<double>(contestants.size()) + 0.6};
    for (std::size_t i = 0; i < contestants.size(); i++) {
      options.y.ticks.push_back(place(i));
      options.y.names.emplace_back(contestants[i].label);
    }
    options.height = 330;
    ui::Plot plot(ui, "race", options);
    if (!plot.open()) return;
    plot.vertical("most frequent class", baseline_, ui.theme().muted);
    if (!std::isnan(rule_)) draw_rule(plot, ui.theme().ink);
    for (std::size_t i = 0; i < contestants.size(); i++) draw_result(plot, i);
    plot.table(table());
  }

  /// Named above the figure, because it is close to the other line; in the row of the model that
  /// needs pictures.
  void draw_rule(ui::Plot& plot, std::uint32_t color) const {
    constexpr double row = 0.35;  // below all models
    plot.vertical("", rule_, color);
    plot.points("the rule that made the data", {&rule_, 1}, {&row, 1}, color, ui::Marker::diamond,
                5);
  }

  void draw_result(ui::Plot& plot, std::size_t i) const {
    const Result& result = results_[i];
    const bool network = contestants[i].network;
    const std::uint32_t color = ui::data_color(network ? 0 : 2);
    const std::array<double, 2> ends = {result.interval.low, result.interval.high};
    const std::array<double, 2> level = {place(i), place(i)};
    plot.line("", ends, level, color);
    plot.points("", {&result.accuracy, 1}, {level.data(), 1}, color,
                network ? ui::Marker::square : ui::Marker::circle, 5);
  }

  std::string standing(std::size_t i) const {
    if (i == cnn && kind_ != digits) return "needs pictures";
    if (i == svm && too_slow()) return "left out: too slow";
    return std::isnan(results_[i].accuracy) ? "not yet" : "";
  }

  ui::Table table() const {
    ui::Table table{.columns = {"Model", "Accuracy", "From", "To"}, .rows = {}};
    for (std::size_t i = 0; i < contestants.size(); i++) {
      const Result& result = results_[i];
      const std::string standing = this->standing(i);
      table.rows.push_back({contestants[i].label,
                            standing.empty() ? ui::format_number(result.accuracy, 3) : standing,
                            ui::format_number(result.interval.low, 3),
                            ui::format_number(result.interval.high, 3)});
    }
    return table;
  }

  /// Of this machine and this run: in no figure and no read-out, because those are compared with
  /// recorded ones.
  void draw_times(ui::Ui& ui) const {
    draw_times(ui, "learn", "Milliseconds to learn, measured here and now", &Result::training_ms);
    draw_times(ui, "answer", "Milliseconds for 1,000 answers", &Result::answering_ms);
  }

  void draw_times(ui::Ui& ui, const std::string& id, const char* title,
                  double Result::*time) const {
    ui.caption(id + ".title", title);
    std::vector<ui::Reading> readings;
    for (std::size_t i = 0; i < contestants.size(); i++) {
      const Result& result = results_[i];
      const double value = std::isnan(result.accuracy) ? unknown : result.*time;
      readings.push_back(
          {id + "." + contestants[i].name, contestants[i].label, value, value < 10 ? 1 : 0, ""});
    }
    ui.readings(readings);
  }

  int kind_ = loans, rows_ = 0;
  Rng train_rng_, test_rng_, models_rng_;
  Part train_, test_;
  bool made_ = false;
  std::string refusal_;  ///< why nothing can be learned
  std::unique_ptr<classic::Classifier> model_;
  std::array<Result, contestants.size()> results_;
  std::size_t at_ = 0;  ///< whose turn it is
  double baseline_ = unknown, rule_ = unknown, lead_ = unknown;
  data::Interval lead_interval_ = {unknown, unknown};
};

}  // namespace

std::unique_ptr<Demo> make_bake_off() { return std::make_unique<BakeOff>(); }

}  // namespace grad::demos
