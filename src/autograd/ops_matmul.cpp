#include "autograd/ops.h"
#include "autograd/record.h"
#include "kernels/kernels.h"
#include "tensor/check.h"

namespace grad {

using kernels::gemm;

Tensor matmul(const Tensor& a, const Tensor& b) {
  check(a.shape().axes() == 2 && b.shape().axes() == 2, [&] {
    return "[matmul] needs two matrices, not " + a.shape().text() + " x " + b.shape().text();
  });
  const std::int64_t m = a.shape()[0], k = a.shape()[1], n = b.shape()[1];
  check(b.shape()[0] == k, [&] {
    return "[matmul] inner sizes differ: " + a.shape().text() + " x " + b.shape().text();
  });
  Array y({m, n});
  gemm(false, false, m, n, k, 1, a.value().data(), b.value().data(), 0, y.data());
  return record("matmul", std::move(y), {a, b}, [m, n, k](const Array& g, Inputs in) {
    if (in[0].requires_grad()) {  // dA = g Bᵀ
      const GradSlot da = in[0].grad_slot();
      gemm(false, true, m, k, n, 1, g.data(), in[1].value().data(), da.beta, da.data);
    }
    if (in[1].requires_grad()) {  // dB = Aᵀ g
      const GradSlot db = in[1].grad_slot();
      gemm(true, false, k, n, m, 1, in[0].value().data(), g.data(), db.beta, db.data);
    }
  });
}

Tensor linear(const Tensor& x, const Tensor& w, const Tensor& b) {
  check(x.shape().axes() == 2 && w.shape().axes() == 2 && x.shape()[1] == w.shape()[1], [&] {
    return "[linear] input " + x.shape().text() + " does not fit weight " + w.shape().text() +
           " (out,in)";
  });
  const std::int64_t n = x.shape()[0], in_size = x.shape()[1], out_size = w.shape()[0];
  check(!b.defined() || b.shape() == Shape{out_size}, [&] {
    return "[linear] bias " + b.shape().text() + " does not fit weight " + w.shape().text() +
           " (out,in)";
  });
  Array y({n, out_size});
  gemm(false, true, n, out_size, in_size, 1, x.value().data(), w.value().data(), 0, y.data(),
       b.defined() ? b.value().data() : nullptr);
  return record("linear", std::move(y), {x, w, b},
                [n, in_size, out_size](const Array& g, Inputs in) {
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
