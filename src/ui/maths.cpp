#include "ui/maths.h"

#include <algorithm>
#include <array>
#include <optional>

#include "ui/utf8.h"

namespace grad::ui {
namespace {

using Kind = MathBox::Kind;
using Face = MathBox::Face;

constexpr int kMaxDepth = 24;  // of braces in braces; deeper ones are left out

enum class Class { ordinary, binary, relation, punctuation, opening, function };
struct Command {
  std::string_view name, text;
  Class kind = Class::ordinary;
};
constexpr Command kCommands[] = {
    {"alpha", "α"},
    {"beta", "β"},
    {"gamma", "γ"},
    {"delta", "δ"},
    {"epsilon", "ϵ"},
    {"varepsilon", "ε"},
    {"zeta", "ζ"},
    {"eta", "η"},
    {"theta", "θ"},
    {"iota", "ι"},
    {"kappa", "κ"},
    {"lambda", "λ"},
    {"mu", "μ"},
    {"nu", "ν"},
    {"xi", "ξ"},
    {"pi", "π"},
    {"rho", "ρ"},
    {"sigma", "σ"},
    {"tau", "τ"},
    {"upsilon", "υ"},
    {"phi", "ϕ"},
    {"varphi", "φ"},
    {"chi", "χ"},
    {"psi", "ψ"},
    {"omega", "ω"},
    {"Gamma", "Γ"},
    {"Delta", "Δ"},
    {"Theta", "Θ"},
    {"Lambda", "Λ"},
    {"Xi", "Ξ"},
    {"Pi", "Π"},
    {"Sigma", "Σ"},
    {"Phi", "Φ"},
    {"Psi", "Ψ"},
    {"Omega", "Ω"},
    {"infty", "∞"},
    {"partial", "∂"},
    {"nabla", "∇"},
    {"ell", "ℓ"},
    {"forall", "∀"},
    {"exists", "∃"},
    {"emptyset", "∅"},
    {"top", "⊤"},
    {"bot", "⊥"},
    {"prime", "′"},
    {"ldots", "…"},
    {"dots", "…"},
    {"cdots", "⋯"},
    {"vdots", "⋮"},
    {"sum", "∑"},
    {"prod", "∏"},
    {"int", "∫"},
    {"mid", "|", Class::relation},
    {"vert", "|"},
    {"lVert", "∥"},
    {"rVert", "∥"},
    {"|", "∥"},
    {"{", "{", Class::opening},
    {"}", "}"},
    {"%", "%"},
    {"$", "$"},
    {"#", "#"},
    {"&", "&"},
    {"_", "_"},
    {"langle", "⟨", Class::opening},
    {"rangle", "⟩"},
    {"lceil", "⌈", Class::opening},
    {"rceil", "⌉"},
    {"lfloor", "⌊", Class::opening},
    {"rfloor", "⌋"},
    {",", kThinSpace},
    {";", kThickSpace},
    {":", kMediumSpace},
    {" ", kThickSpace},
    {"quad", " "},
    {"qquad", "  "},
    {"cdot", "·", Class::binary},
    {"times", "×", Class::binary},
    {"div", "÷", Class::binary},
    {"pm", "±", Class::binary},
    {"mp", "∓", Class::binary},
    {"circ", "∘", Class::binary},
    {"odot", "⊙", Class::binary},
    {"oplus", "⊕", Class::binary},
    {"otimes", "⊗", Class::binary},
    {"ast", "∗", Class::binary},
    {"cup", "∪", Class::binary},
    {"cap", "∩", Class::binary},
    {"wedge", "∧", Class::binary},
    {"vee", "∨", Class::binary},
    {"le", "≤", Class::relation},
    {"leq", "≤", Class::relation},
    {"ge", "≥", Class::relation},
    {"geq", "≥", Class::relation},
    {"ne", "≠", Class::relation},
    {"neq", "≠", Class::relation},
    {"ll", "≪", Class::relation},
    {"gg", "≫", Class::relation},
    {"approx", "≈", Class::relation},
    {"equiv", "≡", Class::relation},
    {"sim", "∼", Class::relation},
    {"simeq", "≃", Class::relation},
    {"propto", "∝", Class::relation},
    {"in", "∈", Class::relation},
    {"notin", "∉", Class::relation},
    {"subset", "⊂", Class::relation},
    {"subseteq", "⊆", Class::relation},
    {"to", "→", Class::relation},
    {"rightarrow", "→", Class::relation},
    {"leftarrow", "←", Class::relation},
    {"gets", "←", Class::relation},
    {"mapsto", "↦", Class::relation},
    {"Rightarrow", "⇒", Class::relation},
    {"Leftarrow", "⇐", Class::relation},
    {"Leftrightarrow", "⇔", Class::relation},
    {"iff", "⇔", Class::relation},
    {"leftrightarrow", "↔", Class::relation},
    {"log", "log", Class::function},
    {"ln", "ln", Class::function},
    {"exp", "exp", Class::function},
    {"sin", "sin", Class::function},
    {"cos", "cos", Class::function},
    {"tan", "tan", Class::function},
    {"tanh", "tanh", Class::function},
    {"max", "max", Class::function},
    {"min", "min", Class::function},
    {"argmax", "argmax", Class::function},
    {"argmin", "argmin", Class::function},
    {"det", "det", Class::function},
    {"Pr", "Pr", Class::function},
};
// Commands that say how big or where, which one line of text has no use for.
constexpr std::string_view kIgnored[] = {
    "left", "right",  "big",      "Big",          "bigl",      "bigr",      "Bigl",
    "Bigr", "limits", "nolimits", "displaystyle", "textstyle", "mathstrut", "!"};

struct Accent {
  std::string_view name, mark;
};
constexpr Accent kAccents[] = {{"hat", "\u0302"},      {"widehat", "\u0302"}, {"bar", "\u0304"},
                               {"overline", "\u0304"}, {"tilde", "\u0303"},   {"vec", "\u20d7"},
                               {"dot", "\u0307"}};

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
/// Greek capitals stand upright, as in TeX.
bool is_small_greek(std::string_view text) {
  std::size_t at = 0;
  const char32_t c = next_code_point(text, at);
  return at == text.size() && ((c >= U'α' && c <= U'ω') || c == U'ϵ' || c == U'ϕ' || c == U'∂');
}

MathBox symbol(std::string_view text, Face face = Face::upright) {
  MathBox box;
  box.kind = Kind::symbol;
  box.face = face;
  box.text = text;
  return box;
}

MathBox around(Kind kind, MathBox body) {
  MathBox box;
  box.kind = kind;
  box.parts.push_back(std::move(body));
  return box;
}

/// A recursive descent through one formula.
class Reader {
 public:
  explicit Reader(std::string_view tex) : tex_(tex) {}

