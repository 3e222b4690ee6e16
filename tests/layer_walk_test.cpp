// What the demos layer-walk and sentence-walk are to show: the same layers before and after
// training, what a change of the input does to them, and what a width of one word can never know.

#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <string>
#include <string_view>

#include "data/handwriting.h"
#include "demos/run.h"
#include "view_helpers.h"

using namespace grad;
using demos::Run;
using demos::run_of;

namespace {

constexpr const char* picture_demo = "layer-walk";
constexpr const char* sentence_demo = "sentence-walk";

bool says(const Run& run, std::string_view words) {
  return run.demo().narrate().find(words) != std::string::npos;
}

std::string label_of(const char* demo, const std::string& state, const char* node) {
  const auto view = app::make_demo_view(demo);
  view->restore(state);
  while (view->running()) view->advance();
  app::fit(*view, 1040);
  return app::node(*view, node).label;
}

bool goal_reached(const char* demo, const std::string& state) {
  return run_of(demo, state).demo().goal()->reached;
}

}  // namespace

TEST_CASE("half the size is the mean of four pixels", "[layer-walk]") {
  Array pictures = Array::zeros({1, data::handwriting_side, data::handwriting_side, 1});
  pictures.data()[data::handwriting_side * 2 + 4] = 1;
  pictures.data()[data::handwriting_side * 3 + 5] = real(0.5);
  const Array small = data::half_size(pictures);
  CHECK(small.shape() == Shape{1, 14, 14, 1});
  for (std::int64_t i = 0; i < small.size(); i++)
    CHECK(small[i] == (i == 14 + 2 ? real(0.375) : real(0)));
}

TEST_CASE("an untrained network guesses, a trained one reads digits", "[layer-walk]") {
  for (int seed = 1; seed <= 4; seed++) {
    CAPTURE(seed);
    const Run run = run_of(picture_demo, "seed:" + std::to_string(seed));
    CHECK(run.readout("accuracy_before") < 0.25);
    CHECK(run.readout("accuracy") > 0.85);
    CHECK(run.readout("probability_before") < 0.2);
    CHECK(run.readout("change") == 0);
  }
}

TEST_CASE("a picture is changed as the controls say", "[layer-walk]") {
  Run run(picture_demo);
  while (run.step()) {
  }
  const double probability = run.readout("probability");
  const auto set = [&](const char* name, double value) { run.set(name, value); };
  set("ink", 0);
  CHECK(says(run, "The picture is blank"));
  const double blank = run.readout("probability");
  set("picture", 17);  // blank is blank, whichever it was
  CHECK(says(run, "The picture is blank"));
  set("picture", 6);
  CHECK(run.readout("probability") == blank);
  set("patch", 2);
  CHECK_FALSE(says(run, "The picture is blank"));
  set("ink", 100);
  CHECK(run.readout("probability") != probability);
  CHECK(run.readout("change") == run.readout("probability") - probability);
  set("patch", 0);
  CHECK(run.readout("probability") == probability);
  set("right", 4);
  CHECK(run.readout("probability") != probability);
  CHECK(run.complete());  // looking changes nothing of the run
}

TEST_CASE("each layer of the picture says what it computed", "[layer-walk]") {
  const auto heading = [](int layer) {
    return label_of(picture_demo, "step:3,layer:" + std::to_string(layer), "layer");
  };
  CHECK(heading(0) == "Input: 14 × 14 numbers");
  CHECK(heading(1) == "Layer 1 Convolution: 8 maps of 14 × 14, 80 parameters");
  CHECK(heading(2) == "Layer 2 Pooling: 8 maps of 7 × 7, no parameters");
  CHECK(heading(3) == "Layer 3 Convolution: 16 maps of 5 × 5, 1,168 parameters");
  CHECK(heading(4) == "Layer 4 Scores: 10 numbers, 4,010 parameters");
  CHECK(heading(5) == "Layer 5 Answer: 10 probabilities, no parameters");
}

TEST_CASE("a rate that is too large is said in words", "[layer-walk]") {
  const Run diverged = run_of(picture_demo, "rate:1");
  CHECK(says(diverged, "The rate is too large: after 1 update the loss is"));
  CHECK(std::isfinite(diverged.readout("probability")));
  CHECK_FALSE(diverged.demo().goal()->reached);
  CHECK(says(run_of(sentence_demo, "rate:0.3"), "All 12 units answer 0"));
}

