#pragma once

// What a layer is: a plain struct with a `kind`, called like a function. One that holds something
// also lists it:
//
//   struct Scale {
//     static constexpr const char* kind = "Scale";
//     Tensor weight;
//     Tensor operator()(const Tensor& x) const { return x * weight; }
//     void list(Members& members) { members.parameter("weight", weight); }
//   };
//
// From that list alone come named parameters, training mode and copies. Copying a layer aliases its
// parameters (they are Tensor handles); clone() copies the numbers.

#include <concepts>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "autograd/ops.h"

namespace grad::nn {

/// Named parameters in a fixed order: "0.weight", "0.bias", "2.weight" …
using Parameters = std::vector<std::pair<std::string, Tensor>>;

/// Pointers to all that a layer holds, parts of parts included, by name.
class Members {
 public:
  /// A tensor that is trained; an undefined one is left out.
  void parameter(const std::string& name, Tensor& tensor) {
    if (tensor.defined()) parameters.emplace_back(prefix_ + name, &tensor);
  }
  /// Numbers that belong to the layer but are not trained, as running statistics.
  void buffer(const std::string& name, Array& array) {
    buffers.emplace_back(prefix_ + name, &array);
  }
  /// A generator of random numbers used in training.
  void generator(std::shared_ptr<Rng>& rng) { generators.push_back(&rng); }
  /// A switch that is on in training mode.
  void training(bool& on) { switches.push_back(&on); }
  /// Another layer: its members are called "name.member".
  template <class Part>
  void part(const std::string& name, Part& layer) {
    const std::string before = prefix_;
    prefix_ += name + ".";
    if constexpr (requires { layer.list(*this); }) layer.list(*this);
    prefix_ = before;
  }

  std::vector<std::pair<std::string, Tensor*>> parameters;
  std::vector<std::pair<std::string, Array*>> buffers;
  std::vector<std::shared_ptr<Rng>*> generators;
  std::vector<bool*> switches;

  /// Gives every member numbers of its own.
  void detach();

 private:
  std::string prefix_;
};

template <class L>
Members members_of(L& layer) {
  Members members;
  if constexpr (requires { layer.list(members); }) layer.list(members);
  return members;
}

/// The parameters of any layer.
template <class L>
Parameters parameters_of(L layer) {
  Parameters all;
  for (const auto& [name, tensor] : members_of(layer).parameters) all.emplace_back(name, *tensor);
  return all;
}

/// Switches training mode of any layer, with all its parts, on or off.
template <class L>
void train(L& layer, bool on = true) {
  for (bool* own : members_of(layer).switches) *own = on;
}

/// A copy of any layer with numbers and generators of its own.
template <class L>
L clone(L layer) {
  members_of(layer).detach();
  return layer;
}

/// Any layer that maps one tensor to one, held by value.
class Layer {
 public:
  template <class L>
  requires(!std::same_as<std::remove_cvref_t<L>, Layer>) Layer(L layer)
      : held_(std::make_unique<Holder<L>>(std::move(layer))) {}
  Layer(const Layer& other) : held_(other.held_->copy()) {}
  Layer(Layer&&) noexcept = default;
  Layer& operator=(Layer other) noexcept {
    std::swap(held_, other.held_);
    return *this;
  }
  ~Layer() = default;

  Tensor operator()(const Tensor& x) const { return held_->call(x); }
  const char* kind() const { return held_->kind(); }
  void list(Members& members) { held_->list(members); }
  /// The layer itself if it is an L, else null.
  template <class L>
  L* as() {
    return held_->type() == &kType<L> ? &static_cast<Holder<L>*>(held_.get())->layer : nullptr;
  }
  template <class L>
  const L* as() const {
    return const_cast<Layer*>(this)->as<L>();
  }

 private:
  struct Held {
    virtual ~Held() = default;
    virtual std::unique_ptr<Held> copy() const = 0;
    virtual Tensor call(const Tensor& x) const = 0;
    virtual const char* kind() const = 0;
    virtual void list(Members& members) = 0;
    virtual const void* type() const = 0;
  };
  template <class L>
  static constexpr char kType = 0;
  template <class L>
  struct Holder : Held {
    L layer;
    explicit Holder(L own) : layer(std::move(own)) {}
    std::unique_ptr<Held> copy() const override { return std::make_unique<Holder>(layer); }
    Tensor call(const Tensor& x) const override { return layer(x); }
    const char* kind() const override { return L::kind; }
    void list(Members& members) override {
      if constexpr (requires { layer.list(members); }) layer.list(members);
    }
    const void* type() const override { return &kType<L>; }
  };

  std::unique_ptr<Held> held_;
};

}  // namespace grad::nn
