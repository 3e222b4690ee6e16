#pragma once

// Numbers in files: the safetensors format, which PyTorch's users share models in. A file is the
// length of a header (8 bytes, little-endian), a header in JSON that names each tensor with its
// dtype, shape and place, and the numbers, one after the other.
//
//   const std::string bytes = io::write_safetensors({.tensors = {{"weight", array}}});
//   const Array& weight = io::read_safetensors(bytes).tensor("weight");
//
// Bytes go in and out as they are; who calls reads and writes the file. weights.h does the same for
// all that a model has learnt.

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tensor/array.h"

namespace grad::io {

/// What a safetensors file holds: tensors and texts by name, in the file's order.
struct Safetensors {
  std::vector<std::pair<std::string, Array>> tensors = {};
  std::vector<std::pair<std::string, std::string>> metadata = {};

  /// The tensor (or text) of that name, or null.
  const Array* find(std::string_view name) const;
  const std::string* find_text(std::string_view name) const;
  /// The tensor of that name. Throws Error naming it if it is not there.
  const Array& tensor(std::string_view name) const;
};

/// The bytes of a file: numbers as F32 (F64 in the double build), tensors in the order given, and
/// the header padded with spaces to a multiple of 8. Same contents, same bytes. Throws Error for a
/// name or text that is not UTF-8, and for a name that stands twice or is "__metadata__".
std::string write_safetensors(const Safetensors& file);

/// Reads such bytes, which nothing is believed of: F64, F32, F16 and BF16 (the narrow ones exactly,
/// F64 rounded to real), at most 6 axes. Throws Error, one sentence that starts with
/// "[safetensors]", for anything that the format does not allow: a cut or overlong file, a header
/// that is not the JSON described, names given twice, places outside the file, overlapping or with
/// gaps, or that do not fit dtype and shape. Also refused are headers above 16 MiB and more than
/// 100,000 tensors or texts, and dtypes that are not floating point.
Safetensors read_safetensors(std::string_view bytes);

}  // namespace grad::io
