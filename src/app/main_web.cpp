// The engine as pages see it: plain C functions over View, called by web/runtime/worker.ts.
//
// Texts go in and out as UTF-8 ended by a zero. A returned text stays valid until the next call.
// Every call clears the error; a call that fails returns 0 or "" and leaves a sentence in
// grad_error(), so that one broken view takes nothing else with it.

#include <GLES3/gl3.h>
#include <emscripten/em_macros.h>

#include <cstdint>
#include <cstdlib>
#include <map>
#include <memory>
#include <new>
#include <string>
#include <utility>

#include "app/open_runs.h"
#include "app/sweep.h"
#include "app/view.h"
#include "imgui.h"
#include "imgui_impl_opengl3.h"

namespace {

using grad::app::PointerEvent;
using grad::app::View;
using grad::ui::Theme;

struct Shown {
  std::unique_ptr<View> view;
  std::uint32_t paper = 0;
};

struct Page {
  std::map<int, Shown> views;
  int last = 0;
  std::string error, text;
  /// Owns the OpenGL renderer that all views draw with; null without WebGL2.
  ImGuiContext* master = nullptr;
};
Page page;

/// Runs `work`, turning what it throws into the error sentence and `failed`.
template <class Result, class Work>
Result guarded(Result failed, Work work) {
  page.error.clear();
  try {
    return work();
  } catch (const std::bad_alloc&) {
    page.error = "There is not enough memory left for this.";
  } catch (const std::exception& e) {
    page.error = e.what();
  }
  return failed;
}

template <class Work>
void guarded(Work work) {
  guarded(0, [&] {
    work();
    return 0;
  });
}

template <class Work>
const char* guarded_text(Work work) {
  return guarded("", [&] {
    page.text = work();
    return page.text.c_str();
  });
}

View& view_of(int id) { return *page.views.at(id).view; }

int add(std::unique_ptr<View> view) {
  page.views[++page.last] = {std::move(view)};
  return page.last;
}

}  // namespace

