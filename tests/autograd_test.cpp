// The graph: what is recorded, kept, released and shared.

#include "autograd/ops.h"

#include <pthread.h>

#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "autograd/record.h"
#include "sentence.h"

using namespace grad;
using tests::sentence_of;

namespace {

Tensor leaf(std::initializer_list<real> values) {
  return Tensor::from(values, {static_cast<std::int64_t>(values.size())}, true);
}

std::vector<real> numbers(const Array& array) { return {array.span().begin(), array.span().end()}; }

// Runs on a stack as small as Emscripten's default.
void on_small_stack(void (*work)()) {
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  REQUIRE(pthread_attr_setstacksize(&attributes, 64 * 1024) == 0);
  pthread_t thread;
  const auto run = [](void* argument) -> void* {
    reinterpret_cast<void (*)()>(argument)();
    return nullptr;
  };
  REQUIRE(pthread_create(&thread, &attributes, run, reinterpret_cast<void*>(work)) == 0);
  pthread_join(thread, nullptr);
  pthread_attr_destroy(&attributes);
}

}  // namespace

TEST_CASE("a leaf's gradient is the derivative, summed over its uses", "[autograd]") {
  const Tensor x = Tensor::from({3}, {}, true);
  const Tensor y = x * x + 2 * x;  // dy/dx = 2x + 2
  y.backward();
  CHECK(y.item() == 15);
  CHECK(x.grad().item() == 8);
}

TEST_CASE("a diamond adds the gradients of its branches", "[autograd]") {
  const Tensor x = Tensor::from({2}, {}, true);
  const Tensor a = square(x);
  const Tensor b = a * 3;
  const Tensor c = a * a;
  (b + c).backward();  // 3x² + x⁴
  CHECK(x.grad().item() == 3 * 2 * 2 + 4 * 8);
}

TEST_CASE("gradients accumulate over passes until zero_grad", "[autograd]") {
  const Tensor x = leaf({1, 2});
  CHECK_FALSE(x.grad().defined());
  sum(x * x).backward();
  CHECK(numbers(x.grad()) == std::vector<real>{2, 4});
  sum(x * x).backward();
  CHECK(numbers(x.grad()) == std::vector<real>{4, 8});
  x.zero_grad();
  CHECK(numbers(x.grad()) == std::vector<real>{0, 0});
  sum(x * x).backward();
  CHECK(numbers(x.grad()) == std::vector<real>{2, 4});
}

TEST_CASE("a leaf keeps one gradient buffer from step to step", "[autograd]") {
  const Tensor w = Tensor::from({1, 2, 3, 4}, {2, 2}, true);
  const Tensor x = Tensor::from({1, 2}, {1, 2});
  sum(linear(x, w, Tensor())).backward();
  const real* buffer = w.grad().data();
  for (int step = 0; step < 3; ++step) {
    w.zero_grad();
    sum(linear(x, w, Tensor())).backward();
    CHECK(w.grad().data() == buffer);
  }
  CHECK(numbers(w.grad()) == std::vector<real>{1, 2, 1, 2});
}

TEST_CASE("a gradient held by the caller does not change under him", "[autograd]") {
  const Tensor x = leaf({1, 2});
  sum(x).backward();
  Array held;
  held = x.grad();
  sum(x).backward();
  CHECK(numbers(held) == std::vector<real>{1, 1});
  CHECK(numbers(x.grad()) == std::vector<real>{2, 2});
}

TEST_CASE("two inputs that get the same gradient do not share it", "[autograd]") {
  const Tensor a = leaf({1, 2}), b = leaf({3, 4});
  (sum(a + b) + sum(a)).backward();
  CHECK(numbers(a.grad()) == std::vector<real>{2, 2});
  CHECK(numbers(b.grad()) == std::vector<real>{1, 1});
}

TEST_CASE("copying a tensor aliases it; detach shares numbers only", "[autograd]") {
  Tensor x = leaf({1, 2});
  const Tensor same = x;
  x.mutable_value().data()[0] = 5;
  CHECK(same.value()[0] == 5);
  sum(same).backward();
  CHECK(numbers(x.grad()) == std::vector<real>{1, 1});
  const Tensor apart = x.detach();
  CHECK_FALSE(apart.requires_grad());
  CHECK(apart.value().data() == x.value().data());
}

TEST_CASE("NoGrad records nothing and nests", "[autograd]") {
  const Tensor x = leaf({1, 2});
  {
    const NoGrad outer;
    { const NoGrad inner; }
    CHECK_FALSE(grad_enabled());
    const Tensor y = sum(x * x);
    CHECK(y.item() == 5);
    CHECK_FALSE(y.requires_grad());
    CHECK(y.inputs().empty());
  }
  CHECK(grad_enabled());
  CHECK(sum(x * x).requires_grad());
}

