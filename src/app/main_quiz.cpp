// The quiz room as a WebAssembly module of its own, for pages that ask but draw nothing: papers,
// exams, reviews. A page has one bank and one exam. Functions that can fail leave the sentence in
// quiz_error(); texts are returned until the next call.

#include <cstdlib>
#include <memory>
#include <optional>
#include <string>

#include "quiz/exam.h"
#include "quiz/json.h"
#include "quiz/review.h"
#include "tensor/check.h"

#define EXPORT extern "C" __attribute__((used, visibility("default")))

namespace {

using namespace grad;
using quiz::JsonWriter;

std::string last_error, answer;
quiz::Bank catalogue;  // what papers are planned from
quiz::Bank bank;       // what can be asked: the lessons that were given
std::unique_ptr<quiz::Exam> exam;

/// Runs `work` for a text; on an exception keeps its sentence.
template <class Work>
const char* guarded(Work work) {
  last_error.clear();
  try {
    answer = work();
  } catch (const std::exception& error) {
    last_error = error.what();
    answer.clear();
  }
  return answer.c_str();
}

quiz::Exam& running() {
  check(exam != nullptr, "There is no exam.");
  return *exam;
}

void write_list(JsonWriter& out, const std::vector<std::string>& texts) {
  out.begin_array();
  for (const std::string& text : texts) out.value(text);
  out.end_array();
}

std::string list(const std::vector<std::string>& texts) {
  JsonWriter out;
  write_list(out, texts);
  return out.text();
}

}  // namespace

EXPORT const char* quiz_error() { return last_error.c_str(); }
/// Memory for texts that are passed in.
EXPORT void* quiz_alloc(std::uint32_t bytes) { return std::malloc(bytes); }
EXPORT void quiz_free(void* memory) { std::free(memory); }

/// Takes the catalogue that papers and reviews are planned from; the number of its questions.
EXPORT const char* quiz_catalogue(const char* json) {
  return guarded([&] {
    catalogue = quiz::load_catalogue(json);
    return std::to_string(catalogue.questions.size());
  });
}

/// Takes the bank of one lesson, whose questions can then be asked; those left out, as sentences.
EXPORT const char* quiz_lesson(const char* json) {
  return guarded([&] {
    quiz::Bank lesson = quiz::load_bank(json);
    for (quiz::Question& question : lesson.questions)
      if (bank.find(question.id) == nullptr) bank.questions.push_back(std::move(question));
    std::vector<std::string> sentences;
    for (const auto& [id, sentence] : lesson.left_out) sentences.push_back(sentence);
    return list(sentences);
  });
}

/// How many questions fit a blueprint (an address' text).
EXPORT const char* quiz_fitting(const char* blueprint) {
  return guarded([&] {
    return std::to_string(quiz::fitting(catalogue, quiz::read_blueprint(blueprint)).size());
  });
}

/// The blueprint as it is written in addresses.
EXPORT const char* quiz_blueprint(const char* blueprint) {
  return guarded([&] { return quiz::to_text(quiz::read_blueprint(blueprint)); });
}

/// The ids of the paper, as a list.
EXPORT const char* quiz_paper(const char* blueprint) {
  return guarded(
      [&] { return list(quiz::make_paper(catalogue, quiz::read_blueprint(blueprint))); });
}

/// Begins an exam of the questions in `ids`, separated by commas, that can be asked; their ids.
/// `minutes` 0: practice.
EXPORT const char* exam_begin(const char* ids, double seed, int minutes) {
  return guarded([&] {
    std::vector<std::string> asked = quiz::read_blueprint("among=" + std::string(ids)).among;
    std::erase_if(asked, [](const std::string& id) { return bank.find(id) == nullptr; });
    exam = std::make_unique<quiz::Exam>(bank, asked, static_cast<std::uint64_t>(seed), minutes);
    return list(asked);
  });
}

/// Goes on with a saved exam; the ids of its questions.
EXPORT const char* exam_load(const char* saved) {
  return guarded([&] {
    exam = quiz::Exam::load(bank, saved);
    std::vector<std::string> ids;
    for (int i = 0; i < exam->quiz().size(); i++) ids.push_back(exam->quiz().item(i).question->id);
    return list(ids);
  });
}

EXPORT const char* exam_save() {
  return guarded([] { return running().save(); });
}
EXPORT const char* exam_model() {
  return guarded([] { return running().view_model(); });
}
EXPORT const char* exam_act(const char* action, int item, int option, const char* text) {
  return guarded([&] {
    running().act(action, item, option, text);
    return "";
  });
}
/// `now` in milliseconds; see Exam::tick.
EXPORT const char* exam_tick(double now) {
  return guarded([&] {
    running().tick(now);
    return "";
  });
}
/// "pause", "resume" or "hand_in".
EXPORT const char* exam_set(const char* what) {
  return guarded([&] {
    const std::string_view state = what;
    if (state == "pause") running().pause();
    if (state == "resume") running().resume();
    if (state == "hand_in") running().hand_in();
    return "";
  });
}

/// {now, due, next (a day or null), answered, days_active, streak}; `target` below 0: none.
EXPORT const char* review_plan(const char* history, double today, double target) {
  return guarded([&] {
    const auto day = [](double number) { return static_cast<int>(number); };
    const std::optional<int> aim = target < 0 ? std::nullopt : std::optional(day(target));
    const quiz::Plan plan =
        quiz::plan_review(catalogue, quiz::read_history(history), day(today), aim);
    JsonWriter out;
    write_list(out.begin_object().key("now"), plan.now);
    out.member("due", plan.due).key("next");
    if (plan.next)
      out.value(*plan.next);
    else
      out.raw("null");
    out.member("answered", plan.answered).member("days_active", plan.days_active);
    return out.member("streak", plan.streak).end_object().text();
  });
}

/// Ids of the questions to practise, as a list.
EXPORT const char* review_weak(const char* history) {
  return guarded([&] { return list(quiz::weak_spots(catalogue, quiz::read_history(history))); });
}

/// Whether the engine can take saved answers of a lesson; the sentence if not.
EXPORT const char* answers_problem(const char* lesson, const char* record) {
  return guarded([&] {
    std::vector<std::string> ids;
    for (const quiz::Question& question : bank.questions)
      if (question.lesson == lesson) ids.push_back(question.id);
    if (!ids.empty()) quiz::Quiz(bank, ids, 1).restore(record);
    return "";
  });
}
