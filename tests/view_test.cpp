#include "app/view.h"

#include <cmath>

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <string>

#include "demos/demo.h"
#include "imgui.h"
#include "tensor/check.h"
#include "ui/ui.h"

namespace grad::app {
namespace {

using ui::Node;
using ui::Role;
using Kind = PointerEvent::Kind;

const Node* find(const View& view, std::string_view id) {
  for (const Node& node : view.nodes())
    if (node.id == id) return &node;
  return nullptr;
}

const Node& node(const View& view, std::string_view id) {
  const Node* found = find(view, id);
  INFO(id);
  REQUIRE(found != nullptr);
  return *found;
}

/// Draws until the view has the height that its content needs, as the page does.
void fit(View& view, float width, float pixel_ratio = 1) {
  view.resize(width, 1, pixel_ratio);
  view.draw();
  view.resize(width, view.content_height(), pixel_ratio);
  view.draw();
}

void click(View& view, const ui::Rect& rect, float along = 0.5f, bool touch = false) {
  const float x = rect.x + along * rect.w, y = rect.y + rect.h / 2;
  view.pointer({.kind = Kind::down, .x = x, .y = y, .touch = touch});
  view.pointer({.kind = Kind::up, .x = x, .y = y, .touch = touch});
  view.draw();
}

void press(View& view, ImGuiKey key) {
  view.key({key, true});
  view.key({key, false});
  view.draw();
}

}  // namespace

TEST_CASE("every demo draws itself without a window", "[view]") {
  for (const demos::DemoEntry& entry : demos::all_demos()) {
    INFO(entry.name);
    const auto view = make_demo_view(entry.name);
    for (const float width : {320.f, 700.f, 1040.f}) {
      fit(*view, width);
      CHECK(view->content_height() > 200);
      CHECK(view->draw_data()->TotalVtxCount > 1000);
      CHECK(find(*view, "run") != nullptr);
    }
    for (int i = 0; i < 3; i++) view->advance();
    view->draw();
  }
}

TEST_CASE("a demo's buttons run, pause, step and reset it", "[view]") {
  const auto view = make_demo_view("feature-ceiling");
  fit(*view, 1040);
  CHECK(view->running());  // it begins by itself
  view->advance();
  click(*view, node(*view, "run").rect);
  CHECK_FALSE(view->running());
  CHECK(view->state() == "step:1");
  view->act({"step", 0, ""});
  view->draw();
  CHECK(view->state() == "step:2");
  click(*view, node(*view, "parameter.n").rect, 0.99f);
  CHECK(view->state() == "n:20000");
  view->act({"seed", 0, ""});
  view->draw();
  CHECK(view->state() == "n:20000,seed:2");
  click(*view, node(*view, "reset").rect, 0.5f, true);
  CHECK(view->state().empty());
  press(*view, ImGuiKey_Tab);
  CHECK_FALSE(view->running());
}

}  // namespace grad::app
