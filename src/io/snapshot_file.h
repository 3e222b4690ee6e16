#pragma once

// Snapshots (optim/snapshot.h) as safetensors files: the arrays as tensors, the numbers as texts.

#include "io/safetensors.h"
#include "optim/snapshot.h"

namespace grad::io {

Safetensors file_of(const optim::Snapshot& snapshot);
/// Throws Error naming a text that is not the number of a snapshot.
optim::Snapshot snapshot_of(const Safetensors& file);

}  // namespace grad::io