  MathBox read() {
    MathBox row;
    while (at_ < tex_.size()) {
      if (tex_[at_] == '}') at_++;  // closes nothing
      append(row, read_row());
    }
    return row;
  }

 private:
  static void append(MathBox& row, MathBox more) {
    for (MathBox& part : more.parts) row.parts.push_back(std::move(part));
  }

  /// Up to the closing brace or the end.
  MathBox read_row() {
    MathBox row;
    // Whether an operator here stands between two things; else it is a sign.
    bool between = false;
    while (at_ < tex_.size() && tex_[at_] != '}') read_item(row, between);
    return row;
  }

  void read_item(MathBox& row, bool& between) {
    const char c = tex_[at_];
    if (c == ' ' || c == '\n' || c == '\t') {
      at_++;
    } else if (c == '^' || c == '_' || c == '\'') {
      read_script(row);
      between = true;
    } else if (c == '\\') {
      read_command(row, between);
    } else if (c == '{') {
      row.parts.push_back(read_argument());
      between = true;
    } else {
      read_character(row, between);
    }
  }

  void read_character(MathBox& row, bool& between) {
    const char c = tex_[at_];
    if (is_digit(c) || c == '.') {
      std::string number;
      while (at_ < tex_.size() && (is_digit(tex_[at_]) || tex_[at_] == '.')) number += tex_[at_++];
      row.parts.push_back(symbol(number));
      between = true;
      return;
    }
    const std::size_t start = at_;
    next_code_point(tex_, at_);
    const std::string_view text = tex_.substr(start, at_ - start);
    if (c == '-') {
      put(row, between, "−", Class::binary);
    } else if (c == '+' || text == "−" || text == "·" || text == "×") {
      put(row, between, text, Class::binary);
    } else if (c == '*') {
      put(row, between, "∗", Class::binary);
    } else if (c == '=' || c == '<' || c == '>' || c == ':' || text == "≤" || text == "≥" ||
               text == "≈" || text == "→") {
      put(row, between, text, Class::relation);
    } else if (c == ',' || c == ';') {
      put(row, between, text, Class::punctuation);
    } else if (c == '(' || c == '[') {
      put(row, between, text, Class::opening);
    } else if (c == '~') {
      put(row, between, " ", Class::ordinary);
    } else {
      const bool variable = is_letter(c) || is_small_greek(text);
      row.parts.push_back(symbol(text, variable ? Face::variable : Face::upright));
      between = true;
    }
  }

