#include "ui/semantics.h"

#include <charconv>
#include <cmath>
#include <cstdio>

#include "ui/json_text.h"
#include "ui/utf8.h"

namespace grad::ui {
namespace {

void append_key(std::string& json, std::string_view key) {
  json += ",\"";
  json += key;
  json += "\":";
}

void append_text(std::string& json, std::string_view key, const std::string& text) {
  if (text.empty()) return;
  append_key(json, key);
  append_json(json, text);
}

void append_flag(std::string& json, std::string_view key, bool on) {
  if (!on) return;
  append_key(json, key);
  json += "true";
}

void append_list(std::string& json, const std::vector<std::string>& texts) {
  json += '[';
  for (std::size_t i = 0; i < texts.size(); i++) {
    if (i > 0) json += ',';
    append_json(json, texts[i]);
  }
  json += ']';
}

void append_table(std::string& json, const Table& table) {
  if (table.columns.empty()) return;
  json += ",\"table\":{\"columns\":";
  append_list(json, table.columns);
  json += ",\"rows\":[";
  for (std::size_t i = 0; i < table.rows.size(); i++) {
    if (i > 0) json += ',';
    append_list(json, table.rows[i]);
  }
  json += "]}";
}

void append_node(std::string& json, const Node& node) {
  json += "{\"id\":";
  append_json(json, node.id);
  append_key(json, "role");
  append_json(json, role_name(node.role));
  append_key(json, "label");
  append_json(json, node.label);
  append_text(json, "group", node.group);
  append_text(json, "description", node.description);
  append_text(json, "value_text", node.value_text);
  if (node.role == Role::slider) {
    append_key(json, "value");
    append_json(json, node.value);
    append_key(json, "min");
    append_json(json, node.min);
    append_key(json, "max");
    append_json(json, node.max);
    append_key(json, "step");
    append_json(json, node.step);
    append_flag(json, "logarithmic", node.logarithmic);
  }
  append_flag(json, "checked", node.checked);
  append_flag(json, "disabled", node.disabled);
  append_flag(json, "invalid", node.invalid);
  append_flag(json, "drawable", node.drawable);
  append_table(json, node.table);
  append_key(json, "rect");
  json += '[';
  for (const float number : {node.rect.x, node.rect.y, node.rect.w, node.rect.h}) {
    if (json.back() != '[') json += ',';
    append_json(json, std::round(static_cast<double>(number) * 100) / 100);
  }
  json += "]}";
}

}  // namespace

const char* role_name(Role role) {
  constexpr const char* names[] = {"slider", "button", "radio", "checkbox", "textbox",
                                   "figure", "status", "text",  "heading"};
  return names[static_cast<int>(role)];
}

std::string to_json(const std::vector<Node>& nodes) {
  std::string json = "[";
  for (const Node& node : nodes) {
    if (json.size() > 1) json += ',';
    append_node(json, node);
  }
  return json + "]";
}

void append_json(std::string& json, std::string_view text) {
  json += '"';
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t start = at;
    const char32_t c = next_code_point(text, at);
    if (c == U'"' || c == U'\\') {
      json += '\\';
      json += static_cast<char>(c);
    } else if (c < 0x20) {
      char escape[8];
      std::snprintf(escape, sizeof escape, "\\u%04x", static_cast<unsigned>(c));
      json += escape;
    } else if (c == U'\ufffd') {
      json += "\ufffd";
    } else {
      json += text.substr(start, at - start);
    }
  }
  json += '"';
}

void append_json(std::string& json, double number) {
  if (!std::isfinite(number)) {
    json += "null";
    return;
  }
  char digits[32];
  const auto result = std::to_chars(digits, digits + sizeof digits, number);
  json.append(digits, result.ptr);
}

}  // namespace grad::ui
