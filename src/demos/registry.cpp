#include <initializer_list>

#include "demos/demo.h"

namespace grad::demos {

#define DEMO(symbol, name, title) std::unique_ptr<Demo> make_##symbol();
#include "demos/demos.inc"
#undef DEMO

namespace {

constexpr std::initializer_list<DemoEntry> entries = {
#define DEMO(symbol, name, title) {name, title, make_##symbol},
#include "demos/demos.inc"
#undef DEMO
};

}  // namespace

std::span<const DemoEntry> all_demos() { return {entries.begin(), entries.size()}; }

const DemoEntry* find_demo(std::string_view name) {
  for (const DemoEntry& entry : entries)
    if (name == entry.name) return &entry;
  return nullptr;
}

}  // namespace grad::demos
