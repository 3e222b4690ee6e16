// The native window: the views of the pages, one at a time, beside a list of them. The only file
// that knows GLFW.

#include <GLFW/glfw3.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <future>
#include <iterator>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "app/sweep.h"
#include "app/view.h"
#include "app/window.h"
#include "demos/demo.h"
#include "imgui.h"
#include "imgui_impl_opengl3.h"
#include "quiz/quiz.h"
#include "tensor/check.h"
#include "ui/ui.h"

namespace grad::app {
namespace {

constexpr float kMenuWidth = 260;
constexpr float kPadding = 24;
constexpr float kWheelStep = 48;       // px a notch
constexpr double kJobPatience = 0.05;  // s between looks at a run made in a thread
constexpr double kSlice = 1 / 90.;     // s of computing between two frames

using Clock = std::chrono::steady_clock;

/// 0 if the time has come.
double seconds_until(Clock::time_point time) {
  return std::max(0., std::chrono::duration<double>(time - Clock::now()).count());
}

struct Entry {
  std::string name, title;
  bool quiz = false;
};

/// The list at the left.
class Menu final : public View {
 public:
  Menu(std::vector<Entry> entries, bool dark) : entries_(std::move(entries)), dark_(dark) {}

  bool running() const override { return false; }
  void advance() override {}
  std::string state() const override { return ""; }
  std::string restore(std::string_view) override { return ""; }
  std::string model() const override { return "{}"; }

  const std::vector<Entry>& entries() const { return entries_; }
  std::size_t chosen() const { return chosen_; }
  void choose(std::size_t entry) { chosen_ = entry; }
  bool dark() const { return dark_; }

 private:
  void content(ui::Ui& ui) override {
    ui.heading("title", "Gradschool");
    for (std::size_t i = 0; i < entries_.size(); i++) {
      const Entry& entry = entries_[i];
      if (ui.radio("view." + entry.name, entry.title, i == chosen_, "views")) chosen_ = i;
    }
    ui.gap(2);
    if (ui.checkbox("dark", "Dark", dark_)) changed();
  }

  std::vector<Entry> entries_;
  std::size_t chosen_ = 0;
  bool dark_;
};

/// A view and where it stands in the window.
struct Panel {
  View* view;
  float x, y, width;
};

ImGuiKey key_of(int key) {
  constexpr std::pair<int, ImGuiKey> keys[] = {
      {GLFW_KEY_TAB, ImGuiKey_Tab},
      {GLFW_KEY_LEFT, ImGuiKey_LeftArrow},
      {GLFW_KEY_RIGHT, ImGuiKey_RightArrow},
      {GLFW_KEY_UP, ImGuiKey_UpArrow},
      {GLFW_KEY_DOWN, ImGuiKey_DownArrow},
      {GLFW_KEY_PAGE_UP, ImGuiKey_PageUp},
      {GLFW_KEY_PAGE_DOWN, ImGuiKey_PageDown},
      {GLFW_KEY_HOME, ImGuiKey_Home},
      {GLFW_KEY_END, ImGuiKey_End},
      {GLFW_KEY_ENTER, ImGuiKey_Enter},
      {GLFW_KEY_KP_ENTER, ImGuiKey_KeypadEnter},
      {GLFW_KEY_SPACE, ImGuiKey_Space},
      {GLFW_KEY_ESCAPE, ImGuiKey_Escape},
      {GLFW_KEY_BACKSPACE, ImGuiKey_Backspace},
      {GLFW_KEY_DELETE, ImGuiKey_Delete},
      {GLFW_KEY_A, ImGuiKey_A},
      {GLFW_KEY_LEFT_SHIFT, ImGuiMod_Shift},
      {GLFW_KEY_RIGHT_SHIFT, ImGuiMod_Shift},
      {GLFW_KEY_LEFT_CONTROL, ImGuiMod_Ctrl},
      {GLFW_KEY_RIGHT_CONTROL, ImGuiMod_Ctrl},
  };
  for (const auto& [glfw, imgui] : keys)
    if (glfw == key) return imgui;
  return ImGuiKey_None;
}

void release(GLFWwindow* window) {
  glfwDestroyWindow(window);
  glfwTerminate();
}

class Window {
 public:
  Window(GLFWwindow* window, const WindowOptions& options, std::string bank,
         std::vector<Entry> entries)
      : window_(window),
        options_(options),
        bank_(std::move(bank)),
        menu_(std::move(entries), options.dark) {
    start_renderer();
    const auto& all = menu_.entries();
    const auto first = std::find_if(all.begin(), all.end(),
                                    [&](const Entry& entry) { return entry.name == options.open; });
    if (first != all.end()) menu_.choose(static_cast<std::size_t>(first - all.begin()));
    listen();
    open();
    const std::string problem = options.state.empty() ? "" : main_->restore(options.state);
    if (!problem.empty()) std::fprintf(stderr, "gradschool: %s\n", problem.c_str());
  }
  ~Window() {
    job_stop_ = true;
    forget_renderer();
    main_.reset();
    ImGui::SetCurrentContext(renderer_);
    ImGui_ImplOpenGL3_Shutdown();
  }
  Window(const Window&) = delete;
  Window& operator=(const Window&) = delete;

