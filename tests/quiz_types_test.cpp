// Orders, matches, gaps, outputs, tasks, variants and confidence: what they accept, say and keep.

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <cmath>
#include <set>
#include <string>
#include <vector>

#include "quiz/expression.h"
#include "quiz/json.h"
#include "quiz/quiz.h"
#include "tensor/check.h"
#include "tensor/rng.h"

using namespace grad;
using namespace grad::quiz;
using Catch::Matchers::Message;

namespace {

constexpr const char* kTypes = R"json({"version": 1, "lesson": "types", "questions": [
  {"id": "steps", "level": 2, "type": "order", "prompt": "In which order?", "hint": "h",
   "why": "Forward, then back.", "options": [
     {"text": "forward", "feedback": "f0"}, {"text": "loss", "feedback": "f1"},
     {"text": "backward", "feedback": "f2"}, {"text": "step", "feedback": "f3"}]},
  {"id": "ranges", "level": 2, "type": "match", "prompt": "Which range?", "why": "See the curves.",
   "options": [
     {"left": "sigmoid", "text": "0 to 1", "feedback": "f0"},
     {"left": "tanh", "text": "−1 to 1", "feedback": "f1"},
     {"left": "ReLU", "text": "from 0", "feedback": "f2"},
     {"text": "all numbers", "feedback": "none of them"}]},
  {"id": "gaps", "level": 1, "type": "fill", "prompt": "Fill in.", "why": "By definition.",
   "text": "A network without ___ is ___, of slope ___.", "gaps": [
     {"accept": ["activation", "an activation"], "feedback": {"bias": "Bias does not bend."}},
     {"accept": ["linear"]}, {"accept": ["1/2"]}]},
  {"id": "prints", "level": 2, "type": "output", "prompt": "What is printed?", "why": "It adds.",
   "language": "python", "code": "print(1 + 2, True)",
   "answer": {"accept": ["3 True"], "feedback": {"12 True": "These are numbers."}}},
  {"id": "moons", "level": 4, "type": "do", "prompt": "Separate them.", "why": "Three suffice.",
   "hint": "Try more steps.", "answer": {"demo": "moons", "state": "units:3,step:400", "conditions": [
     {"readout": "loss", "below": 0.05, "label": "Loss"}, {"parameter": "units", "at_most": 3},
     {"parameter": "activation", "equals": 1, "label": "Activation",
      "choices": ["Tanh", "ReLU"]}]}}
]})json";
const std::vector<std::string> kTypeIds = {"steps", "ranges", "gaps", "prints", "moons"};
constexpr int kSteps = 0, kRanges = 1, kGaps = 2, kPrints = 3, kMoons = 4;

constexpr const char* kVariants = R"({"version": 1, "lesson": "variants", "questions": [
  {"id": "step", "level": 2, "type": "numeric", "hint": "The slope is {{2 * w}}.",
   "variant": {"w": {"from": 1, "to": 9}, "r": [0.1, 0.2, 0.25], "next": "w - r * 2 * w",
               "where": "w != 2"},
   "prompt": "$L = w^2$, $w = {{w}}$, rate ${{r .2}}$. Next?", "why": "It is {{next}}.",
   "answer": {"value": "next", "tolerance": "r / 100"},
   "feedback": {"{{2 * r * w}}": "That is the step.", "{{w + r * 2 * w}}": "Uphill."}},
  {"id": "sign", "level": 1, "type": "single", "variant": {"a": {"from": -4, "to": 4}, "where": "a"},
   "prompt": "Is {{a}} positive?", "why": "It is {{a}}.", "options": [
     {"text": "yes", "correct": "a > 0", "feedback": "{{a}}"},
     {"text": "no", "correct": "a < 0", "feedback": "{{a}}"}]}
]})";
const std::vector<std::string> kVariantIds = {"step", "sign"};

std::string with(std::string json, std::string_view old_text, std::string_view new_text) {
  const std::size_t at = json.find(old_text);
  REQUIRE(at != std::string::npos);
  return json.replace(at, old_text.size(), new_text);
}

