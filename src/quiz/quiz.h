#pragma once

// Questions, answers and grading: pure state, no drawing, no input or output. The ImGui view, the
// HTML form and the tests all act through `Quiz` and read the same state back.
//
// Rules, from research on learning: the answer stays hidden until it is found or given up; a wrong
// answer is explained at once, for what was chosen only; then only the missed question is tried
// again; the score counts first tries. Hints are free. There is no partial credit: a multiple
// choice is right when exactly the correct options are chosen. A prediction is locked in once: a
// run then shows how it comes out, and being wrong first is what the question is for. A question
// with variants asks with other numbers when it is tried again.

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace grad::quiz {

struct Json;

enum class Type { single, multiple, numeric, predict, order, match, fill, output, task };

struct Option {
  std::string text;
  bool correct = false;  ///< single and multiple
  std::string feedback;  ///< why it is right or wrong, or stands where it stands; never empty
  std::string left;      ///< match: what it belongs to; "" if to nothing
};

/// What to say to a wrong text that people often give.
struct TextFeedback {
  std::string wrong, text;
};

/// A text to be typed: a gap to be filled, or what a program prints.
struct Gap {
  std::vector<std::string> accepted;  ///< at least one; the first one is shown as the answer
  std::vector<TextFeedback> feedback;
};

/// What a run must come to: `name` is one of its read-outs or parameters.
struct Condition {
  enum class Compare { below, at_most, at_least, above, equals } compare = Compare::below;
  std::string name, label;
  double value = 0;
  /// Names of the values 0, 1, …; empty for what is a number. Only with `equals`.
  std::vector<std::string> choices;
};

/// Feedback for one wrong number that people often give.
struct NumberFeedback {
  double value;
  std::string text;
};

/// What stands for "{{expression}}" in a question with variants.
struct Slot {
  std::string expression, text;
  bool late = false;  ///< only in the why or the answer, so not to be shown before the end
  bool operator==(const Slot&) const = default;
};

/// The run of a demo whose outcome is to be predicted, or (task) one that does what is asked. This
/// room only passes it on; the engine made a prediction's value from it (`gradschool quiz check`
/// runs both again).
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
  std::vector<Option> options;  ///< single, multiple; order: as is right; match: pairs, then others
  /// numeric and predict: right when |entered - value| <= tolerance, give or take rounding (a
  /// relative 1e-12, so that 0.4 is within 0.1 of 0.3).
  double value = 0, tolerance = 0;
  std::string unit;
  PredictedRun run;                      ///< predict, task
  std::vector<NumberFeedback> feedback;  ///< numeric
  std::vector<Gap> gaps;                 ///< fill: one for each "___" in `text`; output: one
  std::string text;                      ///< fill
  std::string code, language;            ///< output: a program, in "cpp" or "python"
  std::vector<Condition> conditions;     ///< task: all must hold
  /// As written, with expressions for numbers; null for a question that is always the same. Texts
  /// and numbers above are then those of one draw (see drawn()).
  std::shared_ptr<const Json> variant;
  std::vector<Slot> slots;     ///< of this draw, by expression
  std::string lesson, anchor;  ///< where the lesson explains it; may be empty
};

struct Bank {
  std::string lesson, title;
  std::vector<std::string> quick_check;  ///< ids of the lesson's quick check, level never falling
  std::vector<Question> questions;
  /// Questions that were left out because something is wrong with them: id ("" if it has none that
  /// can be used) and a sentence.
  std::vector<std::pair<std::string, std::string>> left_out;
  /// Null where there is none.
  const Question* find(std::string_view id) const;
};

/// Reads the JSON that the site build makes of quiz.yml. A question that is malformed is left out,
/// with one sentence that names the place ("Question 3 (opt-rate): option 2 has no feedback.");
/// members that are not known are left alone. Throws Error with a sentence if the bank as a whole
/// cannot be read. Limits: 16 MB, 10,000 questions, 2 to 12 options, 4,000 characters a text.
Bank load_bank(std::string_view json);

/// The question with the numbers of one draw; the same draw gives the same numbers. Questions
/// without variants come back as they are. Throws Error if no numbers make a valid question.
Question drawn(const Question& question, std::uint32_t draw);
/// The draw with which a quiz of this seed begins.
std::uint32_t first_draw(const Question& question, std::uint64_t seed);

/// Where a question stands. open → check → right or wrong; wrong → retry → open, or reveal →
/// revealed. A prediction is never wrong: open → check → right or revealed. `right` and `revealed`
/// are final and show the why.
enum class Phase { open, wrong, right, revealed };

