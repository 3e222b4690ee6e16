#include "quiz/variant.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "quiz/expression.h"
#include "tensor/check.h"
#include "tensor/rng.h"

namespace grad::quiz {
namespace {

using Kind = Json::Kind;
using Variables = std::vector<Variable>;

constexpr double kMaxValues = 10'000;
constexpr int kMaxTries = 200;

double number_of(const Json& range, const char* name, double otherwise) {
  const Json* found = range.find(name);
  if (found == nullptr) return otherwise;
  check(found->kind == Kind::number,
        [&] { return "variant " + std::string(name) + " is not a number."; });
  return found->number;
}

/// One of from, from + step … to.
double draw_from_range(const Json& range, Rng& rng) {
  const double from = number_of(range, "from", std::nan("")), to = number_of(range, "to", 0);
  const double step = number_of(range, "step", 1);
  const double count = std::floor((to - from) / step + 1e-9) + 1;
  check(count >= 2 && count <= kMaxValues && step > 0,
        "variant has a range that is not from, to and step with 2 to 10,000 numbers.");
  const double value = from + step * rng.below(static_cast<std::uint32_t>(count));
  return evaluate("x", std::vector<Variable>{{"x", value}});  // rounded
}

double draw_one(const Json& source, const Variables& known, Rng& rng) {
  if (source.kind == Kind::string) return evaluate(source.string, known);
  if (source.kind == Kind::object) return draw_from_range(source, rng);
  check(source.kind == Kind::array && source.items.size() >= 2,
        "variant has something other than a range, a list of numbers or an expression.");
  const Json& value = source.items[rng.below(static_cast<std::uint32_t>(source.items.size()))];
  check(value.kind == Kind::number, "variant has a list with something that is not a number.");
  return value.number;
}

Variables draw_all(const Json& variant, std::uint32_t draw) {
  check(variant.kind == Kind::object, "variant is not an object.");
  Rng rng = Rng(draw).split(0x76617269);
  for (int attempt = 0; attempt < kMaxTries; attempt++) {
    Variables variables;
    const std::string* where = nullptr;
    for (std::size_t k = 0; k < variant.names.size(); k++) {
      if (variant.names[k] == "where")
        where = &variant.items[k].string;
      else
        variables.emplace_back(variant.names[k], draw_one(variant.items[k], variables, rng));
    }
    if (where == nullptr || evaluate(*where, variables) != 0) return variables;
  }
  fail("variant has a condition that does not hold for any of 200 draws.");
}

/// "a / b .2": the value of the expression with so many decimals, else with as many as it has.
std::string slot_text(std::string_view expression, const Variables& variables) {
  int decimals = -1;
  const std::size_t size = expression.size();
  if (size > 3 && expression[size - 2] == '.' && expression[size - 3] == ' ' &&
      expression.back() >= '0' && expression.back() <= '9') {
    decimals = expression.back() - '0';
    expression.remove_suffix(3);
  }
  const double value = evaluate(expression, variables);
  char text[400];
  if (decimals < 0) return number_text(value);
  std::snprintf(text, sizeof text, "%.*f", decimals, value);
  return text;
}

class Filler {
 public:
  Filler(const Variables& variables, Slots& slots, bool late)
      : variables_(variables), slots_(slots), late_(late) {}

  void fill(Json& json, std::string_view name) {
    if (json.kind == Kind::string && is_number(name))
      fill_number(json, name);
    else if (json.kind == Kind::string)
      json.string = filled(json.string);
    for (std::string& each : json.names) each = filled(each);
    for (std::size_t k = 0; k < json.items.size(); k++)
      fill(json.items[k], json.kind == Kind::object ? std::string_view(json.names[k]) : name);
  }

 private:
  static bool is_number(std::string_view name) {
    constexpr std::string_view names[] = {"value",   "tolerance", "correct",  "below",
                                          "at_most", "above",     "at_least", "equals"};
    return std::find(std::begin(names), std::end(names), name) != std::end(names);
  }
  void fill_number(Json& json, std::string_view name) {
    json.number = evaluate(json.string, variables_);
    json.boolean = json.number != 0;
    json.kind = name == "correct" ? Kind::boolean : Kind::number;
  }
  std::string filled(const std::string& text) {
    std::string out;
    std::size_t at = 0;
    for (std::size_t open = 0; (open = text.find("{{", at)) != text.npos;) {
      const std::size_t close = text.find("}}", open);
      check(close != text.npos, "has {{ without }}.");
      const std::string expression = text.substr(open + 2, close - open - 2);
      slots_.push_back({expression, slot_text(expression, variables_), late_});
      out += text.substr(at, open - at) + slots_.back().text;
      at = close + 2;
    }
    return out + text.substr(at);
  }

  const Variables& variables_;
  Slots& slots_;
  bool late_;
};

}  // namespace

Json filled_in(const Json& question, std::uint32_t draw, Slots& slots) {
  Json json = question;
  const Variables variables = draw_all(*question.find("variant"), draw);
  slots.clear();
  for (std::size_t k = 0; k < json.names.size(); k++) {
    const std::string& name = json.names[k];
    if (name == "variant")
      json.items[k] = {};
    else
      Filler(variables, slots, name == "why" || name == "answer").fill(json.items[k], name);
  }
  std::sort(slots.begin(), slots.end(), [](const Slot& a, const Slot& b) {
    return a.expression != b.expression ? a.expression < b.expression : a.late < b.late;
  });
  const auto same = [](const Slot& a, const Slot& b) { return a.expression == b.expression; };
  slots.erase(std::unique(slots.begin(), slots.end(), same), slots.end());
  return json;
}

}  // namespace grad::quiz
