#include <algorithm>
#include <array>

#include "autograd/activation.h"
#include "autograd/ops.h"
#include "autograd/record.h"
#include "kernels/kernels.h"
#include "tensor/check.h"
#include "tensor/view.h"

namespace grad {

using kernels::gemm;

namespace {

// The matrix products that make up a batched one: number i multiplies matrices a_at[i] and b_at[i].
struct Products {
  std::int64_t m, n, k, count = 1;
  Shape result;
  Indices a_at{0}, b_at{0};
  bool a_repeats = false, b_repeats = false;

  Products(const Shape& a, const Shape& b, bool trans_a, bool trans_b) {
    check(a.axes() >= 2 && b.axes() >= 2,
          [&] { return "[matmul] needs two matrices, not " + a.text() + " x " + b.text(); });
    m = a[trans_a ? -1 : -2];
    k = a[trans_a ? -2 : -1];
    n = b[trans_b ? -2 : -1];
    check(b[trans_b ? -1 : -2] == k,
          [&] { return "[matmul] inner sizes differ: " + a.text() + " x " + b.text(); });
    const Shape a_batch = batch_of(a), b_batch = batch_of(b);
    const Shape batch = broadcast(a_batch, b_batch, "matmul");
    std::array<std::int64_t, Shape::max_axes> sizes{};
    for (int axis = 0; axis < batch.axes(); ++axis)
      sizes[static_cast<std::size_t>(axis)] = batch[axis];
    const auto axes = static_cast<std::size_t>(batch.axes());
    sizes[axes] = m;
    sizes[axes + 1] = n;
    result = Shape(std::span<const std::int64_t>(sizes.data(), axes + 2));
    if (b.axes() == 2 && !trans_a) {  // one right matrix: one product of all rows
      m *= batch.size();
      return;
    }
    count = batch.size();
    a_repeats = a_batch.size() < count;
    b_repeats = b_batch.size() < count;
    a_at = Indices(count);
    b_at = Indices(count);
    list_places(View::repeated(a_batch, batch), a_at.data());
    list_places(View::repeated(b_batch, batch), b_at.data());
  }

  // Calls visit(offset in a, in b, in the result) for each product.
  template <class Visit>
  void each(Visit visit) const {
    for (std::int64_t i = 0; i < count; ++i)
      visit(count == 1 ? 0 : a_at.data()[i] * m * k, count == 1 ? 0 : b_at.data()[i] * k * n,
            i * m * n);
  }

 private:
  static Shape batch_of(const Shape& x) {
    std::array<std::int64_t, Shape::max_axes> sizes{};
    for (int axis = 0; axis < x.axes() - 2; ++axis) sizes[static_cast<std::size_t>(axis)] = x[axis];
    return Shape(
        std::span<const std::int64_t>(sizes.data(), static_cast<std::size_t>(x.axes() - 2)));
  }
};

// Where to put a gradient: a matrix that was used several times gets sums, from zeros on.
GradSlot slot_of(const Tensor& in, bool repeats) {
  return repeats ? GradSlot{in.grad_buffer().data(), 1} : in.grad_slot();
}

}  // namespace

Tensor matmul(const Tensor& a, const Tensor& b, bool trans_a, bool trans_b) {
  const Products all(a.shape(), b.shape(), trans_a, trans_b);
  Array y(all.result);
  all.each([&](std::int64_t at_a, std::int64_t at_b, std::int64_t at_y) {
    gemm(trans_a, trans_b, all.m, all.n, all.k, 1, a.value().data() + at_a, b.value().data() + at_b,
         0, y.data() + at_y);
  });
  return record("matmul", std::move(y), {a, b}, [trans_a, trans_b](const Array& g, Inputs in) {
    const Products pairs(in[0].shape(), in[1].shape(), trans_a, trans_b);
    const std::int64_t m = pairs.m, n = pairs.n, k = pairs.k;
    if (in[0].requires_grad()) {  // d op(A) = g op(B)ᵀ
      const GradSlot da = slot_of(in[0], pairs.a_repeats);
      pairs.each([&](std::int64_t at_a, std::int64_t at_b, std::int64_t at_y) {
        const real *right = in[1].value().data() + at_b, *dy = g.data() + at_y;
        if (trans_a) {
          gemm(trans_b, true, k, m, n, 1, right, dy, da.beta, da.data + at_a);
        } else {
          gemm(false, !trans_b, m, k, n, 1, dy, right, da.beta, da.data + at_a);
        }
      });
    }
    if (in[1].requires_grad()) {  // d op(B) = op(A)ᵀ g
      const GradSlot db = slot_of(in[1], pairs.b_repeats);
      pairs.each([&](std::int64_t at_a, std::int64_t at_b, std::int64_t at_y) {
        const real *left = in[0].value().data() + at_a, *dy = g.data() + at_y;
        if (trans_b) {
          gemm(true, trans_a, n, k, m, 1, dy, left, db.beta, db.data + at_b);
        } else {
          gemm(!trans_a, false, k, n, m, 1, left, dy, db.beta, db.data + at_b);
        }
      });
    }
  });
}

Tensor linear(const Tensor& x, const Tensor& w, const Tensor& b, Activation activation) {
  check(x.shape().axes() >= 2 && w.shape().axes() == 2 && x.shape()[-1] == w.shape()[1], [&] {
    return "[linear] input " + x.shape().text() + " does not fit weight " + w.shape().text() +
           " (out,in)";
  });
  const std::int64_t in_size = w.shape()[1], out_size = w.shape()[0];
  const Shape shape = x.shape().with(-1, out_size);
  const std::int64_t n = shape.size() / std::max<std::int64_t>(out_size, 1);
  check(!b.defined() || (b.shape().axes() == 1 && b.shape()[0] == out_size), [&] {
    return "[linear] bias " + b.shape().text() + " does not fit weight " + w.shape().text() +
           " (out,in)";
  });
  Array y(shape);
  gemm(false, true, n, out_size, in_size, 1, x.value().data(), w.value().data(), 0, y.data(),
       b.defined() ? b.value().data() : nullptr);
  apply(activation, y);
  const Array kept = kept_by(activation, y);
  return record("linear", std::move(y), {x, w, b},
                [n, in_size, out_size, activation, kept](const Array& dy, Inputs in) {
                  const Array g = before(activation, kept, dy);
                  if (in[0].requires_grad()) {  // dx = g w
                    const GradSlot dx = in[0].grad_slot();
                    gemm(false, false, n, in_size, out_size, 1, g.data(), in[1].value().data(),
                         dx.beta, dx.data);
                  }
                  if (in[1].requires_grad()) {  // dw = gᵀ x
                    const GradSlot dw = in[1].grad_slot();
                    gemm(true, false, out_size, in_size, n, 1, g.data(), in[0].value().data(),
                         dw.beta, dw.data);
                  }
                  if (in.size() > 2 && in[2].requires_grad())  // db = sum of g over rows
                    kernels::sum_rows(n, out_size, g.data(), in[2].grad_buffer().data());
                });
}

}  // namespace grad
