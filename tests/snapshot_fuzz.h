#pragma once

#include <string>
#include <string_view>

namespace grad::tests {

/// Lets a small run go on from one file; aborts if that breaks a promise. Says whether the file was
/// a snapshot of the run.
bool fuzz_snapshot(std::string_view bytes);
/// Such a file.
std::string whole_snapshot();

}  // namespace grad::tests
