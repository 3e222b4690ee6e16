#pragma once

// Inline maths as it occurs in prompts and labels: $…$ with scripts, Greek, operators, roots,
// accents, and fractions on one line. The page sets the same texts with KaTeX; figures need only a
// small part of TeX. An unknown command is shown by its name, unbalanced braces are read as closed,
// and a lone dollar sign is a dollar sign: nothing here fails.

#include <string>
#include <string_view>
#include <vector>

namespace grad::ui {

struct MathBox {
  enum class Kind { symbol, row, scripts, root, accent };
  enum class Face { upright, variable, bold };
  Kind kind = Kind::row;
  Face face = Face::upright;
  std::string text;            ///< symbol: what is drawn; accent: the mark over it
  std::vector<MathBox> parts;  ///< row: its boxes; scripts: base, sub, sup; root, accent: the body
};

/// A piece of a text line: a word, the space before the next one, or maths.
struct Inline {
  enum class Kind { word, space, maths };
  Kind kind = Kind::word;
  std::string text;
  bool strong = false;  ///< between ** and **
  MathBox maths;
};

/// Splits a text into words, spaces and maths. Also reads **strong**, `code` (shown as it is) and
/// the escapes \$ \* \` .
std::vector<Inline> read_inline(std::string_view text);

/// The same text without markup, for accessible names: "$w_1 = 1 - 0.1 \cdot 2$" → "w₁ = 1 −
/// 0.1·2", "$x_i^2$" → "xᵢ²".
std::string plain_text(std::string_view text);

/// Spaces inside maths, as TeX sets them: thin (not read out), medium around operators and thick
/// around relations (both read out as one space).
inline constexpr char kThinSpace[] = "\u2009";
inline constexpr char kMediumSpace[] = "\u205f";
inline constexpr char kThickSpace[] = "\u2004";

}  // namespace grad::ui