struct Mistake {
  const char *old_text, *new_text, *sentence;
};

/// Each mistake leaves out the question that it is in, with its sentence.
void check_mistakes(const char* json, const std::vector<Mistake>& mistakes) {
  const std::size_t all = load_bank(json).questions.size();
  for (const Mistake& each : mistakes) {
    INFO(each.new_text);
    const Bank bank = load_bank(with(json, each.old_text, each.new_text));
    REQUIRE(bank.left_out.size() == 1);
    CHECK(bank.left_out[0].second == each.sentence);
    CHECK(bank.questions.size() == all - 1);
  }
}

struct Types {
  Quiz quiz{load_bank(kTypes), kTypeIds, 3};

  /// By moves, the arrangement `wanted`.
  void arrange(int i, const std::vector<int>& wanted) {
    for (int place = 0; place < static_cast<int>(wanted.size()); place++) {
      int from = 0;
      while (quiz.item(i).placed[static_cast<std::size_t>(from)] !=
             wanted[static_cast<std::size_t>(place)])
        from++;
      quiz.move(i, from, place);
    }
    REQUIRE(quiz.item(i).placed == wanted);
  }
};

}  // namespace

TEST_CASE_METHOD(Types, "an order is right when every option stands in its place", "[quiz]") {
  CHECK(quiz.item(kSteps).placed == quiz.item(kSteps).order);
  CHECK(quiz.item(kSteps).placed != std::vector<int>{0, 1, 2, 3});
  quiz.check(kSteps);
  CHECK(quiz.message(kSteps) == "Put them in order first.");
  arrange(kSteps, {0, 1, 3, 2});
  quiz.check(kSteps);
  CHECK(quiz.message(kSteps) == "Not yet. 2 of 4 stand in their places. The hint may help.");
  CHECK(quiz.option_feedback(kSteps, 0).empty());
  quiz.move(kSteps, 2, 3);  // not before another try
  quiz.retry(kSteps);
  CHECK(quiz.item(kSteps).placed == std::vector<int>{0, 1, 3, 2});
  quiz.move(kSteps, 0, 3);
  CHECK(quiz.item(kSteps).placed == std::vector<int>{1, 3, 2, 0});
  quiz.move(kSteps, 3, 0);
  quiz.move(kSteps, 3, 2);
  quiz.check(kSteps);
  CHECK(quiz.item(kSteps).phase == Phase::right);
  CHECK(quiz.option_feedback(kSteps, 3) == "f3");
  CHECK(quiz.missed() == 1);
}

TEST_CASE_METHOD(Types, "a match is right when every pair is", "[quiz]") {
  arrange(kRanges, {1, 0, 2, 3});
  quiz.check(kRanges);
  CHECK(quiz.message(kRanges) == "Not yet. 1 of 3 pairs is right.");
  quiz.reveal(kRanges);
  CHECK(quiz.message(kRanges) ==
        "The answer is “sigmoid” – “0 to 1”, “tanh” – “−1 to 1”, “ReLU” – “from 0”.");
  Quiz other(load_bank(kTypes), kTypeIds, 4);
  other.restore(quiz.save());
  CHECK(other.item(kRanges).placed == std::vector<int>{1, 0, 2, 3});
  CHECK(other.item(kRanges).phase == Phase::revealed);
}

