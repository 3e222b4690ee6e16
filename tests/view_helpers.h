#pragma once

// Views driven as a page drives them, for the tests of src/ui and src/app.

#include <catch2/catch_test_macros.hpp>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include "app/view.h"
#include "imgui.h"
#include "ui/ui.h"

namespace grad::app {

/// A view whose content is a function.
class Scratch final : public View {
 public:
  explicit Scratch(std::function<void(ui::Ui&)> content) : content_(std::move(content)) {
    resize(600, 800, 1);
  }
  bool running() const override { return false; }
  void advance() override {}
  std::string state() const override { return ""; }
  std::string restore(std::string_view) override { return ""; }
  std::string model() const override { return "{}"; }

 private:
  void content(ui::Ui& ui) override { content_(ui); }
  std::function<void(ui::Ui&)> content_;
};

inline const ui::Node* find(const View& view, std::string_view id) {
  for (const ui::Node& node : view.nodes())
    if (node.id == id) return &node;
  return nullptr;
}

inline const ui::Node& node(const View& view, std::string_view id) {
  const ui::Node* found = find(view, id);
  INFO(id);
  REQUIRE(found != nullptr);
  return *found;
}

/// Draws until the view has the height that its content needs, as the page does.
inline void fit(View& view, float width, float pixel_ratio = 1) {
  view.resize(width, 1, pixel_ratio);
  view.draw();
  view.resize(width, view.content_height(), pixel_ratio);
  view.draw();
}

/// A press and release at a share of the rectangle's width.
inline void click(View& view, const ui::Rect& rect, float along = 0.5f, bool touch = false) {
  using Kind = PointerEvent::Kind;
  const float x = rect.x + along * rect.w, y = rect.y + rect.h / 2;
  view.pointer({.kind = Kind::down, .x = x, .y = y, .touch = touch});
  view.pointer({.kind = Kind::up, .x = x, .y = y, .touch = touch});
  view.draw();
}

inline void press(View& view, ImGuiKey key) {
  view.key({key, true});
  view.key({key, false});
  view.draw();
}

inline void act(View& view, std::string id, double value = 0, std::string text = "") {
  view.act({std::move(id), value, std::move(text)});
  view.draw();
}

}  // namespace grad::app
