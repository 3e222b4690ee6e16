// Our elementary functions against libm's in double precision, over sweeps of all floats.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>

#include <catch2/catch_test_macros.hpp>

#include "tensor/math.h"

namespace math = grad::math;

namespace {

constexpr float infinity = std::numeric_limits<float>::infinity();
constexpr float not_a_number = std::numeric_limits<float>::quiet_NaN();

struct Errors {
  double ulp = 0, absolute = 0;
};

/// The largest errors over every 211th float in [low, high].
template <class Ours, class True>
Errors sweep(Ours ours, True exact, float low, float high) {
  Errors worst;
  for (std::uint64_t bits = 0; bits < (std::uint64_t{1} << 32); bits += 211) {
    const auto pattern = static_cast<std::uint32_t>(bits);
    float x;
    std::memcpy(&x, &pattern, sizeof x);
    if (!(x >= low && x <= high)) continue;
    const double wanted = exact(static_cast<double>(x));
    const double error = std::abs(static_cast<double>(ours(x)) - wanted);
    const float nearest = std::abs(static_cast<float>(wanted));
    const double ulp =
        static_cast<double>(std::nextafter(nearest, infinity)) - static_cast<double>(nearest);
    worst.ulp = std::max(worst.ulp, error / ulp);
    worst.absolute = std::max(worst.absolute, error);
  }
  return worst;
}

}  // namespace

TEST_CASE("elementary functions keep the error bounds that math.h states", "[math]") {
  CHECK(sweep(
            math::exp, [](double x) { return std::exp(x); }, -86.8F, 88.72F)
            .ulp < 1);
  CHECK(sweep(
            math::log, [](double x) { return std::log(x); }, 1e-45F, 3.4e38F)
            .ulp < 1);
  CHECK(sweep(
            math::tanh, [](double x) { return std::tanh(x); }, -100, 100)
            .ulp < 1.5);
  auto sigmoid = [](double x) { return 1 / (1 + std::exp(-x)); };
  CHECK(sweep(math::sigmoid, sigmoid, -86.8F, 100).ulp < 2.5);
  CHECK(sweep(
            math::expm1, [](double x) { return std::expm1(x); }, -100, 88.72F)
            .ulp < 4);
  CHECK(sweep(
            math::log1p, [](double x) { return std::log1p(x); }, -0.99999F, 3.4e38F)
            .ulp < 4);
  CHECK(sweep(
            math::erf, [](double x) { return std::erf(x); }, -100, 100)
            .ulp < 8);
  CHECK(sweep(
            math::normal_cdf, [](double x) { return 0.5 * std::erfc(-x * std::sqrt(0.5)); }, -1e9F,
            1e9F)
            .absolute < 3e-7);
  for (const float y : {-3.5F, -1.0F, 0.5F, 2.0F, 7.25F}) {
    CAPTURE(y);
    auto ours = [y](float x) { return math::pow(x, y); };
    auto exact = [y](double x) { return std::pow(x, static_cast<double>(y)); };
    CHECK(sweep(ours, exact, 1e-4F, 1e4F).ulp < 1);
  }
  CHECK(sweep(
            math::sin, [](double x) { return std::sin(x); }, -1e4F, 1e4F)
            .absolute < 1e-7);
  CHECK(sweep(
            math::cos, [](double x) { return std::cos(x); }, -1e4F, 1e4F)
            .absolute < 1e-7);
}

TEST_CASE("elementary functions at the edges of their domains", "[math]") {
  CHECK(math::exp(0) == 1);
  CHECK(math::exp(88.73F) == infinity);
  CHECK(math::exp(infinity) == infinity);
  CHECK(math::exp(-87) == 0);
  CHECK(math::exp(-1e30F) == 0);
  CHECK(math::exp(-infinity) == 0);

  CHECK(math::log(1) == 0);
  CHECK(math::log(0) == -infinity);
  CHECK(math::log(-0.0F) == -infinity);
  CHECK(math::log(infinity) == infinity);
  CHECK(std::isnan(math::log(-1)));
  CHECK(std::isnan(math::log(-infinity)));

  CHECK(math::tanh(0) == 0);
  CHECK(math::tanh(infinity) == 1);
  CHECK(math::tanh(-infinity) == -1);
  CHECK(math::sigmoid(0) == 0.5F);
  CHECK(math::sigmoid(infinity) == 1);
  CHECK(math::sigmoid(-infinity) == 0);
  CHECK(math::expm1(0) == 0);
  CHECK(math::expm1(infinity) == infinity);
  CHECK(math::expm1(-infinity) == -1);
  CHECK(math::log1p(0) == 0);
  CHECK(math::log1p(-1) == -infinity);
  CHECK(math::log1p(infinity) == infinity);
  CHECK(std::isnan(math::log1p(-2)));
  CHECK(math::erf(0) == 0);
  CHECK(math::erf(infinity) == 1);
  CHECK(math::erf(-infinity) == -1);
  CHECK(math::sin(0) == 0);
  CHECK(math::cos(0) == 1);
}

TEST_CASE("elementary functions pass NaN on", "[math]") {
  for (auto* f : {math::exp, math::log, math::tanh, math::sigmoid, math::sin, math::cos,
                  math::expm1, math::log1p, math::erf, math::normal_cdf}) {
    CHECK(std::isnan(f(not_a_number)));
  }
  CHECK(std::isnan(math::pow(not_a_number, 2)));
  CHECK(std::isnan(math::pow(2, not_a_number)));
  CHECK(std::isnan(math::sin(infinity)));
  CHECK(std::isnan(math::cos(-infinity)));
}

TEST_CASE("powers have C's values where they are special", "[math]") {
  for (const float x : {0.0F, -0.0F, 1.0F, -1.0F, 2.0F, -2.0F, 0.5F, infinity, -infinity}) {
    for (const float y :
         {0.0F, 1.0F, -1.0F, 2.0F, -3.0F, 0.5F, -0.5F, 300.0F, infinity, -infinity}) {
      CAPTURE(x, y);
      const float ours = math::pow(x, y), theirs = std::pow(x, y);
      CHECK((ours == theirs || (std::isnan(ours) && std::isnan(theirs))));
    }
  }
}
