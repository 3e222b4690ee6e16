#pragma once

#include <cstddef>
#include <cstdint>

/// libFuzzer's entry: gives one text to the quiz room's readers; aborts if one breaks its promises.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
