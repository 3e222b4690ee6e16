// The native window, in a virtual display.

#include <unistd.h>

#include <catch2/catch_test_macros.hpp>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

#include "ui/theme.h"

namespace grad {
namespace {

std::filesystem::path temporary(const std::string& name) {
  return std::filesystem::temp_directory_path() /
         ("gradschool-window-" + std::to_string(getpid()) + name);
}

struct Picture {
  int width = 0, height = 0;
  std::string pixels;
  /// As 0xRRGGBBff.
  std::uint32_t at(int x, int y) const {
    std::uint32_t color = 0;
    for (int i = 0; i < 3; i++)
      color = color << 8 |
              static_cast<unsigned char>(pixels[(static_cast<std::size_t>(y) * width + x) * 3 + i]);
    return color << 8 | 0xff;
  }
};

Picture read_picture(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  Picture picture;
  std::string kind;
  int most = 0;
  file >> kind >> picture.width >> picture.height >> most;
  file.get();
  picture.pixels.assign(std::istreambuf_iterator<char>(file), {});
  REQUIRE(kind == "P6");
  REQUIRE(picture.pixels.size() ==
          static_cast<std::size_t>(picture.width) * static_cast<std::size_t>(picture.height) * 3);
  return picture;
}

int shell(const std::string& command) {
  const int status = std::system(command.c_str());
  REQUIRE(WIFEXITED(status));
  return WEXITSTATUS(status);
}

const std::string kProgram = std::string("'") + GRAD_PROGRAM + "'";

}  // namespace

TEST_CASE("the window shows a demo in the page's colours", "[window]") {
  const auto file = temporary(".ppm");
  for (const bool dark : {false, true}) {
    // Graphics drivers keep what they allocate: no leak report of the sanitizer build.
    const std::string command = "ASAN_OPTIONS=detect_leaks=0 xvfb-run -a " + kProgram +
                                " window --frames 3 --width 900 --height 700 " +
                                (dark ? "--dark " : "") + "--screenshot '" + file.string() + "'";
    REQUIRE(shell(command) == 0);
    const Picture picture = read_picture(file);
    CHECK(picture.width == 900);
    CHECK(picture.height == 700);
    const ui::Theme theme = dark ? ui::dark_theme() : ui::light_theme();
    CHECK(picture.at(2, 698) == theme.raised);   // the list
    CHECK(picture.at(897, 698) == theme.paper);  // beside the figure
    std::map<std::uint32_t, int> count;
    for (int y = 0; y < picture.height; y++)
      for (int x = 0; x < picture.width; x++) count[picture.at(x, y)]++;
    CHECK(count[theme.accent] > 1000);  // Pause, and the slider's track
    CHECK(count[theme.ink] > 100);
    CHECK(count.size() > 200);  // smooth fields and edges
  }
  std::filesystem::remove(file);
}

TEST_CASE("without a display the window says so", "[window]") {
  const auto file = temporary(".txt");
  CHECK(shell("env -u DISPLAY -u WAYLAND_DISPLAY " + kProgram + " window --frames 1 2>'" +
              file.string() + "'") == 1);
  std::ifstream stream(file);
  const std::string said{std::istreambuf_iterator<char>(stream), {}};
  CHECK(said.starts_with("gradschool: The window cannot be opened: "));
  CHECK(said.find('\n') == said.size() - 1);
  std::filesystem::remove(file);
}

}  // namespace grad
