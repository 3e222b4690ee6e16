#include "ui/ui.h"

#include <algorithm>
#include <array>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>
#include <set>
#include <sstream>

#include "imgui_internal.h"
#include "tensor/check.h"
#include "ui/contour.h"
#include "ui/draw.h"
#include "ui/maths.h"
#include "ui/pictures.h"
#include "ui/plot.h"
#include "ui/tokens.h"
#include "ui/utf8.h"
#include "view_helpers.h"

namespace grad::ui {
namespace {

using app::act;
using app::click;
using app::fit;
using app::node;
using app::press;
using app::Scratch;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

}  // namespace

// --- Texts ---------------------------------------------------------------------------------------

TEST_CASE("formulas read as plain text", "[ui]") {
  CHECK(plain_text("Plain words.") == "Plain words.");
  CHECK(plain_text("$w_1 = 1 - 0.1 \\cdot 2$") == "w₁ = 1 − 0.1·2");
  CHECK(plain_text("Is $x_i^2$ big?") == "Is xᵢ² big?");
  CHECK(plain_text("$\\frac{a}{b}$, $\\frac{a+1}{b}$") == "a/b, (a + 1)/b");
  CHECK(plain_text("$\\sqrt{x}$ and $\\sqrt{x+1}$") == "√x and √(x + 1)");
  CHECK(plain_text("$\\alpha \\le \\beta \\ne \\infty$") == "α ≤ β ≠ ∞");
  CHECK(plain_text("$3 \\times 4 \\to 12$") == "3 × 4 → 12");
  CHECK(plain_text("$-1$, $(-1)$, $2 - 1$") == "−1, (−1), 2 − 1");
  CHECK(plain_text("$\\sum_{i=1}^n \\mathbf{x}_i$") == "∑ᵢ₌₁ⁿxᵢ");
  CHECK(plain_text("$\\text{the loss } L$") == "the loss L");
  CHECK(plain_text("$W^T x + b$") == "Wᵀx + b");
  CHECK(plain_text("$x_q$, $x^{ab}$") == "x_q, x^(ab)");
  CHECK(plain_text("$\\hat y$, $f'(x)$") == "y\u0302, f′(x)");
  CHECK(plain_text("$\\log p$, $\\tanh(x)$, $\\max_i x_i$") == "log p, tanh(x), maxᵢxᵢ");
  CHECK(plain_text("$\\mathbb{R}^d$") == "ℝ^d");
  CHECK(plain_text("**Bold** and `code * 2`") == "Bold and code * 2");
  CHECK(plain_text("costs \\$5 or 5 $") == "costs $5 or 5 $");
}

TEST_CASE("no text is too odd to be set", "[ui]") {
  for (const char* text : {"",
                           " ",
                           "$$",
                           "$",
                           "$ $",
                           "$}{$",
                           "$x_$",
                           "$^2$",
                           "$\\$",
                           "$\\frac$",
                           "$\\frac{a$",
                           "$\\sqrt$",
                           "$\\unknown{x}$",
                           "$x__1^^2$",
                           "$\\hat$",
                           "$\\text{$",
                           "\xff\xfe",
                           "$\xff$",
                           "$\xe2\x88$",
                           "**",
                           "`",
                           "\\"})
    CHECK_NOTHROW(plain_text(text));
  CHECK(plain_text("$\\unknown{x}$") == "unknownx");
  const std::string deep = "$" + std::string(2000, '{') + "x" + std::string(2000, '}') + "$";
  CHECK_NOTHROW(plain_text(deep));
  std::string scripts = "$x";
  for (int i = 0; i < 2000; i++) scripts += "^{x";
  CHECK_NOTHROW(plain_text(scripts + "$"));
}

TEST_CASE("texts wrap within their width", "[ui]") {
  Scratch view([&](Ui&) {
    const char* text =
        "A sentence with $w_{t+1} = w_t - \\eta \\frac{\\partial L}{\\partial w}$, a "
        "averyveryverylongwordthatdoesnotfitintothewidthatall, and **bold**.";
    const RichText line(text, 15, 0);
    CHECK(line.height() == line.line_height());
    float last = line.height();
    for (const float width : {600.f, 300.f, 150.f, 80.f}) {
      const RichText wrapped(text, 15, width);
      INFO(width);
      CHECK(wrapped.width() <= width);
      CHECK(wrapped.height() >= last);
      last = wrapped.height();
    }
    CHECK(last > 8 * line.height());
    // Punctuation stays with its formula.
    const RichText glued("$x$,", 15, 0), apart("$x$ ,", 15, 0);
    CHECK(glued.width() < apart.width());
    CHECK(RichText("", 15, 100).height() == RichText("x", 15, 100).height());
  });
  view.draw();
}

TEST_CASE("the faces have every character that formulas and widgets use", "[ui]") {
  Scratch view([](Ui&) {
    const std::string used = plain_text(
        "$\\alpha\\beta\\gamma\\delta\\epsilon\\varepsilon\\zeta\\eta\\theta\\iota\\kappa\\lambda\\"
        "mu"
        "\\nu\\xi\\pi\\rho\\sigma\\tau\\upsilon\\phi\\varphi\\chi\\psi\\omega\\Gamma\\Delta\\Theta"
        "\\Lambda\\Xi\\Pi\\Sigma\\Phi\\Psi\\Omega\\infty\\partial\\nabla\\ell\\forall\\exists\\empt"
        "yset"
        "\\top\\bot\\prime\\ldots\\cdots\\vdots\\sum\\prod\\int\\lVert\\langle\\rangle\\lceil\\rcei"
        "l"
        "\\lfloor\\rfloor\\times\\div\\pm\\mp\\circ\\odot\\oplus\\otimes\\ast\\cup\\cap\\wedge\\vee"
        "\\le"
        "\\ge\\ne\\ll\\gg\\approx\\equiv\\sim\\simeq\\propto\\in\\notin\\subset\\subseteq\\to\\gets"
        "\\mapsto\\Rightarrow\\Leftarrow\\iff\\leftrightarrow\\mathbb{R}$ –—−’“”·\u202f");
    for (std::size_t at = 0; at < used.size();) {
      const char32_t c = next_code_point(used, at);
      INFO(static_cast<unsigned>(c));
      CHECK(font_for(Face::text, 15)->FindGlyphNoFallback(static_cast<ImWchar>(c)) != nullptr);
    }
    for (char32_t c = U'a'; c <= U'z'; c++) {
      const ImFontGlyph* upright = font_for(Face::text, 15)->FindGlyph(static_cast<ImWchar>(c));
      const ImFontGlyph* slanted = font_for(Face::variable, 15)->FindGlyph(static_cast<ImWchar>(c));
      CHECK(upright->U0 != slanted->U0);
    }
  });
  view.draw();
}

TEST_CASE("numbers are shown with few digits and real minus signs", "[ui]") {
  CHECK(format_number(1250, 0) == "1,250");
  CHECK(format_number(-1234567.891, 2) == "−1,234,567.89");
  CHECK(format_number(0.5, 3) == "0.500");
  CHECK(format_number(-0.0001, 2) == "0.00");
  CHECK(format_number(999, 0) == "999");
  CHECK(format_number(kNaN, 2) == "–");
  CHECK(format_number(kInfinity, 2) == "∞");
  CHECK(format_number(-kInfinity, 2) == "−∞");
  CHECK_NOTHROW(format_number(1e300, 50));
  CHECK(format_value(200, {.decimals = 0, .unit = "points"}) == "200 points");
  CHECK(format_value(0.00123, {.min = 1e-5, .max = 1, .logarithmic = true}) == "0.00123");
}

TEST_CASE("digits of a reading are all equally wide", "[ui]") {
  Scratch view([](Ui&) {
    const float width = text_width(Face::strong, 20, "0.111", true);
    for (const char* number : {"0.000", "4.789", "1.888"})
      CHECK(text_width(Face::strong, 20, number, true) == width);
    CHECK(text_width(Face::strong, 20, "0.111") < text_width(Face::strong, 20, "0.888"));
  });
  view.draw();
}

// --- Colours -------------------------------------------------------------------------------------

TEST_CASE("texts and marks stand out from the paper", "[ui]") {
  CHECK(std::abs(contrast(0x000000ff, 0xffffffff) - 21) < 1e-9);
  for (const Theme& theme : {light_theme(), dark_theme()}) {
    INFO(theme.dark);
    for (const std::uint32_t paper : {theme.paper, theme.raised})
      for (const std::uint32_t text : {theme.ink, theme.muted}) CHECK(contrast(text, paper) >= 4.5);
    CHECK(contrast(theme.accent_ink, theme.accent) >= 4.5);
    for (const std::uint32_t mark : {theme.accent, theme.good, theme.bad})
      CHECK(contrast(mark, theme.paper) >= 3);
    // An answer's colours also serve as backgrounds of a sort: texts on them must stay legible.
    for (const std::uint32_t tint : {theme.accent, theme.good, theme.bad})
      CHECK(contrast(theme.muted, mix(theme.paper, tint, 0.08f)) >= 4.5);
    CHECK(contrast(mix(theme.paper, theme.ink, 0.5f), theme.paper) >= 3);  // a text box' edge
    for (int i = 0; i < kDataColors; i++) {
      CHECK(contrast(legible(theme, data_color(i)), theme.paper) >= 3);
      CHECK(contrast(legible(theme, data_color(i), 4.5), theme.paper) >= 4.5);
    }
  }
  CHECK(data_color(0) == 0x0072b2ff);
  CHECK(data_color(kDataColors) == data_color(0));
  CHECK(legible(light_theme(), data_color(0)) == data_color(0));  // already dark enough
  CHECK(mix(0x000000ff, 0xff8000ff, 0.5f) == 0x804000ff);
}

// --- Widgets -------------------------------------------------------------------------------------

TEST_CASE("a slider follows the pointer, the keys and the twin alike", "[ui]") {
  double value = 200;
  const SliderOptions options{.min = 0, .max = 1000, .step = 10, .decimals = 0, .unit = "points"};
  int changes = 0;
  Scratch view([&](Ui& ui) {
    if (ui.slider("n", "Training points, $n$", value, options)) changes++;
  });
  view.draw();
  CHECK(node(view, "n").role == Role::slider);
  CHECK(node(view, "n").label == "Training points, n");
  CHECK(node(view, "n").value_text == "200 points");
  CHECK(node(view, "n").min == 0);
  CHECK(node(view, "n").max == 1000);
  CHECK(node(view, "n").step == 10);

  click(view, node(view, "n").rect);
  CHECK(value == 500);
  CHECK(changes == 1);
  CHECK(node(view, "n").value == 500);
  click(view, node(view, "n").rect, 0.99f, true);
  CHECK(value == 1000);
  press(view, ImGuiKey_LeftArrow);
  CHECK(value == 990);
  press(view, ImGuiKey_PageDown);
  CHECK(value == 890);
  press(view, ImGuiKey_Home);
  CHECK(value == 0);
  press(view, ImGuiKey_LeftArrow);
  CHECK(value == 0);
  press(view, ImGuiKey_End);
  CHECK(value == 1000);
  act(view, "n", 123);
  CHECK(value == 120);
  CHECK(node(view, "n").value_text == "120 points");
  for (const double bad : {kNaN, kInfinity, -kInfinity}) act(view, "n", bad);
  CHECK(value == 120);
  act(view, "n", 1e99);
  CHECK(value == 1000);
}

TEST_CASE("a drag leaves the slider where the pointer let go", "[ui]") {
  using Kind = app::PointerEvent::Kind;
  double value = 0;
  Scratch view([&](Ui& ui) { ui.slider("x", "x", value, {}); });
  view.draw();
  const Rect rect = node(view, "x").rect;
  const float y = rect.y + rect.h / 2;
  view.pointer({.kind = Kind::down, .x = rect.x + 20, .y = y});
  for (int i = 0; i < 10; i++)
    view.pointer({.kind = Kind::move, .x = rect.x + 20 + static_cast<float>(i) * 10, .y = y + 90});
  view.pointer({.kind = Kind::move, .x = rect.x + rect.w / 2, .y = y + 200});
  view.pointer({.kind = Kind::up, .x = rect.x + rect.w / 2, .y = y + 200});
  view.draw();
  CHECK(value == 0.5);
  view.pointer({.kind = Kind::move, .x = rect.x + 20, .y = y});
  view.draw();
  CHECK(value == 0.5);
}

TEST_CASE("slider values are those that an address can hold", "[ui]") {
  const SliderOptions rate{.min = 1e-4, .max = 1, .logarithmic = true};
  CHECK(slider_value(0.0123456, rate, 1) == 0.0123);
  CHECK(slider_value(0, rate, 1) == 1e-4);
  CHECK(slider_value(kNaN, rate, 0.5) == 0.5);
  const SliderOptions share{.min = 0, .max = 1, .decimals = 2};
  CHECK(slider_value(0.12345, share, 0) == 0.12);
  const SliderOptions odd{.min = 1, .max = 10, .step = 4, .decimals = 0};
  CHECK(slider_value(6, odd, 1) == 5);
  CHECK(slider_value(9.9, odd, 1) == 9);
  // Keys move a logarithmic slider by at least a step, and everywhere by something.
  double value = 10;
  const SliderOptions n{.min = 10, .max = 20'000, .step = 1, .logarithmic = true, .decimals = 0};
  Scratch view([&](Ui& ui) { ui.slider("n", "n", value, n); });
  view.draw();
  click(view, node(view, "n").rect, 0);
  CHECK(value == 10);
  double before = value;
  for (int i = 0; i < 120 && value < n.max; i++) {
    press(view, ImGuiKey_RightArrow);
    CHECK(value > before);
    before = value;
  }
  CHECK(value == n.max);
}

TEST_CASE("a button is pressed by pointer, finger, key and twin", "[ui]") {
  int pressed = 0, refused = 0;
  Scratch view([&](Ui& ui) {
    if (ui.button("run", "Run", Emphasis::primary, true, "Starts it.")) pressed++;
    ui.same_row();
    if (ui.button("off", "Off", Emphasis::normal, false)) refused++;
  });
  view.draw();
  CHECK(node(view, "run").description == "Starts it.");
  CHECK_FALSE(node(view, "run").disabled);
  CHECK(node(view, "off").disabled);
  click(view, node(view, "run").rect);
  CHECK(pressed == 1);
  click(view, node(view, "run").rect, 0.5f, true);
  CHECK(pressed == 2);
  press(view, ImGuiKey_Space);
  press(view, ImGuiKey_Enter);
  CHECK(pressed == 4);
  act(view, "run");
  CHECK(pressed == 5);
  act(view, "off");
  click(view, node(view, "off").rect);
  CHECK(refused == 0);
  act(view, "gone");  // names nothing
  CHECK(pressed == 5);
}

TEST_CASE("check boxes and radio buttons are chosen by pointer, keys and twin", "[ui]") {
  bool on = false;
  int chosen = 0;
  Scratch view([&](Ui& ui) {
    ui.checkbox("box", "Show the $w_i$", on);
    for (int i = 0; i < 3; i++) {
      const std::string id = "r" + std::to_string(i);
      if (ui.radio(id, "Choice " + std::to_string(i), chosen == i, "group")) chosen = i;
    }
  });
  view.draw();
  CHECK(node(view, "box").role == Role::checkbox);
  CHECK(node(view, "box").label == "Show the wᵢ");
  CHECK(node(view, "r1").role == Role::radio);
  CHECK(node(view, "r1").group == "group");
  CHECK(node(view, "r0").checked);
  click(view, node(view, "box").rect, 0.9f);  // the whole row counts
  CHECK(on);
  CHECK(node(view, "box").checked);
  press(view, ImGuiKey_Space);
  CHECK_FALSE(on);
  act(view, "box", 1);
  act(view, "box", 1);
  CHECK(on);
  act(view, "box", 0);
  CHECK_FALSE(on);
  click(view, node(view, "r2").rect);
  CHECK(chosen == 2);
  act(view, "r1", 1);
  CHECK(chosen == 1);
  // Tab goes from the box to the chosen one of the group; arrows go round within it.
  click(view, node(view, "box").rect);
  press(view, ImGuiKey_Tab);
  press(view, ImGuiKey_DownArrow);
  CHECK(chosen == 2);
  press(view, ImGuiKey_DownArrow);
  CHECK(chosen == 0);
  press(view, ImGuiKey_UpArrow);
  CHECK(chosen == 2);
}

TEST_CASE("one of a few is chosen by pointer, keys and twin", "[ui]") {
  constexpr std::array<const char*, 3> names = {"Sigmoid", "$tanh$", "A much longer name"};
  int chosen = 1, changes = 0;
  Scratch view([&](Ui& ui) {
    if (ui.select("unit", "Activation", names, chosen, "what a unit does")) changes++;
  });
  for (const float width : {600.f, 200.f}) {  // in one row, and one below the other
    CAPTURE(width);
    fit(view, width);
    CHECK(node(view, "unit").role == Role::heading);
    CHECK(node(view, "unit").label == "Activation");
    chosen = 1;
    view.draw();
    for (const char* id : {"unit.0", "unit.1", "unit.2"}) {
      CHECK(node(view, id).role == Role::radio);
      CHECK(node(view, id).group == "unit");
      CHECK(node(view, id).description == "what a unit does");
      CHECK(node(view, id).checked == (std::string_view(id) == "unit.1"));
      CHECK(node(view, id).rect.x + node(view, id).rect.w <= width);
    }
    changes = 0;
    click(view, node(view, "unit.2").rect);
    CHECK(chosen == 2);
    CHECK(node(view, "unit.2").checked);
    CHECK_FALSE(node(view, "unit.1").checked);
    click(view, node(view, "unit.2").rect);  // chosen already
    CHECK(changes == 1);
    press(view, ImGuiKey_RightArrow);
    CHECK(chosen == 0);
    act(view, "unit.1", 1);
    CHECK(chosen == 1);
    CHECK(changes == 3);
  }
}

TEST_CASE("Tab visits every control once and shows where it is", "[ui]") {
  std::string pressed;
  Scratch view([&](Ui& ui) {
    for (const char* id : {"a", "b", "c"})
      if (ui.button(id, id, Emphasis::normal, std::string_view(id) != "b")) pressed += id;
  });
  view.draw();
  const int plain = view.draw_data()->TotalVtxCount;
  press(view, ImGuiKey_Tab);
  CHECK(view.draw_data()->TotalVtxCount > plain);  // the ring
  press(view, ImGuiKey_Enter);
  press(view, ImGuiKey_Tab);  // over the one that is off
  press(view, ImGuiKey_Enter);
  press(view, ImGuiKey_Tab);
  press(view, ImGuiKey_Enter);
  CHECK(pressed == "aca");
  view.key({ImGuiMod_Shift, true});
  press(view, ImGuiKey_Tab);
  view.key({ImGuiMod_Shift, false});
  press(view, ImGuiKey_Enter);
  CHECK(pressed == "acac");
}

TEST_CASE("what takes the place of a focused control gets the focus", "[ui]") {
  bool first = true;
  std::string pressed;
  Scratch view([&](Ui& ui) {
    const char* id = first ? "check" : "retry";
    if (ui.button(id, id)) {
      pressed += id[0];
      first = !first;
    }
    ui.button("other", "other");
  });
  view.draw();
  press(view, ImGuiKey_Tab);
  press(view, ImGuiKey_Enter);
  press(view, ImGuiKey_Enter);
  CHECK(pressed == "cr");
}

TEST_CASE("a text box takes typed text and the twin's", "[ui]") {
  std::string text;
  bool enabled = true, entered = false;
  Scratch view([&](Ui& ui) {
    ui.text_box("entry", "Your answer", text, enabled, true);
    entered = entered || ui.entered();
    ui.button("next", "next");
  });
  view.draw();
  CHECK(node(view, "entry").role == Role::textbox);
  CHECK(node(view, "entry").invalid);
  click(view, node(view, "entry").rect);
  view.type("0.8");
  view.draw();
  CHECK(text == "0.8");
  CHECK(node(view, "entry").value_text == "0.8");
  press(view, ImGuiKey_Backspace);
  CHECK(text == "0.");
  CHECK_FALSE(entered);
  press(view, ImGuiKey_Enter);
  CHECK(entered);
  act(view, "entry", 0, "1,5");
  CHECK(text == "1,5");
  // By keys alone: away, back, type.
  click(view, node(view, "next").rect);
  view.key({ImGuiMod_Shift, true});
  press(view, ImGuiKey_Tab);
  view.key({ImGuiMod_Shift, false});
  view.draw();
  view.type("7");
  view.draw();
  CHECK(text.find('7') != std::string::npos);
  act(view, "entry", 0, std::string(5000, 'x'));
  CHECK(text.size() < 300);
  enabled = false;
  view.draw();
  CHECK(node(view, "entry").disabled);
  act(view, "entry", 0, "no");
  CHECK(text != "no");
}

TEST_CASE("words and readings are recorded for screen readers", "[ui]") {
  const Reading readings[] = {{"loss", "Loss, $L$", 0.1234, 3, ""},
                              {"share", "Share", 12, 0, "%"},
                              {"none", "None", kNaN, 2, "m"}};
  Scratch view([&](Ui& ui) {
    ui.heading("h", "Heading");
    ui.prompt("p", "What is $w_1$?");
    ui.text("t", "Some **text**.");
    ui.muted("m", "Quiet.", 3);
    ui.caption("c", "Aside");
    ui.status("s", "", true);
    ui.status("s2", "Right.", true);
    ui.note("n", "Why", "Because $1 < 2$.");
    ui.announce("a", "Done.");
    ui.readings(readings);
  });
  for (const float width : {320.f, 800.f}) {
    fit(view, width);
    CHECK(node(view, "h").role == Role::heading);
    CHECK(node(view, "p").role == Role::heading);
    CHECK(node(view, "p").label == "What is w₁?");
    CHECK(node(view, "t").label == "Some text.");
    CHECK(node(view, "m").rect.h > 2 * node(view, "t").rect.h);
    CHECK(node(view, "s").role == Role::status);
    CHECK(node(view, "s").label.empty());
    CHECK(node(view, "s").rect.h == 0);
    CHECK(node(view, "s2").rect.h > 0);
    CHECK(node(view, "n").label == "Why: Because 1 < 2.");
    CHECK(node(view, "a").rect.h == 0);
    CHECK(node(view, "reading.loss").label == "Loss, L: 0.123");
    CHECK(node(view, "reading.share").value_text == "12\u202f%");
    CHECK(node(view, "reading.none").label == "None: not known yet");
    CHECK(node(view, "reading.none").value_text == "–");
  }
}

TEST_CASE("columns stand side by side where there is room", "[ui]") {
  const float shares[] = {0.5f, 0.5f};
  Scratch view([&](Ui& ui) {
    ui.begin_columns(shares);
    ui.text("left", "left");
    ui.next_column();
    ui.text("right", "right");
    ui.text("right2", "right");
    ui.end_columns();
    ui.text("below", "below");
  });
  fit(view, 800);
  CHECK(node(view, "left").rect.y == node(view, "right").rect.y);
  CHECK(node(view, "right").rect.x >= node(view, "left").rect.x + node(view, "left").rect.w);
  CHECK(node(view, "below").rect.y > node(view, "right2").rect.y);
  CHECK(node(view, "below").rect.x == node(view, "left").rect.x);
  fit(view, 400);
  CHECK(node(view, "right").rect.y > node(view, "left").rect.y);
  CHECK(node(view, "right").rect.x == node(view, "left").rect.x);

  Scratch torn([&](Ui& ui) { ui.begin_columns(shares); });
  CHECK_THROWS_AS(torn.draw(), Error);
  Scratch beyond([&](Ui& ui) {
    ui.begin_columns(shares);
    ui.next_column();
    ui.next_column();
  });
  CHECK_THROWS_AS(beyond.draw(), Error);
}

TEST_CASE("handles and rows are larger for fingers", "[ui]") {
  double value = 0;
  bool on = false;
  Scratch view([&](Ui& ui) {
    ui.slider("slider", "x", value, {});
    ui.button("button", "x");
    ui.checkbox("box", "x", on);
  });
  for (const bool touch : {false, true}) {
    Theme theme = light_theme();
    theme.touch = touch;
    view.set_theme(theme);
    view.draw();
    CHECK(node(view, "slider").rect.h >= (touch ? 28 : 20));
    CHECK(node(view, "button").rect.h >= (touch ? 44 : 36));
    CHECK(node(view, "box").rect.h >= (touch ? 44 : 36));
  }
}

// --- Figures -------------------------------------------------------------------------------------

TEST_CASE("a figure is recorded with its sentence and its numbers", "[ui]") {
  const std::vector<double> x = {1, 2, 3}, y = {0.5, kNaN, 0.25}, low = {0, 0, 0}, high = {1, 1, 1};
  Table given;
  Scratch view([&](Ui& ui) {
    Plot plot(ui, "loss",
              {.title = "Loss of $w$",
               .summary = "It falls.",
               .x = {.label = "step", .min = 1, .max = 3},
               .y = {.label = "loss", .min = 0, .max = 1, .ticks = {0, 1}}});
    plot.band("range", x, low, high, data_color(0));
    plot.line("training", x, y, data_color(0));
    plot.line("test", x, y, data_color(1), true);
    plot.points("dots", x, y, data_color(2), Marker::diamond);
    plot.horizontal("chance", 0.5, data_color(3));
    plot.vertical("now", kNaN, data_color(3));
    if (!given.columns.empty()) plot.table(given);
  });
  view.draw();
  const Node& figure = node(view, "loss");
  CHECK(figure.role == Role::figure);
  CHECK(figure.label == "Loss of w");
  CHECK(figure.description == "It falls.");
  CHECK(figure.rect.h > 200);
  CHECK(figure.table.columns == std::vector<std::string>{"step", "range", "training", "test"});
  REQUIRE(figure.table.rows.size() == 3);
  CHECK(figure.table.rows[0] == std::vector<std::string>{"1", "0.000 to 1.000", "0.500", "0.500"});
  CHECK(figure.table.rows[1][2] == "–");
  given = {{"a"}, {{"1"}}};
  view.draw();
  CHECK(node(view, "loss").table.columns == given.columns);
}

TEST_CASE("a figure tells the numbers under the pointer", "[ui]") {
  const std::vector<double> x = {0, 1}, y = {0, 1};
  Scratch view([&](Ui& ui) {
    Plot plot(ui, "p", {.title = "t", .summary = "", .x = {.label = "x"}, .y = {.label = "y"}});
    plot.line("line", x, y, data_color(0));
  });
  view.draw();
  const Rect rect = node(view, "p").rect;
  const int before = view.draw_data()->CmdListsCount;
  view.pointer({app::PointerEvent::Kind::move, rect.x + rect.w / 2, rect.y + rect.h / 2});
  view.draw();
  CHECK(view.draw_data()->CmdListsCount > before);  // on top of everything
  view.pointer({app::PointerEvent::Kind::leave});
  view.draw();
  CHECK(view.draw_data()->CmdListsCount == before);
}

TEST_CASE("a curve is drawn into a figure by strokes and presses", "[ui]") {
  using Kind = app::PointerEvent::Kind;
  Ui::Sketch sketch{.plot = "paper",
                    .label = "your guess",
                    .x = {10, 100, 1000},
                    .y = {0.5, 0.5, 0.5},
                    .min = 0,
                    .max = 0.8,
                    .open = true};
  Rect area;
  Scratch view([&](Ui& ui) {
    ui.set_sketch(sketch);
    Plot plot(ui, "paper",
              {.title = "Paper",
               .x = {.min = 1, .max = 10'000, .logarithmic = true},
               .y = {.min = 0, .max = 1}});
    area = ui.plot_area("paper");
  });
  view.draw();
  CHECK(node(view, "paper").drawable);
  CHECK(view.plots().front().series.empty());  // what the run draws, not what the reader does
  const auto point = [&](Kind kind, float right, float up) {
    view.pointer({.kind = kind, .x = area.x + right * area.w, .y = area.y + (1 - up) * area.h});
    view.draw();
  };
  const auto near_to = [](double value, double wanted) { return std::abs(value - wanted) < 0.02; };
  // One long move over the first two: on the screen 10 lies at a quarter, 100 in the middle.
  point(Kind::move, 0.2f, 0.2f);
  point(Kind::down, 0.2f, 0.2f);
  CHECK(near_to(sketch.y[0], 0.2));  // the nearest
  CHECK(sketch.drawn);
  point(Kind::move, 0.6f, 0.6f);
  point(Kind::up, 0.6f, 0.6f);
  CHECK(near_to(sketch.y[0], 0.25));
  CHECK(near_to(sketch.y[1], 0.5));
  CHECK(sketch.y[2] == 0.5);
  point(Kind::move, 0.8f, 1);
  point(Kind::down, 0.8f, 1);
  point(Kind::up, 0.8f, 1);
  CHECK(sketch.y[2] == 0.8);  // within its range
  sketch.open = false;
  view.draw();
  CHECK_FALSE(node(view, "paper").drawable);
  point(Kind::down, 0.8f, 0.1f);
  point(Kind::up, 0.8f, 0.1f);
  CHECK(sketch.y[2] == 0.8);
}

TEST_CASE("a stroke over a figure is told in the units of its axes", "[ui]") {
  using Kind = app::PointerEvent::Kind;
  std::vector<Plot::Stroke> strokes;
  Rect area;
  Scratch view([&](Ui& ui) {
    Plot plot(ui, "paper",
              {.title = "Paper",
               .x = {.min = 1, .max = 100, .logarithmic = true},
               .y = {.min = -1, .max = 1}});
    if (const auto stroke = plot.stroke()) strokes.push_back(*stroke);
    area = ui.plot_area("paper");
  });
  view.draw();
  CHECK(node(view, "paper").drawable);
  // The pointer stands on whole pixels.
  const auto near_to = [](double value, double wanted) {
    return std::abs(value - wanted) < 0.02 * std::max(1.0, std::abs(wanted));
  };
  const auto point = [&](Kind kind, float right, float up, bool touch = false) {
    view.pointer({.kind = kind,
                  .x = area.x + right * area.w,
                  .y = area.y + (1 - up) * area.h,
                  .touch = touch});
    view.draw();
  };
  point(Kind::move, 0.5f, 0.5f);
  CHECK(strokes.empty());  // not pressed
  point(Kind::down, 0.5f, 0.5f);
  REQUIRE(strokes.size() == 1);  // and once only, though more than one frame was laid out
  CHECK(near_to(strokes[0].to_x, 10));
  CHECK(near_to(strokes[0].to_y, 0));
  CHECK(strokes[0].from_x == strokes[0].to_x);
  point(Kind::move, 1, 0.75f);
  REQUIRE(strokes.size() == 2);
  CHECK(near_to(strokes[1].from_x, 10));
  CHECK(near_to(strokes[1].to_x, 100));
  CHECK(near_to(strokes[1].to_y, 0.5));
  point(Kind::move, 3, -2);  // outside: held within the axes
  REQUIRE(strokes.size() == 3);
  CHECK(strokes[2].to_x == 100);
  CHECK(strokes[2].to_y == -1);
  point(Kind::up, 0.5f, 0.5f);
  strokes.clear();
  point(Kind::move, 0.2f, 0.2f);
  CHECK(strokes.empty());

  // A finger draws once it has moved; a tap does not, nor one that the page takes for scrolling.
  point(Kind::down, 0.5f, 0.5f, true);
  point(Kind::up, 0.5f, 0.5f, true);
  point(Kind::down, 0.5f, 0.5f, true);
  point(Kind::leave, 0, 0);
  point(Kind::up, 0, 0, true);
  CHECK(strokes.empty());
  point(Kind::down, 0.5f, 0.5f, true);
  point(Kind::move, 0.5f, 0.9f, true);
  CHECK(strokes.empty());
  point(Kind::move, 0.6f, 0.5f, true);
  CHECK_FALSE(strokes.empty());
}

TEST_CASE("figures refuse what they cannot show, in a sentence", "[ui]") {
  const std::vector<double> one = {1}, two = {1, 2};
  const std::vector<float> field(6, 1.f);
  const auto draw = [](const PlotOptions& options, const std::function<void(Plot&)>& content) {
    Scratch view([&](Ui& ui) {
      Plot plot(ui, "p", options);
      content(plot);
    });
    view.draw();
  };
  const auto nothing = [](Plot&) {};
  const PlotOptions plain{};
  CHECK_NOTHROW(draw(plain, nothing));
  PlotOptions options;
  options.x.max = options.x.min;
  CHECK_THROWS_AS(draw(options, nothing), Error);
  options = {};
  options.y.max = kNaN;
  CHECK_THROWS_AS(draw(options, nothing), Error);
  options = {};
  options.x.logarithmic = true;
  CHECK_THROWS_AS(draw(options, nothing), Error);
  CHECK_THROWS_AS(draw(plain, [&](Plot& p) { p.line("l", one, two, 0); }), Error);
  CHECK_THROWS_AS(draw(plain, [&](Plot& p) { p.points("l", one, two, 0, Marker::circle); }), Error);
  CHECK_THROWS_AS(draw(plain, [&](Plot& p) { p.band("l", one, one, two, 0); }), Error);
  CHECK_THROWS_AS(draw(plain, [&](Plot& p) { p.field(field, 2, 2); }), Error);
  CHECK_NOTHROW(draw(plain, [&](Plot& p) { p.field(field, 2, 3); }));
  CHECK_NOTHROW(draw(plain, [&](Plot& p) { p.line("", {}, {}, 0); }));
}

TEST_CASE("pictures stand in tiles and are recorded as one figure", "[ui]") {
  const Picture small{2, 2, {0xff0000ff, 0xff0000ff, 0x00ff00ff, 0}};
  PicturesOptions options{.title = "Two tiles", .summary = "Red over green."};
  options.side = 100;
  options.table = {{"Tile"}, {{"a"}, {"b"}}};
  const std::vector<Tile> tiles = {{{small, small}, "a", true}, {{small}, "b"}};
  Scratch view([&](Ui& ui) { pictures(ui, "tiles", options, tiles); });
  fit(view, 600);
  const Node wide = node(view, "tiles");
  CHECK(wide.role == Role::figure);
  CHECK(wide.label == "Two tiles");
  CHECK(wide.description == "Red over green.");
  CHECK(wide.table.rows.size() == 2);
  CHECK(wide.rect.w == 592);
  CHECK(wide.rect.h > 100);
  fit(view, 320);  // one below the other
  const float stacked = node(view, "tiles").rect.h;
  CHECK(stacked > 2 * wide.rect.h - 40);
  fit(view, 200);  // too narrow for two pictures of this size side by side
  CHECK(node(view, "tiles").rect.h < stacked);

  // Equal neighbours are drawn as one: 3 rectangles a picture, four corners each.
  const auto corners_of = [&](std::vector<Tile> some) {
    Scratch bare([&](Ui& ui) { pictures(ui, "bare", {.table = options.table}, some); });
    fit(bare, 600);
    return bare.draw_data()->TotalVtxCount;
  };
  CHECK(corners_of({{{small}}}) - corners_of({}) == 2 * 4);  // what is transparent is not drawn

  const Tile broken{{{3, 1, {0, 0}}}};
  Scratch refused([&](Ui& ui) { pictures(ui, "broken", {}, {&broken, 1}); });
  CHECK_THROWS_WITH(refused.draw(), "[pictures broken] a picture needs width x height pixels");
}

TEST_CASE("maps of values run from blue to orange, or from dark to light", "[ui]") {
  const Theme theme = light_theme();
  CHECK(diverging_color(theme, -1) == data_color(0));
  CHECK(diverging_color(theme, 0) == theme.paper);
  CHECK(diverging_color(theme, 2) == data_color(1));
  CHECK(diverging_color(theme, std::numeric_limits<float>::quiet_NaN()) == theme.paper);
  CHECK(sequential_color(-1) == 0x440154ff);
  CHECK(sequential_color(1) == 0xfde725ff);
  for (int i = 0; i < 32; i++)
    CHECK(contrast(sequential_color(static_cast<float>(i + 1) / 32), 0x000000ff) >
          contrast(sequential_color(static_cast<float>(i) / 32), 0x000000ff));
}

TEST_CASE("ticks are few and round", "[ui]") {
  CHECK(round_ticks({.min = 0, .max = 1}, 4) ==
        std::vector<double>{0, 0.2, 0.4, 0.6000000000000001, 0.8, 1});
  CHECK(round_ticks({.min = -3, .max = 7}, 4) == std::vector<double>{-2, 0, 2, 4, 6});
  CHECK(round_ticks({.min = 7, .max = 30'000, .logarithmic = true}, 4) ==
        std::vector<double>{10, 100, 1'000, 10'000});
  CHECK(round_ticks({.min = 1, .max = 1}, 4).empty());
  CHECK(round_ticks({.min = kNaN, .max = 1}, 4).empty());
  for (double span = 1e-6; span < 1e9; span *= 3.7) {
    const auto ticks = round_ticks({.min = -span / 3, .max = span}, 4);
    CHECK(ticks.size() >= 3);
    CHECK(ticks.size() <= 8);
  }
}

TEST_CASE("the decision line is the field's zero", "[ui]") {
  constexpr int side = 33;
  std::vector<float> circle;
  for (int row = 0; row < side; row++)
    for (int column = 0; column < side; column++)
      circle.push_back(100 - std::pow(static_cast<float>(row - 16), 2.f) -
                       std::pow(static_cast<float>(column - 16), 2.f));
  const auto lines = zero_contour(circle, side, side);
  REQUIRE(lines.size() == 1);
  CHECK(lines[0].front().column == lines[0].back().column);  // closed
  CHECK(lines[0].front().row == lines[0].back().row);
  CHECK(lines[0].size() > 50);
  for (const GridPoint& p : lines[0])
    CHECK(std::abs(std::hypot(p.column - 16, p.row - 16) - 10) < 0.1);

  // A straight line from edge to edge, at a third between the second and third column.
  const std::vector<float> step = {-1, -1, 2, -1, -1, 2};
  const auto straight = zero_contour(step, 2, 3);
  REQUIRE(straight.size() == 1);
  REQUIRE(straight[0].size() == 2);
  for (const GridPoint& p : straight[0]) CHECK(std::abs(p.column - 4 / 3.f) < 1e-6f);

  // A saddle: two lines, told apart by the middle.
  const std::vector<float> saddle = {1, -1, -1, 1};
  CHECK(zero_contour(saddle, 2, 2).size() == 2);
  const std::vector<float> hole = {1, -1, static_cast<float>(kNaN), 1};
  CHECK(zero_contour(hole, 2, 2).empty());
  CHECK(zero_contour(std::vector<float>(9, 1.f), 3, 3).empty());
  CHECK(zero_contour({}, 0, 0).empty());
  CHECK_THROWS_AS(zero_contour(step, 2, 2), Error);
}

// --- What the page reads -------------------------------------------------------------------------

TEST_CASE("nodes are written as JSON", "[ui]") {
  Node slider;
  slider.id = "parameter.n";
  slider.role = Role::slider;
  slider.label = "n \"quoted\" \\ \n";
  slider.value = 0.5;
  slider.max = kInfinity;
  slider.rect = {1.25f, 2, 3.333333f, 4};
  Node figure;
  figure.id = "f";
  figure.role = Role::figure;
  figure.checked = figure.disabled = figure.invalid = figure.drawable = true;
  figure.table = {{"a", "b"}, {{"1", "2"}, {}}};
  CHECK(to_json({}) == "[]");
  CHECK(to_json({slider, figure}) ==
        "[{\"id\":\"parameter.n\",\"role\":\"slider\",\"label\":\"n \\\"quoted\\\" \\\\ \\u000a\","
        "\"value\":0.5,\"min\":0,\"max\":null,\"step\":0,\"rect\":[1.25,2,3.33,4]},"
        "{\"id\":\"f\",\"role\":\"figure\",\"label\":\"\",\"checked\":true,\"disabled\":true,"
        "\"invalid\":true,\"drawable\":true,\"table\":{\"columns\":[\"a\",\"b\"],\"rows\":[[\"1\","
        "\"2\"],[]]},"
        "\"rect\":[0,0,0,0]}]");
  const std::set<std::string> names = [] {
    std::set<std::string> all;
    for (int role = 0; role <= static_cast<int>(Role::heading); role++)
      all.insert(role_name(static_cast<Role>(role)));
    return all;
  }();
  CHECK(names.size() == 9);
}

TEST_CASE("demos and views draw only through widgets that are recorded", "[ui]") {
  for (const char* room : {"demos", "quiz"}) {
    const std::filesystem::path folder = std::filesystem::path(GRAD_SOURCE_DIR) / "src" / room;
    for (const auto& file : std::filesystem::directory_iterator(folder)) {
      std::ifstream stream(file.path());
      const std::string text{std::istreambuf_iterator<char>(stream), {}};
      INFO(file.path().filename().string());
      CHECK(text.find("imgui") == std::string::npos);
      CHECK(text.find("implot") == std::string::npos);
    }
  }
}

}  // namespace grad::ui
