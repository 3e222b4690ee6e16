// The winners of the ImageNet contest (ILSVRC), classification, year by year. These are published
// results, nothing is computed: lesson 01-04 names the sources.

#include <algorithm>
#include <array>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "demos/demo.h"
#include "ui/plot.h"

namespace grad::demos {

std::unique_ptr<Demo> make_imagenet_winners();

namespace {

enum Scale { even, logarithmic };
enum Allowed { contest_alone, outside_too };

constexpr std::array scales = {"Even", "Logarithmic"};
constexpr std::array allowances = {"Contest’s alone", "Others too"};

constexpr std::array<Parameter, 2> declared = {{
    {.name = "scale",
     .label = "Vertical axis",
     .min = even,
     .max = logarithmic,
     .initial = even,
     .step = 1,
     .description = "on a logarithmic axis equal steps are equal shares of the error",
     .choices = scales,
     .view = true},
    {.name = "pictures",
     .label = "Training pictures",
     .min = contest_alone,
     .max = outside_too,
     .initial = contest_alone,
     .step = 1,
     .description =
         "some entries learned from pictures outside the contest as well, which was judged apart",
     .choices = allowances},
}};
enum Which { scale_parameter, pictures_parameter };

struct Winner {
  int year;
  const char* readout;
  const char* label;  ///< of the read-out
  const char* team;
  double error;          ///< %, of the entry that used the contest's pictures alone
  double outside_error;  ///< %, of the best entry, if others were used too and reported
  bool deep;
  const char* how;
};

constexpr std::array<Winner, 8> winners = {{
    {2010, "error_2010", "Error in 2010", "NEC-UIUC", 28.2, 28.2, false,
     "features made by hand and a linear classifier"},
    {2011, "error_2011", "Error in 2011", "XRCE", 25.8, 25.8, false,
     "features made by hand and linear classifiers"},
    {2012, "error_2012", "Error in 2012", "SuperVision (AlexNet)", 16.4, 15.3, true,
     "a convolutional network with five convolutions, on two graphics cards"},
    {2013, "error_2013", "Error in 2013", "Clarifai", 11.7, 11.2, true,
     "the mean of several convolutional networks"},
    {2014, "error_2014", "Error in 2014", "GoogLeNet", 6.7, 6.7, true,
     "a convolutional network of 22 layers"},
    {2015, "error_2015", "Error in 2015", "MSRA (ResNet)", 3.57, 3.57, true,
     "residual nets, the deepest of 152 layers"},
    {2016, "error_2016", "Error in 2016", "Trimps-Soushen", 2.99, 2.99, true,
     "several published networks together"},
    {2017, "error_2017", "Error in 2017", "WMW (SENet)", 2.25, 2.25, true,
     "residual nets that weigh their channels"},
}};

constexpr double human_error = 5.1;
constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

/// As many as were published.
int decimals_of(double error) { return error < 5 ? 2 : 1; }

std::string error_text(double error) {
  return ui::format_number(error, decimals_of(error)) + "\u202f%";
}

class ImagenetWinners final : public Demo {
 public:
  std::span<const Parameter> parameters() const override { return declared; }
  const char* task() const override {
    return "Draw how the winners’ error went on after 2010. Then look at it on the other axis.";
  }

  void start(std::span<const double> values, std::uint64_t /*seed*/) override {
    outside_ = static_cast<int>(values[pictures_parameter]) == outside_too;
    known_ = 0;
    show(values);
  }
  void show(std::span<const double> values) override {
    logarithmic_ = static_cast<int>(values[scale_parameter]) == logarithmic;
  }

  bool step() override {
    if (known_ < winners.size()) known_++;
    return known_ < winners.size();
  }
  bool can_go_back() const override { return true; }
  bool uses_seed() const override { return false; }

  std::vector<Readout> readouts() const override {
    std::vector<Readout> all;
    for (std::size_t i = 0; i < winners.size(); i++)
      all.push_back({.name = winners[i].readout,
                     .label = winners[i].label,
                     .value = error(i),
                     .decimals = decimals_of(winners[i].error),
                     .unit = "%",
                     .plot = "errors"});
    return all;
  }

