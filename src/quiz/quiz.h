#pragma once

// Questions, answers and grading: pure state, no drawing, no input or output. The ImGui view, the
// HTML form and the tests all act through `Quiz` and read the same state back.
//
// Rules, from research on learning: the answer stays hidden until it is found or given up; a wrong
// answer is explained at once, for what was chosen only; then only the missed question is tried
// again; the score counts first tries. Hints are free. There is no partial credit: a multiple
// choice is right when exactly the correct options are chosen. A prediction is locked in once: a
// run then shows how it comes out, and being wrong first is what the question is for.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace grad::quiz {

enum class Type { single, multiple, numeric, predict };

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

/// The run of a demo whose outcome is to be predicted. This room only passes it on; the engine made
/// the question's value from it (`gradschool quiz check` does so again).
struct PredictedRun {
  std::string demo;   ///< its name
  std::string state;  ///< as in addresses; without a step the run goes to its end
  std::string readout;
  int decimals = 2;  ///< of the value as shown
};

/// One question as written in quiz.yml. Texts may hold maths between dollar signs.
struct Question {
  std::string id;  ///< permanent: progress and exports hang on it
  Type type = Type::single;
  int level = 1;  ///< 1 recall, 2 apply, 3 analyse, 4 transfer
  std::vector<std::string> topics;
  std::string prompt, hint, why;  ///< hint may be empty
  std::vector<Option> options;    ///< single and multiple
  /// numeric and predict: right when |entered - value| <= tolerance, give or take rounding (a
  /// relative 1e-12, so that 0.4 is within 0.1 of 0.3).
  double value = 0, tolerance = 0;
  std::string unit;
  PredictedRun run;                      ///< predict
  std::vector<NumberFeedback> feedback;  ///< numeric
  std::string lesson, anchor;            ///< where the lesson explains it; may be empty
};

struct Bank {
  std::string lesson, title;
  std::vector<std::string> quick_check;  ///< ids of the lesson's quick check, level never falling
  std::vector<Question> questions;
  /// Null where there is none.
  const Question* find(std::string_view id) const;
};

/// Reads the JSON that the site build makes of quiz.yml. Throws Error with one sentence that names
/// the place ("Question 3 (opt-rate): option 2 has no feedback.") for anything malformed; members
/// that it does not know are left alone. Limits: 8 MB, 2,000 questions, 2 to 12 options, 4,000
/// characters a text.
Bank load_bank(std::string_view json);

/// Where a question stands. open → check → right or wrong; wrong → retry → open, or reveal →
/// revealed. A prediction is never wrong: open → check → right or revealed. `right` and `revealed`
/// are final and show the why.
enum class Phase { open, wrong, right, revealed };

constexpr bool is_final(Phase phase) { return phase == Phase::right || phase == Phase::revealed; }
/// The names used in saved answers and view models: "open", "wrong", "right", "revealed".
const char* name_of(Phase phase);
/// "single", "multiple", "numeric", "predict".
const char* name_of(Type type);
/// Whether the answer is a number that is typed.
constexpr bool takes_number(Type type) { return type == Type::numeric || type == Type::predict; }

struct Item {
  const Question* question = nullptr;
  Phase phase = Phase::open;
  std::vector<int> order;    ///< display order: order[k] is the option shown at place k
  std::vector<bool> chosen;  ///< by option index (not place)
  std::string entered;       ///< numeric and predict: as typed
  std::string problem;  ///< why check() could not grade ("Choose an option first."), else empty
  int tries = 0;        ///< graded answers
  bool first_right = false;
  bool hint_shown = false;

  /// The same question in the same order, unanswered.
  Item fresh() const;
  bool operator==(const Item&) const = default;
};

/// A sequence of questions being answered. Every action that does not fit the state (a choice after
/// the answer was revealed, an index out of range) is ignored and changes nothing.
class Quiz {
 public:
  /// Throws Error naming an id that the bank lacks or that is given twice, and for no ids at all.
  /// Options are shuffled by (seed, id), so the same seed shows the same order whatever other
  /// questions there are.
  Quiz(Bank bank, std::span<const std::string> ids, std::uint64_t seed);
  Quiz(const Quiz&) = delete;
  Quiz& operator=(const Quiz&) = delete;

  int size() const { return static_cast<int>(items_.size()); }
  /// Throws Error for an index out of range.
  const Item& item(int i) const;
  int current() const { return current_; }
  /// Grows by one with every action that changes something, so that views know when to look again.
  std::uint64_t revision() const { return revision_; }

  void go(int i);
  /// single: selects it alone (`on` false is ignored); multiple: sets it on or off. Only while
  /// open.
  void choose(int i, int option, bool on = true);
  /// numeric and predict: replaces the text. Only while open; text that is not UTF-8 or longer than
  /// 64 bytes is ignored.
  void enter(int i, std::string_view text);
  /// Grades the answer. With nothing to grade, sets `problem`, stays open and counts no try.
  void check(int i);
  /// wrong → open. A single choice is cleared; several choices and a number stay, to be amended.
  void retry(int i);
  /// wrong → revealed.
  void reveal(int i);
  /// Until the question is final; ignored where there is no hint.
  void show_hint(int i);
  /// All questions open again (progress of first tries is forgotten), back to the first.
  void reset();

  /// What to tell the learner now: "Right." or "Not yet." and feedback for what they chose, then
  /// the answer once revealed; what came out of a prediction, and how far away it was; the problem
  /// if check() had nothing to grade; else "". For several
  /// choices it says how many of the chosen ones are right, and that something is missing only when
  /// all of them are.
  std::string message(int i) const;
  /// Feedback to show beside an option, or "" (only for chosen ones, or all once final).
  std::string option_feedback(int i, int option) const;

  /// Questions that reached a final phase, and those right at the first try.
  int done() const;
  int score() const;

  /// The answers so far as one JSON object, and back. Answers in a record to other questions, and
  /// to questions that were rewritten so that the saved answer no longer fits, are kept and written
  /// again by save() (until the question is answered anew). restore() replaces all answers; it
  /// throws Error with one sentence for a record that is damaged or written by a newer version, and
  /// then has changed nothing.
  std::string save() const;
  void restore(std::string_view json);
  /// Everything a view needs, as JSON: {revision, current, done, score, items: [{id, type, phase,
  /// order, chosen, entered, problem, message, has_hint, hint, hint_shown, tries, first_right,
  /// feedback: […]}]}; `hint` is "" until shown; in a final phase an item also has `why` and the
  /// right answer: `correct` (by option) or `answer` (a text).
  std::string view_model() const;

 private:
  Item* find(int i);  // null for an index out of range

  Bank bank_;
  std::vector<Item> items_;
  std::vector<std::pair<std::string, std::string>> kept_;  // id and JSON of answers not ours to use
  std::uint64_t revision_ = 0;
  int current_ = 0;
};

/// Parses a number as people type it: "0.8", "-3", ".5", "1e-3", "1,5" (decimal comma), "2/3",
/// "80%" (0.8); spaces around the parts, and the typographic minus sign. False if it is none, not
/// finite, longer than 64 bytes, or could be either of two numbers ("1,250"); then `value` is
/// untouched.
bool parse_number(std::string_view text, double& value);

}  // namespace grad::quiz
