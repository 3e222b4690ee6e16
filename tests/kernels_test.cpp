// Every operation of the kernels against its plain loop, over random shapes with odd tails, in both
// classes.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "kernels/kernels.h"
#include "tensor/array.h"
#include "tensor/rng.h"

namespace kernels = grad::kernels;
namespace reference = grad::kernels::reference;
using grad::Array;
using grad::real;
using grad::Rng;
using kernels::Binary;
using kernels::Conv;
using kernels::Pool;
using kernels::Unary;

namespace {

constexpr real not_a_number = std::numeric_limits<real>::quiet_NaN();
constexpr real infinity = std::numeric_limits<real>::infinity();
constexpr kernels::Class classes[] = {kernels::Class::deterministic, kernels::Class::fast};

/// Runs the body in one class and restores the deterministic one.
class InClass {
 public:
  explicit InClass(kernels::Class wanted) { kernels::select(wanted); }
  ~InClass() { kernels::select(kernels::Class::deterministic); }
  InClass(const InClass&) = delete;
  InClass& operator=(const InClass&) = delete;
};

Array random(std::int64_t n, Rng& rng, real low = -1, real high = 1) {
  Array x({n});
  for (real& number : x.span()) number = rng.uniform(low, high);
  return x;
}

std::int64_t between(Rng& rng, std::int64_t low, std::int64_t high) {
  return low + rng.below(static_cast<std::uint32_t>(high - low + 1));
}

/// Largest difference; infinite where one is NaN and the other is not.
real difference(const Array& a, const Array& b) {
  real worst = 0;
  for (std::int64_t i = 0; i < a.size(); i++) {
    if (std::isnan(a[i]) && std::isnan(b[i])) continue;
    if (std::isnan(a[i]) || std::isnan(b[i])) return infinity;
    if (a[i] != b[i]) worst = std::max(worst, std::abs(a[i] - b[i]));
  }
  return worst;
}

/// Rounding error allowed for sums of n products of numbers within [-1, 1].
real tolerance(std::int64_t n) { return real(1e-6) + real(2e-7) * static_cast<real>(n); }

}  // namespace

TEST_CASE("matrix products of all layouts and odd sizes agree with the plain loop", "[kernels]") {
  for (const kernels::Class wanted : classes) {
    const InClass in_class(wanted);
    Rng rng(1);
    for (int i = 0; i < 2000; i++) {
      const std::int64_t m = between(rng, 0, i % 10 ? 20 : 150),
                         n = between(rng, 0, i % 7 ? 20 : 90);
      const std::int64_t k = between(rng, 0, i % 20 ? 30 : 600);
      const bool trans_a = rng.below(2), trans_b = rng.below(2);
      const real alpha = i % 3 ? 1 : rng.uniform(-2, 2);
      const real beta = i % 4 == 0 ? rng.uniform(-2, 2) : i % 2 ? 0 : 1;
      const Array a = random(m * k, rng), b = random(k * n, rng);
      Array c = random(m * n, rng);
      if (beta == 0) std::fill_n(c.data(), c.size(), not_a_number);  // only written, never read
      Array wanted_c = c.clone();
      kernels::gemm(trans_a, trans_b, m, n, k, alpha, a.data(), b.data(), beta, c.data());
      reference::gemm(trans_a, trans_b, m, n, k, alpha, a.data(), b.data(), beta, wanted_c.data());
      CAPTURE(static_cast<int>(wanted), trans_a, trans_b, m, n, k, alpha, beta);
      REQUIRE(difference(c, wanted_c) <= 2 * tolerance(k));
      // The order of the sums is the plain loop's as far as one block goes.
      if (wanted == kernels::Class::deterministic && k <= 256)
        REQUIRE(difference(c, wanted_c) == 0);
    }
  }
}

