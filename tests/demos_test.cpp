#include "demos/demo.h"

#include <algorithm>
#include <array>
#include <bit>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <catch2/matchers/catch_matchers_floating_point.hpp>
#include <cmath>
#include <fstream>
#include <iterator>
#include <limits>
#include <nlohmann/json.hpp>
#include <set>

#include "app/view.h"
#include "data/shapes.h"
#include "demos/run.h"
#include "demos/unit_measures.h"
#include "imgui.h"
#include "kernels/kernels.h"
#include "tensor/check.h"
#include "tensor/rng.h"

using namespace grad;
using Catch::Matchers::Message;
using Catch::Matchers::WithinAbs;
using demos::Run;

namespace {

constexpr std::int64_t most_steps = 100'000;
constexpr std::int64_t late_step = 400;  // the end of most runs, the middle of long ones

void run_to(Run& run, std::int64_t step) {
  while (run.steps() < step && run.step()) {
  }
}

void complete(Run& run) {
  run_to(run, most_steps);
  REQUIRE(run.complete());
}

/// Everything a reader can know of a run, numbers to the bit.
std::string seen(const Run& run) {
  std::string all = run.state() + "\n" + run.demo().narrate() + "\n";
  for (const demos::Readout& readout : run.demo().readouts())
    all += std::string(readout.name) + " " +
           std::to_string(std::bit_cast<std::uint64_t>(readout.value)) + "\n";
  return all;
}

/// Every read-out a finite number, or not known where that may be.
void check_finite(const Run& run) {
  for (const demos::Readout& readout : run.demo().readouts()) {
    CAPTURE(run.state(), readout.name, readout.value);
    const bool may_be_unknown = readout.may_stay_unknown || !run.complete();
    CHECK((std::isfinite(readout.value) || (may_be_unknown && std::isnan(readout.value))));
  }
}

/// A state text with every parameter at its lower end.
std::string least(std::string_view demo_name) {
  Run run(demo_name);
  for (const demos::Parameter& parameter : run.demo().parameters())
    run.set(parameter.name, parameter.min);
  return run.state();
}

bool is_name(std::string_view name, char separator) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == separator;
  });
}

}  // namespace

TEST_CASE("every demo declares itself soundly", "[demos]") {
  REQUIRE_FALSE(demos::all_demos().empty());
  std::set<std::string> names;
  for (const demos::DemoEntry& entry : demos::all_demos()) {
    CAPTURE(entry.name);
    CHECK(is_name(entry.name, '-'));
    CHECK(names.insert(entry.name).second);
    CHECK(demos::find_demo(entry.name) == &entry);
    CHECK_FALSE(std::string(entry.title).empty());

    const Run run(entry.name);
    CHECK_FALSE(std::string(run.demo().task()).empty());
    CHECK_FALSE(run.demo().narrate().empty());
    std::set<std::string> used = {"seed", "step"};  // these two have their own place in addresses
    for (const demos::Parameter& parameter : run.demo().parameters()) {
      CAPTURE(parameter.name);
      CHECK(is_name(parameter.name, '_'));
      CHECK(used.insert(parameter.name).second);
      CHECK_FALSE(std::string(parameter.label).empty());
      CHECK(parameter.min < parameter.max);
      CHECK(parameter.min <= parameter.initial);
      CHECK(parameter.initial <= parameter.max);
      CHECK((!parameter.logarithmic || parameter.min > 0));
      if (!parameter.choices.empty()) {
        CHECK(parameter.step == 1);
        CHECK(parameter.max - parameter.min + 1 == static_cast<double>(parameter.choices.size()));
      }
      Run same(entry.name);
      same.set(parameter.name, parameter.initial);  // a value that the steps can reach
      CHECK(same.state().empty());
    }
    used.clear();
    for (const demos::Readout& readout : run.demo().readouts()) {
      CHECK(is_name(readout.name, '_'));
      CHECK(used.insert(readout.name).second);
    }
  }
  CHECK(demos::find_demo("no-such-demo") == nullptr);
}

