// Papers, exams and reviews, mostly by properties: what must hold whatever is done.

#include "quiz/exam.h"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <cmath>
#include <limits>
#include <map>
#include <set>

#include "quiz/json.h"
#include "quiz/review.h"
#include "tensor/check.h"
#include "tensor/rng.h"

using namespace grad;
using namespace grad::quiz;
using Catch::Matchers::Message;

namespace {

constexpr double kMinute = 60'000;

/// A bank of `count` questions in three lessons, four levels and five topics; types take turns.
Bank bank_of(int count) {
  JsonWriter out;
  out.begin_object().member("version", 1).member("lesson", "course").key("questions").begin_array();
  for (int i = 0; i < count; i++) {
    const std::string n = std::to_string(i);
    out.begin_object().member("id", "q-" + n).member("level", 1 + i / 3 % 4);
    out.key("topics").begin_array().value("topic-" + std::to_string(i * i % 5));
    if (i % 7 == 0) out.value("rare");
    out.end_array().member("prompt", "Question " + n).member("hint", "Hint " + n);
    out.member("why", "Because " + n).member("lesson", "lesson-" + std::to_string(i % 3));
    if (i % 3 == 2) {
      out.member("type", "numeric").key("answer").begin_object().member("value", i);
      out.end_object().key("feedback").begin_object().end_object().end_object();
      continue;
    }
    out.member("type", i % 3 == 0 ? "single" : "multiple").key("options").begin_array();
    for (int k = 0; k < 4; k++) {
      const bool correct = k == i % 4 || (i % 3 == 1 && k == (i + 1) % 4);
      out.begin_object().member("text", "Option " + std::to_string(k)).member("correct", correct);
      out.member("feedback", "Feedback " + std::to_string(k)).end_object();
    }
    out.end_array().end_object();
  }
  out.end_array().end_object();
  return load_bank(out.text());
}

Blueprint random_blueprint(Rng& rng) {
  Blueprint blueprint;
  blueprint.count = 1 + static_cast<int>(rng.below(40));
  blueprint.seed = rng.bits();
  for (int level = 1; level <= 4; level++)
    if (rng.below(3) == 0) blueprint.levels.push_back(level);
  for (int k = 0; k < 5; k++)
    if (rng.below(4) == 0) blueprint.topics.push_back("topic-" + std::to_string(k));
  if (rng.below(4) == 0) blueprint.lessons = {"lesson-1", "lesson-2"};
  return blueprint;
}

std::string first_topic(const Bank& bank, const std::string& id) {
  return bank.find(id)->topics.front();
}

/// Most questions that share a first topic.
std::size_t largest_topic(const Bank& bank, const std::vector<std::string>& ids) {
  std::map<std::string, std::size_t> counts;
  for (const std::string& id : ids) counts[first_topic(bank, id)]++;
  std::size_t largest = 0;
  for (const auto& [topic, count] : counts) largest = std::max(largest, count);
  return largest;
}

/// Whether the learner's answer is right, from the bank alone.
bool is_right(const Question& question, const Item& item) {
  if (question.type == Type::numeric) {
    double value = 0;
    return parse_number(item.entered, value) && value == question.value;
  }
  for (std::size_t k = 0; k < question.options.size(); k++)
    if (item.chosen[k] != question.options[k].correct) return false;
  return true;
}

void answer_at_random(Exam& exam, Rng& rng) {
  const int item = static_cast<int>(rng.below(static_cast<std::uint32_t>(exam.quiz().size())));
  const Question& question = *exam.quiz().item(item).question;
  if (question.type == Type::numeric) {
    const bool right = rng.below(2) == 0;
    exam.act("enter", item, 0, number_text(right ? question.value : 0.5));
  } else {
    const int option = static_cast<int>(rng.below(5));
    exam.act("choose", item, option, rng.below(4) == 0 ? "0" : "1");
  }
}

/// What the learner has chosen and entered, by question.
std::map<std::string, std::pair<std::vector<bool>, std::string>> answers_of(const Exam& exam) {
  std::map<std::string, std::pair<std::vector<bool>, std::string>> answers;
  for (int i = 0; i < exam.quiz().size(); i++) {
    const Item& item = exam.quiz().item(i);
    answers[item.question->id] = {item.chosen, item.entered};
  }
  return answers;
}

std::vector<std::string> ids_of(const Exam& exam) {
  std::vector<std::string> ids;
  for (int i = 0; i < exam.quiz().size(); i++) ids.push_back(exam.quiz().item(i).question->id);
  return ids;
}

}  // namespace

