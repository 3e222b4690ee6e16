#include <algorithm>
#include <cmath>

#include "ui/draw.h"
#include "ui/utf8.h"

namespace grad::ui {
namespace {

using Kind = MathBox::Kind;

constexpr float kLineHeight = 1.5f;
constexpr float kScriptSize = 0.72f;
constexpr float kSmallestScript = 8;  // px: scripts of scripts shrink no further
constexpr float kRaise = 0.36f, kLower = 0.2f;

float script_size(float size) {
  return std::max(size * kScriptSize, std::min(size, kSmallestScript));
}

Face face_of(const MathBox& box, bool strong) {
  if (box.face == MathBox::Face::variable) return Face::variable;
  return box.face == MathBox::Face::bold || strong ? Face::strong : Face::text;
}

bool raised(const MathBox& box) {
  if (box.kind == Kind::scripts && !box.parts[2].parts.empty()) return true;
  return std::any_of(box.parts.begin(), box.parts.end(), raised);
}

/// Sets a formula with its left end at `at` on the baseline; without a list it only measures.
/// Returns the width.
float set(const MathBox& box, float size, bool strong, ImDrawList* list, ImVec2 at, ImU32 color) {
  switch (box.kind) {
    case Kind::symbol: {
      const Face face = face_of(box, strong);
      return list ? draw_text(*list, face, size, at, color, box.text)
                  : text_width(face, size, box.text);
    }
    case Kind::row: {
      float x = 0;
      for (const MathBox& part : box.parts)
        x += set(part, size, strong, list, {at.x + x, at.y}, color);
      return x;
    }
    case Kind::scripts: {
      const float base = set(box.parts[0], size, strong, list, at, color);
      const float small = script_size(size);
      const float sub =
          set(box.parts[1], small, strong, list, {at.x + base, at.y + kLower * size}, color);
      // A raised italic needs a little air.
      const float sup = set(box.parts[2], small, strong, list,
                            {at.x + base + 0.04f * size, at.y - kRaise * size}, color);
      return base + std::max(sub, sup) + 0.06f * size;
    }
    case Kind::root: {
      const float sign = 0.62f * size;
      const float body = set(box.parts[0], size, strong, list, {at.x + sign, at.y}, color);
      if (list) {
        const float top = at.y - (raised(box.parts[0]) ? 1.f : 0.86f) * size;
        const ImVec2 stroke[] = {{at.x + 0.06f * size, at.y - 0.3f * size},
                                 {at.x + 0.18f * size, at.y - 0.37f * size},
                                 {at.x + 0.34f * size, at.y + 0.12f * size},
                                 {at.x + sign - 0.06f * size, top},
                                 {at.x + sign + body, top}};
        list->AddPolyline(stroke, 5, color, 0, std::max(1.f, size / 14));
      }
      return sign + body + 0.06f * size;
    }
    case Kind::accent: {
      const float body = set(box.parts[0], size, strong, list, at, color);
      if (list) {
        const float y = at.y - 0.66f * size, half = std::min(body / 2, 0.16f * size);
        const ImVec2 middle(at.x + body / 2 + 0.04f * size, y);
        const float weight = std::max(1.f, size / 15);
        if (box.text == "\u0302") {
          const ImVec2 roof[] = {
              {middle.x - half, y}, {middle.x, y - 0.12f * size}, {middle.x + half, y}};
          list->AddPolyline(roof, 3, color, 0, weight);
        } else if (box.text == "\u0307") {
          list->AddCircleFilled(middle, weight, color);
        } else {
          list->AddLine({middle.x - half, y - 0.05f * size}, {middle.x + half, y - 0.05f * size},
                        color, weight);
        }
      }
      return body;
    }
  }
  return 0;
}

float measure(const Inline& piece, float size, bool strong) {
  const bool bold = strong || piece.strong;
  switch (piece.kind) {
    case Inline::Kind::word:
      return text_width(bold ? Face::strong : Face::text, size, piece.text);
    case Inline::Kind::space:
      return text_width(Face::text, size, " ");
    case Inline::Kind::maths:
      return set(piece.maths, size, bold, nullptr, {}, 0);
  }
  return 0;
}

/// A formula too wide for a line is set piece by piece, broken behind its relations and operators.
std::vector<Inline> broken(const Inline& piece) {
  std::vector<Inline> result;
  Inline part = piece;
  part.maths.parts.clear();
  for (const MathBox& box : piece.maths.parts) {
    part.maths.parts.push_back(box);
    if (box.kind != Kind::symbol || (box.text.find(kThickSpace) == std::string::npos &&
                                     box.text.find(kMediumSpace) == std::string::npos))
      continue;
    result.push_back(part);
    part.maths.parts.clear();
  }
  if (!part.maths.parts.empty()) result.push_back(part);
  return result;
}

/// A word too wide for a line, cut into pieces that fit.
std::vector<Inline> cut(const Inline& word, float size, bool strong, float width) {
  std::vector<Inline> result;
  Inline part = word;
  part.text.clear();
  for (std::size_t at = 0; at < word.text.size();) {
    const std::size_t start = at;
    next_code_point(word.text, at);
    Inline longer = part;
    longer.text += word.text.substr(start, at - start);
    if (!part.text.empty() && measure(longer, size, strong) > width) {
      result.push_back(part);
      longer.text = word.text.substr(start, at - start);
    }
    part = longer;
  }
  if (!part.text.empty()) result.push_back(part);
  return result;
}

}  // namespace

RichText::RichText(std::string_view text, float size, float width, bool strong)
    : size_(size), line_height_(std::round(size * kLineHeight)), strong_(strong) {
  const bool wrap = width > 0;
  std::vector<Inline> pieces;
  for (Inline& piece : read_inline(text)) {
    if (!wrap || piece.kind == Inline::Kind::space || measure(piece, size, strong) <= width) {
      pieces.push_back(std::move(piece));
      continue;
    }
    for (Inline& part :
         piece.kind == Inline::Kind::maths ? broken(piece) : cut(piece, size, strong, width))
      pieces.push_back(std::move(part));
  }
  const float space = text_width(Face::text, size, " ");
  float x = 0;
  bool after_space = false;
  for (std::size_t i = 0; i < pieces.size();) {
    if (pieces[i].kind == Inline::Kind::space) {
      after_space = true;
      i++;
      continue;
    }
    // Pieces without a space between them stay together: "$x$," and "**bold**.".
    std::size_t end = i;
    float together = 0;
    while (end < pieces.size() && pieces[end].kind != Inline::Kind::space) {
      const float piece = measure(pieces[end], size, strong);
      if (wrap && end > i && together + piece > width) break;
      together += piece;
      end++;
    }
    float start = x + (after_space && x > 0 ? space : 0);
    if (wrap && x > 0 && start + together > width) {
      start = 0;
      lines_++;
    }
    x = start;
    for (; i < end; i++) {
      const float piece = measure(pieces[i], size, strong);
      pieces_.push_back({std::move(pieces[i]), x, lines_ - 1});
      x += piece;
    }
    width_ = std::max(width_, x);
    after_space = false;
  }
}

void RichText::draw(ImDrawList& list, ImVec2 top_left, ImU32 color) const {
  const float baseline = baseline_offset(size_, line_height_);
  for (const Placed& placed : pieces_) {
    const ImVec2 at(top_left.x + placed.x,
                    top_left.y + static_cast<float>(placed.line) * line_height_ + baseline);
    const bool bold = strong_ || placed.piece.strong;
    if (placed.piece.kind == Inline::Kind::maths)
      set(placed.piece.maths, size_, bold, &list, at, color);
    else
      draw_text(list, bold ? Face::strong : Face::text, size_, at, color, placed.piece.text);
  }
}

}  // namespace grad::ui
