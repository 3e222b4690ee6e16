// What the demo scaling-plot is to show, as numbers.

#include <algorithm>
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

constexpr const char* demo_name = "scaling-plot";
constexpr std::array<int, 8> sizes = {10, 30, 100, 300, 1'000, 3'000, 10'000, 20'000};
constexpr int first_size_measured = 120;  // steps

Run finished(const std::string& state) {
  Run run(demo_name);
  std::vector<std::string> problems;
  run.restore(state, problems);
  REQUIRE(problems.empty());
  while (run.step()) {
  }
  return run;
}

struct Accuracies {
  double features, network;
};

/// n is only for reading, so that one run tells all sizes.
Accuracies at(Run& run, int n) {
  run.set("n", n);
  return {run.readout("classical_accuracy"), run.readout("network_accuracy")};
}

}  // namespace

TEST_CASE("features win with few pictures, the network with many", "[scaling-plot]") {
  Run run = finished("seeds:2");
  for (const int n : {10, 30, 100}) CHECK(at(run, n).features > at(run, n).network + 0.15);
  CHECK(at(run, 300).features > at(run, 300).network + 0.05);
  CHECK(at(run, 10'000).network > at(run, 10'000).features + 0.02);
  CHECK(at(run, 20'000).network > at(run, 20'000).features + 0.03);

  // Both learn: far above chance, and better with more pictures.
  CHECK(at(run, 10).network > 0.12);
  for (std::size_t i = 0; i + 1 < sizes.size(); i++) {
    const Accuracies less = at(run, sizes[i]), more = at(run, sizes[i + 1]);
    CHECK(more.features > less.features);
    CHECK(more.network > less.network);
    // Read between measured sizes on a straight line in log n.
    const Accuracies middle =
        at(run, static_cast<int>(std::round(std::sqrt(double(sizes[i]) * sizes[i + 1]))));
    CHECK(std::abs(middle.network - (less.network + more.network) / 2) < 0.005);
    CHECK(std::abs(middle.features - (less.features + more.features) / 2) < 0.005);
  }

  const double crossover = run.readout("crossover_n");
  CHECK(crossover > 700);
  CHECK(crossover < 2'500);
  const auto n = static_cast<int>(crossover);
  CHECK(std::abs(at(run, n).features - at(run, n).network) < 0.001);
  CHECK(at(run, n + n / 10).network > at(run, n + n / 10).features);
  run.set("n", std::floor(crossover / 2));
  CHECK_FALSE(run.demo().goal()->reached);
  run.set("n", std::ceil(1.05 * crossover));
  CHECK(run.demo().goal()->reached);
}

TEST_CASE("noise decides: clean pictures leave the features ahead for long", "[scaling-plot]") {
  Run clean = finished("noise:0,seeds:1");
  for (const int n : {10, 30, 100, 300, 1'000})
    CHECK(at(clean, n).features > at(clean, n).network + 0.05);
  CHECK(std::abs(at(clean, 20'000).features - at(clean, 20'000).network) < 0.01);
  CHECK(at(clean, 20'000).features > 0.97);

  Run noisy = finished("noise:0.2,seeds:1");
  CHECK(noisy.readout("crossover_n") > 100);
  CHECK(noisy.readout("crossover_n") < 700);
  CHECK(at(noisy, 20'000).network > at(noisy, 20'000).features + 0.1);
}

TEST_CASE("the curves are told as far as they are measured", "[scaling-plot]") {
  Run run(demo_name);
  run.set("n", 20);
  while (run.steps() < first_size_measured) run.step();
  CHECK(std::isnan(at(run, 20).network));  // needs 30 as well
  CHECK(run.demo().narrate() ==
        "Both are not yet measured at 20 pictures. Up to 10 the network does not overtake. Draw 1 "
        "of 3, now 30 pictures.");
  CHECK(at(run, 10).features > at(run, 10).network);
}

TEST_CASE("the slider reads a finished run without starting it anew", "[scaling-plot]") {
  const auto view = app::make_demo_view(demo_name);
  view->restore("step:" + std::to_string(first_size_measured));
  while (view->running()) view->advance();
  app::fit(*view, 1000);
  const std::string steps = "step:" + std::to_string(first_size_measured);
  CHECK(view->state() == steps);
  app::act(*view, "parameter.n", 10);
  CHECK(view->state() == "n:10," + steps);
  CHECK_FALSE(view->running());
  view->draw();
  CHECK(app::node(*view, "curves").table.rows.size() == sizes.size());
  const ui::Node& examples = app::node(*view, "examples");
  CHECK(examples.label == "Ten unseen pictures, read after training on 10");
  REQUIRE(examples.table.rows.size() == 10);
  std::vector<std::string> digits;
  for (const auto& row : examples.table.rows) {
    digits.push_back(row[0]);
    CHECK(row[1].find_first_of("0123456789") == 0);
    CHECK(row[2].find_first_of("0123456789") == 0);
  }
  std::sort(digits.begin(), digits.end());
  CHECK(digits == std::vector<std::string>{"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"});

  app::act(*view, "parameter.noise", 0);  // other pictures: a new run
  CHECK(view->state() == "n:10,noise:0");
}
