// Shapes, arrays and their free list, the random generator.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <vector>

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include "tensor/array.h"
#include "tensor/check.h"
#include "tensor/rng.h"
#include "tensor/shape.h"

using Catch::Matchers::Message;
using grad::Array;
using grad::Rng;
using grad::Shape;

TEST_CASE("a shape knows its axes and its size", "[tensor]") {
  const Shape shape{2, 3, 4};
  CHECK(shape.axes() == 3);
  CHECK(shape.size() == 24);
  CHECK(shape[0] == 2);
  CHECK(shape[-1] == 4);
  CHECK(shape.text() == "(2,3,4)");
  CHECK(shape.with(-2, 7) == Shape{2, 7, 4});
  CHECK_FALSE(shape == Shape{2, 3});
  CHECK_FALSE(Shape{2} == Shape{2, 0});
  CHECK(Shape{}.size() == 1);
  CHECK(Shape{}.text() == "()");
  CHECK(Shape{5, 0}.size() == 0);
}

TEST_CASE("impossible shapes are refused by name", "[tensor]") {
  CHECK_THROWS_MATCHES((Shape{2, -1}), grad::Error, Message("[shape] negative size in (2,-1)"));
  CHECK_THROWS_MATCHES((Shape{1, 1, 1, 1, 1, 1, 1}), grad::Error,
                       Message("[shape] more than 6 axes: (1,1,1,1,1,1,1)"));
  CHECK_THROWS_AS((Shape{1 << 20, 1 << 20, 2}), grad::Error);
  CHECK_THROWS_AS((Shape{INT64_MAX, INT64_MAX}), grad::Error);
  CHECK_THROWS_MATCHES((Shape{2, 3}[2]), grad::Error, Message("[shape] no axis 2 in (2,3)"));
  CHECK_THROWS_AS((Shape{2, 3}[-3]), grad::Error);
}

TEST_CASE("shapes broadcast by NumPy's rule", "[tensor]") {
  CHECK(grad::broadcast({2, 3}, {3}, "add") == Shape{2, 3});
  CHECK(grad::broadcast({4, 1, 3}, {2, 1}, "add") == Shape{4, 2, 3});
  CHECK(grad::broadcast({}, {2, 2}, "add") == Shape{2, 2});
  CHECK(grad::broadcast({0}, {1}, "add") == Shape{0});
  CHECK_THROWS_MATCHES(grad::broadcast({2, 3}, {2}, "add"), grad::Error,
                       Message("[add] shapes do not broadcast: (2,3) and (2)"));
}

TEST_CASE("copying an array aliases it, clone copies the numbers", "[tensor]") {
  Array a = Array::from({1, 2, 3, 4}, {2, 2});
  Array alias = a;
  Array copy = a.clone();
  CHECK_FALSE(a.unique());
  CHECK(copy.unique());
  alias.data()[0] = 9;
  CHECK(a[0] == 9);
  CHECK(copy[0] == 1);
  const Array row = a.reshape({4});
  CHECK(row.data() == a.data());
  CHECK(row.shape() == Shape{4});

  const Array moved = std::move(alias);
  CHECK_FALSE(alias.defined());  // NOLINT(bugprone-use-after-move)
  CHECK(alias.size() == 0);
  CHECK(moved.data() == a.data());
  const Array& itself = a;
  a = itself;
  CHECK(a[3] == 4);
}

TEST_CASE("arrays refuse what does not fit", "[tensor]") {
  CHECK_THROWS_MATCHES(Array::from({1, 2, 3}, {2, 2}), grad::Error,
                       Message("[array] 3 values do not fill (2,2)"));
  CHECK_THROWS_MATCHES(Array::zeros({2, 2}).item(), grad::Error,
                       Message("[item] not a single number: (2,2)"));
  CHECK_THROWS_MATCHES(Array::zeros({2, 2}).reshape({5}), grad::Error,
                       Message("[reshape] sizes differ: (2,2) to (5)"));
  CHECK_THROWS_AS(Array().item(), grad::Error);
  CHECK(Array::full({}, 3).item() == 3);
  CHECK_FALSE(Array().defined());
  CHECK(Array::zeros({0, 3}).defined());
  CHECK(Array::zeros({0, 3}).span().empty());
  CHECK_FALSE(Array().clone().defined());
}

TEST_CASE("buffers are aligned, and padded for kernels that read past the end", "[tensor]") {
  for (std::int64_t n = 1; n < 3000; n += 7) {
    Array a({n});
    CHECK(reinterpret_cast<std::uintptr_t>(a.data()) % 64 == 0);
    // The address sanitizer would object if these four numbers did not belong to the buffer.
    std::fill_n(reinterpret_cast<char*>(a.data() + n), 16, '\0');
  }
}

