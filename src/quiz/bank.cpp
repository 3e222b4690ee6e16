// Reading a bank of questions: every rule that quiz.yml must keep is checked here, so that views
// and grading need not.

#include <algorithm>
#include <cmath>
#include <set>

#include "quiz/grading.h"
#include "quiz/json.h"
#include "quiz/quiz.h"
#include "quiz/variant.h"
#include "tensor/check.h"

namespace grad::quiz {
namespace {

constexpr std::size_t kMaxBytes = 16'000'000;
constexpr std::size_t kMaxQuestions = 10'000;
constexpr std::size_t kMinOptions = 2, kMaxOptions = 12;
constexpr std::size_t kMaxCharacters = 4'000;
constexpr std::size_t kMaxIdLength = 64;
constexpr std::size_t kMaxGaps = 6;
constexpr int kMaxDecimals = 6;

constexpr const char* kTypeNames[] = {"single", "multiple", "numeric", "predict", "order",
                                      "match",  "fill",     "output",  "do"};

using Kind = Json::Kind;

/// A JSON object together with what to call it in a sentence ("Question 3 (opt-rate)").
class Place {
 public:
  Place(const Json& json, std::string name) : json_(json), name_(std::move(name)) {
    expect(json.kind == Kind::object, "is not an object");
  }

  void expect(bool ok, std::string_view complaint) const {
    check(ok, [&] { return name_ + " " + std::string(complaint) + "."; });
  }
  bool has(std::string_view member) const { return json_.find(member) != nullptr; }
  const std::string& name() const { return name_; }

  const Json& get(std::string_view member, Kind kind, const char* kind_name) const {
    const Json* json = json_.find(member);
    expect(json != nullptr, "has no " + std::string(member));
    expect(json->kind == kind, std::string(member) + " is not " + kind_name);
    return *json;
  }
  const std::vector<Json>& list(std::string_view member) const {
    return get(member, Kind::array, "a list").items;
  }
  double number(std::string_view member) const {
    return get(member, Kind::number, "a number").number;
  }
  bool boolean(std::string_view member) const {
    return get(member, Kind::boolean, "true or false").boolean;
  }
  /// A text with something in it.
  std::string text(std::string_view member) const {
    std::string text = get(member, Kind::string, "a text").string;
    const auto complain = [&](bool ok, const char* complaint) {
      expect(ok, std::string(member) + complaint);
    };
    complain(text.find_first_not_of(" \n\t") != std::string::npos, " is empty");
    complain(count_characters(text) <= kMaxCharacters, " is longer than 4,000 characters");
    const bool printable = std::all_of(text.begin(), text.end(), [](char c) {
      return static_cast<unsigned char>(c) >= 0x20 || c == '\n' || c == '\t';
    });
    complain(printable, " holds a control character");
    return text;
  }
  /// Missing, null and "" are all nothing.
  std::string optional_text(std::string_view member) const {
    const Json* json = json_.find(member);
    const bool nothing = json == nullptr || json->kind == Kind::null ||
                         (json->kind == Kind::string && json->string.empty());
    return nothing ? "" : text(member);
  }

 private:
  const Json& json_;
  std::string name_;
};

bool is_id(std::string_view text) {
  return !text.empty() && text.size() <= kMaxIdLength &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
         });
}

std::vector<std::string> read_ids(const Place& place, std::string_view member) {
  std::vector<std::string> ids;
  if (!place.has(member)) return ids;
  for (const Json& id : place.list(member)) {
    place.expect(id.kind == Kind::string && is_id(id.string),
                 std::string(member) + " holds something other than a-z, 0-9 and -");
    ids.push_back(id.string);
  }
  return ids;
}

Type read_type(const Place& place) {
  const std::string name = place.text("type");
  std::string known;
  int type = 0;
  for (const char* each : kTypeNames) {
    if (name == each) return static_cast<Type>(type);
    known += (type++ == 0 ? "" : ", ") + std::string(each);
  }
  place.expect(false, "type \"" + name + "\" is none of " + known);
  return {};
}

void count_correct(const Place& place, const Question& question) {
  const auto correct = std::count_if(question.options.begin(), question.options.end(),
                                     [](const Option& option) { return option.correct; });
  if (question.type == Type::single)
    place.expect(correct == 1, "has " + std::to_string(correct) + " correct options, not one");
  place.expect(correct >= 1, "has no correct option");
}