TEST_CASE("narrow products and biases agree with the plain loop", "[kernels]") {
  for (const kernels::Class wanted : classes) {
    const InClass in_class(wanted);
    Rng rng(21);
    for (int i = 0; i < 1000; i++) {
      // One side of at most five, the others up to where XNNPACK takes over and blocks begin.
      std::int64_t size[] = {between(rng, 1, 150), between(rng, 1, 150), between(rng, 1, 300)};
      size[i % 3] = between(rng, 1, 5);
      const auto [m, n, k] = size;
      const bool trans_a = rng.below(2), trans_b = rng.below(2);
      const real alpha = i % 4 ? 1 : rng.uniform(-2, 2);
      const real beta = i % 2 ? 0 : rng.uniform(-2, 2);
      const Array a = random(m * k, rng), b = random(k * n, rng), bias = random(n, rng);
      const real* maybe_bias = i % 2 ? bias.data() : nullptr;
      Array c = random(m * n, rng);
      if (beta == 0) std::fill_n(c.data(), c.size(), not_a_number);
      Array wanted_c = c.clone();
      kernels::gemm(trans_a, trans_b, m, n, k, alpha, a.data(), b.data(), beta, c.data(),
                    maybe_bias);
      reference::gemm(trans_a, trans_b, m, n, k, alpha, a.data(), b.data(), beta, wanted_c.data(),
                      maybe_bias);
      CAPTURE(static_cast<int>(wanted), trans_a, trans_b, m, n, k, alpha, beta);
      REQUIRE(difference(c, wanted_c) <= 2 * tolerance(k));
      if (wanted == kernels::Class::deterministic && k <= 256)
        REQUIRE(difference(c, wanted_c) == 0);
    }
  }
}

TEST_CASE("a row of a matrix product does not depend on the rows around it", "[kernels]") {
  Rng rng(2);
  const std::int64_t m = 11, n = 13, k = 300;
  const Array a = random(m * k, rng), b = random(k * n, rng);
  Array all({m * n}), one({n});
  kernels::gemm(false, true, m, n, k, 1, a.data(), b.data(), 0, all.data());
  for (std::int64_t i = 0; i < m; i++) {
    kernels::gemm(false, true, 1, n, k, 1, a.data() + i * k, b.data(), 0, one.data());
    CHECK(std::equal(one.data(), one.data() + n, all.data() + i * n));
  }
}

TEST_CASE("convolutions of all shapes agree with the plain loop, forward and backward",
          "[kernels]") {
  for (const kernels::Class wanted : classes) {
    const InClass in_class(wanted);
    Rng rng(3);
    for (int i = 0; i < 1000; i++) {
      Conv conv{};
      conv.batch = between(rng, i % 9 == 0 ? 0 : 1, i % 5 ? 4 : 40);
      conv.groups = i % 4 == 1 ? between(rng, 2, 5) : 1;
      conv.dilation = i % 5 == 1 ? between(rng, 2, 3) : 1;
      conv.in_channels = conv.groups * (i % 8 == 1 ? 1 : between(rng, 1, i % 3 ? 5 : 17));
      conv.out_channels = conv.groups * (i % 8 == 1 ? 1 : between(rng, 1, i % 4 ? 6 : 19));
      conv.kernel_h = between(rng, 1, 4);
      conv.kernel_w = between(rng, 1, 4);
      conv.stride = between(rng, 1, 3);
      conv.padding = between(rng, 0, 2);
      const std::int64_t reach_h = conv.dilation * (conv.kernel_h - 1) + 1,
                         reach_w = conv.dilation * (conv.kernel_w - 1) + 1;
      conv.height = between(rng, std::max<std::int64_t>(1, reach_h - 2 * conv.padding), 10);
      conv.width = between(rng, std::max<std::int64_t>(1, reach_w - 2 * conv.padding), 10);
      const std::int64_t taps = conv.kernel_h * conv.kernel_w * conv.group_in();
      const std::int64_t patches = conv.batch * conv.out_height() * conv.out_width();
      const Array x = random(conv.batch * conv.height * conv.width * conv.in_channels, rng);
      const Array w = random(conv.out_channels * taps, rng), bias = random(conv.out_channels, rng);
      const Array dy = random(patches * conv.out_channels, rng);
      const real* maybe_bias = i % 2 ? bias.data() : nullptr;
      CAPTURE(static_cast<int>(wanted), conv.batch, conv.height, conv.width, conv.in_channels,
              conv.out_channels, conv.kernel_h, conv.kernel_w, conv.stride, conv.padding,
              conv.dilation, conv.groups);

      Array y({dy.size()}), wanted_y({dy.size()});
      kernels::conv2d(conv, x.data(), w.data(), maybe_bias, y.data());
      reference::conv2d(conv, x.data(), w.data(), maybe_bias, wanted_y.data());
      REQUIRE(difference(y, wanted_y) <= tolerance(taps));

      Array dx({x.size()}), wanted_dx({x.size()});
      kernels::conv2d_backward_input(conv, dy.data(), w.data(), dx.data());
      reference::conv2d_backward_input(conv, dy.data(), w.data(), wanted_dx.data());
      REQUIRE(difference(dx, wanted_dx) <= tolerance(taps * conv.out_channels));

      Array dw = random(w.size(), rng), wanted_dw = dw.clone();
      kernels::conv2d_backward_weight(conv, x.data(), dy.data(), dw.data());
      reference::conv2d_backward_weight(conv, x.data(), dy.data(), wanted_dw.data());
      REQUIRE(difference(dw, wanted_dw) <= tolerance(patches));
    }
  }
}

