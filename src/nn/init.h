#pragma once

// Starting values for parameters, named and defined as PyTorch's. Fans are counted from a weight
// (out,...,in): fan in = in times what lies between, fan out = out times the same.

#include <cstdint>

#include "autograd/tensor.h"

namespace grad::nn {

/// A new parameter, uniform in ±1/sqrt(fan_in): PyTorch's default for layers that sum so many
/// products.
Tensor uniform_parameter(const Shape& shape, std::int64_t fan_in, Rng& rng);

// The rest fill a parameter that exists. Those with fans throw Error unless it has two axes or
// more.
void init_normal(Tensor weight, real mean, real deviation, Rng& rng);
void init_uniform(Tensor weight, real low, real high, Rng& rng);
/// Glorot and Bengio 2010: variance 2 / (fan in + fan out), for tanh and sigmoid.
void xavier_uniform(Tensor weight, Rng& rng, real gain = 1);
void xavier_normal(Tensor weight, Rng& rng, real gain = 1);
/// He et al. 2015: variance 2 / fan in, for ReLU.
void he_uniform(Tensor weight, Rng& rng);
void he_normal(Tensor weight, Rng& rng);
/// Saxe et al. 2014: as a matrix (out, rest), orthonormal rows, or columns if those are shorter.
void orthogonal(Tensor weight, Rng& rng, real gain = 1);

}  // namespace grad::nn
