#include "quiz/expression.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "tensor/check.h"

namespace grad::quiz {
namespace {

constexpr std::size_t kMaxLength = 200;
constexpr int kMaxDepth = 20;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

/// The libraries of different builds differ in the last bits of exp, log and tanh; twelve digits
/// are the same everywhere, and no tolerance is as narrow.
double rounded(double value) {
  char text[40];
  std::snprintf(text, sizeof text, "%.12g", value);
  return std::strtod(text, nullptr);
}

class Parser {
 public:
  Parser(std::string_view text, std::span<const Variable> variables)
      : whole_(text), rest_(text), variables_(variables) {}

  double all() {
    const double value = comparison();
    expect(rest_.empty(), "ends too early");
    return value;
  }

 private:
  void expect(bool ok, const std::string& complaint) const {
    check(ok, [&] { return "The expression \"" + std::string(whole_) + "\" " + complaint + "."; });
  }
  void skip_spaces() {
    while (rest_.starts_with(' ')) rest_.remove_prefix(1);
  }
  bool take(std::string_view symbol) {
    skip_spaces();
    if (!rest_.starts_with(symbol)) return false;
    rest_.remove_prefix(symbol.size());
    skip_spaces();
    return true;
  }

  double comparison() {
    const double left = sum();
    if (take("==")) return left == sum();
    if (take("!=")) return left != sum();
    if (take("<=")) return left <= sum();
    if (take(">=")) return left >= sum();
    if (take("<")) return left < sum();
    if (take(">")) return left > sum();
    return left;
  }
  double sum() {
    double value = product();
    while (true) {
      if (take("+"))
        value += product();
      else if (take("-"))
        value -= product();
      else
        return value;
    }
  }
  double product() {
    double value = sign();
    while (true) {
      if (take("*"))
        value *= sign();
      else if (take("/"))
        value /= sign();
      else if (take("%"))
        value = std::fmod(value, sign());
      else
        return value;
    }
  }
  double sign() {
    depth_++;
    expect(depth_ <= kMaxDepth, "is nested too deeply");
    const double value = take("-") ? -sign() : power();
    depth_--;
    return value;
  }
  double power() {
    const double base = term();
    return take("^") ? std::pow(base, sign()) : base;
  }
  double term() {
    skip_spaces();
    expect(!rest_.empty(), "lacks its end");
    if (take("(")) {
      const double value = comparison();
      expect(take(")"), "lacks a )");
      return value;
    }
    if (is_letter(rest_[0])) return named();
    const std::size_t length = word([](char c) { return is_digit(c) || c == '.'; });
    const std::string number(rest_.substr(0, length));
    char* end = nullptr;
    const double value = std::strtod(number.c_str(), &end);
    expect(length > 0 && *end == '\0', "is not understood at \"" + std::string(rest_) + "\"");
    rest_.remove_prefix(length);
    return value;
  }
  template <class Fits>
  std::size_t word(Fits fits) const {
    return static_cast<std::size_t>(std::find_if_not(rest_.begin(), rest_.end(), fits) -
                                    rest_.begin());
  }
  double named() {
    const std::size_t length = word([](char c) { return is_letter(c) || is_digit(c); });
    const std::string name(rest_.substr(0, length));
    rest_.remove_prefix(length);
    if (take("(")) return function(name);
    for (const Variable& variable : variables_)
      if (variable.first == name) return variable.second;
    expect(false, "names \"" + name + "\", which is nothing");
    return 0;
  }
  double function(const std::string& name) {
    const double x = comparison();
    const bool two = name == "min" || name == "max";
    expect(!two || take(","), "gives " + name + " one number, not two");
    const double y = two ? comparison() : 0;
    expect(take(")"), "lacks a )");
    if (name == "min") return std::min(x, y);
    if (name == "max") return std::max(x, y);
    if (name == "abs") return std::fabs(x);
    if (name == "ceil") return std::ceil(x);
    if (name == "floor") return std::floor(x);
    if (name == "round") return std::round(x);
    if (name == "sqrt") return std::sqrt(x);
    if (name == "relu") return std::max(x, 0.0);
    if (name == "exp") return std::exp(x);
    if (name == "ln") return std::log(x);
    if (name == "tanh") return std::tanh(x);
    expect(name == "sigmoid", "names a function \"" + name + "\", which there is not");
    return 1 / (1 + std::exp(-x));
  }

  std::string_view whole_, rest_;
  std::span<const Variable> variables_;
  int depth_ = 0;
};

}  // namespace

double evaluate(std::string_view expression, std::span<const Variable> variables) {
  check(expression.size() <= kMaxLength, "An expression is longer than 200 characters.");
  const double value = rounded(Parser(expression, variables).all());
  check(std::isfinite(value),
        [&] { return "The expression \"" + std::string(expression) + "\" has no finite value."; });
  return value;
}

}  // namespace grad::quiz
