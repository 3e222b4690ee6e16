// From a blueprint to a paper.

#include <algorithm>
#include <map>

#include "quiz/exam.h"
#include "quiz/json.h"
#include "tensor/check.h"
#include "tensor/rng.h"

namespace grad::quiz {
namespace {

constexpr std::size_t kMaxBytes = 4'000'000;
constexpr int kMaxLevel = 4;
constexpr std::size_t kFirstTopic = 4;  // in a line of the catalogue
constexpr int kMaxCount = 200, kMaxMinutes = 600;
constexpr double kMaxSeed = 9007199254740991;  // 2^53 - 1: every number that addresses can hold

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(separator), text.size());
    if (end > 0) parts.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parts;
}

double whole_number(const std::string& name, const std::string& text, double min, double max) {
  double number = 0;
  const bool ok = parse_number(text, number) && number >= min && number <= max &&
                  number == static_cast<double>(static_cast<std::int64_t>(number));
  check(ok, [&] {
    return "The paper's " + name + " is \"" + text + "\", not a whole number from " +
           number_text(min) + " to " + number_text(max) + ".";
  });
  return number;
}

std::string join(const std::vector<std::string>& parts) {
  std::string text;
  for (const std::string& part : parts) text += (text.empty() ? "" : ",") + part;
  return text;
}

template <class T>
bool holds(const std::vector<T>& list, const T& item) {
  return std::find(list.begin(), list.end(), item) != list.end();
}

/// An empty list leaves nothing out.
template <class T>
bool allows(const std::vector<T>& list, const T& item) {
  return list.empty() || holds(list, item);
}

bool is_wanted(const Question& question, const Blueprint& blueprint) {
  const bool on_topic =
      blueprint.topics.empty() ||
      std::any_of(question.topics.begin(), question.topics.end(),
                  [&](const auto& topic) { return holds(blueprint.topics, topic); });
  return on_topic && allows(blueprint.lessons, question.lesson) &&
         allows(blueprint.levels, question.level) && allows(blueprint.among, question.id);
}

/// A question's place in the lottery of a seed.
std::uint64_t lot(const Question& question, std::uint64_t seed) {
  std::uint64_t hash = 0xcbf29ce484222325u;  // FNV-1a
  for (const char c : question.id) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
  Rng rng = Rng(seed).split(hash);
  return std::uint64_t{rng.bits()} << 32 | rng.bits();
}

std::string first_topic(const Question& question) {
  return question.topics.empty() ? std::string() : question.topics.front();
}

/// Questions of one level and first topic, the next one to be drawn last.
struct Urn {
  int level;
  std::string topic;
  std::vector<std::pair<std::uint64_t, const Question*>> lots;
};

std::vector<Urn> urns_of(const std::vector<const Question*>& questions, std::uint64_t seed) {
  std::map<std::pair<int, std::string>, Urn> urns;
  for (const Question* question : questions) {
    Urn& urn = urns[{question->level, first_topic(*question)}];
    urn.level = question->level;
    urn.topic = first_topic(*question);
    urn.lots.emplace_back(lot(*question, seed), question);
  }
  std::vector<Urn> list;
  for (auto& [key, urn] : urns) {
    // The id decides between equal lots, so that the order is total.
    std::sort(urn.lots.begin(), urn.lots.end(), [](const auto& a, const auto& b) {
      return a.first != b.first ? a.first > b.first : a.second->id > b.second->id;
    });
    list.push_back(std::move(urn));
  }
  return list;
}

/// From the level drawn least, of its topics the one drawn least, of those the smallest lot.
std::vector<const Question*> draw(std::vector<Urn> urns, std::size_t count) {
  std::map<int, int> of_level;
  std::map<std::string, int> of_topic;
  std::vector<const Question*> drawn;
  while (drawn.size() < count) {
    Urn* best = nullptr;
    const auto key = [&](const Urn& urn) {
      return std::make_tuple(of_level[urn.level], of_topic[urn.topic], urn.lots.back().first);
    };
    for (Urn& urn : urns)
      if (!urn.lots.empty() && (best == nullptr || key(urn) < key(*best))) best = &urn;
    if (best == nullptr) break;
    drawn.push_back(best->lots.back().second);
    best->lots.pop_back();
    of_level[best->level]++;
    of_topic[best->topic]++;
  }
  return drawn;
}

Type type_of(const std::string& name) {
  for (const Type type : {Type::single, Type::multiple, Type::numeric, Type::predict, Type::order,
                          Type::match, Type::fill, Type::output, Type::task})
    if (name == name_of(type)) return type;
  fail("The catalogue names a type \"" + name + "\".");
}

