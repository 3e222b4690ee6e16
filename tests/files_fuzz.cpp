// Hostile bytes against everything in src/data that reads files. The fuzzer calls it with bytes of
// its own (target files_fuzz, clang only); the test program with every file in tests/corpus/files.

#include "files_fuzz.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <string>

#include "data/cifar.h"
#include "data/csv.h"
#include "data/gzip.h"
#include "data/idx.h"
#include "data/npy.h"
#include "data/png.h"
#include "tensor/check.h"

using namespace grad;
using namespace grad::data;

namespace {

// A failed promise must end the program in every build, so that the fuzzer sees it.
void require(bool ok) {
  if (!ok) std::abort();
}

/// Calls read(); an Error must be one sentence that begins with the file's name.
template <class Read>
void refuse_well(Read read) {
  try {
    read();
  } catch (const Error& error) {
    const std::string sentence = error.what();
    require(sentence.starts_with("file:") && sentence.ends_with('.'));
  }
}

void check_array(const FileArray& array, ByteView bytes) {
  require(array.values.size() >= 1);
  require(array.values.size() <= static_cast<std::int64_t>(bytes.size()));
}

void check_csv(const Csv& csv) {
  const std::int64_t width = std::ssize(csv.columns);
  require(csv.rows() >= 1 && csv.x.size() == csv.rows() * width);
  for (std::int64_t i = 0; i < csv.x.size(); ++i) {
    const real value = csv.x[i];
    if (std::isnan(value)) continue;
    const auto categories = static_cast<real>(csv.columns[i % width].categories.size());
    require(std::isfinite(value));
    require(categories == 0 || (value >= 0 && value < categories));
  }
  require(std::is_sorted(csv.lines.begin(), csv.lines.end()));
  for (const Target kind : {Target::classes, Target::number})
    refuse_well([&] {
      const Table table = table_of(csv, csv.columns.back().name, kind);
      require(table.size() == csv.rows() && table.x.size() == csv.rows() * (width - 1));
      for (const std::int32_t label : table.label)
        require(label >= 0 && label < std::ssize(table.answers));
    });
}

void check_png(const Array& picture) {
  const Array again = parse_png(png_of(picture), "file");
  require(again.shape() == picture.shape());
  require(std::equal(again.span().begin(), again.span().end(), picture.span().begin()));
}

void read_plain(ByteView bytes) {
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  refuse_well([&] { check_array(parse_idx(bytes, "file"), bytes); });
  refuse_well([&] { check_array(parse_npy(bytes, "file"), bytes); });
  refuse_well([&] { require(parse_cifar10(bytes, "file").size() >= 1); });
  refuse_well([&] { check_csv(parse_csv(text, "file")); });
  refuse_well([&] { check_csv(parse_csv(text, "file", {.separator = ',', .header = false})); });
  refuse_well([&] { check_png(parse_png(bytes, "file")); });
}

}  // namespace

void tests::read_hostile(ByteView bytes) {
  constexpr std::size_t most = 100'000;
  read_plain(bytes);
  refuse_well([&] {
    const Bytes unpacked = gunzip(bytes, "file", most);
    require(unpacked.size() <= most);
    read_plain(unpacked);
  });
}

#ifdef GRAD_LIBFUZZER
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  grad::tests::read_hostile({bytes, size});
  return 0;
}
#endif