  void put(MathBox& row, bool& between, std::string_view text, Class kind) {
    const std::string t(text);
    switch (kind) {
      case Class::binary: {
        // The dot and the cross bind closely: 0.1·2, 3×4 in thin spaces.
        const char* space = t == "·" || t == "∘" ? kThinSpace : kMediumSpace;
        row.parts.push_back(symbol(between ? space + t + space : t));
        between = false;
        return;
      }
      case Class::relation:
        row.parts.push_back(symbol(kThickSpace + t + kThickSpace));
        between = false;
        return;
      case Class::punctuation:
        row.parts.push_back(symbol(t + kMediumSpace));
        between = false;
        return;
      case Class::opening:
        row.parts.push_back(symbol(t));
        between = false;
        return;
      case Class::function: {
        skip_spaces();
        const bool closed =
            at_ < tex_.size() && (is_letter(tex_[at_]) || is_digit(tex_[at_]) || tex_[at_] == '\\');
        row.parts.push_back(symbol((between ? kThinSpace : "") + t + (closed ? kMediumSpace : "")));
        between = false;
        return;
      }
      case Class::ordinary:
        break;
    }
    row.parts.push_back(symbol(t, is_small_greek(t) ? Face::variable : Face::upright));
    between = true;
  }

  std::string_view command_name() {
    const std::size_t start = ++at_;
    while (at_ < tex_.size() && is_letter(tex_[at_])) at_++;
    if (at_ == start && at_ < tex_.size()) next_code_point(tex_, at_);
    return tex_.substr(start, at_ - start);
  }

  void read_command(MathBox& row, bool& between) {
    const std::string_view name = command_name();
    if (std::find(std::begin(kIgnored), std::end(kIgnored), name) != std::end(kIgnored)) return;
    for (const Command& command : kCommands)
      if (command.name == name) return put(row, between, command.text, command.kind);
    for (const Accent& accent : kAccents) {
      if (accent.name != name) continue;
      row.parts.push_back(around(Kind::accent, read_argument()));
      row.parts.back().text = accent.mark;
      between = true;
      return;
    }
    between = true;
    if (name == "frac" || name == "tfrac" || name == "dfrac") {
      MathBox over = read_argument();
      MathBox under = read_argument();
      append(row, in_parentheses(std::move(over)));
      row.parts.push_back(symbol("/"));
      append(row, in_parentheses(std::move(under)));
    } else if (name == "sqrt") {
      row.parts.push_back(around(Kind::root, read_argument()));
    } else if (name == "text" || name == "mathrm" || name == "operatorname" || name == "textrm") {
      row.parts.push_back(symbol(read_raw_argument()));
    } else if (name == "mathbf" || name == "boldsymbol" || name == "bm" || name == "textbf") {
      row.parts.push_back(with_face(read_argument(), Face::bold));
    } else if (name == "mathbb") {
      const std::string letter = read_raw_argument();
      row.parts.push_back(letter == "R" ? symbol("ℝ") : symbol(letter, Face::bold));
    } else if (name == "mathcal") {
      row.parts.push_back(symbol(read_raw_argument(), Face::variable));
    } else {
      row.parts.push_back(symbol(name));
    }
  }

