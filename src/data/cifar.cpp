#include "data/cifar.h"

#include <string>

#include "tensor/check.h"

namespace grad::data {

Dataset parse_cifar10(ByteView file, std::string_view name) {
  constexpr std::size_t pixels = 32 * 32, channels = 3, record = 1 + channels * pixels;
  check(!file.empty() && file.size() % record == 0, [&] {
    return std::string(name) + ": not a CIFAR-10 file: its " + std::to_string(file.size()) +
           " bytes are not one or more records of " + std::to_string(record) + ".";
  });
  const std::size_t n = file.size() / record;
  for (std::size_t i = 0; i < n; ++i)
    check(file[i * record] < kCifarNames.size(), [&] {
      return std::string(name) + ": byte " + std::to_string(i * record) +
             " should be a label, 0 to 9, not " + std::to_string(file[i * record]) + ".";
    });
  Dataset all{Array({static_cast<std::int64_t>(n), 32, 32, 3}), {}, 10};
  real* out = all.x.data();
  for (std::size_t i = 0; i < n; ++i) {
    const std::uint8_t* picture = &file[i * record + 1];
    all.y.push_back(file[i * record]);
    for (std::size_t p = 0; p < pixels; ++p)
      for (std::size_t c = 0; c < channels; ++c)
        *out++ = static_cast<real>(picture[c * pixels + p]) / 255;
  }
  return all;
}

}  // namespace grad::data
