#pragma once

// Reverse-mode differentiation. A Tensor is a handle to a node of the graph that its operations
// recorded; `backward()` visits the nodes in the reverse order of their creation and adds to the
// gradients of the leaves. The graph is owned by the handles: when the last one goes, so does it.

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "tensor/array.h"
#include "tensor/rng.h"

namespace grad {

struct Node;

/// A value that may take part in differentiation. Copying aliases: both handles name one node.
class Tensor {
 public:
  /// An undefined tensor (no node).
  Tensor() = default;
  /// A leaf. With `requires_grad`, backward() fills grad().
  explicit Tensor(Array value, bool requires_grad = false);
  Tensor(const Tensor& other);
  Tensor(Tensor&& other) noexcept;
  Tensor& operator=(Tensor other) noexcept;
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
  /// For optimisers and loaders: change the numbers of a leaf. Throws Error on a recorded tensor.
  Array& mutable_value();
  real item() const { return value().item(); }

  bool requires_grad() const;
  /// The gradient, of value()'s shape; undefined (`!grad().defined()`) before the first backward().
  const Array& grad() const;
  /// Adds to the gradient (used by backward closures); ignored if !requires_grad().
  void add_grad(const Array& g) const;
  /// Where a closure writes its contribution in place: zeroed on first use. Only if
  /// requires_grad().
  Array& grad_buffer() const;
  /// Forgets the gradient's numbers (sets them to 0 if they exist).
  void zero_grad() const;

  /// Differentiates this scalar with respect to every leaf below it. Throws Error unless size is 1.
  /// The graph is released afterwards unless `keep_graph`.
  void backward(bool keep_graph = false) const;
  /// The same value outside the graph.
  Tensor detach() const;

  /// Name of the operation that made it ("leaf" for a leaf) and its inputs: enough to draw the
  /// graph.
  const char* op() const;
  std::span<const Tensor> inputs() const;

 private:
  friend struct Node;
  friend Tensor make_recorded(const char*, Array, std::span<const Tensor>);
  Node* node_ = nullptr;
};

/// While one is alive, operations compute values and record nothing.
class NoGrad {
 public:
  NoGrad();
  ~NoGrad();
  NoGrad(const NoGrad&) = delete;
  NoGrad& operator=(const NoGrad&) = delete;
};
bool grad_enabled();

}  // namespace grad