/// One question of a catalogue: [id, lesson, level, type, topic, …].
Question read_line(const Json& line) {
  bool ok = line.kind == Json::Kind::array && line.items.size() >= kFirstTopic;
  for (std::size_t k = 0; ok && k < line.items.size(); k++)
    ok = line.items[k].kind == (k == 2 ? Json::Kind::number : Json::Kind::string);
  check(ok && line.items[2].number >= 1 && line.items[2].number <= kMaxLevel,
        "The catalogue holds something that is no question.");
  Question question;
  question.id = line.items[0].string;
  question.lesson = line.items[1].string;
  question.level = static_cast<int>(line.items[2].number);
  question.type = type_of(line.items[3].string);
  for (std::size_t k = kFirstTopic; k < line.items.size(); k++)
    question.topics.push_back(line.items[k].string);
  return question;
}

}  // namespace

Bank load_catalogue(std::string_view json) {
  Json root;
  try {
    root = parse_json(json, kMaxBytes);
  } catch (const Error& error) {
    fail("The catalogue is " + std::string(error.what()) + ".");
  }
  const Json* version = root.find("version");
  const Json* lines = root.find("questions");
  check(version != nullptr && version->number == 1 && lines != nullptr,
        "The catalogue is not of version 1.");
  Bank bank;
  bank.questions.reserve(lines->items.size());
  for (const Json& line : lines->items) bank.questions.push_back(read_line(line));
  return bank;
}

std::string to_text(const Blueprint& blueprint) {
  const Blueprint usual;
  std::string text;
  const auto add = [&](const char* name, const std::string& value) {
    text += (text.empty() ? "" : "&") + std::string(name) + "=" + value;
  };
  std::vector<std::string> levels;
  for (const int level : blueprint.levels) levels.push_back(std::to_string(level));
  if (blueprint.count != usual.count) add("count", std::to_string(blueprint.count));
  if (!blueprint.lessons.empty()) add("lessons", join(blueprint.lessons));
  if (!blueprint.topics.empty()) add("topics", join(blueprint.topics));
  if (!levels.empty()) add("levels", join(levels));
  if (!blueprint.among.empty()) add("among", join(blueprint.among));
  if (blueprint.minutes != usual.minutes) add("minutes", std::to_string(blueprint.minutes));
  add("seed", std::to_string(blueprint.seed));
  return text;
}

Blueprint read_blueprint(std::string_view text) {
  Blueprint blueprint;
  for (const std::string& part : split(text, '&')) {
    const std::size_t equals = std::min(part.find('='), part.size());
    const std::string name = part.substr(0, equals);
    const std::string value = equals < part.size() ? part.substr(equals + 1) : "";
    const auto number = [&](double min, double max) { return whole_number(name, value, min, max); };
    if (name == "count") blueprint.count = static_cast<int>(number(1, kMaxCount));
    if (name == "minutes") blueprint.minutes = static_cast<int>(number(0, kMaxMinutes));
    if (name == "seed") blueprint.seed = static_cast<std::uint64_t>(number(0, kMaxSeed));
    if (name == "lessons") blueprint.lessons = split(value, ',');
    if (name == "topics") blueprint.topics = split(value, ',');
    if (name == "among") blueprint.among = split(value, ',');
    if (name != "levels") continue;
    for (const std::string& level : split(value, ','))
      blueprint.levels.push_back(static_cast<int>(whole_number("level", level, 1, 4)));
  }
  return blueprint;
}

std::vector<const Question*> fitting(const Bank& bank, const Blueprint& blueprint) {
  std::vector<const Question*> questions;
  for (const Question& question : bank.questions)
    if (is_wanted(question, blueprint)) questions.push_back(&question);
  return questions;
}

void interleave(std::vector<const Question*>& questions) {
  std::vector<std::pair<std::string, std::vector<const Question*>>> groups;
  for (const Question* question : questions) {
    const std::string topic = first_topic(*question);
    auto group = std::find_if(groups.begin(), groups.end(),
                              [&](const auto& each) { return each.first == topic; });
    if (group == groups.end()) group = groups.emplace(group, topic, std::vector<const Question*>());
    group->second.push_back(question);
  }
  for (auto& [topic, group] : groups) std::reverse(group.begin(), group.end());
  // The largest group but the last one used: otherwise it would be left over at the end.
  std::size_t last = groups.size();
  for (const Question*& place : questions) {
    std::size_t best = last;
    for (std::size_t k = 0; k < groups.size(); k++) {
      if (k == last || groups[k].second.empty()) continue;
      if (best == last || groups[k].second.size() > groups[best].second.size()) best = k;
    }
    place = groups[best].second.back();
    groups[best].second.pop_back();
    last = best;
  }
}

std::vector<std::string> make_paper(const Bank& bank, const Blueprint& blueprint) {
  const std::vector<const Question*> all = fitting(bank, blueprint);
  check(!all.empty(), "No question of the course fits this paper.");
  const auto count = static_cast<std::size_t>(std::max(blueprint.count, 1));
  std::vector<const Question*> paper = draw(urns_of(all, blueprint.seed), count);
  interleave(paper);
  std::vector<std::string> ids;
  for (const Question* question : paper) ids.push_back(question->id);
  return ids;
}

}  // namespace grad::quiz
