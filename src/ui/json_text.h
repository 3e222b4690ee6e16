#pragma once

#include <string>
#include <string_view>

namespace grad::ui {

/// Appends a JSON string, quoted and escaped. Bytes that are not UTF-8 become U+FFFD.
void append_json(std::string& json, std::string_view text);
/// Appends a JSON number; null if it is not finite.
void append_json(std::string& json, double number);

}  // namespace grad::ui
