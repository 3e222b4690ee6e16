// Reading a bank of questions: every rule that quiz.yml must keep is checked here, so that views
// and grading need not.

#include <algorithm>
#include <cmath>
#include <set>

#include "quiz/json.h"
#include "quiz/quiz.h"
#include "tensor/check.h"

namespace grad::quiz {
namespace {

constexpr std::size_t kMaxBytes = 8'000'000;
constexpr std::size_t kMaxQuestions = 2'000;
constexpr std::size_t kMinOptions = 2, kMaxOptions = 12;
constexpr std::size_t kMaxCharacters = 4'000;
constexpr std::size_t kMaxIdLength = 64;
constexpr int kMaxDecimals = 6;

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
  for (const Type type : {Type::single, Type::multiple, Type::numeric, Type::predict})
    if (name == name_of(type)) return type;
  place.expect(false, "type \"" + name + "\" is not single, multiple, numeric or predict");
  return {};
}

void read_options(const Place& place, Question& question) {
  const std::vector<Json>& options = place.list("options");
  place.expect(options.size() >= kMinOptions && options.size() <= kMaxOptions,
               "has " + std::to_string(options.size()) + " options; 2 to 12 are possible");
  std::set<std::string> texts;
  for (const Json& json : options) {
    const Place option(json,
                       place.name() + ": option " + std::to_string(question.options.size() + 1));
    question.options.push_back(
        {option.text("text"), option.boolean("correct"), option.text("feedback")});
    option.expect(texts.insert(question.options.back().text).second, "repeats another one");
  }
  const auto correct = std::count_if(question.options.begin(), question.options.end(),
                                     [](const Option& option) { return option.correct; });
  if (question.type == Type::single)
    place.expect(correct == 1, "has " + std::to_string(correct) + " correct options, not one");
  place.expect(correct >= 1, "has no correct option");
  place.expect(!place.has("answer"), "has an answer besides its options");
}

Place read_value(const Place& place, Question& question) {
  place.expect(!place.has("options"),
               std::string("has options although it is ") + name_of(question.type));
  Place answer(place.get("answer", Kind::object, "an object"), place.name() + ": answer");
  question.value = answer.number("value");
  question.tolerance = answer.has("tolerance") ? answer.number("tolerance") : 0;
  answer.expect(question.tolerance >= 0, "tolerance is negative");
  question.unit = answer.optional_text("unit");
  return answer;
}

void read_prediction(const Place& place, Question& question) {
  const Place answer = read_value(place, question);
  PredictedRun& run = question.run;
  run.demo = answer.text("demo");
  run.state = answer.optional_text("state");
  run.readout = answer.text("readout");
  if (!answer.has("decimals")) return;
  const double decimals = answer.number("decimals");
  run.decimals = static_cast<int>(std::clamp(decimals, 0.0, double{kMaxDecimals}));
  answer.expect(run.decimals == decimals, "decimals is not a whole number from 0 to 6");
}

void read_number(const Place& place, Question& question) {
  read_value(place, question);
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

Question read_question(const Json& json, std::size_t index) {
  const std::string ordinal = "Question " + std::to_string(index + 1);
  Question question;
  question.id = Place(json, ordinal).text("id");
  check(is_id(question.id),
        [&] { return ordinal + " id \"" + question.id + "\" is not up to 64 of a-z, 0-9 and -."; });
  const Place place(json, ordinal + " (" + question.id + ")");
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
      read_options(place, question);
      break;
    case Type::numeric:
      read_number(place, question);
      break;
    case Type::predict:
      read_prediction(place, question);
      break;
  }
  return question;
}

void check_quick_check(const Bank& bank) {
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

const char* name_of(Type type) {
  constexpr const char* names[] = {"single", "multiple", "numeric", "predict"};
  return names[static_cast<int>(type)];
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
  place.expect(questions.size() <= kMaxQuestions, "has more than 2,000 questions");
  std::set<std::string> ids;
  for (const Json& question : questions) {
    bank.questions.push_back(read_question(question, bank.questions.size()));
    const std::string& id = bank.questions.back().id;
    check(ids.insert(id).second, [&] {
      return "Question " + std::to_string(bank.questions.size()) + " (" + id +
             ") has the id of an earlier one.";
    });
  }
  bank.quick_check = read_ids(place, "quick_check");
  check_quick_check(bank);
  return bank;
}

}  // namespace grad::quiz
