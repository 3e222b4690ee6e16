#include "app/cli_sample.h"

#include <algorithm>
#include <cstdio>
#include <numeric>

#include "data/files.h"
#include "data/png.h"
#include "models/examples.h"

namespace grad::app {

const char* const kSampleHelp =
    R"(  gradschool sample DATA --out SHEET.png [--count N] [--columns C] [--scale S] [--seed S]
      draws N generated pictures (100), in rows of C (10), each pixel S wide (so that
      they are about 60 wide), into one picture; those of one class stand together;
      DATA as in gradschool fit
)";

namespace {

/// The examples in the order of their classes.
models::Examples sorted(const models::Examples& all) {
  std::vector<int> rows(static_cast<std::size_t>(all.size()));
  std::iota(rows.begin(), rows.end(), 0);
  if (!all.y.empty())
    std::stable_sort(rows.begin(), rows.end(), [&](int a, int b) { return all.y[a] < all.y[b]; });
  return models::take(all, rows);
}

}  // namespace

int sample_command(Arguments arguments) {
  const std::string name(arguments.take_word("The name of a data set"));
  const std::string out(arguments.take_value("--out"));
  const std::uint64_t count = arguments.take_count("--count", 10'000, 100);
  const std::uint64_t columns = arguments.take_count("--columns", 1000, 10);
  const std::uint64_t scale = arguments.take_count("--scale", 20, 0);
  const std::uint64_t seed = arguments.take_count("--seed", UINT64_MAX, 1);
  arguments.expect_none_left();
  if (out.empty()) throw UsageError("--out, the picture's file, is missing.");
  if (count < 1 || columns < 1) throw UsageError("--count and --columns must be at least 1.");

  const auto n = static_cast<std::int64_t>(count);
  const models::Examples examples = sorted(models::make_examples(name, n, 1, seed).train);
  if (examples.x.shape().axes() != 4)
    throw UsageError("The data set " + quoted(name) + " holds no pictures.");
  const auto wide = static_cast<int>(examples.x.shape()[2]);
  const int pixel = scale > 0 ? static_cast<int>(scale) : std::clamp(64 / wide, 1, 20);
  // Colour pictures are centred on 0, grey ones begin there.
  const bool centred = examples.x.shape()[3] == 3;
  const Array sheet = data::contact_sheet(examples.x, static_cast<int>(columns), pixel,
                                          centred ? real(-1) : real(0));
  try {
    data::write_file(out, data::png_of(sheet));
  } catch (const Error& error) {
    std::fprintf(stderr, "gradschool: %s\n", error.what());
    return 1;
  }
  print(out + ": " + std::to_string(count) + " pictures, " + std::to_string(sheet.shape()[1]) +
        " × " + std::to_string(sheet.shape()[0]) + " pixels\n");
  return 0;
}

}  // namespace grad::app