TEST_CASE("nothing is recorded above tensors that need no gradient", "[autograd]") {
  const Tensor x = Tensor::from({1, 2}, {2});
  const Tensor y = exp(x);
  CHECK_FALSE(y.requires_grad());
  CHECK(std::string(y.op()) == "leaf");
}

TEST_CASE("a recorded tensor knows its operation and inputs", "[autograd]") {
  const Tensor x = leaf({1, 2}), y = Tensor::from({1, 2}, {2});
  const Tensor z = x * y;
  CHECK(std::string(z.op()) == "mul");
  REQUIRE(z.inputs().size() == 2);
  CHECK(z.inputs()[0].value().data() == x.value().data());
  CHECK(z.inputs()[1].value().data() == y.value().data());
}

TEST_CASE("inputs that need no gradient get none", "[autograd]") {
  const Tensor x = Tensor::from({1, 2}, {1, 2});
  const Tensor w = Tensor::from({3, 4}, {1, 2}, true);
  sum(linear(x, w, Tensor())).backward();
  CHECK_FALSE(x.grad().defined());
  CHECK(numbers(w.grad()) == std::vector<real>{1, 2});
}

TEST_CASE("the graph is released by backward unless kept", "[autograd]") {
  const Tensor x = leaf({1, 2});
  const Tensor once = sum(square(x));
  once.backward();
  CHECK(once.inputs().empty());
  CHECK(sentence_of([&] { once.backward(); }) ==
        "[backward] the graph below sum was released by an earlier backward(); that one needs "
        "keep_graph");

  x.zero_grad();
  const Tensor middle = square(x);
  const Tensor twice = sum(middle);
  twice.backward(true);
  CHECK(numbers(middle.grad()) == std::vector<real>{1, 1});
  twice.backward();
  CHECK(numbers(x.grad()) == std::vector<real>{4, 8});
  CHECK_FALSE(middle.grad().defined());
}

TEST_CASE("backward wants a scalar that depends on a leaf with gradient", "[autograd]") {
  CHECK(sentence_of([] { leaf({1, 2}).backward(); }) == "[backward] needs a scalar, not shape (2)");
  CHECK(sentence_of([] { Tensor::scalar(1).backward(); }) ==
        "[backward] nothing below this scalar requires a gradient");
  CHECK(sentence_of([] { Tensor().backward(); }) == "[tensor] backward of an undefined tensor");
  const Tensor x = Tensor::from({3}, {}, true);
  x.backward();
  CHECK(x.grad().item() == 1);
}

TEST_CASE("only leaves may be changed in place", "[autograd]") {
  Tensor y = square(leaf({1, 2}));
  CHECK(sentence_of([&] { y.mutable_value(); }) ==
        "[tensor] the result of square is part of a graph and must not be changed in place");
}

TEST_CASE("a value changed between use and backward is an error, not a wrong gradient",
          "[autograd]") {
  Tensor x = leaf({1, 2});
  const Tensor y = sum(x * x);
  x.mutable_value().data()[0] = 5;
  CHECK(sentence_of([&] { y.backward(); }) ==
        "[backward] input 0 of mul was changed in place after it was used");
  x.zero_grad();
  sum(x * x).backward();
  CHECK(numbers(x.grad()) == std::vector<real>{10, 4});
}

TEST_CASE("a graph of 200,000 operations fits a 64 KB stack", "[autograd]") {
  constexpr int length = 200'000;
  static real gradient;
  static std::size_t left;
  on_small_stack([] {
    const std::size_t before = memory_use().live;
    {
      Tensor x = Tensor::from({1}, {}, true);
      Tensor y = x;
      for (int i = 0; i < length; ++i) y = y + 1;
      y.backward();
      gradient = x.grad().item();
    }
    {
      Tensor never_differentiated = Tensor::from({1}, {}, true);
      for (int i = 0; i < length; ++i) never_differentiated = -never_differentiated;
    }
    left = memory_use().live - before;
  });
  CHECK(gradient == 1);
  CHECK(left == 0);
  release_pool();
}

TEST_CASE("an error inside a closure leaves no graph behind", "[autograd]") {
  const std::size_t before = memory_use().live;
  {
    const Tensor x = leaf({1, 2});
    const Tensor y = sum(record("faulty", x.value(), {x},
                                [](const Array&, Inputs) { fail("[faulty] no derivative"); }));
    CHECK(sentence_of([&] { y.backward(); }) == "[faulty] no derivative");
  }
  CHECK(memory_use().live == before);
}

