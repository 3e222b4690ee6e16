#include <algorithm>
#include <string>

#include "autograd/ops.h"
#include "autograd/pooled.h"
#include "autograd/record.h"
#include "tensor/check.h"
#include "tensor/view.h"

namespace grad {

namespace {

// The same numbers under another shape, in both directions.
Tensor reshaped(const char* name, const Tensor& x, const Shape& shape) {
  return record(name, x.value().reshape(shape), {x}, [](const Array& g, Inputs in) {
    in[0].add_grad(g.reshape(in[0].shape()));  // dx = g
  });
}

// The numbers of x that a view of its shape sees, in that order.
template <class ViewOf>
Tensor viewed(const char* name, const Tensor& x, const Shape& shape, ViewOf view_of) {
  Array y(shape);
  read(view_of(x.shape()), x.value().data(), y.data());
  return record(name, std::move(y), {x}, [view_of](const Array& g, Inputs in) {
    // dx = sum of g over the places that x was copied to
    add(view_of(in[0].shape()), 1, g.data(), in[0].grad_buffer().data());
  });
}

std::int64_t product(const Shape& shape, int first, int last) {
  std::int64_t n = 1;
  for (int axis = first; axis < last; ++axis) n *= shape[axis];
  return n;
}

// Where along `axis`, from number `first` on, an array of shape `part` lies in one of `whole`.
View part_of(const Shape& whole, int axis, std::int64_t first, const Shape& part) {
  const std::int64_t inner = product(whole, axis + 1, whole.axes());
  View view;
  view.add_axis(product(whole, 0, axis), whole[axis] * inner);
  view.add_axis(part[axis] * inner, 1);
  view.offset = first * inner;
  return view;
}

// A node has few inputs, so that three arrays are joined at a time; c may be undefined.
Tensor concat_three(const Tensor& a, const Tensor& b, const Tensor& c, int axis) {
  std::int64_t total = a.shape()[axis] + b.shape()[axis];
  if (c.defined()) total += c.shape()[axis];
  const Shape shape = a.shape().with(axis, total);
  Array y(shape);
  std::int64_t first = 0;
  for (const Tensor* part : {&a, &b, &c}) {
    if (!part->defined()) continue;
    write(part_of(shape, axis, first, part->shape()), part->value().data(), y.data());
    first += part->shape()[axis];
  }
  return record("concat", std::move(y), {a, b, c}, [axis](const Array& g, Inputs in) {
    std::int64_t at = 0;
    for (const Tensor& part : in) {  // each gets its own part of g
      Array d(part.shape());
      read(part_of(g.shape(), axis, at, d.shape()), g.data(), d.data());
      part.add_grad(d);
      at += part.shape()[axis];
    }
  });
}

}  // namespace

Tensor reshape(const Tensor& x, const Shape& shape) {
  check(shape.size() == x.shape().size(), [&] {
    return "[reshape] " + x.shape().text() + " has another number of elements than " + shape.text();
  });
  return reshaped("reshape", x, shape);
}

Tensor flatten(const Tensor& x) {
  check(x.shape().axes() >= 1, "[flatten] a scalar has no first axis");
  return reshaped("flatten", x, {x.shape()[0], product(x.shape(), 1, x.shape().axes())});
}

Tensor unsqueeze(const Tensor& x, int axis) {
  const int at = axis < 0 ? axis + x.shape().axes() + 1 : axis;
  check(at >= 0 && at <= x.shape().axes(), [&] {
    return "[unsqueeze] no place " + std::to_string(axis) + " for an axis in " + x.shape().text();
  });
  PooledVector<std::int64_t> sizes;
  for (int i = 0; i < x.shape().axes(); ++i) sizes.push_back(x.shape()[i]);
  sizes.insert(sizes.begin() + at, 1);
  return reshaped("unsqueeze", x, Shape(sizes));
}

Tensor permute(const Tensor& x, const Axes& axes) {
  chosen_axes("permute", x.shape(), axes);
  check(axes.count() == x.shape().axes(), [&] {
    return "[permute] " + std::to_string(axes.count()) + " axes for " + x.shape().text();
  });
  std::array<std::int64_t, Shape::max_axes> sizes{};
  for (int i = 0; i < axes.count(); ++i) sizes[static_cast<std::size_t>(i)] = x.shape()[axes[i]];
  const Shape shape(std::span<const std::int64_t>(sizes.data(), axes.end() - axes.begin()));
  return viewed("permute", x, shape, [axes](const Shape& from) {
    const View plain(from);
    View view;
    for (const int axis : axes) {
      const auto at = static_cast<std::size_t>(positive_axis("permute", from, axis));
      view.add_axis(plain.sizes[at], plain.steps[at]);
    }
    return view;
  });
}

Tensor transpose(const Tensor& x, int a, int b) {
  a = positive_axis("transpose", x.shape(), a);
  b = positive_axis("transpose", x.shape(), b);
  const Shape shape = x.shape().with(a, x.shape()[b]).with(b, x.shape()[a]);
  return viewed("transpose", x, shape, [a, b](const Shape& from) {
    View view(from);
    std::swap(view.sizes[static_cast<std::size_t>(a)], view.sizes[static_cast<std::size_t>(b)]);
    std::swap(view.steps[static_cast<std::size_t>(a)], view.steps[static_cast<std::size_t>(b)]);
    return view;
  });
}

Tensor transpose(const Tensor& x) {
  check(x.shape().axes() == 2,
        [&] { return "[transpose] needs two axes, not " + x.shape().text(); });
  return transpose(x, 0, 1);
}

Tensor slice(const Tensor& x, int axis, std::int64_t start, std::int64_t stop, std::int64_t step) {
  axis = positive_axis("slice", x.shape(), axis);
  check(step >= 1, [&] { return "[slice] step " + std::to_string(step) + " is not at least 1"; });
  const std::int64_t n = x.shape()[axis];
  const auto place = [n](std::int64_t i) {
    return std::clamp<std::int64_t>(i < 0 ? i + n : i, 0, n);
  };
  start = place(start);
  const std::int64_t count = (std::max(place(stop), start) - start + step - 1) / step;
  return viewed("slice", x, x.shape().with(axis, count), [=](const Shape& from) {
    const auto at = static_cast<std::size_t>(axis);
    View view(from);
    view.offset = start * view.steps[at];
    view.sizes[at] = count;
    view.steps[at] *= step;
    return view;
  });
}

Tensor select(const Tensor& x, int axis, std::int64_t index) {
  axis = positive_axis("select", x.shape(), axis);
  const std::int64_t n = x.shape()[axis];
  check(index >= -n && index < n, [&] {
    return "[select] index " + std::to_string(index) + " is not in axis " + std::to_string(axis) +
           " of " + x.shape().text();
  });
  if (index < 0) index += n;
  PooledVector<std::int64_t> sizes;
  for (int i = 0; i < x.shape().axes(); ++i)
    if (i != axis) sizes.push_back(x.shape()[i]);
  return reshaped("select", slice(x, axis, index, index + 1), Shape(sizes));
}

Tensor flip(const Tensor& x, const Axes& axes) {
  chosen_axes("flip", x.shape(), axes);
  return viewed("flip", x, x.shape(), [axes](const Shape& from) {
    View view(from);
    for (const int axis : axes) {
      const auto at = static_cast<std::size_t>(positive_axis("flip", from, axis));
      view.offset += (view.sizes[at] - 1) * view.steps[at];
      view.steps[at] = -view.steps[at];
    }
    return view;
  });
}

Tensor repeat(const Tensor& x, const Shape& counts) {
  const int added = counts.axes() - x.shape().axes();
  check(added >= 0, [&] {
    return "[repeat] " + std::to_string(counts.axes()) + " counts for " + x.shape().text();
  });
  Shape shape = counts;
  for (int axis = added; axis < counts.axes(); ++axis)
    shape = shape.with(axis, counts[axis] * x.shape()[axis - added]);
  return viewed("repeat", x, shape, [counts, added](const Shape& from) {
    const View plain(from);
    View view;
    for (int axis = 0; axis < counts.axes(); ++axis) {
      view.add_axis(counts[axis], 0);
      if (axis < added) continue;
      const auto at = static_cast<std::size_t>(axis - added);
      view.add_axis(plain.sizes[at], plain.steps[at]);
    }
    return view;
  });
}

Tensor pad(const Tensor& x, std::span<const int> amounts, real value) {
  const auto text = [&] { return "[pad] amounts for " + x.shape().text(); };
  check(amounts.size() % 2 == 0 && amounts.size() <= 2 * static_cast<std::size_t>(x.shape().axes()),
        [&] {
          return text() + " must be two for each axis from the last, not " +
                 std::to_string(amounts.size());
        });
  check(std::all_of(amounts.begin(), amounts.end(), [](int amount) { return amount >= 0; }),
        [&] { return text() + " must not be negative"; });
  Shape shape = x.shape();
  std::array<std::int64_t, Shape::max_axes> before{};
  for (std::size_t i = 0; i < amounts.size(); i += 2) {
    const int axis = x.shape().axes() - 1 - static_cast<int>(i / 2);
    const int* pair = amounts.data() + i;
    before[static_cast<std::size_t>(axis)] = pair[0];
    shape = shape.with(axis, shape[axis] + pair[0] + pair[1]);
  }
  const auto middle = [before](const Shape& whole, const Shape& part) {
    View view(whole);
    for (int axis = 0; axis < part.axes(); ++axis) {
      const auto at = static_cast<std::size_t>(axis);
      view.offset += before[at] * view.steps[at];
      view.sizes[at] = part[axis];
    }
    return view;
  };
  Array y = Array::full(shape, value);
  write(middle(shape, x.shape()), x.value().data(), y.data());
  return record("pad", std::move(y), {x}, [middle](const Array& g, Inputs in) {
    Array dx(in[0].shape());  // dx = g without the border
    read(middle(g.shape(), dx.shape()), g.data(), dx.data());
    in[0].add_grad(dx);
  });
}

Tensor concat(std::span<const Tensor> parts, int axis) {
  check(!parts.empty(), "[concat] needs at least one tensor");
  const Shape& first = parts[0].shape();
  axis = positive_axis("concat", first, axis);
  for (const Tensor& part : parts)
    check(part.shape().axes() == first.axes() && part.shape().with(axis, first[axis]) == first,
          [&] {
            return "[concat] " + part.shape().text() + " does not fit " + first.text() +
                   " along axis " + std::to_string(axis);
          });
  PooledVector<Tensor> joined(parts.begin(), parts.end());
  while (joined.size() > 1) {  // a tree, so that little is copied often
    const std::size_t count = joined.size();
    for (std::size_t i = 0; i < count; i += 3) {
      const Tensor third = i + 2 < count ? joined[i + 2] : Tensor();
      joined[i / 3] =
          i + 1 < count ? concat_three(joined[i], joined[i + 1], third, axis) : joined[i];
    }
    joined.resize((count + 2) / 3);
  }
  return joined[0];
}

Tensor stack(std::span<const Tensor> parts, int axis) {
  PooledVector<Tensor> thick;
  for (const Tensor& part : parts) thick.push_back(unsqueeze(part, axis));
  return concat(thick, axis);
}

Tensor pad(const Tensor& x, std::initializer_list<int> amounts, real value) {
  return pad(x, std::span<const int>(amounts.begin(), amounts.size()), value);
}
Tensor concat(std::initializer_list<Tensor> parts, int axis) {
  return concat(std::span<const Tensor>(parts.begin(), parts.size()), axis);
}
Tensor stack(std::initializer_list<Tensor> parts, int axis) {
  return stack(std::span<const Tensor>(parts.begin(), parts.size()), axis);
}

}  // namespace grad
