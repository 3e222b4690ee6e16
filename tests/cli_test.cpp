// The command line as a user meets it: the real program, its output and its exit codes.

#include <algorithm>
#include <array>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <iterator>
#include <string>
#include <vector>

#include <sys/wait.h>
#include <unistd.h>

#include "demos/demo.h"
#include "demos/run.h"
#include "quiz/json.h"
#include "quiz/quiz.h"

using namespace grad;

namespace {

struct Outcome {
  int code;
  std::string out, err;
};

std::string read_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// A file that is gone when the test is over.
class TemporaryFile {
 public:
  explicit TemporaryFile(const std::string& text = "") {
    static int count = 0;
    path_ = std::filesystem::temp_directory_path() /
            ("gradschool-" + std::to_string(getpid()) + "-" + std::to_string(count++));
    std::ofstream(path_, std::ios::binary) << text;
  }
  ~TemporaryFile() { std::filesystem::remove(path_); }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;

  std::string name() const { return path_.string(); }
  std::string text() const { return read_file(path_); }

 private:
  std::filesystem::path path_;
};

std::string in_shell_quotes(const std::string& text) { return "'" + text + "'"; }

Outcome run(std::initializer_list<std::string> arguments) {
  const TemporaryFile out, err;
  std::string command = in_shell_quotes(GRAD_PROGRAM);
  for (const std::string& argument : arguments) command += " " + in_shell_quotes(argument);
  command += " >" + in_shell_quotes(out.name()) + " 2>" + in_shell_quotes(err.name());
  const int status = std::system(command.c_str());
  REQUIRE(WIFEXITED(status));
  return {WEXITSTATUS(status), out.text(), err.text()};
}

quiz::Json run_json(std::initializer_list<std::string> arguments) {
  const Outcome outcome = run(arguments);
  INFO(outcome.err);
  REQUIRE(outcome.code == 0);
  return quiz::parse_json(outcome.out, 1'000'000);
}

/// A command that makes no sense is answered by exactly one line.
void check_refused(std::initializer_list<std::string> arguments, const std::string& sentence) {
  const Outcome outcome = run(arguments);
  CHECK(outcome.code == 2);
  CHECK(outcome.out.empty());
  CHECK(outcome.err == "gradschool: " + sentence + "\n");
}

}  // namespace

TEST_CASE("the program says what it can do", "[cli]") {
  const Outcome help = run({"--help"}), nothing = run({});
  CHECK(help.code == 0);
  CHECK(help.err.empty());
  CHECK(nothing.out == help.out);
  for (const char* command :
       {"list", "demo", "quiz check", "fit", "eval", "sample", "window", "--version"})
    CHECK(help.out.find(std::string("gradschool ") + command) != std::string::npos);
  const std::string version = run({"--version"}).out;
  CHECK(version.starts_with("gradschool 0."));
}

TEST_CASE("unknown commands and options are refused", "[cli]") {
  check_refused({"paint"}, "There is no command \"paint\". See gradschool --help.");
  check_refused({"list", "--yaml"}, "There is no option \"--yaml\". See gradschool --help.");
  check_refused({"list", "all"}, "Not understood: \"all\". See gradschool --help.");
  check_refused({"--version", "--json"}, "There is no option \"--json\". See gradschool --help.");
  check_refused({"demo"}, "The name of a demo is missing. See gradschool --help.");
  check_refused({"demo", "--json"}, "The name of a demo is missing. See gradschool --help.");
  check_refused({"demo", "moonshine"}, "There is no demo called \"moonshine\".");
  check_refused(
      {"quiz"},
      "The action after quiz (check, draw, import or stats) is missing. See gradschool --help.");
  check_refused({"quiz", "solve"}, "There is no quiz action \"solve\". See gradschool --help.");
  check_refused({"quiz", "check"}, "The bank's file is missing. See gradschool --help.");
}

TEST_CASE("list names every demo with its parameters and read-outs", "[cli]") {
  const quiz::Json list = run_json({"list", "--json"});
  const std::string text = run({"list"}).out;
  REQUIRE(list.items.size() == demos::all_demos().size());
  for (std::size_t k = 0; k < list.items.size(); k++) {
    const demos::DemoEntry& entry = demos::all_demos()[k];
    const quiz::Json& listed = list.items[k];
    const auto demo = entry.make();
    CHECK(listed.find("name")->string == entry.name);
    CHECK(listed.find("title")->string == entry.title);
    CHECK(listed.find("task")->string == demo->task());
    CHECK(text.find(entry.name) != std::string::npos);
    const auto& parameters = listed.find("parameters")->items;
    REQUIRE(parameters.size() == demo->parameters().size());
    for (std::size_t p = 0; p < parameters.size(); p++) {
      CHECK(parameters[p].find("name")->string == demo->parameters()[p].name);
      CHECK(parameters[p].find("min")->number == demo->parameters()[p].min);
      CHECK(parameters[p].find("max")->number == demo->parameters()[p].max);
      CHECK(parameters[p].find("default")->number == demo->parameters()[p].initial);
    }
    for (const quiz::Json& readout : listed.find("readouts")->items)
      CHECK(text.find(readout.find("name")->string) != std::string::npos);
  }
}

