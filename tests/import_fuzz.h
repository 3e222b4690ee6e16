#pragma once

#include <cstddef>
#include <cstdint>

namespace grad::tests {

/// Gives one text to both readers of other programs' questions; aborts if one breaks its promises.
void fuzz_import(const std::uint8_t* data, std::size_t size);

}  // namespace grad::tests
