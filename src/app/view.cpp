#include "app/view.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "imgui.h"
#include "imgui_internal.h"
#include "implot.h"
#include "implot_internal.h"
#include "tensor/check.h"
#include "ui/draw.h"
#include "ui/ui.h"

namespace grad::app {
namespace {

constexpr float kFar = -std::numeric_limits<float>::max();  // where ImGui puts an absent pointer
constexpr int kMostFrames = 64;  // laid out for one draw(): more input than that waits

ImGuiContext* renderer_owner = nullptr;
float font_ratio = 0;

ImFontAtlas& atlas() {
  static ImFontAtlas fonts;
  return fonts;
}

float sane(float length) { return std::isfinite(length) ? std::clamp(length, 0.f, 16384.f) : 0; }

}  // namespace

ImFontAtlas& shared_fonts() {
  if (!atlas().IsBuilt()) build_fonts(1);
  return atlas();
}

void build_fonts(float pixel_ratio) {
  font_ratio = std::isfinite(pixel_ratio) ? std::clamp(pixel_ratio, 0.5f, 4.f) : 1;
  ui::add_fonts(atlas(), font_ratio);
}

void share_renderer_of_current_context() { renderer_owner = ImGui::GetCurrentContext(); }

void forget_renderer() { renderer_owner = nullptr; }

/// The two contexts of a view, its widgets' state, and what is waiting to be laid out.
struct View::Contexts {
  ImGuiContext* imgui = nullptr;
  ImPlotContext* plot = nullptr;
  ui::Theme theme = ui::light_theme();
  ui::Ui ui{theme};
  float width = 0, height = 0, pixel_ratio = 1;
  std::vector<ui::Action> actions;
  bool settled = false;  ///< a frame has been laid out at this size, so that ImGui can tell what is
                         ///< under the pointer
  bool complete = false;  ///< the last frame was drawn to its end

  Contexts() { create(); }
  ~Contexts() { destroy(); }
  Contexts(const Contexts&) = delete;
  Contexts& operator=(const Contexts&) = delete;

  void create() {
    ImGuiContext* before = ImGui::GetCurrentContext();
    imgui = ImGui::CreateContext(&shared_fonts());
    plot = ImPlot::CreateContext();
    bind();
    ImGuiIO& io = ImGui::GetIO();
    io.IniFilename = io.LogFilename = nullptr;
    io.ConfigInputTextCursorBlink = false;  // a blinking cursor would need frames for ever
    io.ConfigWindowsMoveFromTitleBarOnly = true;
    io.BackendPlatformName = "gradschool";
    ui::apply(theme);
    settled = complete = false;
    if (before) ImGui::SetCurrentContext(before);
  }

  void destroy() {
    ImGuiContext* before = ImGui::GetCurrentContext();
    if (before == imgui) before = nullptr;
    bind();
    ImGuiIO& io = ImGui::GetIO();
    // The renderer is not this context's to shut down.
    io.BackendRendererUserData = nullptr;
    io.BackendRendererName = nullptr;
    ImPlot::DestroyContext(plot);
    ImGui::DestroyContext(imgui);
    ImGui::SetCurrentContext(before);
  }

  void bind() {
    ImGui::SetCurrentContext(imgui);
    ImPlot::SetCurrentContext(plot);
    ImPlot::SetImGuiContext(imgui);
  }

  void borrow_renderer() {
    if (!renderer_owner) return;
    ImGuiIO& io = ImGui::GetIO();
    ImGui::SetCurrentContext(renderer_owner);
    const ImGuiIO& owner = ImGui::GetIO();
    io.BackendRendererUserData = owner.BackendRendererUserData;
    io.BackendRendererName = owner.BackendRendererName;
    io.BackendFlags |= owner.BackendFlags;
    ImGui::SetCurrentContext(imgui);
  }

