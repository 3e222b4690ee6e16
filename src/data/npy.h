#pragma once

// .npy, the format in which NumPy saves an array (numpy.save).

#include <string_view>

#include "data/bytes.h"

namespace grad::data {

bool is_npy(ByteView file);
/// Any array of truth values, whole numbers or floats of 4 or 8 bytes, in either byte order, in C's
/// or Fortran's order. Throws Error for another beginning or version, a header that cannot be
/// understood, other types (texts, complex numbers, records), and where there are more or fewer
/// numbers than the shape says, or none.
FileArray parse_npy(ByteView file, std::string_view name);

}  // namespace grad::data
