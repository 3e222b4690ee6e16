// What the demo one-neuron is to show: the worked example, six activations with their derivatives,
// and learning that works, fails or crawls for the reasons that the lesson gives.

#include <array>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_floating_point.hpp>
#include <cmath>
#include <string>

#include "demos/run.h"
#include "view_helpers.h"

using namespace grad;
using Catch::Matchers::WithinAbs;
using demos::Run;
using demos::run_of;

namespace {

constexpr const char* demo_name = "one-neuron";

Run finished(const std::string& state) { return run_of(demo_name, state); }

bool says(const Run& run, std::string_view words) {
  return run.demo().narrate().find(words) != std::string::npos;
}

/// The neuron at a weighted sum of `z`: all weights are 0, and the bias is z.
Run at(int activation, double z) {
  return finished("w1:0,w2:0,w3:0,b:" + std::to_string(z) +
                  ",activation:" + std::to_string(activation));
}

struct Expected {
  double output, slope;
};

/// Outputs and derivatives from the standard library, in the order of the choices.
Expected expected(int activation, double z) {
  const double sigmoid = 1 / (1 + std::exp(-z));
  const double below = std::erfc(-z / std::sqrt(2)) / 2;
  switch (activation) {
    case 0:
      return {z > 0 ? 1.0 : 0.0, 0};
    case 1:
      return {sigmoid, sigmoid * (1 - sigmoid)};
    case 2:
      return {std::tanh(z), 1 - std::tanh(z) * std::tanh(z)};
    case 3:
      return {z > 0 ? z : 0, z > 0 ? 1.0 : 0.0};
    case 4:
      return {z > 0 ? z : 0.01 * z, z > 0 ? 1.0 : 0.01};
    default:
      return {z * below, below + z * std::exp(-z * z / 2) / std::sqrt(2 * M_PI)};
  }
}

}  // namespace

TEST_CASE("the neuron begins with the worked example", "[one-neuron]") {
  const Run run = finished("");
  CHECK_THAT(run.readout("z"), WithinAbs(0.4 * 0.75 + 0.5 * 0.8 + 0.8 - 1, 1e-6));
  CHECK_THAT(run.readout("output"), WithinAbs(0.622459, 1e-6));
  CHECK_THAT(run.readout("slope"), WithinAbs(0.235004, 1e-6));
  const auto view = app::make_demo_view(demo_name);
  app::fit(*view, 1040);
  CHECK(app::node(*view, "formula.sum").label ==
        "z = 0.40·0.75 + 0.50·0.80 + 0.80·1.00 − 1.00 = 0.50");
  CHECK(app::node(*view, "formula.output").label ==
        "a = 1/(1 + e^(−0.50)) = 0.622, so the answer is yes");
}

TEST_CASE("outputs and derivatives are those of the formulas", "[one-neuron]") {
  for (int activation = 0; activation < 6; activation++)
    for (const double z : {-6.0, -2.0, -1.41, -0.75, -0.1, 0.1, 0.7, 1.41, 3.0, 6.0}) {
      CAPTURE(activation, z);
      const Run run = at(activation, z);
      const Expected right = expected(activation, z);
      CHECK_THAT(run.readout("output"), WithinAbs(right.output, 2e-6));
      CHECK_THAT(run.readout("slope"), WithinAbs(right.slope, 2e-6));
    }
}

TEST_CASE("the answer turns where the output is half-way between no and yes", "[one-neuron]") {
  const std::array<double, 6> just_no = {0, -0.01, -0.01, 0.49, 0.49, 0.66};
  for (int activation = 0; activation < 6; activation++) {
    CAPTURE(activation);
    const double half = activation == 2 ? 0 : 0.5,
                 z = just_no[static_cast<std::size_t>(activation)];
    const Run no = at(activation, z), yes = at(activation, z + 0.01);
    CHECK(says(no, ": no,"));
    CHECK(says(yes, ": yes,"));
    CHECK(no.readout("output") < half);
    CHECK(yes.readout("output") >= half);
  }
}

TEST_CASE("films lie on flat ground where the derivative is as good as zero", "[one-neuron]") {
  const auto flat = [](int activation, double z) { return at(activation, z).readout("flat"); };
  CHECK(flat(0, 3) == 40);
  CHECK(flat(1, 5.2) == 0);
  CHECK(flat(1, 5.4) == 40);
  CHECK(flat(2, 3.3) == 0);
  CHECK(flat(2, 3.4) == 40);
  CHECK(flat(3, 0) == 40);
  CHECK(flat(3, 0.01) == 0);
  CHECK(flat(4, -6) == 0);
  CHECK(flat(5, -3.3) == 0);
  CHECK(flat(5, -3.4) == 40);
  CHECK(flat(5, 6) == 0);
}

