#include "optim/snapshot.h"

#include <algorithm>
#include <cstring>

#include "tensor/check.h"

namespace grad::optim {

namespace {

// The lowest bytes of 64 bits; whole numbers keep their sign.
std::uint64_t bits_at(const void* place, std::size_t bytes, bool whole) {
  std::uint64_t bits = 0;
  std::memcpy(&bits, place, bytes);
  if (!whole || bytes == sizeof bits) return bits;
  return static_cast<std::uint64_t>(std::int64_t{static_cast<std::int32_t>(bits)});
}

[[noreturn]] void refuse(const std::string& why) { fail("[restore] " + why); }

}  // namespace

void State::layer(const nn::Members& members) {
  for (const auto& [name, tensor] : members.parameters)
    arrays_.push_back({prefix_ + name, nullptr, tensor});
  for (const auto& [name, buffer] : members.buffers) array(name, *buffer);
  int count = 0;
  for (std::shared_ptr<Rng>* rng : members.generators)
    generator("generator" + std::to_string(count++), **rng);
}

Snapshot take(const State& state) {
  Snapshot snapshot;
  for (const auto& part : state.arrays_)
    snapshot.arrays.emplace_back(part.name, part.value().clone());
  for (const auto& part : state.numbers_)
    snapshot.numbers.emplace_back(part.name, bits_at(part.place, part.bytes, part.whole));
  return snapshot;
}

void restore(const State& state, const Snapshot& snapshot) {
  if (snapshot.arrays.size() != state.arrays_.size() ||
      snapshot.numbers.size() != state.numbers_.size())
    refuse("the snapshot has " + std::to_string(snapshot.arrays.size()) + " arrays and " +
           std::to_string(snapshot.numbers.size()) + " numbers, the run " +
           std::to_string(state.arrays_.size()) + " and " + std::to_string(state.numbers_.size()));
  for (std::size_t i = 0; i < state.arrays_.size(); ++i) {
    const auto& [name, array] = snapshot.arrays[i];
    const State::Numbers& part = state.arrays_[i];
    if (name != part.name) refuse("array " + name + " stands where the run has " + part.name);
    if (array.shape() != part.value().shape())
      refuse("array " + name + " is " + array.shape().text() + ", in the run " +
             part.value().shape().text());
  }
  for (std::size_t i = 0; i < state.numbers_.size(); ++i) {
    const auto& [name, bits] = snapshot.numbers[i];
    const State::Number& part = state.numbers_[i];
    if (name != part.name) refuse("number " + name + " stands where the run has " + part.name);
    const auto number = static_cast<std::int64_t>(bits);
    if (part.whole && (number < part.low || number > part.high))
      refuse("number " + name + " is " + std::to_string(number) + ", not in [" +
             std::to_string(part.low) + "," + std::to_string(part.high) + "]");
  }
  for (std::size_t i = 0; i < state.arrays_.size(); ++i) {
    const State::Numbers& part = state.arrays_[i];
    Array& to = part.tensor ? part.tensor->mutable_value() : *part.array;
    const Array& from = snapshot.arrays[i].second;
    std::copy(from.span().begin(), from.span().end(), to.data());
  }
  for (std::size_t i = 0; i < state.numbers_.size(); ++i)
    std::memcpy(state.numbers_[i].place, &snapshot.numbers[i].second, state.numbers_[i].bytes);
}

}  // namespace grad::optim
