#pragma once

// Reads the reference values that tests/golden/make_golden.py wrote.

#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "tensor/array.h"
#include "tensor/check.h"

namespace grad::tests {

/// The named arrays of tests/golden/NAME. Asking for one that is not there throws Error.
class Golden {
 public:
  explicit Golden(const std::string& name) : name_(name) {
    std::ifstream file(GRAD_SOURCE_DIR "/tests/golden/" + name);
    check(file.is_open(), [&] { return "no golden values " + name; });
    std::string header, line;
    while (std::getline(file, header) && std::getline(file, line)) {
      std::istringstream words(header), numbers(line);
      std::string key;
      words >> key;
      std::vector<std::int64_t> sizes;
      for (std::int64_t size; words >> size;) sizes.push_back(size);
      std::vector<real> values;
      for (double value; numbers >> value;) values.push_back(static_cast<real>(value));
      arrays_[key] = Array::from(values, Shape(sizes));
    }
  }

  bool has(const std::string& key) const { return arrays_.contains(key); }
  const Array& operator[](const std::string& key) const {
    const auto found = arrays_.find(key);
    check(found != arrays_.end(), [&] { return "no " + key + " in " + name_; });
    return found->second;
  }
  /// The same, as whole numbers.
  std::vector<std::int32_t> labels(const std::string& key) const {
    std::vector<std::int32_t> labels;
    for (const real value : (*this)[key].span()) labels.push_back(static_cast<int>(value));
    return labels;
  }
  std::map<std::string, Array>::const_iterator begin() const { return arrays_.begin(); }
  std::map<std::string, Array>::const_iterator end() const { return arrays_.end(); }

 private:
  std::string name_;
  std::map<std::string, Array> arrays_;
};

}  // namespace grad::tests
