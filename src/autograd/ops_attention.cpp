#include <cmath>
#include <limits>

#include "autograd/ops.h"
#include "tensor/check.h"

namespace grad {

namespace {

constexpr real infinity = std::numeric_limits<real>::infinity();

// What is added to the scores: 0 where a query may see a key, -inf where not.
Tensor hidden_by(const Tensor& mask) {
  Array hidden(mask.shape());
  for (std::int64_t i = 0; i < hidden.size(); ++i)
    hidden.data()[i] = mask.value()[i] == 0 ? -infinity : real(0);
  return Tensor(std::move(hidden));
}

// The same for queries that see the keys up to their own place.
Tensor hidden_future(std::int64_t queries, std::int64_t keys) {
  Array hidden({queries, keys});
  for (std::int64_t i = 0; i < queries; ++i)
    for (std::int64_t j = 0; j < keys; ++j)
      hidden.data()[i * keys + j] = j > i ? -infinity : real(0);
  return Tensor(std::move(hidden));
}

}  // namespace

Tensor scaled_dot_product_attention(const Tensor& query, const Tensor& key, const Tensor& value,
                                    const Tensor& mask, bool causal) {
  const Shape &q = query.shape(), &k = key.shape(), &v = value.shape();
  check(q.axes() >= 2 && k.axes() >= 2 && v.axes() >= 2 && q[-1] == k[-1] && k[-2] == v[-2] &&
            q[-1] >= 1 && k[-2] >= 1,
        [&] {
          return "[scaled_dot_product_attention] query " + q.text() + ", key " + k.text() +
                 " and value " + v.text() + " do not fit";
        });
  Tensor scores = matmul(query, key, false, true) * (1 / std::sqrt(static_cast<real>(q[-1])));
  if (mask.defined()) scores = scores + hidden_by(mask);
  if (causal) scores = scores + hidden_future(q[-2], k[-2]);
  return matmul(softmax(scores), value);
}

}  // namespace grad
