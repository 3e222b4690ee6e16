// What the demo perceptron-stepper is to show: the bound and the proof, on any ten points.

#include <algorithm>
#include <array>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <string>
#include <vector>

#include "demos/run.h"
#include "tensor/rng.h"
#include "view_helpers.h"

using namespace grad;
using demos::Run;

namespace {

constexpr const char* demo_name = "perceptron-stepper";

void finish(Run& run) {
  while (run.step()) {
  }
}

/// The best margin among unit vectors of an even grid over half the sphere and its mirror image.
double margin_by_search(const std::vector<std::array<double, 3>>& signed_points) {
  double best = -2;
  constexpr int turns = 360;
  for (int i = 0; i <= turns; i++)
    for (int j = 0; j < 2 * turns; j++) {
      const double polar = M_PI * i / turns, around = M_PI * j / turns;
      const std::array<double, 3> u = {std::sin(polar) * std::cos(around),
                                       std::sin(polar) * std::sin(around), std::cos(polar)};
      double least = 2;
      for (const auto& z : signed_points)
        least = std::min(least, u[0] * z[0] + u[1] * z[1] + u[2] * z[2]);
      best = std::max(best, least);
    }
  return best;
}

}  // namespace

TEST_CASE("mistakes never pass the bound, and the proof's curves hold", "[perceptron-stepper]") {
  int settled = 0;
  for (int seed = 1; seed <= 60; seed++) {
    CAPTURE(seed);
    Run run(demo_name);
    run.set("points", seed % 2);
    run.set_seed(static_cast<std::uint64_t>(seed));
    const double margin = run.readout("margin"), radius = run.readout("radius");
    REQUIRE(margin > 0);
    CHECK(run.readout("bound") == std::floor(radius * radius / (margin * margin)));
    while (run.step()) {
      const double k = run.readout("mistakes"), length = run.readout("weight_length");
      CHECK(length >= k * margin - 1e-9);
      CHECK(length <= std::sqrt(k) * radius + 1e-9);
    }
    CHECK(run.readout("mistakes") <= run.readout("bound"));
    if (run.readout("mistakes") == 200) continue;
    settled++;
    CHECK(run.readout("right") == 10);
    CHECK(run.demo().narrate().starts_with("A whole pass without a mistake"));
  }
  CHECK(settled > 50);
}

TEST_CASE("the margin is the largest that there is", "[perceptron-stepper]") {
  Rng rng(3);
  for (int trial = 0; trial < 12; trial++) {
    Run run(demo_name);
    run.set("points", 3);
    std::vector<std::array<double, 3>> signed_points;
    for (int i = 0; i < 10; i++) {
      // Class 1 lies to the right on average, more so in later trials.
      const double side = i % 2 == 1 ? 1 : -1;
      const double x = std::clamp(
          static_cast<double>(rng.uniform(-1, 1)) * 0.6 + side * 0.06 * trial, -1.0, 1.0);
      run.set("x" + std::to_string(i + 1), x);
      run.set("y" + std::to_string(i + 1), static_cast<double>(rng.uniform(-1, 1)));
      const std::span<const double> values = run.values();
      const std::size_t at = 2 + 2 * static_cast<std::size_t>(i);
      signed_points.push_back({side * values[at], side * values[at + 1], side});
    }
    CAPTURE(trial);
    const double searched = margin_by_search(signed_points), margin = run.readout("margin");
    if (std::isnan(margin)) {
      CHECK(searched < 0.02);  // a grid's step away from none
    } else {
      CHECK(searched <= margin + 1e-6);
      CHECK(searched > margin - 0.02);
    }
  }
}

TEST_CASE("exclusive or never settles and says why", "[perceptron-stepper]") {
  for (int seed = 1; seed <= 20; seed++) {
    CAPTURE(seed);
    Run run(demo_name);
    run.set("points", 2);
    run.set_seed(static_cast<std::uint64_t>(seed));
    CHECK(std::isnan(run.readout("margin")));
    CHECK(std::isnan(run.readout("bound")));
    finish(run);
    CHECK(run.readout("mistakes") == 200);
    CHECK(run.readout("right") < 10);
    // The weights do not grow for ever, though they never rest.
    CHECK(run.readout("weight_length") < 6);
    CHECK(run.demo().narrate().find("will never settle") != std::string::npos);
  }
}