TEST_CASE("runs of three words learn what “not” does, in every draw", "[layer-walk]") {
  for (int seed = 1; seed <= 5; seed++) {
    CAPTURE(seed);
    const std::string end = ",seed:" + std::to_string(seed);
    const Run run = run_of(sentence_demo, "window:3" + end);
    CHECK(run.readout("accuracy_before") < 0.6);
    CHECK(run.readout("accuracy") > 0.98);
    CHECK(run.readout("flips") > 0.98);
    CHECK(run.readout("positive") > 0.95);
    CHECK(run_of(sentence_demo, "before1:1" + end).readout("positive") < 0.1);
    const Run words = run_of(sentence_demo, "window:1" + end);
    CHECK(words.readout("accuracy") < 0.85);
    CHECK(words.readout("flips") < 0.85);
  }
}

TEST_CASE("words one by one cannot tell which of them “not” belongs to", "[layer-walk]") {
  const std::string not_good = "joint:2,before1:1,word1:0,word2:1";   // not good but great
  const std::string not_great = "joint:2,before2:1,word1:0,word2:1";  // good but not great
  const auto positive = [](const std::string& state) {
    return run_of(sentence_demo, state).readout("positive");
  };
  CHECK(positive("window:1," + not_good) == positive("window:1," + not_great));
  CHECK(positive("window:3," + not_good) > 0.9);
  CHECK(positive("window:3," + not_great) < 0.1);
}

TEST_CASE("sentences that the grammar never makes are named", "[layer-walk]") {
  const auto remark = [](const char* state) {
    return run_of(sentence_demo, std::string(state) + ",step:2").demo().narrate();
  };
  const auto holds = [](const std::string& text, const char* words) {
    return text.find(words) != std::string::npos;
  };
  CHECK(holds(remark("joint:1,word2:3"), "never joined by “and”"));
  CHECK(holds(remark("joint:2,word2:0"), "never joined by “but”"));
  CHECK(holds(remark("keep:2"), "Cut sentences"));
  CHECK(holds(remark("keep:0"), "The sentence is empty"));
  CHECK(holds(remark("joint:2,word2:4"), "By the grammar it is negative"));
  CHECK(holds(remark("before1:3,word1:5"), "By the grammar it is positive"));
}

TEST_CASE("a gap is filled by the kind of word that belongs there", "[layer-walk]") {
  const auto run = [](const char* gap) {
    return run_of(sentence_demo, std::string("task:1,gap:") + gap);
  };
  const Run article = run("1"), subject = run("2"), verb = run("3"), adjective = run("4");
  CHECK(adjective.readout("accuracy") > 0.45);
  CHECK(adjective.readout("accuracy_before") < 0.1);
  CHECK(article.readout("positive") > 0.95);
  CHECK(verb.readout("positive") > 0.95);
  CHECK(subject.readout("positive") < 0.2);  // thirteen subjects, each as likely
  CHECK(subject.readout("adjectives") < 0.05);
  CHECK(adjective.readout("adjectives") > 0.9);
  CHECK(std::isnan(adjective.readout("flips")));
  CHECK(says(adjective, "It fills the gap with"));
}

TEST_CASE("the goals of the walks can be reached", "[layer-walk]") {
  Run covered(picture_demo);
  while (covered.step()) {
  }
  int misread = 0;
  covered.set("patch", 1);
  for (int row = 1; row <= 10; row++)
    for (int column = 1; column <= 10; column++) {
      covered.set("patch_y", row);
      covered.set("patch_x", column);
      misread += covered.demo().goal()->reached;
    }
  CHECK(misread > 0);
  CHECK(misread < 50);
  covered.set("patch", 0);
  covered.set("right", 4);
  CHECK_FALSE(covered.demo().goal()->reached);  // shifted, not covered
  int found = 0;
  for (int unit = 1; unit <= 12; unit++)
    found += goal_reached(sentence_demo, "before1:1,unit:" + std::to_string(unit));
  CHECK(found > 0);
  CHECK(found < 12);
  for (int unit = 1; unit <= 12; unit++)
    CHECK_FALSE(goal_reached(sentence_demo, "unit:" + std::to_string(unit)));  // no "not" there
}
