// Hostile files against Trainer::restore, by way of io::snapshot_of. libFuzzer calls the function
// at the end with files of its own (target snapshot_fuzz, clang only); the test program calls the
// first one with every file in tests/corpus/snapshot.

#include "snapshot_fuzz.h"

#include <cstdint>
#include <cstdlib>
#include <cstring>

#include "io/snapshot_file.h"
#include "tensor/check.h"
#include "train/trainer.h"

using namespace grad;

namespace {

// A failed promise must end the program in every build, so that the fuzzer sees it.
void require(bool ok) {
  if (!ok) std::abort();
}

std::string file_of(train::Trainer& trainer) {
  return io::write_safetensors(io::file_of(trainer.snapshot()));
}

// With everything that a snapshot has to hold: generators, statistics, an optimiser's memory,
// validation, a plateau and the best weights.
struct Run {
  Run() { trainer.validate_on(points(3)); }

  static train::Examples points(std::int64_t n) {
    train::Examples all{Array({n, 2}), {}, {}};
    for (std::int64_t i = 0; i < 2 * n; ++i) all.x.data()[i] = static_cast<real>(i % 5) - 2;
    for (std::int64_t i = 0; i < n; ++i) all.labels.push_back(i % 2 == 0 ? 0 : 1);
    return all;
  }

  Rng rng{1};
  nn::Sequential model{{nn::Linear(2, 2, rng), nn::BatchNorm(2), nn::Dropout(real(0.5), rng),
                        nn::Linear(2, 2, rng)}};
  train::Trainer trainer{model,
                         optim::SGD(model.parameters(), {.lr = real(0.1), .momentum = real(0.9)}),
                         train::cross_entropy_loss,
                         points(6),
                         {.epochs = 3,
                          .batch = 2,
                          .plateau = optim::ReduceLROnPlateau(real(0.1)),
                          .patience = 2,
                          .metrics = {train::accuracy_metric()}},
                         Rng(2)};
};

}  // namespace

bool tests::fuzz_snapshot(std::string_view bytes) {
  static Run run;
  static const optim::Snapshot start = run.trainer.snapshot();
  run.trainer.restore(start);
  const std::string before = file_of(run.trainer);
  try {
    run.trainer.restore(io::snapshot_of(io::read_safetensors(bytes)));
  } catch (const Error& error) {
    const std::string_view sentence = error.what();
    require(sentence.starts_with("[safetensors] ") || sentence.starts_with("[shape] ") ||
            sentence.starts_with("[snapshot_of] ") || sentence.starts_with("[restore] "));
    require(sentence.find('\n') == std::string_view::npos);
    require(file_of(run.trainer) == before);
    return false;
  }
  // What was taken over is what is taken now, and the run comes to its end.
  const std::string taken = file_of(run.trainer);
  run.trainer.restore(io::snapshot_of(io::read_safetensors(taken)));
  require(file_of(run.trainer) == taken);
  for (int batches = 0; run.trainer.step(); ++batches) require(batches < 3 * (3 + 2));
  require(!run.trainer.running());
  return true;
}

std::string tests::whole_snapshot() {
  Run run;
  for (int batch = 0; batch < 4; ++batch) run.trainer.step();
  return file_of(run.trainer);
}

#ifdef GRAD_LIBFUZZER
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  tests::fuzz_snapshot({reinterpret_cast<const char*>(data), size});
  return 0;
}
#endif
