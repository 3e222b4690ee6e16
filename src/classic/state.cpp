#include "classic/state.h"

#include <algorithm>
#include <cmath>

#include "tensor/check.h"

namespace grad::classic {

namespace {

void check_state(bool ok, const std::string& name, const char* what) {
  check(ok, [&] { return "The model's \"" + name + "\" " + what + "."; });
}

void check_size(const std::string& name, std::int64_t size, std::int64_t wanted) {
  check(wanted == State::any || size == wanted, [&] {
    return "The model's \"" + name + "\" has " + std::to_string(size) + " numbers instead of " +
           std::to_string(wanted) + ".";
  });
}

template <class T>
Array as_array(const std::vector<T>& value) {
  Array array({static_cast<std::int64_t>(value.size())});
  for (std::size_t i = 0; i < value.size(); ++i) array.data()[i] = static_cast<real>(value[i]);
  return array;
}

// A child comes after its parent, so that every way down ends in a leaf.
void check_tree(const std::string& name, const Tree& tree, std::int64_t features) {
  const auto size = static_cast<std::int32_t>(tree.nodes.size());
  for (std::int32_t i = 0; i < size; ++i) {
    const Tree::Node& node = tree.nodes[static_cast<std::size_t>(i)];
    check_state(node.leaf() || (node.feature < features && node.child > i && node.child < size - 1),
                name, "has a tree that leads nowhere");
  }
}

}  // namespace

void State::put(const std::string& name, const Array& value) {
  arrays_.emplace_back(name, value.clone());
}

Array State::take(const std::string& name) {
  const auto found = std::find_if(arrays_.begin(), arrays_.end(),
                                  [&](const auto& entry) { return entry.first == name; });
  check_state(found != arrays_.end(), name, "is missing");
  Array value = found->second;
  arrays_.erase(found);
  for (const real number : value.span()) check_state(std::isfinite(number), name, "is not finite");
  return value;
}

void State::expect_none_left() const {
  check(arrays_.empty(),
        [&] { return "The model has no place for \"" + arrays_.front().first + "\"."; });
}

void State::array(const std::string& name, Array& value, const Shape& shape) {
  if (!reading_) return put(name, value);
  value = take(name);
  check(value.shape() == shape, [&] {
    return "The model's \"" + name + "\" is of " + value.shape().text() + " instead of " +
           shape.text() + ".";
  });
}

void State::rows(const std::string& name, Array& value, std::int64_t width) {
  if (!reading_) return put(name, value);
  value = take(name);
  check_state(value.shape().axes() == 2 && value.shape()[0] >= 1 && value.shape()[1] == width, name,
              "has rows of another width");
}

void State::numbers(const std::string& name, std::vector<float>& value, std::int64_t size) {
  if (!reading_) return put(name, as_array(value));
  const Array array = take(name);
  check_size(name, array.size(), size);
  value.assign(array.span().begin(), array.span().end());
}

void State::numbers(const std::string& name, std::vector<double>& value, std::int64_t size) {
  if (!reading_) {
    const auto n = static_cast<std::int64_t>(value.size());
    Array halves({2, n});
    for (std::int64_t i = 0; i < n; ++i) {
      const double number = value[static_cast<std::size_t>(i)];
      halves.data()[i] = static_cast<real>(number);
      halves.data()[n + i] = static_cast<real>(number - static_cast<double>(halves[i]));
    }
    return put(name, halves);
  }
  const Array halves = take(name);
  check_state(halves.shape().axes() == 2 && halves.shape()[0] == 2, name,
              "is not made of two floats a number");
  const std::int64_t n = halves.shape()[1];
  check_size(name, n, size);
  value.clear();
  for (std::int64_t i = 0; i < n; ++i)
    value.push_back(static_cast<double>(halves[i]) + static_cast<double>(halves[n + i]));
}

void State::number(const std::string& name, double& value) {
  std::vector<double> one{value};
  numbers(name, one, 1);
  value = one[0];
}

void State::number(const std::string& name, float& value) {
  std::vector<float> one{value};
  numbers(name, one, 1);
  value = one[0];
}

void State::whole(const std::string& name, std::vector<std::int32_t>& value, std::int32_t least,
                  std::int32_t most, std::int64_t size) {
  if (!reading_) return put(name, as_array(value));
  const Array array = take(name);
  check_size(name, array.size(), size);
  value.clear();
  for (const real number : array.span()) {
    check_state(number == std::floor(number) && number >= static_cast<real>(least) &&
                    number <= static_cast<real>(most),
                name, "holds an index that does not fit");
    value.push_back(static_cast<std::int32_t>(number));
  }
}

void State::trees(const std::string& name, std::vector<Tree>& value, int outputs,
                  std::int64_t features) {
  constexpr std::int32_t most = (1 << 24) - 1;
  std::vector<std::int32_t> sizes, feature, child, examples;
  std::vector<real> threshold, values;
  for (const Tree& tree : value) {
    sizes.push_back(static_cast<std::int32_t>(tree.nodes.size()));
    for (const Tree::Node& node : tree.nodes) {
      feature.push_back(node.feature);
      threshold.push_back(node.threshold);
      child.push_back(node.child);
      examples.push_back(node.examples);
    }
    values.insert(values.end(), tree.values.begin(), tree.values.end());
  }
  whole(name + ".sizes", sizes, 1, most);
  std::int64_t nodes = 0;
  for (const std::int32_t size : sizes) nodes += size;
  whole(name + ".feature", feature, -1, most, nodes);
  numbers(name + ".threshold", threshold, nodes);
  whole(name + ".child", child, -1, most, nodes);
  whole(name + ".examples", examples, 0, most, nodes);
  numbers(name + ".values", values, nodes * outputs);
  if (!reading_) return;
  check_state(!sizes.empty(), name + ".sizes", "is empty");
  value.clear();
  std::size_t at = 0;
  for (const std::int32_t size : sizes) {
    Tree tree{.outputs = outputs};
    const auto first = values.begin() + static_cast<std::ptrdiff_t>(at) * outputs;
    for (std::int32_t i = 0; i < size; ++i, ++at)
      tree.nodes.push_back({feature[at], threshold[at], child[at], examples[at]});
    tree.values.assign(first, first + std::ptrdiff_t{size} * outputs);
    check_tree(name, tree, features);
    value.push_back(std::move(tree));
  }
}

}  // namespace grad::classic
