#include "app/cli_fit.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <limits>
#include <new>
#include <optional>

#include <sys/resource.h>
#include <unistd.h>

#include "data/files.h"
#include "models/predictor.h"
#include "quiz/json.h"
#include "quiz/quiz.h"

namespace grad::app {

namespace {

using models::Examples;
using models::ModelEntry;
using models::Predictor;
using models::Problem;
using models::Verdict;
using quiz::JsonWriter;
using quiz::number_text;

double seconds() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration<double>(now).count();
}

/// Spent by this process alone, whatever else the machine does.
double processor_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

/// The most that the process has held, in MiB.
double peak_memory() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

std::string rounded(double number, int decimals) {
  char text[64];
  std::snprintf(text, sizeof text, "%.*f", decimals, number);
  return text;
}

std::string six_digits(double number) {
  char text[64];
  std::snprintf(text, sizeof text, "%.6g", number);
  return text;
}

/// A line on a terminal that fills up; nothing where there is none to see it.
class ProgressBar {
 public:
  explicit ProgressBar(const char* title) : title_(title), shown_(isatty(STDERR_FILENO) == 1) {}
  ~ProgressBar() {
    if (drawn_) std::fputs("\r\033[K", stderr);
  }
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;

  void show(double share) {
    constexpr int width = 40;
    const double now = seconds();
    if (!shown_ || now - last_ < 0.1) return;
    last_ = now;
    drawn_ = true;
    const int full = static_cast<int>(width * share);
    const std::string bar = std::string(static_cast<std::size_t>(full), '#') +
                            std::string(static_cast<std::size_t>(width - full), '.');
    std::fprintf(stderr, "\r%s [%s] %3d %% %6.1f s", title_, bar.c_str(),
                 static_cast<int>(100 * share), now - begin_);
    std::fflush(stderr);
  }

