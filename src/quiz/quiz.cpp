#include "quiz/quiz.h"

#include <algorithm>
#include <numeric>

#include "quiz/grading.h"
#include "quiz/json.h"
#include "tensor/check.h"
#include "tensor/rng.h"

namespace grad::quiz {
namespace {

constexpr std::size_t kMaxEntry = 64;

/// FNV-1a: gives every question a generator of its own.
std::uint64_t hash(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325u;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
  return hash;
}

std::vector<int> shuffled(const Question& question, std::uint64_t seed) {
  std::vector<int> order(question.options.size());
  std::iota(order.begin(), order.end(), 0);
  Rng rng = Rng(seed).split(hash(question.id));
  rng.shuffle(order);
  return order;
}

}  // namespace

const char* name_of(Phase phase) {
  constexpr const char* names[] = {"open", "wrong", "right", "revealed"};
  return names[static_cast<int>(phase)];
}

Item Item::fresh() const {
  Item item = *this;
  item.phase = Phase::open;
  item.chosen.assign(question->options.size(), false);
  item.entered.clear();
  item.problem.clear();
  item.tries = 0;
  item.first_right = item.hint_shown = false;
  return item;
}

Quiz::Quiz(Bank bank, std::span<const std::string> ids, std::uint64_t seed)
    : bank_(std::move(bank)) {
  grad::check(!ids.empty(), "A quiz needs at least one question.");
  for (const std::string& id : ids) {
    const Question* question = bank_.find(id);
    grad::check(question != nullptr,
                [&] { return "The bank \"" + bank_.lesson + "\" has no question " + id + "."; });
    for (const Item& item : items_)
      grad::check(item.question != question, [&] { return "Question " + id + " is asked twice."; });
    Item item;
    item.question = question;
    item.order = shuffled(*question, seed);
    items_.push_back(item.fresh());
  }
}

const Item& Quiz::item(int i) const {
  grad::check(i >= 0 && i < size(), [&] {
    return "There is no question " + std::to_string(i) + " among " + std::to_string(size()) + ".";
  });
  return items_[static_cast<std::size_t>(i)];
}

Item* Quiz::find(int i) {
  return i >= 0 && i < size() ? &items_[static_cast<std::size_t>(i)] : nullptr;
}

void Quiz::go(int i) {
  if (find(i) == nullptr || i == current_) return;
  current_ = i;
  revision_++;
}

void Quiz::choose(int i, int option, bool on) {
  Item* item = find(i);
  if (item == nullptr || item->phase != Phase::open) return;
  if (option < 0 || option >= static_cast<int>(item->chosen.size())) return;
  const auto index = static_cast<std::size_t>(option);
  const bool single = item->question->type == Type::single;
  if (item->chosen[index] == on || (single && !on)) return;
  if (single) item->chosen.assign(item->chosen.size(), false);
  item->chosen[index] = on;
  item->problem.clear();
  revision_++;
}

void Quiz::enter(int i, std::string_view text) {
  Item* item = find(i);
  if (item == nullptr || item->phase != Phase::open || !takes_number(item->question->type)) return;
  if (text == item->entered || text.size() > kMaxEntry || !valid_utf8(text)) return;
  item->entered = text;
  item->problem.clear();
  revision_++;
}

void Quiz::check(int i) {
  Item* item = find(i);
  if (item == nullptr || item->phase != Phase::open) return;
  const std::string problem = obstacle(*item);
  if (!problem.empty() && problem == item->problem) return;
  item->problem = problem;
  if (problem.empty()) {
    item->tries++;
    const bool once = item->question->type == Type::predict;
    item->phase = is_right(*item) ? Phase::right : once ? Phase::revealed : Phase::wrong;
    item->first_right = item->phase == Phase::right && item->tries == 1;
  }
  revision_++;
}

void Quiz::retry(int i) {
  Item* item = find(i);
  if (item == nullptr || item->phase != Phase::wrong) return;
  item->phase = Phase::open;
  if (item->question->type == Type::single) item->chosen.assign(item->chosen.size(), false);
  revision_++;
}

void Quiz::reveal(int i) {
  Item* item = find(i);
  if (item == nullptr || item->phase != Phase::wrong) return;
  item->phase = Phase::revealed;
  revision_++;
}

void Quiz::show_hint(int i) {
  Item* item = find(i);
  if (item == nullptr || is_final(item->phase)) return;
  if (item->hint_shown || item->question->hint.empty()) return;
  item->hint_shown = true;
  revision_++;
}

void Quiz::reset() {
  std::vector<Item> fresh;
  for (const Item& item : items_) fresh.push_back(item.fresh());
  std::erase_if(kept_, [&](const auto& kept) {
    return std::any_of(items_.begin(), items_.end(),
                       [&](const Item& item) { return item.question->id == kept.first; });
  });
  if (fresh == items_ && current_ == 0) return;
  items_ = std::move(fresh);
  current_ = 0;
  revision_++;
}

std::string Quiz::message(int i) const { return i >= 0 && i < size() ? message_for(item(i)) : ""; }

std::string Quiz::option_feedback(int i, int option) const {
  if (i < 0 || i >= size()) return "";
  const Item& item = this->item(i);
  if (option < 0 || option >= static_cast<int>(item.chosen.size())) return "";
  const auto index = static_cast<std::size_t>(option);
  const bool shown = is_final(item.phase) || (item.phase == Phase::wrong && item.chosen[index]);
  return shown ? item.question->options[index].feedback : "";
}

int Quiz::done() const {
  return static_cast<int>(std::count_if(items_.begin(), items_.end(),
                                        [](const Item& item) { return is_final(item.phase); }));
}

int Quiz::score() const {
  return static_cast<int>(std::count_if(items_.begin(), items_.end(),
                                        [](const Item& item) { return item.first_right; }));
}

}  // namespace grad::quiz
