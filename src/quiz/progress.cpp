// Saved answers and the view model: the state of a quiz as JSON.

#include <algorithm>
#include <optional>
#include <set>

#include "quiz/grading.h"
#include "quiz/json.h"
#include "quiz/quiz.h"
#include "tensor/check.h"

namespace grad::quiz {
namespace {

constexpr int kVersion = 1;
constexpr std::size_t kMaxBytes = 1'000'000;
constexpr int kMaxTries = 1'000'000;

using Kind = Json::Kind;

[[noreturn]] void damaged(const std::string& how) {
  fail("The saved answers are damaged: " + how + ".");
}

const Json& member(const Json& json, const char* name, Kind kind, const std::string& place) {
  const Json* found = json.find(name);
  if (found == nullptr || found->kind != kind) damaged(place + " has no valid " + name);
  return *found;
}

int whole_number(const Json& json, int max, const std::string& place) {
  const double number = json.number;
  if (json.kind != Kind::number || !(number >= 0 && number <= max) ||
      number != static_cast<int>(number))
    damaged(place + " is not a whole number from 0 to " + std::to_string(max));
  return static_cast<int>(number);
}

Phase read_phase(const Json& json, const std::string& place) {
  for (const Phase phase : {Phase::open, Phase::wrong, Phase::right, Phase::revealed})
    if (json.string == name_of(phase)) return phase;
  damaged(place + " has no valid phase");
}

/// Whether the state is one that the question, as it is now, can be in.
bool fits(const Item& item) {
  const auto chosen = std::count(item.chosen.begin(), item.chosen.end(), true);
  const Type type = item.question->type;
  if (type == Type::single && chosen > 1) return false;
  if ((takes_choice(type) || takes_order(type)) && !item.entered.empty()) return false;
  const std::size_t lines = lines_of(item.entered, 1).size();
  if (lines != 1 && (type != Type::fill || lines != item.question->gaps.size())) return false;
  if (type == Type::predict && item.tries != (item.phase == Phase::open ? 0 : 1)) return false;
  if (type == Type::predict && item.phase == Phase::wrong) return false;
  if (item.phase == Phase::open) return true;
  return obstacle(item).empty() && is_right(item) == (item.phase == Phase::right);
}

std::size_t max_entry(const Question& question) {
  if (question.type == Type::task) return kMaxReport;
  return takes_text(question.type) ? (kMaxText + 1) * question.gaps.size() : kMaxNumber;
}

/// Chosen or placed options: whether they are among the question's.
bool read_options(const Json& json, const char* name, const std::string& place, std::size_t count,
                  std::vector<int>& options) {
  for (const Json& option : member(json, name, Kind::array, place).items)
    options.push_back(whole_number(option, kMaxTries, place + " option"));
  return std::all_of(options.begin(), options.end(),
                     [&](int option) { return static_cast<std::size_t>(option) < count; });
}

Confidence read_confidence(const Json& json, const std::string& place) {
  if (json.find("confidence") == nullptr) return Confidence::none;
  const std::string& name = member(json, "confidence", Kind::string, place).string;
  for (const Confidence each : {Confidence::none, Confidence::sure, Confidence::unsure})
    if (name == name_of(each)) return each;
  damaged(place + " has no valid confidence");
}

/// The saved state of one question on top of `item`, which is fresh; nothing if the question was
/// rewritten since, so that the answer no longer fits. Throws for a damaged one.
std::optional<Item> read_item(const Json& json, Item item) {
  const Question& question = *item.question;
  const std::string place = "question " + question.id;
  item.phase = read_phase(member(json, "phase", Kind::string, place), place);
  item.entered = member(json, "entered", Kind::string, place).string;
  if (item.entered.size() > kMaxReport) damaged(place + " has an entry of more than 4,000 bytes");
  item.tries =
      whole_number(member(json, "tries", Kind::number, place), kMaxTries, place + " tries");
  if (item.tries == 0 && item.phase != Phase::open) damaged(place + " is graded without a try");
  item.first_right = item.phase == Phase::right && item.tries == 1;
  item.hint_shown =
      member(json, "hint_shown", Kind::boolean, place).boolean && !question.hint.empty();
  item.confidence = read_confidence(json, place);
  std::vector<int> chosen;
  bool fit = read_options(json, "chosen", place, item.chosen.size(), chosen);
  if (fit)
    for (const int option : chosen) item.chosen[static_cast<std::size_t>(option)] = true;
  if (json.find("placed") != nullptr) {
    std::vector<int> placed;
    fit = fit && read_options(json, "placed", place, item.placed.size(), placed) &&
          std::is_permutation(placed.begin(), placed.end(), item.placed.begin(), item.placed.end());
    item.placed = std::move(placed);
  }
  if (!fit || item.entered.size() > max_entry(question) || !fits(item)) return std::nullopt;
  return item;
}

/// Draws the question's numbers as they were when the answer was saved. False if the question was
/// rewritten, so that this cannot be done.
bool draw_again(const Json& json, Item& item, Question& question) {
  const std::string place = "question " + question.id;
  if (json.kind != Kind::object) damaged(place + " is not an object");
  if (question.variant == nullptr) return true;
  const Json* draw = json.find("draw");
  if (draw == nullptr || draw->kind != Kind::number || !(draw->number >= 0) ||
      draw->number > 0xffffffffu)
    return false;
  try {
    item.draw = static_cast<std::uint32_t>(draw->number);
    question = drawn(question, item.draw);
    return true;
  } catch (const Error&) {
    return false;
  }
}

/// Whether there is nothing to save (a problem that check() named is not saved).
bool is_untouched(Item item) {
  item.problem.clear();
  return item == item.fresh();
}

void write_numbers(JsonWriter& out, const char* name, const std::vector<int>& numbers) {
  out.key(name).begin_array();
  for (const int number : numbers) out.value(number);
  out.end_array();
}

void write_item(JsonWriter& out, const Item& item) {
  out.begin_object().member("phase", name_of(item.phase)).key("chosen").begin_array();
  for (std::size_t k = 0; k < item.chosen.size(); k++)
    if (item.chosen[k]) out.value(static_cast<int>(k));
  out.end_array()
      .member("entered", item.entered)
      .member("tries", item.tries)
      .member("hint_shown", item.hint_shown);
  if (!item.placed.empty()) write_numbers(out, "placed", item.placed);
  if (item.confidence != Confidence::none) out.member("confidence", name_of(item.confidence));
  if (item.question->variant != nullptr) out.key("draw").raw(std::to_string(item.draw));
  out.end_object();
}

void write_answer(JsonWriter& out, const Question& question) {
  out.member("why", question.why);
  if (!takes_choice(question.type)) {
    out.member("answer", answer_text(question));
    return;
  }
  out.key("correct").begin_array();
  for (const Option& option : question.options) out.value(option.correct);
  out.end_array();
}

}  // namespace

std::string Quiz::save() const {
  JsonWriter out;
  out.begin_object().member("version", kVersion);
  out.member("current", items_[static_cast<std::size_t>(current_)].question->id);
  out.key("items").begin_object();
  std::set<std::string_view> written;
  for (const Item& item : items_) {
    if (is_untouched(item)) continue;
    write_item(out.key(item.question->id), item);
    written.insert(item.question->id);
  }
  for (const auto& [id, json] : kept_)
    if (!written.contains(id)) out.key(id).raw(json);
  out.end_object().end_object();
  return out.text();
}

void Quiz::restore(std::string_view json) {
  Json root;
  try {
    root = parse_json(json, kMaxBytes);
  } catch (const Error& error) {
    damaged(error.what());
  }
  if (root.kind != Kind::object) damaged("they are not an object");
  const double version = member(root, "version", Kind::number, "the record").number;
  grad::check(version <= kVersion,
              "The saved answers were written by a newer version of the course.");
  if (version != kVersion) damaged("there is no version " + number_text(version));
  const std::string& current = member(root, "current", Kind::string, "the record").string;
  const Json& saved = member(root, "items", Kind::object, "the record");

  // Everything is read before anything is changed.
  std::vector<Item> items;
  std::set<std::string_view> used;
  int current_item = current_;
  std::vector<Question> questions = questions_;
  for (std::size_t k = 0; k < items_.size(); k++) {
    Item fresh = items_[k].fresh();
    fresh.question = &questions[k];
    const std::string& id = fresh.question->id;
    const Json* answer = saved.find(id);
    std::optional<Item> read;
    if (answer != nullptr && draw_again(*answer, fresh, questions[k]))
      read = read_item(*answer, fresh);
    if (id == current) current_item = static_cast<int>(k);
    items.push_back(read.value_or(fresh));
    if (read) used.insert(items_[k].question->id);
  }
  std::vector<std::pair<std::string, std::string>> kept;
  for (std::size_t k = 0; k < saved.names.size(); k++)
    if (!used.contains(saved.names[k]))
      kept.emplace_back(saved.names[k], JsonWriter().value(saved.items[k]).text());

  kept_ = std::move(kept);
  std::swap_ranges(questions_.begin(), questions_.end(), questions.begin());
  for (std::size_t k = 0; k < items.size(); k++) items[k].question = &questions_[k];
  if (items == items_ && current_item == current_) return;
  items_ = std::move(items);
  current_ = current_item;
  revision_++;
}

std::string Quiz::view_model() const {
  JsonWriter out;
  out.begin_object();
  out.key("revision").raw(std::to_string(revision_));
  out.member("current", current_).member("done", done()).member("score", score());
  out.member("missed", missed());
  out.key("items").begin_array();
  for (int i = 0; i < size(); i++) {
    const Item& item = items_[static_cast<std::size_t>(i)];
    const Question& question = *item.question;
    out.begin_object().member("id", question.id).member("type", name_of(question.type));
    out.member("phase", name_of(item.phase));
    write_numbers(out, "order", item.order);
    out.key("chosen").begin_array();
    for (const bool chosen : item.chosen) out.value(chosen);
    out.end_array();
    write_numbers(out, "placed", item.placed);
    out.key("slots").begin_object();
    for (const Slot& slot : question.slots)
      if (!slot.late || is_final(item.phase)) out.member(slot.expression, slot.text);
    out.end_object().member("confidence", name_of(item.confidence));
    out.member("entered", item.entered).member("problem", item.problem);
    out.member("message", message(i)).member("has_hint", !question.hint.empty());
    out.member("hint", item.hint_shown ? question.hint : std::string());
    out.member("hint_shown", item.hint_shown).member("tries", item.tries);
    out.member("first_right", item.first_right).key("feedback").begin_array();
    for (int option = 0; option < static_cast<int>(question.options.size()); option++)
      out.value(option_feedback(i, option));
    out.end_array();
    if (is_final(item.phase)) write_answer(out, question);
    out.end_object();
  }
  out.end_array().end_object();
  return out.text();
}

}  // namespace grad::quiz