TEST_CASE("padding hides no number of the neighbours: infinities stay outside the picture",
          "[kernels]") {
  // Two pictures; the second is all infinite and must not leak into the first through the border.
  const Conv conv{2, 3, 3, 1, 1, 3, 3, 1, 1};
  Array x = Array::full({18}, 1), w = Array::full({9}, 1), y({18});
  std::fill_n(x.data() + 9, 9, infinity);
  kernels::conv2d(conv, x.data(), w.data(), nullptr, y.data());
  CHECK(y[4] == 9);
  CHECK(y[0] == 4);
  CHECK(y[8] == 4);
  CHECK(y[9 + 4] == infinity);
}

TEST_CASE("work spread over threads gives what one thread gives", "[kernels]") {
  kernels::set_threads(4);
  CHECK(kernels::threads() >= 1);  // as many as the machine has
  const InClass in_class(kernels::Class::fast);
  Rng rng(9);
  const std::int64_t m = 203, n = 150, k = 190;
  for (const bool trans_a : {false, true}) {
    const Array a = random(m * k, rng), b = random(k * n, rng);
    Array c = random(m * n, rng), wanted_c = c.clone();
    kernels::gemm(trans_a, false, m, n, k, 1, a.data(), b.data(), 1, c.data());
    reference::gemm(trans_a, false, m, n, k, 1, a.data(), b.data(), 1, wanted_c.data());
    CHECK(difference(c, wanted_c) <= tolerance(k));
  }
  const Conv conv{7, 14, 13, 20, 30, 3, 3, 1, 1};
  const Array x = random(conv.batch * 14 * 13 * 20, rng), w = random(30 * 9 * 20, rng);
  const Array bias = random(30, rng), dy = random(conv.batch * 14 * 13 * 30, rng);
  Array y({dy.size()}), wanted_y({dy.size()}), dx({x.size()}), wanted_dx({x.size()});
  Array dw = random(w.size(), rng), wanted_dw = dw.clone();
  kernels::conv2d(conv, x.data(), w.data(), bias.data(), y.data());
  reference::conv2d(conv, x.data(), w.data(), bias.data(), wanted_y.data());
  CHECK(difference(y, wanted_y) <= tolerance(180));
  kernels::conv2d_backward_input(conv, dy.data(), w.data(), dx.data());
  reference::conv2d_backward_input(conv, dy.data(), w.data(), wanted_dx.data());
  CHECK(difference(dx, wanted_dx) <= tolerance(270));
  kernels::conv2d_backward_weight(conv, x.data(), dy.data(), dw.data());
  reference::conv2d_backward_weight(conv, x.data(), dy.data(), wanted_dw.data());
  CHECK(difference(dw, wanted_dw) <= tolerance(conv.batch * 14 * 13));
  kernels::set_threads(1);
  CHECK(kernels::threads() == 1);
}

