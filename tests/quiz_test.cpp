#include "quiz/quiz.h"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include "quiz/json.h"
#include "quiz_fuzz.h"
#include "tensor/check.h"
#include "tensor/rng.h"

using namespace grad;
using namespace grad::quiz;
using Catch::Matchers::Message;

namespace {

constexpr const char* kBank = R"({
  "version": 1, "lesson": "03-02-optimisers", "title": "Optimisers",
  "quick_check": ["opt-slope", "opt-rate", "opt-signs"],
  "questions": [
    {"id": "opt-slope", "level": 1, "topics": ["gradient-descent"], "type": "single",
     "prompt": "Where does a step go?", "hint": "Think of a hill.", "why": "Down is along −∇L.",
     "options": [
       {"text": "downhill", "correct": true, "feedback": "It follows the negative gradient."},
       {"text": "uphill", "correct": false, "feedback": "That is the gradient itself."},
       {"text": "sideways", "correct": false, "feedback": "The loss stays equal there."}]},
    {"id": "opt-rate", "level": 2, "topics": ["learning-rate"], "type": "numeric",
     "prompt": "Loss $L(w)=w^2$, $w_0=1$, rate $0.1$. What is $w_1$?",
     "answer": {"value": 0.8, "tolerance": 0.005, "unit": "m"},
     "feedback": {"0.2": "That is the step itself, not the new weight.", "0,21": "Close to it."},
     "hint": "The gradient at 1 is 2.", "why": "w₁ = 1 − 0.1·2 = 0.8.",
     "lesson": "03-02-optimisers", "anchor": "step"},
    {"id": "opt-signs", "level": 3, "topics": [], "type": "multiple",
     "prompt": "Which diverge?", "why": "The rate is too large for their curvature.",
     "options": [
       {"text": "a", "correct": true, "feedback": "a does."},
       {"text": "b", "correct": false, "feedback": "b does not."},
       {"text": "c", "correct": true, "feedback": "c does."},
       {"text": "d", "correct": false, "feedback": "d does not."}]}
  ]})";

const std::vector<std::string> kIds = {"opt-slope", "opt-rate", "opt-signs"};
constexpr int kSlope = 0, kRate = 1, kSigns = 2;

/// kBank with one piece of text replaced.
std::string bank_with(std::string_view old_text, std::string_view new_text) {
  std::string json = kBank;
  const std::size_t at = json.find(old_text);
  REQUIRE(at != std::string::npos);
  return json.replace(at, old_text.size(), new_text);
}

struct Fixture {
  Quiz quiz{load_bank(kBank), kIds, 7};
};

constexpr const char* kPrediction = R"({"id": "opt-guess", "level": 2, "type": "predict",
     "prompt": "How many steps?", "hint": "Fewer than 100.", "why": "The rate is small.",
     "answer": {"demo": "slopes", "state": "rate:0.1,seed:3", "readout": "steps",
                "value": 41.96, "tolerance": 5, "unit": "steps", "decimals": 1}})";

/// kBank with kPrediction, in which `old_text` is replaced, before its questions.
std::string bank_of_prediction(std::string_view old_text = "", std::string_view new_text = "") {
  std::string prediction = kPrediction;
  if (!old_text.empty()) {
    const std::size_t at = prediction.find(old_text);
    REQUIRE(at != std::string::npos);
    prediction.replace(at, old_text.size(), new_text);
  }
  return bank_with("\"questions\": [", "\"questions\": [" + prediction + ",");
}

/// What is wrong with a bank: with its first bad question, or as a whole.
std::string complaint(std::string_view json) {
  try {
    const Bank bank = load_bank(json);
    return bank.left_out.empty() ? "" : bank.left_out[0].second;
  } catch (const Error& error) {
    return error.what();
  }
}

/// A view model without what is not saved: the revision, and problems (with their message).
std::string saved_part(const Quiz& quiz) {
  Json model = parse_json(quiz.view_model(), 1'000'000);
  const auto set = [](Json& object, std::string_view name, const Json& value) {
    for (std::size_t k = 0; k < object.names.size(); k++)
      if (object.names[k] == name) object.items[k] = value;
  };
  set(model, "revision", {});
  Json items = *model.find("items");
  for (Json& item : items.items) {
    if (item.find("problem")->string.empty()) continue;
    set(item, "problem", *parse_json("[\"\"]", 10).items.begin());
    set(item, "message", *parse_json("[\"\"]", 10).items.begin());
  }
  set(model, "items", items);
  return JsonWriter().value(model).text();
}

}  // namespace

TEST_CASE("a bank is read whole", "[quiz]") {
  const Bank bank = load_bank(kBank);
  CHECK(bank.lesson == "03-02-optimisers");
  CHECK(bank.title == "Optimisers");
  CHECK(bank.quick_check == kIds);
  REQUIRE(bank.questions.size() == 3);
  const Question& rate = *bank.find("opt-rate");
  CHECK(rate.type == Type::numeric);
  CHECK(rate.level == 2);
  CHECK(rate.topics == std::vector<std::string>{"learning-rate"});
  CHECK(rate.value == 0.8);
  CHECK(rate.tolerance == 0.005);
  CHECK(rate.unit == "m");
  CHECK(rate.feedback.at(0).value == 0.2);
  CHECK(rate.feedback.at(1).value == 0.21);
  CHECK(rate.anchor == "step");
  const Question& slope = *bank.find("opt-slope");
  CHECK(slope.options.size() == 3);
  CHECK(slope.options[0].correct);
  CHECK(slope.hint == "Think of a hill.");
  CHECK(slope.lesson.empty());
  CHECK(bank.find("opt-adam") == nullptr);
}

