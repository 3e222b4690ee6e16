// Operations that pick numbers by whole-number indices.

#include <algorithm>
#include <limits>
#include <string>
#include <vector>

#include "autograd/ops.h"
#include "autograd/record.h"
#include "kernels/kernels.h"
#include "tensor/check.h"
#include "tensor/view.h"

namespace grad {

namespace {

using Index = std::span<const std::int32_t>;

void check_index(const char* op, Index index, std::int64_t size) {
  for (std::size_t i = 0; i < index.size(); ++i)
    check(index[i] >= 0 && index[i] < size, [&] {
      return std::string("[") + op + "] index " + std::to_string(index[i]) + " at " +
             std::to_string(i) + " is not in [0," + std::to_string(size) + ")";
    });
}

// Where in an array of shape `whole` the elements of an array of shape `part` come from or go to:
// the same place, but along `axis` at their index.
Indices places_of(const char* op, const Shape& whole, int axis, Index index, const Shape& part) {
  bool fits = part.axes() == whole.axes() && static_cast<std::int64_t>(index.size()) == part.size();
  for (int i = 0; fits && i < part.axes(); ++i) fits = i == axis || part[i] <= whole[i];
  check(fits && whole.size() <= std::numeric_limits<std::int32_t>::max(), [&] {
    return std::string("[") + op + "] " + std::to_string(index.size()) + " indices of shape " +
           part.text() + " do not fit axis " + std::to_string(axis) + " of " + whole.text();
  });
  check_index(op, index, whole[axis]);
  View view(whole);
  const auto at = static_cast<std::size_t>(axis);
  const auto step = static_cast<std::int32_t>(view.steps[at]);
  for (int i = 0; i < part.axes(); ++i) view.sizes[static_cast<std::size_t>(i)] = part[i];
  view.steps[at] = 0;
  Indices places(part.size());
  list_places(view, places.data());
  for (std::size_t i = 0; i < index.size(); ++i) places.data()[i] += index[i] * step;
  return places;
}

// values[i] = x[places[i]].
Array picked(const Array& x, const Indices& places, const Shape& shape) {
  Array values(shape);
  for (std::int64_t i = 0; i < values.size(); ++i) values.data()[i] = x[places.data()[i]];
  return values;
}

// x[places[i]] += values[i].
void add_at(const Indices& places, const Array& values, real* x) {
  for (std::int64_t i = 0; i < values.size(); ++i) x[places.data()[i]] += values[i];
}

}  // namespace

Tensor gather(const Tensor& x, int axis, Index index, const Shape& shape) {
  axis = positive_axis("gather", x.shape(), axis);
  const Indices places = places_of("gather", x.shape(), axis, index, shape);
  return record("gather", picked(x.value(), places, shape), {x},
                [places](const Array& g, Inputs in) {
                  // dx = sum of g over the places that x went to
                  add_at(places, g, in[0].grad_buffer().data());
                });
}

Tensor scatter_add(const Tensor& x, int axis, Index index, const Tensor& source) {
  axis = positive_axis("scatter_add", x.shape(), axis);
  const Indices places = places_of("scatter_add", x.shape(), axis, index, source.shape());
  Array y = x.value().clone();
  add_at(places, source.value(), y.data());
  return record("scatter_add", std::move(y), {x, source}, [places](const Array& g, Inputs in) {
    in[0].add_grad(g);                                 // dx = g
    in[1].add_grad(picked(g, places, in[1].shape()));  // dsource = g where it went
  });
}

Tensor index_select(const Tensor& x, int axis, Index index) {
  axis = positive_axis("index_select", x.shape(), axis);
  const std::int64_t n = x.shape()[axis], count = static_cast<std::int64_t>(index.size());
  check_index("index_select", index, n);
  std::int64_t inner = 1, outer = 1;
  for (int i = 0; i < x.shape().axes(); ++i)
    if (i != axis) (i < axis ? outer : inner) *= x.shape()[i];
  // Calls visit(number in x, number in y) for every row of `inner` numbers.
  const auto for_each_row = [n, count, inner, outer](const std::int32_t* rows, auto visit) {
    for (std::int64_t i = 0; i < outer; ++i)
      for (std::int64_t j = 0; j < count; ++j)
        visit((i * n + rows[j]) * inner, (i * count + j) * inner);
  };
  Array y(x.shape().with(axis, count));
  const real* from = x.value().data();
  for_each_row(index.data(), [inner, from, to = y.data()](std::int64_t i, std::int64_t j) {
    // Rows are often short: no call for each.
    for (std::int64_t column = 0; column < inner; ++column) to[j + column] = from[i + column];
  });
  Indices kept(x.requires_grad() ? count : 0);
  if (x.requires_grad()) std::copy(index.begin(), index.end(), kept.data());
  return record(
      "index_select", std::move(y), {x}, [for_each_row, kept, inner](const Array& g, Inputs in) {
        real* dx = in[0].grad_buffer().data();  // dx = sum of g over the rows that x went to
        for_each_row(kept.data(), [&](std::int64_t i, std::int64_t j) {
          kernels::axpy(inner, 1, g.data() + j, dx + i);
        });
      });
}

Tensor embedding(const Tensor& weight, Index index, const Shape& shape) {
  check(weight.shape().axes() == 2,
        [&] { return "[embedding] needs weight (entries,size), not " + weight.shape().text(); });
  check(shape.size() == static_cast<std::int64_t>(index.size()), [&] {
    return "[embedding] " + std::to_string(index.size()) + " indices do not fill " + shape.text();
  });
  std::vector<std::int64_t> sizes;
  for (int i = 0; i < shape.axes(); ++i) sizes.push_back(shape[i]);
  sizes.push_back(weight.shape()[1]);
  return reshape(index_select(weight, 0, index), Shape(sizes));
}

Tensor one_hot(Index index, int classes) {
  check_index("one_hot", index, classes);
  const auto n = static_cast<std::int64_t>(index.size());
  Array y = Array::zeros({n, classes});
  for (std::int64_t i = 0; i < n; ++i)
    y.data()[i * classes + index[static_cast<std::size_t>(i)]] = 1;
  return Tensor(std::move(y));
}

}  // namespace grad
