// What the demos of lesson 01-04 are to show: newer is not always better, and why; and the winners
// of the ImageNet contest as they were published.

#include <algorithm>
#include <array>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <string>

#include "demos/eras.h"
#include "demos/run.h"
#include "view_helpers.h"

using namespace grad;
using demos::Run;

namespace {

bool says(const Run& run, std::string_view words) {
  return run.demo().narrate().find(words) != std::string::npos;
}

bool reached(const Run& run) { return run.demo().goal()->reached; }

}  // namespace

TEST_CASE("at the default accuracy rises for 57 years, then falls below all before", "[timeline]") {
  const Run run = demos::run_of("timeline", "");
  CHECK(run.readout("perceptron") < run.readout("mlp"));
  CHECK(run.readout("mlp") < run.readout("lenet"));
  CHECK(run.readout("lenet") < run.readout("resnet"));
  CHECK(run.readout("transformer") < run.readout("perceptron"));
  CHECK(std::abs(run.readout("newest_lead") -
                 100 * (run.readout("transformer") - run.readout("resnet"))) < 1e-9);
  CHECK_FALSE(reached(run));
  const std::optional<demos::Curve> curve = run.demo().curve("transformer");
  REQUIRE(curve);
  CHECK(curve->y[4] == run.readout("transformer"));
  CHECK(curve->names == std::vector<std::string>{"1958", "1986", "1998", "2015", "2021"});
}

TEST_CASE("with few pictures the convolution of 1998 wins", "[timeline]") {
  const auto view = app::make_demo_view("timeline");
  view->restore("rows:100,step:1000000");
  while (view->running()) view->advance();
  app::fit(*view, 1040);
  const ui::Table& table = app::node(*view, "eras").table;
  REQUIRE(table.rows.size() == 5);
  const auto number = [&](std::size_t row, std::size_t column) {
    return std::stod(table.rows[row][column]);
  };
  for (const std::size_t other : {0, 1, 3, 4}) CHECK(number(2, 3) > number(other, 3));
  CHECK(number(2, 4) < number(3, 5));  // by a little: the bars overlap
  const std::array parameters = {"2,570", "8,554", "8,882", "16,234", "18,538"};
  for (std::size_t i = 0; i < 5; i++) CHECK(table.rows[i][2] == parameters[i]);
  // Times are shown and are no part of what a run comes to.
  for (const char* name : {"perceptron", "transformer"})
    CHECK_FALSE(
        app::node(*view, std::string("reading.seconds.") + name).label.ends_with("not known yet"));
  for (const demos::Readout& readout : Run("timeline").demo().readouts())
    CHECK(std::string_view(readout.unit) != "s");
}

TEST_CASE("a model of the 20th century can win with 100 pictures", "[timeline]") {
  CHECK(reached(demos::run_of("timeline", "rows:100,draws:1,passes:15")));
  CHECK_FALSE(reached(demos::run_of("timeline", "rows:90,draws:1,passes:5")));
}

TEST_CASE("moved digits take the ground from under the perceptron, on any seed", "[timeline]") {
  for (const int seed : {1, 2}) {
    const Run run =
        demos::run_of("timeline", "shift:3,draws:1,passes:20" +
                                      (seed == 1 ? "" : ",seed:" + std::to_string(seed)));
    CAPTURE(seed);
    CHECK(run.readout("perceptron") < 0.27);
    CHECK(run.readout("resnet") > run.readout("perceptron") + 0.2);
    CHECK(says(run, "One draw says little"));
  }
}

TEST_CASE("rates that are far too large are said, and the perceptron has none", "[timeline]") {
  const std::string small = "rows:50,draws:1,passes:5";
  const Run usual = demos::run_of("timeline", small);
  const Run huge = demos::run_of("timeline", small + ",rate:1000");
  CHECK(usual.readout("perceptron") == huge.readout("perceptron"));
  CHECK(says(huge, "Training of the residual net broke down in 1 of 1 draws. Loss "));
  CHECK(says(huge, "Little more than guessing: Backpropagation, "));
  for (const char* name : {"mlp", "lenet", "resnet", "transformer"})
    CHECK(huge.readout(name) < 0.2);
  CHECK_FALSE(reached(huge));  // the perceptron wins, but of 50 pictures
}

TEST_CASE("the same run comes to the same, another seed to something else", "[timeline]") {
  const Run few = demos::run_of("timeline", "rows:20,passes:1,draws:1");
  const Run again = demos::run_of("timeline", "rows:20,passes:1,draws:1");
  CHECK(few.readout("lenet") == again.readout("lenet"));
  const Run other = demos::run_of("timeline", "rows:20,passes:1,draws:1,seed:2");
  CHECK(few.readout("perceptron") != other.readout("perceptron"));
}

TEST_CASE("the winners of the ImageNet contest stand as published", "[timeline]") {
  const Run alone = demos::run_of("imagenet-winners", "");
  const Run others = demos::run_of("imagenet-winners", "pictures:1");
  const std::array<double, 8> published = {28.2, 25.8, 16.4, 11.7, 6.7, 3.57, 2.99, 2.25};
  for (std::size_t i = 0; i < published.size(); i++)
    CHECK(alone.readout("error_" + std::to_string(2010 + i)) == published[i]);
  CHECK(others.readout("error_2012") == 15.3);
  CHECK(others.readout("error_2013") == 11.2);
  CHECK(others.readout("error_2015") == alone.readout("error_2015"));
  const Run third = demos::run_of("imagenet-winners", "step:3");
  CHECK(third.demo().narrate() ==
        "2012: SuperVision (AlexNet), 16.4\u202f%, by a convolutional network with five "
        "convolutions, on two graphics cards. That is 36\u202f% less than the year before.");
  CHECK(std::isnan(third.readout("error_2013")));
}