TEST_CASE("a closure's captures are freed with the node", "[autograd]") {
  const std::size_t before = memory_use().live;
  {
    const Tensor x = leaf({1, 2});
    const Array captured({1000});
    const Tensor y = record("capturing", x.value(), {x}, [captured](const Array&, Inputs) {});
    CHECK_FALSE(captured.unique());
  }
  CHECK(memory_use().live == before);
}

TEST_CASE("NaN passes through every operation that can carry it", "[autograd]") {
  const real nan = std::numeric_limits<real>::quiet_NaN();
  const Tensor x = Tensor::from({nan, 1, 2, 3}, {2, 2});
  for (const Tensor& y : {x + 1, x * x, x / 2, -x, exp(x), log(x), sqrt(x), square(x), abs(x),
                          relu(x), sigmoid(x), tanh(x), softmax(x), matmul(x, x)}) {
    CHECK(std::isnan(y.value()[0]));
    CHECK(std::isnan(sum(y).item()));
  }
  const std::vector<std::int32_t> labels{0, 1};
  CHECK(std::isnan(cross_entropy(x, labels).item()));
  CHECK(std::isnan(mse_loss(x, x).item()));
  CHECK(std::isnan(max_pool2d(reshape(x, {1, 2, 2, 1}), 2).item()));
}

TEST_CASE("errors name the operation and the shapes", "[autograd]") {
  const Tensor a = Tensor::zeros({2, 3}), b = Tensor::zeros({4, 5});
  CHECK(sentence_of([&] { matmul(a, b); }) == "[matmul] inner sizes differ: (2,3) x (4,5)");
  CHECK(sentence_of([&] { linear(a, b, Tensor()); }) ==
        "[linear] input (2,3) does not fit weight (4,5) (out,in)");
  CHECK(sentence_of([&] {
          linear(a, Tensor::zeros({4, 3}), Tensor::zeros({3}));
        }) == "[linear] bias (3) does not fit weight (4,3) (out,in)");
  const std::string sum_error = sentence_of([&] { a + b; });
  CHECK(sum_error.find("add") != std::string::npos);
  CHECK(sum_error.find("(2,3)") != std::string::npos);
  CHECK(sum_error.find("(4,5)") != std::string::npos);
  CHECK(sentence_of([&] { mse_loss(a, b); }) ==
        "[mse_loss] prediction (2,3) and target (4,5) differ in shape");
  CHECK(sentence_of([&] { conv2d(a, b, Tensor()); }) ==
        "[conv2d] input (2,3) (n,h,w,in) does not fit weight (4,5) (out,kh,kw,in)");
  CHECK(sentence_of([&] {
          conv2d(Tensor::zeros({1, 3, 3, 1}), Tensor::zeros({1, 4, 4, 1}), {});
        }) ==
        "[conv2d] weight (1,4,4,1) (out,kh,kw,in) is larger than input (1,3,3,1) with padding 0");
  CHECK(sentence_of([&] {
          conv2d(Tensor::zeros({1, 3, 3, 1}), Tensor::zeros({0, 1, 1, 1}), Tensor());
        }) == "[conv2d] weight (0,1,1,1) is empty");
  CHECK(sentence_of([&] {
          max_pool2d(Tensor::zeros({1, 3, 3, 1}), 4);
        }) == "[max_pool2d] window 4 with stride 4 does not fit input (1,3,3,1)");
  CHECK(sentence_of([&] { reshape(a, {4}); }) ==
        "[reshape] (2,3) has another number of elements than (4)");
  CHECK(sentence_of([&] { transpose(Tensor::zeros({2})); }) ==
        "[transpose] needs two axes, not (2)");
  Rng rng(1);
  CHECK(sentence_of([&] { dropout(a, 1, true, rng); }).starts_with("[dropout] probability 1.0"));
  const real nan = std::numeric_limits<real>::quiet_NaN();
  CHECK(sentence_of([&] { dropout(a, nan, true, rng); }).starts_with("[dropout] probability"));
}

TEST_CASE("a label out of range is named with its index", "[autograd]") {
  const Tensor logits = Tensor::zeros({3, 2});
  const auto loss = [&](std::vector<std::int32_t> labels) {
    return sentence_of([&] { cross_entropy(logits, labels); });
  };
  CHECK(loss({0, 1, 2}) == "[cross_entropy] label 2 at index 2 is not in [0,2)");
  CHECK(loss({0, -1, 1}) == "[cross_entropy] label -1 at index 1 is not in [0,2)");
  CHECK(loss({0, 1}) == "[cross_entropy] 2 labels for logits (3,2)");
}

