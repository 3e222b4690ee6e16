#include "app/cli_import.h"

#include <cstdio>
#include <string>

#include "quiz/import.h"

namespace grad::app {
namespace {

using quiz::Import;

bool has_ending(const std::string& path, const char* ending) { return path.ends_with(ending); }

Import read_import(const std::string& path) {
  const std::string text = read_file(path);
  Import import = has_ending(path, ".xml") ? quiz::read_moodle_xml(text) : quiz::read_gift(text);
  for (const quiz::Remark& remark : import.remarks)
    print(path + ":" + std::to_string(remark.line) + ": " + remark.sentence + "\n");
  check(!import.questions.empty(), "There is no question in it that can be read.");
  return import;
}

/// Never over a file that is there: somebody may have worked on it.
void write_new_file(const std::string& path, const std::string& text) {
  std::FILE* file = std::fopen(path.c_str(), "wbx");
  check(file != nullptr, "It cannot be made, or is there already; --output names another file.");
  const bool written = std::fwrite(text.data(), 1, text.size(), file) == text.size();
  const bool closed = std::fclose(file) == 0;
  check(written && closed, "It cannot be written.");
}

}  // namespace

int import_command(Arguments arguments) {
  const std::string path(arguments.take_word("The file to import"));
  std::string output(arguments.take_value("--output"));
  if (output.empty()) output = "quiz.yml";
  arguments.expect_none_left();
  if (!has_ending(path, ".xml") && !has_ending(path, ".gift") && !has_ending(path, ".txt"))
    throw UsageError("The file's name must end in .gift, .txt (GIFT) or .xml (Moodle XML).");
  std::string place = path;
  try {
    const Import import = read_import(path);
    place = output;
    write_new_file(output, quiz::quiz_yaml(import));
    print(output + ": " + std::to_string(import.questions.size()) + " questions from " + path +
          "\n");
    return 0;
  } catch (const Error& error) {
    std::fprintf(stderr, "%s: %s\n", place.c_str(), error.what());
    return 1;
  }
}

}  // namespace grad::app
