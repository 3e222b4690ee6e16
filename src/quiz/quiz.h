#pragma once

// Questions, answers and grading: pure state, no drawing, no input or output. The ImGui view, the
// HTML form and the tests all act through `Quiz` and read the same state back.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace grad::quiz {

enum class Type { single, multiple, numeric };

struct Option {
  std::string text;
  bool correct = false;
  std::string feedback;  ///< why this option is right or wrong; never empty
};

/// Feedback for one wrong number that people often give.
struct NumberFeedback {
  double value;
  std::string text;
};

/// One question as written in quiz.yml. Texts may hold maths between dollar signs.
struct Question {
  std::string id;  ///< permanent: progress and exports hang on it
  Type type = Type::single;
  int level = 1;  ///< 1 recall, 2 apply, 3 analyse, 4 transfer
  std::vector<std::string> topics;
  std::string prompt, hint, why;
  std::vector<Option> options;      ///< single and multiple
  double value = 0, tolerance = 0;  ///< numeric: right when |entered - value| <= tolerance
  std::string unit;
  std::vector<NumberFeedback> feedback;  ///< numeric
};

struct Bank {
  std::string lesson, title;
  std::vector<std::string> quick_check;  ///< ids of the lesson's quick check, rising level
  std::vector<Question> questions;
  /// Null where there is none.
  const Question* find(std::string_view id) const;
};

/// Reads the JSON that the site build makes of quiz.yml. Throws Error with one sentence that names
/// the place ("question 3 (opt-rate): an option has no feedback") for anything malformed; limits: 1
/// MB, 2,000 questions, 12 options, 4,000 characters a text.
Bank load_bank(std::string_view json);

/// Where a question stands. open → check → right or wrong; wrong → retry → open, or reveal →
/// revealed. `right` and `revealed` are final and show the why.
enum class Phase { open, wrong, right, revealed };

struct Item {
  const Question* question;
  Phase phase = Phase::open;
  std::vector<int> order;    ///< display order: order[k] is the option shown at place k
  std::vector<bool> chosen;  ///< by option index (not place)
  std::string entered;       ///< numeric: as typed
  std::string problem;  ///< why check() could not grade ("Choose an option first."), else empty
  int tries = 0;
  bool first_right = false;
  bool hint_shown = false;
};

/// A sequence of questions being answered. Every action that does not fit the state (a choice after
/// the answer was revealed, an index out of range) is ignored and changes nothing.
class Quiz {
 public:
  /// Throws Error naming an id that the bank lacks. Options are shuffled by (seed, id), so the same
  /// seed shows the same order whatever other questions there are.
  Quiz(Bank bank, std::span<const std::string> ids, std::uint64_t seed);
  Quiz(const Quiz&) = delete;
  Quiz& operator=(const Quiz&) = delete;

  int size() const { return static_cast<int>(items_.size()); }
  const Item& item(int i) const;
  int current() const { return current_; }
  /// Changes with every change of state, so that views know when to look again.
  std::uint64_t revision() const { return revision_; }

  void go(int i);
  /// single: selects it alone; multiple: sets it on or off. Only while open.
  void choose(int i, int option, bool on = true);
  void enter(int i, std::string_view text);
  /// Grades the answer. With nothing to grade, sets `problem` and stays open.
  void check(int i);
  void retry(int i);
  void reveal(int i);
  void show_hint(int i);
  /// All questions open again (progress of first tries is forgotten).
  void reset();

  /// What to tell the learner now: feedback for what they chose, "Right." or "Not yet." first.
  std::string message(int i) const;
  /// Feedback to show beside an option, or "" (only for chosen ones, or all once final).
  std::string option_feedback(int i, int option) const;

  /// Questions that reached a final phase, and those right at the first try.
  int done() const;
  int score() const;

  /// The answers so far as one JSON object, and back. restore() throws Error with one sentence for
  /// a damaged record and then has changed nothing; items unknown to this quiz are left out.
  std::string save() const;
  void restore(std::string_view json);
  /// Everything a view needs, as JSON: {revision, current, done, score, items: [{id, type, phase,
  /// order, chosen, entered, problem, message, hint_shown, tries, first_right, feedback: […],
  /// why}]}; `why` and the right answer appear only in a final phase.
  std::string view_model() const;

 private:
  Bank bank_;
  std::vector<Item> items_;
  std::uint64_t seed_;
  std::uint64_t revision_ = 0;
  int current_ = 0;
};

/// Parses a number as people type it: "0.8", "-3", ".5", "1e-3", "1,5" (decimal comma), "2/3".
/// Empty if it is none.
bool parse_number(std::string_view text, double& value);

}  // namespace grad::quiz
