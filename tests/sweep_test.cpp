// A run with many seeds, made elsewhere, and what the reader sees of it.

#include "app/sweep.h"

#include <algorithm>
#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <set>
#include <string>
#include <vector>

#include "sentence.h"
#include "view_helpers.h"

namespace grad::app {
namespace {

constexpr const char* kDemo = "universal-approximation";

/// What a host does: makes every run that is wanted.
void make_runs(View& view) {
  for (const std::string& state : view.jobs()) view.take_job(state, run_to_end(kDemo, state));
}

}  // namespace

TEST_CASE("a run made elsewhere comes to what the demo itself comes to", "[sweep]") {
  demos::Run run(kDemo);
  std::vector<std::string> problems;
  run.restore("units:20,seed:3", problems);
  while (run.step()) {
  }
  Sweep sweep;
  sweep.begin(run);
  CHECK(sweep.wanted().size() == Sweep::kSeeds);
  CHECK(sweep.wanted()[2] == "units:20,seed:3");
  sweep.take("units:20,seed:3", run_to_end(kDemo, "units:20,seed:3"));
  CHECK(sweep.done() == 1);
  CHECK(sweep.wanted().size() == Sweep::kSeeds - 1);
  const std::vector<demos::Readout> readouts = run.demo().readouts();
  for (std::size_t i = 0; i < readouts.size(); i++) {
    CAPTURE(readouts[i].name);
    CHECK(sweep.scatter(i).count == 1);
    CHECK(sweep.scatter(i).mean == readouts[i].value);  // to the bit, through the text
  }
  CHECK(tests::sentence_of([] { run_to_end("no-such-demo", ""); }).find("no-such-demo") !=
        std::string::npos);
}

TEST_CASE("the scatter over seeds: mean, deviation of the sample, range", "[sweep]") {
  const demos::Run run(kDemo);
  Sweep sweep;
  sweep.begin(run);
  sweep.take("", R"({"readouts": {"sup_error": 1, "worst_at": null}})");
  sweep.take("seed:2", R"({"readouts": {"sup_error": 2}})");
  sweep.take("seed:3", R"({"readouts": {"sup_error": 6}})");
  sweep.take("seed:4", "nonsense");
  sweep.take("seed:99", R"({"readouts": {"sup_error": 100}})");  // not wanted
  CHECK(sweep.done() == 4);
  const Sweep::Scatter all = sweep.scatter(0);
  CHECK(run.demo().readouts()[0].name == std::string("sup_error"));
  CHECK(all.count == 3);
  CHECK(all.mean == 3);
  CHECK(all.sd == Catch::Approx(std::sqrt(7.0)));
  CHECK(all.min == 1);
  CHECK(all.max == 6);
  CHECK(sweep.scatter(1).count == 0);
  CHECK(std::isnan(sweep.scatter(1).mean));
}

TEST_CASE("a sweep over a parameter covers its range, with the same seeds at each value",
          "[sweep]") {
  for (const demos::DemoEntry& entry : demos::all_demos()) {
    const demos::Run run(entry.name);
    for (const demos::Parameter& parameter : run.demo().parameters()) {
      if (!parameter.swept) continue;
      CAPTURE(entry.name, parameter.name);
      CHECK_FALSE(parameter.view);
      CHECK(parameter.choices.empty());
      Sweep sweep;
      sweep.begin(run, parameter);
      // Seven values, or all that there are.
      const double steps = (parameter.max - parameter.min) / parameter.step;
      const double all = parameter.step > 0 ? std::round(steps) + 1 : Sweep::kValues;
      CHECK(sweep.values().size() == std::min<std::size_t>(Sweep::kValues, std::size_t(all)));
      CHECK(sweep.values().front() == parameter.min);
      CHECK(sweep.values().back() == parameter.max);
      CHECK(std::is_sorted(sweep.values().begin(), sweep.values().end()));
      const std::vector<std::string> wanted = sweep.wanted();
      CHECK(wanted.size() == sweep.values().size() * Sweep::kSeedsEach);
      CHECK(std::set<std::string>(wanted.begin(), wanted.end()).size() == wanted.size());
      for (const std::string& state : wanted) {
        demos::Run same(entry.name);
        std::vector<std::string> problems;
        same.restore(state, problems);
        CHECK(problems.empty());
        CHECK(same.state() == state);
      }
    }
  }
}

TEST_CASE("the scatter at each value, and what belongs to which run", "[sweep]") {
  demos::Run run(kDemo);
  const demos::Parameter& units = run.demo().parameters()[0];
  REQUIRE(units.name == std::string("units"));
  Sweep sweep;
  run.set("units", 50);
  sweep.begin(run, units);
  CHECK(sweep.values() == std::vector<double>{1, 2, 6, 14, 34, 83, 200});
  CHECK(sweep.wanted()[0] == "units:1");
  CHECK(sweep.wanted()[2].empty());  // six units and seed 1 are the defaults
  CHECK(sweep.wanted()[9] == "seed:2");
  sweep.take("units:14", R"({"readouts": {"sup_error": 1}})");
  sweep.take("units:14,seed:2", R"({"readouts": {"sup_error": 3}})");
  sweep.take("units:14,seed:3", "nonsense");
  sweep.take("units:34", R"({"readouts": {"sup_error": 7}})");
  const Sweep::Scatter here = sweep.scatter(0, 14);
  CHECK(here.count == 2);
  CHECK(here.mean == 2);
  CHECK(here.sd == Catch::Approx(std::sqrt(2.0)));
  CHECK(sweep.scatter(0, 34).mean == 7);
  CHECK(sweep.scatter(0, 1).count == 0);
  run.set("units", 7);  // the parameter that varies may
  sweep.follow(run);
  CHECK(sweep.begun());
  run.set_seed(9);
  sweep.follow(run);
  CHECK(sweep.begun());
  run.set("activation", 1);
  sweep.follow(run);
  CHECK_FALSE(sweep.begun());
}

TEST_CASE("a view sweeps over a parameter and draws what came of it", "[sweep]") {
  const auto view = make_demo_view(kDemo);
  fit(*view, 1000);
  act(*view, "sweep.over.units");
  fit(*view, 1000);
  REQUIRE(view->jobs().size() == 28);
  CHECK(find(*view, "sweep.over.units") == nullptr);
  make_runs(*view);
  for (const float width : {1040.F, 700.F, 360.F}) {
    fit(*view, width);
    const ui::Node& figure = node(*view, "sweep");
    CHECK(figure.label == "Worst error against “Units N”");
    CHECK(figure.table.rows.size() == 7);
    CHECK(figure.description.starts_with("Mean and standard deviation over 4 seeds: "));
  }
  // Every mean of the table stands in the figure.
  const auto plot = std::find_if(view->plots().begin(), view->plots().end(),
                                 [](const ui::PlotData& each) { return each.id == "sweep"; });
  REQUIRE(plot != view->plots().end());
  const auto mean =
      std::find_if(plot->series.begin(), plot->series.end(),
                   [](const ui::Series& series) { return series.kind == ui::Series::Kind::line; });
  REQUIRE(mean != plot->series.end());
  REQUIRE(mean->y.size() == 7);
  for (std::size_t i = 0; i < 7; i++)
    CHECK(node(*view, "sweep").table.rows[i][2] == ui::format_number(mean->y[i], 4));
  CHECK(mean->y.front() > 0.5);  // one unit cannot follow the waves,
  CHECK(mean->y.back() < 0.05);  // two hundred can
  act(*view, "sweep.run");
  CHECK(find(*view, "sweep") == nullptr);
  CHECK(find(*view, "sweep.over.units") != nullptr);
}

TEST_CASE("a view asks for seeds, shows them, and lets go of them", "[sweep]") {
  const auto view = make_demo_view(kDemo);
  view->restore("units:8");
  fit(*view, 1000);
  CHECK(view->jobs().empty());
  act(*view, "sweep.run");
  fit(*view, 1000);
  REQUIRE(view->jobs().size() == Sweep::kSeeds);
  CHECK(view->jobs().front() == "units:8");
  CHECK(node(*view, "sweep.run").label == "Stop");
  view->take_job("units:8", "");
  fit(*view, 1000);
  CHECK(node(*view, "sweep").description.find("1 of 20 seeds computed.") == 0);
  CHECK(node(*view, "sweep").description.find("1 run could not be computed.") != std::string::npos);

  make_runs(*view);
  fit(*view, 1000);
  CHECK(view->jobs().empty());
  CHECK(node(*view, "sweep").description.find("Over 19 seeds: ") == 0);
  CHECK(node(*view, "sweep").table.rows.size() == Sweep::kSeeds);
  CHECK(node(*view, "sweep.run").label == "Close");

  // Another seed changes nothing, another parameter makes the results those of other runs.
  act(*view, "seed");
  fit(*view, 1000);
  CHECK(find(*view, "sweep") != nullptr);
  act(*view, "parameter.units", 9);
  fit(*view, 1000);
  CHECK(find(*view, "sweep") == nullptr);
  CHECK(view->jobs().empty());
}

}  // namespace grad::app
