#include "quiz/quiz.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

#include "quiz/grading.h"
#include "quiz/json.h"
#include "quiz/variant.h"
#include "tensor/check.h"
#include "tensor/rng.h"

namespace grad::quiz {
namespace {

/// FNV-1a: gives every question a generator of its own.
std::uint64_t hash(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325u;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
  return hash;
}

/// What a run came to, as far as the task asks for it.
std::string kept_report(const Question& question, std::string_view report) {
  const std::vector<double> values = run_values(question, report);
  std::string kept;
  for (std::size_t k = 0; k < values.size(); k++) {
    if (std::isnan(values[k])) continue;
    if (!kept.empty()) kept += ',';
    kept += question.conditions[k].name + ":" + number_text(values[k]);
  }
  return kept;
}

/// Of what is to be put in order, never the right order.
std::vector<int> shuffled(const Question& question, std::uint64_t seed) {
  std::vector<int> order(question.options.size());
  std::iota(order.begin(), order.end(), 0);
  Rng rng = Rng(seed).split(hash(question.id));
  rng.shuffle(order);
  if (takes_order(question.type)) {
    const auto places = order.begin() + count_places(question);
    if (std::is_sorted(order.begin(), places) && order[0] == 0)
      std::rotate(order.begin(), order.begin() + 1, order.end());
  }
  return order;
}

bool is_missed(const Item& item) {
  return is_final(item.phase) && !item.first_right && item.question->type != Type::predict;
}

}  // namespace

const char* name_of(Phase phase) {
  constexpr const char* names[] = {"open", "wrong", "right", "revealed"};
  return names[static_cast<int>(phase)];
}

const char* name_of(Confidence confidence) {
  constexpr const char* names[] = {"", "sure", "unsure"};
  return names[static_cast<int>(confidence)];
}

std::uint32_t first_draw(const Question& question, std::uint64_t seed) {
  return question.variant == nullptr ? 0 : Rng(seed).split(hash(question.id)).split(1).bits();
}

Item Item::fresh() const {
  Item item;
  item.question = question;
  item.order = order;
  item.draw = draw;
  if (takes_choice(question->type)) item.chosen.assign(question->options.size(), false);
  if (takes_order(question->type)) item.placed = order;
  return item;
}

Quiz::Quiz(const Bank& bank, std::span<const std::string> ids, std::uint64_t seed) : seed_(seed) {
  grad::check(!ids.empty(), "A quiz needs at least one question.");
  std::set<std::string_view> asked;
  questions_.reserve(ids.size());
  for (const std::string& id : ids) {
    const Question* question = bank.find(id);
    grad::check(question != nullptr,
                [&] { return "The bank \"" + bank.lesson + "\" has no question " + id + "."; });
    grad::check(asked.insert(id).second, [&] { return "Question " + id + " is asked twice."; });
    questions_.push_back(*question);
    items_.push_back(begin(items_.size(), first_draw(*question, seed)));
  }
}

/// A question with the numbers of a draw, unanswered.
Item Quiz::begin(std::size_t i, std::uint32_t draw) {
  Question& question = questions_[i];
  if (question.variant != nullptr) question = drawn(question, draw);
  Item item;
  item.question = &question;
  item.order = shuffled(question, seed_);
  item.draw = draw;
  return item.fresh();
}

/// Asks the question once more: with other numbers if it has variants.
void Quiz::begin_again(std::size_t i) {
  const Slots before = questions_[i].slots;
  std::uint32_t draw = items_[i].draw;
  if (questions_[i].variant == nullptr) {
    items_[i] = items_[i].fresh();
    return;
  }
  // Few values may be possible: then the same ones come back.
  constexpr int tries = 20;
  for (int attempt = 0; attempt < tries; attempt++) {
    items_[i] = begin(i, ++draw);
    if (questions_[i].slots != before) return;
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

void Quiz::enter(int i, std::string_view text, int gap) {
  Item* item = find(i);
  if (item == nullptr || item->phase != Phase::open || !valid_utf8(text)) return;
  const Question& question = *item->question;
  std::string entered(text);
  if (question.type == Type::task) {
    if (text.size() > kMaxReport) return;
    entered = kept_report(question, text);
  } else if (takes_text(question.type)) {
    const std::size_t gaps = question.gaps.size();
    if (gap < 0 || static_cast<std::size_t>(gap) >= gaps || text.size() > kMaxText) return;
    std::vector<std::string> lines = lines_of(item->entered, gaps);
    lines[static_cast<std::size_t>(gap)] = text;
    entered = lines[0];
    for (std::size_t k = 1; k < gaps; k++) entered += "\n" + lines[k];
  } else if (!takes_number(question.type) || text.size() > kMaxNumber) {
    return;
  }
  if (entered == item->entered || text.find('\n') != std::string_view::npos) return;
  item->entered = entered;
  item->problem.clear();
  revision_++;
}

void Quiz::move(int i, int from, int to) {
  Item* item = find(i);
  if (item == nullptr || item->phase != Phase::open || !takes_order(item->question->type)) return;
  const int count = static_cast<int>(item->placed.size());
  if (from < 0 || from >= count || to < 0 || to >= count || from == to) return;
  const auto at = [&](int place) { return item->placed.begin() + place; };
  if (item->question->type == Type::match)
    std::swap(*at(from), *at(to));
  else if (from < to)
    std::rotate(at(from), at(from + 1), at(to + 1));
  else
    std::rotate(at(to), at(from), at(from + 1));
  item->problem.clear();
  revision_++;
}

void Quiz::rate(int i, Confidence confidence) {
  Item* item = find(i);
  if (item == nullptr || item->phase != Phase::open || item->tries > 0) return;
  if (item->confidence == confidence) return;
  item->confidence = confidence;
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
  if (item->question->variant != nullptr) return ask_again(static_cast<std::size_t>(i));
  item->phase = Phase::open;
  if (item->question->type == Type::single) item->chosen.assign(item->chosen.size(), false);
  revision_++;
}

/// Unanswered once more, while what is known of the first try stays.
void Quiz::ask_again(std::size_t i) {
  const Item before = items_[i];
  begin_again(i);
  items_[i].tries = before.tries;
  items_[i].confidence = before.confidence;
  items_[i].hint_shown = before.hint_shown;
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
  const auto untouched = [](const Item& item) { return item == item.fresh(); };
  const bool nothing = current_ == 0 && std::all_of(items_.begin(), items_.end(), untouched);
  std::erase_if(kept_, [&](const auto& kept) {
    return std::any_of(items_.begin(), items_.end(),
                       [&](const Item& item) { return item.question->id == kept.first; });
  });
  if (nothing) return;
  for (std::size_t i = 0; i < items_.size(); i++)
    if (!untouched(items_[i])) begin_again(i);
  current_ = 0;
  revision_++;
}

int Quiz::missed() const {
  return static_cast<int>(std::count_if(items_.begin(), items_.end(), is_missed));
}

void Quiz::repeat_missed() {
  const auto first = std::find_if(items_.begin(), items_.end(), is_missed);
  if (first == items_.end()) return;
  current_ = static_cast<int>(first - items_.begin());
  for (std::size_t i = 0; i < items_.size(); i++)
    if (is_missed(items_[i])) ask_again(i);
}

std::string Quiz::message(int i) const { return i >= 0 && i < size() ? message_for(item(i)) : ""; }

std::string Quiz::option_feedback(int i, int option) const {
  if (i < 0 || i >= size()) return "";
  const Item& item = this->item(i);
  if (option < 0 || option >= static_cast<int>(item.order.size())) return "";
  const auto index = static_cast<std::size_t>(option);
  const bool chosen = takes_choice(item.question->type) && item.chosen[index];
  const bool shown = is_final(item.phase) || (item.phase == Phase::wrong && chosen);
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