TEST_CASE("threads agree with the plain loop on random shapes around where they set in",
          "[kernels]") {
  kernels::set_threads(4);
  const InClass in_class(kernels::Class::fast);
  Rng rng(10);
  for (int i = 0; i < 24; i++) {
    const std::int64_t m = between(rng, 1, 400), n = between(rng, 1, 200), k = between(rng, 1, 250);
    const bool trans_a = rng.below(2), trans_b = rng.below(2);
    const real beta = i % 2 ? 0 : 1;
    const Array a = random(m * k, rng), b = random(k * n, rng);
    Array c = random(m * n, rng), wanted_c = c.clone();
    kernels::gemm(trans_a, trans_b, m, n, k, 1, a.data(), b.data(), beta, c.data());
    reference::gemm(trans_a, trans_b, m, n, k, 1, a.data(), b.data(), beta, wanted_c.data());
    CAPTURE(trans_a, trans_b, m, n, k, beta);
    REQUIRE(difference(c, wanted_c) <= 2 * tolerance(k));

    Conv conv{};
    conv.groups = i % 3 == 0 ? between(rng, 16, 64) : 1;
    conv.in_channels = i % 3 == 0 ? conv.groups : between(rng, 1, 24);
    conv.out_channels = i % 3 == 0 ? conv.groups : between(rng, 1, 40);
    conv.batch = between(rng, 1, i % 3 == 0 ? 20 : 9);
    conv.kernel_h = conv.kernel_w = between(rng, 1, 4);
    conv.stride = between(rng, 1, 2);
    conv.padding = between(rng, 0, 2);
    conv.height = between(rng, 6, 24);
    conv.width = between(rng, 6, 24);
    const std::int64_t taps = conv.kernel_h * conv.kernel_w * conv.group_in();
    const std::int64_t patches = conv.batch * conv.out_height() * conv.out_width();
    const Array x = random(conv.batch * conv.height * conv.width * conv.in_channels, rng);
    const Array w = random(conv.out_channels * taps, rng);
    const Array dy = random(patches * conv.out_channels, rng);
    CAPTURE(conv.batch, conv.height, conv.width, conv.in_channels, conv.out_channels, conv.groups,
            conv.kernel_h, conv.stride, conv.padding);
    Array y({dy.size()}), wanted_y({dy.size()}), dx({x.size()}), wanted_dx({x.size()});
    Array dw = random(w.size(), rng), wanted_dw = dw.clone();
    kernels::conv2d(conv, x.data(), w.data(), nullptr, y.data());
    reference::conv2d(conv, x.data(), w.data(), nullptr, wanted_y.data());
    REQUIRE(difference(y, wanted_y) <= tolerance(taps));
    kernels::conv2d_backward_input(conv, dy.data(), w.data(), dx.data());
    reference::conv2d_backward_input(conv, dy.data(), w.data(), wanted_dx.data());
    REQUIRE(difference(dx, wanted_dx) <= tolerance(taps * conv.out_channels));
    kernels::conv2d_backward_weight(conv, x.data(), dy.data(), dw.data());
    reference::conv2d_backward_weight(conv, x.data(), dy.data(), wanted_dw.data());
    REQUIRE(difference(dw, wanted_dw) <= tolerance(patches));
  }
  kernels::set_threads(1);
}

TEST_CASE("threads change no bit of what is done to each number or picture", "[kernels]") {
  Rng rng(23);
  const std::int64_t n = 600'001;
  const Array x = random(n, rng), dy = random(n, rng), start = random(n, rng, 0, 1);
  const Pool pool{25, 30, 31, 29, 2, 2};
  const Array pictures = random(25 * 30 * 31 * 29, rng);
  const auto results = [&] {
    std::vector<Array> all;
    const auto result = [&]() -> real* { return all.emplace_back(start.clone()).data(); };
    kernels::unary(Unary::gelu, n, x.data(), result());
    kernels::unary_backward(Unary::relu, n, x.data(), x.data(), dy.data(), result());
    kernels::binary(Binary::div, n, x.data(), dy.data(), result());
    kernels::axpy(n, real(0.3), x.data(), result());
    real *const m = result(), *const v = result(), *const w = result();
    kernels::adam_step(n, real(0.01), real(0.9), real(0.99), real(1e-8), real(0.1), real(0.2),
                       dy.data(), m, v, w);
    std::vector<std::int32_t> argmax(25 * 15 * 15 * 29);
    kernels::max_pool2d(pool, pictures.data(), result(), argmax.data());
    return std::pair(all, argmax);
  };
  const auto [wanted, wanted_argmax] = results();
  kernels::set_threads(4);
  const InClass in_class(kernels::Class::fast);
  const auto [all, argmax] = results();
  kernels::set_threads(1);
  for (std::size_t i = 0; i < all.size(); i++) {
    CAPTURE(i);
    CHECK(std::equal(all[i].data(), all[i].data() + n, wanted[i].data()));
  }
  CHECK(argmax == wanted_argmax);
}

