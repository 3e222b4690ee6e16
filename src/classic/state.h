#pragma once

// What models have learned, as arrays by name: on its way to a file or back. A model says once what
// it keeps, for both ways:
//
//   void exchange(State& state) override { state.numbers("weights", weights_, features() + 1); }
//
// Nothing is believed of what is read: sizes, indices and trees are checked.

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "classic/tree.h"
#include "tensor/array.h"

namespace grad::classic {

class State {
 public:
  using Arrays = std::vector<std::pair<std::string, Array>>;
  /// As many as there are.
  static constexpr std::int64_t any = -1;

  /// Empty, to be written.
  State() = default;
  /// To be read; what is read is taken out.
  explicit State(Arrays arrays) : reading_(true), arrays_(std::move(arrays)) {}
  bool reading() const { return reading_; }
  /// Those written, or not yet read.
  const Arrays& arrays() const { return arrays_; }
  /// Throws Error naming an array that nobody has read.
  void expect_none_left() const;

  // Each writes the value under that name or replaces it by what is read, and throws Error naming
  // an array that is missing, of another size, not finite, not whole or out of range.

  void array(const std::string& name, Array& value, const Shape& shape);
  /// (rows, width), one row at least.
  void rows(const std::string& name, Array& value, std::int64_t width);
  void numbers(const std::string& name, std::vector<float>& value, std::int64_t size = any);
  /// In double, as two floats a number whose sum it is (to 48 bits).
  void numbers(const std::string& name, std::vector<double>& value, std::int64_t size = any);
  void number(const std::string& name, double& value);
  void number(const std::string& name, float& value);
  /// Whole numbers from `least` to `most`, which are below 2^24.
  void whole(const std::string& name, std::vector<std::int32_t>& value, std::int32_t least,
             std::int32_t most, std::int64_t size = any);
  /// One tree at least, each with that many outputs, asking about those features.
  void trees(const std::string& name, std::vector<Tree>& value, int outputs, std::int64_t features);

 private:
  void put(const std::string& name, const Array& value);
  Array take(const std::string& name);

  bool reading_ = false;
  Arrays arrays_;
};

}  // namespace grad::classic
