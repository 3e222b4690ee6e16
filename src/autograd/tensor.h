#pragma once

// Reverse-mode differentiation. A Tensor is a handle to a node of the graph that its operations
// recorded; `backward()` visits the nodes in the reverse order of their creation and adds to the
// gradients of the leaves. The graph is owned by the handles: when the last one goes, so does it.
//
//   Tensor x = Tensor::from({3}, {}, true);
//   (x * x).backward();                      // x.grad() is 6
//
// Values (Array) know nothing of gradients. Who writes an operation reads record.h.

#include <cstdint>
#include <initializer_list>
#include <span>
#include <utility>

#include "tensor/array.h"
#include "tensor/rng.h"

namespace grad {

struct Node;

/// Where a backward closure puts a gradient: `beta` is 0 where the buffer holds nothing yet and is
/// to be overwritten, 1 where the contribution is to be added (gemm's meaning of beta).
struct GradSlot {
  real* data;
  real beta;
};

/// A value that may take part in differentiation. Copying aliases: both handles name one node.
class Tensor {
 public:
  /// An undefined tensor (no node). All that may be asked of it is defined() and requires_grad().
  Tensor() = default;
  /// A leaf. With `requires_grad`, backward() fills grad(). The leaf shares `value`'s numbers.
  explicit Tensor(Array value, bool requires_grad = false);
  Tensor(const Tensor& other);
  Tensor(Tensor&& other) noexcept : node_(std::exchange(other.node_, nullptr)) {}
  Tensor& operator=(Tensor other) noexcept {
    std::swap(node_, other.node_);
    return *this;
  }
  ~Tensor();

  static Tensor zeros(const Shape& shape, bool requires_grad = false);
  static Tensor from(std::initializer_list<real> values, const Shape& shape,
                     bool requires_grad = false);
  static Tensor scalar(real value);
  /// Standard normal numbers from `rng`.
  static Tensor randn(const Shape& shape, Rng& rng, bool requires_grad = false);

  bool defined() const { return node_ != nullptr; }
  const Shape& shape() const { return value().shape(); }
  const Array& value() const;
  /// For optimisers and loaders: change the numbers of a leaf. Throws Error on a recorded tensor. A
  /// backward() through what was computed from the numbers before then throws too.
  Array& mutable_value();
  /// The only number; throws Error unless there is exactly one.
  real item() const { return value().item(); }

  /// True for a leaf made so and for whatever was recorded from one; false if undefined.
  bool requires_grad() const;
  /// The gradient, of value()'s shape; undefined (`!grad().defined()`) before the first backward().
  /// A leaf keeps it and adds to it until zero_grad(). A recorded tensor keeps its own only after
  /// backward(true), until the next backward().
  const Array& grad() const;
  /// Adds to the gradient (used by backward closures); ignored if !requires_grad(). Throws Error if
  /// the shapes differ.
  void add_grad(const Array& g) const;
  /// Where a closure adds its contribution in place: zeroed on first use. Only if requires_grad().
  Array& grad_buffer() const;
  /// The same for closures that can overwrite, which spares the zeroing. They must write all of it.
  GradSlot grad_slot() const;
  /// Forgets the gradient's numbers (they read as 0 if they exist) but keeps the buffer.
  void zero_grad() const;

  /// Differentiates this scalar with respect to every leaf below it. Throws Error unless size is 1.
  /// The graph is released afterwards unless `keep_graph`.
  void backward(bool keep_graph = false) const;
  /// The same value outside the graph (sharing its numbers).
  Tensor detach() const;

  /// The same for handles of the same tensor, another for any other that is alive.
  const void* identity() const { return node_; }
  /// Name of the operation that made it ("leaf" for a leaf) and its inputs: enough to draw the
  /// graph.
  const char* op() const;
  std::span<const Tensor> inputs() const;

 private:
  friend struct Node;
  Node& node(const char* asked) const;
  [[noreturn]] static void refuse(const char* asked);

  Node* node_ = nullptr;
};

/// While one is alive, operations compute values and record nothing.
class NoGrad {
 public:
  NoGrad();
  ~NoGrad();
  NoGrad(const NoGrad&) = delete;
  NoGrad& operator=(const NoGrad&) = delete;

 private:
  bool before_;
};
bool grad_enabled();

}  // namespace grad

#include "autograd/node.h"