TEST_CASE("a malformed bank is refused with a sentence that names the place", "[quiz]") {
  struct Case {
    std::string_view old_text, new_text;
    const char* sentence;
  };
  const Case cases[] = {
      {"\"version\": 1", "\"version\": 2", "The bank version is not 1, the one that can be read."},
      {"\"version\": 1,", "", "The bank has no version."},
      {"\"quick_check\": [", "\"quick_check\": [\"opt-adam\",",
       "The bank's quick_check names opt-adam, which is not among its questions."},
      {"\"quick_check\": [", "\"quick_check\": [\"opt-slope\",",
       "The bank's quick_check names opt-slope twice."},
      {"[\"opt-slope\", \"opt-rate\"", "[\"opt-rate\", \"opt-slope\"",
       "The bank's quick_check names opt-slope (level 1) after a question of level 2."},
      {"\"id\": \"opt-rate\"", "\"id\": \"opt-slope\"",
       "Question 2 (opt-slope) has the id of an earlier one."},
      {"\"id\": \"opt-rate\"", "\"id\": \"Opt rate\"",
       "Question 2 id \"Opt rate\" is not up to 64 of a-z, 0-9 and -."},
      {"\"level\": 2", "\"level\": 5", "Question 2 (opt-rate) level is not 1, 2, 3 or 4."},
      {"\"level\": 2", "\"level\": 1.5", "Question 2 (opt-rate) level is not 1, 2, 3 or 4."},
      {"\"level\": 2", "\"level\": \"2\"", "Question 2 (opt-rate) level is not a number."},
      {"\"numeric\"", "\"essay\"",
       "Question 2 (opt-rate) type \"essay\" is none of single, multiple, numeric, predict, order, "
       "match, fill, output, do."},
      {"Down is along −∇L.", "  ", "Question 1 (opt-slope) why is empty."},
      {"\"why\": \"The", "\"reason\": \"The", "Question 3 (opt-signs) has no why."},
      {"That is the gradient itself.", "", "Question 1 (opt-slope): option 2 feedback is empty."},
      {"\"text\": \"uphill\"", "\"text\": \"downhill\"",
       "Question 1 (opt-slope): option 2 repeats another one."},
      {"\"uphill\", \"correct\": false", "\"uphill\", \"correct\": true",
       "Question 1 (opt-slope) has 2 correct options, not one."},
      {"\"uphill\", \"correct\": false", "\"uphill\", \"correct\": 0",
       "Question 1 (opt-slope): option 2 correct is not true or false."},
      {"\"answer\": {", "\"options\": [], \"answer\": {",
       "Question 2 (opt-rate) has options although it is numeric."},
      {"\"value\": 0.8", "\"value\": null", "Question 2 (opt-rate): answer value is not a number."},
      {"\"tolerance\": 0.005", "\"tolerance\": -1",
       "Question 2 (opt-rate): answer tolerance is negative."},
      {"\"0.2\"", "\"much\"", "Question 2 (opt-rate): feedback \"much\" is not a number."},
      {"\"0.2\"", "\"0.801\"", "Question 2 (opt-rate): feedback \"0.801\" is a right answer."},
      {"Which diverge?", "Which\\u0000?",
       "Question 3 (opt-signs) prompt holds a control character."},
      {"\"topics\": []", "\"topics\": [\"a b\"]",
       "Question 3 (opt-signs) topics holds something other than a-z, 0-9 and -."},
      {"\"options\": [", "\"options\": [3,", "Question 1 (opt-slope): option 1 is not an object."},
      {"\"questions\": [", "\"questions\": [], \"rest\": [", "The bank has no questions."},
      {"\"questions\": [", "\"questions\": [null,", "Question 1 is not an object."},
      {"\"title\": \"Optimisers\"", "\"title\": 3", "The bank title is not a text."},
      {"\"title\":", "\"title\"", "The bank is not JSON: a colon is missing (line 2, column 55)."},
  };
  for (const Case& c : cases) {
    INFO(c.new_text);
    CHECK(complaint(bank_with(c.old_text, c.new_text)) == c.sentence);
  }
  CHECK(complaint(bank_with("Which diverge?", std::string(4'001, 'x'))) ==
        "Question 3 (opt-signs) prompt is longer than 4,000 characters.");
  CHECK(complaint(bank_with("Which diverge?", std::string(4'000, 'x'))).empty());
  CHECK(complaint(std::string().append(16'000'001, ' ')) ==
        "The bank is larger than 16 MB (16000001 bytes).");
  CHECK(complaint("[1]") == "The bank is not an object.");
}

TEST_CASE("a question has two to twelve options, one of them correct", "[quiz]") {
  const auto bank = [](int options, const char* type, const char* correct) {
    std::string json = R"({"version":1,"questions":[{"id":"q","level":1,"type":")" +
                       std::string(type) + R"(","prompt":"p","why":"w","options":[)";
    for (int k = 0; k < options; k++)
      json += (k ? "," : "") + (R"({"text":")" + std::to_string(k)) +
              R"(","feedback":"f","correct":)" + (k == 0 ? correct : "false") + "}";
    return json + "]}]}";
  };
  CHECK(complaint(bank(2, "single", "true")).empty());
  CHECK(complaint(bank(12, "multiple", "true")).empty());
  CHECK(complaint(bank(1, "single", "true")) ==
        "Question 1 (q) has 1 options; 2 to 12 are possible.");
  CHECK(complaint(bank(13, "single", "true")) ==
        "Question 1 (q) has 13 options; 2 to 12 are possible.");
  CHECK(complaint(bank(2, "single", "false")) == "Question 1 (q) has 0 correct options, not one.");
  CHECK(complaint(bank(2, "multiple", "false")) == "Question 1 (q) has no correct option.");
}

// --- Predictions -------------------------------------------------------------------------------

TEST_CASE("a prediction names its run", "[quiz]") {
  const Bank bank = load_bank(bank_of_prediction());
  const Question& guess = *bank.find("opt-guess");
  CHECK(guess.type == Type::predict);
  CHECK(guess.run.demo == "slopes");
  CHECK(guess.run.state == "rate:0.1,seed:3");
  CHECK(guess.run.readout == "steps");
  CHECK(guess.run.decimals == 1);
  CHECK(guess.value == 41.96);
  CHECK(guess.tolerance == 5);
  CHECK(guess.unit == "steps");
  const Bank plain = load_bank(bank_of_prediction(", \"unit\": \"steps\", \"decimals\": 1", ""));
  CHECK(plain.find("opt-guess")->run.decimals == 2);
  CHECK(load_bank(bank_of_prediction("rate:0.1,seed:3", "")).find("opt-guess")->run.state.empty());

  struct Case {
    std::string_view old_text, new_text;
    const char* sentence;
  };
  const Case cases[] = {
      {"\"answer\"", "\"reply\"", "Question 1 (opt-guess) has no answer."},
      {"\"answer\"", "\"options\": [], \"answer\"",
       "Question 1 (opt-guess) has options although it is predict."},
      {"\"value\": 41.96,", "", "Question 1 (opt-guess): answer has no value."},
      {"\"demo\": \"slopes\",", "", "Question 1 (opt-guess): answer has no demo."},
      {"\"slopes\"", "\" \"", "Question 1 (opt-guess): answer demo is empty."},
      {"\"rate:0.1,seed:3\"", "7", "Question 1 (opt-guess): answer state is not a text."},
      {"\"readout\": \"steps\",", "", "Question 1 (opt-guess): answer has no readout."},
      {"\"tolerance\": 5", "\"tolerance\": -5",
       "Question 1 (opt-guess): answer tolerance is negative."},
      {"\"decimals\": 1", "\"decimals\": 7",
       "Question 1 (opt-guess): answer decimals is not a whole number from 0 to 6."},
      {"\"decimals\": 1", "\"decimals\": 1.5",
       "Question 1 (opt-guess): answer decimals is not a whole number from 0 to 6."},
      {"\"decimals\": 1", "\"decimals\": -1e300",
       "Question 1 (opt-guess): answer decimals is not a whole number from 0 to 6."},
  };
  for (const Case& c : cases) {
    INFO(c.new_text);
    CHECK(complaint(bank_of_prediction(c.old_text, c.new_text)) == c.sentence);
  }
}

TEST_CASE("a prediction is locked in once and then compared with the run", "[quiz]") {
  const std::vector<std::string> ids = {"opt-guess"};
  const Bank bank = load_bank(bank_of_prediction());
  struct Case {
    const char *entered, *message;
    bool right;
  };
  const Case cases[] = {
      {"40", "Well guessed: you said 40.0 steps; the run gave 42.0 steps, 2.0 steps away.", true},
      {"46.96 steps",
       "Well guessed: you said 46.96 steps; the run gave 42.0 steps, 5.0 steps away.", true},
      {"80", "You said 80.0 steps; the run gave 42.0 steps, 38.0 steps away.", false},
      {"-1/8", "You said -0.125 steps; the run gave 42.0 steps, 42.1 steps away.", false},
  };
  for (const Case& c : cases) {
    INFO(c.entered);
    Quiz quiz(bank, ids, 1);
    quiz.check(0);
    CHECK(quiz.message(0) == "Make a guess first.");
    CHECK(quiz.item(0).tries == 0);
    quiz.enter(0, c.entered);
    CHECK(quiz.view_model().find("41.96") == std::string::npos);
    CHECK(quiz.view_model().find("42.0") == std::string::npos);
    quiz.check(0);
    CHECK(quiz.item(0).phase == (c.right ? Phase::right : Phase::revealed));
    CHECK(quiz.message(0) == c.message);
    CHECK(quiz.score() == c.right);
    CHECK(quiz.done() == 1);
    const Json model = parse_json(quiz.view_model(), 10'000);
    CHECK(model.find("items")->items[0].find("answer")->string == "42.0 steps");
    const std::uint64_t revision = quiz.revision();
    quiz.retry(0);
    quiz.reveal(0);
    quiz.enter(0, "42");
    quiz.check(0);
    CHECK(quiz.revision() == revision);

    Quiz other(bank, ids, 1);
    other.restore(quiz.save());
    CHECK(saved_part(other) == saved_part(quiz));
  }
  // A record that says what cannot be is kept, not used.
  for (const char* item :
       {R"({"phase":"wrong","chosen":[],"entered":"80","tries":1,"hint_shown":false})",
        R"({"phase":"open","chosen":[],"entered":"80","tries":1,"hint_shown":false})",
        R"({"phase":"revealed","chosen":[],"entered":"80","tries":2,"hint_shown":false})",
        R"({"phase":"revealed","chosen":[],"entered":"42","tries":1,"hint_shown":false})"}) {
    Quiz quiz(bank, ids, 1);
    const std::string record =
        R"({"version":1,"current":"opt-guess","items":{"opt-guess":)" + std::string(item) + "}}";
    quiz.restore(record);
    CHECK(quiz.item(0) == quiz.item(0).fresh());
    CHECK(quiz.save() == record);
  }
}

TEST_CASE("JSON is read strictly", "[quiz][json]") {
  CHECK(parse_json(R"( {"a": [1, -2.5e1, true, null], "b": "x\n\u00e9\ud83d\ude00é"} )", 100)
            .find("b")
            ->string == "x\né😀é");
  const char* good[] = {"0", "-0", "1e-9", "[]", "{}", "\"\"", "[[],{}]", "false", "1E+2"};
  for (const char* text : good) CHECK_NOTHROW(parse_json(text, 100));
  const char* bad[] = {"",
                       "01",
                       "1.",
                       ".5",
                       "+1",
                       "1e",
                       "-",
                       "nul",
                       "[1,]",
                       "[1 2]",
                       "{\"a\":}",
                       "{\"a\" 1}",
                       "{a:1}",
                       "{\"a\":1,}",
                       "'a'",
                       "\"a",
                       "\"\\x\"",
                       "\"\\u12\"",
                       "\"\t\"",
                       "\"\\ud800\"",
                       "1 2",
                       "\"\\udc00\"",
                       "1e999",
                       "[",
                       "\"\\ud800\\u0041\"",
                       "NaN",
                       "{\"a\":1,\"a\":2}",
                       "// 1",
                       "\"\\"};
  for (const char* text : bad) {
    INFO(text);
    CHECK_THROWS_AS(parse_json(text, 100), Error);
  }
  const char* not_utf8[] = {"\x80",
                            "\xc0\x80",
                            "\xc3",
                            "\xe0\x80\x80",
                            "\xed\xa0\x80",
                            "\xe2\x82",
                            "\xf0\x80\x80\x80",
                            "\xf4\x90\x80\x80",
                            "\xf5\x80\x80\x80",
                            "\xff"};
  for (const char* text : not_utf8) {
    CHECK_FALSE(valid_utf8(text));
    CHECK_THROWS_AS(parse_json("\"" + std::string(text) + "\"", 100), Error);
  }
  CHECK(valid_utf8("aé€😀"));
  CHECK(count_characters("aé€😀") == 4);
  const auto nested = [](int depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  CHECK_NOTHROW(parse_json(nested(33), 100));
  CHECK_THROWS_MATCHES(parse_json(nested(34), 100), Error,
                       Message("not JSON: nested too deeply (line 1, column 34)"));
  std::string many = "[0";
  for (int k = 0; k < 500'000; k++) many += ",0";
  CHECK_THROWS_AS(parse_json(many + "]", 2'000'000), Error);
}

TEST_CASE("JSON is written as it is read", "[quiz][json]") {
  const std::string text = R"({"a":[1,-2.5,true,false,null,"\u0001\"\\é"],"b":{},"c":[]})";
  CHECK(JsonWriter().value(parse_json(text, 100)).text() == text);
  CHECK(number_text(0.1) == "0.1");
  CHECK(number_text(1.0 / 3) == "0.3333333333333333");
  CHECK(number_text(100) == "100");
  CHECK(JsonWriter().value(std::stod("inf")).text() == "null");
}

TEST_CASE("numbers are read as people type them", "[quiz]") {
  struct Case {
    const char* text;
    double value;
  };
  const Case good[] = {{"0.8", 0.8},     {"-3", -3},           {".5", 0.5},
                       {"5.", 5},        {"1e-3", 1e-3},       {"2E+2", 200},
                       {"1,5", 1.5},     {"0,125", 0.125},     {"1234,567", 1234.567},
                       {"2/3", 2.0 / 3}, {"1.5 / 2", 0.75},    {"-1/4", -0.25},
                       {"80%", 0.8},     {"12.5 %", 0.125},    {"  7\t", 7},
                       {"\u22123", -3},  {"\u20133", -3},      {"- 3", -3},
                       {"+4", 4},        {"\u00a04\u202f", 4}, {"007", 7},
                       {"1e-999", 0}};
  for (const Case& c : good) {
    INFO(c.text);
    double value = -1;
    CHECK(parse_number(c.text, value));
    CHECK(value == c.value);
  }
  const char* bad[] = {"",      " ",       "x",       ".",   "-",    "1e",    "1e+",
                       "1.2.3", "1,234.5", "--1",     "1/0", "0/0",  "1/",    "/2",
                       "1/2/3", "1 2",     "inf",     "nan", "0x1",  "1e999", "2/1e999",
                       "1,250", "12,000",  "1/1,000", "1%%", "1/2%", "٣"};
  for (const char* text : bad) {
    INFO(text);
    double value = -1;
    CHECK_FALSE(parse_number(text, value));
    CHECK(value == -1);
  }
  double value = 0;
  CHECK(parse_number(std::string(64, '1'), value));
  CHECK_FALSE(parse_number(std::string(65, '1'), value));
}

TEST_CASE("a quiz needs known, different questions", "[quiz]") {
  const std::vector<std::string> none, unknown = {"opt-slope", "opt-adam"},
                                       twice = {"opt-rate", "opt-rate"};
  CHECK_THROWS_MATCHES(Quiz(load_bank(kBank), none, 1), Error,
                       Message("A quiz needs at least one question."));
  CHECK_THROWS_MATCHES(Quiz(load_bank(kBank), unknown, 1), Error,
                       Message("The bank \"03-02-optimisers\" has no question opt-adam."));
  CHECK_THROWS_MATCHES(Quiz(load_bank(kBank), twice, 1), Error,
                       Message("Question opt-rate is asked twice."));
}

TEST_CASE("the order of options hangs on the seed and the question alone", "[quiz]") {
  const std::vector<std::string> alone = {"opt-signs"};
  std::set<std::vector<int>> orders;
  for (std::uint64_t seed = 0; seed < 200; seed++) {
    const Quiz all(load_bank(kBank), kIds, seed), one(load_bank(kBank), alone, seed);
    CHECK(all.item(kSigns).order == one.item(0).order);
    std::vector<int> sorted = one.item(0).order;
    std::sort(sorted.begin(), sorted.end());
    CHECK(sorted == std::vector<int>{0, 1, 2, 3});
    orders.insert(one.item(0).order);
  }
  CHECK(orders.size() == 24);  // all 4! of them
}

TEST_CASE_METHOD(Fixture, "a right answer at the first try scores", "[quiz]") {
  quiz.choose(kSlope, 1);
  quiz.choose(kSlope, 0);
  CHECK(quiz.item(kSlope).chosen == std::vector<bool>{true, false, false});
  CHECK(quiz.message(kSlope).empty());
  CHECK(quiz.option_feedback(kSlope, 0).empty());
  quiz.check(kSlope);
  CHECK(quiz.item(kSlope).phase == Phase::right);
  CHECK(quiz.message(kSlope) == "Right. It follows the negative gradient.");
  CHECK(quiz.option_feedback(kSlope, 1) == "That is the gradient itself.");
  CHECK(quiz.done() == 1);
  CHECK(quiz.score() == 1);
}

TEST_CASE_METHOD(Fixture, "a wrong answer is explained, tried again and no longer scores",
                 "[quiz]") {
  quiz.choose(kSlope, 1);
  quiz.check(kSlope);
  CHECK(quiz.item(kSlope).phase == Phase::wrong);
  CHECK(quiz.message(kSlope) == "Not yet. That is the gradient itself.");
  CHECK(quiz.option_feedback(kSlope, 1) == "That is the gradient itself.");
  CHECK(quiz.option_feedback(kSlope, 0).empty());
  quiz.choose(kSlope, 0);  // not while wrong
  CHECK(quiz.item(kSlope).chosen == std::vector<bool>{false, true, false});
  quiz.retry(kSlope);
  CHECK(quiz.item(kSlope).chosen == std::vector<bool>(3, false));
  quiz.choose(kSlope, 0);
  quiz.check(kSlope);
  CHECK(quiz.item(kSlope).phase == Phase::right);
  CHECK(quiz.item(kSlope).tries == 2);
  CHECK(quiz.done() == 1);
  CHECK(quiz.score() == 0);
}

TEST_CASE_METHOD(Fixture, "an answer is revealed only after a try", "[quiz]") {
  quiz.reveal(kSlope);
  CHECK(quiz.item(kSlope).phase == Phase::open);
  quiz.choose(kSlope, 2);
  quiz.check(kSlope);
  quiz.reveal(kSlope);
  CHECK(quiz.item(kSlope).phase == Phase::revealed);
  CHECK(quiz.message(kSlope) == "The answer is “downhill”.");
  const std::uint64_t revision = quiz.revision();
  quiz.retry(kSlope);
  quiz.check(kSlope);
  quiz.choose(kSlope, 0);
  quiz.show_hint(kSlope);
  CHECK(quiz.revision() == revision);
  CHECK(quiz.done() == 1);
  CHECK(quiz.score() == 0);
}

TEST_CASE_METHOD(Fixture, "several choices are right only together", "[quiz]") {
  const auto answer = [&](const std::vector<int>& options) {
    for (int k = 0; k < 4; k++) quiz.choose(kSigns, k, false);
    for (const int k : options) quiz.choose(kSigns, k);
    quiz.check(kSigns);
    std::string message = quiz.message(kSigns);
    quiz.retry(kSigns);
    return message;
  };
  CHECK(answer({}) == "Choose at least one option first.");
  CHECK(answer({0}) == "Not yet. Your choice is right, but it is not all.");
  CHECK(answer({1}) == "Not yet. Your choice is not right.");
  CHECK(answer({0, 1}) == "Not yet. 1 of your 2 choices is right.");
  CHECK(answer({1, 3}) == "Not yet. 0 of your 2 choices are right.");
  CHECK(answer({0, 1, 2, 3}) == "Not yet. 2 of your 4 choices are right.");
  CHECK(answer({0, 2}) == "Right.");
  CHECK(quiz.item(kSigns).tries == 6);
}

TEST_CASE_METHOD(Fixture, "several choices stay for the next try and are revealed together",
                 "[quiz]") {
  quiz.choose(kSigns, 0);
  quiz.choose(kSigns, 3);
  quiz.check(kSigns);
  CHECK(quiz.option_feedback(kSigns, 0) == "a does.");
  CHECK(quiz.option_feedback(kSigns, 3) == "d does not.");
  CHECK(quiz.option_feedback(kSigns, 2).empty());
  quiz.retry(kSigns);
  CHECK(quiz.item(kSigns).chosen == std::vector<bool>{true, false, false, true});
  quiz.check(kSigns);
  quiz.reveal(kSigns);
  CHECK(quiz.message(kSigns) == "The answer is “a”, “c”.");
}

TEST_CASE_METHOD(Fixture, "a number is graded within its tolerance", "[quiz]") {
  const auto answer = [&](const char* text) {
    quiz.reset();
    quiz.enter(kRate, text);
    quiz.check(kRate);
    return quiz.message(kRate);
  };
  CHECK(answer("0.8") == "Right.");
  CHECK(answer("0,805") == "Right.");
  CHECK(answer("0.795 m ") == "Right.");
  CHECK(answer("4/5") == "Right.");
  CHECK(answer("0.8051") == "Not yet. 0.8051 is not the answer. The hint may help.");
  CHECK(answer("0.2") == "Not yet. That is the step itself, not the new weight.");
  CHECK(answer("0.204") == "Not yet. That is the step itself, not the new weight.");
  CHECK(answer("0.206") == "Not yet. Close to it.");
  quiz.reveal(kRate);
  CHECK(quiz.message(kRate) == "The answer is 0.8 m.");
  CHECK(answer("") == "Enter a number first.");
  CHECK(answer("1,250") ==
        "“1,250” cannot be read as one number; write it like 1250, 0.8, 1e-3 or 2/3.");
  CHECK(quiz.item(kRate).tries == 0);
  CHECK(quiz.item(kRate).phase == Phase::open);
  quiz.show_hint(kRate);
  quiz.enter(kRate, "9");
  CHECK(quiz.message(kRate).empty());
  quiz.check(kRate);
  CHECK(quiz.message(kRate) == "Not yet. 9 is not the answer.");
}

TEST_CASE("the edge of a tolerance is within it in spite of rounding", "[quiz]") {
  const std::string json = R"({"version":1,"questions":[{"id":"q","level":1,"type":"numeric",
    "prompt":"p","why":"w","answer":{"value":0.3,"tolerance":0.1,"unit":"%"}}]})";
  const std::vector<std::string> ids = {"q"};
  Quiz quiz(load_bank(json), ids, 1);
  quiz.enter(0, "0.4 %");  // the unit, so 0.4 and not 0.004
  quiz.check(0);
  CHECK(quiz.item(0).phase == Phase::right);
}

