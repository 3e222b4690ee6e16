// Hostile text against everything in src/quiz that reads text. libFuzzer calls the function below
// with texts of its own (target quiz_fuzz, clang only); the test program calls it with every file
// in tests/corpus/quiz.

#include "quiz_fuzz.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "quiz/quiz.h"
#include "tensor/check.h"

using namespace grad;
using namespace grad::quiz;

namespace {

constexpr const char* kBank = R"({"version":1,"questions":[
  {"id":"one","level":1,"type":"single","prompt":"p","hint":"h","why":"w","options":[
    {"text":"a","correct":true,"feedback":"f"},{"text":"b","correct":false,"feedback":"f"}]},
  {"id":"some","level":1,"type":"multiple","prompt":"p","why":"w","options":[
    {"text":"a","correct":true,"feedback":"f"},{"text":"b","correct":true,"feedback":"f"}]},
  {"id":"number","level":1,"type":"numeric","prompt":"p","why":"w","answer":{"value":3}},
  {"id":"guess","level":1,"type":"predict","prompt":"p","why":"w",
   "answer":{"demo":"d","state":"","readout":"r","value":3,"tolerance":1}},
  {"id":"sorted","level":1,"type":"order","prompt":"p","why":"w","options":[
    {"text":"a","feedback":"f"},{"text":"b","feedback":"f"},{"text":"c","feedback":"f"}]},
  {"id":"pairs","level":1,"type":"match","prompt":"p","why":"w","options":[
    {"left":"x","text":"a","feedback":"f"},{"left":"y","text":"b","feedback":"f"},
    {"text":"c","feedback":"f"}]},
  {"id":"gaps","level":1,"type":"fill","prompt":"p","why":"w","text":"___ and ___",
   "gaps":[{"accept":["a"]},{"accept":["b"],"feedback":{"c":"f"}}]},
  {"id":"prints","level":1,"type":"output","prompt":"p","why":"w","language":"cpp","code":"c",
   "answer":{"accept":["3"]}},
  {"id":"task","level":1,"type":"do","prompt":"p","why":"w",
   "answer":{"demo":"d","conditions":[{"readout":"r","below":3},{"parameter":"n","equals":2}]}},
  {"id":"drawn","level":1,"type":"numeric","prompt":"{{a}}","why":"w",
   "variant":{"a":{"from":1,"to":5},"b":[1,2],"where":"a != b"},
   "answer":{"value":"a + b"}}]})";

// A failed promise must end the program in every build, so that the fuzzer sees it.
void require(bool ok) {
  if (!ok) std::abort();
}

std::vector<std::string> ids_of(const Bank& bank) {
  std::vector<std::string> ids;
  for (const Question& question : bank.questions) ids.push_back(question.id);
  return ids;
}

/// A restored record survives being saved and restored again.
void check_record(std::string_view text) {
  static const Bank bank = load_bank(kBank);
  const std::vector<std::string> ids = ids_of(bank);
  Quiz quiz(bank, ids, 1), again(bank, ids, 1);
  quiz.enter(2, "4");
  quiz.check(2);
  quiz.enter(3, "5");
  quiz.check(3);
  quiz.move(4, 0, 2);
  quiz.check(4);
  quiz.enter(6, "b", 1);
  quiz.rate(9, Confidence::sure);
  quiz.enter(9, "77");
  quiz.check(9);
  quiz.retry(9);
  const std::string before = quiz.save(), model = quiz.view_model();
  try {
    quiz.restore(text);
  } catch (const Error&) {
    require(quiz.save() == before && quiz.view_model() == model);
    return;
  }
  require(quiz.score() <= quiz.done());
  again.restore(quiz.save());
  require(again.save() == quiz.save());
  require(again.done() == quiz.done() && again.score() == quiz.score());
}

/// By moves, every option where it belongs.
void sort_options(Quiz& quiz, int i) {
  for (int place = 0; place < static_cast<int>(quiz.item(i).placed.size()); place++) {
    const std::vector<int>& placed = quiz.item(i).placed;
    const auto found = std::find(placed.begin(), placed.end(), place);
    quiz.move(i, static_cast<int>(found - placed.begin()), place);
  }
}

/// Every question of an accepted bank can be answered right at once.
void check_bank(std::string_view text) {
  Bank bank;
  try {
    bank = load_bank(text);
  } catch (const Error&) {
    return;
  }
  const std::vector<std::string> ids = ids_of(bank);
  Quiz quiz(bank, ids, 1);
  for (int i = 0; i < quiz.size(); i++) {
    const Question& question = *quiz.item(i).question;
    for (std::size_t k = 0; k < question.options.size(); k++)
      if (question.options[k].correct) quiz.choose(i, static_cast<int>(k));
    for (std::size_t k = 0; k < question.gaps.size(); k++)
      quiz.enter(i, question.gaps[k].accepted[0], static_cast<int>(k));
    if (takes_order(question.type)) sort_options(quiz, i);
    const bool known = !takes_number(question.type) && question.type != Type::task;
    if (known) quiz.check(i);
    require(!known || quiz.item(i).phase == Phase::right);
    quiz.enter(i, text.substr(0, 100));
    quiz.check(i);
    quiz.reveal(i);
    require(question.variant == nullptr || drawn(question, 77).id == question.id);
    if (question.type == Type::predict) {
      if (!is_final(quiz.item(i).phase)) quiz.enter(i, "0");
      quiz.check(i);
      require(is_final(quiz.item(i).phase) && !quiz.message(i).empty());
    }
    require(!question.prompt.empty() && !question.why.empty());
    require(std::isfinite(question.value) && question.tolerance >= 0);
  }
  check_record(quiz.save());
  require(!quiz.view_model().empty());
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  double number = 0;
  if (parse_number(text, number)) require(std::isfinite(number));
  check_bank(text);
  check_record(text);
  return 0;
}
