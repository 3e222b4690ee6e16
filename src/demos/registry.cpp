// The demos of a program: all of demos.inc, or in a module for pages those that it is
// to hold (GRAD_MODULE), so that the linker leaves the others out.

#include <algorithm>
#include <array>
#include <string_view>

#include "demos/demo.h"

namespace grad::demos {

#define DEMO(module, symbol, name, title) std::unique_ptr<Demo> make_##symbol();
#include "demos/demos.inc"
#undef DEMO

namespace {

struct Listed {
  int module;
  DemoEntry entry;
};

constexpr Listed everything[] = {
#define DEMO(module, symbol, name, title) {module, {name, title, make_##symbol}},
#include "demos/demos.inc"
#undef DEMO
};

constexpr bool is_here([[maybe_unused]] const Listed& listed) {
#ifdef GRAD_MODULE
  return listed.module == GRAD_MODULE;
#else
  return true;
#endif
}

constexpr auto entries = [] {
  std::array<DemoEntry, std::ranges::count_if(everything, is_here)> here{};
  std::size_t count = 0;
  for (const Listed& listed : everything)
    if (is_here(listed)) here[count++] = listed.entry;
  return here;
}();

}  // namespace

std::span<const DemoEntry> all_demos() { return entries; }

const DemoEntry* find_demo(std::string_view name) {
  for (const DemoEntry& entry : entries)
    if (name == entry.name) return &entry;
  return nullptr;
}

}  // namespace grad::demos
