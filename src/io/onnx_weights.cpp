#include <cstring>
#include <optional>
#include <set>

#include "io/onnx.h"
#include "io/protobuf.h"
#include "tensor/check.h"

namespace grad::io {

namespace {

// Field numbers and constants of onnx.proto.
constexpr std::uint64_t kModelGraph = 7, kGraphInitializer = 5;
constexpr std::uint64_t kDims = 1, kDataType = 2, kFloatData = 4, kName = 8, kRawData = 9,
                        kDataLocation = 14;
constexpr std::uint64_t kFloat = 1, kInt32 = 6, kInt64 = 7;

bool is_name(std::string_view name) {
  if (name.empty() || name.size() > 200) return false;
  for (const char c : name)
    if (c < ' ' || c > '~') return false;
  return true;
}

// One weight of the file; errors say its place, because its name may be anything.
class Weight {
 public:
  Weight(std::string_view message, std::size_t place) : place_(place) {
    for (Fields fields(message); fields.next();) read(fields);
    require(is_name(name), "has no name of 1 to 200 printable characters");
  }

  // Nothing for integers.
  std::optional<Array> numbers() const {
    if (type_ == kInt32 || type_ == kInt64) return {};
    require(type_ == kFloat,
            "holds numbers of type " + std::to_string(type_) + ", not 32-bit floats");
    require(!elsewhere_, "is kept in another file");
    const Shape shape(sizes_);
    const auto wanted = static_cast<std::uint64_t>(shape.size()) * sizeof(float);
    require(floats_.size() == wanted, "has " + std::to_string(floats_.size()) + " bytes, but " +
                                          shape.text() + " needs " + std::to_string(wanted));
    Array array(shape);
    for (std::int64_t i = 0; i < array.size(); ++i) {
      float number;
      std::memcpy(&number, floats_.data() + static_cast<std::size_t>(i) * sizeof number,
                  sizeof number);
      array.data()[i] = static_cast<real>(number);
    }
    return array;
  }

  std::string name;

 private:
  void read(const Fields& field) {
    if (field.is(kDims)) {
      field.each_integer([&](std::uint64_t size) {
        require(sizes_.size() < Shape::max_axes, "has more than 6 axes");
        sizes_.push_back(static_cast<std::int64_t>(size));
      });
    } else if (field.is(kDataType)) {
      type_ = field.integer();
    } else if (field.is(kFloatData) || field.is(kRawData)) {
      floats_ += field.bytes();  // packed or one by one; both are the numbers' bytes
    } else if (field.is(kName)) {
      name = field.bytes();
    } else if (field.is(kDataLocation)) {
      elsewhere_ = field.integer() != 0;
    }
  }
  void require(bool ok, const std::string& why) const {
    check(ok, [&] { return "[onnx] weight " + std::to_string(place_) + " " + why; });
  }

  std::size_t place_;
  std::vector<std::int64_t> sizes_;
  std::uint64_t type_ = 0;
  std::string floats_;
  bool elsewhere_ = false;
};

}  // namespace

Safetensors read_onnx_weights(std::string_view bytes) {
  Safetensors file;
  std::set<std::string> names;
  std::size_t place = 0;
  bool found = false;
  for (Fields model(bytes); model.next();) {
    if (!model.is(kModelGraph)) continue;
    found = true;
    for (Fields graph(model.bytes()); graph.next();) {
      if (!graph.is(kGraphInitializer)) continue;
      Weight weight(graph.bytes(), ++place);
      check(names.insert(weight.name).second,
            [&] { return "[onnx] two weights are called \"" + weight.name + "\""; });
      if (std::optional<Array> numbers = weight.numbers())
        file.tensors.emplace_back(weight.name, *numbers);
    }
  }
  check(found, "[onnx] the file has no graph");
  return file;
}

}  // namespace grad::io
