#include "app/view.h"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>
#include <vector>

#include "demos/demo.h"
#include "demos/run.h"
#include "imgui_internal.h"
#include "implot.h"
#include "quiz/json.h"
#include "tensor/check.h"
#include "ui/plot.h"
#include "view_helpers.h"

namespace grad::app {
namespace {

using ui::Node;
using ui::Role;
using Kind = PointerEvent::Kind;

constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();

constexpr const char* kBank = R"({
  "version": 1, "lesson": "03-02-optimisers", "title": "Optimisers",
  "quick_check": ["slope", "rate", "signs"],
  "questions": [
    {"id": "slope", "level": 1, "topics": [], "type": "single",
     "prompt": "Where does a step of $w \\to w - \\eta \\nabla L$ go?", "hint": "Think of a hill.",
     "why": "Down is along $-\\nabla L$.",
     "options": [
       {"text": "downhill", "correct": true, "feedback": "It follows the negative gradient."},
       {"text": "uphill, which is a long way up and needs more than one line on a phone",
        "correct": false, "feedback": "That is the gradient itself."},
       {"text": "sideways", "correct": false, "feedback": "The loss stays equal there."}]},
    {"id": "rate", "level": 2, "topics": [], "type": "numeric",
     "prompt": "Loss $L(w)=w^2$, $w_0=1$, rate $0.1$. What is $w_1$?",
     "answer": {"value": 0.8, "tolerance": 0.005}, "feedback": {"0.2": "That is the step itself."},
     "hint": "The gradient at 1 is 2.", "why": "$w_1 = 1 - 0.1 \\cdot 2 = 0.8$."},
    {"id": "signs", "level": 3, "topics": [], "type": "multiple",
     "prompt": "Which diverge?", "why": "The rate is too large for their curvature.",
     "options": [
       {"text": "a", "correct": true, "feedback": "a does."},
       {"text": "b", "correct": false, "feedback": "b does not."},
       {"text": "c", "correct": true, "feedback": "c does."}]}
  ]})";

/// Horizontal extent of what is drawn without a clip of its own (figures clip their areas).
struct Extent {
  float left = 0, right = 0;
};
Extent extent(View& view) {
  const ImDrawData& data = *view.draw_data();
  Extent e;
  for (const ImDrawList* list : data.CmdLists) {
    for (const ImDrawCmd& command : list->CmdBuffer) {
      const bool whole = command.ClipRect.x <= 0 && command.ClipRect.z >= data.DisplaySize.x;
      for (unsigned i = 0; whole && i < command.ElemCount; i++) {
        const ImVec2 p =
            list
                ->VtxBuffer[static_cast<int>(
                    command.VtxOffset + list->IdxBuffer[static_cast<int>(command.IdxOffset + i)])]
                .pos;
        e.left = std::min(e.left, p.x);
        e.right = std::max(e.right, p.x);
      }
    }
  }
  return e;
}

void check_fits(View& view, float width) {
  INFO(width);
  const Extent e = extent(view);
  CHECK(e.left >= -0.5f);
  CHECK(e.right <= width + 0.5f);
  for (const Node& n : view.nodes()) {
    INFO(n.id);
    CHECK(n.rect.x >= 0);
    CHECK(n.rect.x + n.rect.w <= width + 0.5f);
    CHECK(n.rect.y + n.rect.h <= view.content_height() + 0.5f);
  }
}

/// Controls whose rectangles meet: each point must belong to one.
void check_apart(const View& view) {
  std::vector<Node> controls;
  for (const Node& n : view.nodes())
    if (n.role != Role::text && n.role != Role::status && n.role != Role::heading)
      controls.push_back(n);
  for (std::size_t i = 0; i < controls.size(); i++) {
    for (std::size_t j = i + 1; j < controls.size(); j++) {
      const ui::Rect &a = controls[i].rect, &b = controls[j].rect;
      const bool apart = a.x + a.w <= b.x + 0.1f || b.x + b.w <= a.x + 0.1f ||
                         a.y + a.h <= b.y + 0.1f || b.y + b.h <= a.y + 0.1f;
      INFO(controls[i].id << " and " << controls[j].id);
      CHECK(apart);
    }
  }
}

}  // namespace

