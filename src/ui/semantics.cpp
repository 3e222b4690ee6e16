#include "ui/semantics.h"

#include <cmath>

#include "quiz/json.h"

namespace grad::ui {
namespace {

using quiz::JsonWriter;

void write_text(JsonWriter& out, std::string_view key, const std::string& text) {
  if (!text.empty()) out.member(key, text);
}

void write_flag(JsonWriter& out, std::string_view key, bool on) {
  if (on) out.member(key, true);
}

void write_list(JsonWriter& out, const std::vector<std::string>& texts) {
  out.begin_array();
  for (const std::string& text : texts) out.value(text);
  out.end_array();
}

void write_table(JsonWriter& out, const Table& table) {
  if (table.columns.empty()) return;
  write_list(out.key("table").begin_object().key("columns"), table.columns);
  out.key("rows").begin_array();
  for (const std::vector<std::string>& row : table.rows) write_list(out, row);
  out.end_array().end_object();
}

void write_node(JsonWriter& out, const Node& node) {
  out.begin_object().member("id", node.id).member("role", role_name(node.role));
  out.member("label", node.label);
  write_text(out, "group", node.group);
  write_text(out, "description", node.description);
  write_text(out, "value_text", node.value_text);
  if (node.role == Role::slider) {
    out.member("value", node.value).member("min", node.min).member("max", node.max);
    out.member("step", node.step);
    write_flag(out, "logarithmic", node.logarithmic);
  }
  write_flag(out, "checked", node.checked);
  write_flag(out, "disabled", node.disabled);
  write_flag(out, "invalid", node.invalid);
  write_flag(out, "drawable", node.drawable);
  write_table(out, node.table);
  out.key("rect").begin_array();
  for (const float number : {node.rect.x, node.rect.y, node.rect.w, node.rect.h})
    out.value(std::round(static_cast<double>(number) * 100) / 100);
  out.end_array().end_object();
}

}  // namespace

const char* role_name(Role role) {
  constexpr const char* names[] = {"slider", "button", "radio", "checkbox", "textbox",
                                   "figure", "status", "text",  "heading"};
  return names[static_cast<int>(role)];
}

std::string to_json(const std::vector<Node>& nodes) {
  JsonWriter out;
  out.begin_array();
  for (const Node& node : nodes) write_node(out, node);
  return out.end_array().text();
}

}  // namespace grad::ui