  std::optional<Curve> curve(std::string_view /*readout*/) const override {
    Curve curve{.against = "the year", .min = 0, .max = 30, .x = {}, .y = {}};
    curve.what = "Error of the winner";
    for (std::size_t i = 0; i < winners.size(); i++) {
      curve.x.push_back(winners[i].year);
      curve.y.push_back(error(i));
      curve.names.push_back(std::to_string(winners[i].year));
    }
    return curve;
  }

  std::string narrate() const override {
    if (known_ == 0) return "No winner is shown yet.";
    const Winner& last = winners[known_ - 1];
    std::string text = std::to_string(last.year) + ": " + last.team + ", " +
                       error_text(error(known_ - 1)) + ", by " + last.how + ".";
    if (known_ > 1) {
      const double share = 1 - error(known_ - 1) / error(known_ - 2);
      text +=
          " That is " + ui::format_number(100 * share, 0) + "\u202f% less than the year before.";
    }
    return text;
  }

  void draw(ui::Ui& ui) override {
    ui::PlotOptions options;
    options.title = "Error of the winner: the right name is not among five, of 1,000 names";
    options.summary = "The winners’ error by year, from " + error_text(winners.front().error) +
                      " in 2010 to " + error_text(winners.back().error) +
                      " in 2017; one person who had trained for it made " +
                      error_text(human_error) + ". " + narrate();
    options.x = {.label = "year of the contest", .min = 2009.5, .max = 2017.5};
    for (const Winner& winner : winners) {
      options.x.ticks.push_back(winner.year);
      options.x.names.push_back("’" + std::to_string(winner.year).substr(2));
    }
    options.y = {.label = "error, %", .min = 0, .max = 30, .ticks = {0, 10, 20, 30}};
    if (logarithmic_)
      options.y = {.label = "error, %",
                   .min = 1,
                   .max = 40,
                   .logarithmic = true,
                   .ticks = {1, 2, 5, 10, 20, 40}};
    options.height = 330;
    ui::Plot plot(ui, "errors", options);
    if (!plot.open()) return;
    plot.horizontal("a trained person", human_error, ui.theme().muted);
    std::vector<double> years, errors;
    for (std::size_t i = 0; i < known_; i++) {
      years.push_back(winners[i].year);
      errors.push_back(error(i));
    }
    plot.line("", years, errors, ui.theme().muted, true);
    draw_kind(plot, false, "features made by hand", ui::data_color(2), ui::Marker::circle);
    draw_kind(plot, true, "deep networks", ui::data_color(ui.theme().dark ? 4 : 0),
              ui::Marker::square);
    plot.table(table());
  }

 private:
  double error(std::size_t i) const {
    if (i >= known_) return unknown;
    return outside_ ? winners[i].outside_error : winners[i].error;
  }

  void draw_kind(ui::Plot& plot, bool deep, const char* label, std::uint32_t color,
                 ui::Marker marker) const {
    std::vector<double> years, errors;
    for (std::size_t i = 0; i < known_; i++) {
      if (winners[i].deep != deep) continue;
      years.push_back(winners[i].year);
      errors.push_back(error(i));
    }
    plot.points(label, years, errors, color, marker, 6);
  }

  ui::Table table() const {
    ui::Table table{.columns = {"Year", "Winner", "Error, %", "How"}, .rows = {}};
    for (std::size_t i = 0; i < winners.size(); i++) {
      const bool known = i < known_;
      table.rows.push_back({std::to_string(winners[i].year), known ? winners[i].team : "not yet",
                            known ? error_text(error(i)) : "–", known ? winners[i].how : "–"});
    }
    return table;
  }

  bool outside_ = false, logarithmic_ = false;
  std::size_t known_ = 0;  ///< winners shown
};

}  // namespace

std::unique_ptr<Demo> make_imagenet_winners() { return std::make_unique<ImagenetWinners>(); }

}  // namespace grad::demos
