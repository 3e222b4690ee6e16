#include "quiz/exam.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "quiz/actions.h"
#include "quiz/grading.h"
#include "quiz/json.h"
#include "tensor/check.h"

namespace grad::quiz {
namespace {

constexpr int kVersion = 1;
constexpr std::size_t kMaxBytes = 2'000'000;
constexpr double kLongestTick = 5'000;
constexpr double kMinute = 60'000;
constexpr double kMaxSeed = 9007199254740991;

/// What neither grades nor shows anything.
constexpr Action kAnswering[] = {Action::choose, Action::enter, Action::move, Action::rate};

const char* name_of(Exam::State state) {
  constexpr const char* names[] = {"running", "paused", "handed_in"};
  return names[static_cast<int>(state)];
}

[[noreturn]] void damaged(const std::string& how) {
  fail("The saved exam is damaged: " + how + ".");
}

const Json& member(const Json& json, const char* name, Json::Kind kind) {
  const Json* found = json.find(name);
  if (found == nullptr || found->kind != kind) damaged(std::string("it has no valid ") + name);
  return *found;
}

double number(const Json& json, const char* name, double max) {
  const double value = member(json, name, Json::Kind::number).number;
  if (!(value >= 0 && value <= max)) damaged(std::string("it has no valid ") + name);
  return value;
}

double whole_number(const Json& json, const char* name, double max) {
  const double value = number(json, name, max);
  if (value != std::floor(value)) damaged(std::string("it has no valid ") + name);
  return value;
}

std::vector<std::string> ids_in(const Bank& bank, const Json& json) {
  std::vector<std::string> ids;
  for (const Json& id : member(json, "ids", Json::Kind::array).items) {
    if (id.kind != Json::Kind::string) damaged("it names a question by no text");
    if (bank.find(id.string) == nullptr) continue;
    if (std::find(ids.begin(), ids.end(), id.string) != ids.end())
      damaged("it asks " + id.string + " twice");
    ids.push_back(id.string);
  }
  check(!ids.empty(), "The course no longer has any question of the saved exam.");
  return ids;
}

void write_result(JsonWriter& out, const Result& result) {
  out.begin_object().member("right", result.all.right).member("asked", result.all.asked);
  out.member("unanswered", result.unanswered).key("topics").begin_object();
  for (const auto& [topic, score] : result.topics)
    out.key(topic).begin_array().value(score.right).value(score.asked).end_array();
  out.end_object().end_object();
}

}  // namespace

Exam::Exam(const Bank& bank, std::span<const std::string> ids, std::uint64_t seed, int minutes)
    : quiz_(bank, ids, seed), ids_(ids.begin(), ids.end()), seed_(seed), minutes_(minutes) {}

void Exam::act(std::string_view action, int item, int option, std::string_view text) {
  const Action what = action_of(action);
  if (what == Action::go) return quiz_.go(item);
  const auto* answering = std::find(std::begin(kAnswering), std::end(kAnswering), what);
  if (state_ != State::running || (timed() && answering == std::end(kAnswering))) return;
  if (what != Action::reset && what != Action::missed) quiz::act(quiz_, what, item, option, text);
}

void Exam::tick(double now) {
  if (state_ != State::running || !std::isfinite(now)) return;
  const double passed = told_ ? now - last_ : 0;
  told_ = true;
  last_ = now;
  if (passed > 0) elapsed_ += std::min(passed, kLongestTick);
  if (timed() && elapsed_ >= minutes_ * kMinute) hand_in();
}

void Exam::pause() {
  if (state_ == State::running) state_ = State::paused;
  told_ = false;
}

void Exam::resume() {
  if (state_ == State::paused) state_ = State::running;
}

void Exam::hand_in() {
  if (state_ == State::handed_in) return;
  for (int i = 0; i < quiz_.size(); i++) {
    if (!obstacle(quiz_.item(i)).empty()) continue;
    quiz_.check(i);
    quiz_.reveal(i);
  }
  state_ = State::handed_in;
}

Result Exam::result() const {
  Result result;
  std::map<std::string, Score> topics;
  for (int i = 0; i < quiz_.size(); i++) {
    const Item& item = quiz_.item(i);
    const auto count = [&](Score& score) {
      score.asked++;
      score.right += item.first_right;
    };
    count(result.all);
    result.unanswered += item.tries == 0;
    for (const std::string& topic : item.question->topics) count(topics[topic]);
  }
  result.topics.assign(topics.begin(), topics.end());
  return result;
}

std::string Exam::save() const {
  JsonWriter out;
  out.begin_object().member("version", kVersion);
  out.key("seed").raw(std::to_string(seed_));
  out.member("minutes", minutes_).member("state", name_of(state_)).member("elapsed", elapsed_);
  out.key("ids").begin_array();
  for (const std::string& id : ids_) out.value(id);
  out.end_array().key("answers").raw(quiz_.save()).end_object();
  return out.text();
}

std::unique_ptr<Exam> Exam::load(const Bank& bank, std::string_view json) {
  Json root;
  try {
    root = parse_json(json, kMaxBytes);
  } catch (const Error& error) {
    damaged(error.what());
  }
  if (root.kind != Json::Kind::object) damaged("it is not an object");
  const double version = number(root, "version", kMaxSeed);
  check(version <= kVersion, "The saved exam was written by a newer version of the course.");
  if (version != kVersion) damaged("there is no version " + number_text(version));
  const auto seed = static_cast<std::uint64_t>(whole_number(root, "seed", kMaxSeed));
  const auto minutes = static_cast<int>(whole_number(root, "minutes", 1'000'000));
  auto exam = std::make_unique<Exam>(bank, ids_in(bank, root), seed, minutes);
  exam->elapsed_ = number(root, "elapsed", kMaxSeed);
  const std::string& state = member(root, "state", Json::Kind::string).string;
  if (state != "running" && state != "paused" && state != "handed_in")
    damaged("it has no valid state");
  exam->state_ = state == "handed_in" ? State::handed_in : State::paused;
  exam->quiz_.restore(JsonWriter().value(member(root, "answers", Json::Kind::object)).text());
  return exam;
}

std::string Exam::view_model() const {
  JsonWriter out;
  out.begin_object().member("state", name_of(state_)).member("timed", timed());
  out.member("elapsed", elapsed_).member("limit", minutes_ * kMinute);
  out.key("answered").begin_array();
  for (int i = 0; i < quiz_.size(); i++)
    out.value(quiz_.item(i).tries > 0 || obstacle(quiz_.item(i)).empty());
  out.end_array().key("quiz").raw(quiz_.view_model());
  if (state_ == State::handed_in) write_result(out.key("result"), result());
  out.end_object();
  return out.text();
}

}  // namespace grad::quiz