TEST_CASE("depthwise convolutions keep the plain loop's order of sums", "[kernels]") {
  Rng rng(22);
  for (int i = 0; i < 300; i++) {
    Conv conv{};
    conv.batch = between(rng, 1, 3);
    conv.groups = conv.in_channels = conv.out_channels = between(rng, 2, 40);
    conv.kernel_h = between(rng, 1, 4);
    conv.kernel_w = i % 2 ? conv.kernel_h : between(rng, 1, 4);
    conv.stride = between(rng, 1, 3);
    conv.dilation = between(rng, 1, 2);
    conv.padding = between(rng, 0, 4);
    if (i % 3 == 0) {  // what has kernels of its own, and some pictures larger than a cache
      conv.groups = conv.in_channels = conv.out_channels = 4 * between(rng, 1, 12);
      conv.kernel_w = 3;
      conv.stride = conv.dilation = 1;
    }
    const std::int64_t reach = conv.dilation * 3 + 1;
    conv.height = between(rng, std::max<std::int64_t>(1, reach - 2 * conv.padding), 16);
    conv.width = between(rng, std::max<std::int64_t>(1, reach - 2 * conv.padding), 16);
    if (i % 60 <= 1) {
      conv.batch = 2;
      conv.height = conv.width = 50;
      conv.groups = conv.in_channels = conv.out_channels = 44;
    }
    const std::int64_t taps = conv.kernel_h * conv.kernel_w;
    const Array x = random(conv.batch * conv.height * conv.width * conv.groups, rng);
    const Array w = random(conv.groups * taps, rng);
    const std::int64_t patches = conv.batch * conv.out_height() * conv.out_width();
    const Array dy = random(patches * conv.groups, rng);
    CAPTURE(conv.batch, conv.height, conv.width, conv.groups, conv.kernel_h, conv.kernel_w,
            conv.stride, conv.dilation, conv.padding);
    Array y({dy.size()}), wanted_y({dy.size()}), dx({x.size()}), wanted_dx({x.size()});
    Array dw = Array::zeros({w.size()}), wanted_dw = dw.clone();
    kernels::conv2d(conv, x.data(), w.data(), nullptr, y.data());
    reference::conv2d(conv, x.data(), w.data(), nullptr, wanted_y.data());
    REQUIRE(difference(y, wanted_y) == 0);
    kernels::conv2d_backward_input(conv, dy.data(), w.data(), dx.data());
    reference::conv2d_backward_input(conv, dy.data(), w.data(), wanted_dx.data());
    REQUIRE(difference(dx, wanted_dx) == 0);
    kernels::conv2d_backward_weight(conv, x.data(), dy.data(), dw.data());
    reference::conv2d_backward_weight(conv, x.data(), dy.data(), wanted_dw.data());
    REQUIRE(difference(dw, wanted_dw) == 0);
  }
}

TEST_CASE("pooling finds the first largest number and sends the gradient there", "[kernels]") {
  Rng rng(4);
  for (int i = 0; i < 300; i++) {
    Pool pool{};
    pool.batch = between(rng, 0, 3);
    pool.channels = between(rng, 1, 9);
    pool.size = between(rng, 1, 3);
    pool.stride = between(rng, 1, 3);
    pool.height = between(rng, pool.size, 8);
    pool.width = between(rng, pool.size, 8);
    Array x({pool.batch * pool.height * pool.width * pool.channels});
    // Few different numbers, so that there are ties; some NaN, which win.
    for (real& number : x.span()) {
      number = static_cast<real>(rng.below(4));
      if (rng.below(50) == 0) number = not_a_number;
    }
    const std::int64_t n = pool.batch * pool.out_height() * pool.out_width() * pool.channels;
    Array y({n}), wanted_y({n});
    std::vector<std::int32_t> at(static_cast<std::size_t>(n)), wanted_at(at);
    kernels::max_pool2d(pool, x.data(), y.data(), at.data());
    reference::max_pool2d(pool, x.data(), wanted_y.data(), wanted_at.data());
    REQUIRE(difference(y, wanted_y) == 0);
    REQUIRE(at == wanted_at);

    const Array dy = random(n, rng);
    Array dx = Array::zeros({x.size()}), wanted_dx = dx.clone();
    kernels::max_pool2d_backward(n, dy.data(), at.data(), dx.data());
    reference::max_pool2d_backward(n, dy.data(), at.data(), wanted_dx.data());
    REQUIRE(difference(dx, wanted_dx) == 0);
  }
}