  void run() {
    int frames = 0;
    while (!glfwWindowShouldClose(window_)) {
      if (options_.frames > 0)
        glfwPollEvents();
      else if (main_->running())
        glfwWaitEventsTimeout(seconds_until(step_due_));
      else if (!stale() && job_.valid())
        glfwWaitEventsTimeout(kJobPatience);
      else if (!stale())
        glfwWaitEvents();
      compute();
      do_jobs();
      // With nothing new there is nothing to draw; a given number of frames is drawn regardless.
      if (!stale() && options_.frames == 0) continue;
      draw();
      const bool last = options_.frames > 0 && ++frames >= options_.frames;
      if (last && !options_.screenshot.empty()) save_picture();
      glfwSwapBuffers(window_);
      if (last) break;
    }
  }

 private:
  void start_renderer() {
    float scale_x = 1, scale_y = 1;
    glfwGetWindowContentScale(window_, &scale_x, &scale_y);
    pixel_ratio_ = std::max(scale_x, 1.f);
    build_fonts(pixel_ratio_);
    renderer_ = ImGui::CreateContext(&shared_fonts());
    ImGui::SetCurrentContext(renderer_);
    ImGui::GetIO().IniFilename = nullptr;
    check(ImGui_ImplOpenGL3_Init("#version 150"), "OpenGL 3.2 could not be started.");
    ImGui_ImplOpenGL3_NewFrame();
    share_renderer_of_current_context();
  }

  /// Shows what is chosen in the menu.
  void open() {
    shown_ = menu_.chosen();
    const Entry& entry = menu_.entries()[shown_];
    main_ = entry.quiz ? make_quiz_view(bank_, "", 1) : make_demo_view(entry.name);
    scroll_ = 0;
    hovered_ = focused_ = nullptr;
    look();
  }

  /// The demo that a question is about: in the state that was to be predicted, or for the learner
  /// to do what a task asks.
  void show_run(const std::string& id) {
    const quiz::Bank bank = quiz::load_bank(bank_);
    const quiz::Question& question = *bank.find(id);
    const quiz::PredictedRun& run = question.run;
    const auto& all = menu_.entries();
    const auto demo = std::find_if(all.begin(), all.end(),
                                   [&](const Entry& entry) { return entry.name == run.demo; });
    if (demo == all.end()) return;
    menu_.choose(static_cast<std::size_t>(demo - all.begin()));
    open();
    if (question.type == quiz::Type::predict) main_->restore(run.state);
  }

  void look() {
    dark_ = menu_.dark();
    theme_ = dark_ ? ui::dark_theme() : ui::light_theme();
    menu_.set_theme(theme_);
    main_->set_theme(theme_);
  }

