// The picture of orders, gaps, outputs and tasks: drawn at every width, worked by pointer, finger
// and keys.

#include <catch2/catch_test_macros.hpp>
#include <string>
#include <vector>

#include "app/open_runs.h"
#include "app/view.h"
#include "demos/run.h"
#include "quiz/json.h"
#include "view_helpers.h"

using namespace grad;
using namespace grad::app;

namespace {

constexpr const char* kBank = R"json({"version": 1, "quick_check": ["steps", "pairs", "gaps",
  "prints", "task", "sum"], "questions": [
  {"id": "steps", "level": 1, "type": "order", "prompt": "In which order?", "why": "So it is.",
   "options": [{"text": "first", "feedback": "f0"}, {"text": "second", "feedback": "f1"}]},
  {"id": "pairs", "level": 1, "type": "match", "prompt": "Which is which?", "why": "So it is.",
   "options": [{"left": "$x^2$", "text": "square", "feedback": "f0"},
               {"left": "$x^3$", "text": "cube", "feedback": "f1"},
               {"text": "something longer that does not fit into one line of a phone",
                "feedback": "f2"}]},
  {"id": "gaps", "level": 1, "type": "fill", "prompt": "Fill in.", "why": "So it is.",
   "text": "One ___ two ___.", "gaps": [{"accept": ["a"]}, {"accept": ["b"]}]},
  {"id": "prints", "level": 1, "type": "output", "prompt": "What is printed?", "why": "So it is.",
   "language": "python", "code": "for x in range(3):\n    print(x, end='')",
   "answer": {"accept": ["012"]}},
  {"id": "task", "level": 2, "type": "do", "prompt": "Do it.", "why": "So it is.",
   "answer": {"demo": "feature-ceiling", "conditions": [
     {"parameter": "n", "at_least": 1000, "label": "Training points"}]}},
  {"id": "sum", "level": 2, "type": "numeric", "prompt": "${{a}} + {{b}}$?", "why": "So it is.",
   "variant": {"a": {"from": 1, "to": 50}, "b": {"from": 1, "to": 50}}, "answer": {"value": "a + b"}}
]})json";

std::string phase(const View& view, int i) {
  return quiz::parse_json(view.model(), 100'000).find("items")->items[i].find("phase")->string;
}

/// The picture of one question, which fits into its width.
std::unique_ptr<View> view_of(const char* id, float width = 600) {
  auto view = make_quiz_view(kBank, id, 1);
  fit(*view, width);
  for (const ui::Node& node : view->nodes()) {
    INFO(node.id);
    CHECK(node.rect.x >= 0);
    CHECK(node.rect.x + node.rect.w <= width + 0.5f);
  }
  return view;
}

}  // namespace

TEST_CASE("rows are moved by pointer, finger and keys", "[view]") {
  for (const int way : {0, 1, 2}) {
    INFO(way);
    const auto view = view_of("steps", way == 1 ? 320 : 600);
    const std::string up = "q.steps.option.0.up";
    CHECK(node(*view, up).label == "Move “first” up");
    CHECK(node(*view, "q.steps.option.0").label.find("first") != std::string::npos);
    if (way < 2) {
      click(*view, node(*view, up).rect, 0.5f, way == 1);
    } else {
      for (int i = 0; i < 3; i++) press(*view, ImGuiKey_Tab);
      press(*view, ImGuiKey_Enter);
    }
    view->draw();
    click(*view, node(*view, "q.steps.check").rect);
    view->draw();
    CHECK(phase(*view, 0) == "right");
    CHECK(find(*view, up) == nullptr);
  }
}