TEST_CASE("a steady state takes its buffers from the free list and nothing grows", "[tensor]") {
  grad::release_pool();
  CHECK(grad::memory_use().pooled == 0);
  const std::size_t live = grad::memory_use().live;
  auto step = [] {
    const Array a = Array::zeros({10, 20}), b = Array::zeros({20});
    grad::Scratch<std::int32_t> scratch(77);
    scratch[76] = 1;
    return a.data();
  };
  const grad::real* first = step();
  const grad::MemoryUse use = grad::memory_use();
  CHECK(use.live == live);
  CHECK(use.pooled > (200 + 20 + 77) * sizeof(float));
  for (int i = 0; i < 1000; i++) CHECK(step() == first);
  CHECK(grad::memory_use().pooled == use.pooled);
  grad::release_pool();
  CHECK(grad::memory_use().pooled == 0);
}

TEST_CASE("the generator is SplitMix64", "[rng]") {
  // The published reference implementation, seeded with 1234567, starts 6457827717110365317,
  // 3203168211198807973, 9817491932198370423; we use the upper halves.
  Rng rng(1234567);
  CHECK(rng.bits() == static_cast<std::uint32_t>(6457827717110365317u >> 32));
  CHECK(rng.bits() == static_cast<std::uint32_t>(3203168211198807973u >> 32));
  CHECK(rng.bits() == static_cast<std::uint32_t>(9817491932198370423u >> 32));
  Rng resumed(rng.state());
  CHECK(resumed.bits() == rng.bits());
}

TEST_CASE("uniform numbers fill their range and never reach its end", "[rng]") {
  Rng rng(1);
  std::vector<int> tenths(10);
  for (int i = 0; i < 100000; i++) {
    const grad::real x = rng.uniform();
    REQUIRE((x >= 0 && x < 1));
    tenths[static_cast<std::size_t>(x * 10)]++;
  }
  // 10000 expected, standard deviation 95.
  for (const int count : tenths) CHECK(std::abs(count - 10000) < 5 * 95);
  // Between neighbouring floats the sum rounds up for half of the draws.
  for (int i = 0; i < 100; i++)
    CHECK(rng.uniform(1, std::nextafter(grad::real(1), grad::real(2))) == 1);
  for (int i = 0; i < 100; i++) {
    const grad::real x = rng.uniform(-3, 5);
    CHECK((x >= -3 && x < 5));
  }
}

TEST_CASE("integers below n are unbiased", "[rng]") {
  Rng rng(2);
  std::vector<int> counts(6);
  for (int i = 0; i < 60000; i++) counts[rng.below(6)]++;
  for (const int count : counts) CHECK(std::abs(count - 10000) < 5 * 92);
  CHECK(rng.below(1) == 0);
  // Three quarters of 2^32: a remainder without rejection would hit the lower third twice as often.
  int low = 0;
  for (int i = 0; i < 30000; i++) low += rng.below(3u << 30) < (1u << 30);
  CHECK(std::abs(low - 10000) < 5 * 82);
  CHECK_THROWS_AS(rng.below(0), grad::Error);
}

TEST_CASE("normal numbers have the moments of the normal distribution", "[rng]") {
  Rng rng(3);
  const int n = 200000;
  double sum = 0, squares = 0, fourths = 0;
  for (int i = 0; i < n; i++) {
    const double z = rng.normal();
    sum += z;
    squares += z * z;
    fourths += z * z * z * z;
  }
  CHECK(std::abs(sum / n) < 5 / std::sqrt(n));
  CHECK(std::abs(squares / n - 1) < 5 * std::sqrt(2.0 / n));
  CHECK(std::abs(fourths / n - 3) < 5 * std::sqrt(96.0 / n));
}

TEST_CASE("a shuffle is a permutation, each as likely as the other", "[rng]") {
  Rng rng(4);
  std::vector<int> seen(6);
  for (int i = 0; i < 6000; i++) {
    std::vector<int> items{0, 1, 2};
    rng.shuffle(items);
    seen[static_cast<std::size_t>(items[0]) * 2 + (items[1] > items[2])]++;
    std::sort(items.begin(), items.end());
    REQUIRE(items == std::vector<int>{0, 1, 2});
  }
  for (const int count : seen) CHECK(std::abs(count - 1000) < 5 * 29);
  std::vector<int> none;
  rng.shuffle(none);
  CHECK(none.empty());
}

TEST_CASE("split generators are reproducible and differ", "[rng]") {
  const Rng rng(5);
  Rng a = rng.split(0), again = rng.split(0), b = rng.split(1), other = Rng(6).split(0);
  const std::uint32_t bits = a.bits();
  CHECK(again.bits() == bits);
  CHECK(b.bits() != bits);
  CHECK(other.bits() != bits);
}