/// Pairs first, then what belongs to nothing.
void count_pairs(const Place& place, const Question& question) {
  const std::vector<Option>& options = question.options;
  const auto pairs = std::count_if(options.begin(), options.end(),
                                   [](const Option& option) { return !option.left.empty(); });
  place.expect(pairs >= 2, "has " + std::to_string(pairs) + " pairs; two are the least");
  for (std::size_t k = 0; k < options.size(); k++)
    place.expect(options[k].left.empty() == (k >= static_cast<std::size_t>(pairs)),
                 "has a pair after options without a left side");
}

void read_options(const Place& place, Question& question) {
  const std::vector<Json>& options = place.list("options");
  place.expect(options.size() >= kMinOptions && options.size() <= kMaxOptions,
               "has " + std::to_string(options.size()) + " options; 2 to 12 are possible");
  std::set<std::string> texts, lefts;
  for (const Json& json : options) {
    const Place option(json,
                       place.name() + ": option " + std::to_string(question.options.size() + 1));
    Option& read = question.options.emplace_back();
    read.text = option.text("text");
    if (takes_choice(question.type)) read.correct = option.boolean("correct");
    if (question.type == Type::match) read.left = option.optional_text("left");
    read.feedback = option.text("feedback");
    option.expect(texts.insert(read.text).second, "repeats another one");
    option.expect(read.left.empty() || lefts.insert(read.left).second,
                  "repeats another one's left side");
  }
  if (takes_choice(question.type)) count_correct(place, question);
  if (question.type == Type::match) count_pairs(place, question);
  place.expect(!place.has("answer"), "has an answer besides its options");
}

Place answer_of(const Place& place, const Question& question) {
  place.expect(!place.has("options"),
               std::string("has options although it is ") + name_of(question.type));
  return {place.get("answer", Kind::object, "an object"), place.name() + ": answer"};
}

void read_value(const Place& answer, Question& question) {
  question.value = answer.number("value");
  question.tolerance = answer.has("tolerance") ? answer.number("tolerance") : 0;
  answer.expect(question.tolerance >= 0, "tolerance is negative");
  question.unit = answer.optional_text("unit");
}

void read_run(const Place& answer, PredictedRun& run) {
  run.demo = answer.text("demo");
  run.state = answer.optional_text("state");
}

void read_prediction(const Place& place, Question& question) {
  const Place answer = answer_of(place, question);
  PredictedRun& run = question.run;
  read_run(answer, run);
  // Of a prediction with variants the build makes a key for each state.
  if (answer.has("keys")) {
    const Place keys(answer.get("keys", Kind::object, "an object"), place.name() + ": keys");
    question.value = keys.number(run.state);
    question.tolerance = answer.number("tolerance");
    question.unit = answer.optional_text("unit");
  } else {
    read_value(answer, question);
  }
  run.readout = answer.text("readout");
  if (!answer.has("decimals")) return;
  const double decimals = answer.number("decimals");
  run.decimals = static_cast<int>(std::clamp(decimals, 0.0, double{kMaxDecimals}));
  answer.expect(run.decimals == decimals, "decimals is not a whole number from 0 to 6");
}

void read_number(const Place& place, Question& question) {
  read_value(answer_of(place, question), question);
  if (!place.has("feedback")) return;
  const Json& feedback = place.get("feedback", Kind::object, "an object");
  const Place texts(feedback, place.name() + ": feedback");
  for (const std::string& entry : feedback.names) {
    double value = 0;
    texts.expect(parse_number(entry, value), "\"" + entry + "\" is not a number");
    texts.expect(std::fabs(value - question.value) > question.tolerance,
                 "\"" + entry + "\" is a right answer");
    question.feedback.push_back({value, texts.text(entry)});
  }
}