  void read_script(MathBox& row) {
    MathBox scripts;
    scripts.kind = Kind::scripts;
    scripts.parts.resize(3);
    if (!row.parts.empty()) {
      scripts.parts[0] = std::move(row.parts.back());
      row.parts.pop_back();
    }
    while (at_ < tex_.size()) {
      const char c = tex_[at_];
      if (c == '\'') {
        at_++;
        scripts.parts[2].parts.push_back(symbol("′"));
      } else if (c == '^' || c == '_') {
        at_++;
        MathBox& place = scripts.parts[c == '_' ? 1 : 2];
        place.parts.push_back(read_argument());
      } else {
        break;
      }
    }
    row.parts.push_back(std::move(scripts));
  }

  /// What a command or script applies to: {…}, a command, or one character.
  MathBox read_argument() {
    skip_spaces();
    MathBox row;
    if (at_ >= tex_.size() || tex_[at_] == '}') return row;
    if (depth_ == kMaxDepth) {
      at_ = tex_.size();
      return row;
    }
    depth_++;
    if (tex_[at_] == '{') {
      at_++;
      row = read_row();
      if (at_ < tex_.size()) at_++;
    } else if (is_digit(tex_[at_])) {
      row.parts.push_back(symbol(tex_.substr(at_++, 1)));
    } else if (tex_[at_] == '^' || tex_[at_] == '_') {
      at_++;
    } else {
      bool between = false;
      read_item(row, between);
    }
    depth_--;
    return row;
  }

  std::string read_raw_argument() {
    skip_spaces();
    if (at_ >= tex_.size()) return "";
    const std::size_t start = at_;
    if (tex_[at_] != '{') {
      next_code_point(tex_, at_);
      return std::string(tex_.substr(start, at_ - start));
    }
    const std::size_t end = std::min(tex_.find('}', at_), tex_.size());
    at_ = std::min(end + 1, tex_.size());
    return std::string(tex_.substr(start + 1, end - start - 1));
  }

  void skip_spaces() {
    while (at_ < tex_.size() && tex_[at_] == ' ') at_++;
  }

  static MathBox with_face(MathBox box, Face face) {
    box.face = face;
    for (MathBox& part : box.parts) part = with_face(std::move(part), face);
    return box;
  }

  /// The parts of a fraction: anything with an operator in it needs parentheses on one line.
  static MathBox in_parentheses(MathBox box) {
    const bool composed = std::any_of(box.parts.begin(), box.parts.end(), [](const MathBox& part) {
      return part.kind == Kind::symbol &&
             (part.text.find(kMediumSpace) != std::string::npos ||
              part.text.find(kThickSpace) != std::string::npos || part.text == "/");
    });
    if (!composed) return box;
    box.parts.insert(box.parts.begin(), symbol("("));
    box.parts.push_back(symbol(")"));
    return box;
  }

