// A demo as CONTRIBUTING.md says to add one; tests/site/contributing.test.mjs puts it into a copy
// of the sources. It throws a coin and shows how the share of heads comes to rest.

#include <array>
#include <limits>
#include <vector>

#include "demos/demo.h"
#include "tensor/rng.h"
#include "ui/plot.h"

namespace grad::demos {

std::unique_ptr<Demo> make_my_demo();

namespace {

constexpr std::array<Parameter, 1> declared = {{
    {.name = "throws",
     .label = "Throws",
     .min = 1,
     .max = 200,
     .initial = 20,
     .step = 1,
     .description = "how often the coin is thrown",
     .swept = true},
}};

class MyDemo final : public Demo {
 public:
  std::span<const Parameter> parameters() const override { return declared; }
  const char* task() const override { return "How soon does the share settle?"; }
  std::optional<Goal> goal() const override {
    return Goal{"Throw a hundred times", number_.size() >= 100};
  }

  void start(std::span<const double> values, std::uint64_t seed) override {
    throws_ = static_cast<std::size_t>(values[0]);
    rng_ = Rng(seed);
    heads_ = 0;
    number_.clear();
    share_.clear();
  }

  bool step() override {
    if (number_.size() == throws_) return false;
    heads_ += rng_.below(2);
    number_.push_back(static_cast<double>(number_.size() + 1));
    share_.push_back(heads_ / number_.back());
    return number_.size() < throws_;
  }

  std::vector<Readout> readouts() const override {
    const double share = share_.empty() ? std::numeric_limits<double>::quiet_NaN() : share_.back();
    return {{.name = "share", .label = "Heads", .value = share, .plot = "shares"}};
  }

  std::string narrate() const override {
    return "After " + std::to_string(number_.size()) + " throws.";
  }

  void draw(ui::Ui& ui) override {
    ui::PlotOptions options;
    options.title = "Share of heads";
    options.summary = narrate();
    options.x = {.label = "throws", .min = 0, .max = 200};
    options.y = {.label = "share", .min = 0, .max = 1};
    ui::Plot plot(ui, "shares", options);
    plot.line("heads", number_, share_, ui::data_color(0));
  }

 private:
  std::size_t throws_ = 0;
  Rng rng_;
  double heads_ = 0;
  std::vector<double> number_, share_;
};

}  // namespace

std::unique_ptr<Demo> make_my_demo() { return std::make_unique<MyDemo>(); }

}  // namespace grad::demos