TEST_CASE_METHOD(Fixture, "actions that do not fit change nothing", "[quiz]") {
  quiz.choose(-1, 0);
  quiz.choose(3, 0);
  quiz.choose(kSlope, -1);
  quiz.choose(kSlope, 3);
  quiz.choose(kSlope, 0, false);
  quiz.choose(kRate, 0);
  quiz.enter(kSlope, "1");
  quiz.enter(kRate, "");
  quiz.enter(kRate, "\xff");
  quiz.enter(kRate, std::string(65, '1'));
  quiz.go(0);
  quiz.go(3);
  quiz.go(-1);
  quiz.retry(kSlope);
  quiz.reveal(kSlope);
  quiz.show_hint(kSigns);  // has none
  quiz.check(7);
  quiz.reset();
  CHECK(quiz.revision() == 0);
  CHECK(quiz.message(9).empty());
  CHECK(quiz.option_feedback(kSlope, 9).empty());
  CHECK_THROWS_MATCHES(quiz.item(3), Error, Message("There is no question 3 among 3."));
  quiz.check(kSlope);
  CHECK(quiz.revision() == 1);
  quiz.check(kSlope);  // says the same again
  CHECK(quiz.revision() == 1);
}

TEST_CASE_METHOD(Fixture, "the view model holds no answer before the end", "[quiz]") {
  const auto item = [&](int i) {
    return parse_json(quiz.view_model(), 100'000).find("items")->items[i];
  };
  for (int i = 0; i < quiz.size(); i++) {
    CHECK(item(i).find("why") == nullptr);
    CHECK(item(i).find("correct") == nullptr);
    CHECK(item(i).find("answer") == nullptr);
    CHECK(item(i).find("hint")->string.empty());
  }
  quiz.choose(kSlope, 1);
  quiz.check(kSlope);
  CHECK(quiz.view_model().find("negative gradient") == std::string::npos);
  CHECK(quiz.view_model().find("∇") == std::string::npos);
  quiz.show_hint(kSlope);
  CHECK(item(kSlope).find("hint")->string == "Think of a hill.");
  quiz.reveal(kSlope);
  CHECK(item(kSlope).find("why")->string == "Down is along −∇L.");
  CHECK(item(kSlope).find("correct")->items[0].boolean);
  quiz.enter(kRate, "0.8");
  quiz.check(kRate);
  CHECK(item(kRate).find("answer")->string == "0.8 m");
}

TEST_CASE_METHOD(Fixture, "saved answers come back", "[quiz]") {
  quiz.choose(kSlope, 1);
  quiz.check(kSlope);
  quiz.show_hint(kSlope);
  quiz.enter(kRate, "0.8 m");
  quiz.check(kRate);
  quiz.go(kRate);
  const std::string saved = quiz.save();
  CHECK(saved ==
        R"({"version":1,"current":"opt-rate","items":{)"
        R"("opt-slope":{"phase":"wrong","chosen":[1],"entered":"","tries":1,"hint_shown":true},)"
        R"("opt-rate":{"phase":"right","chosen":[],"entered":"0.8 m","tries":1,)"
        R"("hint_shown":false}}})");
  Quiz other(load_bank(kBank), kIds, 7);
  other.restore(saved);
  CHECK(saved_part(other) == saved_part(quiz));
  CHECK(other.score() == 1);
  CHECK(other.revision() == 1);
  other.restore(saved);
  CHECK(other.revision() == 1);
  CHECK(other.save() == saved);
}

TEST_CASE_METHOD(Fixture, "answers to other questions are kept", "[quiz]") {
  const std::string foreign = R"("intro-old":{"phase":"right","future":[1,{"x":null}]})";
  quiz.restore(R"({"version":1,"current":"intro-old","items":{)" + foreign + "}}");
  CHECK(quiz.revision() == 0);
  CHECK(quiz.save() == R"({"version":1,"current":"opt-slope","items":{)" + foreign + "}}");
  quiz.choose(kSlope, 0);
  CHECK(quiz.save().find("," + foreign) != std::string::npos);
  quiz.reset();
  CHECK(quiz.save() == R"({"version":1,"current":"opt-slope","items":{)" + foreign + "}}");
}

TEST_CASE_METHOD(Fixture, "answers that no longer fit their question are kept until it is answered",
                 "[quiz]") {
  const char* answers[] = {
      // not the right option any more; an option that is gone; a number instead of a choice; two of
      // one
      R"("opt-slope":{"phase":"right","chosen":[2],"entered":"","tries":1,"hint_shown":false})",
      R"("opt-slope":{"phase":"wrong","chosen":[5],"entered":"","tries":1,"hint_shown":false})",
      R"("opt-slope":{"phase":"wrong","chosen":[],"entered":"3","tries":1,"hint_shown":false})",
      R"("opt-slope":{"phase":"open","chosen":[0,1],"entered":"","tries":1,"hint_shown":false})",
  };
  for (const std::string answer : answers) {
    const std::string record = R"({"version":1,"current":"opt-slope","items":{)" + answer + "}}";
    quiz.restore(record);
    CHECK(quiz.item(kSlope).phase == Phase::open);
    CHECK(quiz.item(kSlope).tries == 0);
    CHECK(quiz.save() == record);
    quiz.choose(kSlope, 0);
    CHECK(quiz.save().find(answer) == std::string::npos);
    quiz.restore(record);
    quiz.reset();
    CHECK(quiz.save() == R"({"version":1,"current":"opt-slope","items":{}})");
  }
}

TEST_CASE_METHOD(Fixture, "a damaged record is refused and changes nothing", "[quiz]") {
  quiz.choose(kSlope, 1);
  quiz.check(kSlope);
  quiz.restore(R"({"version":1,"current":"opt-rate","items":{"x":{},)" +
               quiz.save().substr(quiz.save().find("\"opt-slope\":")));
  const std::string before = quiz.save(), model = quiz.view_model();
  const auto item = [](const std::string& json) {
    return R"({"version":1,"current":"","items":{"opt-rate":{"phase":"open","entered":"7",)"
           R"("chosen":[],"tries":0,"hint_shown":true},"opt-slope":)" +
           json + "}}";
  };
  struct Case {
    std::string record;
    const char* sentence;
  };
  const Case cases[] = {
      {"", "The saved answers are damaged: not JSON: a value is missing (line 1, column 1)."},
      {before.substr(0, before.size() / 2), nullptr},
      {"[]", "The saved answers are damaged: they are not an object."},
      {"{}", "The saved answers are damaged: the record has no valid version."},
      {R"({"version":2})", "The saved answers were written by a newer version of the course."},
      {R"({"version":0,"current":"","items":{}})",
       "The saved answers are damaged: there is no version 0."},
      {R"({"version":1,"items":{}})",
       "The saved answers are damaged: the record has no valid current."},
      {R"({"version":1,"current":"","items":[]})",
       "The saved answers are damaged: the record has no valid items."},
      {item("3"), "The saved answers are damaged: question opt-slope is not an object."},
      {item(R"({"phase":"done"})"),
       "The saved answers are damaged: question opt-slope has no valid phase."},
      {item(R"({"phase":"open","entered":"","tries":-1})"),
       "The saved answers are damaged: question opt-slope tries is not a whole number from 0 to "
       "1000000."},
      {item(R"({"phase":"right","entered":"","tries":0})"),
       "The saved answers are damaged: question opt-slope is graded without a try."},
      {item(R"({"phase":"open","entered":"","tries":1e300})"), nullptr},
      {item(R"({"phase":"open","entered":"","tries":1,"hint_shown":1})"),
       "The saved answers are damaged: question opt-slope has no valid hint_shown."},
      {item(R"({"phase":"open","entered":"","tries":1,"hint_shown":false,"chosen":[0.5]})"),
       "The saved answers are damaged: question opt-slope option is not a whole number from 0 to "
       "1000000."},
      {item(R"({"phase":"open","tries":1,"entered":")" + std::string(4'001, '1') + "\"}"),
       "The saved answers are damaged: question opt-slope has an entry of more than 4,000 bytes."},
      {std::string(1'000'001, ' '),
       "The saved answers are damaged: larger than 1 MB (1000001 bytes)."},
  };
  for (const Case& c : cases) {
    INFO(c.record.substr(0, 200));
    if (c.sentence == nullptr)
      CHECK_THROWS_AS(quiz.restore(c.record), Error);
    else
      CHECK_THROWS_MATCHES(quiz.restore(c.record), Error, Message(c.sentence));
    CHECK(quiz.save() == before);
    CHECK(quiz.view_model() == model);
  }
}

