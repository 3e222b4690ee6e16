#include "data/files.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

#include "data/cifar.h"
#include "data/file_dataset.h"
#include "data/gzip.h"
#include "data/idx.h"
#include "data/npy.h"
#include "tensor/check.h"

namespace grad::data {

namespace {

struct Close {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, Close>;

[[noreturn]] void fail_by_system(const std::string& path, const char* what) {
  fail(path + ": it cannot be " + what + " (" + std::strerror(errno) + ").");
}

File open(const std::string& path, const char* mode, const char* what) {
  File file(std::fopen(path.c_str(), mode));
  if (!file) fail_by_system(path, what);
  return file;
}

}  // namespace

Bytes read_file(const std::string& path) {
  const File file = open(path, "rb", "opened");
  Bytes bytes;
  std::uint8_t piece[65536];
  for (std::size_t count = 0; (count = std::fread(piece, 1, sizeof piece, file.get())) > 0;) {
    check(bytes.size() + count <= most_file_bytes, [&] {
      return path + ": it is larger than " + std::to_string(most_file_bytes) + " bytes.";
    });
    bytes.insert(bytes.end(), piece, piece + count);
  }
  if (std::ferror(file.get()) != 0) fail_by_system(path, "read");
  return is_gzip(bytes) ? gunzip(bytes, path) : bytes;
}

void write_file(const std::string& path, ByteView bytes) {
  File file = open(path, "wb", "written");
  const bool written = std::fwrite(bytes.data(), 1, bytes.size(), file.get()) == bytes.size();
  if (!written || std::fclose(file.release()) != 0) fail_by_system(path, "written");
}

FileArray load_array(const std::string& path) {
  const Bytes bytes = read_file(path);
  if (is_npy(bytes)) return parse_npy(bytes, path);
  check(is_idx(bytes), [&] {
    return path + ": neither an IDX nor an .npy file: it begins with " +
           (bytes.empty() ? "nothing" : hex_text(bytes, 4)) + ".";
  });
  return parse_idx(bytes, path);
}

Dataset load_dataset(const std::string& examples_path, const std::string& labels_path) {
  const FileArray examples = load_array(examples_path), labels = load_array(labels_path);
  return dataset_of(examples, examples_path, labels, labels_path);
}

Dataset load_cifar10(const std::string& path) { return parse_cifar10(read_file(path), path); }

Csv load_csv(const std::string& path, const CsvOptions& options) {
  const Bytes bytes = read_file(path);
  return parse_csv({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, path, options);
}

}  // namespace grad::data