// At the lower ends to the last step; at its defaults and the upper ends, where a run may be long,
// only as far as most runs go.
TEST_CASE("every demo runs at its defaults and at both ends of its ranges", "[demos]") {
  for (const demos::DemoEntry& entry : demos::all_demos()) {
    Run run(entry.name);
    std::vector<std::string> problems;
    run.restore(least(entry.name), problems);
    complete(run);
    check_finite(run);
    if (const auto goal = run.demo().goal()) CHECK_FALSE(goal->reached);  // the reader's to do
    const std::string final = seen(run);
    CHECK_FALSE(run.step());  // nothing more happens
    CHECK_FALSE(run.demo().step());
    CHECK(seen(run) == final);
    for (const bool largest : {false, true}) {
      bool another_run = false;
      for (const demos::Parameter& parameter : run.demo().parameters()) {
        run.set(parameter.name, largest ? parameter.max : parameter.initial);
        another_run = another_run || !parameter.view;
      }
      CHECK(run.complete() != another_run);
      CHECK((run.steps() == 0) == another_run);
      run_to(run, late_step);
      check_finite(run);
    }
  }
}

TEST_CASE("a goal is open at first and reached by what it asks for", "[demos]") {
  for (const demos::DemoEntry& entry : demos::all_demos()) {
    CAPTURE(entry.name);
    const std::optional<demos::Goal> goal = Run(entry.name).demo().goal();
    if (!goal) continue;
    CHECK_FALSE(std::string_view(goal->text).empty());
    CHECK_FALSE(std::string_view(goal->text).ends_with('.'));
    CHECK_FALSE(goal->reached);
  }
  const auto reached = [](std::string_view name, std::string_view state) {
    return demos::run_of(name, state).demo().goal()->reached;
  };
  CHECK(reached("feature-ceiling", "n:2000"));
  CHECK_FALSE(reached("feature-ceiling", "n:2000,step:10"));
  CHECK(reached("universal-approximation", "units:48"));
  CHECK_FALSE(reached("universal-approximation", "units:48,activation:0,function:4"));
}

TEST_CASE("every demo draws without a window, before, during and after its run", "[demos]") {
  for (const demos::DemoEntry& entry : demos::all_demos()) {
    CAPTURE(entry.name);
    const auto view = app::make_demo_view(entry.name);
    const std::array<float, 3> widths = {320, 768, 1040};
    const auto draw_at = [&](float width) {
      view->resize(width, 800, 2);
      view->draw();
    };
    for (const float width : widths) draw_at(width);
    view->restore("step:100");  // at its defaults, then a run that is not longer than it must be
    while (view->running()) view->advance();
    for (const float width : widths) draw_at(width);
    view->restore(least(entry.name) + ",step:1000000");
    for (std::size_t slice = 0; view->running() && slice < most_steps; slice++) {
      view->advance();
      if (slice % 50 == 0) draw_at(widths[slice / 50 % widths.size()]);
    }
    CHECK_FALSE(view->running());
    for (const float width : widths) {
      draw_at(width);
      CHECK(view->content_height() > 0);
      int figures = 0;
      for (const ui::Node& node : view->nodes()) {
        if (node.role != ui::Role::figure) continue;
        figures++;
        CAPTURE(node.id);
        CHECK_FALSE(node.label.empty());
        CHECK_FALSE(node.description.empty());
        CHECK_FALSE(node.table.rows.empty());
        for (const auto& row : node.table.rows) CHECK(row.size() == node.table.columns.size());
      }
      CHECK(figures > 0);
    }
  }
}

TEST_CASE("parameters, seed and step determine a run to the bit", "[demos][determinism]") {
  for (const demos::DemoEntry& entry : demos::all_demos()) {
    Run first(entry.name);
    first.set_seed(7);
    run_to(first, 23);
    const std::string midway = seen(first), address = first.state();
    run_to(first, late_step);

    Run second(entry.name);
    run_to(second, 5);  // what happened before does not matter
    std::vector<std::string> problems;
    const std::int64_t target = second.restore(address, problems);
    CHECK(problems.empty());
    CHECK(second.steps() == 0);
    run_to(second, target);
    CHECK(seen(second) == midway);
    run_to(second, late_step);
    CHECK(seen(second) == seen(first));

    kernels::select(kernels::Class::fast);  // as another view may have wished
    second.restart();
    run_to(second, target);
    CHECK(seen(second) == midway);
    second.set_seed(8);
    run_to(second, target);
    CHECK(seen(second) != midway);
  }
}

