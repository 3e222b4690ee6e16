// What the demo width-against-depth is to show: exact weights for deep networks, limits of wide
// ones, and what training makes of both.

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <cstdlib>
#include <string>
#include <vector>

#include "demos/run.h"
#include "view_helpers.h"

using namespace grad;
using demos::Run;

namespace {

constexpr const char* demo_name = "width-against-depth";

double number(const std::string& cell) { return std::strtod(cell.c_str(), nullptr); }

/// How far the column is from the target, at the worst row.
double worst(const ui::Table& table, std::size_t column) {
  double most = 0;
  for (const auto& row : table.rows)
    most = std::max(most, std::abs(number(row[column]) - number(row[1])));
  return most;
}

std::string shape(int rounds, int layers, int width) {
  return "shown:1,seeds:1,rounds:" + std::to_string(rounds) + ",layers:" + std::to_string(layers) +
         ",width:" + std::to_string(width);
}

}  // namespace

TEST_CASE("weights chosen by hand draw the sawtooth exactly, as far as the units go",
          "[width-against-depth]") {
  const auto view = app::make_demo_view(demo_name);
  app::fit(*view, 1040);
  for (const int layers : {2, 3, 5})
    for (const int width : {2, 3, 8, 16})
      for (int rounds = 1; rounds <= 6; rounds++) {
        const std::string state = shape(rounds, layers, width);
        CAPTURE(state);
        const int rounds_a_layer = width >= 16 ? 4 : width >= 8 ? 3 : width >= 4 ? 2 : 1;
        const bool deep_holds = rounds <= layers * rounds_a_layer;
        CHECK(view->restore(state).empty());
        view->draw();
        const ui::Table& fits = app::node(*view, "fits").table;
        CHECK((worst(fits, 3) == 0) == deep_holds);

        const int units = static_cast<int>(number(app::node(*view, "pieces").table.rows[0][1]));
        if (units >= 1 << rounds)
          CHECK(worst(fits, 2) == 0);
        else
          CHECK(worst(fits, 2) == 0.5);  // no network with too few pieces comes closer

        // At equal parameters: the wide one has up to two more.
        Run run(demo_name);
        std::vector<std::string> problems;
        run.restore(state, problems);
        const double more = 3 * units + 1 - run.readout("parameters");
        CHECK(more >= 0);
        CHECK(more <= 2);
        const std::string words = run.demo().narrate();
        CHECK((words.find("built by hand, holds") == std::string::npos) == deep_holds);
        CHECK((words.find("makes at most") == std::string::npos) == (units >= 1 << rounds));
      }
}

TEST_CASE("one layer never makes more pieces than it has units, and one", "[width-against-depth]") {
  const auto view = app::make_demo_view(demo_name);
  CHECK(view->restore("width:6,layers:3,rounds:6,rate:0.05,step:400").empty());
  app::fit(*view, 1040);
  int looks = 0;
  for (int slice = 0; view->running(); slice++) {
    view->advance();
    if (slice % 40 != 0) continue;
    view->draw();
    for (const auto& row : app::node(*view, "pieces").table.rows) {
      CHECK(number(row[2]) <= number(row[1]) + 1);
      looks++;
    }
  }
  CHECK(looks > 20);
}

// What the lesson says of its presets.
TEST_CASE("the race ends as the lesson tells", "[width-against-depth]") {
  const auto reads = [](const std::string& state, auto check_run) {
    CAPTURE(state);
    check_run(demos::run_of(demo_name, state));
  };
  reads("", [](const Run& run) {  // four rounds: neither is good, depth a little better
    CHECK(std::abs(run.readout("deep_error") - 0.18) < 0.005);  // a question quotes it
    CHECK(run.readout("deep_error") < run.readout("wide_error"));
    CHECK(run.readout("wide_error") < 0.25);
    CHECK(run.readout("ahead") == 3);
    CHECK_FALSE(run.demo().goal()->reached);
  });
  reads("rounds:3", [](const Run& run) {  // both learn
    CHECK(run.readout("deep_error") < 0.01);
    CHECK(run.readout("wide_error") < 0.01);
    CHECK_FALSE(run.demo().goal()->reached);
  });
  reads("layers:5,width:16", [](const Run& run) {  // depth wins
    CHECK(run.readout("ahead") == 5);
    CHECK(run.readout("deep_error") < 0.01);
    CHECK(run.readout("wide_error") > 0.1);
    CHECK(run.readout("deep_pieces") == 85);  // a question quotes it
    CHECK(run.demo().goal()->reached);
  });
  reads("rounds:5,width:4", [](const Run& run) {  // few parameters: neither learns anything
    CHECK(run.readout("deep_stuck") == 5);
    CHECK(run.readout("wide_stuck") == 5);
    CHECK(run.demo().narrate().find("5 of the deep ones are stuck") != std::string::npos);
    CHECK(run.demo().narrate().find("The target has 32 pieces; one layer of 18 units makes at "
                                    "most 19") != std::string::npos);
  });
  reads("width:4,start:1", [](const Run& run) {  // the weights exist, and are held on to
    CHECK(run.readout("deep_error") < 0.001);
    CHECK(run.readout("wide_error") > 0.25);
    CHECK(run.readout("ahead") == 5);
  });
}

TEST_CASE("a rate that is far too large is said in words, and the run goes on",
          "[width-against-depth]") {
  const Run run = demos::run_of(demo_name, "rate:10");
  CHECK(run.complete());
  CHECK(run.demo().narrate().find("diverged: the learning rate is too large") != std::string::npos);
  for (const demos::Readout& readout : run.demo().readouts()) CHECK(std::isfinite(readout.value));
}

TEST_CASE("looking at other networks leaves the race alone", "[width-against-depth]") {
  Run looked_at(demo_name), alone(demo_name);
  for (int i = 0; i < 60; i++) {
    looked_at.set("shown", i % 2);
    looked_at.set("drawn", 1 + i % 8);
    looked_at.step();
    alone.step();
  }
  CHECK(looked_at.steps() == 60);
  CHECK(looked_at.readout("deep_error") == alone.readout("deep_error"));
  CHECK(looked_at.readout("wide_error") == alone.readout("wide_error"));
}
