#include <algorithm>
#include <array>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <string>
#include <vector>

#include "demos/run.h"
#include "tensor/check.h"
#include "ui/plot.h"
#include "view_helpers.h"

using namespace grad;
using demos::Run;

namespace {

constexpr const char* demo_name = "universal-approximation";

Run finished(const std::string& state) {
  Run run(demo_name);
  std::vector<std::string> problems;
  run.restore(state, problems);
  CAPTURE(state);
  REQUIRE(problems.empty());
  while (run.step()) {
  }
  return run;
}

double worst(const std::string& state) { return finished(state).readout("sup_error"); }

std::string with(const char* name, int value) {
  return std::string(name) + ":" + std::to_string(value) + ",";
}

/// The values of y0 … y10 and of `function`.
std::vector<double> heights_of(const std::string& state) {
  Run run(demo_name);
  std::vector<std::string> problems;
  run.restore(state, problems);
  REQUIRE(problems.empty());
  std::vector<double> heights;
  for (std::size_t i = 0; i < run.values().size(); i++)
    if (run.demo().parameters()[i].name[0] == 'y') heights.push_back(run.values()[i]);
  REQUIRE(heights.size() == 11);
  return heights;
}

bool is_drawn(const std::string& state) { return state.find("function:5") != state.npos; }

}  // namespace

TEST_CASE("more units fit every function better", "[universal-approximation]") {
  for (int function = 0; function <= 5; function++) {
    for (int activation = 0; activation <= 1; activation++) {
      const std::string rest = with("function", function) + with("activation", activation);
      CAPTURE(rest);
      const double few = worst(rest + "units:4"), many = worst(rest + "units:200");
      CHECK(few > 0.05);
      CHECK(many < 0.05);
      CHECK(many < few / 5);
    }
  }
  CHECK(worst("units:100") < 0.03);  // the sine wave
  CHECK(worst("units:100,activation:1") < 0.01);
  CHECK(worst("") > 0.3);  // what the reader meets first leaves something to do
}

TEST_CASE("the worst error is the largest of all and the mean lies below it",
          "[universal-approximation]") {
  for (const char* state : {"units:1", "units:40", "units:12,activation:1", "units:8,method:1"}) {
    const Run run = finished(state);
    CHECK(run.readout("rms_error") < run.readout("sup_error"));
    CHECK(run.readout("worst_at") >= 0);
    CHECK(run.readout("worst_at") <= 1);
  }
  // A constant is the intercept alone.
  std::string flat = "function:5,";
  for (int i = 0; i <= 10; i++) flat += with(("y" + std::to_string(i)).c_str(), 1);
  for (const char* activation : {"activation:0", "activation:1"})
    CHECK(worst(flat + activation) < 1e-6);
}

TEST_CASE("training moves the hidden units, and need not find what least squares does",
          "[universal-approximation]") {
  // Kinks move to the corner.
  CHECK(worst("function:2,activation:1,units:16,method:1") <
        worst("function:2,activation:1,units:16") / 2);
  // The weights that fit are there, but 2,000 updates do not get to them.
  CHECK(worst("units:200,method:1") > 10 * worst("units:200"));
  Run run(demo_name);
  run.set("method", 1);
  run.set("activation", 1);
  run.set("units", 64);
  const double before = run.readout("sup_error");
  while (run.step()) {
  }
  CHECK(run.steps() == 500);
  CHECK(run.readout("sup_error") < before / 5);
}

TEST_CASE("the goal is reached below 0.05, and the narration says by how few units",
          "[universal-approximation]") {
  const Run missed = finished("units:8");
  CHECK_FALSE(missed.demo().goal()->reached);
  CHECK(missed.demo().narrate().find("enough") == std::string::npos);
  const Run reached = finished("units:40,activation:1");
  CHECK(reached.demo().goal()->reached);
  CHECK(reached.demo().narrate().find("32 is enough for 0.05") != std::string::npos);
  CHECK(worst("units:32,activation:1") < 0.05);
  CHECK(worst("units:16,activation:1") >= 0.05);
}

TEST_CASE("the heights make the drawn function", "[universal-approximation]") {
  // One hinge in the middle is the corner: heights on its two slopes.
  std::string corner = "function:5,units:150,activation:1";
  for (int i = 0; i <= 10; i++)
    corner += ",y" + std::to_string(i) + ":" + std::to_string(std::abs(2 * i - 10) / 10.0 - 0.5);
  const Run drawn = finished(corner);
  CHECK(drawn.readout("sup_error") < 0.02);
  // Addresses keep heights in short decimals.
  Run run(demo_name);
  run.set("function", 5);
  run.set("y3", 0.3401);
  CHECK(run.state() == "function:5,y3:0.34");
  const std::array<demos::Setting, 2> bad = {{{"y4", 0.5}, {"y5", 2}}};
  CHECK_THROWS_AS(run.set(bad), Error);
  CHECK(run.state() == "function:5,y3:0.34");
  const std::array<demos::Setting, 2> good = {{{"y4", 0.5}, {"y5", -1}}};
  run.set(good);
  CHECK(run.state() == "function:5,y3:0.34,y4:0.5,y5:-1");
}

TEST_CASE("a drag across the figure draws the function", "[universal-approximation]") {
  using Kind = app::PointerEvent::Kind;
  for (const bool touch : {false, true}) {
    CAPTURE(touch);
    const auto view = app::make_demo_view(demo_name);
    app::fit(*view, 1040);
    const ui::Rect figure = app::node(*view, "function").rect;
    CHECK(app::node(*view, "function").drawable);
    const auto point = [&](Kind kind, float x, float y) {
      view->pointer({.kind = kind, .x = x, .y = y, .touch = touch});
      view->draw();
    };
    // Straight across, from left of the area to right of it: all eleven heights become one.
    const float y = figure.y + figure.h / 2, left = figure.x + 2, right = figure.x + figure.w - 2;
    point(Kind::down, figure.x + figure.w / 2, y);
    for (const float x : {left, right}) point(Kind::move, x, y);
    point(Kind::up, right, y);
    CHECK(is_drawn(view->state()));
    const std::vector<double> level = heights_of(view->state());
    for (const double height : level) CHECK(height == level[0]);
    CHECK(std::abs(level[0]) < 0.5);

    // Up at the right end alone.
    const std::string before = view->state();
    point(Kind::down, right - 90, y - 40);
    point(Kind::up, right - 90, y - 40);
    const std::vector<double> raised = heights_of(view->state());
    CHECK((view->state() == before) == touch);  // a tap leaves it alone
    int changed = 0;
    for (std::size_t i = 0; i < raised.size(); i++) changed += raised[i] != level[i];
    CHECK(changed == (touch ? 0 : 1));
    for (const double height : raised) CHECK(height >= level[0]);
  }
}

TEST_CASE("drawing on a given function begins from its heights", "[universal-approximation]") {
  const auto view = app::make_demo_view(demo_name);
  app::fit(*view, 1040);
  const ui::Rect figure = app::node(*view, "function").rect;
  app::click(*view, figure);
  CHECK(is_drawn(view->state()));
  const std::vector<double> heights = heights_of(view->state());
  int near_sine = 0;
  for (std::size_t i = 0; i < heights.size(); i++)
    near_sine +=
        std::abs(heights[i] - 0.8 * std::sin(0.4 * 3.14159265 * static_cast<double>(i))) < 0.011;
  CHECK(near_sine >= 10);  // all but the one that was pressed
}