TEST_CASE("elementwise operations give the plain loop's bits at every length", "[kernels]") {
  const Unary unaries[] = {Unary::neg,        Unary::exp,  Unary::log,     Unary::sqrt,
                           Unary::square,     Unary::abs,  Unary::relu,    Unary::sign,
                           Unary::leaky_relu, Unary::elu,  Unary::sigmoid, Unary::tanh,
                           Unary::gelu,       Unary::silu, Unary::softplus};
  const Binary binaries[] = {Binary::add, Binary::sub, Binary::mul,     Binary::div,
                             Binary::max, Binary::min, Binary::greater, Binary::equal};
  const real parameter = real(0.3);  // of those that have one
  Rng rng(5);
  for (std::int64_t n = 0; n < 40; n++) {
    Array x = random(n, rng, -10, 10);
    const Array b = random(n, rng, -10, 10), dy = random(n, rng);
    if (n > 8) {  // every special number, at changing places
      const real special[] = {0, real(-0.0), infinity, -infinity, not_a_number};
      for (int s = 0; s < 5; s++) x.data()[(n + s) % n] = special[s];
    }
    for (const Unary op : unaries) {
      CAPTURE(static_cast<int>(op), n);
      Array y({n}), wanted_y({n});
      kernels::unary(op, n, x.data(), y.data(), parameter);
      reference::unary(op, n, x.data(), wanted_y.data(), parameter);
      REQUIRE(difference(y, wanted_y) == 0);
      Array in_place = x.clone();
      kernels::unary(op, n, in_place.data(), in_place.data(), parameter);
      REQUIRE(difference(in_place, wanted_y) == 0);

      Array dx = random(n, rng), wanted_dx = dx.clone();
      kernels::unary_backward(op, n, x.data(), y.data(), dy.data(), dx.data(), parameter);
      reference::unary_backward(op, n, x.data(), y.data(), dy.data(), wanted_dx.data(), parameter);
      REQUIRE(difference(dx, wanted_dx) == 0);
    }
    for (const Binary op : binaries) {
      Array out({n}), wanted({n});
      kernels::binary(op, n, x.data(), b.data(), out.data());
      reference::binary(op, n, x.data(), b.data(), wanted.data());
      REQUIRE(difference(out, wanted) == 0);
      kernels::binary_scalar(op, n, x.data(), 3, out.data());
      reference::binary_scalar(op, n, x.data(), 3, wanted.data());
      REQUIRE(difference(out, wanted) == 0);

      const std::int64_t rows = 5;
      const Array matrix = random(rows * n, rng);
      Array sums({rows * n}), wanted_sums({rows * n});
      kernels::binary_rows(op, rows, n, matrix.data(), b.data(), sums.data());
      reference::binary_rows(op, rows, n, matrix.data(), b.data(), wanted_sums.data());
      REQUIRE(difference(sums, wanted_sums) == 0);
    }
    Array y = b.clone(), wanted_y = b.clone();
    kernels::axpy(n, real(0.3), dy.data(), y.data());
    reference::axpy(n, real(0.3), dy.data(), wanted_y.data());
    REQUIRE(difference(y, wanted_y) == 0);
    kernels::fill(n, 7, y.data());
    REQUIRE(difference(y, Array::full({n}, 7)) == 0);
  }
}

TEST_CASE("elementwise operations pass NaN on and keep the sign of infinity", "[kernels]") {
  const Array x = Array::from({not_a_number, infinity, -infinity, 0, -1}, {5});
  Array y({5});
  kernels::unary(Unary::relu, 5, x.data(), y.data());
  CHECK(std::isnan(y[0]));
  CHECK(y[1] == infinity);
  CHECK(y[2] == 0);
  kernels::unary(Unary::sqrt, 5, x.data(), y.data());
  CHECK(std::isnan(y[4]));
  CHECK(y[1] == infinity);
}