TEST_CASE_METHOD(Types, "gaps are compared without regard to case and typography", "[quiz]") {
  quiz.enter(kGaps, "  An  ACTIVATION. ", 0);
  quiz.check(kGaps);
  CHECK(quiz.message(kGaps) == "Fill every gap first.");
  quiz.enter(kGaps, "Linear", 1);
  quiz.enter(kGaps, "0,5", 2);
  quiz.enter(kGaps, "x", 3);
  quiz.enter(kGaps, "two\nlines", 0);
  quiz.enter(kGaps, std::string(201, 'x'), 0);
  CHECK(quiz.item(kGaps).entered == "  An  ACTIVATION. \nLinear\n0,5");
  quiz.check(kGaps);
  CHECK(quiz.item(kGaps).phase == Phase::right);

  Quiz wrong(load_bank(kTypes), kTypeIds, 3);
  wrong.enter(kGaps, "bias");
  wrong.enter(kGaps, "linear", 1);
  wrong.enter(kGaps, "2", 2);
  wrong.check(kGaps);
  CHECK(wrong.message(kGaps) == "Not yet. Bias does not bend.");
  wrong.retry(kGaps);
  wrong.enter(kGaps, "activation");
  wrong.check(kGaps);
  CHECK(wrong.message(kGaps) == "Not yet. “2” is not what belongs there.");
  wrong.reveal(kGaps);
  CHECK(wrong.message(kGaps) == "The answer is “activation”, “linear”, “1/2”.");
}

TEST_CASE_METHOD(Types, "an output is compared as it is printed", "[quiz]") {
  quiz.check(kPrints);
  CHECK(quiz.message(kPrints) == "Enter what it prints first.");
  quiz.enter(kPrints, "12 True");
  quiz.check(kPrints);
  CHECK(quiz.message(kPrints) == "Not yet. These are numbers.");
  quiz.retry(kPrints);
  quiz.enter(kPrints, "3 true");
  quiz.check(kPrints);
  CHECK(quiz.message(kPrints) == "Not yet. “3 true” is not what it prints.");
  quiz.retry(kPrints);
  quiz.enter(kPrints, " 3  True");
  quiz.check(kPrints);
  CHECK(quiz.item(kPrints).phase == Phase::right);
}

TEST_CASE_METHOD(Types, "a task grades the learner's run and quotes it", "[quiz]") {
  quiz.check(kMoons);
  CHECK(quiz.message(kMoons) == "Run the demo first; what it has come to is then checked.");
  quiz.enter(kMoons, "units:3,seed:7,activation:0");
  quiz.check(kMoons);
  CHECK(quiz.message(kMoons) == "Your run has no “Loss” yet.");
  quiz.enter(kMoons, "loss:0.123456,accuracy:1,units:4,lossy:0,activation:0");
  CHECK(quiz.item(kMoons).entered == "loss:0.123456,units:4,activation:0");
  quiz.check(kMoons);
  CHECK(quiz.message(kMoons) ==
        "Not yet. In your run, “Loss” is 0.1235, and must be below 0.05; “units” is 4, and must be "
        "at most 3; “Activation” is “Tanh”, and must be “ReLU”.");
  CHECK(quiz.view_model().find("400") == std::string::npos);
  quiz.retry(kMoons);
  quiz.enter(kMoons, "loss:1e-3,units:3,activation:1");
  quiz.check(kMoons);
  CHECK(quiz.item(kMoons).phase == Phase::right);
  quiz.repeat_missed();
  CHECK(quiz.item(kMoons).phase == Phase::open);
  CHECK(quiz.item(kMoons).entered.empty());
  CHECK(quiz.current() == kMoons);
  CHECK(quiz.score() == 0);
}

TEST_CASE("what is wrong with a question of these types is said", "[quiz]") {
  const std::vector<Mistake> mistakes = {
      {"{\"text\": \"forward\", \"feedback\": \"f0\"}", "{\"text\": \"forward\"}",
       "Question 1 (steps): option 1 has no feedback."},
      {"\"left\": \"tanh\", ", "",
       "Question 2 (ranges) has a pair after options without a left "
       "side."},
      {"\"left\": \"tanh\"", "\"left\": \"sigmoid\"",
       "Question 2 (ranges): option 2 repeats another one's left side."},
      {", of slope ___", "", "Question 3 (gaps) text has 2 marks ___ for 3 gaps."},
      {"[\"linear\"]", "[]", "Question 3 (gaps): gap 2 accepts nothing."},
      {"[\"linear\"]", "[\" \"]",
       "Question 3 (gaps): gap 2 accept holds something other than short texts of one line."},
      {"\"bias\"", "\"Activation\"",
       "Question 3 (gaps): gap 1 feedback \"Activation\" is a right answer."},
      {"python", "basic", "Question 4 (prints) language is not cpp or python."},
      {"\"below\"", "\"under\"",
       "Question 5 (moons): condition 1 is not one of below, at_most, at_least, above and equals."},
      {"\"equals\": 1", "\"at_most\": 1",
       "Question 5 (moons): condition 3 does not name one of its choices."},
      {"\"equals\": 1", "\"equals\": 2",
       "Question 5 (moons): condition 3 does not name one of its choices."},
      {"[\"Tanh\", \"ReLU\"]", "[0, 1]",
       "Question 5 (moons): condition 3 has choices that are not texts."},
      {"\"demo\": \"moons\", ", "", "Question 5 (moons): answer has no demo."},
  };
  check_mistakes(kTypes, mistakes);
}

