// Weights from other programs' ONNX files, and files that must be refused. Files that ours writes
// are compared in export_test.cpp.
#include <catch2/catch_test_macros.hpp>
#include <filesystem>
#include <fstream>
#include <string>

#include "export_models.h"
#include "io/onnx.h"
#include "io/protobuf.h"
#include "io/weights.h"
#include "onnx_fuzz.h"
#include "sentence.h"

using namespace grad;
using io::Message;
using tests::sentence_of;

namespace {

std::string raw(const Array& numbers) {
  return {reinterpret_cast<const char*>(numbers.data()),
          static_cast<std::size_t>(numbers.size()) * sizeof(real)};
}

Message weight(const std::string& name, const Shape& shape, int type = 1) {
  Message tensor;
  for (int axis = 0; axis < shape.axes(); ++axis) tensor.integer(1, shape[axis]);
  return tensor.integer(2, type).bytes(8, name);
}

std::string file_of(const std::vector<Message>& weights) {
  Message graph;
  for (const Message& each : weights) graph.message(5, each);
  return Message().integer(1, 8).message(7, graph).encoded();
}

std::string refusal(const std::string& bytes) {
  return sentence_of([&] { io::read_onnx_weights(bytes); });
}
std::string refusal(const Message& weight) { return refusal(file_of({weight})); }

}  // namespace

TEST_CASE("weights under PyTorch's names in an ONNX file fill a model", "[io]") {
  Rng rng(1);
  const auto make = [&] {
    return nn::Sequential(
        {nn::Conv2d(1, 2, 3, rng), nn::BatchNorm(2), nn::Flatten{}, nn::Linear(8, 3, rng)});
  };
  nn::Sequential trained = make(), fresh = make();
  std::vector<Message> weights;
  weights.push_back(weight("shape", {1}, 7).bytes(9, std::string(8, '\1')));  // left out
  for (const auto& [name, array] : io::weights_of(trained).tensors) {
    Message one = weight(name, array.shape());
    if (array.shape().axes() > 1) {
      one.bytes(9, raw(array));
    } else if (name.ends_with("bias")) {
      one.bytes(4, raw(array));  // packed
    } else {
      for (const real number : array.span()) one.number(4, number);
    }
    weights.push_back(one);
  }
  io::load_weights(fresh, io::read_onnx_weights(file_of(weights)));
  const Tensor x = Tensor::randn({2, 4, 4, 1}, rng);
  CHECK(raw(fresh(x).value()) == raw(trained(x).value()));
}

TEST_CASE("the weights of our own ONNX files are read; any part of a file is refused", "[io]") {
  for (const tests::ExportModel& own : tests::export_models()) {
    INFO(own.name);
    const std::string bytes = io::write_onnx(own.model, own.x.shape());
    const io::Safetensors file = io::read_onnx_weights(bytes);
    CHECK(file.tensors.size() > 1);
    if (own.name != "mlp") continue;
    CHECK(file.tensor("w1").shape() == Shape{8});
    for (std::size_t cut = 0; cut + 10 < bytes.size(); ++cut)
      CHECK(refusal(bytes.substr(0, cut)).starts_with("[onnx] the file "));
  }
}

TEST_CASE("ONNX files that cannot be right are refused with a sentence", "[io]") {
  const std::string four(4, '\0');
  CHECK(refusal("") == "[onnx] the file has no graph");
  CHECK(refusal("\x0b") == "[onnx] a field of kind 3");
  CHECK(refusal(std::string(11, '\xff')) == "[onnx] a number of more than 64 bits");
  const std::string beyond = "[onnx] the file ends within a field, or a field within its own";
  CHECK(refusal("\x3a\x05") == beyond);
  CHECK(refusal(std::string("\x3a") + std::string(9, '\xff') + "\x01") ==
        beyond);  // 2^64 - 1 bytes
  CHECK(refusal(weight("a", {1})) == "[onnx] weight 1 has 0 bytes, but (1) needs 4");
  CHECK(refusal(weight("a", {1}).bytes(9, four).bytes(4, four)) ==
        "[onnx] weight 1 has 8 bytes, but (1) needs 4");
  CHECK(refusal(weight("a", {1}, 11)) ==
        "[onnx] weight 1 holds numbers of type 11, not 32-bit floats");
  CHECK(refusal(weight("a", {1}).bytes(9, four).integer(14, 1)) ==
        "[onnx] weight 1 is kept in another file");
  for (const std::string& name : {std::string(), std::string("a\nb"), std::string(201, 'a')})
    CHECK(refusal(weight(name, {1}).bytes(9, four)) ==
          "[onnx] weight 1 has no name of 1 to 200 printable characters");
  CHECK(refusal(file_of({weight("a", {0}), weight("a", {0})})) ==
        "[onnx] two weights are called \"a\"");
  CHECK(refusal(weight("a", {1, 1, 1, 1, 1, 1}).integer(1, 1)) ==
        "[onnx] weight 1 has more than 6 axes");
  CHECK(refusal(Message().integer(1, -1).integer(2, 1).bytes(8, "a")).starts_with("[shape] neg"));
  // Too large for any memory: refused before it is asked for.
  CHECK(refusal(Message().integer(1, 1 << 30).integer(1, 1 << 30).integer(2, 1).bytes(8, "a"))
            .starts_with("[shape] too many elements"));
  CHECK(refusal(weight("a", {1 << 30, 1 << 10})) ==
        "[onnx] weight 1 has 0 bytes, but (1073741824,1024) needs 4398046511104");
}

TEST_CASE("the corpus of ONNX files breaks no promise", "[io]") {
  int files = 0;
  for (const auto& entry :
       std::filesystem::directory_iterator(GRAD_SOURCE_DIR "/tests/corpus/onnx")) {
    std::ifstream in(entry.path(), std::ios::binary);
    tests::fuzz_onnx(std::string{std::istreambuf_iterator<char>(in), {}});
    ++files;
  }
  CHECK(files >= 10);
}
