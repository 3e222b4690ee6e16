// Compile-time configuration of Dear ImGui, the same for the library and for everything that
// includes it (IMGUI_USER_CONFIG).
#pragma once

#include <stdexcept>

// A failed assertion is an exception: the frame loop turns it into one view's failure card.
[[noreturn]] inline void imgui_assertion_failed(const char* expression) {
  throw std::logic_error(expression);
}
#define IM_ASSERT(expression) \
  ((expression) ? static_cast<void>(0) : imgui_assertion_failed(#expression))

// WebGL 2 has no vertex offsets, so plots with many points need 32-bit indices.
#define ImDrawIdx unsigned int

#define IMGUI_DISABLE_OBSOLETE_KEYIO
#define IMGUI_DISABLE_OBSOLETE_FUNCTIONS
// Pages load what is compiled: nothing that only looks into ImGui itself.
#define IMGUI_DISABLE_DEMO_WINDOWS
#define IMGUI_DISABLE_DEBUG_TOOLS

#ifdef __EMSCRIPTEN__
#define IMGUI_IMPL_OPENGL_ES3
#endif
