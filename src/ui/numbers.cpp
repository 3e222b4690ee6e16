#include <algorithm>
#include <cmath>
#include <cstdio>

#include "ui/ui.h"

namespace grad::ui {
namespace {

constexpr int kMaxDecimals = 12;

/// Decimals that show three significant digits.
int significant_decimals(double value) {
  if (value == 0) return 0;
  return std::clamp(2 - static_cast<int>(std::floor(std::log10(std::abs(value)))), 0, kMaxDecimals);
}

double rounded(double value, int decimals) {
  const double scale = std::pow(10.0, decimals);
  return std::round(value * scale) / scale;
}

bool free_logarithmic(const SliderOptions& options) {
  return options.logarithmic && options.step <= 0;
}

}  // namespace

std::string format_number(double value, int decimals) {
  if (std::isnan(value)) return "–";
  if (std::isinf(value)) return value > 0 ? "∞" : "−∞";
  char digits[400];
  std::snprintf(digits, sizeof digits, "%.*f", std::clamp(decimals, 0, kMaxDecimals),
                std::abs(value));
  std::string text = digits;
  const bool zero = text.find_first_not_of("0.") == std::string::npos;
  const auto point = static_cast<int>(std::min(text.find('.'), text.size()));
  for (int place = point - 3; place > 0; place -= 3)
    text.insert(static_cast<std::size_t>(place), 1, ',');
  return value < 0 && !zero ? "−" + text : text;
}

std::string format_value(double value, const SliderOptions& options) {
  const int decimals = free_logarithmic(options) ? significant_decimals(value) : options.decimals;
  std::string number = format_number(value, decimals);
  if (options.unit.empty()) return number;
  return number + (options.unit == "%" ? "\u202f" : " ") + options.unit;
}

double slider_value(double value, const SliderOptions& options, double fallback) {
  if (!std::isfinite(value)) return fallback;
  value = std::clamp(value, options.min, options.max);
  if (options.step > 0)
    value = options.min + std::round((value - options.min) / options.step) * options.step;
  else
    value = rounded(value, options.logarithmic ? significant_decimals(value) : options.decimals);
  return std::clamp(value, options.min, options.max);
}

}  // namespace grad::ui
