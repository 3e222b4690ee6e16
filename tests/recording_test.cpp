// Recorded runs: what is written of a run, and a view's own run compared with it.

#include "app/recording.h"

#include <catch2/catch_test_macros.hpp>
#include <memory>
#include <string>
#include <vector>

#include "demos/run.h"
#include "quiz/json.h"
#include "ui/plot.h"
#include "view_helpers.h"

namespace grad::app {
namespace {

using quiz::Json;
using quiz::JsonWriter;

/// A recording as the command line prints it and results/<demo>.json holds it.
void record(JsonWriter& out, const std::string& demo, const std::string& state) {
  demos::Run run(demo);
  std::vector<std::string> problems;
  const std::int64_t step = run.restore(state, problems);
  REQUIRE(problems.empty());
  FigureRecorder figures(run);
  while ((step == 0 || run.steps() < step) && run.step()) {
  }
  out.begin_object().member("state", run.state()).member("complete", run.complete());
  out.key("readouts").begin_object();
  for (const demos::Readout& readout : run.demo().readouts())
    out.member(readout.name, readout.value);
  out.end_object();
  figures.write(out);
  out.end_object();
}

std::string results(const std::string& demo, const std::vector<std::string>& states) {
  JsonWriter out;
  out.begin_object().member("demo", demo).key("runs").begin_array();
  for (const std::string& state : states) record(out, demo, state);
  return out.end_array().end_object().text();
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

std::string verdict(const View& view) {
  return quiz::parse_json(view.model(), 100'000).find("recorded")->string;
}

std::unique_ptr<View> view_of(const std::string& demo, const std::string& json,
                              const std::string& state) {
  auto view = make_demo_view(demo);
  CHECK(view->take_results(json).empty());
  CHECK(view->restore(state).empty());
  fit(*view, 900);
  return view;
}

void finish(View& view) {
  while (view.running()) view.advance();
  view.draw();
}

constexpr const char* kSmall = "n:20,seeds:3,seed:5";

}  // namespace

TEST_CASE("a run that was recorded comes to the same, to the bit", "[recording]") {
  const struct {
    const char *demo, *state;
  } cases[] = {{"feature-ceiling", kSmall},
               {"universal-approximation", "units:5,function:2"},
               {"universal-approximation", "units:3,method:1,step:20"},
               {"representation-ladder", "step:6"}};
  for (const auto& [demo, state] : cases) {
    CAPTURE(demo, state);
    const auto view = view_of(demo, results(demo, {"seed:99,step:1", state}), state);
    CHECK(verdict(*view) == "ahead");
    finish(*view);
    CHECK(verdict(*view) == "same");
    CHECK(node(*view, "recorded").label.starts_with("Same numbers"));
  }
}

TEST_CASE("what is ahead is shown until the run gets there", "[recording]") {
  const std::string json = results("feature-ceiling", {kSmall});
  const auto view = view_of("feature-ceiling", json, kSmall);
  CHECK(node(*view, "recorded").label.starts_with("Faint, and after the arrows"));
  const Json recorded = quiz::parse_json(json, 1'000'000);
  const double mean = recorded.find("runs")->items[0].find("readouts")->find("linear_mean")->number;
  const std::string label = node(*view, "reading.linear_mean").label;
  CHECK(label.ends_with(", in the end " + ui::format_number(mean, 3)));
  // More is drawn than without what was recorded, until the run is there.
  const auto alone = view_of("feature-ceiling", "", kSmall);
  const auto corners = [](View& drawn) { return drawn.draw_data()->TotalVtxCount; };
  CHECK(corners(*view) > corners(*alone));
  const float y = node(*view, "reading.mlp_loss").rect.y;
  CHECK(node(*alone, "reading.mlp_loss").rect.y == y);
  finish(*view);
  CHECK(node(*view, "reading.linear_mean").label.find("in the end") == std::string::npos);
  CHECK(node(*view, "reading.mlp_loss").rect.y == y);
}

TEST_CASE("another run than the recorded ones is compared with none", "[recording]") {
  const std::string json = results("feature-ceiling", {kSmall, "n:20,seeds:3,seed:5,step:4"});
  const auto view = view_of("feature-ceiling", json, "n:20,seeds:3,seed:6");
  CHECK(verdict(*view) == "none");
  CHECK(node(*view, "recorded").label.empty());
  // The recording that goes on counts before step 4 and beyond; at step 4 the one that stops does.
  for (const char* step : {"3", "5"}) {
    view->restore("n:20,seeds:3,seed:5,step:" + std::string(step));
    finish(*view);
    CHECK(verdict(*view) == "ahead");
  }
  view->restore("n:20,seeds:3,seed:5,step:4");
  finish(*view);
  CHECK(verdict(*view) == "same");
  const auto half = view_of("feature-ceiling", results("feature-ceiling", {"n:20,step:4"}), "n:20");
  CHECK(verdict(*half) == "ahead");
  half->restore("n:20,step:4");
  finish(*half);
  CHECK(verdict(*half) == "same");
  act(*half, "step");
  CHECK(verdict(*half) == "none");
}

TEST_CASE("what is looked at does not make another run", "[recording]") {
  const std::string json = results("representation-ladder", {"step:6"});
  const auto view = view_of("representation-ladder", json, "rung:3,step:6");
  CHECK(verdict(*view) == "ahead");
  finish(*view);
  CHECK(verdict(*view) == "same");
}

TEST_CASE("read-outs and series of what is looked at are left out where that is another",
          "[recording]") {
  const std::string json = results("scaling-plot", {"seeds:1,step:100"});
  const Json run = quiz::parse_json(json, 1'000'000).find("runs")->items[0];
  std::vector<std::string> looks;
  for (const Json& name : run.find("looks")->items) looks.push_back(name.string);
  CHECK(looks == std::vector<std::string>{"classical_accuracy", "network_accuracy"});
  const auto view = view_of("scaling-plot", json, "n:10,seeds:1,step:100");
  CHECK(verdict(*view) == "ahead");
  CHECK(node(*view, "reading.classical_accuracy").label.find("in the end") == std::string::npos);
  finish(*view);
  CHECK(verdict(*view) == "same");  // of the crossover, which is not known yet
}

TEST_CASE("a recording that differs is told from one that agrees", "[recording]") {
  const std::string json = results("feature-ceiling", {kSmall});
  const std::size_t digits = json.find("\"mlp_loss\":") + 16;
  std::string other_number = json;
  other_number[digits] = other_number[digits] == '1' ? '2' : '1';
  const std::size_t bits = json.find("\"bits\":\"") + 8;
  std::string other_bits = json;
  other_bits[bits] = other_bits[bits] == 'a' ? 'b' : 'a';
  const std::vector<std::string> all = {
      other_number,
      other_bits,
      replaced(json, "\"complete\":true", "\"complete\":false"),
      replaced(json, "step:200", "step:199"),
      replaced(json, "\"mlp_loss\"", "\"loss\""),
      replaced(json, "\"id\":\"plane\",\"bits\"", "\"id\":\"lost\",\"bits\"")};
  for (const std::string& changed : all) {
    const auto view = view_of("feature-ceiling", changed, kSmall);
    finish(*view);
    CHECK(verdict(*view) == "different");
    CHECK(node(*view, "recorded").label.starts_with("These are not the numbers"));
  }
}

TEST_CASE("recordings that cannot be read are refused in a sentence", "[recording][errors]") {
  const std::string good = results("feature-ceiling", {kSmall});
  const auto view = view_of("feature-ceiling", good, kSmall);
  const auto check_bad = [&](const std::string& json, const std::string& why) {
    CHECK(view->take_results(json) ==
          "The recorded runs of feature-ceiling cannot be used: " + why + ".");
    CHECK(verdict(*view) == "ahead");  // by the good ones
  };
  check_bad("{", "not JSON: a name in quotes is missing (line 1, column 2)");
  check_bad("[]", "\"demo\" is missing or of another kind");
  check_bad(results("universal-approximation", {}), "they are of the demo universal-approximation");
  check_bad(replaced(good, "\"kind\":\"line\"", "\"kind\":\"curve\""),
            "there is no kind of series called curve");
  check_bad(replaced(good, "\"y\":[", "\"y\":[1,"), "a series has not as many y as x");
  check_bad(replaced(good, "\"y\":[", "\"y\":[{},"),
            "there is something else in the place of a number");
  check_bad(R"({"demo":"feature-ceiling","runs":[{"state":3}]})",
            "\"state\" is missing or of another kind");
}

TEST_CASE("of a plot that stands in for the run to come, only what changes is drawn",
          "[recording]") {
  const Json recorded = quiz::parse_json(results("feature-ceiling", {kSmall}), 1'000'000);
  const Json& run = recorded.find("runs")->items[0];
  const auto& plots = run.find("plots")->items;
  REQUIRE(plots.size() == 2);
  CHECK(plots[0].find("id")->string == "plane");
  CHECK(plots[0].find("series")->items.empty());  // points and line stand from the start
  std::vector<std::string> labels;
  for (const Json& series : plots[1].find("series")->items)
    labels.push_back(series.find("label")->string);
  CHECK(labels == std::vector<std::string>{"lines, mean", "with product", "", "network"});
  const auto& figures = run.find("figures")->items;
  REQUIRE(figures.size() == 2);
  CHECK(figures[1].find("title")->string == "Do more points help?");
  CHECK(figures[1].find("table")->find("columns")->items[2].string == "Line, mean");
  CHECK(figures[1].find("table")->find("rows")->items.size() == 6);
}

TEST_CASE("what lies beneath takes the looks of what it becomes", "[recording][ui]") {
  const std::vector<double> x = {0, 0.5, 1}, y = {0.1, 0.4, 0.2}, end = {0.3, 0.9, 0.6};
  std::vector<ui::PlotData> beneath = {
      {"p", {{.kind = ui::Series::Kind::line, .label = "curve", .x = x, .y = end}}}};
  bool under = false;
  Scratch view([&](ui::Ui& ui) {
    if (under) ui.set_underlays(beneath);
    ui::Plot plot(ui, "p", {.title = "Plot"});
    plot.line("curve", x, y, ui::data_color(2));
  });
  const auto corners = [&] {
    fit(view, 600);
    return view.draw_data()->TotalVtxCount;
  };
  const int without = corners();
  under = true;
  CHECK(corners() > without);
  REQUIRE(view.plots().size() == 1);
  CHECK(view.plots()[0].id == "p");
  REQUIRE(view.plots()[0].series.size() == 1);  // what lies beneath is not of the run
  CHECK(view.plots()[0].series[0].y == y);
  CHECK(node(view, "p").table.rows[1][1] == "0.400");
  beneath[0].id = "another";
  CHECK(corners() == without);
}

}  // namespace grad::app