TEST_CASE("reductions agree with the plain loop", "[kernels]") {
  Rng rng(6);
  for (int i = 0; i < 300; i++) {
    const std::int64_t rows = between(rng, 0, i % 10 ? 20 : 700), cols = between(rng, 1, 30);
    const Array x = random(rows * cols, rng);
    CAPTURE(rows, cols);
    REQUIRE(std::abs(kernels::sum(x.size(), x.data()) - reference::sum(x.size(), x.data())) <=
            tolerance(x.size()));
    Array totals = random(cols, rng), wanted_totals = totals.clone();
    kernels::sum_rows(rows, cols, x.data(), totals.data());
    reference::sum_rows(rows, cols, x.data(), wanted_totals.data());
    REQUIRE(difference(totals, wanted_totals) <= tolerance(rows));
    std::vector<std::int32_t> at(static_cast<std::size_t>(rows)), wanted_at(at);
    kernels::argmax_rows(rows, cols, x.data(), at.data());
    reference::argmax_rows(rows, cols, x.data(), wanted_at.data());
    REQUIRE(at == wanted_at);

    const Array y = random(rows * cols, rng);
    totals = random(cols, rng);
    wanted_totals = totals.clone();
    kernels::sum_product_rows(rows, cols, x.data(), y.data(), totals.data());
    reference::sum_product_rows(rows, cols, x.data(), y.data(), wanted_totals.data());
    REQUIRE(difference(totals, wanted_totals) <= tolerance(rows));
    Array most({rows}), wanted_most({rows});
    Array some = x.clone();
    if (i % 3 == 0 && rows > 0) some.data()[some.size() / 2] = not_a_number;
    kernels::max_rows(rows, cols, some.data(), most.data());
    reference::max_rows(rows, cols, some.data(), wanted_most.data());
    REQUIRE(difference(most, wanted_most) == 0);
  }
}

TEST_CASE("normalised rows and columns agree with the plain loop", "[kernels]") {
  Rng rng(17);
  for (int i = 0; i < 300; i++) {
    const std::int64_t rows = between(rng, 1, i % 10 ? 12 : 300), cols = between(rng, 1, 45);
    const bool center = i % 3 != 0;
    const real eps = real(0.01);
    const Array x = random(rows * cols, rng), dy = random(rows * cols, rng);
    CAPTURE(rows, cols, center);
    Array y(x.shape()), wanted_y(x.shape()), scale({rows}), wanted_scale({rows});
    kernels::normalize_rows(rows, cols, center, eps, x.data(), y.data(), scale.data());
    reference::normalize_rows(rows, cols, center, eps, x.data(), wanted_y.data(),
                              wanted_scale.data());
    REQUIRE(difference(y, wanted_y) <= real(2e-5));
    REQUIRE(difference(scale, wanted_scale) <= real(2e-5));
    Array dx = random(x.size(), rng), wanted_dx = dx.clone();
    kernels::normalize_rows_backward(rows, cols, center, wanted_y.data(), wanted_scale.data(),
                                     dy.data(), dx.data());
    reference::normalize_rows_backward(rows, cols, center, wanted_y.data(), wanted_scale.data(),
                                       dy.data(), wanted_dx.data());
    REQUIRE(difference(dx, wanted_dx) <= real(2e-5));

    Array mean({cols}), wanted_mean({cols}), variance({cols}), wanted_variance({cols});
    kernels::column_moments(rows, cols, x.data(), mean.data(), variance.data());
    reference::column_moments(rows, cols, x.data(), wanted_mean.data(), wanted_variance.data());
    REQUIRE(difference(mean, wanted_mean) <= real(2e-6));
    REQUIRE(difference(variance, wanted_variance) <= real(5e-6));
    kernels::normalize_columns_backward(rows, cols, y.data(), variance.data(), mean.data(),
                                        variance.data(), dy.data(), dx.data());
    reference::normalize_columns_backward(rows, cols, y.data(), variance.data(), mean.data(),
                                          variance.data(), dy.data(), wanted_dx.data());
    REQUIRE(difference(dx, wanted_dx) <= real(2e-5));
  }
}

