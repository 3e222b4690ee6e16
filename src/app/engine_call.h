#pragma once

// How JavaScript calls C++ without a hand-written function for each: arguments and results are
// numbers in one frame, and what a function takes and gives follows from its type.
//
//   argument                     in the frame
//   number, boolean              itself
//   tensor, layer, optimiser …   its handle; -1 for none
//   list of any of those         its length, then its items
//
// A handle is an index into one table of everything that JavaScript holds.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "autograd/ops.h"
#include "nn/module.h"
#include "optim/any_optimizer.h"
#include "optim/schedule.h"
#include "tensor/check.h"

namespace grad::app {

using Object = std::variant<std::monostate, Tensor, nn::Layer, Rng, optim::AnyOptimizer,
                            optim::ReduceLROnPlateau>;

/// Everything that JavaScript holds. Freed handles are used again, so that a training step in its
/// steady state allocates nothing here.
class Objects {
 public:
  template <class T>
  int add(T object) {
    if (free_.empty()) {
      free_.push_back(static_cast<int>(items_.size()));
      items_.push_back(std::make_unique<Object>());
    }
    const int id = free_.back();
    items_[static_cast<std::size_t>(id)]->template emplace<T>(std::move(object));
    free_.pop_back();
    live_++;
    return id;
  }
  void remove(int id) {
    Object& object = at(id);
    if (std::holds_alternative<std::monostate>(object)) return;
    object.emplace<std::monostate>();
    free_.push_back(id);
    live_--;
  }
  template <class T>
  T& get(int id) {
    T* object = std::get_if<T>(&at(id));
    check(object, [&] { return "[engine] handle " + std::to_string(id) + " is freed"; });
    return *object;
  }
  int live() const { return live_; }

 private:
  Object& at(int id) {
    check(id >= 0 && static_cast<std::size_t>(id) < items_.size(),
          [&] { return "[engine] no such handle: " + std::to_string(id); });
    return *items_[static_cast<std::size_t>(id)];
  }

  // Behind pointers, so that a reference stays good while the table grows.
  std::vector<std::unique_ptr<Object>> items_;
  std::vector<int> free_;
  int live_ = 0;
};

/// Those of this module.
inline Objects objects;
/// Where arguments come and results go.
inline std::vector<double> frame(64);
/// A result that is text, or the sentence of the last error.
inline std::string text;

/// Reads the frame from its beginning, for the function that `names` its parameters.
class Arguments {
 public:
  Arguments(const char* function, const char* names) : function_(function), names_(names) {}

  double number() { return frame[next_++]; }
  /// Begins an argument, for the errors.
  void begin() { argument_++; }
  /// A whole number that an int (or an unsigned, if `low` is 0) holds.
  std::int64_t whole(double low, double high) {
    const double value = number();
    if (!(value == std::trunc(value) && value >= low && value <= high)) [[unlikely]]
      refuse();
    return static_cast<std::int64_t>(value);
  }
  std::size_t length() { return static_cast<std::size_t>(number()); }

 private:
  [[noreturn]] void refuse() const {
    fail("[" + std::string(function_) + "] " + name() + " must be a whole number in range");
  }
  /// The word of this argument, without what follows its name.
  std::string name() const {
    const char* at = names_;
    for (int i = 0; i < argument_; i++)
      while (*at && *at++ != ' ') {
      }
    const char* end = at;
    while (*end && *end != ' ' && *end != '=' && *end != '?') end++;
    return {at, end};
  }