namespace {

bool can_be_used(const ui::Node& node) {
  switch (node.role) {
    case ui::Role::slider:
    case ui::Role::button:
    case ui::Role::radio:
    case ui::Role::checkbox:
    case ui::Role::textbox:
      return !node.disabled;
    default:
      return node.drawable;
  }
}

/// A short drag somewhere in the figure.
void drag_at_random(app::View& view, const ui::Rect& figure, Rng& rng) {
  using Kind = app::PointerEvent::Kind;
  for (const Kind kind : {Kind::down, Kind::move, Kind::up}) {
    view.pointer({.kind = kind,
                  .x = figure.x + static_cast<float>(rng.uniform()) * figure.w,
                  .y = figure.y + static_cast<float>(rng.uniform()) * figure.h});
    view.draw();
  }
}

/// Uses one of the controls that the view shows, whichever: sliders, buttons, choices, text boxes,
/// figures to draw in.
void act_at_random(app::View& view, Rng& rng) {
  constexpr std::array entries = {"0.8", "-3", "1e300", "much", ""};
  std::vector<ui::Node> controls;
  std::copy_if(view.nodes().begin(), view.nodes().end(), std::back_inserter(controls), can_be_used);
  const ui::Node& control = controls[rng.below(static_cast<std::uint32_t>(controls.size()))];
  if (control.drawable) return drag_at_random(view, control.rect, rng);
  // Mostly small, so that most runs are cheap.
  const double share = std::pow(static_cast<double>(rng.uniform()), 3);
  const bool slider = control.role == ui::Role::slider;
  view.act({control.id, slider ? control.min + share * (control.max - control.min) : 1,
            entries[rng.below(entries.size())]});
  view.draw();
}

}  // namespace

TEST_CASE("a thousand random actions leave every read-out a number, or not yet known", "[demos]") {
  for (const demos::DemoEntry& entry : demos::all_demos()) {
    CAPTURE(entry.name);
    const auto view = app::make_demo_view(entry.name);
    const Run declared(entry.name);
    const std::vector<demos::Readout> readouts = declared.demo().readouts();
    Rng rng(2026);
    view->resize(1040, 600, 1);
    view->draw();
    for (int action = 0; action < 1000; action++) {
      const std::uint32_t choice = rng.below(60);
      if (choice == 0)
        view->restore("seed:" + std::to_string(rng.bits()));
      else if (choice == 1)
        view->predict(readouts[rng.below(static_cast<std::uint32_t>(readouts.size()))].name);
      else if (choice < 40)
        view->advance();
      else
        act_at_random(*view, rng);
      const nlohmann::json model = nlohmann::json::parse(view->model());
      CAPTURE(action, view->state());
      REQUIRE(model.at("readouts").size() == readouts.size());
      for (const demos::Readout& readout : readouts) {
        CAPTURE(readout.name);
        const nlohmann::json& value = model.at("readouts").at(readout.name);
        const bool may_be_unknown = readout.may_stay_unknown || !model.at("complete");
        REQUIRE((value.is_number() || (value.is_null() && may_be_unknown)));
      }
      // JSON has no infinity: there it is null, too.
      for (const ui::Node& node : view->nodes())
        if (node.id.starts_with("reading.") && node.value_text.find("∞") != std::string::npos)
          FAIL(node.id);
      REQUIRE_FALSE(model.at("narration").get<std::string>().empty());
    }
  }
}

TEST_CASE("a run refuses what it cannot take and stays as it was", "[demos][errors]") {
  CHECK_THROWS_MATCHES(Run("no-such-demo"), Error,
                       Message("There is no demo called \"no-such-demo\"."));
  Run run("feature-ceiling");
  run.set("n", 500);
  run_to(run, 3);
  const std::string before = seen(run);
  const std::string out_of_range = "n must be a number from 10 to 20000.";
  for (const double bad : {std::numeric_limits<double>::quiet_NaN(),
                           std::numeric_limits<double>::infinity(), 1e99, -1e99, 9.99, 20000.01})
    CHECK_THROWS_MATCHES(run.set("n", bad), Error, Message(out_of_range));
  CHECK_THROWS_MATCHES(run.set("width", 3), Error,
                       Message("The demo feature-ceiling has no parameter \"width\"."));
  CHECK_THROWS_MATCHES(run.readout("width"), Error,
                       Message("The demo feature-ceiling has no read-out \"width\"."));
  CHECK(seen(run) == before);
}

