#pragma once

// Arrays of files as examples and labels, wherever their bytes came from: files.h reads them
// natively, web/engine/files.ts in pages.

#include <cstdint>
#include <string_view>
#include <vector>

#include "data/bytes.h"
#include "data/dataset.h"

namespace grad::data {

/// Examples as models take them: bytes become 0 … 1, and pictures (n, height, width) get an axis
/// for their one channel. Throws Error, beginning with `name`, unless there are two axes and every
/// number is finite.
Array examples_of(const FileArray& file, std::string_view name);
/// Throws Error unless the file holds one whole number from 0 to 999 for each example.
std::vector<std::int32_t> labels_of(const FileArray& file, std::string_view name);
/// Both. Throws Error unless there are as many labels as examples.
Dataset dataset_of(const FileArray& examples, std::string_view examples_name,
                   const FileArray& labels, std::string_view labels_name);

}  // namespace grad::data