TEST_CASE("a demo runs to its end and says what came out", "[cli]") {
  const quiz::Json whole =
      run_json({"demo", "feature-ceiling", "--seed", "7", "--set", "n=40", "seeds=3", "--json"});
  CHECK(whole.find("demo")->string == "feature-ceiling");
  CHECK(whole.find("seed")->number == 7);
  CHECK(whole.find("complete")->boolean);
  CHECK(whole.find("parameters")->find("n")->number == 40);
  CHECK(whole.find("parameters")->find("seeds")->number == 3);
  CHECK_FALSE(whole.find("narration")->string.empty());
  const quiz::Json& readouts = *whole.find("readouts");
  for (const char* name : {"linear_mean", "linear_sd", "product_accuracy", "mlp_accuracy"}) {
    INFO(name);
    REQUIRE(readouts.find(name) != nullptr);
    CHECK(readouts.find(name)->kind == quiz::Json::Kind::number);
  }
  // The state text of the page leads to the same run.
  const std::string state = whole.find("state")->string;
  CHECK(state.starts_with("n:40,seeds:3,seed:7,step:"));
  const quiz::Json again =
      run_json({"demo", "feature-ceiling", "--set", "seeds=3", "--set", "n=40", "--steps",
                state.substr(state.rfind(':') + 1), "--seed", "7", "--json"});
  for (std::size_t k = 0; k < readouts.items.size(); k++)
    CHECK(again.find("readouts")->items[k].number == readouts.items[k].number);
  const quiz::Json other =
      run_json({"demo", "feature-ceiling", "--seed", "8", "--set", "n=40", "seeds=3", "--json"});
  CHECK(other.find("readouts")->find("linear_mean")->number !=
        readouts.find("linear_mean")->number);
}

TEST_CASE("a demo stops after the steps asked for", "[cli]") {
  const quiz::Json run = run_json({"demo", "feature-ceiling", "--steps", "2", "--json"});
  CHECK(run.find("steps")->number == 2);
  CHECK_FALSE(run.find("complete")->boolean);
  const quiz::Json none = run_json({"demo", "feature-ceiling", "--steps", "0", "--json"});
  CHECK(none.find("state")->string.empty());
}

TEST_CASE("read-outs are printed as asked for", "[cli]") {
  const Outcome two =
      run({"demo", "feature-ceiling", "--steps", "4", "--print", "linear_sd", "linear_mean"});
  CHECK(two.code == 0);
  std::array<double, 2> values{};
  CHECK(std::sscanf(two.out.c_str(), "linear_sd %lf\nlinear_mean %lf\n", &values[0], &values[1]) ==
        2);
  const quiz::Json json =
      run_json({"demo", "feature-ceiling", "--steps", "4", "--json", "--print", "linear_mean"});
  REQUIRE(json.find("readouts")->items.size() == 1);
  CHECK(json.find("readouts")->find("linear_mean")->number == values[1]);
  const Outcome all = run({"demo", "feature-ceiling", "--steps", "4"});
  CHECK(all.out.find("mlp_accuracy") != std::string::npos);
}

TEST_CASE("values that a demo cannot take are refused", "[cli]") {
  const std::string n = "n must be a number from 10 to 20000.";
  for (const char* value : {"n=nan", "n=inf", "n=1e99", "n=9", "n=", "n=ten", "n=-200"})
    check_refused({"demo", "feature-ceiling", "--set", value}, n);
  check_refused({"demo", "feature-ceiling", "--set", "m=1"},
                "The demo feature-ceiling has no parameter \"m\".");
  check_refused({"demo", "feature-ceiling", "--set", "n"},
                "--set takes PARAMETER=VALUE, not \"n\". See gradschool --help.");
  check_refused({"demo", "feature-ceiling", "--set"},
                "--set needs a value. See gradschool --help.");
  check_refused({"demo", "feature-ceiling", "--print", "linear_mode"},
                "The demo feature-ceiling has no read-out \"linear_mode\".");
  for (const char* seed : {"-1", "1.5", "x", "", "18446744073709551616"})
    check_refused({"demo", "feature-ceiling", "--seed", seed},
                  "--seed must be a whole number from 0 to 18446744073709551615. See gradschool "
                  "--help.");
  for (const char* steps : {"1000001", "-1"})
    check_refused({"demo", "feature-ceiling", "--steps", steps},
                  "--steps must be a whole number from 0 to 1000000. See gradschool --help.");
  const quiz::Json largest = run_json(
      {"demo", "feature-ceiling", "--steps", "0", "--json", "--seed", "18446744073709551615"});
  CHECK(largest.find("state")->string == "seed:18446744073709551615");
}

