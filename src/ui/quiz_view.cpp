#include "ui/quiz_view.h"

#include <string>
#include <vector>

namespace grad::ui {
namespace {

using quiz::Item;
using quiz::Phase;
using quiz::Quiz;
using quiz::Type;

std::string count_of(int i, int size) {
  return "Question " + std::to_string(i + 1) + " of " + std::to_string(size);
}

bool is_final(const Item& item) {
  return item.phase == Phase::right || item.phase == Phase::revealed;
}

Ui::Dot dot_of(const Quiz& quiz, int i) {
  const Item& item = quiz.item(i);
  Ui::Dot dot{.id = "quiz.go." + std::to_string(i), .label = count_of(i, quiz.size())};
  if (item.first_right) {
    dot.state = Ui::Dot::State::right;
    dot.label += ", answered right";
  } else if (item.phase == Phase::right) {
    dot.state = Ui::Dot::State::right;
    dot.label += ", right after " + std::to_string(item.tries) + " tries";
  } else if (item.phase == Phase::revealed && item.question->type == Type::predict) {
    dot.state = Ui::Dot::State::begun;  // nothing was missed: the guess was the task
    dot.label += ", guess made";
  } else if (item.phase == Phase::revealed) {
    dot.state = Ui::Dot::State::missed;
    dot.label += ", answer shown";
  } else if (item.tries > 0) {
    dot.state = Ui::Dot::State::begun;
    dot.label += ", not right yet";
  } else {
    dot.label += ", not answered";
  }
  return dot;
}

const char* level_name(int level) {
  constexpr const char* names[] = {"recall", "apply", "analyse", "transfer"};
  return level >= 1 && level <= 4 ? names[level - 1] : "";
}

void draw_progress(Ui& ui, Quiz& quiz) {
  std::vector<Ui::Dot> dots;
  for (int i = 0; i < quiz.size(); i++) dots.push_back(dot_of(quiz, i));
  const int pressed = ui.dots(dots, quiz.current());
  if (pressed >= 0) quiz.go(pressed);
}

Choice::Mark mark_of(const Item& item, std::size_t option) {
  const bool correct = item.question->options[option].correct;
  if (is_final(item) && correct) return Choice::Mark::right;
  const bool graded = is_final(item) || item.phase == Phase::wrong;
  // While there is another try, only what was chosen is marked, never what is missing.
  if (graded && item.chosen[option] && !correct) return Choice::Mark::wrong;
  return Choice::Mark::none;
}

void draw_options(Ui& ui, Quiz& quiz, int i, const std::string& prefix) {
  const Item& item = quiz.item(i);
  const bool many = item.question->type == Type::multiple;
  const std::string group = prefix + "options";
  for (const int option : item.order) {
    const auto index = static_cast<std::size_t>(option);
    const std::string id = prefix + "option." + std::to_string(option);
    // What is said of the right choice stands in the message already.
    const bool said = !many && item.phase == Phase::right && item.chosen[index];
    const std::string note = is_final(item) && !said ? quiz.option_feedback(i, option) : "";
    const Choice choice{.id = id,
                        .label = item.question->options[index].text,
                        .group = group,
                        .on = item.chosen[index],
                        .enabled = item.phase == Phase::open,
                        .mark = mark_of(item, index),
                        .note = note};
    if (many) {
      if (ui.choose_many(choice)) quiz.choose(i, option, !choice.on);
    } else if (ui.choose_one(choice)) {
      quiz.choose(i, option);
    }
  }
}

void draw_entry(Ui& ui, Quiz& quiz, int i, const std::string& prefix) {
  const Item& item = quiz.item(i);
  std::string text = item.entered;
  const std::string& unit = item.question->unit;
  const std::string label = item.question->type == Type::predict ? "Your guess" : "Your answer";
  const bool invalid = !item.problem.empty() || item.phase == Phase::wrong;
  if (ui.text_box(prefix + "entry", unit.empty() ? label : label + ", in " + unit, text,
                  item.phase == Phase::open, invalid))
    quiz.enter(i, text);
  if (ui.entered()) quiz.check(i);
}

/// True when the learner asks to see the run of a prediction.
bool draw_actions(Ui& ui, Quiz& quiz, int i, const std::string& prefix) {
  const Item& item = quiz.item(i);
  const bool predict = item.question->type == Type::predict;
  const bool last = i + 1 == quiz.size();
  // What is drawn follows the state at the frame's beginning, so that a press acts once.
  const Phase phase = item.phase;
  const bool hint = !item.question->hint.empty() && !item.hint_shown && !is_final(item);
  const bool offer_run = predict && is_final(item);
  const bool run = offer_run && ui.button(prefix + "run", "Run it", Emphasis::primary);
  if (offer_run && !last) ui.same_row();
  if (phase == Phase::open) {
    if (ui.button(prefix + "check", predict ? "Lock in my guess" : "Check", Emphasis::primary))
      quiz.check(i);
  } else if (phase == Phase::wrong) {
    if (ui.button(prefix + "retry", "Try again", Emphasis::primary)) quiz.retry(i);
    ui.same_row();
    if (ui.button(prefix + "reveal", "Show answer")) quiz.reveal(i);
  } else if (!last) {
    const Emphasis emphasis = offer_run ? Emphasis::normal : Emphasis::primary;
    if (ui.button("quiz.next", "Next question", emphasis)) quiz.go(i + 1);
  }
  if (hint) {
    ui.same_row();
    if (ui.button(prefix + "hint", "Hint")) quiz.show_hint(i);
  }
  if (i > 0) {
    if (phase != Phase::right || offer_run || !last) ui.same_row();
    if (ui.button("quiz.previous", "Previous", Emphasis::quiet)) quiz.go(i - 1);
  }
  if (phase != Phase::right && phase != Phase::revealed && !last) {
    ui.same_row();
    if (ui.button("quiz.next", "Next", Emphasis::quiet)) quiz.go(i + 1);
  }
  return run;
}

void draw_summary(Ui& ui, Quiz& quiz) {
  if (quiz.done() < quiz.size()) return;
  ui.gap(2);
  ui.note("quiz.summary", "Done",
          std::to_string(quiz.score()) + " of " + std::to_string(quiz.size()) +
              " right at the first try.");
  if (ui.button("quiz.reset", "Start again")) quiz.reset();
}

}  // namespace

const quiz::Question* draw_quiz(Ui& ui, Quiz& quiz) {
  const bool several = quiz.size() > 1;
  if (several) draw_progress(ui, quiz);
  const int i = quiz.current();
  const Item& item = quiz.item(i);
  const quiz::Question& question = *item.question;
  const std::string prefix = "q." + question.id + ".";
  const std::string count = several ? count_of(i, quiz.size()) + " · " : "Check yourself · ";
  ui.muted(prefix + "level", count + level_name(question.level));
  ui.prompt(prefix + "prompt", question.prompt);
  if (question.type == Type::multiple) ui.muted(prefix + "manner", "Choose all that apply.");
  if (question.type == Type::predict)
    ui.muted(prefix + "manner", "Guess first; one guess counts. Then a run shows what comes out.");
  ui.gap(1);
  if (takes_number(question.type))
    draw_entry(ui, quiz, i, prefix);
  else if (takes_choice(question.type))
    draw_options(ui, quiz, i, prefix);
  if (item.hint_shown && !is_final(item)) ui.note(prefix + "hint.text", "Hint", question.hint);
  if (question.type == Type::predict && item.phase == Phase::revealed)
    ui.outcome(prefix + "status", quiz.message(i));
  else
    ui.status(prefix + "status", quiz.message(i), item.phase == Phase::right);
  if (is_final(item)) ui.note(prefix + "why", "Why", question.why);
  ui.gap(1);
  const bool run = draw_actions(ui, quiz, i, prefix);
  if (several) draw_summary(ui, quiz);
  return run ? &question : nullptr;
}

}  // namespace grad::ui