  std::string_view tex_;
  std::size_t at_ = 0;
  int depth_ = 0;
};

// --- Plain text ----------------------------------------------------------------------------------

struct Script {
  std::string_view character, sub, sup;
};
constexpr Script kScripts[] = {
    {"0", "₀", "⁰"}, {"1", "₁", "¹"}, {"2", "₂", "²"}, {"3", "₃", "³"}, {"4", "₄", "⁴"},
    {"5", "₅", "⁵"}, {"6", "₆", "⁶"}, {"7", "₇", "⁷"}, {"8", "₈", "⁸"}, {"9", "₉", "⁹"},
    {"+", "₊", "⁺"}, {"−", "₋", "⁻"}, {"=", "₌", "⁼"}, {"(", "₍", "⁽"}, {")", "₎", "⁾"},
    {"a", "ₐ", ""},  {"e", "ₑ", ""},  {"h", "ₕ", ""},  {"i", "ᵢ", "ⁱ"}, {"j", "ⱼ", ""},
    {"k", "ₖ", ""},  {"l", "ₗ", ""},  {"m", "ₘ", ""},  {"n", "ₙ", "ⁿ"}, {"o", "ₒ", ""},
    {"p", "ₚ", ""},  {"r", "ᵣ", ""},  {"s", "ₛ", ""},  {"t", "ₜ", ""},  {"u", "ᵤ", ""},
    {"v", "ᵥ", ""},  {"x", "ₓ", ""},  {"T", "", "ᵀ"},  {"⊤", "", "ᵀ"},  {"′", "", "′"},
};

/// The text in raised or lowered characters; nothing if one of them has no such form.
std::optional<std::string> in_script(std::string_view text, bool sub) {
  std::string result;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t start = at;
    next_code_point(text, at);
    const std::string_view character = text.substr(start, at - start);
    if (character == " ") continue;
    const auto* found = std::find_if(std::begin(kScripts), std::end(kScripts),
                                     [&](const Script& s) { return s.character == character; });
    if (found == std::end(kScripts) || (sub ? found->sub : found->sup).empty()) return {};
    result += sub ? found->sub : found->sup;
  }
  return result;
}

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (std::size_t at = text.find(from); at != std::string::npos;
       at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
}

std::string plain(const MathBox& box);

std::string plain_script(const MathBox& box, bool sub) {
  std::string text = plain(box);
  if (text.empty()) return text;
  if (const auto script = in_script(text, sub)) return *script;
  std::size_t first = 0;
  next_code_point(text, first);
  if (first != text.size()) text = "(" + text + ")";
  return (sub ? "_" : "^") + text;
}

std::string plain(const MathBox& box) {
  std::string text = box.kind == Kind::symbol ? box.text : "";
  switch (box.kind) {
    case Kind::symbol:
      break;
    case Kind::row:
      for (const MathBox& part : box.parts) text += plain(part);
      break;
    case Kind::scripts:
      text = plain(box.parts[0]) + plain_script(box.parts[1], true) +
             plain_script(box.parts[2], false);
      break;
    case Kind::root: {
      const std::string body = plain(box.parts[0]);
      std::size_t first = 0;
      next_code_point(body, first);
      text = first >= body.size() ? "√" + body : "√(" + body + ")";
      break;
    }
    case Kind::accent:
      text = plain(box.parts[0]) + box.text;
      break;
  }
  replace_all(text, kThinSpace, "");
  replace_all(text, kMediumSpace, " ");
  replace_all(text, kThickSpace, " ");
  return text;
}

}  // namespace

std::vector<Inline> read_inline(std::string_view text) {
  std::vector<Inline> result;
  bool strong = false, code = false;
  std::string word;
  const auto flush = [&] {
    if (word.empty()) return;
    Inline piece;
    piece.text = word;
    piece.strong = strong;
    result.push_back(std::move(piece));
    word.clear();
  };
  for (std::size_t at = 0; at < text.size(); at++) {
    const char c = text[at];
    const char next = at + 1 < text.size() ? text[at + 1] : '\0';
    if (c == '\\' && !code && (next == '$' || next == '*' || next == '`')) {
      word += next;
      at++;
    } else if (c == ' ' || c == '\n' || c == '\t') {
      flush();
      if (result.empty() || result.back().kind == Inline::Kind::space) continue;
      Inline space;
      space.kind = Inline::Kind::space;
      result.push_back(std::move(space));
    } else if (c == '`' && (code || text.find('`', at + 1) != std::string_view::npos)) {
      code = !code;
    } else if (c == '*' && next == '*' && !code) {
      flush();
      strong = !strong;
      at++;
    } else if (const std::size_t end = text.find('$', at + 1);
               c == '$' && !code && end != std::string_view::npos) {
      flush();
      Inline piece;
      piece.kind = Inline::Kind::maths;
      piece.strong = strong;
      piece.maths = Reader(text.substr(at + 1, end - at - 1)).read();
      result.push_back(std::move(piece));
      at = end;
    } else {
      word += c;
    }
  }
  flush();
  if (!result.empty() && result.back().kind == Inline::Kind::space) result.pop_back();
  return result;
}

std::string plain_text(std::string_view text) {
  std::string result;
  for (const Inline& piece : read_inline(text)) {
    switch (piece.kind) {
      case Inline::Kind::word:
        result += piece.text;
        break;
      case Inline::Kind::space:
        result += ' ';
        break;
      case Inline::Kind::maths:
        result += plain(piece.maths);
        break;
    }
  }
  return result;
}

}  // namespace grad::ui
