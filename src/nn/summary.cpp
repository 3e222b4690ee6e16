#include "nn/summary.h"

#include <algorithm>
#include <set>
#include <string_view>

namespace grad::nn {

namespace {

// Multiplications of one operation, with what it was made of.
std::int64_t multiply_adds(const Tensor& y) {
  const std::string_view op = y.op();
  if (op == "linear") return y.shape().size() * y.inputs()[1].shape()[1];
  if (op == "conv2d") {
    const Shape& w = y.inputs()[1].shape();
    return y.shape().size() * w.size() / w[0];
  }
  if (op == "conv_transpose2d") {
    const Shape& w = y.inputs()[1].shape();
    return y.inputs()[0].shape().size() * w.size() / w[0];
  }
  if (op == "matmul") {  // (m,k), or (k,m) if transposed, to (m,n)
    const Shape& a = y.inputs()[0].shape();
    return y.shape().size() * (a[-2] == y.shape()[-2] ? a[-1] : a[-2]);
  }
  return 0;
}

// Of all operations between y and the leaves.
std::int64_t count_below(const Tensor& y) {
  std::int64_t total = 0;
  std::set<const void*> seen;
  std::vector<Tensor> open{y};
  while (!open.empty()) {
    const Tensor next = open.back();
    open.pop_back();
    if (!seen.insert(next.identity()).second) continue;
    total += multiply_adds(next);
    for (const Tensor& input : next.inputs()) open.push_back(input);
  }
  return total;
}

std::string padded(const std::string& text, std::size_t width, bool right) {
  const std::size_t missing = width - std::min(width, text.size());
  return right ? std::string(missing, ' ') + text : text + std::string(missing, ' ');
}

}  // namespace

std::vector<LayerSummary> summarize(const Sequential& model, const Shape& input) {
  Sequential copy = model.clone();  // whose statistics and generators may change
  copy.train(false);
  std::vector<LayerSummary> rows;
  Array x = Array::zeros(input);
  for (std::size_t i = 0; i < copy.layers().size(); ++i) {
    Layer& layer = copy.layers()[i];
    const Tensor y = layer(Tensor(x, true));  // recorded, for its operations to be counted
    std::int64_t parameters = 0;
    for (const auto& [name, tensor] : members_of(layer).parameters)
      parameters += tensor->shape().size();
    rows.push_back({std::to_string(i), layer.kind(), y.shape(), parameters, count_below(y)});
    x = y.value();
  }
  return rows;
}

std::string summary_table(const Sequential& model, const Shape& input) {
  std::vector<std::vector<std::string>> cells{
      {"layer", "", "output", "parameters", "multiply-adds"}};
  std::int64_t parameters = 0, products = 0;
  for (const LayerSummary& row : summarize(model, input)) {
    cells.push_back({row.name, row.kind, row.output.text(), std::to_string(row.parameters),
                     std::to_string(row.multiply_adds)});
    parameters += row.parameters;
    products += row.multiply_adds;
  }
  cells.push_back({"total", "", "", std::to_string(parameters), std::to_string(products)});
  std::vector<std::size_t> widths(5);
  for (const auto& row : cells)
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  std::string table;
  for (const auto& row : cells) {
    for (std::size_t i = 0; i < row.size(); ++i)
      table += (i > 0 ? "  " : "") + padded(row[i], widths[i], i >= 3);
    table += "\n";
  }
  return table;
}

}  // namespace grad::nn
