#include "autograd/tensor.h"

#include <algorithm>
#include <string>
#include <vector>

#include "kernels/kernels.h"
#include "tensor/check.h"

namespace grad {

namespace {

bool recording = true;
std::uint64_t last_id = 0;
std::uint64_t last_visit = 0;

// Released nodes wait here for reuse; more than a large training step needs are given back.
constexpr int kMaxFreeNodes = 4096;
Node* free_nodes = nullptr;
int free_node_count = 0;

void recycle(Node* node) noexcept {
  node->~Node();
  if (free_node_count == kMaxFreeNodes) {
    ::operator delete(node);
    return;
  }
  ++free_node_count;
  new (node) Node;
  node->next = std::exchange(free_nodes, node);
}

}  // namespace

// --- Nodes --------------------------------------------------------------------------------------

Node* Node::create(Array&& value, bool requires_grad) {
  Node* node = free_nodes;
  if (node) {
    free_nodes = std::exchange(node->next, nullptr);
    --free_node_count;
  } else {
    node = new (::operator new(sizeof(Node))) Node;
  }
  node->value = std::move(value);
  node->requires_grad = requires_grad;
  return node;
}

void Node::release(Node* node) noexcept {
  Node* doomed = node;
  while (doomed) {
    Node* dead = std::exchange(doomed, doomed->next);
    for (Tensor& input : dead->inputs) {
      Node* below = std::exchange(input.node_, nullptr);
      if (below && --below->handles == 0) below->next = std::exchange(doomed, below);
    }
    recycle(dead);
  }
}

Node& Node::link(Tensor& out, const char* op, std::span<Tensor> inputs) {
  Node& node = *out.node_;
  node.op = op;
  node.id = ++last_id;
  node.requires_grad = true;
  for (Tensor& in : inputs) {
    if (!in.defined()) continue;
    node.input_versions[node.input_count] = in.node_->version;
    node.inputs[node.input_count++] = std::move(in);
  }
  return node;
}

// --- Handles ------------------------------------------------------------------------------------

Tensor::Tensor(Array value, bool requires_grad)
    : node_(Node::create(std::move(value), requires_grad)) {}

Tensor::Tensor(const Tensor& other) : node_(other.node_) {
  if (node_) ++node_->handles;
}

Tensor::~Tensor() {
  if (node_ && --node_->handles == 0) Node::release(node_);
}

Tensor Tensor::zeros(const Shape& shape, bool requires_grad) {
  return Tensor(Array::zeros(shape), requires_grad);
}

Tensor Tensor::from(std::initializer_list<real> values, const Shape& shape, bool requires_grad) {
  return Tensor(Array::from(values, shape), requires_grad);
}

Tensor Tensor::scalar(real value) { return Tensor(Array::full({}, value)); }

Tensor Tensor::randn(const Shape& shape, Rng& rng, bool requires_grad) {
  Array numbers(shape);
  for (real& number : numbers.span()) number = rng.normal();
  return Tensor(std::move(numbers), requires_grad);
}

void Tensor::refuse(const char* asked) {
  fail(std::string("[tensor] ") + asked + " of an undefined tensor");
}

Array& Tensor::mutable_value() {
  Node& mine = node("mutable_value");
  check(mine.is_leaf(), [&] {
    return std::string("[tensor] the result of ") + mine.op +
           " is part of a graph and must not be changed in place";
  });
  ++mine.version;
  return mine.value;
}

const char* Tensor::op() const { return node("op").op; }

std::span<const Tensor> Tensor::inputs() const { return node("inputs").used_inputs(); }

Tensor Tensor::detach() const { return Tensor(value()); }

// --- Gradients ----------------------------------------------------------------------------------

const Array& Tensor::grad() const {
  Node& mine = node("grad");
  return mine.grad_is_zero ? grad_buffer() : mine.grad;
}

void Tensor::add_grad(const Array& g) const {
  if (!requires_grad()) return;
  check(g.shape() == shape(), [&] {
    return "[add_grad] gradient " + g.shape().text() + " does not fit value " + shape().text();
  });
  if (!node_->grad.defined() || node_->grad_is_zero) {
    node_->grad = g;  // shared, not copied: grad_slot() copies before it writes
    node_->grad_is_zero = false;
  } else {
    kernels::axpy(g.size(), 1, g.data(), grad_slot().data);
  }
}

GradSlot Tensor::grad_slot() const {
  Node& mine = node("grad_slot");
  const bool fresh = !mine.grad.defined() || mine.grad_is_zero;
  if (!mine.grad.defined() || !mine.grad.unique())
    mine.grad = fresh ? Array(mine.value.shape()) : mine.grad.clone();
  mine.grad_is_zero = false;
  return {mine.grad.data(), fresh ? real(0) : real(1)};
}

Array& Tensor::grad_buffer() const {
  const GradSlot slot = grad_slot();
  if (slot.beta == 0) kernels::fill(node_->grad.size(), 0, slot.data);
  return node_->grad;
}

void Tensor::zero_grad() const {
  Node& mine = node("zero_grad");
  mine.grad_is_zero = mine.grad.defined();
}

void Node::sweep(const Tensor& root, std::vector<Tensor>& found) {
  const std::uint64_t visit = ++last_visit;
  const auto add = [&](const Tensor& tensor) {
    Node& node = *tensor.node_;
    if (!node.requires_grad || node.is_leaf() || node.visit == visit) return;
    check(node.closure_type != nullptr, [&] {
      return std::string("[backward] the graph below ") + node.op +
             " was released by an earlier backward(); that one needs keep_graph";
    });
    node.visit = visit;
    node.grad = Array();
    found.push_back(tensor);
  };
  add(root);
  for (std::size_t i = 0; i < found.size(); ++i)
    for (const Tensor& input : found[i].inputs()) add(input);
  const auto younger = [](const Tensor& a, const Tensor& b) { return a.node_->id > b.node_->id; };
  // A plain chain of operations comes in order.
  if (!std::is_sorted(found.begin(), found.end(), younger))
    std::sort(found.begin(), found.end(), younger);
}

void Node::differentiate() {
  for (std::size_t i = 0; i < input_count; ++i)
    check(inputs[i].node_->version == input_versions[i], [&] {
      return "[backward] input " + std::to_string(i) + " of " + op +
             " was changed in place after it was used";
    });
  closure_type->call(closure, grad, used_inputs());
}

void Tensor::backward(bool keep_graph) const {
  Node& root = node("backward");
  check(root.value.size() == 1,
        [&] { return "[backward] needs a scalar, not shape " + shape().text(); });
  check(root.requires_grad, "[backward] nothing below this scalar requires a gradient");
  // Kept from call to call, so that a training step allocates nothing.
  thread_local std::vector<Tensor> spare;
  std::vector<Tensor> order = std::exchange(spare, {});
  Node::sweep(*this, order);
  grad_buffer().data()[0] += 1;
  for (Tensor& tensor : order) {
    Node& node = *tensor.node_;
    if (node.grad.defined()) node.differentiate();
    if (keep_graph) continue;
    // The inputs are older, hence still to come and held by `order`: nothing cascades here.
    node.grad = Array();
    node.unlink();
    tensor = Tensor();
  }
  order.clear();
  constexpr std::size_t most = 10'000;  // larger graphs are rare
  if (order.capacity() <= most) spare = std::move(order);
}

// --- Recording on and off -----------------------------------------------------------------------

NoGrad::NoGrad() : before_(std::exchange(recording, false)) {}
NoGrad::~NoGrad() { recording = before_; }
bool grad_enabled() { return recording; }

}  // namespace grad