// The presets of lesson 02-01, with what the text says of them.
TEST_CASE("presets come to what the lesson says", "[one-neuron]") {
  struct Preset {
    const char* state;
    double right, flat;
    const char* words;
  };
  const std::array<Preset, 15> presets = {{
      {"", 32, 0, "the output 0.622: yes"},
      {"x3:0", 32, 0, "the output 0.426: no"},
      {"scale:1", 22, 39, "The weighted sum is 39.80"},
      {"train:1", 40, 2, "After 1,000 of 1,000"},
      {"train:1,scale:1", 18, 40, "Saturated: all films"},
      {"train:1,scale:1,w1:0,w2:0,w3:0,b:0", 22, 40, "Saturated: all films"},
      {"train:1,scale:1,w1:0,w2:0,w3:0,b:0,rate:0.0001", 22, 0, "After 1,000 of 1,000"},
      {"train:1,scale:2", 40, 23, "After 1,000 of 1,000"},
      {"train:1,activation:0", 32, 40, "A step is flat everywhere"},
      {"train:1,activation:3", 18, 40, "After 2 of 1,000"},
      {"train:1,activation:3,rate:0.3", 38, 5, "After 1,000 of 1,000"},
      {"train:1,activation:3,rate:0.3,b:-3", 18, 40, "After 0 of 1,000"},
      {"train:1,activation:4,rate:0.3,b:-3", 34, 0, "After 1,000 of 1,000"},
      {"train:1,w1:6,w2:6,w3:6,b:6", 22, 40, "Saturated: all films"},
      {"train:1,activation:4,scale:1", 22, 0, "the loss beyond a million"},
  }};
  for (const Preset& preset : presets) {
    CAPTURE(preset.state);
    const Run run = finished(preset.state);
    CAPTURE(run.demo().narrate());
    CHECK(run.readout("right") == preset.right);
    CHECK(run.readout("flat") == preset.flat);
    CHECK(says(run, preset.words));
  }
}

TEST_CASE("scaled inputs are learned from, whatever the seed; raw ones are not", "[one-neuron]") {
  for (int seed = 1; seed <= 8; seed++) {
    CAPTURE(seed);
    const std::string end = ",seed:" + std::to_string(seed);
    CHECK(finished("train:1" + end).readout("right") >= 35);
    CHECK(finished("train:1,scale:2" + end).readout("right") >= 35);
    const Run raw = finished("train:1,scale:1" + end);
    CHECK(raw.readout("flat") >= 36);
    CHECK(raw.readout("right") <= 30);
    const std::string zero = "train:1,scale:1,w1:0,w2:0,w3:0,b:0,rate:0.0001";
    CHECK(finished(zero + end).readout("loss") >
          2 * finished("train:1,w1:0,w2:0,w3:0,b:0" + end).readout("loss"));
  }
}

TEST_CASE("raw inputs need weights in raw units, no other answer", "[one-neuron]") {
  const Run shares = finished("w1:1.2,w2:5,w3:0.8,b:-3.1");
  const Run raw = finished("scale:1,w1:0.01,w2:0.5,w3:0.8,b:-3.1");
  for (const char* name : {"z", "output", "slope", "loss"}) {
    CAPTURE(name);
    CHECK_THAT(raw.readout(name), WithinAbs(shares.readout(name), 1e-5));
  }
  CHECK(raw.readout("right") == shares.readout("right"));
}

TEST_CASE("a dead ReLU stays dead", "[one-neuron]") {
  for (int seed = 1; seed <= 8; seed++) {
    CAPTURE(seed);
    Run run(demo_name);
    for (const char* name : {"train", "activation"}) run.set(name, name[0] == 't' ? 1 : 3);
    run.set("b", -4);
    run.set_seed(static_cast<std::uint64_t>(seed));
    const double loss = run.readout("loss");
    CHECK_FALSE(run.step());
    CHECK(run.readout("loss") == loss);
    CHECK(says(run, "Dead: no film has a positive weighted sum"));
  }
}

TEST_CASE("the film to be judged is looked at, not learned from", "[one-neuron]") {
  Run run(demo_name);
  run.set("train", 1);
  for (int i = 0; i < 20; i++) run.step();
  const double loss = run.readout("loss"), z = run.readout("z");
  run.set("x1", 0);
  CHECK(run.steps() == 20);
  CHECK(run.readout("loss") == loss);
  CHECK(run.readout("z") < z);
}

TEST_CASE("the goal takes weights that fit minutes and stars", "[one-neuron]") {
  const auto reached = [](const char* state) { return finished(state).demo().goal()->reached; };
  CHECK(reached("scale:1,w1:0.03,w2:0.4,w3:2,b:-5"));                // by hand
  CHECK(reached("train:1,scale:1,w1:0,w2:0,w3:0,b:-5,rate:0.001"));  // learned
  CHECK_FALSE(reached("scale:1"));
  CHECK_FALSE(reached("train:1,scale:1"));
  CHECK_FALSE(reached("train:1"));  // right, but on scaled inputs
}

TEST_CASE("dragging across the plane chooses the film", "[one-neuron]") {
  using Kind = app::PointerEvent::Kind;
  const auto view = app::make_demo_view(demo_name);
  app::fit(*view, 1040);
  const ui::Rect plane = app::node(*view, "plane").rect;
  const auto at = [&](Kind kind, float along) {
    view->pointer({.kind = kind, .x = plane.x + along * plane.w, .y = plane.y + plane.h / 2});
    view->draw();
  };
  at(Kind::move, 0.3F);
  at(Kind::down, 0.3F);
  at(Kind::move, 0.5F);
  at(Kind::up, 0.5F);
  Run run(demo_name);
  std::vector<std::string> problems;
  run.restore(view->state(), problems);
  CHECK(problems.empty());
  CHECK(std::abs(run.values()[0] - 0.5) < 0.12);
  CHECK(std::abs(run.values()[1] - 0.5) < 0.12);
  CHECK(run.values()[2] == 1);
  CHECK(run.values()[3] == 0.4);
}
