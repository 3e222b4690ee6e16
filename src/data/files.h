#pragma once

// Data in files on this machine, for the native programs: what the parsers of this room need beside
// the bytes. The format follows from the first bytes, not from the name.

#include <string>
#include <string_view>

#include "data/bytes.h"
#include "data/csv.h"
#include "data/dataset.h"

namespace grad::data {

/// A whole file, unpacked if it is gzipped. Throws Error naming it and why it cannot be opened or
/// read, and for more than most_file_bytes.
Bytes read_file(const std::string& path);
/// Replaces the file. Throws Error naming it and why it cannot be written.
void write_file(const std::string& path, ByteView bytes);

/// An array from an IDX or .npy file, gzipped or not. Throws Error for other files.
FileArray load_array(const std::string& path);
/// Examples from one such file and their labels from another, as file_dataset.h takes them.
Dataset load_dataset(const std::string& examples_path, const std::string& labels_path);
/// CIFAR-10's binary file, gzipped or not.
Dataset load_cifar10(const std::string& path);
/// A table as text, gzipped or not.
Csv load_csv(const std::string& path, const CsvOptions& options = {});

}  // namespace grad::data
