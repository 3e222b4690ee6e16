#pragma once

// For writing operations. An operation computes its value, then hands record() the closure that
// turns the gradient of its value into those of its inputs:
//
//   Tensor cube(const Tensor& x) {
//     Array y = ...;                                             // forward: x³
//     return record("cube", y, {x}, [](const Array& g, Inputs in) {
//       in[0].add_grad(...);                                     // dx = 3 x² g
//     });
//   }
//
// A closure captures Arrays, never Tensors: the output's handle would be a cycle that is never
// released, and the inputs are given. It asks `in[i].requires_grad()` before costly work where the
// operation has several inputs (with one, that is certain), and skips those that do not need it.

#include <cstdint>
#include <new>
#include <utility>

#include "autograd/tensor.h"

namespace grad {

namespace detail {
template <class Backward>
constexpr Node::ClosureType kClosureType{
    [](void* closure, const Array& g, Inputs in) { (*static_cast<Backward*>(closure))(g, in); },
    [](void* closure) { static_cast<Backward*>(closure)->~Backward(); }};
}  // namespace detail

/// Wraps `value`, the result of operation `op` on `inputs` (undefined ones are left out). Unless
/// recording is off or no input needs a gradient, remembers `backward(g, inputs)`, which will be
/// called once with the gradient g of the value.
template <std::size_t N, class Backward>
Tensor record(const char* op, Array value, Tensor (&&inputs)[N], Backward backward) {
  static_assert(N <= Node::kMaxInputs);
  static_assert(sizeof(Backward) <= Node::kClosureBytes, "capture less, or enlarge the node");
  Tensor out(std::move(value));
  bool needed = false;
  for (const Tensor& in : inputs) needed |= in.requires_grad();
  if (!needed || !grad_enabled()) return out;
  Node& node = Node::link(out, op, inputs);
  new (node.closure) Backward(std::move(backward));
  node.closure_type = &detail::kClosureType<Backward>;
  return out;
}

/// Whole numbers a closure needs (labels, positions of maxima), in a pooled buffer like an Array's.
class Indices {
 public:
  explicit Indices(std::int64_t size) : storage_(Shape{size}) {}
  std::int32_t* data() { return reinterpret_cast<std::int32_t*>(storage_.data()); }
  const std::int32_t* data() const {
    return reinterpret_cast<const std::int32_t*>(storage_.data());
  }

 private:
  static_assert(sizeof(real) >= sizeof(std::int32_t));
  Array storage_;
};

}  // namespace grad
