// What the demo bake-off is to show: who wins where, how sure that is, and what it leaves out.

#include <algorithm>
#include <array>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <string>

#include "data/dataset.h"
#include "demos/run.h"
#include "models/network.h"
#include "view_helpers.h"

using namespace grad;
using demos::Run;

namespace {

constexpr const char* demo_name = "bake-off";
constexpr std::array classical = {"logistic", "svm", "knn", "tree", "forest", "boosted"};

double best_classical(const Run& run) {
  double best = 0;
  for (const char* name : classical) best = std::max(best, run.readout(name));
  return best;
}

bool says(const Run& run, std::string_view words) {
  return run.demo().narrate().find(words) != std::string::npos;
}

}  // namespace

TEST_CASE("on loans the simplest model is as good as any", "[bake-off]") {
  for (const int rows : {300, 1'000}) {
    const Run run = demos::run_of(demo_name, "rows:" + std::to_string(rows));
    CAPTURE(rows);
    CHECK(best_classical(run) - run.readout("logistic") < 0.02);
    CHECK(run.readout("network_lead") < 1);
    CHECK(run.readout("tree") < run.readout("baseline"));
    CHECK(says(run, "which the choice of unseen rows could explain"));
    CHECK_FALSE(run.demo().goal()->reached);
  }
}

TEST_CASE("on digits the network that knows pictures can win, the tree fails", "[bake-off]") {
  const Run run = demos::run_of(demo_name, "data:1,rows:100");
  CHECK(run.readout("cnn") > best_classical(run));
  CHECK(run.readout("tree") < best_classical(run) - 0.2);
  CHECK(run.readout("mlp") < best_classical(run));  // it is not depth alone
  CHECK(std::abs(run.readout("network_lead") - 100 * (run.readout("cnn") - best_classical(run))) <
        1e-3);
  CHECK(run.demo().goal()->reached);
}

TEST_CASE("features lift every model that reads reviews, the choice of model hardly any",
          "[bake-off]") {
  const Run words = demos::run_of(demo_name, "data:2,rows:1000");
  const Run runs = demos::run_of(demo_name, "data:3,rows:1000");
  for (const char* name : {"logistic", "svm", "tree", "forest", "boosted", "mlp"}) {
    CAPTURE(name);
    CHECK(runs.readout(name) > words.readout(name) + 0.1);
    CHECK(std::abs(words.readout(name) - words.readout("mlp")) < 0.04);
  }
  // The neighbours gain least, and are still ahead of all that see words.
  CHECK(runs.readout("knn") > std::max(words.readout("mlp"), best_classical(words)));
}

TEST_CASE("what lesson 01-03 says of the bake-off in words", "[bake-off]") {
  const Run loans = demos::run_of(demo_name, "rows:300");
  CHECK(std::abs(loans.readout("logistic") - 0.82) < 0.005);
  for (const int rows : {300, 3'000}) {
    const Run words = demos::run_of(demo_name, "data:2,rows:" + std::to_string(rows));
    for (const char* name : {"logistic", "svm", "knn", "tree", "forest", "boosted", "mlp"}) {
      CAPTURE(rows, name, words.readout(name));
      CHECK(words.readout(name) > 0.725);
      CHECK(words.readout(name) < 0.785);
    }
  }
  const Run words = demos::run_of(demo_name, "data:2,rows:1000");
  CHECK(std::abs(words.readout("logistic") - 0.75) < 0.005);
  CHECK(words.readout("forest") == std::max(words.readout("mlp"), best_classical(words)));
  CHECK(words.readout("logistic") < words.readout("knn"));
  CHECK(demos::run_of(demo_name, "data:3,rows:1000").readout("logistic") > 0.9);
  // A network is ahead on word runs in some draws.
  CHECK(demos::run_of(demo_name, "data:3,rows:300,seed:2").demo().goal()->reached);
  const Run spirals = demos::run_of(demo_name, "data:4,rows:100");
  CHECK(std::abs(spirals.readout("mlp") - 0.6) < 0.01);
}

TEST_CASE("the rule that made the loans is hardly better than what learned it", "[bake-off]") {
  const auto view = app::make_demo_view(demo_name);
  view->restore("rows:1000,step:1000000");
  while (view->running()) view->advance();
  app::fit(*view, 1040);
  double rule = 0;
  for (const ui::PlotData& plot : view->plots())
    for (const auto& series : plot.series)
      if (series.label == "the rule that made the data") rule = series.x.at(0);
  CHECK(rule > 0.82);
  CHECK(rule - std::stod(app::node(*view, "race").table.rows[0][1]) < 0.02);
}

TEST_CASE("a network that goes over the spirals more often finds them", "[bake-off]") {
  const Rng rng = Rng(1).split(4);  // those of the demo with seed 1
  Rng train_rng = rng.split(0), test_rng = rng.split(1);
  const data::Dataset train = data::spirals(100, real(0.025), train_rng);
  models::MlpClassifier network({64, 64}, {.epochs = 400, .lr = real(1e-3)});
  network.fit(train);
  CHECK(std::abs(classic::accuracy(network, data::spirals(1'000, real(0.025), test_rng)) - 0.94) <
        0.005);
}

TEST_CASE("on spirals neighbours need few points and a line never has enough", "[bake-off]") {
  const Run few = demos::run_of(demo_name, "data:4,rows:100");
  CHECK(few.readout("knn") > 0.9);
  CHECK(few.readout("mlp") < 0.7);
  const Run many = demos::run_of(demo_name, "data:4,rows:1000");
  CHECK(many.readout("mlp") > 0.9);
  CHECK(many.readout("logistic") < 0.67);
  CHECK(std::isnan(many.readout("cnn")));  // these are no pictures
}

TEST_CASE("all are judged by the same examples, whatever they learn from", "[bake-off]") {
  const Run few = demos::run_of(demo_name, "rows:50,step:2"),
            many = demos::run_of(demo_name, "rows:2000,step:2");
  CHECK(few.readout("baseline") == many.readout("baseline"));
}

TEST_CASE("pictures are drawn a few at a time, so that a page can answer meanwhile", "[bake-off]") {
  Run run = demos::run_of(demo_name, "data:1,rows:10,step:1");
  int steps = 1;
  while (says(run, "The examples are being drawn")) {
    run.step();
    steps++;
  }
  CHECK(steps >= 1'000 / 100);
  CHECK(run.readout("baseline") == 0.1);
}

TEST_CASE("intervals are as wide as 1,000 answers leave them", "[bake-off]") {
  const auto view = app::make_demo_view(demo_name);
  view->restore("step:1000000");
  while (view->running()) view->advance();
  app::fit(*view, 1040);
  const ui::Table& table = app::node(*view, "race").table;
  REQUIRE(table.rows.size() == 8);
  for (std::size_t i = 0; i < 7; i++) {
    const double accuracy = std::stod(table.rows[i][1]);
    const double low = std::stod(table.rows[i][2]), high = std::stod(table.rows[i][3]);
    CAPTURE(table.rows[i][0], accuracy, low, high);
    CHECK(low < accuracy);
    CHECK(high > accuracy);
    const double normal = 2 * 1.96 * std::sqrt(accuracy * (1 - accuracy) / 1'000);
    CHECK(std::abs(high - low - normal) < 0.006);
  }
  CHECK(table.rows[7][1] == "needs pictures");
}

TEST_CASE("times are shown, and are no part of what a run comes to", "[bake-off]") {
  const auto view = app::make_demo_view(demo_name);
  view->restore("step:1000000");
  app::fit(*view, 1040);
  CHECK(app::node(*view, "reading.learn.forest").label.ends_with("not known yet"));
  while (view->running()) view->advance();
  view->draw();
  for (const char* name : {"learn", "answer"}) {
    const std::string id = std::string("reading.") + name + ".forest";
    CHECK_FALSE(app::node(*view, id).label.ends_with("not known yet"));
  }
  for (const demos::Readout& readout : Run(demo_name).demo().readouts())
    CHECK(std::string(readout.unit).find("ms") == std::string::npos);
}

TEST_CASE("what would take too long is left out and said", "[bake-off]") {
  Run run(demo_name);
  run.set("data", 0);
  run.set("rows", 3'001);
  while (run.step()) {
  }
  CHECK(std::isnan(run.readout("svm")));
  CHECK(says(run, "The support vector machine is left out above 3,000 rows"));
  CHECK(run.readout("boosted") > 0.78);
}

TEST_CASE("rows of one class alone are refused in words", "[bake-off]") {
  int refused = 0;
  for (std::uint64_t seed = 1; seed <= 60; seed++) {
    Run run(demo_name);
    run.set("rows", 10);
    run.set_seed(seed);
    run.step();
    if (!run.complete()) continue;
    refused++;
    CHECK(run.demo().narrate().starts_with("All 10 training rows are of one class"));
    CHECK(std::isnan(run.readout("forest")));
    CHECK(run.readout("baseline") > 0.7);
    CHECK_FALSE(run.demo().goal()->reached);
  }
  CHECK(refused > 0);
  CHECK(refused < 30);
}