TEST_CASE("a demo is run from the state of an address, with its figures", "[cli]") {
  const quiz::Json run = run_json(
      {"demo", "feature-ceiling", "--state", "n:40,seeds:3,step:5", "--json", "--figures"});
  CHECK(run.find("state")->string == "n:40,seeds:3,step:5");
  CHECK(run.find("steps")->number == 5);
  CHECK(run.find("figures")->items.size() == 2);
  CHECK(run.find("plots")->items.size() == 2);
  const quiz::Json same =
      run_json({"demo", "feature-ceiling", "--set", "n=40", "seeds=3", "--steps", "5", "--json"});
  CHECK(same.find("readouts")->find("mlp_loss")->number ==
        run.find("readouts")->find("mlp_loss")->number);
  CHECK(same.find("figures") == nullptr);
  const quiz::Json whole = run_json({"demo", "universal-approximation", "--state", "", "--json"});
  CHECK(whole.find("complete")->boolean);
  check_refused({"demo", "feature-ceiling", "--state", "n:5"},
                "n must be a number from 10 to 20000, not \"5\".");
  check_refused({"demo", "feature-ceiling", "--state", "m:5"},
                "The demo feature-ceiling has no parameter \"m\".");
  check_refused({"demo", "feature-ceiling", "--figures"},
                "--figures goes with --json. See gradschool --help.");
}

TEST_CASE("a window is refused before it opens", "[cli]") {
  check_refused({"window", "--width", "0"},
                "--width and --height must be at least 1. See gradschool --help.");
  check_refused({"window", "moonshine"},
                "There is no demo called \"moonshine\". See gradschool --help.");
  check_refused({"window", "--frames", "-5"},
                "--frames must be a whole number from 0 to 100000. See gradschool --help.");
  check_refused({"window", "--bank", "a", "b"}, "--bank takes one value. See gradschool --help.");
  check_refused({"window", "--bright"}, "There is no option \"--bright\". See gradschool --help.");
}

TEST_CASE("quiz check says what is in a bank", "[cli]") {
  const Outcome outcome = run({"quiz", "check", GRAD_SOURCE_DIR "/tests/corpus/quiz/bank.json"});
  CHECK(outcome.code == 0);
  CHECK(outcome.err.empty());
  CHECK(outcome.out ==
        "questions: 3\n"
        "types: single 1, multiple 1, numeric 1\n"
        "levels: recall 2, transfer 1\n"
        "quick check: q\n"
        "quick check: n\n");
}

TEST_CASE("quiz check says what is wrong with a bank", "[cli]") {
  const auto check_bad = [](const std::string& file, const std::string& sentence) {
    const Outcome outcome = run({"quiz", "check", file});
    CHECK(outcome.code == 1);
    CHECK(outcome.out.empty());
    CHECK(outcome.err == file + ": " + sentence + "\n");
  };
  const TemporaryFile cut("{\"version\": 1,\n"), large(std::string().append(16'000'001, ' ')),
      empty_question(R"({"version":1,"questions":[{"id":"opt-rate","type":"single"}]})");
  check_bad(cut.name(), "The bank is not JSON: a name in quotes is missing (line 2, column 1).");
  check_bad(empty_question.name(), "Question 1 (opt-rate) has no level.");
  check_bad(large.name(), "The bank is larger than 16 MB (16000001 bytes).");
  check_bad(cut.name() + "-that-is-not-there", "It cannot be opened.");
  check_bad(std::filesystem::temp_directory_path().string(), "It cannot be read.");
}

namespace {

/// A bank with one prediction: the product's accuracy in a short run of feature-ceiling.
std::string bank_of_prediction(const std::string& demo, const std::string& state,
                               const std::string& readout, double key) {
  return R"({"version":1,"questions":[{"id":"guess","level":2,"type":"predict","prompt":"p",)"
         R"("why":"w","answer":{"demo":")" +
         demo + R"(","state":")" + state + R"(","readout":")" + readout +
         R"(","tolerance":0.1,"value":)" + quiz::number_text(key) + "}}]}";
}

}  // namespace

