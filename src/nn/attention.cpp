#include "nn/attention.h"

#include <string>

#include "nn/init.h"
#include "tensor/check.h"

namespace grad::nn {

namespace {

// (n,length,size) to (n,heads,length,size/heads).
Tensor split_heads(const Tensor& x, int heads) {
  const Shape& s = x.shape();
  return permute(reshape(x, {s[0], s[1], heads, s[2] / heads}), {0, 2, 1, 3});
}

Tensor join_heads(const Tensor& x) {
  const Shape& s = x.shape();
  return reshape(permute(x, {0, 2, 1, 3}), {s[0], s[2], s[1] * s[3]});
}

void check_sequence(const Tensor& x, std::int64_t size) {
  check(x.shape().axes() == 3 && x.shape()[2] == size, [&] {
    return "[MultiheadAttention] needs (n,length," + std::to_string(size) + "), not " +
           x.shape().text();
  });
}

}  // namespace

MultiheadAttention::MultiheadAttention(int size, int heads_, Rng& rng, bool causal_)
    : heads(heads_), causal(causal_), out_proj(std::max(size, 1), std::max(size, 1), rng) {
  check(size >= 1 && heads >= 1 && size % heads == 0, [&] {
    return "[MultiheadAttention] " + std::to_string(heads) + " heads do not divide size " +
           std::to_string(size);
  });
  in_proj_weight = Tensor::zeros({3 * size, size}, true);
  in_proj_bias = Tensor::zeros({3 * size}, true);
  xavier_uniform(in_proj_weight, rng);
  init_uniform(out_proj.bias, 0, 0, rng);
}

Tensor MultiheadAttention::operator()(const Tensor& x) const {
  const std::int64_t size = in_proj_weight.shape()[1];
  check_sequence(x, size);
  const Tensor all = linear(x, in_proj_weight, in_proj_bias);
  const auto part = [&](int i) {
    return split_heads(slice(all, 2, i * size, (i + 1) * size), heads);
  };
  const Tensor y = scaled_dot_product_attention(part(0), part(1), part(2), Tensor(), causal);
  return out_proj(join_heads(y));
}

Tensor MultiheadAttention::operator()(const Tensor& query, const Tensor& memory,
                                      const Tensor& mask) const {
  const std::int64_t size = in_proj_weight.shape()[1];
  check_sequence(query, size);
  check_sequence(memory, size);
  const auto project = [&](const Tensor& x, int i) {
    const Tensor w = slice(in_proj_weight, 0, i * size, (i + 1) * size);
    const Tensor b = slice(in_proj_bias, 0, i * size, (i + 1) * size);
    return split_heads(linear(x, w, b), heads);
  };
  const Tensor y = scaled_dot_product_attention(project(query, 0), project(memory, 1),
                                                project(memory, 2), mask, causal);
  return out_proj(join_heads(y));
}

void MultiheadAttention::list(Members& members) {
  members.parameter("in_proj_weight", in_proj_weight);
  members.parameter("in_proj_bias", in_proj_bias);
  members.part("out_proj", out_proj);
}

TransformerBlock::TransformerBlock(int size, int heads, int feed_forward, Rng& rng, real dropout,
                                   bool causal)
    : norm1(size),
      norm2(size),
      self_attn(size, heads, rng, causal),
      linear1(size, feed_forward, rng),
      linear2(feed_forward, size, rng),
      dropout1(dropout, rng),
      dropout2(dropout, rng) {}

Tensor TransformerBlock::operator()(const Tensor& x) const {
  const Tensor y = x + dropout1(self_attn(norm1(x)));
  return y + dropout2(linear2(gelu(linear1(norm2(y)))));
}

void TransformerBlock::list(Members& members) {
  members.part("norm1", norm1);
  members.part("self_attn", self_attn);
  members.part("norm2", norm2);
  members.part("linear1", linear1);
  members.part("linear2", linear2);
  members.part("dropout1", dropout1);
  members.part("dropout2", dropout2);
}

}  // namespace grad::nn