// --- Papers --------------------------------------------------------------------------------------

TEST_CASE("a task is on a paper like others; its run is taken, and graded at the end", "[exam]") {
  const Bank catalogue = load_catalogue(R"({"version":1,"questions":[
    ["a","one",1,"single","t"],["b","one",2,"do","t"],["c","two",2,"do","u"]]})");
  CHECK(fitting(catalogue, read_blueprint("")).size() == 3);
  CHECK(make_paper(catalogue, read_blueprint("among=b")) == std::vector<std::string>{"b"});

  const Bank bank = load_bank(R"({"version":1,"lesson":"one","questions":[{"id":"b","level":2,
    "type":"do","prompt":"Separate them.","why":"Three suffice.","answer":{"demo":"moons",
    "state":"units:3","conditions":[{"readout":"loss","below":0.05,"label":"Loss"},
    {"parameter":"units","at_most":3,"label":"Units"}]}}]})");
  const std::vector<std::string> ids = {"b"};
  const auto graded = [&](const char* report) {
    Exam exam(bank, ids, 1, 30);
    exam.act("enter", 0, 0, report);
    exam.act("check", 0, 0, "");
    CHECK(exam.quiz().item(0).phase == Phase::open);
    const std::string taken = exam.quiz().message(0);
    exam.hand_in();
    const Result result = exam.result();
    return taken + " " + std::to_string(result.all.right) + " right, " +
           std::to_string(result.unanswered) + " unanswered";
  };
  CHECK(graded("loss:0.01,units:3") ==
        "Your run: “Loss” is 0.01; “Units” is 3. 1 right, 0 unanswered");
  CHECK(graded("loss:0.1,units:3") ==
        "Your run: “Loss” is 0.1; “Units” is 3. 0 right, 0 unanswered");
  CHECK(graded("units:3") ==
        "Your run: “Loss” is not known yet; “Units” is 3. 0 right, 1 unanswered");
  CHECK(graded("") == " 0 right, 1 unanswered");
}

TEST_CASE("a paper keeps to its blueprint", "[exam]") {
  const Bank bank = bank_of(150);
  Rng rng(1);
  int papers = 0;
  for (int round = 0; round < 300; round++) {
    const Blueprint blueprint = random_blueprint(rng);
    const std::vector<const Question*> all = fitting(bank, blueprint);
    if (all.empty()) {
      CHECK_THROWS_MATCHES(make_paper(bank, blueprint), Error,
                           Message("No question of the course fits this paper."));
      continue;
    }
    papers++;
    const std::vector<std::string> paper = make_paper(bank, blueprint);
    CHECK(paper.size() == std::min(all.size(), static_cast<std::size_t>(blueprint.count)));
    CHECK(std::set(paper.begin(), paper.end()).size() == paper.size());
    for (const std::string& id : paper)
      CHECK(std::find(all.begin(), all.end(), bank.find(id)) != all.end());
    CHECK(make_paper(bank, blueprint) == paper);
    CHECK(make_paper(bank, read_blueprint(to_text(blueprint))) == paper);

    // Neighbours share a first topic only where one topic is more than half of the paper.
    bool alike = false;
    for (std::size_t k = 1; k < paper.size(); k++)
      alike = alike || first_topic(bank, paper[k]) == first_topic(bank, paper[k - 1]);
    CHECK(alike == (largest_topic(bank, paper) > (paper.size() + 1) / 2));
  }
  CHECK(papers > 200);
}

TEST_CASE("a paper asks about levels evenly, and other seeds give other papers", "[exam]") {
  const Bank bank = bank_of(200);
  std::set<std::vector<std::string>> papers;
  for (std::uint64_t seed = 0; seed < 20; seed++) {
    Blueprint blueprint;
    blueprint.count = 20;
    blueprint.seed = seed;
    const std::vector<std::string> paper = make_paper(bank, blueprint);
    std::map<int, int> levels;
    for (const std::string& id : paper) levels[bank.find(id)->level]++;
    CHECK(levels == std::map<int, int>{{1, 5}, {2, 5}, {3, 5}, {4, 5}});
    papers.insert(paper);
  }
  CHECK(papers.size() == 20);
}