TEST_CASE("every demo fits widths from a phone's to a desktop's", "[view]") {
  for (const demos::DemoEntry& entry : demos::all_demos()) {
    INFO(entry.name);
    const auto view = make_demo_view(entry.name);
    for (int i = 0; i < 3; i++) view->advance();
    for (const bool touch : {false, true}) {
      ui::Theme theme = touch ? ui::dark_theme() : ui::light_theme();
      theme.touch = touch;
      view->set_theme(theme);
      for (const float width : {320.f, 360.f, 559.f, 560.f, 768.f, 860.f, 1040.f}) {
        fit(*view, width);
        check_fits(*view, width);
        check_apart(*view);
        CHECK(view->content_height() > 200);
        CHECK(view->draw_data()->TotalVtxCount > 1000);
      }
    }
  }
}

TEST_CASE("every question fits widths from a phone's to a desktop's", "[view]") {
  const auto view = make_quiz_view(kBank, "", 1);
  for (const char* go : {"quiz.go.0", "quiz.go.1", "quiz.go.2"}) {
    act(*view, go);
    for (const float width : {320.f, 420.f, 720.f}) {
      fit(*view, width);
      check_fits(*view, width);
      check_apart(*view);
    }
  }
}

TEST_CASE("nothing can be hit that has no node", "[view]") {
  const auto demo = make_demo_view("feature-ceiling");
  const auto quiz = make_quiz_view(kBank, "rate", 1);
  for (View* view : {demo.get(), quiz.get()}) {
    fit(*view, 700);
    int hit = 0;
    for (float y = 1; y < view->content_height(); y += 9) {
      for (float x = 1; x < 700; x += 9) {
        view->pointer({Kind::move, x, y});
        view->draw();
        if (!ImGui::IsAnyItemHovered()) continue;
        hit++;
        const bool recorded =
            std::any_of(view->nodes().begin(), view->nodes().end(), [&](const Node& n) {
              const bool words = n.role == Role::text || n.role == Role::status;
              return !words && x >= n.rect.x && x <= n.rect.x + n.rect.w && y >= n.rect.y &&
                     y <= n.rect.y + n.rect.h;
            });
        INFO(x << ", " << y);
        CHECK(recorded);
      }
    }
    CHECK(hit > 20);
  }
}

TEST_CASE("ids are unique in a view", "[view]") {
  const auto demo = make_demo_view("feature-ceiling");
  const auto quiz = make_quiz_view(kBank, "", 1);
  for (View* view : {demo.get(), quiz.get()}) {
    fit(*view, 1040);
    std::vector<std::string> ids;
    for (const Node& n : view->nodes()) ids.push_back(n.id);
    std::sort(ids.begin(), ids.end());
    CHECK(std::adjacent_find(ids.begin(), ids.end()) == ids.end());
  }
}

// --- Demos ---------------------------------------------------------------------------------------

TEST_CASE("a demo's buttons run, pause, step and reset it", "[view]") {
  const auto view = make_demo_view("feature-ceiling");
  fit(*view, 1040);
  CHECK(view->running());  // it begins by itself
  CHECK(node(*view, "run").label == "Pause");
  view->advance();
  click(*view, node(*view, "run").rect);
  CHECK_FALSE(view->running());
  CHECK(node(*view, "run").label == "Run");
  CHECK(view->state() == "step:1");
  view->advance();  // while it rests nothing happens
  CHECK(view->state() == "step:1");
  act(*view, "step");
  CHECK(view->state() == "step:2");
  act(*view, "run");
  CHECK(view->running());
  act(*view, "run");
  click(*view, node(*view, "parameter.n").rect, 0.995f);
  CHECK(view->state() == "n:20000");
  CHECK(node(*view, "parameter.n").value_text == "20,000");
  act(*view, "seed");
  CHECK(view->state() == "n:20000,seed:2");
  CHECK(node(*view, "seed.value").label == "Seed 2");
  click(*view, node(*view, "reset").rect, 0.5f, true);
  CHECK(view->state().empty());
  CHECK_FALSE(view->running());
}

TEST_CASE("further settings are shown on demand", "[view]") {
  const auto view = make_demo_view("feature-ceiling");
  fit(*view, 600);
  CHECK(find(*view, "parameter.seeds") == nullptr);
  act(*view, "more");
  CHECK(node(*view, "parameter.seeds").value == 40);
  act(*view, "more");
  CHECK(find(*view, "parameter.seeds") == nullptr);
}

