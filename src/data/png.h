#pragma once

// Pictures as PNG files, natively, by libpng. Pages let the browser draw and decode them.

#include <string_view>

#include "data/bytes.h"

namespace grad::data {

/// (height, width, 3) or, of a grey picture, (height, width, 1); 0 … 1. Transparent parts are seen
/// before black. Throws Error for what is no PNG, damaged, or larger than 64 million pixels.
Array parse_png(ByteView file, std::string_view name);

/// A picture (height, width, 1 or 3) as PNG; numbers are cut to 0 … 1. Throws Error for other
/// shapes.
Bytes png_of(const Array& picture);

/// n pictures (n, height, width, 1 or 3) side by side in rows of `columns`, a pixel apart, each
/// pixel `scale` × `scale`; `low` becomes black and `high` white. Throws Error unless there are
/// pictures, low < high, and columns and scale are at least 1.
Array contact_sheet(const Array& pictures, int columns, int scale = 1, real low = 0, real high = 1);

}  // namespace grad::data