 private:
  const char* title_;
  bool shown_, drawn_ = false;
  double begin_ = seconds(), last_ = 0;
};

// --- what there is --------------------------------------------------------------------------

std::string kinds(const ModelEntry& model) {
  if (!model.regressor) return "classes";
  return model.classifier ? "classes and numbers" : "numbers";
}

int list_fit() {
  print("Models, and what may be --set:\n");
  for (const ModelEntry& model : models::all_models()) {
    print("  " + padded(model.name, 14) + model.title + " (" + kinds(model) + "). " + model.about +
          "\n");
    for (const models::Option& option : model.options)
      print("      " + padded(option.name, 11) + option.about + "; default " +
            number_text(option.initial) + "\n");
  }
  print("\nData sets:\n");
  for (const models::ExamplesEntry& examples : models::all_examples())
    print("  " + padded(examples.name, 14) + examples.about + "\n");
  return 0;
}

// --- examples -------------------------------------------------------------------------------

/// What the options say about where examples come from.
struct Source {
  std::string name;            // "moons", or of a file
  std::string images, labels;  // files
  std::string test_images, test_labels;
  std::string csv, target, predict;
  std::vector<std::string_view> without;
  std::uint64_t train, test, seed;  // train and test: 0 where not given
};

Source take_source(Arguments& arguments) {
  constexpr std::uint64_t most = 1'000'000;
  Source source;
  source.name = arguments.take_value("--data");
  source.images = arguments.take_value("--images");
  source.labels = arguments.take_value("--labels");
  source.test_images = arguments.take_value("--test-images");
  source.test_labels = arguments.take_value("--test-labels");
  source.csv = arguments.take_value("--csv");
  source.target = arguments.take_value("--target");
  source.predict = arguments.take_value("--predict");
  source.without = arguments.take_values("--without");
  source.train = arguments.take_count("--train", most, 0);
  source.test = arguments.take_count("--test", most, 0);
  source.seed = arguments.take_count("--seed", UINT64_MAX, 1);
  if (source.name.empty() + source.images.empty() + source.csv.empty() != 2)
    throw UsageError(
        "One of --data, --images and --csv says where examples come from; gradschool fit lists "
        "the sets for --data.");
  if (source.images.empty() != source.labels.empty())
    throw UsageError("--images and --labels go together.");
  if (source.test_images.empty() != source.test_labels.empty() ||
      (source.images.empty() && !source.test_images.empty()))
    throw UsageError("--test-images and --test-labels go together, and with --images.");
  if (source.csv.empty() != source.target.empty())
    throw UsageError("--csv and --target, the column to be predicted, go together.");
  if (source.csv.empty() && !(source.predict.empty() && source.without.empty()))
    throw UsageError("--predict and --without go with --csv.");
  if (!source.predict.empty() && source.predict != "classes" && source.predict != "number")
    throw UsageError("--predict must be classes or number, not " + quoted(source.predict) + ".");
  return source;
}

/// How many of `all` examples train and test: four fifths and one, where it is not said.
struct Sizes {
  std::int64_t train, test;
};
Sizes sizes(const Source& source, std::int64_t all) {
  const auto train = static_cast<std::int64_t>(source.train);
  const auto test = static_cast<std::int64_t>(source.test);
  if (train > 0) return {train, test > 0 ? test : std::max(all - train, std::int64_t{1})};
  const std::int64_t tested = test > 0 ? test : std::max(all / 5, std::int64_t{1});
  return {all - tested, tested};
}

Examples of(const data::Dataset& set) {
  Examples examples{.x = set.x, .y = set.y};
  for (int c = 0; c < set.classes; ++c) examples.class_names.push_back(std::to_string(c));
  return examples;
}

/// `all` or so many of it, by chance.
Examples some(const Examples& all, std::uint64_t count, Rng& rng) {
  if (count == 0 || static_cast<std::int64_t>(count) == all.size()) return all;
  return models::split(all, static_cast<std::int64_t>(count), 1, rng).train;
}

Problem load_pictures(const Source& source, Rng& rng) {
  const Examples all = of(data::load_dataset(source.images, source.labels));
  if (source.test_images.empty()) {
    const Sizes wanted = sizes(source, all.size());
    return models::split(all, wanted.train, wanted.test, rng);
  }
  const Examples test = of(data::load_dataset(source.test_images, source.test_labels));
  check(test.x.shape().with(0, 1) == all.x.shape().with(0, 1), [&] {
    return source.test_images + " has examples of " + test.x.shape().text() + ", but " +
           source.images + " of " + all.x.shape().text() + ".";
  });
  Problem problem{some(all, source.train, rng), some(test, source.test, rng)};
  // Labels are numbers: both parts know those of either.
  const bool more = problem.test.classes() > problem.train.classes();
  problem.train.class_names = problem.test.class_names =
      more ? problem.test.class_names : problem.train.class_names;
  return problem;
}

/// Text is a class; so are a few different whole numbers, unless the user says otherwise.
data::Target kind_of(const data::Csv& csv, const Source& source) {
  constexpr std::size_t few = 20;
  if (!source.predict.empty())
    return source.predict == "classes" ? data::Target::classes : data::Target::number;
  const auto width = static_cast<std::int64_t>(csv.columns.size());
  std::vector<real> seen;
  for (std::int64_t j = 0; j < width; ++j) {
    if (csv.columns[static_cast<std::size_t>(j)].name != source.target) continue;
    if (!csv.columns[static_cast<std::size_t>(j)].categories.empty()) return data::Target::classes;
    for (std::int64_t i = 0; i < csv.rows() && seen.size() <= few; ++i) {
      const real number = csv.x[i * width + j];
      if (number != std::floor(number)) return data::Target::number;
      if (std::find(seen.begin(), seen.end(), number) == seen.end()) seen.push_back(number);
    }
  }
  return seen.size() > few ? data::Target::number : data::Target::classes;
}

Problem load_table(const Source& source, Rng& rng) {
  const data::Csv csv = data::load_csv(source.csv);
  const data::Table table =
      data::table_of(csv, source.target, kind_of(csv, source), source.without);
  const Sizes wanted = sizes(source, table.size());
  return models::split(table, wanted.train, wanted.test, rng);
}

Problem load(const Source& source) {
  const auto or_1000 = [](std::uint64_t given) {
    return given > 0 ? static_cast<std::int64_t>(given) : 1000;
  };
  Rng rng = Rng(source.seed).split(1);  // not the stream that the model draws from
  if (!source.images.empty()) return load_pictures(source, rng);
  if (!source.csv.empty()) return load_table(source, rng);
  return models::make_examples(source.name, or_1000(source.train), or_1000(source.test),
                               source.seed);
}

std::string name_of(const Source& source) {
  return !source.images.empty() ? source.images : !source.csv.empty() ? source.csv : source.name;
}

/// Columns of a table that hold one number only, for a model has nothing to learn from them.
std::vector<std::string> constant_columns(const Examples& examples) {
  std::vector<std::string> names;
  const auto width = static_cast<std::int64_t>(examples.feature_names.size());
  for (std::int64_t j = 0; j < width; ++j) {
    bool varies = false;
    for (std::int64_t i = 1; i < examples.size() && !varies; ++i)
      varies = examples.x[i * width + j] != examples.x[j];
    if (!varies) names.push_back(examples.feature_names[static_cast<std::size_t>(j)]);
  }
  return names;
}

void warn_of_constants(const Examples& train) {
  if (train.numbers() && std::all_of(train.target.begin(), train.target.end(),
                                     [&](real target) { return target == train.target[0]; }))
    std::fprintf(stderr,
                 "gradschool: The number to be predicted is the same in all training examples.\n");
  const std::vector<std::string> names = constant_columns(train);
  if (names.empty()) return;
  std::string text;
  for (std::size_t i = 0; i < names.size() && i < 5; ++i)
    text += (i == 0 ? "" : ", ") + quoted(names[i]);
  if (names.size() > 5) text += " and " + std::to_string(names.size() - 5) + " more";
  std::fprintf(stderr,
               "gradschool: The same in all training examples, so that nothing is learned from "
               "it: %s.\n",
               text.c_str());
}

// --- the result -----------------------------------------------------------------------------

struct Outcome {
  Verdict test;
  double predict_seconds, predict_processor_seconds;
  std::optional<Verdict> train = {};  // of a fit, as the next two
  double fit_seconds = 0, fit_processor_seconds = 0;
};

void print_confusion(const Examples& test, const Verdict& verdict) {
  constexpr int most = 12;  // classes that fit a terminal
  const int classes = verdict.confusion->classes();
  if (classes > most) return;
  std::size_t width = 5;
  for (const std::string& name : test.class_names) width = std::max(width, name.size() + 1);
  print("confusion (rows: what it is, columns: what is predicted)\n" + padded("", width));
  for (const std::string& name : test.class_names) print(padded(name, width));
  print("\n");
  for (int i = 0; i < classes; ++i) {
    print(padded(test.class_names[static_cast<std::size_t>(i)], width));
    for (int j = 0; j < classes; ++j)
      print(padded(std::to_string(verdict.confusion->count(i, j)), width));
    print("\n");
  }
}

std::string shape_text(const Examples& examples) {
  const Shape& shape = examples.x.shape();
  std::string text;
  for (int axis = 1; axis < shape.axes(); ++axis)
    text += (axis > 1 ? " x " : "") + std::to_string(shape[axis]);
  return text + (examples.pictures() ? " pictures" : " features");
}

void print_line(const char* name, const std::string& value) {
  print(padded(name, 16) + value + "\n");
}

/// What a measure is called here, and whether it may have a unit, that of the target.
struct Title {
  const char *name, *title;
  bool unit = false;
};
constexpr Title kTitles[] = {
    {"accuracy", "accuracy"},   {"f1", "F1 (mean)"}, {"auc", "AUC (mean)"},
    {"log_loss", "log-loss"},   {"r2", "R2"},        {"rmse", "RMSE", true},
    {"mae", "mean error", true}};

void print_measures(const Outcome& outcome) {
  for (const models::Measure& measure : outcome.test.measures) {
    if (std::isnan(measure.value)) continue;
    const auto& title = *std::find_if(std::begin(kTitles), std::end(kTitles), [&](const Title& t) {
      return std::string_view(t.name) == measure.name;
    });
    const auto text = [&](double value) {
      return title.unit ? six_digits(value) : rounded(value, 4);
    };
    std::string line = padded(text(measure.value), 10);
    if (!std::isnan(measure.interval.low))
      line += "  95 %: " + text(measure.interval.low) + " to " + text(measure.interval.high);
    if (outcome.train && !title.unit)
      line += "  (training " + text((*outcome.train)[measure.name]) + ")";
    line.erase(line.find_last_not_of(' ') + 1);
    print_line(title.title, line);
  }
}

void print_outcome(const Predictor& predictor, const Examples& test, const Outcome& outcome) {
  print_measures(outcome);
  if (outcome.train)
    print_line("fit", rounded(outcome.fit_seconds, 2) + " s, " +
                          rounded(outcome.fit_processor_seconds, 2) + " s of the processor");
  print_line("prediction", rounded(1000 * outcome.predict_seconds, 1) + " ms");
  print_line("peak memory", rounded(peak_memory(), 0) + " MB");
  if (!predictor.numbers()) print_confusion(test, outcome.test);
}

void write_verdict(JsonWriter& out, const Examples& examples, const Verdict& verdict) {
  out.begin_object();
  for (const models::Measure& measure : verdict.measures) out.member(measure.name, measure.value);
  if (!std::isnan(verdict.measures[0].interval.low)) {
    out.key("intervals").begin_object();
    for (const models::Measure& measure : verdict.measures)
      out.key(measure.name)
          .begin_array()
          .value(measure.interval.low)
          .value(measure.interval.high)
          .end_array();
    out.end_object();
  }
  if (verdict.confusion) {
    const data::ConfusionMatrix& confusion = *verdict.confusion;
    out.key("by_class").begin_array();
    for (int i = 0; i < confusion.classes(); ++i)
      out.begin_object()
          .member("class", examples.class_names[static_cast<std::size_t>(i)])
          .member("precision", confusion.precision(i))
          .member("recall", confusion.recall(i))
          .member("f1", confusion.f1(i))
          .end_object();
    out.end_array().key("confusion").begin_array();
    for (int i = 0; i < confusion.classes(); ++i) {
      out.begin_array();
      for (int j = 0; j < confusion.classes(); ++j) out.raw(std::to_string(confusion.count(i, j)));
      out.end_array();
    }
    out.end_array();
  }
  out.end_object();
}

/// The beginning of what --json prints: an object that is left open.
JsonWriter begin_json(const Predictor& predictor, const Source& source) {
  JsonWriter out;
  out.begin_object().member("model", predictor.entry().name);
  out.key("options").begin_object();
  for (std::size_t i = 0; i < predictor.options().list().size(); ++i)
    out.member(predictor.options().list()[i].name, predictor.options().values()[i]);
  out.end_object().member("data", name_of(source));
  out.key("seed").raw(std::to_string(source.seed));
  return out;
}

void end_json(JsonWriter& out, const Examples& test, const Outcome& outcome) {
  out.key("test").raw(std::to_string(test.size()));
  out.key("classes").begin_array();
  for (const std::string& name : test.class_names) out.value(name);
  out.end_array().key("on_test");
  write_verdict(out, test, outcome.test);
  if (outcome.train) {
    out.key("on_training");
    write_verdict(out, test, *outcome.train);
    out.member("fit_seconds", outcome.fit_seconds)
        .member("fit_processor_seconds", outcome.fit_processor_seconds);
  }
  out.member("predict_seconds", outcome.predict_seconds)
      .member("predict_processor_seconds", outcome.predict_processor_seconds)
      .member("peak_memory_mb", peak_memory());
  print(out.end_object().text() + "\n");
}

models::Options take_options(const ModelEntry& entry, Arguments& arguments) {
  models::Options options(entry.options);
  for (const std::string_view assignment : arguments.take_values("--set")) {
    const std::size_t equals = assignment.find('=');
    if (equals == assignment.npos)
      throw UsageError("--set takes OPTION=VALUE, not " + quoted(assignment) + ".");
    double value = 0;
    // Not a number: the option says which range it wants.
    if (!quiz::parse_number(assignment.substr(equals + 1), value))
      value = std::numeric_limits<double>::quiet_NaN();
    options.set(assignment.substr(0, equals), value);
  }
  return options;
}

/// Fewer bootstrap samples for many examples, so that they do not take longer than the model.
int bootstrap_samples(const Examples& test) {
  constexpr std::int64_t work = 200'000'000;
  const std::int64_t sample = test.size() * std::max(test.classes(), 1);
  return static_cast<int>(std::clamp<std::int64_t>(work / sample, 100, 1000));
}

Outcome judge(const Predictor& predictor, const Examples& test) {
  const double begin = seconds(), processor_begin = processor_seconds();
  const Array outputs = predictor.outputs(test);
  Outcome outcome{.test = {},
                  .predict_seconds = seconds() - begin,
                  .predict_processor_seconds = processor_seconds() - processor_begin};
  outcome.test = predictor.judge(test, outputs, bootstrap_samples(test));
  return outcome;
}

Outcome fit(Predictor& predictor, const Problem& problem, std::uint64_t seed) {
  const double begin = seconds(), processor_begin = processor_seconds();
  {
    ProgressBar bar("fitting");
    predictor.start(problem.train, seed);
    while (predictor.step()) bar.show(predictor.progress());
  }
  const double took = seconds() - begin, processor_took = processor_seconds() - processor_begin;
  Outcome outcome = judge(predictor, problem.test);
  outcome.fit_seconds = took;
  outcome.fit_processor_seconds = processor_took;
  outcome.train = predictor.judge(problem.train);
  return outcome;
}

void save(const Predictor& predictor, const std::string& path) {
  const std::string bytes = io::write_safetensors(predictor.save());
  const auto* first = reinterpret_cast<const std::uint8_t*>(bytes.data());
  data::write_file(path, {first, bytes.size()});
}

Predictor load_model(const std::string& path) {
  const data::Bytes bytes = data::read_file(path);
  try {
    return Predictor::load(
        io::read_safetensors({reinterpret_cast<const char*>(bytes.data()), bytes.size()}));
  } catch (const Error& error) {
    fail(path + ": " + error.what());
  }
}

/// The examples of a source that a fitted model is to be judged by: of files all, or as many as
/// --test says; of a data set the test part.
Examples load_test(const Source& source, const Predictor& predictor) {
  Rng rng = Rng(source.seed).split(1);
  const std::vector<std::string>& class_names = predictor.learned_from().class_names;
  if (!source.images.empty()) {
    Examples all = of(data::load_dataset(source.images, source.labels));
    // Labels are numbers: those of the model that do not occur here are still its classes.
    if (all.classes() < predictor.learned_from().classes()) all.class_names = class_names;
    return some(all, source.test, rng);
  }
  if (source.csv.empty()) return load(source).test;
  check(predictor.learned_from().encoding.has_value(),
        "The model has learned from pictures or points, not from a table.");
  const data::Table& encoding = *predictor.learned_from().encoding;
  const data::Csv csv = data::load_csv(source.csv);
  std::vector<std::string_view> others;  // columns that the model does not know
  for (const data::TableColumn& column : csv.columns) {
    const bool known = std::any_of(encoding.columns.begin(), encoding.columns.end(),
                                   [&](const auto& own) { return own.name == column.name; });
    if (!known && column.name != source.target) others.push_back(column.name);
  }
  const data::Target kind = predictor.numbers() ? data::Target::number : data::Target::classes;
  return some(
      models::encode_as(data::table_of(csv, source.target, kind, others), encoding, class_names),
      source.test, rng);
}

/// Runs a command whose files, or memory, may not do.
template <class Command>
int told(bool files, Command command) {
  const auto say = [](const char* sentence) {
    std::fprintf(stderr, "gradschool: %s\n", sentence);
    return 1;
  };
  try {
    command();
    return 0;
  } catch (const Error& error) {
    if (!files) throw;
    return say(error.what());
  } catch (const std::bad_alloc&) {
    return say("There is not enough memory for this model.");
  }
}

}  // namespace