  void listen() {
    glfwSetWindowUserPointer(window_, this);
    glfwSetCursorPosCallback(window_, [](GLFWwindow* w, double x, double y) {
      of(w).moved(static_cast<float>(x), static_cast<float>(y));
    });
    glfwSetCursorEnterCallback(window_, [](GLFWwindow* w, int inside) {
      if (!inside) of(w).moved(-1, -1);
    });
    glfwSetMouseButtonCallback(window_, [](GLFWwindow* w, int button, int action, int) {
      of(w).pressed(button, action == GLFW_PRESS);
    });
    glfwSetScrollCallback(window_, [](GLFWwindow* w, double, double notches) {
      of(w).scrolled(static_cast<float>(notches));
    });
    glfwSetKeyCallback(window_, [](GLFWwindow* w, int key, int, int action, int) {
      if (action != GLFW_REPEAT) of(w).typed_key(key, action == GLFW_PRESS);
    });
    glfwSetCharCallback(window_, [](GLFWwindow* w, unsigned code) { of(w).typed(code); });
    glfwSetWindowRefreshCallback(window_, [](GLFWwindow* w) { of(w).damaged_ = true; });
    glfwSetFramebufferSizeCallback(window_, [](GLFWwindow* w, int, int) { of(w).damaged_ = true; });
  }
  static Window& of(GLFWwindow* window) {
    return *static_cast<Window*>(glfwGetWindowUserPointer(window));
  }

  // --- Input ---

  void moved(float x, float y) {
    // GLFW counts in screen units, views in CSS pixels.
    int width = 1, height = 1;
    glfwGetWindowSize(window_, &width, &height);
    x_ = x * window_width() / static_cast<float>(std::max(width, 1));
    y_ = y * window_height() / static_cast<float>(std::max(height, 1));
    const Panel at = x_ < menu_width() ? menu_panel() : main_panel();
    if (!dragging_) {
      if (hovered_ && hovered_ != at.view) hovered_->pointer({PointerEvent::Kind::leave});
      hovered_ = x < 0 ? nullptr : at.view;
    }
    if (hovered_) send(PointerEvent::Kind::move, 0);
  }

  void pressed(int button, bool down) {
    if (!hovered_) return;
    dragging_ = down;
    focused_ = hovered_;
    send(down ? PointerEvent::Kind::down : PointerEvent::Kind::up, button);
  }

  void send(PointerEvent::Kind kind, int button) {
    const Panel panel = hovered_ == &menu_ ? menu_panel() : main_panel();
    hovered_->pointer({.kind = kind, .x = x_ - panel.x, .y = y_ - panel.y, .button = button});
    damaged_ = true;
  }

  void scrolled(float notches) {
    scroll_ -= notches * kWheelStep;
    damaged_ = true;
  }

  void typed_key(int key, bool down) {
    View& view = focused_ ? *focused_ : *main_;
    if (const ImGuiKey known = key_of(key); known != ImGuiKey_None) view.key({known, down});
    damaged_ = true;
  }

  void typed(unsigned code) {
    std::string text;
    if (code < 0x80) {
      text = static_cast<char>(code);
    } else if (code < 0x800) {
      text = {static_cast<char>(0xc0 | code >> 6), static_cast<char>(0x80 | (code & 0x3f))};
    } else if (code < 0x10000) {
      text = {static_cast<char>(0xe0 | code >> 12), static_cast<char>(0x80 | (code >> 6 & 0x3f)),
              static_cast<char>(0x80 | (code & 0x3f))};
    }
    (focused_ ? *focused_ : *main_).type(text);
    damaged_ = true;
  }

  // --- Frames ---

  void compute() {
    const auto end = Clock::now() + std::chrono::duration<double>(kSlice);
    while (main_->running() && Clock::now() >= step_due_ && Clock::now() < end) {
      main_->advance();
      step_due_ = Clock::now() + std::chrono::milliseconds(main_->pace().between_steps);
    }
  }

