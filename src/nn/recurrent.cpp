#include "nn/recurrent.h"

#include <string>

#include "autograd/pooled.h"
#include "nn/init.h"
#include "tensor/check.h"

namespace grad::nn {

namespace {

// Part number `gate` of (n, gates hidden).
Tensor gate_of(const Tensor& x, int gate, int hidden) {
  return slice(x, 1, std::int64_t{gate} * hidden, std::int64_t{gate + 1} * hidden);
}

Tensor from_input(const RecurrentWeights& w, const Tensor& x) {
  return linear(x, w.weight_ih, w.bias_ih);
}
Tensor from_state(const RecurrentWeights& w, const Tensor& h) {
  return linear(h, w.weight_hh, w.bias_hh);
}

// Calls advance(what the inputs of a step give) for each step of x and joins what it returns.
template <class Advance>
Tensor over_steps(const char* kind, const RecurrentWeights& w, const Tensor& x, Advance advance) {
  check(x.shape().axes() == 3 && x.shape()[1] >= 1,
        [&] { return std::string("[") + kind + "] needs (n,steps,in), not " + x.shape().text(); });
  const Tensor inputs = from_input(w, x);  // one product for all steps
  PooledVector<Tensor> outputs;
  for (std::int64_t t = 0; t < x.shape()[1]; ++t) outputs.push_back(advance(select(inputs, 1, t)));
  return stack(outputs, 1);
}

Tensor zeros(const Tensor& x, int hidden) { return Tensor::zeros({x.shape()[0], hidden}); }

// One step from what the inputs give.
Tensor rnn_step(const RecurrentWeights& w, const Tensor& input, const Tensor& h) {
  return tanh(input + from_state(w, h));
}

Tensor gru_step(const RecurrentWeights& w, const Tensor& input, const Tensor& h) {
  const Tensor state = from_state(w, h);
  const auto sum_of = [&](int gate) {
    return gate_of(input, gate, w.hidden) + gate_of(state, gate, w.hidden);
  };
  const Tensor r = sigmoid(sum_of(0)), z = sigmoid(sum_of(1));
  const Tensor n = tanh(gate_of(input, 2, w.hidden) + r * gate_of(state, 2, w.hidden));
  return n + z * (h - n);
}

LSTM::State lstm_step(const RecurrentWeights& w, const Tensor& input, const LSTM::State& state) {
  const Tensor gates = input + from_state(w, state.h);
  const Tensor i = sigmoid(gate_of(gates, 0, w.hidden)), f = sigmoid(gate_of(gates, 1, w.hidden));
  const Tensor g = tanh(gate_of(gates, 2, w.hidden)), o = sigmoid(gate_of(gates, 3, w.hidden));
  const Tensor c = f * state.c + i * g;
  return {o * tanh(c), c};
}

}  // namespace

RecurrentWeights::RecurrentWeights(const char* kind, int gates, int in, int hidden_, Rng& rng)
    : hidden(hidden_) {
  check(in >= 1 && hidden >= 1, [&] {
    return std::string("[") + kind + "] sizes must be at least 1, not " + std::to_string(in) +
           " and " + std::to_string(hidden);
  });
  weight_ih = uniform_parameter({gates * hidden, in}, hidden, rng);
  weight_hh = uniform_parameter({gates * hidden, hidden}, hidden, rng);
  bias_ih = uniform_parameter({gates * hidden}, hidden, rng);
  bias_hh = uniform_parameter({gates * hidden}, hidden, rng);
}

void RecurrentWeights::list(Members& members) {
  members.parameter("weight_ih", weight_ih);
  members.parameter("weight_hh", weight_hh);
  members.parameter("bias_ih", bias_ih);
  members.parameter("bias_hh", bias_hh);
}

RNN::RNN(int in, int hidden, Rng& rng) : weights(kind, 1, in, hidden, rng) {}
Tensor RNN::step(const Tensor& x, const Tensor& h) const {
  return rnn_step(weights, from_input(weights, x), h);
}
Tensor RNN::operator()(const Tensor& x) const {
  Tensor h = zeros(x, weights.hidden);
  return over_steps(kind, weights, x,
                    [&](const Tensor& input) { return h = rnn_step(weights, input, h); });
}

GRU::GRU(int in, int hidden, Rng& rng) : weights(kind, 3, in, hidden, rng) {}
Tensor GRU::step(const Tensor& x, const Tensor& h) const {
  return gru_step(weights, from_input(weights, x), h);
}
Tensor GRU::operator()(const Tensor& x) const {
  Tensor h = zeros(x, weights.hidden);
  return over_steps(kind, weights, x,
                    [&](const Tensor& input) { return h = gru_step(weights, input, h); });
}

LSTM::LSTM(int in, int hidden, Rng& rng) : weights(kind, 4, in, hidden, rng) {}
LSTM::State LSTM::step(const Tensor& x, const State& state) const {
  return lstm_step(weights, from_input(weights, x), state);
}
Tensor LSTM::operator()(const Tensor& x) const {
  State state{zeros(x, weights.hidden), zeros(x, weights.hidden)};
  return over_steps(kind, weights, x, [&](const Tensor& input) {
    state = lstm_step(weights, input, state);
    return state.h;
  });
}

}  // namespace grad::nn