TEST_CASE("quiz check runs again what is to be predicted", "[cli]") {
  const std::string demo = "feature-ceiling", state = "n:50,seed:3,step:4",
                    readout = "product_accuracy";
  const demos::Run native = demos::run_of(demo, state);
  CHECK(native.steps() == 4);
  const double key = native.readout(readout);
  const TemporaryFile good(bank_of_prediction(demo, state, readout, key));
  const Outcome outcome = run({"quiz", "check", good.name()});
  CHECK(outcome.code == 0);
  CHECK(outcome.out ==
        "questions: 1\ntypes: predict 1\nlevels: apply 1\npredictions run again: 1\n");

  const auto check_bad = [](const std::string& bank, const std::string& sentence) {
    const TemporaryFile file(bank);
    const Outcome bad = run({"quiz", "check", file.name()});
    CHECK(bad.code == 1);
    CHECK(bad.err == file.name() + ": Question guess: " + sentence + "\n");
  };
  check_bad(bank_of_prediction(demo, state, readout, 0.5),
            "its key is 0.5, but the run gives " + quiz::number_text(key) + ".");
  check_bad(bank_of_prediction(demo, state + "5", readout, key),
            "its key is " + quiz::number_text(key) + ", but the run gives " +
                quiz::number_text(demos::run_of(demo, state + "5").readout(readout)) + ".");
  check_bad(bank_of_prediction("moonshine", "", readout, key),
            "There is no demo called \"moonshine\".");
  check_bad(bank_of_prediction(demo, "n:5", readout, key),
            "n must be a number from 10 to 20000, not \"5\"; it stays 200.");
  check_bad(bank_of_prediction(demo, state, "width", key),
            "The demo feature-ceiling has no read-out \"width\".");
}

TEST_CASE("quiz draw shows variants as a page first does", "[cli]") {
  const TemporaryFile bank(R"({"version":1,"questions":[
    {"id":"same","level":1,"type":"numeric","prompt":"1 + 1?","why":"w","answer":{"value":2}},
    {"id":"sum","level":2,"type":"numeric","prompt":"{{a}} + {{b}}?","why":"w",
     "variant":{"a":{"from":1,"to":50},"b":{"from":1,"to":50}},"answer":{"value":"a + b"}},
    {"id":"sign","level":2,"type":"single","prompt":"{{a}}?","why":"w",
     "variant":{"a":{"from":-5,"to":5}},
     "options":[{"text":"below 0","correct":"a < 0","feedback":"f"},
                {"text":"not below 0","correct":"a >= 0","feedback":"f"}]}]})");
  const Outcome outcome = run({"quiz", "draw", bank.name()});
  CHECK(outcome.err.empty());
  CHECK(outcome.code == 0);
  CHECK(run({"quiz", "draw", bank.name()}).out == outcome.out);
  const quiz::Json drawn = quiz::parse_json(outcome.out, 10'000);
  REQUIRE(drawn.names == std::vector<std::string>{"sum", "sign"});
  const auto slot = [&](const char* id, const char* name) {
    double value = 0;
    REQUIRE(quiz::parse_number(drawn.find(id)->find("slots")->find(name)->string, value));
    return value;
  };
  const double sum = slot("sum", "a") + slot("sum", "b");
  CHECK(drawn.find("sum")->find("answer")->string == quiz::number_text(sum));
  const auto& correct = drawn.find("sign")->find("correct")->items;
  REQUIRE(correct.size() == 2);
  CHECK(correct[0].boolean == (slot("sign", "a") < 0));
  CHECK(correct[1].boolean != correct[0].boolean);

  const TemporaryFile bad(R"({"version":1,"questions":[
    {"id":"same","level":1,"type":"numeric","prompt":"1 + 1?","why":"w","answer":{"value":2}},
    {"id":"q","type":"single"}]})");
  const Outcome refused = run({"quiz", "draw", bad.name()});
  CHECK(refused.code == 1);
  CHECK(refused.out.empty());
  CHECK(refused.err == bad.name() + ": Question 2 (q) has no level.\n");
}