  /// One run at a time beside the window's own, for a view that wants to know what it comes to.
  void do_jobs() {
    if (job_.valid()) {
      if (job_.wait_for(std::chrono::seconds(0)) != std::future_status::ready) return;
      const std::string result = job_.get();
      if (job_demo_ == menu_.entries()[shown_].name) main_->take_job(job_state_, result);
    }
    const std::vector<std::string> wanted = main_->jobs();
    if (wanted.empty()) return;
    job_demo_ = menu_.entries()[shown_].name;
    job_state_ = wanted.front();
    job_ = std::async(std::launch::async, [this, demo = job_demo_, state = job_state_] {
      return run_to_end(demo, state, &job_stop_);
    });
  }

  bool stale() const {
    const bool moved = main_->revision() != main_revision_;
    const bool resting = main_->running() && Clock::now() < picture_due_;
    return damaged_ || menu_.revision() != menu_revision_ || (moved && !resting);
  }

  float window_width() const {
    int width = 0, height = 0;
    glfwGetFramebufferSize(window_, &width, &height);
    return static_cast<float>(width) / pixel_ratio_;
  }
  float window_height() const {
    int width = 0, height = 0;
    glfwGetFramebufferSize(window_, &width, &height);
    return static_cast<float>(height) / pixel_ratio_;
  }
  float menu_width() const { return std::min(kMenuWidth, window_width() / 3); }
  Panel menu_panel() { return {&menu_, kPadding / 2, kPadding, menu_width() - kPadding}; }
  Panel main_panel() {
    const float left = menu_width() + kPadding;
    return {main_.get(), left, kPadding - scroll_, window_width() - left - kPadding};
  }

  /// At least as high as the window, and as its content, which may change with the width.
  void lay_out(const Panel& panel) {
    View& view = *panel.view;
    for (int i = 0; i < 2; i++) {
      const float height = std::max(window_height() - 2 * kPadding, view.content_height());
      if (panel.width != view.width() || height != view.height())
        view.resize(panel.width, height, pixel_ratio_);
      else if (i > 0)
        break;
      view.draw();
    }
  }

  void draw() {
    lay_out(menu_panel());
    if (menu_.chosen() != shown_) open();
    if (menu_.dark() != dark_) look();
    lay_out(main_panel());
    if (const std::string question = main_->take_run_request(); !question.empty()) {
      show_run(question);
      lay_out(main_panel());
    }
    const float beyond = main_->content_height() - (window_height() - 2 * kPadding);
    scroll_ = std::clamp(scroll_, 0.f, std::max(0.f, beyond));
    paint();
    damaged_ = false;
    picture_due_ = Clock::now() + std::chrono::milliseconds(main_->pace().between_pictures);
    menu_revision_ = menu_.revision();
    main_revision_ = main_->revision();
  }

  void paint() {
    const auto channel = [&](std::uint32_t color, int shift) {
      return static_cast<float>(color >> shift & 0xff) / 255.f;
    };
    int width = 0, height = 0;
    glfwGetFramebufferSize(window_, &width, &height);
    glViewport(0, 0, width, height);
    glDisable(GL_SCISSOR_TEST);
    const auto clear = [&](std::uint32_t color) {
      glClearColor(channel(color, 24), channel(color, 16), channel(color, 8), 1);
      glClear(GL_COLOR_BUFFER_BIT);
    };
    clear(theme_.paper);
    glEnable(GL_SCISSOR_TEST);
    glScissor(0, 0, static_cast<int>(menu_width() * pixel_ratio_), height);
    clear(theme_.raised);
    glDisable(GL_SCISSOR_TEST);
    for (const Panel& panel : {main_panel(), menu_panel()}) {
      // A view draws from its own origin: the window is moved about it.
      ImDrawData* data = panel.view->draw_data();
      data->DisplayPos = {-panel.x, -panel.y};
      data->DisplaySize = {window_width(), window_height()};
      ImGui::SetCurrentContext(renderer_);
      ImGui_ImplOpenGL3_RenderDrawData(data);
    }
  }

