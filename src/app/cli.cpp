#include "app/cli.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "app/cli_arguments.h"
#include "app/cli_fit.h"
#include "app/cli_quiz.h"
#include "app/cli_sample.h"
#include "app/recording.h"
#include "app/window.h"
#include "demos/run.h"
#include "quiz/json.h"
#include "quiz/quiz.h"
#include "tensor/check.h"

namespace grad::app {
namespace {

using demos::DemoEntry;
using demos::Parameter;
using demos::Readout;
using demos::Run;
using quiz::JsonWriter;
using quiz::number_text;

constexpr std::uint64_t kMaxSteps = 1'000'000;

constexpr const char* kHelp = R"(gradschool: the demos and quizzes of the course, without a browser

  gradschool list [--json]
      the demos with their parameters and read-outs
  gradschool demo NAME [--state STATE] [--set PARAMETER=VALUE...] [--seed S]
                       [--steps N] [--print READOUT...] [--json [--figures]]
      runs a demo, to its end unless --steps is given, and prints its read-outs;
      the same parameters, seed and steps give the same numbers as in the browser;
      STATE as in a page's address (n:500,seed:3,step:40); --figures adds what the
      figures show, as tables and series
)";

constexpr const char* kHelpEnd =
    R"(  gradschool window [DEMO] [--state STATE] [--bank BANK.json] [--dark]
                    [--width W] [--height H] [--frames N] [--screenshot FILE.ppm]
      all demos, and the bank's quick check, in a window; with --frames it closes
      after so many
  gradschool --help
  gradschool --version

Exit code: 0, 1 for a bad file, 2 for a bad command.
)";

// --- list
// -----------------------------------------------------------------------------------------

void write_demo(JsonWriter& out, const Run& run) {
  out.begin_object().member("name", run.entry().name).member("title", run.entry().title);
  out.member("task", run.demo().task()).key("parameters").begin_array();
  for (const Parameter& parameter : run.demo().parameters()) {
    out.begin_object()
        .member("name", parameter.name)
        .member("label", parameter.label)
        .member("description", parameter.description)
        .member("unit", parameter.unit)
        .member("min", parameter.min)
        .member("max", parameter.max)
        .member("default", parameter.initial)
        .member("step", parameter.step)
        .member("view", parameter.view);
    if (!parameter.choices.empty()) {
      out.key("choices").begin_array();
      for (const char* choice : parameter.choices) out.value(choice);
      out.end_array();
    }
    out.end_object();
  }
  out.end_array().key("readouts").begin_array();
  for (const Readout& readout : run.demo().readouts())
    out.begin_object()
        .member("name", readout.name)
        .member("label", readout.label)
        .member("unit", readout.unit)
        .member("decimals", readout.decimals)
        .end_object();
  out.end_array().end_object();
}

/// " (0 sigmoid, 1 ReLU)"; nothing for a number.
std::string choices_text(const Parameter& parameter) {
  std::string text;
  for (std::size_t i = 0; i < parameter.choices.size(); i++)
    text += (i == 0 ? " (" : ", ") + number_text(parameter.min + static_cast<double>(i)) + " " +
            parameter.choices[i];
  return text.empty() ? text : text + ")";
}

void print_demo(const Run& run) {
  print(std::string(run.entry().name) + ": " + run.entry().title + "\n  " + run.demo().task() +
        "\n");
  for (const Parameter& parameter : run.demo().parameters())
    print("  parameter  " + padded(parameter.name, 18) + number_text(parameter.min) + " to " +
          number_text(parameter.max) + ", default " + number_text(parameter.initial) + "; " +
          parameter.label + choices_text(parameter) + "\n");
  for (const Readout& readout : run.demo().readouts())
    print("  read-out   " + padded(readout.name, 18) + readout.label + "\n");
}

int list(Arguments arguments) {
  const bool json = arguments.take_flag("--json");
  arguments.expect_none_left();
  JsonWriter out;
  out.begin_array();
  for (const DemoEntry& entry : demos::all_demos()) {
    const Run run(entry.name);
    json ? write_demo(out, run) : print_demo(run);
  }
  if (json) print(out.end_array().text() + "\n");
  return 0;
}

// --- demo
// -----------------------------------------------------------------------------------------

void set_parameter(Run& run, std::string_view assignment) {
  const std::size_t equals = assignment.find('=');
  if (equals == assignment.npos)
    throw UsageError("--set takes PARAMETER=VALUE, not " + quoted(assignment) + ".");
  double value = 0;
  // Not a number: the run says which range it wants.
  if (!quiz::parse_number(assignment.substr(equals + 1), value))
    value = std::numeric_limits<double>::quiet_NaN();
  run.set(assignment.substr(0, equals), value);
}

/// Those named, in that order, or all. Throws Error for a name that there is not.
std::vector<Readout> chosen_readouts(const Run& run, const std::vector<std::string_view>& names) {
  std::vector<Readout> all = run.demo().readouts();
  if (names.empty()) return all;
  std::vector<Readout> chosen;
  for (const std::string_view name : names) {
    run.readout(name);
    for (const Readout& readout : all)
      if (name == readout.name) chosen.push_back(readout);
  }
  return chosen;
}

