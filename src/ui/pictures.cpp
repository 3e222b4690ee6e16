#include "ui/pictures.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "imgui.h"
#include "tensor/check.h"
#include "ui/draw.h"
#include "ui/tokens.h"

namespace grad::ui {
namespace {

constexpr float kInside = 3;  // between the pictures of a tile
constexpr float kAround = 3;  // from a tile's pictures to its frame
constexpr float kApart = 8;   // between tiles

void draw_picture(ImDrawList& list, const Picture& picture, ImVec2 at, float scale) {
  for (int row = 0; row < picture.height; row++) {
    const float top = at.y + static_cast<float>(row) * scale;
    const std::uint32_t* pixels =
        picture.pixels.data() +
        static_cast<std::size_t>(row) * static_cast<std::size_t>(picture.width);
    for (int from = 0; from < picture.width;) {
      int to = from + 1;
      while (to < picture.width && pixels[to] == pixels[from]) to++;
      list.AddRectFilled({at.x + static_cast<float>(from) * scale, top},
                         {at.x + static_cast<float>(to) * scale, top + scale},
                         to_imgui(pixels[from]));
      from = to;
    }
  }
}

/// Where things stand in a figure of tiles.
struct Grid {
  float side, picture_height, caption_height, tile_width, tile_height;
  int columns, rows;
};

Grid lay_out(std::span<const Tile> tiles, float side, float width, float small) {
  Grid grid{};
  std::size_t most = 1;
  float tallest = 0, caption_width = 0;
  bool captions = false;
  for (const Tile& tile : tiles) {
    most = std::max(most, tile.pictures.size());
    captions = captions || !tile.caption.empty();
    caption_width = std::max(caption_width, text_width(Face::text, small, tile.caption, true));
    for (const Picture& picture : tile.pictures)
      tallest =
          std::max(tallest, static_cast<float>(picture.height) / static_cast<float>(picture.width));
  }
  const auto count = static_cast<float>(most);
  const float gaps = kInside * (count - 1) + 2 * kAround;
  grid.side = std::max(4.f, std::min(side, std::floor((width - gaps) / count)));
  grid.tile_width =
      std::min(width, std::max(grid.side * count + gaps, caption_width + 2 * kAround));
  grid.picture_height = grid.side * tallest;
  grid.caption_height = captions ? std::round(small * 1.5f) : 0;
  grid.tile_height = grid.picture_height + grid.caption_height + 2 * kAround;
  grid.columns = std::max(1, static_cast<int>((width + kApart) / (grid.tile_width + kApart)));
  const int all = static_cast<int>(tiles.size());
  grid.columns = std::min(grid.columns, std::max(all, 1));
  grid.rows = (all + grid.columns - 1) / grid.columns;
  return grid;
}

}  // namespace

void pictures(Ui& ui, std::string_view id, const PicturesOptions& options,
              std::span<const Tile> tiles) {
  for (const Tile& tile : tiles)
    for (const Picture& picture : tile.pictures)
      check(picture.width > 0 && picture.height > 0 &&
                picture.pixels.size() == static_cast<std::size_t>(picture.width) *
                                             static_cast<std::size_t>(picture.height),
            [&] {
              return "[pictures " + std::string(id) + "] a picture needs width x height pixels";
            });
  const Theme& theme = ui.theme();
  const float small = tokens::text_small * theme.text_scale;
  const float width = ui.column_width();
  const RichText title(options.title, small, width, true);
  const float title_height = options.title.empty() ? 0 : title.height() + 4;
  const Grid grid = lay_out(tiles, options.side, width, small);
  const auto rows = static_cast<float>(grid.rows);
  const Rect all =
      ui.place(0, title_height + rows * grid.tile_height + std::max(rows - 1, 0.f) * kApart);

  Node node;
  node.id = id;
  node.role = Role::figure;
  node.label = plain_text(options.title);
  node.description = plain_text(options.summary);
  node.table = options.table;
  node.rect = all;
  ui.record(std::move(node));

  ImDrawList& list = *ImGui::GetWindowDrawList();
  if (!options.title.empty()) title.draw(list, top_left(all), to_imgui(theme.ink));
  for (std::size_t i = 0; i < tiles.size(); i++) {
    const Tile& tile = tiles[i];
    const int row = static_cast<int>(i) / grid.columns, column = static_cast<int>(i) % grid.columns;
    // The first column's pictures stand under the title's first letter.
    const float x = all.x - kAround + static_cast<float>(column) * (grid.tile_width + kApart);
    const float y = all.y + title_height + static_cast<float>(row) * (grid.tile_height + kApart);
    float left = x + kAround;
    for (const Picture& picture : tile.pictures) {
      draw_picture(list, picture, {left, y + kAround},
                   grid.side / static_cast<float>(picture.width));
      left += grid.side + kInside;
    }
    const float baseline =
        y + kAround + grid.picture_height + baseline_offset(small, grid.caption_height);
    draw_text(list, Face::text, small, {x + kAround, std::round(baseline)},
              to_imgui(tile.chosen ? theme.ink : theme.muted), tile.caption, true);
    if (tile.chosen)
      list.AddRect({x + 0.5f, y + 0.5f}, {x + grid.tile_width - 0.5f, y + grid.tile_height - 0.5f},
                   to_imgui(theme.accent), tokens::radius, 0, 2);
  }
}

std::uint32_t diverging_color(const Theme& theme, float value) {
  const float v = std::isfinite(value) ? std::clamp(value, -1.f, 1.f) : 0.f;
  return mix(theme.paper, data_color(v < 0 ? 0 : 1), std::abs(v));
}

std::uint32_t sequential_color(float value) {
  constexpr std::array<std::uint32_t, 9> viridis = {0x440154ff, 0x472d7bff, 0x3b528bff,
                                                    0x2c728eff, 0x21918cff, 0x28ae80ff,
                                                    0x5ec962ff, 0xaddc30ff, 0xfde725ff};
  const float v = std::isfinite(value) ? std::clamp(value, 0.f, 1.f) : 0.f;
  const float place = v * static_cast<float>(viridis.size() - 1);
  const auto below = std::min(static_cast<std::size_t>(place), viridis.size() - 2);
  return mix(viridis[below], viridis[below + 1], place - static_cast<float>(below));
}

}  // namespace grad::ui