/// What is accepted, and feedback for what is not. `form` is what both are compared in.
template <class Form>
Gap read_gap(const Place& place, Form form) {
  Gap gap;
  std::set<std::string> right;
  for (const Json& text : place.list("accept")) {
    place.expect(text.kind == Kind::string && !form(text.string).empty() &&
                     text.string.size() <= kMaxText && text.string.find('\n') == std::string::npos,
                 "accept holds something other than short texts of one line");
    right.insert(form(text.string));
    gap.accepted.push_back(text.string);
  }
  place.expect(!gap.accepted.empty(), "accepts nothing");
  if (!place.has("feedback")) return gap;
  const Json& feedback = place.get("feedback", Kind::object, "an object");
  const Place texts(feedback, place.name() + " feedback");
  for (const std::string& wrong : feedback.names) {
    texts.expect(!right.contains(form(wrong)), "\"" + wrong + "\" is a right answer");
    gap.feedback.push_back({wrong, texts.text(wrong)});
  }
  return gap;
}

void read_gaps(const Place& place, Question& question) {
  question.text = place.text("text");
  for (const Json& json : place.list("gaps")) {
    const std::string name = place.name() + ": gap " + std::to_string(question.gaps.size() + 1);
    question.gaps.push_back(read_gap(Place(json, name), plain_form));
  }
  std::size_t marks = 0;
  for (std::size_t at = 0; (at = question.text.find("___", at)) != std::string::npos; at += 3)
    marks++;
  const std::size_t gaps = question.gaps.size();
  place.expect(gaps >= 1 && gaps <= kMaxGaps,
               "has " + std::to_string(gaps) + " gaps; 1 to 6 are possible");
  place.expect(marks == gaps, "text has " + std::to_string(marks) + " marks ___ for " +
                                  std::to_string(gaps) + " gaps");
}

void read_output(const Place& place, Question& question) {
  question.code = place.text("code");
  question.language = place.text("language");
  place.expect(question.language == "cpp" || question.language == "python",
               "language is not cpp or python");
  const Json& answer = place.get("answer", Kind::object, "an object");
  question.gaps.push_back(read_gap(Place(answer, place.name() + ": answer"), output_form));
}

void read_choices(const Place& place, Condition& condition) {
  for (const Json& json : place.list("choices")) {
    place.expect(json.kind == Kind::string, "has choices that are not texts");
    condition.choices.push_back(json.string);
  }
  const double last = static_cast<double>(condition.choices.size()) - 1;
  const double value = condition.value;
  place.expect(condition.compare == Condition::Compare::equals && value == std::floor(value) &&
                   value >= 0 && value <= last,
               "does not name one of its choices");
}

Condition read_condition(const Place& place) {
  constexpr const char* compares[] = {"below", "at_most", "at_least", "above", "equals"};
  Condition condition;
  int found = 0, compare = 0;
  for (const char* name : compares) {
    if (place.has(name)) {
      condition.compare = static_cast<Condition::Compare>(compare);
      condition.value = place.number(name);
      found++;
    }
    compare++;
  }
  place.expect(found == 1, "is not one of below, at_most, at_least, above and equals");
  condition.name = place.text(place.has("parameter") ? "parameter" : "readout");
  condition.label = place.optional_text("label");
  if (condition.label.empty()) condition.label = condition.name;
  if (place.has("choices")) read_choices(place, condition);
  return condition;
}

void read_task(const Place& place, Question& question) {
  const Place answer = answer_of(place, question);
  read_run(answer, question.run);
  for (const Json& json : answer.list("conditions"))
    question.conditions.push_back(read_condition(Place(
        json, place.name() + ": condition " + std::to_string(question.conditions.size() + 1))));
  answer.expect(!question.conditions.empty() && question.conditions.size() <= kMaxOptions,
                "does not have 1 to 12 conditions");
}

Question read_question(const Json& json, const Place& place) {
  Question question;
  question.id = json.find("id")->string;
  question.type = read_type(place);
  const double level = place.number("level");
  place.expect(level == 1 || level == 2 || level == 3 || level == 4, "level is not 1, 2, 3 or 4");
  question.level = static_cast<int>(level);
  question.topics = read_ids(place, "topics");
  question.prompt = place.text("prompt");
  question.hint = place.optional_text("hint");
  question.why = place.text("why");
  question.lesson = place.optional_text("lesson");
  question.anchor = place.optional_text("anchor");
  switch (question.type) {
    case Type::single:
    case Type::multiple:
    case Type::order:
    case Type::match:
      read_options(place, question);
      break;
    case Type::numeric:
      read_number(place, question);
      break;
    case Type::predict:
      read_prediction(place, question);
      break;
    case Type::fill:
      read_gaps(place, question);
      break;
    case Type::output:
      read_output(place, question);
      break;
    case Type::task:
      read_task(place, question);
      break;
  }
  return question;
}

