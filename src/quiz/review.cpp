#include "quiz/review.h"

#include <algorithm>
#include <set>
#include <tuple>

#include "quiz/exam.h"
#include "quiz/json.h"
#include "tensor/check.h"

namespace grad::quiz {
namespace {

constexpr std::size_t kMaxBytes = 16'000'000;
constexpr int kMaxDay = 1'000'000;
constexpr int kUsualGap = 4, kLongestFirstGap = 30, kLongestGap = 365;
constexpr int kDaysShown = 14;
constexpr double kWeakShare = 0.6;
constexpr int kWeakMinimum = 3;

/// A question with what decides its place in the queue.
struct Waiting {
  const Question* question;
  bool sure_but_wrong, wrong;
  double overdue;  // in gaps
};

std::vector<Asking> in_order(std::vector<Asking> askings) {
  for (std::size_t k = 1; k < askings.size(); k++)
    askings[k].day = std::max(askings[k].day, askings[k - 1].day);
  return askings;
}

int days_in_a_row(const std::set<int>& days, int today) {
  int day = days.contains(today) ? today : today - 1;
  int count = 0;
  for (; days.contains(day); day--) count++;
  return count;
}

std::vector<const Question*> first_of(std::vector<Waiting> queue) {
  std::stable_sort(queue.begin(), queue.end(), [](const Waiting& a, const Waiting& b) {
    return std::tuple(a.sure_but_wrong, a.wrong, a.overdue) >
           std::tuple(b.sure_but_wrong, b.wrong, b.overdue);
  });
  std::vector<const Question*> first;
  for (const Waiting& waiting : queue)
    if (first.size() < kQuestionsADay) first.push_back(waiting.question);
  interleave(first);
  return first;
}

bool is_day(const Json* json) {
  return json != nullptr && json->kind == Json::Kind::number && json->number >= 0 &&
         json->number <= kMaxDay && json->number == static_cast<int>(json->number);
}

Asking read_asking(const Json& json, const std::string& id) {
  const Json* right = json.find("right");
  const Json* sure = json.find("sure");
  const bool ok = is_day(json.find("day")) && right != nullptr &&
                  right->kind == Json::Kind::boolean &&
                  (sure == nullptr || sure->kind == Json::Kind::boolean);
  check(ok, [&] { return "The history of question " + id + " is damaged."; });
  return {static_cast<int>(json.find("day")->number), right->boolean,
          sure != nullptr && sure->boolean};
}

}  // namespace

int first_gap(int day, std::optional<int> target) {
  if (!target || *target <= day) return kUsualGap;
  return std::clamp((*target - day) / 7, 1, kLongestFirstGap);
}

Due due_after(const std::vector<Asking>& askings, std::optional<int> target) {
  Due due;
  bool first = true;
  for (const Asking& asking : in_order(askings)) {
    if (!first && asking.right && asking.day < due.day) continue;
    const bool grows = !first && asking.right;
    due.gap = grows ? std::min(2 * due.gap, kLongestGap) : first_gap(asking.day, target);
    due.day = asking.day + due.gap;
    // Once more before the target rather than after it, but not on the same day.
    if (target && asking.day < *target)
      due.day = std::min(due.day, std::max(*target - 1, asking.day + 1));
    first = false;
  }
  return due;
}

Plan plan_review(const Bank& bank, const History& history, int today, std::optional<int> target) {
  Plan plan;
  std::vector<Waiting> queue;
  std::set<int> days;
  for (const auto& [id, askings] : history)
    for (const Asking& asking : askings) days.insert(asking.day);
  for (const Question& question : bank.questions) {
    const auto found = history.find(question.id);
    if (found == history.end() || found->second.empty()) continue;
    plan.answered++;
    const Due due = due_after(found->second, target);
    if (due.day > today) {
      plan.next = std::min(plan.next.value_or(due.day), due.day);
      continue;
    }
    const Asking& last = found->second.back();
    queue.push_back({&question, last.sure && !last.right, !last.right,
                     static_cast<double>(today - due.day) / due.gap});
  }
  plan.due = static_cast<int>(queue.size());
  if (plan.due > 0) plan.next.reset();
  for (const Question* question : first_of(std::move(queue))) plan.now.push_back(question->id);
  for (const int day : days) plan.days_active += day <= today && day > today - kDaysShown;
  plan.streak = days_in_a_row(days, today);
  return plan;
}

std::vector<std::string> weak_spots(const Bank& bank, const History& history) {
  const auto last_of = [&](const Question& question) -> const Asking* {
    const auto found = history.find(question.id);
    return found == history.end() || found->second.empty() ? nullptr : &found->second.back();
  };
  std::map<std::string, Score, std::less<>> topics;
  for (const Question& question : bank.questions) {
    const Asking* last = last_of(question);
    if (last == nullptr) continue;
    for (const std::string& topic : question.topics) {
      topics[topic].asked++;
      topics[topic].right += last->right;
    }
  }
  const auto is_weak = [&](const std::string& topic) {
    const auto found = topics.find(topic);
    return found != topics.end() && found->second.asked >= kWeakMinimum &&
           found->second.right < kWeakShare * found->second.asked;
  };
  std::vector<std::string> ids;
  for (const Question& question : bank.questions) {
    const Asking* last = last_of(question);
    if ((last != nullptr && !last->right) ||
        std::any_of(question.topics.begin(), question.topics.end(), is_weak))
      ids.push_back(question.id);
  }
  return ids;
}

History read_history(std::string_view json) {
  Json root;
  try {
    root = parse_json(json, kMaxBytes);
  } catch (const Error& error) {
    fail("The history is " + std::string(error.what()) + ".");
  }
  check(root.kind == Json::Kind::object, "The history is not an object.");
  History history;
  for (std::size_t k = 0; k < root.names.size(); k++)
    for (const Json& asking : root.items[k].items)
      history[root.names[k]].push_back(read_asking(asking, root.names[k]));
  return history;
}

}  // namespace grad::quiz
