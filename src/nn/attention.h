#pragma once

// Attention (Vaswani et al. 2017) and the Transformer's block. Parameters are named as in PyTorch.

#include "nn/layers.h"

namespace grad::nn {

/// Several attentions side by side, each on a part of the features, then mixed:
/// x (n,length,size) to the same shape. PyTorch's initialisation: Xavier uniform for what makes
/// queries, keys and values, biases 0.
struct MultiheadAttention {
  static constexpr const char* kind = "MultiheadAttention";
  int heads;
  bool causal;            ///< each place sees itself and what is before it
  Tensor in_proj_weight;  ///< (3 size, size): queries, keys, values
  Tensor in_proj_bias;    ///< (3 size)
  Linear out_proj;
  MultiheadAttention(int size, int heads, Rng& rng, bool causal = false);
  /// Attention of a sequence to itself.
  Tensor operator()(const Tensor& x) const;
  /// Attention of `query` (n,length,size) to `memory` (n,other length,size), where mask
  /// (length,other length), if defined, is not 0.
  Tensor operator()(const Tensor& query, const Tensor& memory, const Tensor& mask = {}) const;
  void list(Members& members);
};

/// y = x + attention(norm(x)); y + feed-forward(norm(y)), a Linear, GELU and Linear. Norms first,
/// as PyTorch's TransformerEncoderLayer with norm_first.
struct TransformerBlock {
  static constexpr const char* kind = "TransformerBlock";
  LayerNorm norm1, norm2;
  MultiheadAttention self_attn;
  Linear linear1, linear2;
  Dropout dropout1, dropout2;
  TransformerBlock(int size, int heads, int feed_forward, Rng& rng, real dropout = 0,
                   bool causal = false);
  Tensor operator()(const Tensor& x) const;
  void list(Members& members);
};

}  // namespace grad::nn
