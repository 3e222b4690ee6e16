// Prints the hashes of determinism.h, so that compilers, Node and browsers can be compared. Exit
// code 1 if one is not as expected.
#include <cinttypes>
#include <cstdio>

#include "determinism.h"

int main() {
  bool same = true;
  for (const determinism::Result& result : determinism::results()) {
    std::printf("%016" PRIx64 " %s%s\n", result.hash, result.name,
                result.hash == result.expected ? "" : "  (differs from what is expected)");
    same = same && result.hash == result.expected;
  }
  return same ? 0 : 1;
}
