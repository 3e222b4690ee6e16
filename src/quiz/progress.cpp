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
constexpr std::size_t kMaxEntry = 64;
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
  if (!takes_number(type) && !item.entered.empty()) return false;
  if (type == Type::predict && item.tries != (item.phase == Phase::open ? 0 : 1)) return false;
  if (type == Type::predict && item.phase == Phase::wrong) return false;
  if (item.phase == Phase::open) return true;
  return obstacle(item).empty() && is_right(item) == (item.phase == Phase::right);
}

/// The saved state of one question on top of `item`, which is fresh; nothing if the question was
/// rewritten since, so that the answer no longer fits. Throws for a damaged one.
std::optional<Item> read_item(const Json& json, Item item) {
  const std::string place = "question " + item.question->id;
  if (json.kind != Kind::object) damaged(place + " is not an object");
  item.phase = read_phase(member(json, "phase", Kind::string, place), place);
  item.entered = member(json, "entered", Kind::string, place).string;
  if (item.entered.size() > kMaxEntry) damaged(place + " has an entry of more than 64 bytes");
  item.tries =
      whole_number(member(json, "tries", Kind::number, place), kMaxTries, place + " tries");
  if (item.tries == 0 && item.phase != Phase::open) damaged(place + " is graded without a try");
  item.first_right = item.phase == Phase::right && item.tries == 1;
  item.hint_shown =
      member(json, "hint_shown", Kind::boolean, place).boolean && !item.question->hint.empty();
  bool options_exist = true;
  for (const Json& option : member(json, "chosen", Kind::array, place).items) {
    const int index = whole_number(option, kMaxTries, place + " option");
    if (index < static_cast<int>(item.chosen.size()))
      item.chosen[static_cast<std::size_t>(index)] = true;
    else
      options_exist = false;
  }
  if (!options_exist || !fits(item)) return std::nullopt;
  return item;
}

/// Whether there is nothing to save (a problem that check() named is not saved).
bool is_untouched(Item item) {
  item.problem.clear();
  return item == item.fresh();
}

void write_item(JsonWriter& out, const Item& item) {
  out.begin_object().member("phase", name_of(item.phase)).key("chosen").begin_array();
  for (std::size_t k = 0; k < item.chosen.size(); k++)
    if (item.chosen[k]) out.value(static_cast<int>(k));
  out.end_array()
      .member("entered", item.entered)
      .member("tries", item.tries)
      .member("hint_shown", item.hint_shown)
      .end_object();
}

void write_answer(JsonWriter& out, const Question& question) {
  out.member("why", question.why);
  if (takes_number(question.type)) {
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
  for (const Item& old : items_) {
    const Json* answer = saved.find(old.question->id);
    const std::optional<Item> read = answer ? read_item(*answer, old.fresh()) : std::nullopt;
    if (old.question->id == current) current_item = static_cast<int>(items.size());
    items.push_back(read.value_or(old.fresh()));
    if (read) used.insert(old.question->id);
  }
  std::vector<std::pair<std::string, std::string>> kept;
  for (std::size_t k = 0; k < saved.names.size(); k++)
    if (!used.contains(saved.names[k]))
      kept.emplace_back(saved.names[k], JsonWriter().value(saved.items[k]).text());

  kept_ = std::move(kept);
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
  out.key("items").begin_array();
  for (int i = 0; i < size(); i++) {
    const Item& item = items_[static_cast<std::size_t>(i)];
    const Question& question = *item.question;
    out.begin_object().member("id", question.id).member("type", name_of(question.type));
    out.member("phase", name_of(item.phase));
    out.key("order").begin_array();
    for (const int option : item.order) out.value(option);
    out.end_array().key("chosen").begin_array();
    for (const bool chosen : item.chosen) out.value(chosen);
    out.end_array().member("entered", item.entered).member("problem", item.problem);
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