  void save_picture() const {
    int width = 0, height = 0;
    glfwGetFramebufferSize(window_, &width, &height);
    std::vector<unsigned char> pixels(static_cast<std::size_t>(width) *
                                      static_cast<std::size_t>(height) * 3);
    glPixelStorei(GL_PACK_ALIGNMENT, 1);
    glReadPixels(0, 0, width, height, GL_RGB, GL_UNSIGNED_BYTE, pixels.data());
    std::ofstream file(options_.screenshot, std::ios::binary);
    file << "P6\n" << width << ' ' << height << "\n255\n";
    const std::streamsize row = std::streamsize{width} * 3;
    for (int y = height - 1; y >= 0; y--)
      file.write(reinterpret_cast<const char*>(pixels.data()) + y * row, row);
    check(file.good(),
          [&] { return "The picture " + options_.screenshot + " cannot be written."; });
  }

  GLFWwindow* window_;
  WindowOptions options_;
  std::string bank_;
  Menu menu_;
  std::unique_ptr<View> main_;
  ui::Theme theme_ = ui::light_theme();
  ImGuiContext* renderer_ = nullptr;
  float pixel_ratio_ = 1, scroll_ = 0;
  std::size_t shown_ = 0;
  bool dark_ = false, damaged_ = true, dragging_ = false;
  Clock::time_point step_due_{}, picture_due_{};
  std::uint64_t menu_revision_ = 0, main_revision_ = 0;
  View* hovered_ = nullptr;
  View* focused_ = nullptr;  // where keys go
  float x_ = 0, y_ = 0;      // of the pointer, in CSS pixels of the window
  std::string job_demo_, job_state_;
  std::atomic<bool> job_stop_ = false;
  std::future<std::string> job_;  // the last member: it is waited for before the others go
};

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  check(file.good(), [&] { return "The file " + path + " cannot be read."; });
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string last_glfw_error() {
  const char* sentence = nullptr;
  glfwGetError(&sentence);
  return sentence ? sentence : "no reason given";
}

}  // namespace

void run_window(const WindowOptions& options) {
  std::vector<Entry> entries;
  for (const demos::DemoEntry& demo : demos::all_demos())
    entries.push_back({demo.name, demo.title});
  check(options.open.empty() || demos::find_demo(options.open) != nullptr,
        [&] { return "There is no demo called \"" + options.open + "\"."; });
  std::string bank;
  if (!options.bank_path.empty()) {
    bank = read_file(options.bank_path);
    make_quiz_view(bank, "", 1);  // says what is wrong with it before a window opens
    entries.push_back({"quiz", "Quick check", true});
  }
  check(!entries.empty(), "There is nothing to show.");

  if (!glfwInit()) fail("The window cannot be opened: " + last_glfw_error() + ".");
  glfwWindowHint(GLFW_CONTEXT_VERSION_MAJOR, 3);
  glfwWindowHint(GLFW_CONTEXT_VERSION_MINOR, 2);
  glfwWindowHint(GLFW_OPENGL_PROFILE, GLFW_OPENGL_CORE_PROFILE);
  glfwWindowHint(GLFW_OPENGL_FORWARD_COMPAT, GLFW_TRUE);
  GLFWwindow* window =
      glfwCreateWindow(options.width, options.height, "Gradschool", nullptr, nullptr);
  if (!window) {
    const std::string reason = last_glfw_error();
    glfwTerminate();
    fail("The window cannot be opened: " + reason + ".");
  }
  glfwMakeContextCurrent(window);
  glfwSwapInterval(1);
  try {
    Window(window, options, std::move(bank), std::move(entries)).run();
  } catch (...) {
    release(window);
    throw;
  }
  release(window);
}

}  // namespace grad::app
