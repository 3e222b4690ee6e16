// The safetensors format: exact bytes, files of another writer, files that must be refused.

#include "io/safetensors.h"

#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "io/weights.h"
#include "nn/attention.h"
#include "nn/module.h"
#include "nn/recurrent.h"
#include "safetensors_fuzz.h"
#include "sentence.h"

using namespace grad;
using tests::sentence_of;

namespace {

std::string file_bytes(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  REQUIRE(in.is_open());
  return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<real> numbers(const Array& array) { return {array.span().begin(), array.span().end()}; }

// A file with this header and so many bytes of zeros.
std::string file_of(const std::string& header, std::size_t data_bytes) {
  const std::uint64_t length = header.size();
  return std::string(reinterpret_cast<const char*>(&length), 8) + header +
         std::string(data_bytes, '\0');
}

std::string refusal(const std::string& bytes) {
  return sentence_of([&] { io::read_safetensors(bytes); });
}
std::string refusal(const std::string& header, std::size_t data_bytes) {
  return refusal(file_of(header, data_bytes));
}

std::string corpus_refusal(const std::string& name) {
  return refusal(file_bytes(std::filesystem::path(GRAD_SOURCE_DIR "/tests/corpus/safetensors") /
                            (name + ".safetensors")));
}

}  // namespace

TEST_CASE("safetensors files have the bytes of the specification", "[io]") {
  io::Safetensors file;
  file.metadata = {{"by", "a\"b\\\n"}};
  file.tensors = {{"w", Array::from({1, -2}, {1, 2})}, {"s", Array::from({3}, {})}};
  const std::string bytes = io::write_safetensors(file);
  const bool wide = sizeof(real) == 8;
  const std::string dtype = wide ? "F64" : "F32";
  std::string header = R"({"__metadata__":{"by":"a\"b\\\u000a"},"w":{"dtype":")" + dtype +
                       R"(","shape":[1,2],"data_offsets":[0,)" + (wide ? "16" : "8") +
                       R"(]},"s":{"dtype":")" + dtype + R"(","shape":[],"data_offsets":[)" +
                       (wide ? "16,24" : "8,12") + "]}}";
  header.resize((header.size() + 7) / 8 * 8, ' ');
  std::string expected = file_of(header, 0);
  for (const real number : {real(1), real(-2), real(3)})
    expected.append(reinterpret_cast<const char*>(&number), sizeof number);
  CHECK(bytes == expected);
  const io::Safetensors again = io::read_safetensors(bytes);
  CHECK(again.metadata == file.metadata);
  CHECK(numbers(again.tensor("w")) == std::vector<real>{1, -2});
  CHECK(again.tensor("w").shape() == Shape{1, 2});
  CHECK(again.tensor("s").item() == 3);
  CHECK(again.find("x") == nullptr);
  CHECK(sentence_of([&] { again.tensor("x"); }) == "[safetensors] there is no tensor \"x\"");
}

TEST_CASE("a safetensors file of another writer is read, whatever its dtypes", "[io]") {
  const io::Safetensors file =
      io::read_safetensors(file_bytes(GRAD_SOURCE_DIR "/tests/golden/dtypes.safetensors"));
  REQUIRE(file.tensors.size() == 7);
  CHECK(file.tensors.front().first == "brain");
  CHECK(file.tensors.back().first == "half");
  const real infinity = std::numeric_limits<real>::infinity();
  CHECK(file.tensor("half").shape() == Shape{2, 3});
  CHECK(numbers(file.tensor("half")) ==
        std::vector<real>{real(1.5), -2, 65504, real(0x1p-24), 0, infinity});
  CHECK(std::signbit(file.tensor("half")[4]));
  CHECK(numbers(file.tensor("brain")) == std::vector<real>{1, real(-0.0078125), real(0x1p100)});
  const Array& wide = file.tensor("double");
  CHECK(wide.shape() == Shape{2, 1});
  CHECK(wide[0] == static_cast<real>(0.1));
  CHECK(wide[1] == static_cast<real>(-1e300));
  CHECK(numbers(file.tensor("single")) ==
        std::vector<real>{real(0.25), -3, static_cast<real>(1e-40F), 7});
  CHECK(file.tensor("scalar").item() == 42);
  CHECK(file.tensor("empty").shape() == Shape{0, 4});
  CHECK(file.tensor("quote\" \\ tab\t ü 𝒳").item() == 1);
  REQUIRE(file.find_text("title"));
  CHECK(*file.find_text("title") == "µ\n");
  CHECK(file.find_text("x") == nullptr);
}

TEST_CASE("hostile safetensors files are refused with one sentence", "[io]") {
  CHECK(corpus_refusal("whole") == "no error");
  CHECK(corpus_refusal("surrogates") == "no error");
  CHECK(corpus_refusal("padded") == "no error");
  CHECK(corpus_refusal("empty") == "[safetensors] the file has 0 bytes, fewer than a length");
  CHECK(corpus_refusal("cut_data") ==
        "[safetensors] the place 8 to 16 of tensor \"b\" is not within the 15 bytes of data");
  CHECK(corpus_refusal("longer") == "[safetensors] tensors end at byte 16 of 17 bytes of data");
  CHECK(corpus_refusal("huge_header") ==
        "[safetensors] a header of 9223372036854775808 bytes is above the limit of 16 MiB");
  CHECK(
      corpus_refusal("header_beyond_file").starts_with("[safetensors] a header of 5000 bytes in"));
  CHECK(corpus_refusal("not_object") == "[safetensors] the header does not begin with {");
  CHECK(corpus_refusal("deep") ==
        "[safetensors] the header is not the JSON of this format: tensor \"a\" needs {");
  CHECK(corpus_refusal("deep_metadata") ==
        "[safetensors] the header is not the JSON of this format: text \"a\" of __metadata__ "
        "needs \"");
  CHECK(corpus_refusal("twice") == "[safetensors] two tensors are called \"a\"");
  CHECK(corpus_refusal("text_twice") == "[safetensors] two texts are called \"a\"");
  CHECK(corpus_refusal("metadata_twice") ==
        "[safetensors] the header has two entries __metadata__");
  CHECK(corpus_refusal("overlap") ==
        "[safetensors] the place 4 to 12 of tensor \"b\" overlaps the one before, which ends at 8");
  CHECK(corpus_refusal("gap") ==
        "[safetensors] the place 12 to 20 of tensor \"b\" leaves a gap to the one before, which "
        "ends at 8");
  CHECK(corpus_refusal("outside") ==
        "[safetensors] the place 0 to 400 of tensor \"a\" is not within the 16 bytes of data");
  CHECK(corpus_refusal("offset_overflow") ==
        "[safetensors] data_offsets of tensor \"a\" has a number that is too large");
  for (const std::string name : {"shape_overflow", "shape_unfit"})
    CHECK(corpus_refusal(name) ==
          "[safetensors] tensor \"a\" has a place of 16 bytes, which does not fit its shape");
  CHECK(corpus_refusal("axes") == "[safetensors] tensor \"a\" has more than 6 axes");
  CHECK(corpus_refusal("dtype") ==
        "[safetensors] dtype \"I64\" of tensor \"a\" is not one that can be read (F32, F64, F16, "
        "BF16)");
  CHECK(corpus_refusal("not_utf8") == "[safetensors] the header is not UTF-8");
  CHECK(corpus_refusal("member_missing") ==
        "[safetensors] tensor \"a\" needs dtype, shape and two data_offsets");
  CHECK(refusal("{}x", 0) ==
        "[safetensors] the header is not the JSON of this format: more text after its end");
  CHECK(refusal(R"({"a":{"dtype":"F32","shape":[1,],"data_offsets":[0,4]}})", 4)
            .ends_with("shape of tensor \"a\" needs a whole number that is not negative"));
  CHECK(sentence_of([&] {
          io::write_safetensors({.tensors = {{"a", Array::zeros({1})}, {"a", Array::zeros({1})}}});
        }) == "[safetensors] two tensors are called \"a\"");
  CHECK(sentence_of([&] {
          io::write_safetensors({.tensors = {{"__metadata__", Array::zeros({1})}}});
        }) == "[safetensors] a tensor cannot be called \"__metadata__\"");
  CHECK(sentence_of([&] {
          io::write_safetensors({.tensors = {{"\xff", Array::zeros({1})}}});
        }).ends_with("is not UTF-8"));
}

TEST_CASE("every cut and every changed byte of a safetensors file does no harm", "[io]") {
  const std::string whole = file_bytes(GRAD_SOURCE_DIR "/tests/golden/dtypes.safetensors");
  for (std::size_t size = 0; size < whole.size(); ++size)
    CHECK(refusal(whole.substr(0, size)).starts_with("[safetensors] "));
  for (std::size_t at = 0; at < whole.size(); ++at)
    for (const char c : {'\0', '"', '{', ']', '9', '\xff'}) {
      std::string changed = whole;
      changed[at] = c;
      tests::fuzz_safetensors(changed);
    }
}

TEST_CASE("hostile safetensors files found by fuzzing do no harm", "[io]") {
  int files = 0;
  for (const auto& file :
       std::filesystem::directory_iterator(GRAD_SOURCE_DIR "/tests/corpus/safetensors")) {
    INFO(file.path().filename());
    tests::fuzz_safetensors(file_bytes(file.path()));
    files++;
  }
  CHECK(files >= 40);
}

namespace {

// One layer of every kind that holds something.
nn::Sequential of_all_kinds(std::uint64_t seed) {
  Rng rng(seed);
  return nn::Sequential({nn::Conv2d(1, 2, 3, rng), nn::BatchNorm(2),
                         nn::ConvTranspose2d(2, 2, 3, rng), nn::Conv1d(2, 2, 3, rng),
                         nn::LSTM(2, 3, rng), nn::TransformerBlock(4, 2, 6, rng),
                         nn::Residual({nn::Linear(2, 2, rng), nn::RMSNorm(2)})});
}

}  // namespace

TEST_CASE("weights go to a file and back under PyTorch's names and layouts", "[io]") {
  nn::Sequential model = of_all_kinds(1), other = of_all_kinds(2);
  model.layers()[1].as<nn::BatchNorm>()->running_mean.data()[1] = 5;
  const io::Safetensors file = io::weights_of(model);
  std::string names;
  for (const auto& [name, array] : file.tensors)
    if (name.starts_with('0') || name.starts_with('3') || name.starts_with('4'))
      names += name + array.shape().text() + " ";
  CHECK(names ==
        "0.weight(2,1,3,3) 0.bias(2) 3.weight(2,2,3) 3.bias(2) 4.weight_ih_l0(12,2) "
        "4.weight_hh_l0(12,3) 4.bias_ih_l0(12) 4.bias_hh_l0(12) ");
  const Array ours = model.layers()[3].as<nn::Conv1d>()->weight.value();
  CHECK(file.tensor("3.weight")[1] == ours[2]);  // (out,in,k) from (out,k,in)

  const std::string bytes = io::write_safetensors(file);
  io::load_weights(other, io::read_safetensors(bytes));
  CHECK((io::write_safetensors(io::weights_of(other)) == bytes));
  CHECK(numbers(other.layers()[3].as<nn::Conv1d>()->weight.value()) == numbers(ours));
  CHECK(other.layers()[1].as<nn::BatchNorm>()->running_mean[1] == 5);
}

TEST_CASE("weights that do not fit change nothing", "[io]") {
  nn::Sequential model = of_all_kinds(1);
  const std::string before = io::write_safetensors(io::weights_of(model));
  io::Safetensors file = io::weights_of(of_all_kinds(2));
  file.tensors.emplace_back("1.num_batches_tracked", Array::from({3}, {}));  // PyTorch's
  const auto refusal = [&] { return sentence_of([&] { io::load_weights(model, file); }); };
  auto& entry = file.tensors[file.tensors.size() - 2];
  REQUIRE(entry.first == "1.running_var");
  const Array right = std::exchange(entry.second, Array::zeros({3}));
  CHECK(refusal() ==
        "[load_weights] tensor \"1.running_var\" (3) does not fit the model's, which is (2)");
  entry.first = "variance";
  CHECK(refusal() == "[load_weights] the file has no tensor \"1.running_var\"");
  entry = {"1.running_var", right};
  file.tensors.emplace_back("7.weight", right);
  CHECK(refusal() == "[load_weights] the model has no place for the file's tensor \"7.weight\"");
  CHECK((io::write_safetensors(io::weights_of(model)) == before));
  file.tensors.pop_back();
  CHECK(refusal() == "no error");
  CHECK((io::write_safetensors(io::weights_of(model)) != before));
}