TEST_CASE("a paper hardly changes when the bank grows", "[exam]") {
  const Bank bank = bank_of(150), larger = bank_of(153);
  Blueprint blueprint;
  for (blueprint.seed = 0; blueprint.seed < 20; blueprint.seed++) {
    const std::vector<std::string> before = make_paper(bank, blueprint);
    const std::vector<std::string> after = make_paper(larger, blueprint);
    const std::set<std::string> old(before.begin(), before.end());
    const auto kept = std::count_if(after.begin(), after.end(),
                                    [&](const std::string& id) { return old.contains(id); });
    CHECK(kept >= 14);
  }
}

TEST_CASE("a blueprint is read from its text, and refused in one sentence", "[exam]") {
  const Blueprint blueprint = read_blueprint(
      "count=5&lessons=a,b&topics=c&levels=1,4&among=q-1,q-2&minutes=30&seed=7&other=x");
  CHECK(blueprint.count == 5);
  CHECK(blueprint.lessons == std::vector<std::string>{"a", "b"});
  CHECK(blueprint.topics == std::vector<std::string>{"c"});
  CHECK(blueprint.levels == std::vector<int>{1, 4});
  CHECK(blueprint.among == std::vector<std::string>{"q-1", "q-2"});
  CHECK(blueprint.minutes == 30);
  CHECK(blueprint.seed == 7);
  CHECK(to_text(blueprint) ==
        "count=5&lessons=a,b&topics=c&levels=1,4&among=q-1,q-2&minutes=30&seed=7");
  CHECK(to_text(read_blueprint("")) == "seed=1");
  for (const char* text : {"count=0", "count=201", "count=1.5", "count=", "count", "minutes=-1",
                           "minutes=1e9", "seed=-1", "seed=1e300", "levels=5", "levels=1,x"})
    CHECK_THROWS_AS(read_blueprint(text), Error);
  CHECK_THROWS_MATCHES(read_blueprint("count=0"), Error,
                       Message("The paper's count is \"0\", not a whole number from 1 to 200."));
}

TEST_CASE("a catalogue is enough to make the paper of its bank", "[exam]") {
  const Bank bank = bank_of(100);
  JsonWriter out;
  out.begin_object().member("version", 1).key("questions").begin_array();
  for (const Question& question : bank.questions) {
    out.begin_array().value(question.id).value(question.lesson).value(question.level);
    out.value(name_of(question.type));
    for (const std::string& topic : question.topics) out.value(topic);
    out.end_array();
  }
  out.end_array().end_object();
  const Bank catalogue = load_catalogue(out.text());
  Rng rng(3);
  for (int round = 0; round < 50; round++) {
    const Blueprint blueprint = random_blueprint(rng);
    if (!fitting(bank, blueprint).empty())
      CHECK(make_paper(catalogue, blueprint) == make_paper(bank, blueprint));
  }
  for (const char* text :
       {"", "[]", "{\"version\": 2, \"questions\": []}", "{\"version\": 1}",
        R"({"version": 1, "questions": [["a"]]})", R"({"version": 1, "questions": [{}]})",
        R"({"version": 1, "questions": [["a", "l", 5, "single"]]})",
        R"({"version": 1, "questions": [["a", "l", 1, "double"]]})",
        R"({"version": 1, "questions": [["a", "l", 1, "single", 3]]})"})
    CHECK_THROWS_AS(load_catalogue(text), Error);
}

// --- Exams ---------------------------------------------------------------------------------------