void print_run_json(const Run& run, const std::vector<Readout>& readouts,
                    std::optional<FigureRecorder>& figures) {
  JsonWriter out;
  out.begin_object().member("demo", run.entry().name);
  out.key("seed").raw(std::to_string(run.seed())).key("steps").raw(std::to_string(run.steps()));
  out.member("complete", run.complete()).member("state", run.state());
  out.key("parameters").begin_object();
  for (std::size_t k = 0; k < run.values().size(); k++)
    out.member(run.demo().parameters()[k].name, run.values()[k]);
  out.end_object().key("readouts").begin_object();
  for (const Readout& readout : readouts) out.member(readout.name, readout.value);
  out.end_object().member("narration", run.demo().narrate());
  if (figures) figures->write(out);
  print(out.end_object().text() + "\n");
}

/// Takes a page's state text, of which no part may be wrong here. The step that it names, or the
/// most there can be.
std::uint64_t take_state(Run& run, std::string_view state) {
  std::vector<std::string> problems;
  const std::int64_t step = run.restore(state, problems);
  if (!problems.empty()) {
    const std::string& problem = problems.front();  // "… ; it stays 200." is what pages do
    fail(problem.substr(0, problem.rfind("; ")) + ".");
  }
  return step > 0 ? static_cast<std::uint64_t>(step) : kMaxSteps;
}

int demo(Arguments arguments) {
  Run run(arguments.take_word("The name of a demo"));
  const bool json = arguments.take_flag("--json");
  const bool with_figures = arguments.take_flag("--figures");
  if (with_figures && !json) throw UsageError("--figures goes with --json.");
  const std::uint64_t stop = take_state(run, arguments.take_value("--state"));
  const std::uint64_t seed = arguments.take_count("--seed", UINT64_MAX, run.seed());
  const std::uint64_t steps = arguments.take_count("--steps", kMaxSteps, stop);
  const std::vector<std::string_view> names = arguments.take_values("--print");
  for (const std::string_view assignment : arguments.take_values("--set"))
    set_parameter(run, assignment);
  arguments.expect_none_left();
  chosen_readouts(run, names);  // a wrong name is told before the work
  if (seed != run.seed()) run.set_seed(seed);

  std::optional<FigureRecorder> figures;
  if (with_figures) figures.emplace(run);
  for (std::uint64_t step = 0; step < steps && run.step(); step++) {
  }
  const std::vector<Readout> readouts = chosen_readouts(run, names);
  if (json) {
    print_run_json(run, readouts, figures);
    return 0;
  }
  for (const Readout& readout : readouts)
    print(padded(readout.name, 18) + " " + number_text(readout.value) + "\n");
  if (names.empty()) print(run.demo().narrate() + "\n");
  return 0;
}

// --- window ---------------------------------------------------------------------------------

int window(Arguments arguments) {
  WindowOptions options;
  if (arguments.has_word()) options.open = arguments.take_word("The name of a demo");
  options.dark = arguments.take_flag("--dark");
  options.frames = static_cast<int>(arguments.take_count("--frames", 100'000, 0));
  options.state = arguments.take_value("--state");
  options.bank_path = arguments.take_value("--bank");
  options.screenshot = arguments.take_value("--screenshot");
  options.width = static_cast<int>(arguments.take_count("--width", 10'000, 1280));
  options.height = static_cast<int>(arguments.take_count("--height", 10'000, 800));
  if (options.width < 1 || options.height < 1)
    throw UsageError("--width and --height must be at least 1.");
  if (!options.screenshot.empty() && options.frames == 0) options.frames = 1;
  arguments.expect_none_left();
  if (!options.open.empty() && demos::find_demo(options.open) == nullptr)
    throw UsageError("There is no demo called " + quoted(options.open) + ".");
  try {
    run_window(options);
    return 0;
  } catch (const Error& error) {
    std::fprintf(stderr, "gradschool: %s\n", error.what());
    return 1;
  }
}

int dispatch(std::span<const std::string_view> words) {
  const std::string_view command = words.empty() ? "--help" : words[0];
  Arguments arguments(words.empty() ? words : words.subspan(1));
  if (command == "list") return list(arguments);
  if (command == "demo") return demo(arguments);
  if (command == "quiz") return quiz_command(arguments);
  if (command == "fit") return fit_command(arguments);
  if (command == "eval") return eval_command(arguments);
  if (command == "sample") return sample_command(arguments);
  if (command == "window") return window(arguments);
  if (command != "--help" && command != "--version")
    throw UsageError("There is no command " + quoted(command) + ".");
  arguments.expect_none_left();
  print(command == "--help" ? std::string(kHelp) + kQuizHelp + kFitHelp + kSampleHelp + kHelpEnd
                            : "gradschool " GRAD_VERSION "\n");
  return 0;
}

}  // namespace

int run_command_line(std::span<const std::string_view> arguments) {
  try {
    const int code = dispatch(arguments);
    if (std::fflush(stdout) == 0) return code;
    std::fputs("gradschool: The output cannot be written.\n", stderr);
    return 1;
  } catch (const UsageError& error) {
    std::fprintf(stderr, "gradschool: %s See gradschool --help.\n", error.what());
  } catch (const Error& error) {
    std::fprintf(stderr, "gradschool: %s\n", error.what());
  }
  return 2;
}

}  // namespace grad::app
