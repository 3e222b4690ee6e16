#include "data/file_dataset.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "tensor/check.h"

namespace grad::data {

Array examples_of(const FileArray& file, std::string_view name) {
  const Shape shape = file.values.shape();
  check(shape.axes() >= 2, [&] {
    return std::string(name) + ": examples need at least two axes, not " + shape.text() +
           "; are these the labels?";
  });
  Array x = file.values.clone();
  for (std::int64_t i = 0; i < x.size(); ++i) {
    check(std::isfinite(x[i]), [&] {
      return std::string(name) + ": example " + std::to_string(i / (x.size() / shape[0])) +
             " holds a number that is not finite.";
    });
    if (file.bytes) x.data()[i] /= 255;
  }
  return shape.axes() == 3 ? x.reshape({shape[0], shape[1], shape[2], 1}) : x;
}

std::vector<std::int32_t> labels_of(const FileArray& file, std::string_view name) {
  const Array& y = file.values;
  check(y.shape().axes() == 1, [&] {
    return std::string(name) + ": labels are one number for each example, not " + y.shape().text() +
           ".";
  });
  std::vector<std::int32_t> labels;
  for (std::int64_t i = 0; i < y.size(); ++i) {
    const bool valid = y[i] >= 0 && y[i] <= 999 && y[i] == std::floor(y[i]);
    check(valid, [&] {
      return std::string(name) + ": label " + std::to_string(i) + " is " + std::to_string(y[i]) +
             ", not a whole number from 0 to 999.";
    });
    labels.push_back(static_cast<std::int32_t>(y[i]));
  }
  return labels;
}

Dataset dataset_of(const FileArray& examples, std::string_view examples_name,
                   const FileArray& labels, std::string_view labels_name) {
  Dataset all{examples_of(examples, examples_name), labels_of(labels, labels_name), 2};
  check(all.x.shape()[0] == all.size(), [&] {
    return std::string(labels_name) + ": it has " + std::to_string(all.size()) +
           " labels for the " + std::to_string(all.x.shape()[0]) + " examples of " +
           std::string(examples_name) + ".";
  });
  all.classes = std::max(2, *std::max_element(all.y.begin(), all.y.end()) + 1);
  return all;
}

}  // namespace grad::data
