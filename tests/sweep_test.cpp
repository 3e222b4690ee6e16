// A run with many seeds, made elsewhere, and what the reader sees of it.

#include "app/sweep.h"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
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