extern "C" {

/// Room for a text on its way in; give it back with grad_release().
EMSCRIPTEN_KEEPALIVE void* grad_reserve(int bytes) {
  return std::malloc(static_cast<std::size_t>(bytes));
}
EMSCRIPTEN_KEEPALIVE void grad_release(void* room) { std::free(room); }

/// What the last call could not do, or "".
EMSCRIPTEN_KEEPALIVE const char* grad_error() { return page.error.c_str(); }

/// Builds the fonts for a pixel ratio. Call before the first view and when the ratio changes.
EMSCRIPTEN_KEEPALIVE void grad_fonts(float pixel_ratio) {
  guarded([&] {
    if (!page.master) return grad::app::build_fonts(pixel_ratio);
    ImGui::SetCurrentContext(page.master);
    ImGui_ImplOpenGL3_DestroyFontsTexture();
    grad::app::build_fonts(pixel_ratio);
    ImGui_ImplOpenGL3_CreateFontsTexture();
  });
}

/// Sets up drawing with the WebGL2 context that is current. Call after grad_fonts() and before the
/// first view; without it views lay themselves out but cannot be painted.
EMSCRIPTEN_KEEPALIVE void grad_graphics_start() {
  guarded([&] {
    page.master = ImGui::CreateContext(&grad::app::shared_fonts());
    ImGui::SetCurrentContext(page.master);
    ImGui::GetIO().IniFilename = nullptr;
    ImGui_ImplOpenGL3_Init("#version 300 es");
    ImGui_ImplOpenGL3_NewFrame();
    grad::app::share_renderer_of_current_context();
  });
}

/// Makes shaders, buffers and the font texture anew after the WebGL context was lost and replaced.
EMSCRIPTEN_KEEPALIVE void grad_graphics_restart() {
  guarded([&] {
    ImGui::SetCurrentContext(page.master);
    ImGui_ImplOpenGL3_DestroyDeviceObjects();
    ImGui_ImplOpenGL3_CreateDeviceObjects();
  });
}

/// A new view's number, or 0.
EMSCRIPTEN_KEEPALIVE int grad_demo(const char* name) {
  return guarded(0, [&] { return add(grad::app::make_demo_view(name)); });
}

/// A new view's number, or 0. `bank` is a quiz bank as JSON, `ids` questions separated by commas.
EMSCRIPTEN_KEEPALIVE int grad_quiz(const char* bank, const char* ids, double seed) {
  return guarded(0, [&] {
    return add(grad::app::make_quiz_view(bank, ids, static_cast<std::uint64_t>(seed)));
  });
}

/// Lets a demo ask for a guess at a read-out before it runs.
EMSCRIPTEN_KEEPALIVE void grad_predict(int view, const char* readout) {
  guarded([&] { view_of(view).predict(readout); });
}

EMSCRIPTEN_KEEPALIVE void grad_close(int view) {
  guarded([&] { page.views.erase(view); });
}

/// Width and height in CSS pixels.
EMSCRIPTEN_KEEPALIVE void grad_resize(int view, float width, float height, float pixel_ratio) {
  guarded([&] { view_of(view).resize(width, height, pixel_ratio); });
}

EMSCRIPTEN_KEEPALIVE void grad_look(int view, int dark, int reduced_motion, int touch,
                                    float text_scale) {
  guarded([&] {
    Theme theme = dark ? grad::ui::dark_theme() : grad::ui::light_theme();
    theme.reduced_motion = reduced_motion != 0;
    theme.touch = touch != 0;
    theme.text_scale = text_scale;
    view_of(view).set_theme(theme);
    page.views.at(view).paper = theme.paper;
  });
}

/// `kind`: 0 move, 1 down, 2 up, 3 leave, 4 wheel (PointerEvent::Kind).
EMSCRIPTEN_KEEPALIVE void grad_pointer(int view, int kind, float x, float y, int button,
                                       float wheel, int touch) {
  guarded([&] {
    view_of(view).pointer({static_cast<PointerEvent::Kind>(kind), x, y, button, wheel, touch != 0});
  });
}

/// Something done to a control by keyboard or assistive technology (ui::Action).
EMSCRIPTEN_KEEPALIVE void grad_act(int view, const char* id, double value, const char* text) {
  guarded([&] { view_of(view).act({id, value, text}); });
}

EMSCRIPTEN_KEEPALIVE void grad_quiz_act(int view, const char* action, int item, int option,
                                        const char* text) {
  guarded([&] { view_of(view).quiz_action(action, item, option, text); });
}

/// What the run that a demo now shows has come to, for a task that is graded elsewhere (report_of).
EMSCRIPTEN_KEEPALIVE const char* grad_report(const char* demo) {
  return guarded_text([&] { return grad::app::report_of(demo); });
}

/// The question whose run the learner has asked to see since the last call, or "".
EMSCRIPTEN_KEEPALIVE const char* grad_run_request(int view) {
  return guarded_text([&] { return view_of(view).take_run_request(); });
}

EMSCRIPTEN_KEEPALIVE int grad_running(int view) {
  return guarded(0, [&] { return view_of(view).running() ? 1 : 0; });
}

EMSCRIPTEN_KEEPALIVE void grad_advance(int view) {
  guarded([&] { view_of(view).advance(); });
}

/// Milliseconds to leave between two grad_advance() of a running view.
EMSCRIPTEN_KEEPALIVE int grad_step_pause(int view) {
  return guarded(0, [&] { return view_of(view).pace().between_steps; });
}

/// Milliseconds to leave between two pictures of a running view, unless there is input.
EMSCRIPTEN_KEEPALIVE int grad_picture_pause(int view) {
  return guarded(0, [&] { return view_of(view).pace().between_pictures; });
}

EMSCRIPTEN_KEEPALIVE double grad_revision(int view) {
  return guarded(0.0, [&] { return static_cast<double>(view_of(view).revision()); });
}

/// Takes in the input since the last frame and lays the view out anew; nothing is painted yet.
EMSCRIPTEN_KEEPALIVE void grad_frame(int view) {
  guarded([&] { view_of(view).draw(); });
}

/// Paints the last frame into the current WebGL context, `width` by `height` device pixels.
EMSCRIPTEN_KEEPALIVE void grad_paint(int view, int width, int height) {
  guarded([&] {
    const std::uint32_t paper = page.views.at(view).paper;
    const auto channel = [&](int shift) {
      return static_cast<float>(paper >> shift & 0xff) / 255.f;
    };
    glViewport(0, 0, width, height);
    glClearColor(channel(24), channel(16), channel(8), 1);
    glClear(GL_COLOR_BUFFER_BIT);
    ImDrawData* data = view_of(view).draw_data();
    ImGui::SetCurrentContext(page.master);
    ImGui_ImplOpenGL3_RenderDrawData(data);
  });
}

/// Height in CSS pixels that the last frame's content needs.
EMSCRIPTEN_KEEPALIVE float grad_height(int view) {
  return guarded(0.f, [&] { return view_of(view).content_height(); });
}

/// The semantic nodes of the last frame, as ui::to_json writes them.
EMSCRIPTEN_KEEPALIVE const char* grad_nodes(int view) {
  return guarded_text([&] { return grad::ui::to_json(view_of(view).nodes()); });
}

EMSCRIPTEN_KEEPALIVE const char* grad_model(int view) {
  return guarded_text([&] { return view_of(view).model(); });
}

/// What was wrong with the recorded runs in `json`, or ""; without a text room is left for them.
EMSCRIPTEN_KEEPALIVE const char* grad_results(int view, const char* json) {
  return guarded_text([&] { return view_of(view).take_results(json); });
}

/// States of runs that the view wants made in job workers, a line each.
EMSCRIPTEN_KEEPALIVE const char* grad_jobs(int view) {
  return guarded_text([&] {
    std::string lines;
    for (const std::string& state : view_of(view).jobs()) lines += state + '\n';
    return lines;
  });
}

/// Makes a run to its end, without a view, and tells what came out.
EMSCRIPTEN_KEEPALIVE const char* grad_run(const char* demo, const char* state) {
  return guarded_text([&] { return grad::app::run_to_end(demo, state); });
}

/// The result of such a run, for the view that wants it.
EMSCRIPTEN_KEEPALIVE void grad_take_job(int view, const char* state, const char* result) {
  guarded([&] { view_of(view).take_job(state, result); });
}

EMSCRIPTEN_KEEPALIVE const char* grad_state(int view) {
  return guarded_text([&] { return view_of(view).state(); });
}

/// What was wrong with `state`, or "".
EMSCRIPTEN_KEEPALIVE const char* grad_restore(int view, const char* state) {
  return guarded_text([&] { return view_of(view).restore(state); });
}

}  // extern "C"
