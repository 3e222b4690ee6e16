#include "nn/init.h"

#include <cmath>
#include <utility>

#include "kernels/kernels.h"
#include "tensor/check.h"

namespace grad::nn {

namespace {

struct Fans {
  real in, out;
};

Fans fans_of(const Shape& shape) {
  check(shape.axes() >= 2 && shape.size() >= 1,
        [&] { return "[init] fans need a weight (out,...,in), not " + shape.text(); });
  const auto size = static_cast<real>(shape.size());
  return {size / static_cast<real>(shape[0]), size / static_cast<real>(shape[-1])};
}

}  // namespace

Tensor uniform_parameter(const Shape& shape, std::int64_t fan_in, Rng& rng) {
  const real bound = 1 / std::sqrt(static_cast<real>(fan_in));
  Tensor parameter(Array(shape), true);
  init_uniform(parameter, -bound, bound, rng);
  return parameter;
}

void init_normal(Tensor weight, real mean, real deviation, Rng& rng) {
  for (real& number : weight.mutable_value().span()) number = mean + deviation * rng.normal();
}

void init_uniform(Tensor weight, real low, real high, Rng& rng) {
  for (real& number : weight.mutable_value().span()) number = rng.uniform(low, high);
}

void xavier_uniform(Tensor weight, Rng& rng, real gain) {
  const Fans fans = fans_of(weight.shape());
  const real bound = gain * std::sqrt(6 / (fans.in + fans.out));
  init_uniform(std::move(weight), -bound, bound, rng);
}

void xavier_normal(Tensor weight, Rng& rng, real gain) {
  const Fans fans = fans_of(weight.shape());
  init_normal(std::move(weight), 0, gain * std::sqrt(2 / (fans.in + fans.out)), rng);
}

void he_uniform(Tensor weight, Rng& rng) {
  const real bound = std::sqrt(6 / fans_of(weight.shape()).in);
  init_uniform(std::move(weight), -bound, bound, rng);
}

void he_normal(Tensor weight, Rng& rng) {
  const real deviation = std::sqrt(2 / fans_of(weight.shape()).in);
  init_normal(std::move(weight), 0, deviation, rng);
}

void orthogonal(Tensor weight, Rng& rng, real gain) {
  fans_of(weight.shape());
  const std::int64_t out = weight.shape()[0], rest = weight.shape().size() / out;
  const std::int64_t vectors = std::min(out, rest), length = std::max(out, rest);
  Array v({vectors, length});
  for (std::int64_t i = 0; i < vectors; ++i) {
    real* row = v.data() + i * length;
    for (std::int64_t k = 0; k < length; ++k) row[k] = rng.normal();
    // Gram and Schmidt, twice, because rounding leaves something of the first vectors.
    for (int pass = 0; pass < 2; ++pass)
      for (std::int64_t j = 0; j < i; ++j) {
        const real* other = v.data() + j * length;
        real dot = 0;
        for (std::int64_t k = 0; k < length; ++k) dot += row[k] * other[k];
        kernels::axpy(length, -dot, other, row);
      }
    real squares = 0;
    for (std::int64_t k = 0; k < length; ++k) squares += row[k] * row[k];
    for (std::int64_t k = 0; k < length; ++k) row[k] /= std::sqrt(squares);
  }
  real* w = weight.mutable_value().data();
  for (std::int64_t r = 0; r < out; ++r)
    for (std::int64_t c = 0; c < rest; ++c)
      *w++ = gain * (out <= rest ? v[r * length + c] : v[c * length + r]);
}

}  // namespace grad::nn