constexpr bool is_final(Phase phase) { return phase == Phase::right || phase == Phase::revealed; }
/// The names used in saved answers and view models: "open", "wrong", "right", "revealed".
const char* name_of(Phase phase);
/// As in quiz.yml: "single", "multiple", "numeric", "predict", "order", "match", "fill", "output",
/// "do".
const char* name_of(Type type);
/// Whether the answer is a number that is typed.
constexpr bool takes_number(Type type) { return type == Type::numeric || type == Type::predict; }
/// Whether the answer is text that is typed.
constexpr bool takes_text(Type type) { return type == Type::fill || type == Type::output; }
/// Whether options are chosen.
constexpr bool takes_choice(Type type) { return type == Type::single || type == Type::multiple; }
/// Whether options are brought into their places.
constexpr bool takes_order(Type type) { return type == Type::order || type == Type::match; }

/// How sure the learner said to be before the first check.
enum class Confidence { none, sure, unsure };
/// The names used in saved answers and view models: "", "sure", "unsure".
const char* name_of(Confidence confidence);

struct Item {
  const Question* question = nullptr;
  Phase phase = Phase::open;
  std::vector<int> order;    ///< display order: order[k] is the option shown at place k
  std::vector<bool> chosen;  ///< by option index (not place)
  std::vector<int> placed;   ///< order and match: placed[k] is the option now at place k
  /// numeric, predict, output: as typed; fill: a line for each gap; task: what the learner's run
  /// came to, "name:value" for each condition, separated by commas.
  std::string entered;
  std::string problem;  ///< why check() could not grade ("Choose an option first."), else empty
  int tries = 0;        ///< graded answers
  bool first_right = false;
  bool hint_shown = false;
  Confidence confidence = Confidence::none;
  std::uint32_t draw = 0;  ///< of a question with variants

  /// The first try was wrong although the learner was sure: such questions come back first.
  bool sure_but_wrong() const {
    return confidence == Confidence::sure && tries > 0 && !first_right;
  }
  /// The same question in the same order, unanswered.
  Item fresh() const;
  bool operator==(const Item&) const = default;
};

/// A sequence of questions being answered. Every action that does not fit the state (a choice after
/// the answer was revealed, an index out of range) is ignored and changes nothing.
class Quiz {
 public:
  /// Throws Error naming an id that the bank lacks or that is given twice, and for no ids at all.
  /// Options are shuffled and numbers drawn by (seed, id), so the same seed shows the same whatever
  /// other questions there are.
  Quiz(const Bank& bank, std::span<const std::string> ids, std::uint64_t seed);
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
  /// numeric, predict, output: replaces the text; fill: that of one gap; task: what the run came to
  /// ("name:value,…"; other names than the conditions' are dropped). Only while open; text that is
  /// not UTF-8, has several lines or is longer than 64 bytes (fill, output: 200; task: 4,000) is
  /// ignored.
  void enter(int i, std::string_view text, int gap = 0);
  /// order: takes the option at place `from` out and puts it in at place `to`; match: the options
  /// at two places change places. Only while open.
  void move(int i, int from, int to);
  /// Notes how sure the learner is, until the first check.
  void rate(int i, Confidence confidence);
  /// Grades the answer. With nothing to grade, sets `problem`, stays open and counts no try.
  void check(int i);
  /// wrong → open. A single choice is cleared; everything else stays, to be amended, unless the
  /// question has variants: then it is asked with other numbers.
  void retry(int i);
  /// wrong → revealed.
  void reveal(int i);
  /// Until the question is final; ignored where there is no hint.
  void show_hint(int i);
  /// All questions open again (progress of first tries is forgotten) with other numbers, back to
  /// the first.
  void reset();
  /// Finished questions that were not right at the first try, predictions excepted, are open again;
  /// the score stays.
  void repeat_missed();
  /// How many those are.
  int missed() const;

  /// What to tell the learner now: "Right." or "Not yet." and feedback for what they chose, then
  /// the answer once revealed; what came out of a prediction, and how far away it was; what the run
  /// taken for a task has come to, while it is open; the problem if check() had nothing to grade;
  /// else "". For several choices it says how many of the chosen ones are right, and that something
  /// is missing only when all of them are.
  std::string message(int i) const;
  /// Feedback to show beside an option, or "" (only for chosen ones, or all once final). For order
  /// and match: only once final.
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
  /// Everything a view needs, as JSON: {revision, current, done, score, missed, items: [{id, type,
  /// phase, order, chosen, placed, entered, problem, message, has_hint, hint, hint_shown,
  /// confidence, tries, first_right, slots: {…}, feedback: […]}]}; `hint` is "" until shown; late
  /// slots come at the end; in a final phase an item also has `why` and the right answer: `correct`
  /// (by option) or `answer` (a text).
  std::string view_model() const;

 private:
  Item* find(int i);  // null for an index out of range
  Item begin(std::size_t i, std::uint32_t draw);
  void begin_again(std::size_t i);
  void ask_again(std::size_t i);

  std::vector<Question> questions_;  // one for each item
  std::uint64_t seed_;
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