  const char* function_;
  const char* names_;
  std::size_t next_ = 0;
  int argument_ = -1;
};

/// A second argument of arithmetic.
struct Operand {
  Tensor tensor;  ///< undefined: the number
  real number = 0;
};

/// How an argument of type T is read, and what the JavaScript side calls its kind.
template <class T>
struct Argument;

template <>
struct Argument<real> {
  static constexpr const char* kind = "number";
  static real read(Arguments& in) { return static_cast<real>(in.number()); }
};
template <>
struct Argument<bool> {
  static constexpr const char* kind = "boolean";
  static bool read(Arguments& in) { return in.number() != 0; }
};
template <>
struct Argument<int> {
  static constexpr const char* kind = "number";
  static int read(Arguments& in) { return static_cast<int>(in.whole(-0x1p31, 0x1p31 - 1)); }
};
template <>
struct Argument<std::int64_t> {
  static constexpr const char* kind = "number";
  static std::int64_t read(Arguments& in) { return in.whole(-0x1p53, 0x1p53); }
};
template <>
struct Argument<std::uint64_t> {
  static constexpr const char* kind = "number";
  static std::uint64_t read(Arguments& in) {
    return static_cast<std::uint64_t>(in.whole(0, 0x1p53));
  }
};
template <>
struct Argument<Tensor> {
  static constexpr const char* kind = "Tensor";
  static Tensor read(Arguments& in) {
    const auto id = static_cast<int>(in.number());
    return id < 0 ? Tensor() : objects.get<Tensor>(id);
  }
};
template <>
struct Argument<Operand> {
  static constexpr const char* kind = "Operand";
  static Operand read(Arguments& in) {
    const bool is_number = in.number() != 0;
    if (is_number) return {{}, Argument<real>::read(in)};
    return {Argument<Tensor>::read(in)};
  }
};

/// Those that C++ changes in place.
template <class T>
struct Held {
  static T& read(Arguments& in) { return objects.get<T>(static_cast<int>(in.number())); }
};
template <>
struct Argument<Rng&> : Held<Rng> {
  static constexpr const char* kind = "Generator";
};
template <>
struct Argument<optim::AnyOptimizer&> : Held<optim::AnyOptimizer> {
  static constexpr const char* kind = "Optimizer";
};
/// There may be none.
template <>
struct Argument<optim::AnyOptimizer*> {
  static constexpr const char* kind = "Optimizer";
  static optim::AnyOptimizer* read(Arguments& in) {
    const auto id = static_cast<int>(in.number());
    return id < 0 ? nullptr : &objects.get<optim::AnyOptimizer>(id);
  }
};
template <>
struct Argument<optim::ReduceLROnPlateau&> : Held<optim::ReduceLROnPlateau> {
  static constexpr const char* kind = "ReduceLROnPlateau";
};
template <>
struct Argument<nn::Layer&> : Held<nn::Layer> {
  static constexpr const char* kind = "Layer";
};
template <>
struct Argument<nn::Layer> : Argument<nn::Layer&> {};

template <class T>
std::vector<T> read_list(Arguments& in) {
  std::vector<T> list;
  const std::size_t n = in.length();
  list.reserve(n);
  for (std::size_t i = 0; i < n; i++) list.push_back(Argument<T>::read(in));
  return list;
}
template <class T>
struct List {
  static std::vector<T> read(Arguments& in) { return read_list<T>(in); }
};
template <>
struct Argument<std::span<const int>> : List<int> {
  static constexpr const char* kind = "numbers";
};
template <>
struct Argument<std::span<const real>> : List<real> {
  static constexpr const char* kind = "numbers";
};
template <>
struct Argument<std::span<const Tensor>> : List<Tensor> {
  static constexpr const char* kind = "Tensors";
};
template <>
struct Argument<std::vector<nn::Layer>> : List<nn::Layer> {
  static constexpr const char* kind = "Layers";
};
template <>
struct Argument<Shape> {
  static constexpr const char* kind = "numbers";
  static Shape read(Arguments& in) {
    const std::vector<std::int64_t> sizes = read_list<std::int64_t>(in);
    return Shape(sizes);
  }
};
template <>
struct Argument<Axes> {
  static constexpr const char* kind = "axes";
  static Axes read(Arguments& in) { return Axes(std::span<const int>(read_list<int>(in))); }
};
/// Those of a layer (-1 and its handle), or a list of tensors.
template <>
struct Argument<nn::Parameters> {
  static constexpr const char* kind = "Parameters";
  static nn::Parameters read(Arguments& in) {
    const double length = in.number();
    if (length < 0) return nn::parameters_of(Argument<nn::Layer>::read(in));
    nn::Parameters list;
    while (static_cast<double>(list.size()) < length)
      list.emplace_back(std::to_string(list.size()), Argument<Tensor>::read(in));
    return list;
  }
};

/// How a result of type T is handed over: a handle is returned, all else is left in frame or text.
template <class T>
struct Result;

template <class T>
struct NewObject {
  static int give(T object) { return objects.add(std::move(object)); }
};
template <>
struct Result<Tensor> : NewObject<Tensor> {
  static constexpr const char* kind = "Tensor";
};
template <>
struct Result<nn::Layer> : NewObject<nn::Layer> {
  static constexpr const char* kind = "Layer";
};
template <>
struct Result<Rng> : NewObject<Rng> {
  static constexpr const char* kind = "Generator";
};
template <>
struct Result<optim::AnyOptimizer> : NewObject<optim::AnyOptimizer> {
  static constexpr const char* kind = "Optimizer";
};
template <>
struct Result<optim::ReduceLROnPlateau> : NewObject<optim::ReduceLROnPlateau> {
  static constexpr const char* kind = "ReduceLROnPlateau";
};
template <>
struct Result<double> {
  static constexpr const char* kind = "number";
  static int give(double number) {
    frame[0] = number;
    return 0;
  }
};
template <>
struct Result<real> : Result<double> {};
template <>
struct Result<bool> {
  static constexpr const char* kind = "boolean";
  static int give(bool value) { return Result<double>::give(value); }
};
template <class T>
struct Result<std::vector<T>> {
  static constexpr const char* kind = "numbers";
  static int give(const std::vector<T>& numbers) {
    if (frame.size() <= numbers.size()) frame.resize(numbers.size() + 1);
    frame[0] = static_cast<double>(numbers.size());
    std::copy(numbers.begin(), numbers.end(), frame.begin() + 1);
    return 0;
  }
};
template <>
struct Result<std::vector<Tensor>> {
  static constexpr const char* kind = "Tensors";
  static int give(const std::vector<Tensor>& tensors) {
    Labels handles;
    for (const Tensor& tensor : tensors) handles.push_back(objects.add(tensor));
    return Result<Labels>::give(handles);
  }
};
/// A file.
struct Bytes {
  std::string bytes;
};
/// Its length is left in the frame.
template <>
struct Result<Bytes> {
  static constexpr const char* kind = "Uint8Array";
  static int give(Bytes file) {
    text = std::move(file.bytes);
    return Result<double>::give(static_cast<double>(text.size()));
  }
};
template <>
struct Result<std::string> {
  static constexpr const char* kind = "string";
  static int give(std::string words) {
    text = std::move(words);
    return 0;
  }
};

/// An entry of the table of functions.
struct Function {
  const char* name;
  /// "x w b? stride=1": a question mark where there may be none, a default where it is optional.
  const char* parameters;
  void (*function)();  ///< whatever its type
  int (*call)(void (*function)(), Arguments& in);
  const char* const* kinds;  ///< of the parameters
  int count;
  const char* result;
};

/// What reads a parameter declared as A: `const T&` and T alike as T, T& as itself.
template <class A>
using ArgumentOf = Argument<
    std::conditional_t<std::is_const_v<std::remove_reference_t<A>>, std::remove_cvref_t<A>, A>>;

/// Calls a function of that type with arguments from the frame.
template <class R, class... A>
int call(void (*function)(), Arguments& in) {
  const auto typed = reinterpret_cast<R (*)(A...)>(function);
  // In braces, because only then the frame is read from left to right.
  std::tuple<decltype(ArgumentOf<A>::read(in))...> arguments{
      (in.begin(), ArgumentOf<A>::read(in))...};
  if constexpr (std::is_void_v<R>) {
    std::apply(typed, arguments);
    return 0;
  } else {
    return Result<R>::give(std::apply(typed, arguments));
  }
}

/// Ends with a null, so that there is one where a function takes nothing.
template <class... A>
constexpr const char* kinds_of[] = {ArgumentOf<A>::kind..., nullptr};

template <class R>
constexpr const char* result_of() {
  if constexpr (std::is_void_v<R>)
    return "void";
  else
    return Result<R>::kind;
}

template <class R, class... A>
Function bind(const char* name, const char* parameters, R (*function)(A...)) {
  return {name,          parameters,     reinterpret_cast<void (*)()>(function),
          call<R, A...>, kinds_of<A...>, static_cast<int>(sizeof...(A)),
          result_of<R>()};
}

}  // namespace grad::app