TEST_CASE("expressions", "[quiz]") {
  const std::vector<Variable> variables = {{"a", 3}, {"b_2", 0.1}};
  const auto value = [&](const char* text) { return evaluate(text, variables); };
  CHECK(value("a * b_2") == 0.3);
  CHECK(value("1 + 2 * 3 - 4 / 8") == 6.5);
  CHECK(value("-2 ^ 2") == -4);
  CHECK(value("2 ^ -1 + 2 ^ 3 ^ 0") == 2.5);
  CHECK(value("(1 + 2) * a % 5") == 4);
  CHECK(value("max(a, 5) - min(a, abs(-1)) + relu(-3)") == 4);
  CHECK(value("floor(2.7) + ceil(2.1) + round(2.5) + sqrt(16)") == 12);
  CHECK(value("sigmoid(0) + tanh(0) + exp(0) + ln(1)") == 1.5);
  CHECK(value("(a > 2) + (a >= 3) + (a < 3) + (a <= 2) + (a == 3) + (a != 3)") == 3);
  for (const char* wrong : {"", "1 +", "(1", "1)", "c", "a b", "1 / 0", "sqrt(-1)", "min(1)",
                            "sin(1)", "1.2.3", "a;", "9^9^9"}) {
    INFO(wrong);
    CHECK_THROWS_AS(value(wrong), Error);
  }
  CHECK_THROWS_AS(value((std::string(100, '(') + "1" + std::string(100, ')')).c_str()), Error);
  CHECK_THROWS_AS(value(std::string(201, '1').c_str()), Error);
  CHECK_THROWS_MATCHES(value("2 * c"), Error,
                       Message("The expression \"2 * c\" names \"c\", which is nothing."));
}

TEST_CASE("a variant draws its numbers by the seed and computes its key", "[quiz]") {
  const Bank bank = load_bank(kVariants);
  REQUIRE(bank.left_out.empty());
  std::set<std::string> prompts;
  for (std::uint64_t seed = 0; seed < 200; seed++) {
    Quiz quiz(bank, kVariantIds, seed), same(bank, kVariantIds, seed);
    const Question& step = *quiz.item(0).question;
    REQUIRE(step.prompt == same.item(0).question->prompt);
    prompts.insert(step.prompt);
    double w = 0, r = 0;
    REQUIRE(std::sscanf(step.prompt.c_str(), "$L = w^2$, $w = %lf$, rate $%lf$", &w, &r) == 2);
    REQUIRE(w != 2);
    REQUIRE(std::fabs(step.value - (w - 2 * r * w)) < 1e-9);
    REQUIRE(step.why == "It is " + number_text(step.value) + ".");
    REQUIRE(step.feedback.size() == 2);
    const Question& sign = *quiz.item(1).question;
    REQUIRE(sign.options[0].correct == (std::stod(sign.options[0].feedback) > 0));
    REQUIRE(sign.options[0].correct != sign.options[1].correct);
  }
  // With the rate 0.25 step and weight are equal: the foreseen mistake would be right.
  CHECK(prompts.size() == 16);
}

