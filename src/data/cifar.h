#pragma once

// CIFAR-10's binary version: records of one label and 32 × 32 pixels, all red ones first, then
// green, then blue.

#include <array>
#include <string_view>

#include "data/bytes.h"
#include "data/dataset.h"

namespace grad::data {

inline constexpr std::array<const char*, 10> kCifarNames = {
    "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"};

/// x (n, 32, 32, 3), 0 … 1. Throws Error for a file that is empty or does not consist of whole
/// records, and for a label above 9, naming the byte.
Dataset parse_cifar10(ByteView file, std::string_view name);

}  // namespace grad::data