Json fill_in(const Json& json, const std::string& name, std::uint32_t draw, Slots& slots) {
  try {
    return filled_in(json, draw, slots);
  } catch (const Error& error) {
    fail(name + ": " + error.what());
  }
}

/// Not every draw makes a valid question (a foreseen wrong answer may be right by chance): then the
/// next one is taken. Throws what is wrong with the first if all are wrong.
Question read_draw(const std::shared_ptr<const Json>& json, const std::string& name,
                   std::uint32_t draw) {
  constexpr std::uint32_t tries = 20;
  for (std::uint32_t attempt = 0;; attempt++) {
    try {
      Slots slots;
      const Json filled = fill_in(*json, name, draw + attempt, slots);
      Question question = read_question(filled, Place(filled, name));
      question.variant = json;
      question.slots = std::move(slots);
      return question;
    } catch (const Error&) {
      if (attempt + 1 == tries) throw;
    }
  }
}

std::string id_of(const Json& json, const std::string& ordinal) {
  std::string id = Place(json, ordinal).text("id");
  check(is_id(id),
        [&] { return ordinal + " id \"" + id + "\" is not up to 64 of a-z, 0-9 and -."; });
  return id;
}

/// Leaves the question out if something is wrong with it.
void read_into(Bank& bank, std::set<std::string>& ids, const Json& json, std::size_t index) {
  const std::string ordinal = "Question " + std::to_string(index + 1);
  std::string id;
  try {
    id = id_of(json, ordinal);
    const std::string name = ordinal + " (" + id + ")";
    check(ids.insert(id).second, [&] { return name + " has the id of an earlier one."; });
    bank.questions.push_back(json.find("variant") == nullptr
                                 ? read_question(json, Place(json, name))
                                 : read_draw(std::make_shared<const Json>(json), name, 0));
  } catch (const Error& error) {
    bank.left_out.emplace_back(id, error.what());
  }
}

/// A question that was left out is not missed here.
void check_quick_check(Bank& bank) {
  if (!bank.left_out.empty())
    std::erase_if(bank.quick_check,
                  [&](const std::string& id) { return bank.find(id) == nullptr; });
  std::set<std::string_view> seen;
  int level = 1;
  for (const std::string& id : bank.quick_check) {
    const std::string place = "The bank's quick_check names " + id;
    const Question* question = bank.find(id);
    check(question != nullptr, [&] { return place + ", which is not among its questions."; });
    check(seen.insert(id).second, [&] { return place + " twice."; });
    check(question->level >= level, [&] {
      return place + " (level " + std::to_string(question->level) + ") after a question of level " +
             std::to_string(level) + ".";
    });
    level = question->level;
  }
}

}  // namespace

const char* name_of(Type type) { return kTypeNames[static_cast<int>(type)]; }

Question drawn(const Question& question, std::uint32_t draw) {
  if (question.variant == nullptr) return question;
  return read_draw(question.variant, "Question " + question.id, draw);
}

const Question* Bank::find(std::string_view id) const {
  const auto found = std::find_if(questions.begin(), questions.end(),
                                  [&](const Question& question) { return question.id == id; });
  return found == questions.end() ? nullptr : &*found;
}

Bank load_bank(std::string_view json) {
  Json root;
  try {
    root = parse_json(json, kMaxBytes);
  } catch (const Error& error) {
    fail("The bank is " + std::string(error.what()) + ".");
  }
  const Place place(root, "The bank");
  place.expect(place.number("version") == 1, "version is not 1, the one that can be read");
  Bank bank;
  bank.lesson = place.optional_text("lesson");
  bank.title = place.optional_text("title");
  const std::vector<Json>& questions = place.list("questions");
  place.expect(!questions.empty(), "has no questions");
  place.expect(questions.size() <= kMaxQuestions, "has more than 10,000 questions");
  std::set<std::string> ids;
  for (std::size_t k = 0; k < questions.size(); k++) read_into(bank, ids, questions[k], k);
  check(!bank.questions.empty(), [&] { return bank.left_out.front().second; });
  bank.quick_check = read_ids(place, "quick_check");
  check_quick_check(bank);
  return bank;
}

}  // namespace grad::quiz
