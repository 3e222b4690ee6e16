#include "train/divergence.h"

#include <cmath>
#include <unordered_set>
#include <utility>
#include <vector>

namespace grad::train {

namespace {

bool is_beyond(const Array& array, double limit) {
  for (const real number : array.span()) {
    const double size = std::abs(static_cast<double>(number));
    if (!std::isfinite(size) || (limit > 0 && size > limit)) return true;
  }
  return false;
}

// The first tensor beyond the limit of those that `root` was made of, inputs before what was made
// of them; undefined if none is.
Tensor first_in_graph(const Tensor& root, double limit) {
  std::unordered_set<const void*> seen;
  std::vector<std::pair<Tensor, bool>> open{{root, false}};  // with: are its inputs done?
  while (!open.empty()) {
    const auto [tensor, inputs_done] = open.back();
    open.pop_back();
    if (inputs_done) {
      if (is_beyond(tensor.value(), limit)) return tensor;
      continue;
    }
    if (!seen.insert(tensor.identity()).second) continue;
    open.emplace_back(tensor, true);
    const auto inputs = tensor.inputs();
    for (std::size_t i = inputs.size(); i > 0; --i) open.emplace_back(inputs[i - 1], false);
  }
  return {};
}

bool is_leaf(const Tensor& tensor) { return std::string_view(tensor.op()) == "leaf"; }

// The name of the parameter that this leaf is, or empty.
std::string parameter_name(nn::Sequential& model, const Tensor& leaf) {
  for (const auto& [name, tensor] : nn::members_of(model).parameters)
    if (tensor->identity() == leaf.identity()) return "parameter " + name;
  return {};
}

}  // namespace

std::string first_beyond(nn::Sequential& model, const Tensor& x,
                         const std::function<Tensor(const Tensor& output)>& loss, double limit) {
  if (is_beyond(x.value(), limit)) return "the input";
  Array value = x.value();
  for (std::size_t i = 0; i < model.layers().size(); ++i) {
    const nn::Layer& layer = model.layers()[i];
    const std::string where = "layer " + std::to_string(i) + " (" + layer.kind() + ")";
    // As a leaf with gradient, so that everything that is made of it is recorded.
    const Tensor y = layer(Tensor(value, true));
    const Tensor found = first_in_graph(y, limit);
    if (found.defined() && !is_leaf(found)) return where + ", operation " + found.op();
    if (found.defined()) {
      const std::string name = parameter_name(model, found);
      return name.empty() ? where : name;
    }
    value = y.value();
  }
  const Tensor found = first_in_graph(loss(Tensor(value, true)), limit);
  if (!found.defined()) return {};
  return is_leaf(found) ? "the targets" : std::string("the loss, operation ") + found.op();
}

}  // namespace grad::train