const char* const kFitHelp =
    R"(  gradschool fit --model MODEL SOURCE [--train N] [--test N] [--seed S]
                 [--set OPTION=VALUE...] [--save FILE.safetensors] [--json]
      fits a model and says how good it is on examples that it has not seen;
      without anything it lists the models, their options and the data sets.
      SOURCE is one of
        --data SET
        --images FILE --labels FILE [--test-images FILE --test-labels FILE]
            IDX or .npy files, gzipped or not
        --csv FILE --target COLUMN [--predict classes|number] [--without COLUMN...]
            of files, four fifths train unless --train or --test say otherwise
  gradschool eval FILE.safetensors SOURCE [--test N] [--json]
      says how good a saved model is on examples; of a SET those that fit would
      test with the same --train, --test and --seed
)";

int fit_command(Arguments arguments) {
  if (arguments.empty()) return list_fit();
  const std::string model(arguments.take_value("--model"));
  if (model.empty()) throw UsageError("--model is missing; gradschool fit lists the models.");
  const ModelEntry& entry = models::find_model(model);
  const bool json = arguments.take_flag("--json");
  Predictor predictor(entry, take_options(entry, arguments));
  const std::string path(arguments.take_value("--save"));
  const Source source = take_source(arguments);
  arguments.expect_none_left();
  return told(source.name.empty(), [&] {
    const Problem problem = load(source);
    warn_of_constants(problem.train);
    const Outcome outcome = fit(predictor, problem, source.seed);
    if (!path.empty()) save(predictor, path);
    if (json) {
      JsonWriter out = begin_json(predictor, source);
      out.key("train").raw(std::to_string(problem.train.size()));
      end_json(out, problem.test, outcome);
      return;
    }
    print_line("model", entry.title);
    print_line("data", name_of(source) + ": " + std::to_string(problem.train.size()) +
                           " to train, " + std::to_string(problem.test.size()) + " to test, " +
                           shape_text(problem.train));
    print_outcome(predictor, problem.test, outcome);
    if (!path.empty()) print_line("saved as", path);
  });
}

int eval_command(Arguments arguments) {
  const std::string path(arguments.take_word("The file of a model"));
  const bool json = arguments.take_flag("--json");
  const Source source = take_source(arguments);
  arguments.expect_none_left();
  return told(true, [&] {
    const Predictor predictor = load_model(path);
    const Examples test = load_test(source, predictor);
    const Outcome outcome = judge(predictor, test);
    if (json) {
      JsonWriter out = begin_json(predictor, source);
      end_json(out, test, outcome);
      return;
    }
    print_line("model", predictor.entry().title);
    print_line("data", name_of(source) + ": " + std::to_string(test.size()) + " to test, " +
                           shape_text(test));
    print_outcome(predictor, test, outcome);
  });
}

}  // namespace grad::app
