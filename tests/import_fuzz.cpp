// Hostile files against the import of questions. libFuzzer calls this with texts of its own (target
// import_fuzz, clang only); the test program with every file in tests/corpus/import.

#include "import_fuzz.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <set>
#include <string>
#include <string_view>

#include "quiz/import.h"
#include "quiz/json.h"
#include "tensor/check.h"

namespace grad::tests {
namespace {

// A failed promise must end the program in every build, so that the fuzzer sees it.
void require(bool ok) {
  if (!ok) std::abort();
}

bool is_sentence(const std::string& text) {
  return !text.empty() && text.back() == '.' && text.find('\n') == std::string::npos;
}

template <class Read>
void check_import(std::string_view text, Read read) {
  quiz::Import import;
  try {
    import = read(text);
  } catch (const Error& error) {
    require(is_sentence(error.what()));
    return;
  }
  std::set<std::string> ids;
  for (const quiz::Question& question : import.questions) {
    require(!question.id.empty() && question.id.size() <= 64 && ids.insert(question.id).second);
    require(std::isfinite(question.value) && question.tolerance >= 0);
    require(question.level >= 0 && question.level <= 4);
    const bool has_options = quiz::takes_choice(question.type) || quiz::takes_order(question.type);
    require(has_options || question.options.empty());
    require(quiz::takes_text(question.type) != question.gaps.empty());
    for (const quiz::Option& option : question.options) require(quiz::valid_utf8(option.text));
  }
  const std::size_t lines =
      1 + static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
  for (const quiz::Remark& remark : import.remarks)
    require(remark.line >= 1 && remark.line <= lines && !remark.sentence.empty());
  // Whatever a text holds, it stays within its line.
  const std::string yaml = quiz::quiz_yaml(import);
  require(quiz::valid_utf8(yaml));
  std::size_t heads = 0;
  for (std::size_t at = 0; (at = yaml.find("\n  - id: ", at)) != std::string::npos; at++) heads++;
  require(heads == import.questions.size());
}

}  // namespace

void fuzz_import(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check_import(text, quiz::read_gift);
  check_import(text, quiz::read_moodle_xml);
}

}  // namespace grad::tests

#ifdef GRAD_LIBFUZZER
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  grad::tests::fuzz_import(data, size);
  return 0;
}
#endif
