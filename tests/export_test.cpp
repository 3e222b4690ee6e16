// What is written for other programs: PyTorch code against committed text, ONNX files taken apart
// again by a reader of their own. The same models' results were compared with PyTorch's and ONNX
// Runtime's by golden/check_pytorch.py and bench/check_onnx.mjs; the hashes below are of the files
// that were compared.

#include <catch2/catch_test_macros.hpp>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "export_models.h"
#include "io/onnx.h"
#include "io/pytorch.h"
#include "sentence.h"
#include "tensor/check.h"

using namespace grad;
using tests::sentence_of;

namespace {

// --- Protocol Buffers, read ---

struct Field {
  int number = 0;
  std::uint64_t value = 0;  // of a whole number
  std::string_view bytes = {};
};

std::uint64_t read_varint(std::string_view& from) {
  std::uint64_t value = 0;
  for (int shift = 0; shift < 64; shift += 7) {
    check(!from.empty(), "a varint is cut");
    const auto byte = static_cast<unsigned char>(from.front());
    from.remove_prefix(1);
    value |= std::uint64_t{byte & 0x7fu} << shift;
    if (byte < 0x80) return value;
  }
  fail("a varint is too long");
}

std::vector<Field> fields_of(std::string_view message) {
  std::vector<Field> fields;
  while (!message.empty()) {
    const std::uint64_t key = read_varint(message);
    Field field{.number = static_cast<int>(key >> 3)};
    std::uint64_t length = 0;
    switch (key & 7) {
      case 0:
        field.value = read_varint(message);
        break;
      case 2:
        length = read_varint(message);
        break;
      case 5:
        length = 4;
        break;
      default:
        fail("a field of an unknown kind");
    }
    check(length <= message.size(), "a field is cut");
    field.bytes = message.substr(0, length);
    message.remove_prefix(length);
    fields.push_back(field);
  }
  return fields;
}

std::vector<std::string> texts(const std::vector<Field>& fields, int number) {
  std::vector<std::string> all;
  for (const Field& field : fields)
    if (field.number == number) all.emplace_back(field.bytes);
  return all;
}

std::vector<std::vector<Field>> messages(const std::vector<Field>& fields, int number) {
  std::vector<std::vector<Field>> all;
  for (const Field& field : fields)
    if (field.number == number) all.push_back(fields_of(field.bytes));
  return all;
}

std::vector<std::uint64_t> values(const std::vector<Field>& fields, int number) {
  std::vector<std::uint64_t> all;
  for (const Field& field : fields)
    if (field.number == number) all.push_back(field.value);
  return all;
}

// "x(n,1,12,12)" of a ValueInfoProto.
std::string value_text(const std::vector<Field>& info) {
  std::string text = texts(info, 1).at(0) + "(";
  const auto tensor = messages(messages(info, 2).at(0), 1).at(0);
  CHECK(values(tensor, 1) == std::vector<std::uint64_t>{1});  // float
  for (const auto& size : messages(messages(tensor, 2).at(0), 1))
    text += (text.back() == '(' ? "" : ",") +
            (values(size, 1).empty() ? texts(size, 2).at(0) : std::to_string(values(size, 1)[0]));
  return text + ")";
}

// Checks that every value is made before it is used; gives "input op op ... output".
std::string outline(const std::string& bytes) {
  const auto model = fields_of(bytes);
  CHECK(values(model, 1) == std::vector<std::uint64_t>{8});
  const auto opset = messages(model, 8);
  REQUIRE(opset.size() == 1);
  CHECK(values(opset[0], 2) == std::vector<std::uint64_t>{17});
  const auto graph = messages(model, 7).at(0);
  const auto inputs = messages(graph, 11), outputs = messages(graph, 12);
  REQUIRE((inputs.size() == 1 && outputs.size() == 1));
  std::set<std::string> known{texts(inputs[0], 1).at(0), ""};
  for (const auto& tensor : messages(graph, 5)) {
    std::uint64_t count = 1;
    for (const std::uint64_t size : values(tensor, 1)) count *= size;
    const std::uint64_t type = values(tensor, 2).at(0);
    REQUIRE((type == 1 || type == 7));
    CHECK(texts(tensor, 9).at(0).size() == count * (type == 1 ? 4 : 8));
    CHECK(known.insert(texts(tensor, 8).at(0)).second);
  }
  std::string text = value_text(inputs[0]);
  for (const auto& node : messages(graph, 1)) {
    for (const std::string& input : texts(node, 1)) CHECK(known.contains(input));
    for (const std::string& output : texts(node, 2)) CHECK(known.insert(output).second);
    text += " " + texts(node, 4).at(0);
  }
  CHECK(known.contains(texts(outputs[0], 1).at(0)));
  return text + " " + value_text(outputs[0]);
}

std::string hash_of(const std::string& bytes) {  // FNV-1a
  std::uint64_t hash = 0xcbf29ce484222325u;
  for (const char c : bytes) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
  return std::to_string(hash);
}

const std::map<std::string, std::string> kHashes = {
    {"cnn", "3435253680246791926"},       {"global_pool", "16566333364959586020"},
    {"graph", "14435319857609623717"},    {"lstm", "3342489719632958242"},
    {"mlp", "8347926463572476772"},       {"pictures", "15128750127679944789"},
    {"recurrent", "4861173565588080504"}, {"transformer", "4770891159605381129"},
};

struct Unknown {
  static constexpr const char* kind = "Unknown";
  Tensor operator()(const Tensor& x) const { return x; }
};

}  // namespace

