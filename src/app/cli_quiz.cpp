#include "app/cli_quiz.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "app/cli_import.h"
#include "app/open_runs.h"
#include "demos/run.h"
#include "quiz/grading.h"
#include "quiz/json.h"
#include "quiz/quiz.h"
#include "tensor/check.h"

namespace grad::app {

const char* const kQuizHelp =
    R"(  gradschool quiz check BANK.json
      reads a bank of questions and says what is in it, or what is wrong with it;
      runs again what its predictions and tasks are about and compares the keys;
      draws each question with variants a hundred times
  gradschool quiz draw BANK.json
      questions with variants as a page first shows them, as JSON
  gradschool quiz import FILE.gift|FILE.xml [--output QUIZ.yml]
      makes quiz.yml of questions in GIFT or Moodle XML; says, by line, what our
      questions cannot hold, and marks what is still to be written
  gradschool quiz stats PROGRESS.json...
      of what learners exported: for every question how many answered it, how
      difficult it is (share right at the first try), how well it discriminates
      (its correlation with their share right on all others), and how many were
      sure but wrong
)";

namespace {

using quiz::Json;
using quiz::number_text;
using quiz::Question;
using quiz::Type;

constexpr int kDraws = 100;

/// Tells of a question by its id.
template <class Work>
void about(const Question& question, Work work) {
  try {
    work();
  } catch (const Error& error) {
    const std::string sentence = error.what(), name = "Question " + question.id + ": ";
    fail(sentence.starts_with(name) ? sentence : name + sentence);
  }
}

// --- quiz check ------------------------------------------------------------------------------

/// "single 3, numeric 1"; kinds that do not occur are left out.
std::string counts_text(const std::vector<std::pair<std::string, int>>& counts) {
  std::string text;
  for (const auto& [kind, count] : counts) {
    if (count == 0) continue;
    if (!text.empty()) text += ", ";
    text += kind + " " + std::to_string(count);
  }
  return text;
}

void print_bank(const quiz::Bank& bank) {
  const auto count_if = [&](auto matches) {
    return static_cast<int>(std::count_if(bank.questions.begin(), bank.questions.end(), matches));
  };
  std::vector<std::pair<std::string, int>> types, levels;
  for (const quiz::Type type : {quiz::Type::single, quiz::Type::multiple, quiz::Type::numeric,
                                quiz::Type::predict, quiz::Type::order, quiz::Type::match,
                                quiz::Type::fill, quiz::Type::output, quiz::Type::task})
    types.emplace_back(quiz::name_of(type),
                       count_if([&](const auto& q) { return q.type == type; }));
  int level = 0;
  for (const char* name : {"recall", "apply", "analyse", "transfer"}) {
    level++;
    levels.emplace_back(name, count_if([&](const auto& q) { return q.level == level; }));
  }
  print("questions: " + std::to_string(bank.questions.size()) + "\n");
  print("types: " + counts_text(types) + "\nlevels: " + counts_text(levels) + "\n");
  for (const std::string& id : bank.quick_check) print("quick check: " + id + "\n");
}

/// The run's value must be the key, to the bit.
void check_key(const quiz::PredictedRun& run, const std::string& state, double key) {
  const double value = demos::run_of(run.demo, state).readout(run.readout);
  check(value == key, [&] {
    return "its key is " + number_text(key) + ", but the run gives " + number_text(value) + ".";
  });
}

/// Runs what each prediction is about once more. Returns how many runs there are.
int check_predictions(const quiz::Bank& bank) {
  int count = 0;
  for (const Question& question : bank.questions) {
    if (question.type != Type::predict) continue;
    about(question, [&] {
      if (question.variant == nullptr) {
        check_key(question.run, question.run.state, question.value);
        count++;
        return;
      }
      const Json* keys = question.variant->find("answer")->find("keys");
      check(keys != nullptr, "it has variants but no keys.");
      for (std::size_t k = 0; k < keys->names.size(); k++, count++)
        check_key(question.run, keys->names[k], keys->items[k].number);
    });
  }
  return count;
}

bool does_it(const quiz::Bank& bank, const Question& question, const std::string& state) {
  const std::vector<std::string> ids = {question.id};
  quiz::Quiz quiz(bank, ids, 1);
  quiz.enter(0, report_of(demos::run_of(question.run.demo, state)));
  quiz.check(0);
  check(quiz.item(0).problem.empty(), quiz.item(0).problem);
  return quiz.item(0).phase == quiz::Phase::right;
}

/// The run that a task shows as its solution must do what is asked, and the demo as it is at first
/// must not. Returns how many tasks there are.
int check_tasks(const quiz::Bank& bank) {
  int count = 0;
  for (const Question& question : bank.questions) {
    if (question.type != Type::task) continue;
    about(question, [&] {
      check(does_it(bank, question, question.run.state),
            "the run that it shows does not do what it asks.");
      check(!does_it(bank, question, ""), "the demo does by itself what it asks.");
    });
    count++;
  }
  return count;
}

/// Returns how many questions have variants.
int check_variants(const quiz::Bank& bank) {
  int count = 0;
  for (const Question& question : bank.questions) {
    if (question.variant == nullptr) continue;
    for (int draw = 0; draw < kDraws; draw++)
      quiz::drawn(question, static_cast<std::uint32_t>(draw) * 7919u);
    count++;
  }
  return count;
}

int check_bank(const std::string& path) {
  const quiz::Bank bank = quiz::load_bank(read_file(path));
  for (const auto& [id, sentence] : bank.left_out)
    std::fprintf(stderr, "%s: %s\n", path.c_str(), sentence.c_str());
  if (!bank.left_out.empty()) return 1;
  const int variants = check_variants(bank), predictions = check_predictions(bank),
            tasks = check_tasks(bank);
  print_bank(bank);
  if (variants > 0) print("variants drawn: " + std::to_string(variants) + "\n");
  if (predictions > 0) print("predictions run again: " + std::to_string(predictions) + "\n");
  if (tasks > 0) print("tasks done again: " + std::to_string(tasks) + "\n");
  return 0;
}

// --- quiz draw -------------------------------------------------------------------------------

int draw_bank(const std::string& path) {
  constexpr std::uint64_t page_seed = 1;  // as <grad-quiz> has it
  const quiz::Bank bank = quiz::load_bank(read_file(path));
  for (const auto& [id, sentence] : bank.left_out) fail(sentence);
  quiz::JsonWriter out;
  out.begin_object();
  for (const Question& question : bank.questions) {
    if (question.variant == nullptr) continue;
    const Question drawn = quiz::drawn(question, quiz::first_draw(question, page_seed));
    out.key(question.id).begin_object().key("slots").begin_object();
    for (const quiz::Slot& slot : drawn.slots) out.member(slot.expression, slot.text);
    out.end_object().member("answer", quiz::answer_text(drawn)).key("correct").begin_array();
    for (const quiz::Option& option : drawn.options) out.value(option.correct);
    out.end_array().end_object();
  }
  print(out.end_object().text() + "\n");
  return 0;
}

// --- quiz stats ------------------------------------------------------------------------------

struct First {
  bool right = false, sure = false;
};
/// What one learner made of each question at the first try.
using Learner = std::map<std::string, First>;

const Json* object_in(const Json* json, std::string_view name) {
  const Json* found = json == nullptr ? nullptr : json->find(name);
  return found != nullptr && found->kind == Json::Kind::object ? found : nullptr;
}

bool is_true(const Json& json, std::string_view name) {
  const Json* found = json.find(name);
  return found != nullptr && found->boolean;
}

/// From the history (oldest first), which reaches further than the answers kept for a lesson.
Learner read_learner(const std::string& text) {
  const Json root = quiz::parse_json(text, 16'000'000);
  const Json* records = object_in(&root, "records");
  check(records != nullptr, "It is not progress that the course exported.");
  Learner learner;
  for (std::size_t k = 0; k < records->names.size(); k++) {
    const Json* items = object_in(&records->items[k], "items");
    if (items == nullptr) continue;
    const bool history = records->names[k] == "history";
    if (!history && !records->names[k].starts_with("answers:")) continue;
    for (std::size_t i = 0; i < items->names.size(); i++) {
      const Json& item = items->items[i];
      const std::string& id = items->names[i];
      if (history && item.kind == Json::Kind::array && !item.items.empty()) {
        learner[id] = {is_true(item.items[0], "right"), is_true(item.items[0], "sure")};
      } else if (!history && !learner.contains(id)) {
        const Json* tries = item.find("tries");
        const Json *phase = item.find("phase"), *confidence = item.find("confidence");
        if (tries == nullptr || phase == nullptr || tries->number < 1) continue;
        learner[id] = {tries->number == 1 && phase->string == "right",
                       confidence != nullptr && confidence->string == "sure"};
      }
    }
  }
  return learner;
}

/// Pearson's correlation; NaN for fewer than two points or where one side is always the same.
double correlation(const std::vector<std::pair<double, double>>& points) {
  const double n = static_cast<double>(points.size());
  double mean_x = 0, mean_y = 0, xx = 0, yy = 0, xy = 0;
  for (const auto& [x, y] : points) {
    mean_x += x / n;
    mean_y += y / n;
  }
  for (const auto& [x, y] : points) {
    xx += (x - mean_x) * (x - mean_x);
    yy += (y - mean_y) * (y - mean_y);
    xy += (x - mean_x) * (y - mean_y);
  }
  return xx > 1e-12 && yy > 1e-12 ? xy / std::sqrt(xx * yy) : std::nan("");
}

std::string two_decimals(double value) {
  if (std::isnan(value)) return "-";
  char text[32];
  std::snprintf(text, sizeof text, "%.2f", value);
  return text;
}

void print_item(const std::string& id, const std::vector<Learner>& learners) {
  int answered = 0, right = 0, sure_wrong = 0;
  std::vector<std::pair<double, double>> points;
  for (const Learner& learner : learners) {
    const auto found = learner.find(id);
    if (found == learner.end()) continue;
    answered++;
    right += found->second.right;
    sure_wrong += found->second.sure && !found->second.right;
    const auto others = static_cast<double>(learner.size()) - 1;
    if (others < 1) continue;
    const auto all = std::count_if(learner.begin(), learner.end(),
                                   [](const auto& item) { return item.second.right; });
    points.emplace_back(found->second.right,
                        static_cast<double>(all - found->second.right) / others);
  }
  print(padded(id, 32) + padded(std::to_string(answered), 10) +
        padded(two_decimals(right / static_cast<double>(answered)), 12) +
        padded(two_decimals(correlation(points)), 16) + std::to_string(sure_wrong) + "\n");
}

void print_stats(const std::vector<Learner>& learners) {
  std::set<std::string> ids;
  for (const Learner& learner : learners)
    for (const auto& [id, first] : learner) ids.insert(id);
  print("learners: " + std::to_string(learners.size()) + "\n");
  print(padded("question", 32) + padded("answered", 10) + padded("first try", 12) +
        padded("discrimination", 16) + "sure but wrong\n");
  for (const std::string& id : ids) print_item(id, learners);
}

}  // namespace

int quiz_command(Arguments arguments) {
  const std::string_view action =
      arguments.take_word("The action after quiz (check, draw, import or stats)");
  if (action == "import") return import_command(arguments);
  if (action != "check" && action != "draw" && action != "stats")
    throw UsageError("There is no quiz action " + quoted(action) + ".");
  const bool stats = action == "stats";
  std::string path(arguments.take_word(stats ? "The file of answers" : "The bank's file"));
  std::vector<std::string> paths = {path};
  while (stats && arguments.has_word()) paths.emplace_back(arguments.take_word("A file"));
  arguments.expect_none_left();
  try {
    if (action == "check") return check_bank(path);
    if (action == "draw") return draw_bank(path);
    std::vector<Learner> learners;
    for (const std::string& each : paths) {
      path = each;
      learners.push_back(read_learner(read_file(path)));
    }
    print_stats(learners);
    return 0;
  } catch (const Error& error) {
    const std::string sentence = error.what();
    const char* lead = sentence.starts_with("not JSON") ? "It is " : "";
    std::fprintf(stderr, "%s: %s%s%s\n", path.c_str(), lead, sentence.c_str(),
                 sentence.ends_with('.') ? "" : ".");
    return 1;
  }
}

}  // namespace grad::app