TEST_CASE("quiz stats tells how difficult questions are and how well they discriminate", "[cli]") {
  // Three learners, from the one who knows most to the one who knows least.
  const auto asked = [](const char* id, bool right, const char* sure = "") {
    return "\"" + std::string(id) + R"(":[{"at":1,"in":"lesson","right":)" +
           (right ? "true" : "false") + sure + R"(},{"at":2,"in":"review","right":true}])";
  };
  const auto learner = [](const std::string& history, const std::string& answers = "{}") {
    return R"({"format":"gradschool-progress","version":1,"records":{"answers:01-01":{"version":1,)"
           R"("items":)" +
           answers + R"(},"history":{"version":1,"items":{)" + history + "}}}}";
  };
  const TemporaryFile good(learner(asked("a", true) + "," + asked("b", true) + "," +
                                   asked("c", false) + "," + asked("d", true))),
      middle(learner(asked("a", true) + "," + asked("b", false) + "," + asked("c", true))),
      weak(learner(asked("a", false, R"(,"sure":true)") + "," + asked("b", false),
                   // Older than the history: the answers of the lesson count.
                   R"({"c":{"phase":"right","tries":2,"confidence":"sure"},)"
                   R"("a":{"phase":"right","tries":1},"never":{"phase":"open","tries":0}})"));
  const Outcome outcome = run({"quiz", "stats", good.name(), middle.name(), weak.name()});
  CHECK(outcome.err.empty());
  CHECK(outcome.code == 0);
  // a: right 1 1 0 against shares of all others 2/3 1/2 0: correlation 0.9707. b: 1 0 0 against
  // 2/3 1 0: 0.1890. c: 0 1 0 against 1 1/2 0: 0. d: one learner has no correlation.
  CHECK(outcome.out ==
        "learners: 3\n"
        "question                        answered  first try   discrimination  sure but wrong\n"
        "a                               3         0.67        0.97            1\n"
        "b                               3         0.33        0.19            0\n"
        "c                               3         0.33        0.00            1\n"
        "d                               1         1.00        -               0\n");

  const TemporaryFile cut("{\"records\": "), foreign("{\"answers\": []}");
  const Outcome broken = run({"quiz", "stats", good.name(), cut.name()});
  CHECK(broken.code == 1);
  CHECK(broken.out.empty());
  CHECK(broken.err.starts_with(cut.name() + ": It is not JSON: "));
  CHECK(run({"quiz", "stats", foreign.name()}).err ==
        foreign.name() + ": It is not progress that the course exported.\n");
}

TEST_CASE("sample draws a sheet of pictures", "[cli]") {
  const TemporaryFile sheet;
  const Outcome outcome = run({"sample", "digits", "--out", sheet.name(), "--count", "12",
                               "--columns", "4", "--scale", "3"});
  CHECK(outcome.code == 0);
  CHECK(outcome.out == sheet.name() + ": 12 pictures, 341 × 256 pixels\n");
  CHECK(sheet.text().starts_with("\x89PNG"));
  check_refused({"sample"}, "The name of a data set is missing. See gradschool --help.");
  check_refused({"sample", "digits"},
                "--out, the picture's file, is missing. See gradschool --help.");
  check_refused({"sample", "moons", "--out", sheet.name()},
                "The data set \"moons\" holds no pictures. See gradschool --help.");
  check_refused({"sample", "digits", "--out", sheet.name(), "--columns", "0"},
                "--count and --columns must be at least 1. See gradschool --help.");
  // Small pictures are drawn larger.
  CHECK(run({"sample", "small-digits", "--out", sheet.name()}).out ==
        sheet.name() + ": 100 pictures, 611 × 611 pixels\n");
  CHECK(run({"sample", "letters", "--out", sheet.name() + "/sheet.png"}).code == 1);
}

TEST_CASE("fit lists what there is", "[cli]") {
  const Outcome outcome = run({"fit"});
  CHECK(outcome.code == 0);
  for (const char* name : {"forest", "cnn", "moons", "house-prices"})
    CHECK(outcome.out.find(std::string("\n  ") + name + " ") != std::string::npos);
}

TEST_CASE("fit says how good a model is on examples it has not seen", "[cli]") {
  const Outcome text = run({"fit", "--model", "forest", "--data", "moons", "--train", "200",
                            "--test", "100", "--set", "trees=20"});
  CHECK(text.code == 0);
  CHECK(text.err.empty());  // no progress bar where nobody watches
  for (const char* line : {"Random forest", "moons: 200 to train, 100 to test, 2 features",
                           "accuracy", "log-loss", "peak memory", "confusion"})
    CHECK(text.out.find(line) != std::string::npos);

  const quiz::Json json = run_json({"fit", "--model", "mlp", "--data", "house-prices", "--train",
                                    "300", "--test", "100", "--seed", "3", "--json"});
  CHECK(json.find("model")->string == "mlp");
  CHECK(json.find("options")->find("width")->number == 128);
  CHECK(json.find("seed")->number == 3);
  CHECK(json.find("train")->number == 300);
  CHECK(json.find("on_test")->find("r2")->number > 0.7);
  CHECK(json.find("on_test")->find("rmse")->number > 0);
  const auto inside = [](const quiz::Json& verdict, const char* name) {
    const std::vector<quiz::Json>& ends = verdict.find("intervals")->find(name)->items;
    const double value = verdict.find(name)->number;
    return ends.size() == 2 && ends[0].number <= value && value <= ends[1].number;
  };
  for (const char* name : {"r2", "rmse", "mae"}) CHECK(inside(*json.find("on_test"), name));
  CHECK(json.find("on_training")->find("intervals") == nullptr);
  CHECK(json.find("fit_seconds")->number > 0);
  CHECK(json.find("peak_memory_mb")->number > 0);

  const quiz::Json classes = *run_json({"fit", "--model", "forest", "--data", "credit-risk",
                                        "--train", "300", "--test", "200", "--json"})
                                  .find("on_test");
  for (const char* name : {"accuracy", "f1", "auc", "log_loss"}) CHECK(inside(classes, name));
  CHECK(classes.find("auc")->number > 0.6);
  REQUIRE(classes.find("by_class")->items.size() == 2);
  double f1 = 0;
  for (const quiz::Json& one : classes.find("by_class")->items) f1 += one.find("f1")->number / 2;
  CHECK(std::abs(f1 - classes.find("f1")->number) < 1e-12);

  const auto accuracy = [](const char* seed) {
    return run_json({"fit", "--model", "tree", "--data", "churn", "--seed", seed, "--json"})
        .find("on_test")
        ->find("accuracy")
        ->number;
  };
  CHECK(accuracy("1") == accuracy("1"));
  CHECK(accuracy("1") != accuracy("2"));
}

TEST_CASE("fit refuses what makes no sense in one sentence", "[cli]") {
  check_refused({"fit", "--data", "moons"},
                "--model is missing; gradschool fit lists the models. See gradschool --help.");
  check_refused({"fit", "--model", "tree"},
                "One of --data, --images and --csv says where examples come from; gradschool fit "
                "lists the sets for --data. See gradschool --help.");
  check_refused({"fit", "--model", "tree", "--data", "moons", "--images", "a.idx"},
                "One of --data, --images and --csv says where examples come from; gradschool fit "
                "lists the sets for --data. See gradschool --help.");
  check_refused({"fit", "--model", "tree", "--images", "a.idx"},
                "--images and --labels go together. See gradschool --help.");
  check_refused({"fit", "--model", "tree", "--csv", "a.csv"},
                "--csv and --target, the column to be predicted, go together. See gradschool "
                "--help.");
  check_refused({"fit", "--model", "tree", "--data", "moons", "--set", "depth"},
                "--set takes OPTION=VALUE, not \"depth\". See gradschool --help.");
  check_refused({"fit", "--model", "tree", "--data", "moons", "--set", "depth=deep"},
                "depth must be a whole number from 0 to 1000.");
  check_refused({"fit", "--model", "knn", "--data", "moons", "--set", "k=30", "--train", "20"},
                "[NearestNeighbors] k = 30 is more than the 20 examples");
  check_refused({"fit", "--model", "knn", "--data", "sine"},
                "The model knn tells no numbers; linear, tree, forest, boosted or mlp would.");
  check_refused({"fit", "--model", "cnn", "--data", "moons", "--train", "20"},
                "[CnnClassifier] reads pictures (n,height,width,channels) of at least 4 by 4, not "
                "(20,2)");
  check_refused({"fit", "--model", "tree", "--data", "moons", "--trian", "20"},
                "There is no option \"--trian\". See gradschool --help.");
}

namespace {

/// 28 x 28 would be MNIST: pictures of 4 x 4, one bright corner each, as an IDX file, and labels.
std::string idx_pictures(int n) {
  std::string file{'\0', '\0', '\x08', '\3', '\0', '\0', '\0', static_cast<char>(n),
                   '\0', '\0', '\0',   '\4', '\0', '\0', '\0', '\4'};
  for (int i = 0; i < n; ++i)
    for (int pixel = 0; pixel < 16; ++pixel)
      file += static_cast<char>(pixel == (i % 2 == 0 ? 0 : 15) ? 200 + i % 7 : i % 5);
  return file;
}
std::string idx_labels(int n) {
  std::string file{'\0', '\0', '\x08', '\1', '\0', '\0', '\0', static_cast<char>(n)};
  for (int i = 0; i < n; ++i) file += static_cast<char>(i % 2);
  return file;
}

/// A table whose answer is yes where the length is above 5; "weight" is twice the length.
std::string table_text(const std::string& more = "") {
  std::string text = "length,colour,weight,same,answer\n";
  for (int i = 0; i < 60; ++i) {
    const int length = i * 7 % 11;
    text += std::to_string(length) + (i % 2 ? ",red," : ",,") + std::to_string(2 * length) + ",1," +
            (length > 5 ? "yes" : "no") + "\n";
  }
  return text + more;
}

void check_bad_file(std::initializer_list<std::string> arguments, const std::string& sentence) {
  const Outcome outcome = run(arguments);
  CHECK(outcome.code == 1);
  CHECK(outcome.out.empty());
  CHECK(outcome.err.find(sentence) != std::string::npos);
  CHECK(std::count(outcome.err.begin(), outcome.err.end(), '\n') == 1);
}

}  // namespace

TEST_CASE("fit reads pictures of the user's", "[cli]") {
  const TemporaryFile images(idx_pictures(50)), labels(idx_labels(50));
  const TemporaryFile few(idx_pictures(20)), few_labels(idx_labels(20));
  const quiz::Json one = run_json({"fit", "--model", "logistic", "--images", images.name(),
                                   "--labels", labels.name(), "--json"});
  CHECK(one.find("train")->number == 40);
  CHECK(one.find("test")->number == 10);
  CHECK(one.find("classes")->items.size() == 2);
  CHECK(one.find("on_test")->find("accuracy")->number == 1);
  const quiz::Json two =
      run_json({"fit", "--model", "cnn", "--images", images.name(), "--labels", labels.name(),
                "--test-images", few.name(), "--test-labels", few_labels.name(), "--train", "30",
                "--set", "epochs=60", "--json"});
  CHECK(two.find("train")->number == 30);
  CHECK(two.find("test")->number == 20);
  CHECK(two.find("on_test")->find("accuracy")->number == 1);
  check_bad_file(
      {"fit", "--model", "tree", "--images", images.name(), "--labels", few_labels.name()},
      few_labels.name());
  check_bad_file(
      {"fit", "--model", "tree", "--images", labels.name() + ".gone", "--labels", labels.name()},
      labels.name() + ".gone");
  check_bad_file({"fit", "--model", "tree", "--images", images.name(), "--labels", labels.name(),
                  "--train", "45", "--test", "10"},
                 "45 examples to train and 10 to test are needed, at least one of each, but there "
                 "are 50.");
}

TEST_CASE("fit names what is wrong with files of the user's, in one sentence", "[cli]") {
  const TemporaryFile images(idx_pictures(50)), labels(idx_labels(50));
  const auto refused = [&](const std::string& bytes, const std::string& sentence) {
    const TemporaryFile bad(bytes);
    check_bad_file({"fit", "--model", "tree", "--images", bad.name(), "--labels", labels.name()},
                   "gradschool: " + bad.name() + ": " + sentence);
  };
  refused("\x89PNG", "neither an IDX nor an .npy file: it begins with 89 50 4e 47.\n");
  refused("", "neither an IDX nor an .npy file: it begins with nothing.\n");
  refused(
      idx_pictures(50).substr(0, 700),
      "its header promises 50x4x4 numbers of 1 byte(s), but 684 bytes follow from byte 16 on.\n");
  refused(idx_pictures(0), "its sizes 0x4x4 leave no numbers.\n");
  refused(std::string("\x1f\x8b\x08\0\0\0\0\0\0\3", 10),
          "it is cut off at byte 10 of the gzip file.\n");
  const TemporaryFile alike(std::string(idx_labels(50).substr(0, 8)) + std::string(50, '\3'));
  check_bad_file({"fit", "--model", "tree", "--images", images.name(), "--labels", alike.name()},
                 "gradschool: All 40 examples to train with are of one class, \"3\": there is "
                 "nothing to tell apart.\n");

  const auto refused_table = [&](const std::string& text, const std::string& sentence) {
    const TemporaryFile bad(text);
    check_bad_file({"fit", "--model", "tree", "--csv", bad.name(), "--target", "y"},
                   "gradschool: " + bad.name() + sentence);
  };
  refused_table("", ": the file is empty.\n");
  refused_table("a,y\n", ": it has no rows.\n");
  refused_table("a,b\n1,2\n", ": there is no column \"y\"; it has a, b.\n");
  refused_table("a,y\n1,2\ninf,3\n",
                ":3: an infinite number, or one too large, in column \"a\".\n");
  refused_table("a,y\n1,x\nnan,z\n2,\n", ":4: \"y\", which is to be predicted, is missing.\n");
  refused_table("a,y\n1,\"x\n", ":2: the quote that opens here is never closed.\n");

  const TemporaryFile same("a,y\n1,7.5\n2,7.5\n3,7.5\n4,7.5\n5,7.5\n");
  const Outcome constant = run({"fit", "--model", "tree", "--csv", same.name(), "--target", "y"});
  CHECK(constant.code == 0);
  CHECK(constant.err ==
        "gradschool: The number to be predicted is the same in all training examples.\n");
  CHECK(constant.out.find("R2") == std::string::npos);
}

TEST_CASE("fit reads tables of the user's", "[cli]") {
  const TemporaryFile table(table_text());
  const Outcome classes =
      run({"fit", "--model", "tree", "--csv", table.name(), "--target", "answer", "--json"});
  INFO(classes.err);
  REQUIRE(classes.code == 0);
  CHECK(classes.err.find("\"same\"") != std::string::npos);  // it is constant
  const quiz::Json json = quiz::parse_json(classes.out, 1'000'000);
  CHECK(json.find("classes")->items[0].string == "no");
  CHECK(json.find("classes")->items[1].string == "yes");
  CHECK(json.find("on_test")->find("accuracy")->number == 1);
  const quiz::Json number = run_json({"fit", "--model", "mlp", "--csv", table.name(), "--target",
                                      "weight", "--predict", "number", "--without", "same",
                                      "answer", "--set", "lr=0.01", "epochs=100", "--json"});
  CHECK(number.find("on_test")->find("r2")->number > 0.9);

  check_bad_file({"fit", "--model", "tree", "--csv", table.name(), "--target", "reply"}, "reply");
  check_bad_file({"fit", "--model", "tree", "--csv", table.name(), "--target", "answer",
                  "--predict", "number"},
                 "answer");
  const TemporaryFile ragged(table_text("1,2\n"));
  check_bad_file({"fit", "--model", "tree", "--csv", ragged.name(), "--target", "answer"},
                 ragged.name() + ":62: ");
  const TemporaryFile one_class("a,b\n1,x\n2,x\n3,x\n4,x\n5,x\n");
  check_bad_file(
      {"fit", "--model", "forest", "--csv", one_class.name(), "--target", "b"},
      "All 4 examples to train with are of one class, \"x\": there is nothing to tell apart.");
}

TEST_CASE("a saved model is judged again, on other files too", "[cli]") {
  const TemporaryFile table(table_text()), images(idx_pictures(50)), labels(idx_labels(50)), model;
  const auto accuracy = [](const quiz::Json& json) {
    return json.find("on_test")->find("accuracy")->number;
  };
  const quiz::Json fitted =
      run_json({"fit", "--model", "knn", "--data", "churn", "--train", "200", "--test", "100",
                "--seed", "3", "--save", model.name(), "--json"});
  const quiz::Json again = run_json({"eval", model.name(), "--data", "churn", "--train", "200",
                                     "--test", "100", "--seed", "3", "--json"});
  CHECK(accuracy(again) == accuracy(fitted));
  CHECK(again.find("model")->string == "knn");
  CHECK(again.find("test")->number == 100);
  CHECK(again.find("fit_seconds") == nullptr);
  check_bad_file({"eval", model.name(), "--data", "moons"},
                 "The model has learned from other features than these examples have.");

  run_json({"fit", "--model", "mlp", "--images", images.name(), "--labels", labels.name(), "--save",
            model.name(), "--json"});
  const Outcome text =
      run({"eval", model.name(), "--images", images.name(), "--labels", labels.name()});
  CHECK(text.code == 0);
  CHECK(text.out.find("50 to test, 4 x 4 x 1 pictures") != std::string::npos);
  CHECK(text.out.find("accuracy        1.0000      95 %: 1.0000 to 1.0000\n") != std::string::npos);
  CHECK(text.out.find("AUC (mean)      1.0000 ") != std::string::npos);

  run_json({"fit", "--model", "forest", "--csv", table.name(), "--target", "answer", "--without",
            "same", "--save", model.name(), "--json"});
  const TemporaryFile other("colour,more,answer,weight,length\ngreen,1,yes,16,8\n,1,no,2,1\n");
  CHECK(accuracy(run_json(
            {"eval", model.name(), "--csv", other.name(), "--target", "answer", "--json"})) == 1);
  const TemporaryFile less("colour,answer,length\nred,yes,8\n");
  check_bad_file({"eval", model.name(), "--csv", less.name(), "--target", "answer"},
                 "There is no column \"weight\", from which the model has learned.");
  check_bad_file({"eval", table.name(), "--data", "moons"}, table.name() + ": [safetensors]");
  check_bad_file({"eval", table.name() + ".gone", "--data", "moons"}, table.name() + ".gone");
  check_refused({"eval"}, "The file of a model is missing. See gradschool --help.");
}
