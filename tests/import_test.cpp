// Questions from other programs' files: every kind of question, what is lost, and hostile files.

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "import_fuzz.h"
#include "quiz/import.h"
#include "sentence.h"

using namespace grad;
using namespace grad::quiz;
using grad::tests::sentence_of;

namespace {

const std::filesystem::path kCorpus = GRAD_SOURCE_DIR "/tests/corpus/import";

std::string read_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<std::string> remarks_of(const Import& import) {
  std::vector<std::string> lines;
  for (const Remark& remark : import.remarks)
    lines.push_back(std::to_string(remark.line) + ": " + remark.sentence);
  return lines;
}

/// "a: yes +" for each option: its left side, text, feedback in brackets, + if right.
std::vector<std::string> options_of(const Question& question) {
  std::vector<std::string> lines;
  for (const Option& option : question.options)
    lines.push_back((option.left.empty() ? "" : option.left + ": ") + option.text +
                    (option.feedback.empty() ? "" : " [" + option.feedback + "]") +
                    (option.correct ? " +" : ""));
  return lines;
}

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("GIFT of every kind becomes our questions", "[quiz][import]") {
  const Import import = read_gift(read_file(kCorpus / "every_kind.gift"));
  const std::vector<Question>& questions = import.questions;
  REQUIRE(questions.size() == 11);

  CHECK(questions[0].id == "two-plus-two");
  CHECK(questions[0].level == 2);
  CHECK(questions[0].topics == Lines{"adding-up"});
  CHECK(questions[0].type == Type::single);
  CHECK(questions[0].prompt == "What is 2 + 2?");
  CHECK(questions[0].why == "Because {2, 2} has two twos: that is $2 = 2$.");
  CHECK(options_of(questions[0]) ==
        Lines{"four [Yes.] +", "five [One too many.]", "about four [Be precise.]"});

  CHECK(questions[1].id == "which-are-even");
  CHECK(questions[1].level == 0);
  CHECK(questions[1].type == Type::multiple);
  CHECK(options_of(questions[1]) == Lines{"2 +", "4 [Four is.] +", "5"});

  CHECK(questions[2].type == Type::single);
  CHECK(options_of(questions[2]) == Lines{"True [Indeed.] +", "False [It does.]"});

  CHECK(questions[3].type == Type::numeric);
  CHECK(questions[3].value == 3.14);
  CHECK(questions[3].tolerance == 0.01);
  REQUIRE(questions[3].feedback.size() == 1);
  CHECK(questions[3].feedback[0].value == 4);
  CHECK(questions[3].feedback[0].text == "Too large.");

  CHECK(questions[4].value == 1.5);
  CHECK(questions[4].tolerance == 0.5);
  CHECK(questions[5].value == -5);

  CHECK(questions[6].type == Type::match);
  CHECK(options_of(questions[6]) == Lines{"one: 1", "two: 2", "3"});

  CHECK(questions[8].type == Type::fill);
  CHECK(questions[8].text == "___");
  CHECK(questions[8].why == "Fine.");
  REQUIRE(questions[8].gaps.size() == 1);
  CHECK(questions[8].gaps[0].accepted == Lines{"yes", "yeah"});
  REQUIRE(questions[8].gaps[0].feedback.size() == 1);
  CHECK(questions[8].gaps[0].feedback[0].text == "Not this one.");

  CHECK(questions[9].prompt == "The capital ___ is on the Seine.");
  CHECK(questions[10].id == "after-it");

  const std::string pi =
      "16: pi-is-about: left out: a further number that is right or in part, "
      "feedback to any other number";
  CHECK(remarks_of(import) ==
        Lines{"5: two-plus-two: left out: a part of the mark for an option", pi,
              "28: who-wrote-faust: left out: a part of the mark for an option",
              "34: an essay question; left out", "36: a text without a question; left out",
              "38: the title has no end; left out",
              "40: the answers have no closing brace; left out"});
}

TEST_CASE("Moodle XML of every kind becomes our questions", "[quiz][import]") {
  const Import import = read_moodle_xml(read_file(kCorpus / "every_kind.xml"));
  const std::vector<Question>& questions = import.questions;
  REQUIRE(questions.size() == 6);

  CHECK(questions[0].id == "sums-more");
  CHECK(questions[0].level == 3);
  CHECK(questions[0].topics == Lines{"adding-up"});
  CHECK(questions[0].prompt == "What is 2 + 2?\nChoose…");
  CHECK(questions[0].why == "Since $2 + 2 = 4$.");
  CHECK(questions[0].hint == "Count.");
  CHECK(options_of(questions[0]) == Lines{"4 [Yes] +", "about 4", "5 < 6 [No]"});

  CHECK(options_of(questions[1]) == Lines{"True [No.]", "False [Right.] +"});

  CHECK(questions[2].type == Type::numeric);
  CHECK(questions[2].value == 5.5);
  CHECK(questions[2].tolerance == 0.1);
  CHECK(questions[2].unit == "m");
  CHECK(questions[2].why == "So it is.");
  CHECK(questions[2].feedback.size() == 1);

  CHECK(questions[3].type == Type::fill);
  CHECK(questions[3].prompt == "Who wrote <Faust>?");
  CHECK(questions[3].gaps[0].accepted == Lines{"Goethe"});

  CHECK(options_of(questions[4]) == Lines{"1: one", "2: two", "three"});
  CHECK(questions[5].type == Type::order);
  CHECK(options_of(questions[5]) == Lines{"first", "second"});

  const std::string sums =
      "4: sums-more: left out: a file, a picture, further hints, "
      "a part of the mark for an option";
  CHECK(remarks_of(import) ==
        Lines{sums, "22: height: left out: feedback to any other number",
              "30: author: left out: an answer with a placeholder *",
              "50: question \"Essay\" (essay): there is nothing like this type; left out"});
}

TEST_CASE("Markup in imported questions becomes plain text", "[quiz][import]") {
  const Import import = read_gift(read_file(kCorpus / "scripts.gift"));
  REQUIRE(import.questions.size() == 1);
  CHECK(options_of(import.questions[0]) ==
        Lines{"a +", "b", "c&#0;&#xd800;&#x110000;&bogus;&amp d😀", "e"});
  CHECK(remarks_of(import) == Lines{"1: what: left out: a script, a picture, a style sheet"});
  // A document's own entities are not resolved, and nothing is fetched.
  const Import entities = read_moodle_xml(read_file(kCorpus / "entities.xml"));
  REQUIRE(entities.questions.size() == 1);
  CHECK(entities.questions[0].prompt == "&b;&c;");
}

TEST_CASE("Files that are no question banks are refused with one sentence", "[quiz][import]") {
  const auto xml = [](const char* name) {
    return sentence_of([&] { read_moodle_xml(read_file(kCorpus / name)); });
  };
  CHECK(xml("cut.xml") == "The file is not well-formed XML: Start-end tags mismatch (line 2).");
  CHECK(xml("foreign.xml") ==
        "The file is XML, but not a Moodle question bank: it begins with <questestinterop> rather "
        "than <quiz>.");
  CHECK(sentence_of([] { read_gift(read_file(kCorpus / "not_utf8.gift")); }) ==
        "The file is not UTF-8.");
  const std::string huge(8'000'001, ' ');
  CHECK(sentence_of([&] { read_gift(huge); }) == "The file has more than 8 MB.");
  CHECK(sentence_of([&] { read_moodle_xml(huge); }) == "The file has more than 8 MB.");
  std::string many;
  for (int k = 0; k <= 10'000; k++) many += "a {T}\n\n";
  CHECK(sentence_of([&] { read_gift(many); }) == "The file has more than 10,000 questions.");
}

TEST_CASE("Ids of imported questions are valid and all different", "[quiz][import]") {
  Lines ids;
  for (const Question& question : read_gift(read_file(kCorpus / "ids.gift")).questions)
    ids.push_back(question.id);
  CHECK(ids == Lines{"same", "same-2", "same-3", "same-4", "imported", "123", "etc", "w", "v"});
}

TEST_CASE("quiz.yml marks what is still to be written", "[quiz][import]") {
  const std::string yaml = quiz_yaml(read_gift("What? {=right ~wrong#No: \"\\{1\\}\".}"));
  CHECK(yaml == R"(# yaml-language-server: $schema=../../web/quiz.schema.json
quick_check: []  # to be written
questions:
  - id: "what"
    level: 0  # to be written
    topics: []  # to be written
    type: single
    prompt: "What?"
    options:
      - text: "right"
        correct: true
        feedback: ""  # to be written
      - text: "wrong"
        feedback: "No: \"{1}\"."
    hint: ""  # to be written
    why: ""  # to be written
    anchor: ""  # to be written
)");
}

TEST_CASE("Hostile files to import break nothing", "[quiz][import]") {
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(kCorpus)) {
    const std::string text = read_file(entry.path());
    // Whole, and cut off at every so many bytes.
    const std::size_t step = std::max<std::size_t>(1, text.size() / 40);
    for (std::size_t size = text.size();; size -= step) {
      tests::fuzz_import(reinterpret_cast<const std::uint8_t*>(text.data()), size);
      if (size < step) break;
    }
    files++;
  }
  CHECK(files >= 12);
}
