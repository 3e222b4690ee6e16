// What the demo xor-solved is to show: how the hidden layer moves the corners, that it may get
// stuck, and that it says so.

#include <array>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <string>
#include <vector>

#include "demos/run.h"
#include "view_helpers.h"

using namespace grad;
using demos::Run;

namespace {

constexpr const char* demo_name = "xor-solved";

/// How many of the first twenty seeds get all four corners right.
int solved(const std::string& settings) {
  int count = 0;
  for (int seed = 1; seed <= 20; seed++)
    count +=
        demos::run_of(demo_name, settings + ",seed:" + std::to_string(seed)).readout("corners") ==
        4;
  return count;
}

bool says(const std::string& state, const char* words) {
  return demos::run_of(demo_name, state).demo().narrate().find(words) != std::string::npos;
}

}  // namespace

TEST_CASE("the weights by hand move the corners as the text says", "[xor-solved]") {
  const auto view = app::make_demo_view(demo_name);
  CHECK(view->restore("start:1").empty());
  app::fit(*view, 1040);
  const std::vector<std::vector<std::string>> expected = {
      {"0", "0", "0", "0.000", "0.000", "−0.500", "0.378", "yes"},
      {"0", "1", "1", "1.000", "0.000", "0.500", "0.622", "yes"},
      {"1", "0", "1", "1.000", "0.000", "0.500", "0.622", "yes"},
      {"1", "1", "0", "2.000", "1.000", "−0.500", "0.378", "yes"}};
  CHECK(app::node(*view, "hidden").table.rows == expected);
  // With tanh, with more units and without noise they are right, too; one unit is not enough.
  for (const char* state : {"start:1", "start:1,activation:1", "start:1,units:8,noise:0"}) {
    CAPTURE(state);
    Run run(demo_name);
    std::vector<std::string> problems;
    run.restore(state, problems);
    CHECK(run.readout("corners") == 4);
    CHECK_FALSE(run.demo().goal()->reached);  // these weights were not found by training
    while (run.step()) {
    }
    CHECK(run.readout("corners") == 4);
    CHECK_FALSE(run.demo().goal()->reached);
  }
}

// The table in the lesson.
TEST_CASE("more units get stuck more seldom", "[xor-solved]") {
  const std::array<int, 8> relu = {0, 6, 13, 17, 19, 19, 19, 20};
  for (std::size_t i = 0; i < relu.size(); i++) {
    CAPTURE(i + 1);
    CHECK(solved("units:" + std::to_string(i + 1)) == relu[i]);
  }
  CHECK(solved("activation:1") == 11);
}

TEST_CASE("one unit and linear units never get there, and the demo says why", "[xor-solved]") {
  CHECK(solved("units:1,activation:1") == 0);
  CHECK(solved("units:8,activation:2") == 0);
  CHECK(says("units:1", "no weights can do it"));
  CHECK(says("units:8,activation:2", "one linear map"));
}

TEST_CASE("a run that is stuck, solved or out of hand is said to be", "[xor-solved]") {
  const Run stuck = demos::run_of(demo_name, "");
  CHECK(stuck.readout("right") == 75);
  CHECK(stuck.readout("corners") == 3);
  CHECK(stuck.readout("silent") == 1);
  CHECK(stuck.demo().narrate().find("It is stuck") != std::string::npos);
  CHECK_FALSE(stuck.demo().goal()->reached);

  const Run flat = demos::run_of(demo_name, "seed:2");
  CHECK(flat.readout("right") == 50);
  CHECK(flat.readout("gradient") < 1e-6);

  const Run done = demos::run_of(demo_name, "seed:4");
  CHECK(done.readout("right") == 100);
  CHECK(done.demo().narrate().find("Solved") != std::string::npos);
  CHECK(done.demo().goal()->reached);
  CHECK_FALSE(demos::run_of(demo_name, "units:4").demo().goal()->reached);  // too many units

  CHECK(says("units:8,activation:1,rate:100", "the learning rate is too large"));
  CHECK(says("rate:0.001", "at this learning rate the steps along it are short"));
  CHECK_FALSE(says("rate:0.001", "It is stuck"));
}

TEST_CASE("extremes are drawn and stay numbers", "[xor-solved]") {
  const auto view = app::make_demo_view(demo_name);
  for (const char* state : {"units:1,noise:0", "units:8,noise:0.4,rate:100", "units:8,start:1",
                            "units:3,activation:2,rate:100", "units:2,activation:1,rate:100"}) {
    CAPTURE(state);
    CHECK(view->restore(std::string(state) + ",step:200").empty());
    while (view->running()) view->advance();
    for (const float width : {320.F, 1040.F}) app::fit(*view, width);
    for (const ui::PlotData& plot : view->plots())
      for (const ui::Series& series : plot.series)
        for (const double x : series.x) CHECK(std::isfinite(x));
  }
}