TEST_CASE("a run's state text holds what differs from the defaults", "[demos]") {
  Run run("feature-ceiling");
  CHECK(run.state().empty());
  run.set("n", 20'000);
  run.set("seeds", 2.4);  // to the nearest step
  run.set_seed(std::numeric_limits<std::uint64_t>::max());
  run.step();
  CHECK(run.state() == "n:20000,seeds:2,seed:18446744073709551615,step:1");
  Run other("feature-ceiling");
  std::vector<std::string> problems;
  CHECK(other.restore(run.state(), problems) == 1);
  other.step();
  CHECK(other.state() == run.state());
  CHECK(problems.empty());
  CHECK(other.restore("", problems) == 0);
  CHECK(other.state().empty());
}

TEST_CASE("a hand-edited state text is taken as far as it makes sense", "[demos][errors]") {
  struct Case {
    const char *text, *state;
    std::vector<std::string> problems;
  };
  const std::string n_range = "n must be a number from 10 to 20000, not ";
  const std::vector<Case> cases = {
      {"n:1e3,seed:9", "n:1000,seed:9", {}},
      {"n:1e99,seeds:50", "seeds:50", {n_range + "\"1e99\"; it stays 200."}},
      {"n:nan", "", {n_range + "\"nan\"; it stays 200."}},
      {"n:0x10", "", {n_range + "\"0x10\"; it stays 200."}},
      {"n:", "", {n_range + "\"\"; it stays 200."}},
      {"n", "", {n_range + "\"\"; it stays 200."}},
      {"n: 50", "", {n_range + "\" 50\"; it stays 200."}},
      {"n:50x", "", {n_range + "\"50x\"; it stays 200."}},
      {"width:3,n:50",
       "n:50",
       {"The demo feature-ceiling has no parameter \"width\"; it is ignored."}},
      {"seed:-1", "", {"seed must be a whole number, not \"-1\"; it stays 1."}},
      {"seed:18446744073709551616",
       "",
       {"seed must be a whole number, not \"18446744073709551616\"; it stays 1."}},
      {"step:-5",
       "",
       {"step must be a whole number from 0 to 1000000, not \"-5\"; the run begins at step 0."}},
      {"step:1000001",
       "",
       {"step must be a whole number from 0 to 1000000, not \"1000001\"; the run begins at step "
        "0."}},
      {"\xff\x01<script>alert(1)</script>",
       "",
       {"The demo feature-ceiling has no parameter \"?"
        "?<script>alert(1)</scri…\"; it is ignored."}},
  };
  for (const Case& c : cases) {
    CAPTURE(c.text);
    Run run("feature-ceiling");
    std::vector<std::string> problems;
    CHECK(run.restore(c.text, problems) == 0);
    CHECK(run.state() == c.state);
    CHECK(problems == c.problems);
  }
  std::vector<std::string> problems;
  CHECK(Run("feature-ceiling").restore(std::string(100, ','), problems) == 0);
  CHECK(problems.size() == 8);  // enough is enough
}

TEST_CASE("no state text, however broken, breaks a run", "[demos][errors]") {
  Rng rng(11);
  const std::string_view alphabet = "n:seds,tp0123456789.-+eE%& \xc3\xff";
  Run run("feature-ceiling");
  for (int i = 0; i < 500; i++) {
    std::string text;
    for (std::uint32_t length = rng.below(30); length > 0; length--)
      text += alphabet[rng.below(static_cast<std::uint32_t>(alphabet.size()))];
    std::vector<std::string> problems;
    const std::int64_t target = run.restore(text, problems);
    if (target < 0 || target > 1'000'000) FAIL(text);
    for (const double value : run.values())
      if (!std::isfinite(value)) FAIL(text);
  }
}

// --- Feature ceiling ---------------------------------------------------------------------------

namespace {

using Polygon = std::vector<std::array<double, 2>>;

/// Share of the square [-1,1]² on which [w0 x0 + w1 x1 + b > 0] is the class [x0·x1 > 0], exactly:
/// each quadrant is cut along the line (Sutherland and Hodgman) and the pieces' areas are added.
double accuracy_of_line(double w0, double w1, double b) {
  const auto side = [&](const std::array<double, 2>& p) { return w0 * p[0] + w1 * p[1] + b; };
  double right = 0;
  for (const double sx : {-1.0, 1.0}) {
    for (const double sy : {-1.0, 1.0}) {
      const Polygon quadrant = {{0, 0}, {sx, 0}, {sx, sy}, {0, sy}};
      Polygon positive;
      for (std::size_t i = 0; i < 4; i++) {
        const auto &p = quadrant[i], &q = quadrant[(i + 1) % 4];
        const double at_p = side(p), at_q = side(q);
        if (at_p > 0) positive.push_back(p);
        if ((at_p > 0) != (at_q > 0)) {
          const double t = at_p / (at_p - at_q);
          positive.push_back({p[0] + t * (q[0] - p[0]), p[1] + t * (q[1] - p[1])});
        }
      }
      double twice_area = 0;
      for (std::size_t i = 0; i < positive.size(); i++) {
        const auto &p = positive[i], &q = positive[(i + 1) % positive.size()];
        twice_area += p[0] * q[1] - p[1] * q[0];
      }
      const double area = std::abs(twice_area) / 2;
      right += sx * sy > 0 ? area : 1 - area;
    }
  }
  return right / 4;
}

Run finished(std::string_view state) {
  Run run("feature-ceiling");
  std::vector<std::string> problems;
  run.restore(state, problems);
  REQUIRE(problems.empty());
  complete(run);
  return run;
}

}  // namespace

TEST_CASE("no line classifies more than two thirds of the square", "[feature-ceiling]") {
  constexpr double pi = 3.14159265358979323846;
  double best = 0;
  for (int turn = 0; turn < 720; turn++) {
    const double angle = turn * 2 * pi / 720;
    for (int place = -150; place <= 150; place++)
      best = std::max(best, accuracy_of_line(std::cos(angle), std::sin(angle), place * 0.01));
  }
  CHECK(best <= 2.0 / 3 + 1e-12);
  CHECK_THAT(best, WithinAbs(2.0 / 3, 1e-4));
  // The best cuts off one corner: x0 + x1 > 2/3.
  CHECK_THAT(accuracy_of_line(1, 1, -2.0 / 3), WithinAbs(2.0 / 3, 1e-12));
  CHECK_THAT(accuracy_of_line(1, 0, 0.3), WithinAbs(0.5, 1e-12));
}

TEST_CASE("a line stays at chance however many points it is fitted to", "[feature-ceiling]") {
  for (const char* state : {"seeds:200", "n:20000,seeds:200"}) {
    CAPTURE(state);
    const Run run = finished(state);
    CHECK_THAT(run.readout("linear_mean"), WithinAbs(0.5, 0.02));
    CHECK_THAT(run.readout("linear_sd"), WithinAbs(0.076, 0.01));
  }
  const Run defaults = finished("");
  CHECK_THAT(defaults.readout("linear_mean"), WithinAbs(0.5, 0.05));
  CHECK_THAT(defaults.readout("linear_sd"), WithinAbs(0.075, 0.025));
}

TEST_CASE("with the product least squares nears 1, and the network finds it", "[feature-ceiling]") {
  const Run few = finished("n:10"), some = finished(""), many = finished("n:20000");
  CHECK(few.readout("product_accuracy") < 0.9);
  CHECK(some.readout("product_accuracy") > 0.94);
  CHECK(many.readout("product_accuracy") > 0.99);
  CHECK(few.readout("mlp_accuracy") < 0.9);
  CHECK(some.readout("mlp_accuracy") > 0.95);
  CHECK(many.readout("mlp_accuracy") > 0.99);
  CHECK(many.readout("mlp_loss") < some.readout("mlp_loss"));
}

// --- Ladder of representations -----------------------------------------------------------------

TEST_CASE("what tells a class best is the area under its ROC curve", "[representation-ladder]") {
  const std::vector<std::int32_t> factor = {0, 0, 1, 1, 2, 2};
  const std::vector<real> perfect = {1, 2, 8, 9, 3, 4};
  CHECK(demos::best_level(perfect, factor, 3).level == 1);
  CHECK(demos::best_level(perfect, factor, 3).area == 1);
  const std::vector<real> partly = {5, 1, 2, 3, 4, 0};  // of 8 pairs of level 0, 5 are in order
  CHECK(demos::best_level(partly, factor, 3).level == 0);
  CHECK(demos::best_level(partly, factor, 3).area == 5.0 / 8);
  const std::vector<real> same(6, 1);  // ties count half
  CHECK(demos::best_level(same, factor, 3).area == 0.5);
  const std::vector<std::int32_t> one_level(6, 2);
  CHECK(demos::best_level(perfect, one_level, 3).area == 0.5);
}

TEST_CASE("explained shares are 1 for what decides, about 0 for what does not",
          "[representation-ladder]") {
  std::vector<real> decided, indifferent;
  std::vector<std::int32_t> factor;
  Rng rng(5);
  for (int i = 0; i < 3000; i++) {
    factor.push_back(i % 3);
    decided.push_back(static_cast<real>(i % 3 * i % 3));
    indifferent.push_back(rng.normal());
  }
  CHECK(demos::explained_share(decided, factor, 3) == 1);
  CHECK(demos::explained_share(indifferent, factor, 3) < 0.005);
  CHECK(demos::explained_share(std::vector<real>(3000, 2), factor, 3) == 0);
  // Levels -1, 0, 1 (variance 2/3) under noise of variance 1: 2/5.
  for (std::size_t i = 0; i < factor.size(); i++)
    indifferent[i] += static_cast<real>(factor[i] - 1);
  CHECK_THAT(demos::explained_share(indifferent, factor, 3), WithinAbs(0.4, 0.04));
  CHECK(demos::explained_share(std::vector<real>{1, 2}, std::vector<std::int32_t>{0, 1}, 2) == 0);
}

TEST_CASE("test cards show surfaces, edges and corners", "[representation-ladder]") {
  constexpr int size = 16;
  const Array cards = demos::test_cards(size);
  REQUIRE(cards.shape() == Shape{demos::kTestCards, size, size, 3});
  for (int card = 0; card < demos::kTestCards; card++) {
    int light = 0, dark = 0;
    for (int pixel = 0; pixel < size * size; pixel++) {
      // The first channel is lighter where the pair's first colour has red in it.
      const real value = cards[(card * size * size + pixel) * 3];
      light += value > 0;
      dark += value < 0;
    }
    CAPTURE(card, light, dark);
    if (card < demos::kSurfaces)
      CHECK((light == 0) != (dark == 0));
    else if (card < demos::kSurfaces + demos::kEdges)
      CHECK(light == dark);
    else
      CHECK(std::abs(3 * std::min(light, dark) - std::max(light, dark)) <=
            size);  // but for diagonals
  }
}

TEST_CASE("a unit's answers to test cards name its edge", "[representation-ladder]") {
  std::vector<real> answers(demos::kTestCards, 0);
  answers[3] = 2;                                                   // a surface
  const std::size_t first = demos::kSurfaces + demos::kDirections;  // edges of the second pair
  answers[first + 5] = 6;
  answers[first + 7] = 1;  // turned by a right angle
  answers[first + 4] = 5;
  answers[demos::kSurfaces] = 5.5F;  // another pair
  answers.back() = 7;
  const demos::CardAnswers of_unit = demos::card_answers(answers);
  CHECK(of_unit.surface == 2);
  CHECK(of_unit.edge == 6);
  CHECK(of_unit.direction == 5);
  CHECK(of_unit.across == 1);
  CHECK(of_unit.corner == 7);
}

TEST_CASE("the ladder's network learns the shapes, and classes come within reach rung by rung",
          "[representation-ladder]") {
  Run run("representation-ladder");
  complete(run);
  CHECK(run.readout("updates") == 2000);
  CHECK(run.readout("test_accuracy") > 0.9);
  CHECK(run.readout("loss") < 0.3);
  CHECK(run.readout("readable_pixels") < 0.25);
  CHECK(run.readout("readable_conv1") < 0.3);
  CHECK(run.readout("readable_conv2") > run.readout("readable_conv1"));
  CHECK(run.readout("readable_conv3") > 0.5);
  CHECK(run.readout("readable_conv3") > run.readout("readable_conv2") + 0.2);
  CHECK(run.readout("test_accuracy") > run.readout("readable_conv3") + 0.2);

  // The goal is reached by looking at the right units, all on one rung.
  std::set<int> rungs;
  for (int rung = 0; rung <= 4; rung++) {
    for (int unit = 1; unit <= 24; unit++) {
      run.set("rung", rung);
      run.set("unit", unit);
      if (run.demo().goal()->reached) rungs.insert(rung);
    }
  }
  CHECK(rungs.size() == 1);
}

TEST_CASE("looking elsewhere leaves the run alone", "[representation-ladder]") {
  Run looked_at("representation-ladder"), alone("representation-ladder");
  Rng rng(3);
  for (int i = 0; i < 120; i++) {
    const auto parameters = looked_at.demo().parameters();
    const demos::Parameter& parameter = parameters[rng.below(3)];
    looked_at.set(parameter.name,
                  std::round(rng.uniform(real(parameter.min), real(parameter.max))));
    looked_at.step();
    alone.step();
  }
  CHECK(looked_at.steps() == 120);
  CHECK(looked_at.state() != alone.state());
  const auto ours = looked_at.demo().readouts(), theirs = alone.demo().readouts();
  for (std::size_t i = 0; i < ours.size(); i++)
    CHECK(std::bit_cast<std::uint64_t>(ours[i].value) ==
          std::bit_cast<std::uint64_t>(theirs[i].value));

  // A link to another rung of the same run, at this step or later, keeps what has been run.
  std::vector<std::string> problems;
  CHECK(looked_at.restore("rung:4,step:130", problems) == 130);
  CHECK(looked_at.steps() == 120);
  CHECK(looked_at.state() == "rung:4,step:120");
  CHECK(looked_at.restore("rung:4,step:110", problems) == 110);
  CHECK(looked_at.steps() == 0);
}

TEST_CASE("every rung is drawn, with few enough corners", "[representation-ladder]") {
  const auto view = app::make_demo_view("representation-ladder");
  for (const int step : {0, 40}) {
    for (const int rung : {0, 1, 2, 3, 4}) {
      for (const float width : {320.0F, 1040.0F}) {
        view->restore("unit:24,rung:" + std::to_string(rung) + ",step:" + std::to_string(step));
        while (step > 0 && view->running()) view->advance();
        view->resize(width, 3000, 2);
        view->draw();
        CAPTURE(step, rung, width);
        CHECK(view->draw_data()->TotalVtxCount < 65'536);
        bool units = false;
        for (const ui::Node& node : view->nodes()) units = units || node.id == "units";
        CHECK(units);
      }
    }
  }
}

// The browser tests compare the same file with what the page shows.
TEST_CASE("runs give the committed bits", "[demos][determinism]") {
  std::ifstream file(GRAD_SOURCE_DIR "/tests/golden/demos.json");
  std::set<std::string> covered;
  for (const nlohmann::json& golden : nlohmann::json::parse(file)) {
    const std::string name = golden.at("demo");
    Run run(name);
    std::vector<std::string> problems;
    run_to(run, run.restore(golden.at("state").get<std::string>(), problems));
    nlohmann::json computed = {
        {"demo", name}, {"state", run.state()}, {"narration", run.demo().narrate()}};
    for (const demos::Readout& readout : run.demo().readouts())
      computed["readouts"][readout.name] = readout.value;
    INFO("computed " << computed.dump());
    CHECK(nlohmann::json::parse(computed.dump()) == golden);  // what is unknown becomes null
    covered.insert(name);
  }
  for (const demos::DemoEntry& entry : demos::all_demos()) CHECK(covered.contains(entry.name));
}