TEST_CASE("no sequence of actions breaks the rules", "[quiz]") {
  const std::vector<std::string> entries = {"",    "0.8", "0.2",  "x",          "1,250",
                                            "4/5", "80%", "\xff", "9999999999", " "};
  std::vector<std::string> ids = kIds;
  ids.emplace_back("opt-guess");
  const Bank bank = load_bank(bank_of_prediction());
  Rng rng(11);
  for (int sequence = 0; sequence < 3'000; sequence++) {
    const std::uint64_t seed = rng.bits();
    Quiz quiz(bank, ids, seed);
    const int length = 1 + static_cast<int>(rng.below(60));
    for (int action = 0; action < length; action++) {
      const int i = static_cast<int>(rng.below(6)) - 1, option = static_cast<int>(rng.below(6)) - 1;
      std::vector<Item> before;
      for (int k = 0; k < quiz.size(); k++) before.push_back(quiz.item(k));
      const std::uint64_t revision = quiz.revision();
      const int current = quiz.current();
      const std::uint32_t kind = rng.below(40);
      const bool reset = kind == 0;
      if (reset)
        quiz.reset();
      else if (kind < 14)
        quiz.choose(i, option, rng.below(4) > 0);
      else if (kind < 20)
        quiz.enter(i, entries[rng.below(static_cast<std::uint32_t>(entries.size()))]);
      else if (kind < 30)
        quiz.check(i);
      else if (kind < 34)
        quiz.retry(i);
      else if (kind < 36)
        quiz.reveal(i);
      else if (kind < 38)
        quiz.show_hint(i);
      else
        quiz.go(i);

      bool changed = current != quiz.current();
      int finished = 0;
      for (int k = 0; k < quiz.size(); k++) {
        const Item& was = before[static_cast<std::size_t>(k)];
        const Item& is = quiz.item(k);
        changed |= !(was == is);
        finished += is_final(is.phase);
        REQUIRE((k == i || reset || was == is));  // an action touches its own question alone
        REQUIRE((is.phase == Phase::open || is.tries > 0));
        REQUIRE(is.first_right == (is.phase == Phase::right && is.tries == 1));
        REQUIRE((is.problem.empty() || is.phase == Phase::open));
        REQUIRE((is.question->type != Type::predict || is_final(is.phase) == (is.tries == 1)));
        REQUIRE(is.order == was.order);
        if (reset) {
          REQUIRE(is == was.fresh());
          continue;
        }
        REQUIRE((!is_final(was.phase) || was == is));
        REQUIRE((is.tries == was.tries || (is.tries == was.tries + 1 && is.phase != Phase::open)));
        const std::string model = quiz.view_model();
        REQUIRE((is_final(is.phase) || model.find(is.question->why) == std::string::npos));
      }
      REQUIRE(quiz.revision() == revision + (changed ? 1u : 0u));
      REQUIRE(quiz.done() == finished);
      REQUIRE(quiz.score() <= quiz.done());
      REQUIRE(quiz.current() >= 0);
      REQUIRE(quiz.current() < quiz.size());
    }
    Quiz restored(bank, ids, seed);
    restored.restore(quiz.save());
    REQUIRE(saved_part(restored) == saved_part(quiz));
    REQUIRE(restored.save() == quiz.save());
  }
}

TEST_CASE("hostile texts found by fuzzing do no harm", "[quiz]") {
  int files = 0;
  for (const auto& file :
       std::filesystem::directory_iterator(GRAD_SOURCE_DIR "/tests/corpus/quiz")) {
    std::ifstream in(file.path(), std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    INFO(file.path().filename());
    CHECK(LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(text.data()), text.size()) ==
          0);
    files++;
  }
  CHECK(files >= 20);
}
