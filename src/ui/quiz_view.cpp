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

/// One row for each place, with what now stands there.
void draw_places(Ui& ui, Quiz& quiz, int i, const std::string& prefix) {
  const Item& item = quiz.item(i);
  const std::vector<int> placed = item.placed;  // as at the frame's beginning
  const bool match = item.question->type == Type::match;
  for (int place = 0; place < static_cast<int>(placed.size()); place++) {
    const int option = placed[static_cast<std::size_t>(place)];
    const auto& options = item.question->options;
    const std::string id = prefix + "option." + std::to_string(option);
    const std::string note = quiz.option_feedback(i, option);
    const std::string number = std::to_string(place + 1) + ".";
    const std::string& left = options[static_cast<std::size_t>(place)].left;
    const std::string other = left.empty() ? "(left over)" : left;
    const bool counts = !match || !left.empty();
    MovableRow row{.id = id,
                   .text = options[static_cast<std::size_t>(option)].text,
                   .left = match ? other : number,
                   .enabled = item.phase == Phase::open,
                   .note = note};
    if (is_final(item) && counts)
      row.mark = option == place ? Choice::Mark::right : Choice::Mark::wrong;
    if (const int ways = ui.movable(row); ways != 0) quiz.move(i, place, place + ways);
  }
}

/// The text with its gaps numbered, and a box for each.
void draw_gaps(Ui& ui, Quiz& quiz, int i, const std::string& prefix) {
  const Item& item = quiz.item(i);
  const std::size_t count = item.question->gaps.size();
  std::string text = item.question->text;
  std::size_t at = 0;
  for (std::size_t k = 1; (at = text.find("___", at)) != std::string::npos; k++) {
    const std::string mark = count == 1 ? "_____" : "__(" + std::to_string(k) + ")__";
    text.replace(at, 3, mark);
    at += mark.size();
  }
  ui.text(prefix + "text", text);
  const std::string entered = item.entered;  // as at the frame's beginning
  std::string_view lines = entered;
  for (std::size_t k = 0; k < count; k++) {
    const std::size_t end = std::min(lines.find('\n'), lines.size());
    std::string line(lines.substr(0, end));
    lines.remove_prefix(std::min(end + 1, lines.size()));
    const std::string label = count == 1 ? "The gap" : "Gap " + std::to_string(k + 1);
    const bool invalid = !item.problem.empty() || item.phase == Phase::wrong;
    if (ui.text_box(prefix + "gap." + std::to_string(k), label, line, item.phase == Phase::open,
                    invalid))
      quiz.enter(i, line, static_cast<int>(k));
  }
  if (ui.entered()) quiz.check(i);
}

void draw_entry(Ui& ui, Quiz& quiz, int i, const std::string& prefix) {
  const Item& item = quiz.item(i);
  std::string text = item.entered;
  const std::string& unit = item.question->unit;
  const std::string label = item.question->type == Type::predict  ? "Your guess"
                            : item.question->type == Type::output ? "It prints"
                                                                  : "Your answer";
  const bool invalid = !item.problem.empty() || item.phase == Phase::wrong;
  if (ui.text_box(prefix + "entry", unit.empty() ? label : label + ", in " + unit, text,
                  item.phase == Phase::open, invalid))
    quiz.enter(i, text);
  if (ui.entered()) quiz.check(i);
}

/// Two quiet buttons before the first try; which one was pressed stays to be seen.
void draw_confidence(Ui& ui, Quiz& quiz, int i, const std::string& prefix) {
  const Item& item = quiz.item(i);
  if (item.phase != Phase::open || item.tries > 0 || item.question->type == Type::task) return;
  ui.caption(prefix + "confidence", "How sure? (optional)");
  constexpr quiz::Confidence levels[] = {quiz::Confidence::sure, quiz::Confidence::unsure};
  constexpr const char* names[] = {"Sure", "Unsure"};
  for (int k = 0; k < 2; k++) {
    const bool on = item.confidence == levels[k];
    ui.same_row();
    if (ui.button(prefix + "sure." + std::to_string(k), names[k],
                  on ? Emphasis::normal : Emphasis::quiet, true, on ? "chosen" : ""))
      quiz.rate(i, on ? quiz::Confidence::none : levels[k]);
  }
}

const char* check_label(Type type) {
  if (type == Type::predict) return "Lock in my guess";
  return type == Type::task ? "Check my run" : "Check";
}

