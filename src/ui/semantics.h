#pragma once

// What a screen reader needs to know of a view. Dear ImGui exposes nothing, so every widget of
// ui.h records one of these as it is drawn; the page keeps a real control in step with each.

#include <string>
#include <vector>

namespace grad::ui {

enum class Role { slider, button, radio, checkbox, textbox, figure, status, text, heading };
/// ARIA's name of the role: "slider", "button" …
const char* role_name(Role role);

/// In CSS pixels from the top left corner of the view.
struct Rect {
  float x = 0, y = 0, w = 0, h = 0;
};

/// Rows of a figure's data, for the table that stands in for the picture.
struct Table {
  std::vector<std::string> columns;
  std::vector<std::vector<std::string>> rows;
};

struct Node {
  std::string id;  ///< unique in its view and the same from frame to frame: "parameter.n"
  Role role = Role::text;
  std::string label;  ///< accessible name
  std::string group;  ///< radio buttons and check boxes with the same group belong together
  std::string description;
  std::string value_text;                        ///< the value as read out: "200 points"
  double value = 0, min = 0, max = 0, step = 0;  ///< slider
  bool logarithmic = false;                      ///< slider: equal ways are equal ratios
  bool checked = false, disabled = false, invalid = false;
  Table table;            ///< figure
  bool drawable = false;  ///< dragging in it (in a figure: sideways) does not scroll the page
  Rect rect;
};

/// Something done to a control from outside the canvas: by keyboard, assistive technology or a
/// test. `value` is the slider's number, 1/0 for checked; `text` a text box's content.
struct Action {
  std::string id;
  double value = 0;
  std::string text;
};

/// JSON array of the nodes, as the page's twin reads it.
std::string to_json(const std::vector<Node>& nodes);

}  // namespace grad::ui