TEST_CASE("soft-max and cross-entropy agree with the plain loop", "[kernels]") {
  Rng rng(7);
  for (int i = 0; i < 300; i++) {
    const std::int64_t rows = between(rng, 0, 12), cols = between(rng, 1, 23);
    const Array x = random(rows * cols, rng, -20, 20);
    std::vector<std::int32_t> labels(static_cast<std::size_t>(rows));
    for (std::int32_t& label : labels) label = static_cast<std::int32_t>(between(rng, 0, cols - 1));
    CAPTURE(rows, cols);
    Array p({rows * cols}), wanted_p({rows * cols});
    kernels::softmax(rows, cols, x.data(), p.data());
    reference::softmax(rows, cols, x.data(), wanted_p.data());
    REQUIRE(difference(p, wanted_p) <= real(1e-6));

    const Array slopes = random(rows * cols, rng);
    Array d = random(rows * cols, rng), wanted_d = d.clone();
    kernels::softmax_backward(rows, cols, wanted_p.data(), slopes.data(), d.data());
    reference::softmax_backward(rows, cols, wanted_p.data(), slopes.data(), wanted_d.data());
    REQUIRE(difference(d, wanted_d) <= real(2e-6));
    Array logs({rows * cols}), wanted_logs({rows * cols});
    kernels::log_softmax(rows, cols, x.data(), logs.data());
    reference::log_softmax(rows, cols, x.data(), wanted_logs.data());
    REQUIRE(difference(logs, wanted_logs) <= real(1e-5));
    kernels::log_softmax_backward(rows, cols, wanted_logs.data(), slopes.data(), d.data());
    reference::log_softmax_backward(rows, cols, wanted_logs.data(), slopes.data(), wanted_d.data());
    REQUIRE(difference(d, wanted_d) <= real(5e-6));

    const real loss = kernels::cross_entropy(rows, cols, x.data(), labels.data(), p.data());
    const real wanted =
        reference::cross_entropy(rows, cols, x.data(), labels.data(), wanted_p.data());
    REQUIRE(std::abs(loss - wanted) <= real(1e-5));
    REQUIRE(difference(p, wanted_p) <= real(1e-6));

    Array dx = random(rows * cols, rng), wanted_dx = dx.clone();
    kernels::cross_entropy_backward(rows, cols, wanted_p.data(), labels.data(), 2, dx.data());
    reference::cross_entropy_backward(rows, cols, wanted_p.data(), labels.data(), 2,
                                      wanted_dx.data());
    REQUIRE(difference(dx, wanted_dx) <= real(1e-6));
  }
}

TEST_CASE("soft-max stays finite where exp would overflow, and the loss where p underflows",
          "[kernels]") {
  const Array x = Array::from({1000, 0, -1000}, {1, 3});
  Array p({1, 3});
  kernels::softmax(1, 3, x.data(), p.data());
  CHECK(p[0] == 1);
  CHECK(p[1] == 0);
  const std::int32_t label = 2;
  CHECK(kernels::cross_entropy(1, 3, x.data(), &label, p.data()) == 2000);
}

TEST_CASE("optimiser steps give the plain loop's bits", "[kernels]") {
  Rng rng(8);
  for (std::int64_t n = 0; n < 30; n++) {
    const Array g = random(n, rng);
    Array w = random(n, rng), wanted_w = w.clone();
    Array m = random(n, rng), wanted_m = m.clone(), v = random(n, rng, 0, 1), wanted_v = v.clone();
    const real b1 = real(0.9), b2 = real(0.999), eps = real(1e-8), c1 = real(0.19), c2 = real(0.02);
    kernels::adam_step(n, real(0.01), b1, b2, eps, c1, c2, g.data(), m.data(), v.data(), w.data());
    reference::adam_step(n, real(0.01), b1, b2, eps, c1, c2, g.data(), wanted_m.data(),
                         wanted_v.data(), wanted_w.data());
    REQUIRE(difference(w, wanted_w) == 0);
    REQUIRE(difference(m, wanted_m) == 0);
    REQUIRE(difference(v, wanted_v) == 0);

    kernels::sgd_step(n, real(0.1), b1, real(0.01), g.data(), m.data(), w.data());
    reference::sgd_step(n, real(0.1), b1, real(0.01), g.data(), wanted_m.data(), wanted_w.data());
    REQUIRE(difference(w, wanted_w) == 0);
    REQUIRE(difference(m, wanted_m) == 0);
    kernels::sgd_step(n, real(0.1), b1, real(0.01), g.data(), m.data(), w.data(), true);
    reference::sgd_step(n, real(0.1), b1, real(0.01), g.data(), wanted_m.data(), wanted_w.data(),
                        true);
    REQUIRE(difference(w, wanted_w) == 0);
    kernels::rms_step(n, real(0.1), b2, 1 - b2, eps, real(0.01), g.data(), v.data(), w.data());
    reference::rms_step(n, real(0.1), b2, 1 - b2, eps, real(0.01), g.data(), wanted_v.data(),
                        wanted_w.data());
    REQUIRE(difference(w, wanted_w) == 0);
    REQUIRE(difference(v, wanted_v) == 0);
    kernels::sgd_step(n, real(0.1), 0, 0, g.data(), nullptr, w.data());
    reference::sgd_step(n, real(0.1), 0, 0, g.data(), nullptr, wanted_w.data());
    REQUIRE(difference(w, wanted_w) == 0);
  }
}
