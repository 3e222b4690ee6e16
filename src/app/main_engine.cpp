// The engine as a WebAssembly module of its own, without ImGui: plain C functions over handles,
// from which web/engine/engine.ts makes the JavaScript API. A handle is an index into one table of
// tensors or optimisers. Functions that can fail return -1 (or a null pointer) and leave the
// sentence in engine_error().

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "autograd/ops.h"
#include "kernels/kernels.h"
#include "optim/optimizer.h"
#include "tensor/check.h"

#define EXPORT extern "C" __attribute__((used, visibility("default")))

namespace {

using namespace grad;

std::string last_error;

/// Runs `work`; on an exception keeps its sentence and returns `otherwise`.
template <class Work, class Result>
Result guarded(Result otherwise, Work work) {
  try {
    return work();
  } catch (const std::exception& e) {
    last_error = e.what();
    return otherwise;
  }
}

/// Things that JavaScript holds by number. Freed numbers are used again.
template <class T>
class Table {
 public:
  int add(T item) {
    if (free_.empty()) {
      items_.push_back(std::make_unique<T>(std::move(item)));
      return static_cast<int>(items_.size()) - 1;
    }
    const int id = free_.back();
    free_.pop_back();
    *items_[static_cast<std::size_t>(id)] = std::move(item);
    return id;
  }
  void remove(int id) {
    *items_[static_cast<std::size_t>(id)] = T();
    free_.push_back(id);
  }
  T& operator[](int id) {
    check(id >= 0 && static_cast<std::size_t>(id) < items_.size(),
          [&] { return "[engine] no such handle: " + std::to_string(id); });
    return *items_[static_cast<std::size_t>(id)];
  }

 private:
  // Behind pointers, so that a reference stays good while the table grows.
  std::vector<std::unique_ptr<T>> items_;
  std::vector<int> free_;
};

using Optimizer = std::variant<std::monostate, optim::SGD, optim::Adam>;

Table<Tensor> tensors;
Table<Optimizer> optimizers;

template <class Op>
int make(Op op) {
  return guarded(-1, [&] { return tensors.add(op()); });
}

/// -1 stands for "none", as a bias that is not there.
Tensor optional(int id) { return id < 0 ? Tensor() : tensors[id]; }

nn::Parameters parameters(const std::int32_t* ids, int count) {
  nn::Parameters list;
  for (int i = 0; i < count; i++) list.emplace_back(std::to_string(i), tensors[ids[i]]);
  return list;
}

}  // namespace

EXPORT const char* engine_error() { return last_error.c_str(); }

/// fast = 0: deterministic kernels. Returns 1 if the fast class is now in force.
EXPORT int engine_select(int fast) {
  return kernels::select(fast != 0 ? kernels::Class::fast : kernels::Class::deterministic) ==
         kernels::Class::fast;
}
EXPORT int engine_threads(int count) {
  kernels::set_threads(count);
  return kernels::threads();
}
EXPORT std::uint32_t engine_live_bytes() { return static_cast<std::uint32_t>(memory_use().live); }

/// Memory for what JavaScript passes in: shapes, labels, lists of handles.
EXPORT void* engine_alloc(std::uint32_t bytes) { return std::malloc(bytes); }
EXPORT void engine_free(void* memory) { std::free(memory); }

// --- Tensors
// --------------------------------------------------------------------------------------

/// A leaf of zeros with the given sizes.
EXPORT int tensor_new(const std::int32_t* sizes, int axes, int requires_grad) {
  return make([&] {
    const std::vector<std::int64_t> wide(sizes, sizes + axes);
    return Tensor::zeros(Shape(wide), requires_grad != 0);
  });
}
EXPORT int tensor_randn(const std::int32_t* sizes, int axes, std::uint32_t seed,
                        int requires_grad) {
  return make([&] {
    const std::vector<std::int64_t> wide(sizes, sizes + axes);
    Rng rng(seed);
    return Tensor::randn(Shape(wide), rng, requires_grad != 0);
  });
}
EXPORT void tensor_free(int id) {
  guarded(0, [&] { return tensors.remove(id), 0; });
}
EXPORT int tensor_axes(int id) {
  return guarded(-1, [&] { return tensors[id].shape().axes(); });
}
EXPORT int tensor_size(int id, int axis) {
  return guarded(-1, [&] { return static_cast<int>(tensors[id].shape()[axis]); });
}
EXPORT const real* tensor_data(int id) {
  return guarded<>(static_cast<const real*>(nullptr), [&] { return tensors[id].value().data(); });
}
/// Null before the first backward().
EXPORT const real* tensor_grad(int id) {
  return guarded<>(static_cast<const real*>(nullptr), [&] { return tensors[id].grad().data(); });
}
EXPORT int tensor_backward(int id) {
  return guarded(-1, [&] { return tensors[id].backward(), 0; });
}
EXPORT int tensor_detach(int id) {
  return make([&] { return tensors[id].detach(); });
}