TEST_CASE("rows are dragged by pointer and finger, and stay when the finger is lost", "[view]") {
  using Kind = PointerEvent::Kind;
  const auto placed = [](const View& view) {
    const quiz::Json model = quiz::parse_json(view.model(), 100'000);
    std::vector<int> options;
    for (const quiz::Json& option : model.find("items")->items[0].find("placed")->items)
      options.push_back(static_cast<int>(option.number));
    return options;
  };
  const auto rect = [](const View& view, int option) {
    return node(view, "q.pairs.option." + std::to_string(option) + ".grip").rect;
  };
  for (const bool touch : {false, true}) {
    INFO(touch);
    const auto view = view_of("pairs", touch ? 320 : 600);
    const std::vector<int> before = placed(*view);
    const ui::Rect first = rect(*view, before[0]), last = rect(*view, before[2]);
    const float x = first.x + first.w / 2;
    const auto pointer = [&](Kind kind, float y) {
      view->pointer({.kind = kind, .x = x, .y = y, .touch = touch});
      view->draw();
    };
    CHECK(node(*view, "q.pairs.option.0.grip").drawable);
    pointer(Kind::down, first.y + 10);
    pointer(Kind::move, last.y + last.h / 2);
    CHECK(placed(*view) == before);  // not before it is let go
    view->pointer({.kind = Kind::leave, .touch = touch});
    pointer(Kind::up, 0);
    view->draw();
    CHECK(placed(*view) == before);

    pointer(Kind::down, first.y + 10);
    pointer(Kind::move, first.y + 14);
    pointer(Kind::up, first.y + 14);
    CHECK(placed(*view) == before);  // it has not left its place

    pointer(Kind::down, first.y + 10);
    pointer(Kind::move, last.y + last.h / 2);
    pointer(Kind::move, last.y + last.h);
    pointer(Kind::up, last.y + last.h);
    view->draw();
    CHECK(placed(*view) == std::vector<int>{before[2], before[1], before[0]});
    act(*view, "q.pairs.check");
    view->draw();
    CHECK(find(*view, "q.pairs.option.0.grip") == nullptr);
  }
}

TEST_CASE("pairs are brought together in a narrow picture", "[view]") {
  const auto view = view_of("pairs", 300);
  for (int round = 0; round < 4; round++)
    for (const int option : {0, 1}) {
      const quiz::Json model = quiz::parse_json(view->model(), 100'000);
      const auto& placed = model.find("items")->items[0].find("placed")->items;
      if (placed[static_cast<std::size_t>(option)].number == option) continue;
      act(*view, "q.pairs.option." + std::to_string(option) + ".up");
    }
  act(*view, "q.pairs.check");
  view->draw();
  CHECK(phase(*view, 0) == "right");
}

TEST_CASE("gaps and outputs are typed", "[view]") {
  const auto gaps = view_of("gaps", 320);
  act(*gaps, "q.gaps.gap.0", 0, "A");
  act(*gaps, "q.gaps.gap.1", 0, "b.");
  act(*gaps, "q.gaps.sure.0");
  act(*gaps, "q.gaps.check");
  gaps->draw();
  CHECK(phase(*gaps, 0) == "right");
  CHECK(gaps->state().find("\"confidence\":\"sure\"") != std::string::npos);
  const auto prints = view_of("prints", 320);
  CHECK(node(*prints, "q.prints.code").label == "for x in range(3):\n    print(x, end='')");
  act(*prints, "q.prints.entry", 0, "012");
  act(*prints, "q.prints.check");
  prints->draw();
  CHECK(phase(*prints, 0) == "right");
}

TEST_CASE("a task is graded by the run of the demo beside it", "[view]") {
  const auto quiz = view_of("task");
  const auto check = [&] {
    act(*quiz, "q.task.check");
    quiz->draw();
    return node(*quiz, "q.task.status").label;
  };
  CHECK(check() == "Run the demo first; what it has come to is then checked.");
  act(*quiz, "q.task.run");
  CHECK(quiz->take_run_request() == "task");
  const auto demo = make_demo_view("feature-ceiling");
  CHECK(check() == "Not yet. In your run, “Training points” is 200, and must be at least 1000.");
  act(*quiz, "q.task.retry");
  demo->restore("n:2000");
  check();
  CHECK(phase(*quiz, 0) == "right");
  CHECK(report_of("feature-ceiling").find("n:2000") != std::string::npos);
  CHECK(report_of("scaling-plot").empty());
}

TEST_CASE("a variant shows other numbers for another try, and missed ones come again", "[view]") {
  const auto view = view_of("sum,gaps");
  const std::string prompt = node(*view, "q.sum.prompt").label;
  act(*view, "q.sum.entry", 0, "-5");
  act(*view, "q.sum.check");
  view->draw();
  act(*view, "q.sum.retry");
  view->draw();
  CHECK(node(*view, "q.sum.prompt").label != prompt);
  for (const char* action : {"enter", "check", "reveal"}) view->quiz_action(action, 0, 0, "-5");
  view->quiz_action("enter", 1, 0, "a");
  view->quiz_action("enter", 1, 1, "b");
  view->quiz_action("check", 1, 0, "");
  view->draw();
  fit(*view, 600);
  act(*view, "quiz.missed");
  CHECK(phase(*view, 0) == "open");
  CHECK(phase(*view, 1) == "right");
}