/// What the learner asks for besides what the quiz does by itself.
QuizRequest::Kind draw_actions(Ui& ui, Quiz& quiz, int i, const std::string& prefix) {
  const Item& item = quiz.item(i);
  const Type type = item.question->type;
  const bool last = i + 1 == quiz.size();
  // What is drawn follows the state at the frame's beginning, so that a press acts once.
  const Phase phase = item.phase;
  const bool hint = !item.question->hint.empty() && !item.hint_shown && !is_final(item);
  const bool offer_run = type == Type::task || (type == Type::predict && is_final(item));
  const char* run_label = type == Type::predict ? "Run it"
                          : is_final(item)      ? "See a run that does it"
                                                : "Go to the demo";
  QuizRequest::Kind asked = QuizRequest::Kind::none;
  if (offer_run) {
    const bool first = type == Type::predict;
    if (ui.button(prefix + "run", run_label, first ? Emphasis::primary : Emphasis::normal))
      asked = QuizRequest::Kind::run;
    if (!last || phase == Phase::open) ui.same_row();
  }
  if (phase == Phase::open) {
    if (ui.button(prefix + "check", check_label(type), Emphasis::primary)) {
      if (type == Type::task)
        asked = QuizRequest::Kind::check;
      else
        quiz.check(i);
    }
  } else if (phase == Phase::wrong) {
    if (offer_run) ui.same_row();
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
  return asked;
}

void draw_summary(Ui& ui, Quiz& quiz) {
  if (quiz.done() < quiz.size()) return;
  ui.gap(2);
  ui.note("quiz.summary", "Done",
          std::to_string(quiz.score()) + " of " + std::to_string(quiz.size()) +
              " right at the first try.");
  if (quiz.missed() > 0) {
    if (ui.button("quiz.missed", "Missed ones again")) return quiz.repeat_missed();
    ui.same_row();
  }
  if (ui.button("quiz.reset", "Start again")) quiz.reset();
}

void draw_answer(Ui& ui, Quiz& quiz, int i, const std::string& prefix) {
  const quiz::Question& question = *quiz.item(i).question;
  switch (question.type) {
    case Type::single:
    case Type::multiple:
      return draw_options(ui, quiz, i, prefix);
    case Type::order:
    case Type::match:
      return draw_places(ui, quiz, i, prefix);
    case Type::fill:
      return draw_gaps(ui, quiz, i, prefix);
    case Type::output:
      ui.code(prefix + "code", question.code);
      return draw_entry(ui, quiz, i, prefix);
    case Type::numeric:
    case Type::predict:
      return draw_entry(ui, quiz, i, prefix);
    case Type::task:
      break;
  }
}

/// How a question of the type is answered, where that is not plain.
const char* manner_of(Type type) {
  switch (type) {
    case Type::multiple:
      return "Choose all that apply.";
    case Type::predict:
      return "Guess first; one guess counts. Then a run shows what comes out.";
    case Type::order:
      return "Bring the rows into order.";
    case Type::match:
      return "Bring the rows opposite to what they belong to.";
    case Type::task:
      return "Do it in the demo; then have your run checked.";
    default:
      return "";
  }
}

}  // namespace

QuizRequest draw_quiz(Ui& ui, Quiz& quiz) {
  const bool several = quiz.size() > 1;
  if (several) draw_progress(ui, quiz);
  const int i = quiz.current();
  const Item& item = quiz.item(i);
  const quiz::Question& question = *item.question;
  const std::string prefix = "q." + question.id + ".";
  const std::string count = several ? count_of(i, quiz.size()) + " · " : "Check yourself · ";
  ui.muted(prefix + "level", count + level_name(question.level));
  ui.prompt(prefix + "prompt", question.prompt);
  const std::string manner = manner_of(question.type);
  if (!manner.empty()) ui.muted(prefix + "manner", manner);
  ui.gap(1);
  draw_answer(ui, quiz, i, prefix);
  if (item.hint_shown && !is_final(item)) ui.note(prefix + "hint.text", "Hint", question.hint);
  if (question.type == Type::predict && item.phase == Phase::revealed)
    ui.outcome(prefix + "status", quiz.message(i));
  else
    ui.status(prefix + "status", quiz.message(i), item.phase == Phase::right);
  if (is_final(item)) ui.note(prefix + "why", "Why", question.why);
  ui.gap(1);
  const QuizRequest::Kind asked = draw_actions(ui, quiz, i, prefix);
  draw_confidence(ui, quiz, i, prefix);
  if (several) draw_summary(ui, quiz);
  return {asked, i};
}

}  // namespace grad::ui