  /// Puts ImGui back in order after an exception in the middle of a frame.
  void recover() {
    const bool in_plot = ImPlot::GetCurrentPlot() != nullptr;
    try {
      ImGui::ErrorCheckEndFrameRecover(nullptr);
      ImGui::EndFrame();
      if (!in_plot) return;
    } catch (const std::exception&) {
      // Beyond repair: start afresh below.
    }
    shared_fonts().Locked = false;
    destroy();
    create();
  }
};

View::View() : contexts_(std::make_unique<Contexts>()) {}
View::~View() = default;

void View::resize(float width, float height, float pixel_ratio) {
  Contexts& c = *contexts_;
  c.width = sane(width);
  c.height = sane(height);
  c.pixel_ratio = std::isfinite(pixel_ratio) ? std::clamp(pixel_ratio, 0.5f, 8.f) : 1;
  c.settled = false;
  changed();
}

float View::width() const { return contexts_->width; }
float View::height() const { return contexts_->height; }

void View::set_theme(const ui::Theme& theme) {
  Contexts& c = *contexts_;
  c.theme = theme;
  if (!std::isfinite(theme.text_scale)) c.theme.text_scale = 1;
  c.theme.text_scale = std::clamp(c.theme.text_scale, 0.5f, 3.f);
  c.bind();
  ui::apply(c.theme);
  changed();
}

const ui::Theme& View::theme() const { return contexts_->theme; }

void View::pointer(const PointerEvent& event) {
  Contexts& c = *contexts_;
  c.bind();
  ImGuiIO& io = ImGui::GetIO();
  io.AddMouseSourceEvent(event.touch ? ImGuiMouseSource_TouchScreen : ImGuiMouseSource_Mouse);
  const bool button = event.button >= 0 && event.button < ImGuiMouseButton_COUNT;
  switch (event.kind) {
    case PointerEvent::Kind::leave:
      io.AddMousePosEvent(kFar, kFar);
      break;
    case PointerEvent::Kind::wheel:
      io.AddMouseWheelEvent(0, event.wheel);
      break;
    case PointerEvent::Kind::move:
      io.AddMousePosEvent(event.x, event.y);
      break;
    case PointerEvent::Kind::down:
    case PointerEvent::Kind::up:
      io.AddMousePosEvent(event.x, event.y);
      if (button) io.AddMouseButtonEvent(event.button, event.kind == PointerEvent::Kind::down);
      // A finger that was lifted hovers over nothing.
      if (event.touch && event.kind == PointerEvent::Kind::up) io.AddMousePosEvent(kFar, kFar);
      break;
  }
  changed();
}

void View::key(const KeyEvent& event) {
  contexts_->bind();
  const bool modifier = event.key != 0 && (event.key & ~ImGuiMod_Mask_) == 0;
  if (!modifier && (event.key < ImGuiKey_NamedKey_BEGIN || event.key >= ImGuiKey_NamedKey_END))
    return;
  ImGui::GetIO().AddKeyEvent(static_cast<ImGuiKey>(event.key), event.down);
  changed();
}

void View::type(std::string_view text) {
  contexts_->bind();
  ImGui::GetIO().AddInputCharactersUTF8(std::string(text).c_str());
  changed();
}

void View::act(ui::Action action) {
  contexts_->actions.push_back(std::move(action));
  changed();
}

void View::draw() {
  Contexts& c = *contexts_;
  c.bind();
  c.borrow_renderer();
  c.complete = false;
  // ImGui takes a press and its release in different frames, and actions are carried out one by
  // one in their order, so that nothing is lost or overtaken however late a frame comes. The last
  // frame has no input left: it shows what the input did.
  for (int i = 0; i < kMostFrames; i++) {
    const bool was_settled = c.settled;
    // Before a frame has been laid out nothing can be hit: input waits for the next one.
    ImVector<ImGuiInputEvent>& events = ImGui::GetCurrentContext()->InputEventsQueue;
    ImVector<ImGuiInputEvent> waiting;
    if (!was_settled) waiting.swap(events);
    const bool quiet = was_settled && c.actions.empty() && events.empty();
    lay_out();
    if (!was_settled) waiting.swap(events);
    c.settled = true;
    if (quiet) break;
  }
  c.complete = true;
}

void View::lay_out() {
  Contexts& c = *contexts_;
  ImGuiIO& io = ImGui::GetIO();
  io.DisplaySize = {c.width, c.height};
  io.DisplayFramebufferScale = {c.pixel_ratio, c.pixel_ratio};
  io.DeltaTime = 1 / 60.f;
  io.FontGlobalScale = c.theme.text_scale / font_ratio;
  std::vector<ui::Action> actions;
  if (c.settled && !c.actions.empty()) {
    actions.push_back(std::move(c.actions.front()));
    c.actions.erase(c.actions.begin());
  }
  try {
    ImGui::NewFrame();
    ImGui::SetNextWindowPos({0, 0});
    ImGui::SetNextWindowSize(io.DisplaySize);
    constexpr ImGuiWindowFlags flags =
        ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoSavedSettings |
        ImGuiWindowFlags_NoNav | ImGuiWindowFlags_NoScrollWithMouse | ImGuiWindowFlags_NoBackground;
    ImGui::Begin("view", nullptr, flags);
    c.ui.begin(c.width, c.height, std::move(actions));
    content(c.ui);
    c.ui.end();
    ImGui::End();
    ImGui::Render();
  } catch (...) {
    c.recover();
    throw;
  }
}

ImDrawData* View::draw_data() {
  contexts_->bind();
  check(contexts_->complete, "[view] there is no finished frame to paint");
  return ImGui::GetDrawData();
}

const std::vector<ui::Node>& View::nodes() const { return contexts_->ui.nodes(); }
const std::vector<ui::PlotData>& View::plots() const { return contexts_->ui.plots(); }
float View::content_height() const { return contexts_->ui.content_height(); }
int View::mouse_cursor() const {
  contexts_->bind();
  return ImGui::GetMouseCursor();
}

std::string View::take_results(std::string_view) { return ""; }
void View::quiz_action(std::string_view, int, int, std::string_view) {}
void View::predict(std::string_view) {}

}  // namespace grad::app