TEST_CASE("the pocket keeps the best weights", "[perceptron-stepper]") {
  for (int seed = 1; seed <= 20; seed++) {
    CAPTURE(seed);
    Run run(demo_name);
    run.set("points", 2);
    run.set("keep", 1);
    run.set_seed(static_cast<std::uint64_t>(seed));
    double best = 0;
    while (run.step()) {
      CHECK(run.readout("right") >= best);
      best = run.readout("right");
    }
    CHECK(best >= 6);
  }
}

TEST_CASE("dragging a point moves that point and makes all of them one's own",
          "[perceptron-stepper]") {
  using Kind = app::PointerEvent::Kind;
  const auto view = app::make_demo_view(demo_name);
  CHECK(view->restore("points:3").empty());
  app::fit(*view, 1040);
  const ui::Rect plane = app::node(*view, "plane").rect;
  const auto drag = [&](float from_x, float from_y, float to_x, float to_y) {
    const auto at = [&](Kind kind, float x0, float x1) {
      const float unit = 0.45F * plane.w;
      view->pointer({.kind = kind,
                     .x = plane.x + plane.w / 2 + unit * x0,
                     .y = plane.y + plane.h / 2 - unit * x1});
      view->draw();
    };
    at(Kind::move, from_x, from_y);
    at(Kind::down, from_x, from_y);
    at(Kind::move, to_x, to_y);
    at(Kind::up, to_x, to_y);
  };
  const std::string before = view->state();
  drag(0, 0, 0.2F, 0);  // no point is near
  CHECK(view->state() == before);
  drag(0.3F, 0.1F, 0.7F, 0.1F);  // point 4
  Run run(demo_name);
  std::vector<std::string> problems;
  run.restore(view->state(), problems);
  REQUIRE(problems.empty());
  const Run unmoved = demos::run_of(demo_name, "points:3,step:0");
  for (std::size_t i = 0; i < run.values().size(); i++) {
    CAPTURE(i);
    if (i == 2 + 2 * 3)
      CHECK(std::abs(run.values()[i] - 0.7) < 0.16);
    else if (i != 2 + 2 * 3 + 1)
      CHECK(run.values()[i] == unmoved.values()[i]);
  }
  // From a given set, all ten places come along.
  CHECK(view->restore("points:2").empty());
  view->draw();
  drag(0.5F, 0.5F, 0.6F, 0.6F);
  CHECK(view->state().starts_with("points:3,"));
}

TEST_CASE("a step can be undone, at the end as well", "[perceptron-stepper]") {
  const auto view = app::make_demo_view(demo_name);
  app::fit(*view, 1040);
  const auto press = [&](const char* id) {
    view->act({id, 1, ""});
    view->draw();
    while (view->running()) view->advance();
    view->draw();
  };
  CHECK(app::node(*view, "back").disabled);
  press("step");
  const std::string once = view->model();
  press("step");
  CHECK(view->model() != once);
  press("back");
  CHECK(view->model() == once);
  CHECK(view->state() == "step:1");
  press("back");
  CHECK(view->state().empty());
  CHECK(app::node(*view, "back").disabled);
  press("run");  // to the end
  // Beside the other buttons on phones as well, so that nothing is moved down.
  app::fit(*view, 350);
  CHECK(app::node(*view, "back").rect.y == app::node(*view, "run").rect.y);
  CHECK(app::node(*view, "reset").rect.y == app::node(*view, "run").rect.y);
  const std::string end = view->model();
  press("back");
  CHECK(view->model() != end);
  press("step");
  CHECK(view->model() == end);
}

TEST_CASE("two points of both classes at one place cannot be separated", "[perceptron-stepper]") {
  Run run(demo_name);
  for (const char* name : {"x1", "y1", "x2", "y2"}) run.set(name, 0);
  run.set("points", 3);
  CHECK(std::isnan(run.readout("margin")));
  finish(run);
  CHECK(run.readout("mistakes") == 200);
}