TEST_CASE("a demo that is complete can be run again", "[view]") {
  const auto view = make_demo_view("feature-ceiling");
  CHECK(view->restore("n:20,seeds:2").empty());
  int slices = 0;
  for (; view->running() && slices < 10'000; slices++) view->advance();
  fit(*view, 1040);
  CHECK(node(*view, "run").label == "Run again");
  CHECK(node(*view, "step").disabled);
  const std::string state = view->state();
  const std::string readings = view->model();
  act(*view, "run");
  CHECK(view->state() == "n:20,seeds:2");
  while (view->running()) view->advance();
  CHECK(view->state() == state);
  CHECK(view->model() == readings);  // the same run
}

TEST_CASE("a link shows its step and waits there", "[view]") {
  const auto one = make_demo_view("feature-ceiling");
  const auto two = make_demo_view("feature-ceiling");
  one->restore("n:50,seed:3");
  for (int i = 0; i < 7; i++) one->advance();
  const std::string link = one->state();
  CHECK(link == "n:50,seed:3,step:7");
  CHECK(two->restore(link).empty());
  while (two->running()) two->advance();
  CHECK(two->state() == link);
  act(*one, "run");
  CHECK(two->model() == one->model());
  const std::string problems = two->restore("n:-5,fish:2,step:1");
  CHECK(problems.find("fish") != std::string::npos);
}

TEST_CASE("under reduced motion a demo waits to be started", "[view]") {
  const auto view = make_demo_view("feature-ceiling");
  ui::Theme theme = ui::light_theme();
  theme.reduced_motion = true;
  view->set_theme(theme);
  CHECK_FALSE(view->running());
  fit(*view, 600);
  CHECK(node(*view, "run").label == "Run");
  act(*view, "run");
  CHECK(view->running());
}

TEST_CASE("what is announced changes only where a run starts or stops", "[view]") {
  const auto view = make_demo_view("feature-ceiling");
  fit(*view, 600);
  const std::string first = node(*view, "narration.status").label;
  for (int i = 0; i < 5; i++) {
    view->advance();
    view->draw();
    CHECK(node(*view, "narration.status").label == first);
  }
  CHECK(node(*view, "narration").label != first);
  act(*view, "run");
  CHECK(node(*view, "narration.status").label == node(*view, "narration").label);
}

TEST_CASE("a goal shows its mark and is announced when it is reached", "[view]") {
  const auto view = make_demo_view("universal-approximation");
  const auto goal = [&] {
    return quiz::parse_json(view->model(), 100'000).find("goal")->find("reached")->boolean;
  };
  fit(*view, 1040);
  const ui::Rect place = node(*view, "goal").rect;
  CHECK(node(*view, "goal").label == "Goal, still open: Get the worst error below 0.05.");
  CHECK(node(*view, "goal.status").label.empty());
  CHECK_FALSE(goal());
  act(*view, "parameter.units", 100);
  view->draw();
  CHECK(node(*view, "goal").label == "Goal reached: Get the worst error below 0.05.");
  CHECK(node(*view, "goal.status").label == node(*view, "goal").label);
  CHECK(node(*view, "goal").rect.h == place.h);
  CHECK(goal());
  act(*view, "parameter.units", 2);
  view->draw();
  CHECK(node(*view, "goal.status").label.empty());
  CHECK_FALSE(goal());
}

TEST_CASE("the speed changes how a run is paced and nothing else", "[view]") {
  const auto view = make_demo_view("feature-ceiling");
  const auto other = make_demo_view("feature-ceiling");
  fit(*view, 1040);
  CHECK(node(*view, "speed.1").checked);
  CHECK(view->pace().between_steps == 0);
  CHECK(view->pace().between_pictures == 0);
  act(*view, "speed.0", 1);
  CHECK(view->pace().between_steps > 0);
  CHECK(view->state().empty());
  CHECK(view->running());
  for (int i = 0; i < 6; i++) {
    if (i == 3) act(*view, "speed.2", 1);
    view->advance();
    other->advance();
  }
  CHECK(view->pace().between_steps == 0);
  CHECK(view->pace().between_pictures > 0);
  CHECK(view->state() == other->state());
  CHECK(view->model() == other->model());
  // What a link leads to is not waited for.
  act(*view, "speed.0", 1);
  view->restore("step:9");
  CHECK(view->pace().between_steps == 0);
  while (view->running()) view->advance();
  CHECK(view->state() == "step:9");
  CHECK(view->pace().between_steps > 0);
}

TEST_CASE("a demo's model is JSON with its read-outs", "[view]") {
  const auto view = make_demo_view("feature-ceiling");
  const quiz::Json before = quiz::parse_json(view->model(), 100'000);
  view->advance();
  const std::string model = view->model();
  CHECK(model.find("\"linear_mean\":") != std::string::npos);
  CHECK(model.find("\"steps\":1,") != std::string::npos);
  CHECK(model.find("\"running\":true") != std::string::npos);
  CHECK(model.find("nan") == std::string::npos);
}

TEST_CASE("a demo waits for a guess, runs, and says how far it was", "[view]") {
  const auto view = make_demo_view("feature-ceiling");
  view->restore("n:20,seeds:2");
  view->predict("product_accuracy");
  for (const float width : {1040.f, 700.f, 360.f}) {
    fit(*view, width);
    check_fits(*view, width);
    check_apart(*view);
    CHECK(node(*view, "prediction").label == "What will “With product” come to?");
    CHECK(find(*view, "run") == nullptr);
  }
  CHECK_FALSE(view->running());
  CHECK(node(*view, "reading.product_accuracy").label == "With product: not known yet");
  CHECK(node(*view, "narration").label == "The run waits for your guess.");
  act(*view, "prediction.lock");
  CHECK(node(*view, "prediction.problem").label == "Make a guess first, or just run it.");
  act(*view, "prediction.entry", 0, "much");
  act(*view, "prediction.lock");
  CHECK(node(*view, "prediction.problem").label.starts_with("“much” cannot be read"));
  act(*view, "seed");  // still the same question
  act(*view, "prediction.entry", 0, "3/4");
  act(*view, "prediction.lock");
  CHECK(view->running());
  CHECK(node(*view, "run").label == "Pause");
  CHECK(node(*view, "prediction.outcome").label == "You said 0.750.");
  while (view->running()) view->advance();
  fit(*view, 1040);
  const quiz::Json model = quiz::parse_json(view->model(), 100'000);
  const double value = model.find("readouts")->find("product_accuracy")->number;
  const std::string outcome = node(*view, "prediction.outcome").label;
  CHECK(outcome == "You said 0.750; it came to " + ui::format_number(value, 3) + ", " +
                       ui::format_number(std::abs(value - 0.75), 3) + " away.");
  act(*view, "run");  // once more
  CHECK(node(*view, "prediction.outcome").label == outcome);
  act(*view, "parameter.n", 50);  // another run
  CHECK(find(*view, "prediction.outcome") == nullptr);
}

TEST_CASE("a guess can be left out, and a link asks for none", "[view]") {
  const auto view = make_demo_view("feature-ceiling");
  view->predict("mlp_accuracy");
  fit(*view, 600);
  act(*view, "prediction.skip");
  CHECK(view->running());
  CHECK(find(*view, "prediction") == nullptr);
  CHECK(find(*view, "prediction.outcome") == nullptr);
  view->predict("mlp_accuracy");
  CHECK_FALSE(view->running());
  view->restore("n:20");
  CHECK(view->running());
  CHECK_THROWS_AS(view->predict("width"), Error);
  CHECK(view->running());
}

TEST_CASE("while a guess is asked for, nothing gives the answer away", "[view]") {
  const auto view = make_demo_view("feature-ceiling");
  view->restore("n:20,seeds:2,step:3");
  while (view->running()) view->advance();
  fit(*view, 1040);
  const float height = node(*view, "accuracies").rect.h;
  CHECK_FALSE(node(*view, "accuracies").table.rows.empty());
  view->predict("linear_mean");
  fit(*view, 1040);
  for (const char* id : {"plane", "accuracies"}) {
    CHECK(node(*view, id).description.find("kept back") != std::string::npos);
    CHECK(node(*view, id).table.rows.empty());
    CHECK_FALSE(view->plots().empty());
  }
  CHECK(node(*view, "accuracies").rect.h == height);  // nothing moves when it comes to light
  CHECK(find(*view, "sweep.run") == nullptr);
  for (const ui::Node& each : view->nodes())
    if (each.id.starts_with("reading.")) CHECK(each.label.ends_with(": not known yet"));
}

TEST_CASE("what is not drawn by chance offers no seeds", "[view]") {
  for (const auto& [demo, offered] : {std::pair{"imagenet-winners", false}, {"timeline", true}})
    for (const float width : {360.f, 1040.f}) {
      const auto view = make_demo_view(demo);
      fit(*view, width);
      CHECK((find(*view, "seed") != nullptr) == offered);
      CHECK((find(*view, "sweep.run") != nullptr) == offered);
    }
}

TEST_CASE("a curve is asked for, set, run and scored", "[view]") {
  const auto view = make_demo_view("scaling-plot");
  view->restore("seeds:1");
  view->predict("network_accuracy");
  for (const float width : {1040.f, 700.f, 360.f}) {
    fit(*view, width);
    check_fits(*view, width);
    check_apart(*view);
  }
  CHECK(node(*view, "curves").drawable);
  CHECK(node(*view, "prediction").label.starts_with("How will “Network” change with"));
  act(*view, "prediction.lock");
  CHECK(node(*view, "prediction.problem").label == "Draw your curve first, or just run it.");
  CHECK(find(*view, "prediction.at.0") == nullptr);
  act(*view, "prediction.sliders");
  fit(*view, 360);
  check_fits(*view, 360);
  check_apart(*view);
  const ui::Rect figure = node(*view, "curves").rect;
  for (int i = 0; i <= 8; i++) {
    const float along = 0.2F + 0.05F * static_cast<float>(i);
    const auto kind = i == 0 ? PointerEvent::Kind::down : PointerEvent::Kind::move;
    view->pointer(
        {.kind = kind, .x = figure.x + along * figure.w, .y = figure.y + 0.6F * figure.h});
  }
  view->pointer({.kind = PointerEvent::Kind::up,
                 .x = figure.x + 0.6F * figure.w,
                 .y = figure.y + 0.6F * figure.h});
  view->draw();
  CHECK(node(*view, "prediction.at.1").value < 0.45);
  CHECK(node(*view, "prediction.at.4").value == 0.5);
  const demos::Curve asked = *demos::Run("scaling-plot").demo().curve("network_accuracy");
  for (std::size_t i = 0; i < asked.x.size(); i++)
    act(*view, "prediction.at." + std::to_string(i), i == 1 ? 0.75 : 0.6);
  act(*view, "seed");  // another draw, the same question
  CHECK(node(*view, "prediction.at.1").value == 0.75);
  view->restore("seeds:1");
  view->predict("network_accuracy");
  fit(*view, 700);
  CHECK(find(*view, "prediction.at.1") == nullptr);  // asked anew
  act(*view, "prediction.sliders");
  for (std::size_t i = 0; i < asked.x.size(); i++)
    act(*view, "prediction.at." + std::to_string(i), 0.6);
  act(*view, "prediction.lock");
  CHECK(node(*view, "prediction.outcome").label == "Your curve is locked in.");
  CHECK_FALSE(node(*view, "curves").drawable);
  while (view->running()) view->advance();
  fit(*view, 700);

  const demos::Run run = demos::run_of("scaling-plot", "seeds:1");
  const demos::Curve truth = *run.demo().curve("network_accuracy");
  REQUIRE(truth.x == asked.x);
  double sum = 0, most = 0;
  for (const double y : truth.y) {
    sum += std::abs(y - 0.6);
    most = std::max(most, std::abs(y - 0.6));
  }
  const std::string outcome = node(*view, "prediction.outcome").label;
  CAPTURE(outcome);
  CHECK(outcome.starts_with("Your curve is " + ui::format_number(sum / 5, 3) +
                            " away on average, over 5 places; most at "));
  CHECK(outcome.ends_with("where you drew 0.600 and it came to " +
                          ui::format_number(0.6 - most, 3) + "."));
  act(*view, "run");  // once more: the same guess at the same run
  CHECK(node(*view, "prediction.outcome").label == outcome);
  act(*view, "reset");
  CHECK(find(*view, "prediction.outcome") == nullptr);
}

TEST_CASE("curves lie on the read-outs that they are of", "[view]") {
  for (const demos::DemoEntry& entry : demos::all_demos()) {
    const demos::Run run(entry.name);
    for (const demos::Readout& readout : run.demo().readouts()) {
      const auto curve = run.demo().curve(readout.name);
      if (!curve) continue;
      CAPTURE(entry.name, readout.name);
      CHECK_FALSE(std::string_view(readout.plot).empty());
      CHECK(curve->min < curve->max);
      CHECK(curve->x.size() == curve->y.size());
      CHECK(curve->x.size() > 1);
      CHECK(std::is_sorted(curve->x.begin(), curve->x.end()));
    }
  }
  CHECK_FALSE(demos::Run("scaling-plot").demo().curve("crossover_n").has_value());
}

TEST_CASE("every plot that a read-out names is one of its demo's figures", "[view]") {
  for (const demos::DemoEntry& entry : demos::all_demos()) {
    const auto view = make_demo_view(entry.name);
    fit(*view, 1040);
    const demos::Run run(entry.name);
    for (const demos::Readout& readout : run.demo().readouts()) {
      if (std::string_view(readout.plot).empty()) continue;
      CAPTURE(entry.name, readout.name);
      CHECK(node(*view, readout.plot).role == Role::figure);
    }
  }
}

// --- Quizzes -------------------------------------------------------------------------------------

TEST_CASE("a quiz is answered by pointer alone", "[view]") {
  const auto view = make_quiz_view(kBank, "", 1);
  fit(*view, 600);
  CHECK(node(*view, "quiz.go.0").label == "Question 1 of 3, not answered");
  click(*view, node(*view, "q.slope.check").rect);
  CHECK(node(*view, "q.slope.status").label == "Choose an option first.");
  click(*view, node(*view, "q.slope.option.1").rect);
  CHECK(node(*view, "q.slope.option.1").checked);
  click(*view, node(*view, "q.slope.check").rect);
  fit(*view, 600);
  CHECK(node(*view, "q.slope.status").label.starts_with("Not yet."));
  CHECK(node(*view, "q.slope.status").label.find("gradient itself") != std::string::npos);
  CHECK(node(*view, "q.slope.option.1").disabled);
  CHECK(node(*view, "q.slope.option.0").description.empty());  // the answer is not given away
  CHECK(find(*view, "q.slope.why") == nullptr);
  CHECK(node(*view, "quiz.go.0").label == "Question 1 of 3, not right yet");
  click(*view, node(*view, "q.slope.hint").rect);
  fit(*view, 600);
  CHECK(node(*view, "q.slope.hint.text").label == "Hint: Think of a hill.");
  click(*view, node(*view, "q.slope.retry").rect);
  click(*view, node(*view, "q.slope.option.0").rect);
  click(*view, node(*view, "q.slope.check").rect);
  fit(*view, 600);
  CHECK(node(*view, "q.slope.status").label.starts_with("Right."));
  CHECK(node(*view, "q.slope.why").label == "Why: Down is along −∇L.");
  CHECK(node(*view, "q.slope.option.2").description == "The loss stays equal there.");
  CHECK(node(*view, "quiz.go.0").label == "Question 1 of 3, right after 2 tries");
  click(*view, node(*view, "quiz.next").rect);
  fit(*view, 600);

  act(*view, "q.rate.entry", 0, "0.8");
  click(*view, node(*view, "q.rate.check").rect);
  CHECK(node(*view, "quiz.go.1").label == "Question 2 of 3, answered right");
  act(*view, "quiz.next");
  fit(*view, 600);
  click(*view, node(*view, "q.signs.option.1").rect);
  act(*view, "q.signs.check");
  act(*view, "q.signs.reveal");
  fit(*view, 600);
  CHECK(node(*view, "q.signs.option.0").description == "Right answer. a does.");
  CHECK(node(*view, "q.signs.option.1").description == "Wrong. b does not.");
  CHECK(node(*view, "quiz.go.2").label == "Question 3 of 3, answer shown");
  CHECK(node(*view, "quiz.summary").label == "Done: 1 of 3 right at the first try.");
  CHECK(find(*view, "quiz.next") == nullptr);
  act(*view, "quiz.reset");
  CHECK(node(*view, "quiz.go.0").label == "Question 1 of 3, not answered");
}

TEST_CASE("a prediction is locked in, compared and led to its run", "[view]") {
  constexpr const char* bank = R"({"version": 1, "quick_check": ["guess"], "questions": [
    {"id": "guess", "level": 2, "type": "predict", "prompt": "How much?", "why": "Because.",
     "answer": {"demo": "feature-ceiling", "state": "n:50", "readout": "linear_mean",
                "value": 0.481, "tolerance": 0.02}}]})";
  for (const bool right : {false, true}) {
    const auto view = make_quiz_view(bank, "", 1);
    fit(*view, 600);
    CHECK(find(*view, "q.guess.run") == nullptr);
    CHECK(node(*view, "q.guess.check").label == "Lock in my guess");
    act(*view, "q.guess.entry", 0, right ? "0.5" : "0.9");
    act(*view, "q.guess.check");
    fit(*view, 600);
    CHECK(node(*view, "q.guess.entry").disabled);
    CHECK(node(*view, "q.guess.status").role == Role::status);
    CHECK(node(*view, "q.guess.status").label ==
          (right ? "Well guessed: you said 0.50; the run gave 0.48, 0.02 away."
                 : "You said 0.90; the run gave 0.48, 0.42 away."));
    CHECK(node(*view, "q.guess.why").label == "Why: Because.");
    CHECK(find(*view, "q.guess.retry") == nullptr);
    CHECK(view->take_run_request().empty());
    click(*view, node(*view, "q.guess.run").rect);
    CHECK(view->take_run_request() == "guess");
    CHECK(view->take_run_request().empty());
  }
}

TEST_CASE("a quiz is answered by keys alone", "[view]") {
  const auto view = make_quiz_view(kBank, "slope,rate", 1);
  fit(*view, 600);
  const auto tab_to = [&](ImGuiKey then, int times) {
    for (int i = 0; i < times; i++) press(*view, ImGuiKey_Tab);
    press(*view, then);
  };
  tab_to(ImGuiKey_Space, 3);  // over the two dots to the options
  // Arrows go on until the right one is chosen.
  for (int i = 0; i < 3 && !node(*view, "q.slope.option.0").checked; i++)
    press(*view, ImGuiKey_DownArrow);
  REQUIRE(node(*view, "q.slope.option.0").checked);
  tab_to(ImGuiKey_Enter, 1);
  CHECK(node(*view, "q.slope.status").label.starts_with("Right."));
  view->draw();
  press(*view, ImGuiKey_Enter);  // the focus is on what took the place of Check
  const bool next = find(*view, "q.rate.check") != nullptr;
  CHECK(next);
}

TEST_CASE("the HTML form and the picture show one quiz", "[view]") {
  const auto view = make_quiz_view(kBank, "", 1);
  fit(*view, 600);
  const std::uint64_t revision = view->revision();
  view->quiz_action("choose", 0, 1, "1");
  CHECK(view->revision() != revision);
  view->draw();
  CHECK(node(*view, "q.slope.option.1").checked);
  view->quiz_action("check", 0, 0, "");
  view->draw();
  CHECK(find(*view, "q.slope.retry") != nullptr);
  view->quiz_action("retry", 0, 0, "");
  view->quiz_action("go", 2, 0, "");
  view->quiz_action("choose", 2, 0, "1");
  view->quiz_action("choose", 2, 1, "1");
  view->quiz_action("choose", 2, 1, "0");
  view->draw();
  CHECK(node(*view, "q.signs.option.0").checked);
  CHECK_FALSE(node(*view, "q.signs.option.1").checked);
  const std::string saved = view->state();
  const auto other = make_quiz_view(kBank, "", 1);
  CHECK(other->restore(saved).empty());
  CHECK(other->state() == saved);
  CHECK_FALSE(other->restore("{").empty());
  CHECK(other->state() == saved);
  CHECK(view->model().find("\"current\":2") != std::string::npos);
}

TEST_CASE("views that cannot be made say why", "[view]") {
  CHECK_THROWS_AS(make_demo_view("nothing"), Error);
  CHECK_THROWS_AS(make_quiz_view("{", "", 1), Error);
  CHECK_THROWS_AS(make_quiz_view(kBank, "nothing", 1), Error);
}

// --- Frames --------------------------------------------------------------------------------------

TEST_CASE("a throw in the middle of a frame leaves the view usable", "[view]") {
  enum class Trouble { none, error, assertion, inside_plot, misuse, bad_alloc } trouble{};
  int pressed = 0;
  const std::vector<double> x = {0, 1};
  Scratch view([&](ui::Ui& ui) {
    if (ui.button("b", "press")) pressed++;
    if (trouble == Trouble::error) fail("[matmul] inner sizes differ: (2,3) x (4,5)");
    if (trouble == Trouble::bad_alloc) throw std::bad_alloc();
    if (trouble == Trouble::misuse) ImGui::PopStyleVar(100);
    ui::Plot plot(ui, "plot", {});
    plot.line("line", x, x, ui::data_color(0));
    if (trouble == Trouble::assertion) ImGui::PopID();
    if (trouble == Trouble::inside_plot) {
      ImPlot::BeginPlot("left open");
      throw std::runtime_error("inside a plot");
    }
  });
  const auto survives = [&](Trouble t) {
    trouble = t;
    CHECK_THROWS_AS(view.draw(), std::exception);
    CHECK_THROWS_AS(view.draw_data(), Error);
    CHECK_THROWS_AS(view.draw(), std::exception);
    trouble = Trouble::none;
    const int before = pressed;
    view.draw();
    click(view, node(view, "b").rect);
    CHECK(pressed == before + 1);
    CHECK(view.draw_data()->TotalVtxCount > 100);
  };
  view.draw();
  for (const Trouble t : {Trouble::error, Trouble::assertion, Trouble::inside_plot, Trouble::misuse,
                          Trouble::bad_alloc, Trouble::inside_plot})
    survives(t);
  // Others never notice.
  Scratch other([](ui::Ui& ui) { ui.text("t", "text"); });
  trouble = Trouble::inside_plot;
  CHECK_THROWS_AS(view.draw(), std::exception);
  other.draw();
  CHECK(node(other, "t").label == "text");
}

TEST_CASE("odd sizes and positions are borne", "[view]") {
  const auto view = make_demo_view("feature-ceiling");
  for (const float size : {0.f, -5.f, kNaN, 1.f, 1e30f, std::numeric_limits<float>::infinity()}) {
    view->resize(size, size, size);
    view->draw();
    CHECK(std::isfinite(view->content_height()));
    view->pointer({Kind::down, size, size});
    view->pointer({Kind::up, kNaN, 3, 99});
    view->pointer({.kind = Kind::wheel, .wheel = kNaN});
    view->draw();
  }
  view->key({-1, true});
  view->key({1 << 30, true});
  view->type("\xff");
  view->draw();
  ui::Theme theme = ui::dark_theme();
  theme.text_scale = kNaN;
  view->set_theme(theme);
  fit(*view, 600);
  CHECK(find(*view, "run") != nullptr);
}

TEST_CASE("larger text takes more room and stays within the width", "[view]") {
  const auto view = make_quiz_view(kBank, "", 1);
  fit(*view, 500);
  const float height = view->content_height();
  ui::Theme theme = ui::light_theme();
  theme.text_scale = 1.5f;
  view->set_theme(theme);
  fit(*view, 500);
  CHECK(view->content_height() > 1.2f * height);
  check_fits(*view, 500);
}

TEST_CASE("a change of the pixel ratio keeps the layout", "[view]") {
  const auto view = make_quiz_view(kBank, "", 1);
  build_fonts(1);
  fit(*view, 500);
  const float height = view->content_height();
  const ui::Rect rect = node(*view, "q.slope.option.1").rect;
  build_fonts(2);
  fit(*view, 500, 2);
  CHECK(view->draw_data()->FramebufferScale.x == 2);
  CHECK(std::abs(view->content_height() - height) < 2);
  CHECK(std::abs(node(*view, "q.slope.option.1").rect.y - rect.y) < 2);
  build_fonts(1);
  fit(*view, 500);
  CHECK(view->content_height() == height);
}

TEST_CASE("every event counts, however late a frame comes", "[view]") {
  int pressed = 0;
  std::string order;
  double value = 0;
  Scratch view([&](ui::Ui& ui) {
    if (ui.button("b", "press")) {
      pressed++;
      order += 'b';
    }
    if (ui.slider("s", "s", value, {})) order += 's';
  });
  view.draw();
  const ui::Rect rect = node(view, "b").rect;
  for (int i = 0; i < 5; i++) {
    view.pointer({Kind::down, rect.x + 5, rect.y + 5});
    view.pointer({Kind::up, rect.x + 5, rect.y + 5});
  }
  view.draw();
  CHECK(pressed == 5);
  order.clear();
  view.act({"s", 0.25, ""});
  view.act({"b", 0, ""});
  view.act({"s", 0.5, ""});
  view.draw();
  CHECK(order == "sbs");
  CHECK(value == 0.5);
  // Input that comes before the first frame is not lost.
  Scratch fresh([&](ui::Ui& ui) { pressed += ui.button("b", "press"); });
  pressed = 0;
  click(fresh, rect);
  CHECK(pressed == 1);
}

TEST_CASE("a lifted finger hovers over nothing", "[view]") {
  Scratch view([](ui::Ui& ui) { ui.button("b", "press"); });
  view.draw();
  const int plain = view.mouse_cursor();
  const ui::Rect rect = node(view, "b").rect;
  view.pointer({Kind::move, rect.x + 5, rect.y + 5});
  view.draw();
  CHECK(view.mouse_cursor() == ImGuiMouseCursor_Hand);
  view.pointer({Kind::leave});
  view.draw();
  CHECK(view.mouse_cursor() == plain);
  click(view, rect, 0.5f, true);
  CHECK(view.mouse_cursor() == plain);
}

TEST_CASE("views share one atlas and a renderer that they do not own", "[view]") {
  int dummy = 0;
  ImGuiContext* owner = ImGui::CreateContext(&shared_fonts());
  ImGui::SetCurrentContext(owner);
  ImGui::GetIO().BackendRendererUserData = &dummy;
  share_renderer_of_current_context();
  {
    Scratch one([](ui::Ui& ui) { ui.text("t", "one"); });
    Scratch two([](ui::Ui& ui) { ui.text("t", "two"); });
    one.draw();
    CHECK(ImGui::GetIO().BackendRendererUserData == &dummy);
    CHECK(ImGui::GetIO().Fonts == &shared_fonts());
    two.draw();
    CHECK(node(one, "t").label == "one");
    CHECK(node(two, "t").label == "two");
  }
  ImGui::SetCurrentContext(owner);
  CHECK(ImGui::GetIO().BackendRendererUserData == &dummy);
  ImGui::GetIO().BackendRendererUserData = nullptr;
  forget_renderer();
  ImGui::DestroyContext(owner);
  Scratch after([](ui::Ui& ui) { ui.text("t", "after"); });
  after.draw();
}

}  // namespace grad::app