TEST_CASE("another try of a variant has other numbers and comes back as it was", "[quiz]") {
  const Bank bank = load_bank(kVariants);
  Quiz quiz(bank, kVariantIds, 5);
  const std::string first = quiz.item(0).question->prompt;
  quiz.enter(0, "-77");
  quiz.rate(0, Confidence::sure);
  quiz.check(0);
  CHECK(quiz.item(0).sure_but_wrong());
  quiz.retry(0);
  const std::string second = quiz.item(0).question->prompt;
  CHECK(second != first);
  CHECK(quiz.item(0).entered.empty());
  quiz.rate(0, Confidence::unsure);  // too late
  quiz.enter(0, number_text(quiz.item(0).question->value));
  quiz.check(0);
  CHECK(quiz.item(0).phase == Phase::right);
  CHECK(quiz.score() == 0);

  Quiz other(bank, kVariantIds, 99);
  other.restore(quiz.save());
  CHECK(other.item(0).question->prompt == second);
  CHECK(other.item(0).phase == Phase::right);
  CHECK(other.item(0).tries == 2);
  CHECK(other.item(0).sure_but_wrong());
  CHECK(other.save() == quiz.save());
  const Json model = parse_json(other.view_model(), 100'000);
  CHECK(model.find("items")->items[0].find("confidence")->string == "sure");
  CHECK(model.find("items")->items[0].find("slots")->find("w") != nullptr);
  quiz.reset();
  CHECK(quiz.item(0).question->prompt != second);
}

TEST_CASE("what is wrong with a variant is said", "[quiz]") {
  const std::vector<Mistake> mistakes = {
      {"{\"from\": 1, \"to\": 9}", "{\"from\": 1}",
       "Question 1 (step): variant has a range that is not from, to and step with 2 to 10,000 "
       "numbers."},
      {"[0.1, 0.2, 0.25]", "[0.1]",
       "Question 1 (step): variant has something other than a range, a list of numbers or an "
       "expression."},
      {"w != 2", "w > 9",
       "Question 1 (step): variant has a condition that does not hold for any of 200 draws."},
      {"{{w}}", "{{v}}", "Question 1 (step): The expression \"v\" names \"v\", which is nothing."},
      {"{{next}}", "{{next", "Question 1 (step): has {{ without }}."},
      {"\"value\": \"next\"", "\"value\": \"w - 2 * r * w + 0\", \"unit\": \" \"",
       "Question 1 (step): answer unit is empty."},
  };
  check_mistakes(kVariants, mistakes);
}

namespace {

/// One random action on any question, or none that fits.
void act_at_random(Quiz& quiz, Rng& rng) {
  const std::vector<std::string> texts = {
      "",        "3 True",         "linear",  "activation", "0.5",
      "-7",      "bias",           "12 True", "x y",        "loss:0.01,units:3",
      "units:4", "loss:1,units:9", "\xff",    "a\nb"};
  const int i = static_cast<int>(rng.below(static_cast<std::uint32_t>(quiz.size()) + 2)) - 1;
  const int k = static_cast<int>(rng.below(6)) - 1, to = static_cast<int>(rng.below(6)) - 1;
  switch (rng.below(12)) {
    case 0:
      return quiz.choose(i, k, rng.below(4) > 0);
    case 1:
    case 2:
      return quiz.enter(i, texts[rng.below(static_cast<std::uint32_t>(texts.size()))], k);
    case 3:
    case 4:
      return quiz.move(i, k, to);
    case 5:
      return quiz.rate(i, static_cast<Confidence>(rng.below(3)));
    case 6:
      return quiz.retry(i);
    case 7:
      return quiz.reveal(i);
    case 8:
      return rng.below(30) == 0 ? quiz.reset() : quiz.show_hint(i);
    case 9:
      return rng.below(10) == 0 ? quiz.repeat_missed() : quiz.go(i);
    default:
      return quiz.check(i);
  }
}

/// Nothing that tells the answer stands in the model of a question that is not finished.
void require_no_key(const Json& model, const Item& item) {
  REQUIRE(model.find("why") == nullptr);
  REQUIRE(model.find("correct") == nullptr);
  REQUIRE(model.find("answer") == nullptr);
  REQUIRE(model.find("slots")->find("next") == nullptr);  // stands in a why alone
  const Question& question = *item.question;
  for (const Json& feedback : model.find("feedback")->items)
    REQUIRE((takes_choice(question.type) || feedback.string.empty()));
  const std::string& message = model.find("message")->string;
  for (const Gap& gap : question.gaps)
    for (const std::string& accepted : gap.accepted)
      REQUIRE((message.find("“" + accepted + "”") == std::string::npos ||
               item.entered.find(accepted) != std::string::npos));
}

/// Right at the first try, counted from what is saved.
int score_of(const std::string& record) {
  int score = 0;
  const Json answers = parse_json(record, 1'000'000);
  for (const Json& item : answers.find("items")->items)
    score += item.find("phase")->string == "right" && item.find("tries")->number == 1;
  return score;
}

void check_random_actions(const char* bank_json, const std::vector<std::string>& ids) {
  const Bank bank = load_bank(bank_json);
  Rng rng(5);
  for (int sequence = 0; sequence < 100; sequence++) {
    const std::uint64_t seed = rng.bits();
    Quiz quiz(bank, ids, seed), same(bank, ids, seed);
    for (int i = 0; i < quiz.size(); i++) REQUIRE(quiz.item(i).order == same.item(i).order);
    REQUIRE(quiz.view_model() == same.view_model());
    for (int action = 0; action < 60; action++) {
      act_at_random(quiz, rng);
      const Json model = parse_json(quiz.view_model(), 1'000'000);
      for (int i = 0; i < quiz.size(); i++) {
        const Item& item = quiz.item(i);
        REQUIRE(std::is_permutation(item.placed.begin(), item.placed.end(), item.order.begin()));
        REQUIRE(item.first_right == (item.phase == Phase::right && item.tries == 1));
        REQUIRE((item.phase == Phase::open || item.tries > 0));
        if (!is_final(item.phase)) require_no_key(model.find("items")->items[i], item);
      }
      REQUIRE(quiz.score() == score_of(quiz.save()));
    }
    Quiz restored(bank, ids, seed);
    restored.restore(quiz.save());
    REQUIRE(restored.save() == quiz.save());
    REQUIRE(restored.score() == quiz.score());
    REQUIRE(restored.done() == quiz.done());
    for (int i = 0; i < quiz.size(); i++) {
      REQUIRE(restored.item(i).phase == quiz.item(i).phase);
      REQUIRE(restored.item(i).entered == quiz.item(i).entered);
      REQUIRE(restored.item(i).placed == quiz.item(i).placed);
    }
  }
}

}  // namespace

TEST_CASE("no sequence of actions on these types shows a key or loses an answer", "[quiz]") {
  check_random_actions(kTypes, kTypeIds);
  check_random_actions(kVariants, kVariantIds);
}

TEST_CASE("a large bank is read whole, and a bad question alone is left out", "[quiz]") {
  std::string json = R"({"version":1,"quick_check":["q7"],"questions":[)";
  for (int k = 0; k < 5'000; k++)
    json += (k ? "," : "") + std::string(R"({"id":"q)") + std::to_string(k) +
            R"(","level":1,"type":"single","prompt":"<b>p</b> & $x$","hint":"h","why":")" +
            (k == 1234 ? "" : "w") +
            R"(","options":[{"text":"a","correct":true,"feedback":"f"},)"
            R"({"text":"b","correct":false,"feedback":"f"},)"
            R"({"text":"c","correct":false,"feedback":"f"}]})";
  const Bank bank = load_bank(json + "]}");
  CHECK(bank.questions.size() == 4'999);
  REQUIRE(bank.left_out.size() == 1);
  CHECK(bank.left_out[0].first == "q1234");
  CHECK(bank.left_out[0].second == "Question 1235 (q1234) why is empty.");
  CHECK(bank.questions[0].prompt == "<b>p</b> & $x$");
}
