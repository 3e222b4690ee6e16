// Writes the models of export_models.h with an input and what the engine makes of it into a folder,
// for the programs that compare: golden/check_pytorch.py and bench/check_onnx.mjs.
//
//   cmake --build --preset native --target export_models && build/native/export_models FOLDER

#include "export_models.h"

#include <cstdio>
#include <fstream>

#include "io/onnx.h"
#include "io/pytorch.h"
#include "io/weights.h"
#include "tensor/check.h"

using namespace grad;

namespace {

void write(const std::string& path, const std::string& bytes) {
  std::ofstream file(path, std::ios::binary);
  file << bytes;
  check(file.good(), [&] { return "cannot write " + path; });
}

}  // namespace

int main(int count, char** words) {
  if (count != 2) {
    std::puts("usage: export_models FOLDER");
    return 2;
  }
  for (tests::ExportModel& own : tests::export_models()) {
    const std::string base = std::string(words[1]) + "/" + own.name;
    write(base + ".onnx", io::write_onnx(own.model, own.x.shape()));
    write(base + ".py", io::pytorch_code(own.model, own.x.shape()));
    write(base + ".safetensors", io::write_safetensors(io::weights_of(own.model)));
    own.model.train(false);
    const io::Safetensors values{.tensors = {{"x", tests::channels_second(own.x)},
                                             {"y", tests::channels_second(own.model(own.x))}}};
    write(base + ".values", io::write_safetensors(values));
  }
}
