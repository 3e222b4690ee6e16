#pragma once

// Recurrent layers over sequences (n,steps,in) to (n,steps,hidden), as PyTorch with batch_first.
// Parameters are named and initialised as there: uniform in ±1/sqrt(hidden).

#include "nn/layer.h"

namespace grad::nn {

/// The weights that all of them have, for one or several gates below each other.
struct RecurrentWeights {
  int hidden;
  Tensor weight_ih;         ///< (gates hidden, in)
  Tensor weight_hh;         ///< (gates hidden, hidden)
  Tensor bias_ih, bias_hh;  ///< (gates hidden)
  RecurrentWeights(const char* kind, int gates, int in, int hidden, Rng& rng);
  void list(Members& members);
};

/// h' = tanh(W x + b + U h + c).
struct RNN {
  static constexpr const char* kind = "RNN";
  RecurrentWeights weights;
  RNN(int in, int hidden, Rng& rng);
  /// One step: x (n,in), h (n,hidden) to the new h.
  Tensor step(const Tensor& x, const Tensor& h) const;
  /// h after every step, from zeros.
  Tensor operator()(const Tensor& x) const;
  void list(Members& members) { weights.list(members); }
};

/// Gated recurrent unit (Cho et al. 2014), with gates r, z and candidate n as in PyTorch:
/// h' = (1 - z) n + z h, n = tanh(W x + b + r (U h + c)).
struct GRU {
  static constexpr const char* kind = "GRU";
  RecurrentWeights weights;  ///< gates r, z, n
  GRU(int in, int hidden, Rng& rng);
  Tensor step(const Tensor& x, const Tensor& h) const;
  Tensor operator()(const Tensor& x) const;
  void list(Members& members) { weights.list(members); }
};

/// Long short-term memory (Hochreiter and Schmidhuber 1997), with gates i, f, g, o as in PyTorch:
/// c' = f c + i g, h' = o tanh(c').
struct LSTM {
  static constexpr const char* kind = "LSTM";
  struct State {
    Tensor h, c;  ///< (n,hidden)
  };
  RecurrentWeights weights;  ///< gates i, f, g, o
  LSTM(int in, int hidden, Rng& rng);
  State step(const Tensor& x, const State& state) const;
  Tensor operator()(const Tensor& x) const;
  void list(Members& members) { weights.list(members); }
};

}  // namespace grad::nn