TEST_CASE("ONNX files are those that ONNX Runtime agreed with", "[io]") {
  for (const tests::ExportModel& own : tests::export_models()) {
    INFO(own.name);
    const std::string bytes = io::write_onnx(own.model, own.x.shape());
    outline(bytes);
    REQUIRE(kHashes.contains(own.name));
    CHECK(hash_of(bytes) == kHashes.at(own.name));
  }
}

TEST_CASE("an ONNX file has a node for each piece of a model", "[io]") {
  std::map<std::string, std::string> outlines;
  for (const tests::ExportModel& own : tests::export_models())
    outlines[own.name] = outline(io::write_onnx(own.model, own.x.shape()));
  CHECK(outlines["mlp"] == "x(n,4) MatMul Add Relu MatMul Tanh MatMul Add Softmax Identity y(n,3)");
  CHECK(outlines["cnn"] ==
        "x(n,1,12,12) Conv BatchNormalization Relu MaxPool Conv Sigmoid Mul AveragePool Transpose "
        "Flatten MatMul Add BatchNormalization Mul Erf Add Mul Mul MatMul Add Identity y(n,3)");
  CHECK(outlines["graph"] == "x(n,3) MatMul MatMul Add Relu MatMul MatMul Add Identity y(n,2)");
  CHECK(outlines["lstm"] ==
        "x(n,5,3) Transpose LSTM Squeeze Transpose MatMul Add Flatten Identity y(n,10)");
}

TEST_CASE("PyTorch code is the committed text, which PyTorch agreed with", "[io]") {
  for (const tests::ExportModel& own : tests::export_models()) {
    INFO(own.name);
    std::ifstream in(GRAD_SOURCE_DIR "/tests/golden/pytorch/" + own.name + ".py");
    const std::string committed{std::istreambuf_iterator<char>(in), {}};
    const std::string code = io::pytorch_code(own.model, own.x.shape());
    CHECK(code == committed);
  }
}

TEST_CASE("what cannot be written for other programs is named", "[io]") {
  Rng rng(1);
  const nn::Sequential strange({nn::ReLU{}, Unknown{}});
  CHECK(sentence_of([&] {
          io::write_onnx(strange, {1, 2});
        }) == "[onnx] layer 1 (Unknown) has no form in ONNX that can be written");
  CHECK(sentence_of([&] {
          io::pytorch_code(strange, {1, 2});
        }) == "[pytorch] layer 1 (Unknown) has no form in PyTorch that can be written");
  const nn::Sequential linear({nn::ReLU{}, nn::Linear(3, 2, rng)});
  const std::string unfit =
      " layer 1 (Linear): [linear] input (1,2) does not fit weight (2,3) (out,in)";
  CHECK(sentence_of([&] { io::write_onnx(linear, {1, 2}); }) == "[onnx]" + unfit);
  CHECK(sentence_of([&] { io::pytorch_code(linear, {1, 2}); }) == "[pytorch]" + unfit);
}
