#pragma once

// The vertices behind tensor.h, which includes this so that looking at a value is no call.

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "autograd/tensor.h"

namespace grad {

using Inputs = std::span<const Tensor>;

/// A vertex of the graph: a value, its gradient and how to pass that on. Nodes come from a free
/// list and hold their closure inside, so that recording allocates nothing in the steady state.
struct Node {
  static constexpr int kMaxInputs = 3;
  static constexpr std::size_t kClosureBytes = 176;  // two Arrays and a few numbers

  /// What record() needs to know of a closure type once it has forgotten it.
  struct ClosureType {
    void (*call)(void* closure, const Array& g, Inputs in);
    void (*destroy)(void* closure);
  };

  Array value;
  Array grad;
  const char* op = "leaf";
  std::array<Tensor, kMaxInputs> inputs;
  std::array<std::uint32_t, kMaxInputs> input_versions{};  ///< their `version` when recorded
  const ClosureType* closure_type = nullptr;  ///< null in a leaf and once the graph was released
  Node* next = nullptr;                       ///< in the free list, or in the list of the doomed
  std::uint64_t id = 0;                       ///< grows with every node recorded
  std::uint64_t visit = 0;                    ///< the backward pass that came by last
  std::uint32_t handles = 1;
  std::uint32_t version = 0;  ///< grows when the value may have been changed in place
  std::uint8_t input_count = 0;
  bool requires_grad = false;
  bool grad_is_zero = false;  ///< the numbers in `grad` are stale and stand for zeros
  alignas(std::max_align_t) std::byte closure[kClosureBytes];

  // `closure` is left uninitialised on purpose.
  Node() {}  // NOLINT(modernize-use-equals-default)
  ~Node() { drop_closure(); }
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;

  bool is_leaf() const { return id == 0; }
  /// Passes the gradient on to the inputs. Throws Error if one was changed since it was used.
  void differentiate();
  std::span<Tensor> used_inputs() { return {inputs.data(), input_count}; }
  void drop_closure() {
    if (closure_type) std::exchange(closure_type, nullptr)->destroy(closure);
  }
  /// Forgets what it was made of; the value stays.
  void unlink() {
    drop_closure();
    for (Tensor& input : used_inputs()) input = Tensor();
    input_count = 0;
  }

  /// A leaf from the free list.
  static Node* create(Array&& value, bool requires_grad);
  /// Takes back a node without handles, and all nodes that only it kept alive. Iterative: a chain
  /// of any length is released with a small stack.
  static void release(Node* node) noexcept;
  /// The recorded nodes that `root` depends on and that pass gradients on, youngest first. An input
  /// is always older than what was made of it, so this order is topological.
  static void sweep(const Tensor& root, std::vector<Tensor>& found);
  /// Turns the fresh leaf `out` into a recorded node.
  static Node& link(Tensor& out, const char* op, std::span<Tensor> inputs);
};

inline Node& Tensor::node(const char* asked) const {
  if (!node_) [[unlikely]]
    refuse(asked);
  return *node_;
}
inline const Array& Tensor::value() const { return node("value").value; }
inline bool Tensor::requires_grad() const { return node_ && node_->requires_grad; }

}  // namespace grad
