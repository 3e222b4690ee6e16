#pragma once

// One element of a page (or one panel of the native window): a demo or a quiz with its own ImGui
// and ImPlot contexts. Platform code feeds it input, lets it advance and draws what it made.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "ui/semantics.h"
#include "ui/series.h"
#include "ui/theme.h"

struct ImDrawData;
struct ImFontAtlas;

namespace grad::ui {
class Ui;
}

namespace grad::app {

struct PointerEvent {
  enum class Kind { move, down, up, leave, wheel } kind;
  float x = 0, y = 0;  ///< CSS pixels in the view
  int button = 0;      ///< 0 left, 1 right, 2 middle (ImGui's order)
  float wheel = 0;     ///< lines
  bool touch = false;  ///< touch or pen
};
struct KeyEvent {
  int key;  ///< an ImGuiKey
  bool down;
};

/// How a running view wishes to be worked on and shown, in milliseconds. What comes out does not
/// depend on it.
struct Pace {
  int between_steps = 0;     ///< to leave between two calls of advance()
  int between_pictures = 0;  ///< to leave between two pictures, unless there is input
};

class View {
 public:
  virtual ~View();
  View(const View&) = delete;
  View& operator=(const View&) = delete;

  void resize(float width, float height, float pixel_ratio);
  float width() const;
  float height() const;
  void set_theme(const ui::Theme& theme);
  void pointer(const PointerEvent& event);
  void key(const KeyEvent& event);
  /// Text typed while a text box has the focus (UTF-8).
  void type(std::string_view text);
  void act(ui::Action action);

  /// True while it wants advance() to be called (a run is playing or being restored).
  virtual bool running() const = 0;
  /// One bounded slice of work.
  virtual void advance() = 0;
  virtual Pace pace() const { return {}; }

  /// Draws one frame (ImGui::NewFrame … Render) and records its nodes. Works without a renderer.
  /// Throws what content() throws, after putting ImGui back in order, so that the next draw works.
  void draw();
  /// What the last draw() made; throws Error if that did not succeed.
  ImDrawData* draw_data();
  const std::vector<ui::Node>& nodes() const;
  /// What its plots drew.
  const std::vector<ui::PlotData>& plots() const;
  /// Height that the content needs at this width, in CSS pixels.
  float content_height() const;
  /// The ImGuiMouseCursor that fits what is under the pointer.
  int mouse_cursor() const;
  /// Changes whenever something worth a new picture happened outside of draw().
  std::uint64_t revision() const { return revision_; }

  /// What the page keeps: a demo's URL state, a quiz' saved answers (JSON).
  virtual std::string state() const = 0;
  /// Takes state() back; the sentence(s) about what was wrong, or "".
  virtual std::string restore(std::string_view state) = 0;
  /// Takes what runs of the demo came to when the page was built (results/<demo>.json), to be shown
  /// ahead of its own run and compared with that; "" leaves room for it to come. The sentence about
  /// what was wrong, or "". Ignored by quizzes.
  virtual std::string take_results(std::string_view json);
  /// Read-outs, narration and goal of a demo ({readouts:{…}, narration, goal: {text, reached},
  /// steps, complete, running, recorded: "none", "ahead", "same" or "different"}), or the quiz'
  /// view model, as JSON.
  virtual std::string model() const = 0;
  /// States of runs of the view's demo that it wants made elsewhere, as long as it wants them, and
  /// what came of one (app/sweep.h: run_to_end, or any other text if it failed).
  virtual std::vector<std::string> jobs() const { return {}; }
  virtual void take_job(std::string_view /*state*/, std::string_view /*result*/) {}
  /// A quiz action by name for the HTML form: "choose" (`text` "0" takes a choice back), "enter"
  /// (`text` as typed; `option` the gap), "move" (from place `option` to place `text`), "rate"
  /// (`text` "sure", "unsure" or ""), "check" (a task by the demo's open run), "retry", "reveal",
  /// "hint", "go", "missed", "reset". Ignored by demos.
  virtual void quiz_action(std::string_view action, int item, int option, std::string_view text);
  /// Before its first run a demo asks for a guess at this read-out (Prediction). Throws Error if it
  /// has none of that name. Ignored by quizzes.
  virtual void predict(std::string_view readout);
  /// The id of the question whose predicted run the learner has asked to see since the last call,
  /// or
  /// "". Who shows the view leads them there.
  virtual std::string take_run_request() { return ""; }

 protected:
  View();
  virtual void content(ui::Ui& ui) = 0;
  void changed() { revision_++; }
  const ui::Theme& theme() const;

 private:
  void lay_out();

  struct Contexts;
  std::unique_ptr<Contexts> contexts_;
  std::uint64_t revision_ = 0;
};

/// Throws Error naming the demo if there is none. `state` is a Run's state text.
std::unique_ptr<View> make_demo_view(std::string_view name);
/// `bank_json` as load_bank takes it; `ids` separated by commas ("" = the bank's quick check).
std::unique_ptr<View> make_quiz_view(std::string_view bank_json, std::string_view ids,
                                     std::uint64_t seed);

/// The font atlas that all views share, built for a pixel ratio. The platform's renderer uploads
/// it.
ImFontAtlas& shared_fonts();
void build_fonts(float pixel_ratio);
/// Called once by platform code after its renderer was set up on a master ImGui context, so that
/// views copy the renderer's fields from it (see design: several contexts, one backend).
void share_renderer_of_current_context();
/// Before that context is destroyed.
void forget_renderer();

}  // namespace grad::app
