#include "autograd/ops.h"
#include "autograd/record.h"
#include "kernels/kernels.h"

namespace grad {

namespace {

// dx += amount, the same for every element.
void add_everywhere(const Tensor& x, real amount) {
  Array& dx = x.grad_buffer();
  kernels::binary_scalar(kernels::Binary::add, dx.size(), dx.data(), amount, dx.data());
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

}  // namespace grad