TEST_CASE("dropout keeps the mean and is the identity outside training", "[autograd]") {
  Rng rng(5);
  const Tensor x = Tensor(Array::full({10'000}, 1), true);
  const Tensor y = dropout(x, real(0.25), true, rng);
  std::int64_t dropped = 0;
  for (const real value : y.value().span()) {
    CHECK((value == 0 || value == 1 / real(0.75)));
    dropped += value == 0;
  }
  CHECK(std::abs(static_cast<double>(dropped) - 2500) < 5 * std::sqrt(10'000 * 0.25 * 0.75));
  sum(y).backward();
  CHECK(numbers(x.grad()) == numbers(y.value()));
  CHECK(dropout(x, real(0.25), false, rng).value().data() == x.value().data());
}

TEST_CASE("wrong axes, indices and shapes are named in one sentence", "[autograd]") {
  const Tensor x = Tensor::zeros({2, 3});
  const std::vector<std::int32_t> index{0, 3};
  CHECK(sentence_of([&] { sum(x, 2); }) == "[sum] no axis 2 in (2,3)");
  CHECK(sentence_of([&] { mean(x, {0, -2}); }) == "[mean] axis -2 is given twice");
  CHECK(sentence_of([&] {
          max(Tensor::zeros({2, 0}), -1);
        }) == "[max] no numbers to choose from in (2,0)");
  CHECK(sentence_of([&] { argmax(Tensor::zeros({0}), 0); }) ==
        "[argmax] no numbers to choose from in (0)");
  CHECK(sentence_of([&] {
          var(Tensor::zeros({1, 3}), 0);
        }) == "[var] 1 numbers with correction 1 have no variance");
  CHECK(sentence_of([&] { permute(x, {0}); }) == "[permute] 1 axes for (2,3)");
  CHECK(sentence_of([&] { unsqueeze(x, 4); }) == "[unsqueeze] no place 4 for an axis in (2,3)");
  CHECK(sentence_of([&] { slice(x, 0, 0, 2, 0); }) == "[slice] step 0 is not at least 1");
  CHECK(sentence_of([&] { select(x, 1, 3); }) == "[select] index 3 is not in axis 1 of (2,3)");
  CHECK(sentence_of([&] { repeat(x, {2}); }) == "[repeat] 1 counts for (2,3)");
  CHECK(sentence_of([&] { pad(x, {1}); }) ==
        "[pad] amounts for (2,3) must be two for each axis from the last, not 1");
  CHECK(sentence_of([&] { pad(x, {1, -1}); }) == "[pad] amounts for (2,3) must not be negative");
  CHECK(sentence_of([&] {
          concat({x, Tensor::zeros({3, 2})}, 0);
        }) == "[concat] (3,2) does not fit (2,3) along axis 0");
  CHECK(sentence_of([&] { concat(std::span<const Tensor>()); }) ==
        "[concat] needs at least one tensor");
  CHECK(sentence_of([&] { index_select(x, 1, index); }) ==
        "[index_select] index 3 at 1 is not in [0,3)");
  CHECK(sentence_of([&] {
          gather(x, 1, index, {2, 2});
        }) == "[gather] 2 indices of shape (2,2) do not fit axis 1 of (2,3)");
  CHECK(sentence_of([&] {
          scatter_add(x, 0, index, Tensor::zeros({2, 1}));
        }) == "[scatter_add] index 3 at 1 is not in [0,2)");
  CHECK(sentence_of([&] { one_hot(index, 3); }) == "[one_hot] index 3 at 1 is not in [0,3)");
  CHECK(sentence_of([&] { embedding(x, index, {3}); }) == "[embedding] 2 indices do not fill (3)");
  CHECK(sentence_of([&] { clamp(x, 1, 0); }).starts_with("[clamp] low 1.0"));
  CHECK(sentence_of([&] { elu(x, 0); }).starts_with("[elu] alpha 0.0"));
  CHECK(sentence_of([&] { softmax(Tensor::zeros({2, 0})); }) == "[softmax] axis is empty in (2,0)");
  CHECK(sentence_of([&] { matmul(x, x, true); }) == "no error");
  CHECK(sentence_of([&] { matmul(x, Tensor::zeros({3})); }) ==
        "[matmul] needs two matrices, not (2,3) x (3)");
  CHECK(sentence_of([&] {
          matmul(Tensor::zeros({2, 1, 3}), Tensor::zeros({5, 3, 1}));
        }).starts_with("[matmul] shapes do not broadcast"));
}

TEST_CASE("operations of no numbers give no numbers", "[autograd]") {
  const Tensor x = Tensor::zeros({0, 3}, true);
  CHECK(numbers(sum(x, 0).value()) == std::vector<real>{0, 0, 0});
  CHECK(sum(x, 1).shape() == Shape{0});
  CHECK(softmax(x).shape() == Shape{0, 3});
  CHECK(flip(x, 0).shape() == Shape{0, 3});
  CHECK(concat({x, x}, 0).shape() == Shape{0, 3});
  CHECK(slice(x, 1, 2, 1).shape() == Shape{0, 0});
  CHECK(index_select(x, 1, std::vector<std::int32_t>{}).shape() == Shape{0, 0});
  CHECK(matmul(x, Tensor::zeros({3, 2})).shape() == Shape{0, 2});
  CHECK(gelu(x).shape() == Shape{0, 3});
  (sum(pad(x, {1, 0})) + sum(matmul(unsqueeze(x, 0), x, false, true))).backward();
  CHECK(x.grad().shape() == Shape{0, 3});
}

TEST_CASE("largest elements are found along any axis, the first of equal ones", "[autograd]") {
  const Tensor x = Tensor::from({1, 5, 5, 4, 0, 6}, {2, 3});
  CHECK(argmax(x) == Labels{1, 2});
  CHECK(argmax(x, 0) == Labels{1, 0, 1});
}

TEST_CASE("logsumexp neither overflows nor invents numbers", "[autograd]") {
  const real infinity = std::numeric_limits<real>::infinity();
  const Tensor x = Tensor::from({1000, 1000, -infinity, -infinity, infinity, 0}, {3, 2});
  const Tensor y = logsumexp(x, 1);
  CHECK(std::abs(y.value()[0] - real(1000.6931)) < real(1e-3));
  CHECK(y.value()[1] == -infinity);
  CHECK(y.value()[2] == infinity);
}

TEST_CASE("wrong norms and losses are named in one sentence", "[autograd]") {
  const Tensor x = Tensor::zeros({2, 3}), w = Tensor::zeros({2});
  const std::vector<std::int32_t> labels{0, 1}, ignored{-100, -100};
  const std::vector<real> two{1, 2};
  Array mean = Array::zeros({3}), variance = Array::full({3}, 1);
  CHECK(sentence_of([&] { layer_norm(x, w, Tensor()); }) ==
        "[layer_norm] weight or bias (2) does not fit input (2,3)");
  CHECK(sentence_of([&] { layer_norm(x, Tensor(), w); }) == "[layer_norm] bias without weight");
  CHECK(sentence_of([&] { group_norm(x, 2, Tensor(), Tensor()); }) ==
        "[group_norm] 2 groups do not divide the channels of (2,3)");
  CHECK(sentence_of([&] {
          batch_norm(Tensor::zeros({1, 3}), mean, variance, Tensor(), Tensor(), true);
        }) == "[batch_norm] training needs at least two numbers a channel, not (1,3)");
  CHECK(sentence_of([&] {
          batch_norm(Tensor::zeros({2, 2}), mean, variance, Tensor(), Tensor(), false);
        }) == "[batch_norm] running statistics (3) and (3) do not fit input (2,2)");
  CHECK(sentence_of([&] { cross_entropy(x, labels, {.weight = two}); }) ==
        "[cross_entropy] 2 class weights for (2,3)");
  CHECK(sentence_of([&] { nll_loss(x, ignored); }) ==
        "[nll_loss] no label counts: all are ignored or weigh 0");
  CHECK(sentence_of([&] {
          cross_entropy(x, labels, {.label_smoothing = 2});
        }).starts_with("[cross_entropy] label smoothing 2.0"));
  CHECK(sentence_of([&] { l1_loss(x, w); }) ==
        "[l1_loss] prediction (2,3) and target (2) differ in shape");
  CHECK(sentence_of([&] { huber_loss(x, x, 0); }).starts_with("[huber_loss] delta 0.0"));
}

TEST_CASE("losses stay finite where naive formulas overflow", "[autograd]") {
  const Tensor x = Tensor::from({1000, -1000}, {2}, true), target = Tensor::from({1, 0}, {2});
  const Tensor loss = bce_with_logits(x, target);
  CHECK(loss.item() == 0);
  loss.backward();
  CHECK(numbers(x.grad()) == std::vector<real>{0, 0});
}
