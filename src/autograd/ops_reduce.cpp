#include <cmath>
#include <string>

#include "autograd/broadcast.h"
#include "autograd/ops.h"
#include "autograd/record.h"
#include "kernels/kernels.h"
#include "tensor/check.h"
#include "tensor/view.h"

namespace grad {

using kernels::Binary;

namespace {

// dx += amount, the same for every element.
void add_everywhere(const Tensor& x, real amount) {
  Array& dx = x.grad_buffer();
  kernels::binary_scalar(Binary::add, dx.size(), dx.data(), amount, dx.data());
}

// A reduction takes an array as a matrix with a row for each result.
struct Reduction {
  Shape kept;                         ///< the result's shape with the reduced axes of size 1
  Shape squeezed;                     ///< without them
  View rows;                          ///< the array, reduced axes innermost
  std::int64_t count = 1;             ///< numbers in a row
  std::int64_t outer = 1, inner = 1;  ///< if `together`: sizes before and after the reduced axes
  bool together = true;               ///< the reduced axes lie side by side

  Reduction(const char* op, const Shape& shape, const Axes& axes) {
    const auto chosen = chosen_axes(op, shape, axes);
    const View plain(shape);
    kept = shape;
    std::array<std::int64_t, Shape::max_axes> left{};
    std::size_t left_axes = 0;
    for (const bool reduced : {false, true})
      for (int axis = 0; axis < shape.axes(); ++axis) {
        const auto at = static_cast<std::size_t>(axis);
        if (chosen[at] != reduced) continue;
        rows.add_axis(plain.sizes[at], plain.steps[at]);
        if (reduced) {
          kept = kept.with(axis, 1);
          count *= shape[axis];
        } else {
          left[left_axes++] = shape[axis];
        }
      }
    squeezed = Shape(std::span<const std::int64_t>(left.data(), left_axes));
    bool seen = false;
    for (int axis = 0; axis < shape.axes(); ++axis) {
      if (chosen[static_cast<std::size_t>(axis)]) {
        together &= inner == 1;
        seen = true;
      } else {
        (seen ? inner : outer) *= shape[axis];
      }
    }
  }

  const Shape& result(bool keepdim) const { return keepdim ? kept : squeezed; }

  // The array itself where its reduced axes are innermost, else a copy.
  Array matrix(const Array& x) const {
    const Shape shape{kept.size(), count};
    if (together && inner == 1) return x.reshape(shape);
    Array copy(shape);
    read(rows, x.data(), copy.data());
    return copy;
  }
};

Array sum_of(const Array& x, const Reduction& reduction) {
  Array y(reduction.kept);
  const std::int64_t n = y.size(), count = reduction.count;
  if (reduction.together && reduction.inner > 1) {
    kernels::fill(n, 0, y.data());
    for (std::int64_t i = 0; i < reduction.outer; ++i)
      kernels::sum_rows(count, reduction.inner, x.data() + i * count * reduction.inner,
                        y.data() + i * reduction.inner);
    return y;
  }
  const Array rows = reduction.matrix(x);
  for (std::int64_t r = 0; r < n; ++r) y.data()[r] = kernels::sum(count, rows.data() + r * count);
  return y;
}

Array max_of(const char* op, const Array& x, const Reduction& reduction) {
  check(reduction.count >= 1, [&] {
    return std::string("[") + op + "] no numbers to choose from in " + x.shape().text();
  });
  Array y(reduction.kept);
  kernels::max_rows(y.size(), reduction.count, reduction.matrix(x).data(), y.data());
  return y;
}

}  // namespace

Tensor sum(const Tensor& x) {
  const real total = kernels::sum(x.value().size(), x.value().data());
  return record("sum", Array::full({}, total), {x}, [](const Array& g, Inputs in) {
    add_everywhere(in[0], g[0]);  // dx = g
  });
}

Tensor mean(const Tensor& x) {
  const auto n = static_cast<real>(x.value().size());
  const real total = kernels::sum(x.value().size(), x.value().data());
  return record("mean", Array::full({}, total / n), {x}, [n](const Array& g, Inputs in) {
    add_everywhere(in[0], g[0] / n);  // dx = g / n
  });
}

Tensor sum(const Tensor& x, const Axes& axes, bool keepdim) {
  const Reduction reduction("sum", x.shape(), axes);
  const Shape kept = reduction.kept;
  return record("sum", sum_of(x.value(), reduction).reshape(reduction.result(keepdim)), {x},
                [kept](const Array& g, Inputs in) {
                  in[0].add_grad(expand(g.reshape(kept), in[0].shape()));  // dx = g
                });
}

Tensor mean(const Tensor& x, const Axes& axes, bool keepdim) {
  const Reduction reduction("mean", x.shape(), axes);
  return sum(x, axes, keepdim) / static_cast<real>(reduction.count);
}

Tensor var(const Tensor& x, const Axes& axes, bool keepdim, int correction) {
  const std::int64_t n = Reduction("var", x.shape(), axes).count;
  check(correction >= 0 && n > correction, [&] {
    return "[var] " + std::to_string(n) + " numbers with correction " + std::to_string(correction) +
           " have no variance";
  });
  return sum(square(x - mean(x, axes, true)), axes, keepdim) / static_cast<real>(n - correction);
}

Tensor max(const Tensor& x, const Axes& axes, bool keepdim) {
  const Reduction reduction("max", x.shape(), axes);
  const Array y = max_of("max", x.value(), reduction);
  return record(
      "max", y.reshape(reduction.result(keepdim)), {x}, [y, axes](const Array& g, Inputs in) {
        // dx = g shared among the elements that are largest
        const Array& from = in[0].value();
        const Array largest = broadcast_binary(Binary::equal, "max", from, y);
        const Array count = sum_of(largest, Reduction("max", from.shape(), axes));
        const Array part = broadcast_binary(Binary::div, "max", g.reshape(y.shape()), count);
        in[0].add_grad(broadcast_binary(Binary::mul, "max", largest, part));
      });
}

Tensor min(const Tensor& x, const Axes& axes, bool keepdim) { return -max(-x, axes, keepdim); }

Tensor logsumexp(const Tensor& x, const Axes& axes, bool keepdim) {
  const Reduction reduction("logsumexp", x.shape(), axes);
  // Subtracting the largest changes nothing but keeps exp from overflowing; nothing is subtracted
  // where it is infinite.
  Array shift = max_of("logsumexp", x.value(), reduction);
  for (real& largest : shift.span())
    if (std::isinf(largest)) largest = 0;
  const Tensor total = sum(exp(x - Tensor(shift)), axes, keepdim);
  return log(total) + Tensor(shift.reshape(reduction.result(keepdim)));
}

Labels argmax(const Tensor& x, int axis) {
  const Reduction reduction("argmax", x.shape(), axis);
  check(reduction.count >= 1,
        [&] { return "[argmax] no numbers to choose from in " + x.shape().text(); });
  Labels places(static_cast<std::size_t>(reduction.kept.size()));
  kernels::argmax_rows(reduction.kept.size(), reduction.count, reduction.matrix(x.value()).data(),
                       places.data());
  return places;
}

}  // namespace grad
