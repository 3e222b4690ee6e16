#pragma once

// Snapshots: everything that the future of a run depends on, so that it goes on from there to the
// same bits. Whatever has such a part lists it, as layers list their members:
//
//   State state;
//   state.layer(nn::members_of(model));
//   state.part("optimizer", optimizer);
//   const Snapshot before = take(state);
//   ...
//   restore(state, before);
//
// io/snapshot_file.h turns snapshots into files.

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "nn/layer.h"

namespace grad::optim {

/// Arrays, and numbers as 64 bits each, by name.
struct Snapshot {
  std::vector<std::pair<std::string, Array>> arrays;
  std::vector<std::pair<std::string, std::uint64_t>> numbers;
};

/// Pointers to the parts of a state, by name. They must outlive it.
class State {
 public:
  /// Restored in place: other handles of the array see it.
  void array(const std::string& name, Array& array) {
    arrays_.push_back({prefix_ + name, &array, nullptr});
  }
  /// A whole number in [low, high]; others are refused.
  template <std::signed_integral T>
  void number(const std::string& name, T& value, std::int64_t low, std::int64_t high) {
    add(name, value, low, high);
  }
  /// Any bits.
  template <std::floating_point T>
  void number(const std::string& name, T& value) {
    add(name, value, 0, 0);
  }
  void generator(const std::string& name, Rng& rng) {
    static_assert(sizeof(Rng) == sizeof(std::uint64_t));
    add(name, rng, 0, 0);
  }
  /// A number that cannot change: a snapshot with another one does not fit.
  void constant(const std::string& name, std::int64_t value) {
    constants_.push_back(value);
    add(name, constants_.back(), value, value);
  }
  /// Parameters, buffers and generators of a layer. The switches of training mode are not part of
  /// it.
  void layer(const nn::Members& members);
  /// Something with a list(State&); its parts are called "name.part".
  template <class Part>
  void part(const std::string& name, Part& part) {
    const std::string before = prefix_;
    prefix_ += name + ".";
    part.list(*this);
    prefix_ = before;
  }

 private:
  friend Snapshot take(const State& state);
  friend void restore(const State& state, const Snapshot& snapshot);

  struct Numbers {
    std::string name;
    Array* array;
    Tensor* tensor;  // instead of the array
    const Array& value() const { return tensor ? tensor->value() : *array; }
  };
  struct Number {
    std::string name;
    void* place;
    std::size_t bytes;
    std::int64_t low, high;  // of a whole number
    bool whole;
  };

  template <class T>
  void add(const std::string& name, T& value, std::int64_t low, std::int64_t high) {
    numbers_.push_back({prefix_ + name, &value, sizeof(T), low, high, std::signed_integral<T>});
  }

  std::string prefix_;
  std::vector<Numbers> arrays_;
  std::vector<Number> numbers_;
  std::deque<std::int64_t> constants_;  // which do not move
};

/// A copy of all parts.
Snapshot take(const State& state);
/// Puts a copy back. Throws Error naming the first part that is missing, superfluous, out of range
/// or of another shape, and then changes nothing.
void restore(const State& state, const Snapshot& snapshot);

}  // namespace grad::optim
