#include "tensor/view.h"

#include <algorithm>

#include "tensor/check.h"

namespace grad {
namespace {

/// The same places in the same order with as few axes as possible, and at least one.
View merged(const View& view) {
  View result;
  result.offset = view.offset;
  for (int axis = 0; axis < view.axes; axis++) {
    const auto at = static_cast<std::size_t>(axis);
    if (view.sizes[at] == 1) continue;
    const auto last = static_cast<std::size_t>(result.axes - 1);
    if (result.axes > 0 && result.steps[last] == view.sizes[at] * view.steps[at]) {
      result.sizes[last] *= view.sizes[at];
      result.steps[last] = view.steps[at];
    } else {
      result.add_axis(view.sizes[at], view.steps[at]);
    }
  }
  if (result.axes == 0) result.add_axis(1, 1);
  return result;
}

/// Calls visit(place, k, n, step) for runs of n places, `step` apart, which are elements k, k+1 ...
template <class Visit>
void for_each_run(const View& original, Visit visit) {
  const std::int64_t size = original.size();
  if (size == 0) return;
  const View view = merged(original);
  const auto inner = static_cast<std::size_t>(view.axes - 1);
  const std::int64_t run = view.sizes[inner], step = view.steps[inner];
  std::array<std::int64_t, View::max_axes> index{};
  std::int64_t place = view.offset;
  for (std::int64_t k = 0; k < size; k += run) {
    visit(place, k, run, step);
    for (std::size_t axis = inner; axis-- > 0;) {
      place += view.steps[axis];
      if (++index[axis] < view.sizes[axis]) break;
      place -= view.steps[axis] * view.sizes[axis];
      index[axis] = 0;
    }
  }
}

}  // namespace

View::View(const Shape& shape) {
  std::int64_t step = shape.size();
  for (int axis = 0; axis < shape.axes(); axis++) {
    step = shape[axis] > 0 ? step / shape[axis] : 0;
    add_axis(shape[axis], step);
  }
}

View View::repeated(const Shape& from, const Shape& to) {
  const View plain(from);
  View view;
  for (int axis = -to.axes(); axis < 0; axis++) {
    const int own = from.axes() + axis;
    const bool once = own >= 0 && from[own] == to[axis];
    view.add_axis(to[axis], once ? plain.steps[static_cast<std::size_t>(own)] : 0);
  }
  return view;
}

void View::add_axis(std::int64_t size, std::int64_t step) {
  check(axes < max_axes, "[view] too many axes");
  sizes[static_cast<std::size_t>(axes)] = size;
  steps[static_cast<std::size_t>(axes++)] = step;
}

std::int64_t View::size() const {
  std::int64_t product = 1;
  for (int axis = 0; axis < axes; axis++) product *= sizes[static_cast<std::size_t>(axis)];
  return product;
}

void list_places(const View& view, std::int32_t* places) {
  for_each_run(view, [=](std::int64_t place, std::int64_t k, std::int64_t n, std::int64_t step) {
    for (std::int64_t i = 0; i < n; i++)
      places[k + i] = static_cast<std::int32_t>(place + i * step);
  });
}

void read(const View& view, const real* x, real* out) {
  for_each_run(view, [=](std::int64_t place, std::int64_t k, std::int64_t n, std::int64_t step) {
    if (step == 1) {
      std::copy_n(x + place, n, out + k);
    } else {
      for (std::int64_t i = 0; i < n; i++) out[k + i] = x[place + i * step];
    }
  });
}

void write(const View& view, const real* values, real* x) {
  for_each_run(view, [=](std::int64_t place, std::int64_t k, std::int64_t n, std::int64_t step) {
    if (step == 1) {
      std::copy_n(values + k, n, x + place);
    } else {
      for (std::int64_t i = 0; i < n; i++) x[place + i * step] = values[k + i];
    }
  });
}

void add(const View& view, real alpha, const real* values, real* x) {
  for_each_run(view, [=](std::int64_t place, std::int64_t k, std::int64_t n, std::int64_t step) {
    if (step == 1) {
      for (std::int64_t i = 0; i < n; i++) x[place + i] += alpha * values[k + i];
    } else {
      for (std::int64_t i = 0; i < n; i++) x[place + i * step] += alpha * values[k + i];
    }
  });
}

}  // namespace grad
