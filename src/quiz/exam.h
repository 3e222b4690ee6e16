#pragma once

// Papers and exams. A blueprint says what is to be asked; from a bank it makes a paper, the same
// one wherever the seed is the same. An exam is a paper being answered against a clock: nothing is
// graded, and no key shown, before it is handed in. Without a time it is practice, with feedback at
// once, as in a lesson.

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "quiz/quiz.h"

namespace grad::quiz {

/// What a paper is made of. An empty list leaves nothing out.
struct Blueprint {
  int count = 20;  ///< of questions, 1 to 200; the paper is shorter where the bank has not as many
  std::vector<std::string> lessons, topics;  ///< questions of any of these
  std::vector<int> levels;
  std::vector<std::string> among;  ///< ids: these questions only
  int minutes = 0;                 ///< up to 600; 0: practice
  std::uint64_t seed = 1;          ///< below 2^53
};

/// The blueprint as it stands in addresses, without what is as in Blueprint():
/// "count=10&lessons=a,b&topics=c&levels=1,2&among=d&minutes=30&seed=7".
std::string to_text(const Blueprint& blueprint);
/// Throws Error with one sentence for what is no blueprint; names that it does not know are
/// ignored.
Blueprint read_blueprint(std::string_view text);

/// Reads what papers and reviews are planned from: of every question of the course id, lesson,
/// level, topics and type, {version, questions: [[id, lesson, level, type, topic, …]]}. The
/// questions that it gives cannot be asked; that takes the banks of their lessons. A fiftieth of
/// the time and a tenth of the bytes of these banks. Throws Error with one sentence.
Bank load_catalogue(std::string_view json);

/// The questions that fit a blueprint, in the order of the bank.
std::vector<const Question*> fitting(const Bank& bank, const Blueprint& blueprint);
/// The ids of a paper. Levels and topics are asked about as evenly as the bank allows; neighbours
/// differ in their first topic where that is possible. Every question has a place of its own in a
/// lottery drawn by (seed, id), so a question that joins the bank takes few places. Throws Error if
/// no question fits.
std::vector<std::string> make_paper(const Bank& bank, const Blueprint& blueprint);
/// Brings questions into an order in which neighbours differ in their first topic, where that is
/// possible.
void interleave(std::vector<const Question*>& questions);

struct Score {
  int right = 0, asked = 0;
};
struct Result {
  Score all;
  int unanswered = 0;
  std::vector<std::pair<std::string, Score>> topics;  ///< by name; a question counts for each
};

class Exam {
 public:
  enum class State { running, paused, handed_in };

  /// As Quiz(); `minutes` 0: practice.
  Exam(const Bank& bank, std::span<const std::string> ids, std::uint64_t seed, int minutes);

  const Quiz& quiz() const { return quiz_; }
  State state() const { return state_; }
  bool timed() const { return minutes_ > 0; }
  /// Milliseconds that have been counted.
  double elapsed() const { return elapsed_; }

  /// As act() in actions.h, but in a timed exam only what changes an answer; nothing while paused
  /// or once handed in, except to go to another question.
  void act(std::string_view action, int item, int option, std::string_view text);

  /// Tells the time, in milliseconds by any clock: while the exam runs, what has passed since the
  /// last time told is counted, but at most 5 seconds of it. So a lost tab, a computer asleep and a
  /// clock that is set cost nothing. When the time is up the exam hands itself in.
  void tick(double now);
  void pause();
  void resume();
  /// Grades what is answered and shows all keys. For good.
  void hand_in();

  /// First tries that were right, of all questions.
  Result result() const;

  /// {version, seed, minutes, state, elapsed, ids, answers} as JSON.
  std::string save() const;
  /// The exam that save() wrote, paused if it was running. Questions that the bank no longer has
  /// are left out. Throws Error with one sentence for a text that is damaged, of a newer version,
  /// or left without a question.
  static std::unique_ptr<Exam> load(const Bank& bank, std::string_view json);
  /// {state, timed, elapsed, limit (milliseconds), answered: [whether question k has an answer],
  /// quiz: Quiz::view_model(), result (once handed in): {right, asked, unanswered, topics: {name:
  /// [right, asked]}}} as JSON.
  std::string view_model() const;

 private:
  Quiz quiz_;
  std::vector<std::string> ids_;
  std::uint64_t seed_;
  int minutes_;
  State state_ = State::running;
  double elapsed_ = 0;
  bool told_ = false;  // whether last_ is the time told since the exam last began to run
  double last_ = 0;
};

}  // namespace grad::quiz