TEST_CASE("whatever is done in a timed exam, no answer is lost and no key shown", "[exam]") {
  const Bank bank = bank_of(40);
  constexpr const char* others[] = {"check", "retry",  "reveal", "hint",
                                    "reset", "repeat", "go",     ""};
  for (std::uint64_t seed = 0; seed < 40; seed++) {
    Rng rng(seed);
    Blueprint blueprint;
    blueprint.count = 6;
    blueprint.seed = seed;
    auto exam = std::make_unique<Exam>(bank, make_paper(bank, blueprint), seed, 30);
    double now = 1e6;
    for (int step = 0; step < 120; step++) {
      const auto before = answers_of(*exam);
      const double elapsed = exam->elapsed();
      const std::uint32_t what = rng.below(8);
      const bool running = exam->state() == Exam::State::running;
      if (what < 3) answer_at_random(*exam, rng);
      if (what == 3) exam->act(others[rng.below(8)], static_cast<int>(rng.below(8)) - 1, 0, "x");
      if (what == 4) exam->tick(now += rng.uniform(-20'000, 20'000));
      if (what == 5) exam->pause();
      if (what == 6) exam->resume();
      if (what == 7) {
        exam = Exam::load(bank, exam->save());
        CHECK(exam->state() == Exam::State::paused);
      }
      if (what >= 3 || !running) CHECK(answers_of(*exam) == before);
      CHECK(exam->elapsed() >= elapsed);
      CHECK(exam->elapsed() - elapsed <= 5'000);
      const Json model = parse_json(exam->view_model(), 1'000'000);
      CHECK(model.find("result") == nullptr);
      for (const Json& item : model.find("quiz")->find("items")->items) {
        CHECK(item.find("why") == nullptr);
        CHECK(item.find("correct") == nullptr);
        CHECK(item.find("answer") == nullptr);
        CHECK(item.find("hint")->string.empty());
        for (const Json& feedback : item.find("feedback")->items) CHECK(feedback.string.empty());
      }
    }

    // Handing in keeps the answers and counts them as anybody would who has bank and answers.
    const auto before = answers_of(*exam);
    exam->hand_in();
    CHECK(answers_of(*exam) == before);
    int right = 0, unanswered = 0;
    std::map<std::string, Score> topics;
    for (int i = 0; i < exam->quiz().size(); i++) {
      const Item& item = exam->quiz().item(i);
      const Question& question = *bank.find(item.question->id);
      const auto& [chosen, entered] = before.at(question.id);
      const bool nothing =
          entered.empty() && std::find(chosen.begin(), chosen.end(), true) == chosen.end();
      const bool now_right = !nothing && is_right(question, item);
      right += now_right;
      unanswered += nothing;
      CHECK(is_final(item.phase) == !nothing);
      for (const std::string& topic : question.topics) {
        topics[topic].asked++;
        topics[topic].right += now_right;
      }
    }
    const Result result = exam->result();
    CHECK(result.all.right == right);
    CHECK(result.all.asked == 6);
    CHECK(result.unanswered == unanswered);
    CHECK(result.topics.size() == topics.size());
    for (const auto& [topic, score] : result.topics) {
      CHECK(score.asked == topics[topic].asked);
      CHECK(score.right == topics[topic].right);
    }

    // And nothing changes it any more.
    const std::string final_model = exam->view_model();
    answer_at_random(*exam, rng);
    exam->resume();
    exam->tick(now + 1e9);
    exam->hand_in();
    CHECK(exam->view_model() == final_model);
    CHECK(Exam::load(bank, exam->save())->state() == Exam::State::handed_in);
    CHECK(Exam::load(bank, exam->save())->save() == exam->save());
  }
}

TEST_CASE("the clock counts what passes in front of the learner, and nothing else", "[exam]") {
  const Bank bank = bank_of(10);
  Exam exam(bank, std::vector<std::string>{"q-1"}, 1, 1);
  exam.tick(1000);
  CHECK(exam.elapsed() == 0);
  exam.tick(2000);
  CHECK(exam.elapsed() == 1000);
  exam.tick(2000 + 8 * 3600 * 1000.0);  // asleep
  CHECK(exam.elapsed() == 6000);
  exam.tick(500);  // set back
  CHECK(exam.elapsed() == 6000);
  exam.tick(1500);
  CHECK(exam.elapsed() == 7000);
  exam.tick(std::numeric_limits<double>::quiet_NaN());
  exam.tick(std::numeric_limits<double>::infinity());
  CHECK(exam.elapsed() == 7000);
  exam.pause();
  exam.tick(100'000);
  exam.resume();
  exam.tick(200'000);
  CHECK(exam.elapsed() == 7000);
  exam.tick(201'000);
  CHECK(exam.elapsed() == 8000);

  // Saved and loaded: what passed in between does not count.
  const auto later = Exam::load(bank, exam.save());
  later->resume();
  later->tick(1e12);
  CHECK(later->elapsed() == 8000);
  double now = 1e12;
  while (later->state() == Exam::State::running) later->tick(now += 1000);
  CHECK(later->state() == Exam::State::handed_in);
  CHECK(later->elapsed() == kMinute);
}

TEST_CASE("practice answers at once", "[exam]") {
  const Bank bank = bank_of(10);
  Exam exam(bank, std::vector<std::string>{"q-0", "q-2"}, 1, 0);
  exam.act("choose", 0, 1, "1");
  exam.act("check", 0, 0, "");
  CHECK(exam.quiz().item(0).phase == Phase::wrong);
  exam.act("retry", 0, 0, "");
  exam.act("choose", 0, 0, "1");
  exam.act("check", 0, 0, "");
  CHECK(exam.quiz().item(0).phase == Phase::right);
  exam.act("enter", 1, 0, "2");
  exam.act("check", 1, 0, "");
  for (int k = 0; k < 10'000; k++) exam.tick(1000.0 * k);
  CHECK(exam.state() == Exam::State::running);
  exam.hand_in();
  CHECK(exam.result().all.right == 1);
  CHECK(exam.result().all.asked == 2);
  CHECK(exam.result().unanswered == 0);
}

TEST_CASE("a saved exam goes on although the bank has changed", "[exam]") {
  const Bank bank = bank_of(10);
  Exam exam(bank, std::vector<std::string>{"q-9", "q-1", "q-2"}, 3, 20);
  exam.act("enter", 2, 0, "2");
  const auto smaller = Exam::load(bank_of(9), exam.save());
  CHECK(ids_of(*smaller) == std::vector<std::string>{"q-1", "q-2"});
  CHECK(smaller->quiz().item(1).entered == "2");
  CHECK_THROWS_MATCHES(Exam::load(bank_of(1), exam.save()), Error,
                       Message("The course no longer has any question of the saved exam."));
}

TEST_CASE("a damaged exam is refused in one sentence", "[exam]") {
  const Bank bank = bank_of(10);
  Exam exam(bank, std::vector<std::string>{"q-1", "q-2"}, 3, 20);
  exam.act("enter", 1, 0, "2");
  const std::string saved = exam.save();
  for (std::size_t length = 0; length < saved.size(); length++)
    CHECK_THROWS_AS(Exam::load(bank, saved.substr(0, length)), Error);
  const auto with = [&](std::string_view old_text, std::string_view new_text) {
    std::string text = saved;
    const std::size_t at = text.find(old_text);
    REQUIRE(at != std::string::npos);
    return text.replace(at, old_text.size(), new_text);
  };
  CHECK_THROWS_MATCHES(Exam::load(bank, with("\"version\":1", "\"version\":2")), Error,
                       Message("The saved exam was written by a newer version of the course."));
  CHECK_THROWS_MATCHES(Exam::load(bank, with("\"running\"", "\"going\"")), Error,
                       Message("The saved exam is damaged: it has no valid state."));
  CHECK_THROWS_AS(Exam::load(bank, with("\"q-2\"", "\"q-1\"")), Error);
  CHECK_THROWS_AS(Exam::load(bank, with("\"minutes\":20", "\"minutes\":-1")), Error);
  CHECK_THROWS_AS(Exam::load(bank, with("\"elapsed\":0", "\"elapsed\":1e400")), Error);
  CHECK_THROWS_AS(Exam::load(bank, with("\"answers\":", "\"answer\":")), Error);
  CHECK_THROWS_AS(Exam::load(bank, "[]"), Error);
}

// --- Review --------------------------------------------------------------------------------------

TEST_CASE("the first gap is a seventh of the time until the target", "[review]") {
  CHECK(first_gap(100, 170) == 10);
  CHECK(first_gap(100, 103) == 1);
  CHECK(first_gap(100, 1000) == 30);
  CHECK(first_gap(100, std::nullopt) == 4);
  CHECK(first_gap(100, 100) == 4);
  CHECK(first_gap(100, 50) == 4);
}

TEST_CASE("gaps grow with success and are reset by failure", "[review]") {
  CHECK(due_after({{100, true}}, std::nullopt).day == 104);
  CHECK(due_after({{100, true}, {104, true}}, std::nullopt).day == 112);
  CHECK(due_after({{100, true}, {104, true}, {115, true}}, std::nullopt).day == 131);
  CHECK(due_after({{100, true}, {104, true}, {112, false}}, std::nullopt).day == 116);
  CHECK(due_after({{100, true}, {101, true}}, std::nullopt).day == 104);   // too early to count
  CHECK(due_after({{100, true}, {101, false}}, std::nullopt).day == 105);  // forgotten already
  CHECK(due_after({{100, true}, {90, false}}, std::nullopt).day == 104);   // a clock set back
  CHECK(due_after({{100, true}}, 170).day == 110);
  CHECK(due_after({{100, true}, {110, true}, {130, true}}, 170).day ==
        169);  // not after the target
  CHECK(due_after({{100, true}, {169, true}}, 170).day == 170);
}

TEST_CASE("whatever the history, a question is due later, and before the target", "[review]") {
  Rng rng(5);
  for (int round = 0; round < 2000; round++) {
    std::vector<Asking> askings;
    int latest = 0;
    for (std::uint32_t k = 0; k <= rng.below(8); k++) {
      askings.push_back({static_cast<int>(rng.below(400)), rng.below(3) > 0, rng.below(2) > 0});
      latest = std::max(latest, askings.back().day);
    }
    const int target = static_cast<int>(rng.below(800));
    const Due due = due_after(askings, target);
    CHECK(due.gap >= 1);
    CHECK(due.gap <= 365);
    if (!askings.back().right || askings.size() == 1) CHECK(due.day > latest);
    if (latest < target - 1) CHECK(due.day < std::max(target, latest + 2));
    auto right = askings;
    right.push_back({std::max(latest, due.day), true, false});
    auto wrong = right;
    wrong.back().right = false;
    CHECK(due_after(right, std::nullopt).day >= due_after(wrong, std::nullopt).day - 30);
    CHECK(due_after(right, target).day > right.back().day);
  }
}

TEST_CASE("today's review asks the due, the surprising first, ten at most", "[review]") {
  const Bank bank = bank_of(60);
  History history;
  for (int k = 0; k < 30; k++) history["q-" + std::to_string(k)] = {{80, true}};
  history["q-40"] = {{98, true}};         // not due
  history["q-41"] = {{90, false, true}};  // sure and wrong
  history["q-42"] = {{95, false}};        // wrong
  history["gone"] = {{10, false}};        // no longer in the bank
  history["q-43"] = {{99, true}, {100, true}};
  const Plan plan = plan_review(bank, history, 100, std::nullopt);
  CHECK(plan.now.size() == 10);
  CHECK(plan.due == 32);
  CHECK(plan.next == std::nullopt);
  CHECK(plan.answered == 34);
  CHECK(plan.days_active == 5);
  CHECK(plan.streak == 3);
  for (const char* id : {"q-41", "q-42"})
    CHECK(std::find(plan.now.begin(), plan.now.end(), id) != plan.now.end());
  for (std::size_t k = 1; k < plan.now.size(); k++)
    CHECK(first_topic(bank, plan.now[k]) != first_topic(bank, plan.now[k - 1]));

  const Plan before = plan_review(bank, history, 83, std::nullopt);
  CHECK(before.due == 0);
  CHECK(before.now.empty());
  CHECK(before.next == 84);
  const Plan nothing = plan_review(bank, {}, 100, 170);
  CHECK(nothing.next == std::nullopt);
  CHECK(nothing.streak == 0);
}

TEST_CASE("weak spots are what was wrong last, and topics that mostly were", "[review]") {
  const Bank bank = bank_of(20);
  History history;
  history["q-1"] = {{1, false}, {2, true}};
  history["q-3"] = {{1, true}, {2, false}};
  CHECK(weak_spots(bank, history) == std::vector<std::string>{"q-3"});
  history["q-2"] = {{1, false}};  // topic-4 with q-3, q-7, q-8, q-12, q-13, q-17, q-18
  history["q-7"] = {{1, true}};
  const std::vector<std::string> weak = weak_spots(bank, history);
  for (const std::string& id : weak) CHECK(first_topic(bank, id) == "topic-4");
  CHECK(weak.size() == 8);
  CHECK(weak_spots(bank, {}).empty());
}

TEST_CASE("a history is read, and a damaged one refused", "[review]") {
  const History history = read_history(
      R"({"a": [{"day": 3, "right": true}], "b": [{"day": 4, "right": false, "sure": true}]})");
  CHECK(history.at("a").front().day == 3);
  CHECK(history.at("b").front().sure);
  for (const char* text :
       {"", "[]", "{\"a\": [{}]}", "{\"a\": [{\"day\": -1, \"right\": true}]}",
        "{\"a\": [{\"day\": 1.5, \"right\": true}]}", "{\"a\": [{\"day\": 1, \"right\": 1}]}"})
    CHECK_THROWS_AS(read_history(text), Error);
  CHECK_THROWS_MATCHES(read_history("{\"a\": [{}]}"), Error,
                       Message("The history of question a is damaged."));
}