// --- Operations
// -----------------------------------------------------------------------------------

#define UNARY(name)                                \
  EXPORT int op_##name(int x) {                    \
    return make([&] { return name(tensors[x]); }); \
  }
UNARY(exp)
UNARY(log)
UNARY(sqrt)
UNARY(square)
UNARY(abs)
UNARY(relu)
UNARY(sigmoid)
UNARY(tanh)
UNARY(sign)
UNARY(gelu)
UNARY(silu)
UNARY(softplus)
UNARY(sum)
UNARY(mean)
UNARY(flatten)
UNARY(transpose)
UNARY(softmax)
UNARY(log_softmax)
#undef UNARY

#define BINARY(name, expression)             \
  EXPORT int op_##name(int a, int b) {       \
    return make([&] { return expression; }); \
  }
BINARY(add, tensors[a] + tensors[b])
BINARY(sub, tensors[a] - tensors[b])
BINARY(mul, tensors[a] * tensors[b])
BINARY(div, tensors[a] / tensors[b])
BINARY(matmul, matmul(tensors[a], tensors[b]))
BINARY(mse_loss, mse_loss(tensors[a], tensors[b]))
#undef BINARY

EXPORT int op_add_scalar(int x, real y) {
  return make([&] { return tensors[x] + y; });
}
EXPORT int op_mul_scalar(int x, real y) {
  return make([&] { return tensors[x] * y; });
}
EXPORT int op_reshape(int x, const std::int32_t* sizes, int axes) {
  return make([&] {
    const std::vector<std::int64_t> wide(sizes, sizes + axes);
    return reshape(tensors[x], Shape(wide));
  });
}
EXPORT int op_linear(int x, int w, int b) {
  return make([&] { return linear(tensors[x], tensors[w], optional(b)); });
}
EXPORT int op_conv2d(int x, int w, int b, int stride, int padding) {
  return make([&] { return conv2d(tensors[x], tensors[w], optional(b), stride, padding); });
}
EXPORT int op_max_pool2d(int x, int size, int stride) {
  return make([&] { return max_pool2d(tensors[x], size, stride); });
}
/// `seed` is used up by one call: pass another for each step.
EXPORT int op_dropout(int x, real p, int training, std::uint32_t seed) {
  return make([&] {
    Rng rng(seed);
    return dropout(tensors[x], p, training != 0, rng);
  });
}
EXPORT int op_cross_entropy(int logits, const std::int32_t* labels, int count) {
  return make([&] {
    return cross_entropy(tensors[logits],
                         std::span<const std::int32_t>(labels, static_cast<std::size_t>(count)));
  });
}

/// While on, operations record nothing.
EXPORT void engine_no_grad(int on) {
  static std::vector<std::unique_ptr<NoGrad>> guards;
  if (on != 0)
    guards.push_back(std::make_unique<NoGrad>());
  else if (!guards.empty())
    guards.pop_back();
}

// --- Optimisers
// -----------------------------------------------------------------------------------

EXPORT int sgd_new(const std::int32_t* ids, int count, real lr, real momentum, real weight_decay) {
  return guarded(-1, [&] {
    optim::SGDOptions options;
    options.lr = lr;
    options.momentum = momentum;
    options.weight_decay = weight_decay;
    return optimizers.add(optim::SGD(parameters(ids, count), options));
  });
}
EXPORT int adam_new(const std::int32_t* ids, int count, real lr, real beta1, real beta2, real eps) {
  return guarded(-1, [&] {
    optim::AdamOptions options;
    options.lr = lr;
    options.beta1 = beta1;
    options.beta2 = beta2;
    options.eps = eps;
    return optimizers.add(optim::Adam(parameters(ids, count), options));
  });
}
EXPORT void optimizer_free(int id) {
  guarded(0, [&] { return optimizers.remove(id), 0; });
}

namespace {

/// Calls `act` on whichever optimiser the handle names.
template <class Act>
int with_optimizer(int id, Act act) {
  return guarded(-1, [&] {
    std::visit(
        [&](auto& optimizer) {
          if constexpr (!std::is_same_v<std::decay_t<decltype(optimizer)>, std::monostate>)
            act(optimizer);
        },
        optimizers[id]);
    return 0;
  });
}

}  // namespace

EXPORT int optimizer_step(int id) {
  return with_optimizer(id, [](auto& optimizer) { optimizer.step(); });
}
EXPORT int optimizer_zero_grad(int id) {
  return with_optimizer(id, [](auto& optimizer) { optimizer.zero_grad(); });
}
EXPORT int optimizer_set_lr(int id, real lr) {
  return with_optimizer(id, [&](auto& optimizer) { optimizer.options().lr = lr; });
}
