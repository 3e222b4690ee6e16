// Series, sequence tasks and graphs against their definitions.

#include "data/sequences.h"

#include <algorithm>
#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <numeric>
#include <set>
#include <string>
#include <vector>

#include "data/graphs.h"
#include "sentence.h"

using namespace grad;
using namespace grad::data;
using Catch::Approx;
using tests::sentence_of;

namespace {

/// The correlation of a long series with itself, `lag` steps later.
double correlation(const Array& series, std::int64_t lag) {
  double product = 0, square = 0;
  for (std::int64_t t = lag; t < series.size(); ++t)
    product += static_cast<double>(series[t]) * static_cast<double>(series[t - lag]);
  for (const real x : series.span()) square += static_cast<double>(x) * static_cast<double>(x);
  return product / square;
}

std::vector<int> degrees(const Graph& graph) {
  std::vector<int> count(static_cast<std::size_t>(graph.nodes), 0);
  for (const auto& [a, b] : graph.edges) {
    ++count[a];
    ++count[b];
  }
  return count;
}

/// The promises of the type itself.
void check_simple(const Graph& graph) {
  CHECK(std::is_sorted(graph.edges.begin(), graph.edges.end()));
  CHECK(std::set(graph.edges.begin(), graph.edges.end()).size() == graph.edges.size());
  for (const auto& [a, b] : graph.edges) CHECK((a >= 0 && a < b && b < graph.nodes));
}

}  // namespace

TEST_CASE("Series of sines swing as said", "[sequences]") {
  Rng rng(1);
  const Array one = sine_series(20, 400, 1, 0, rng);
  for (std::int64_t i = 0; i < 20; ++i) {
    const auto row = one.span().subspan(static_cast<std::size_t>(400 * i), 400);
    const auto [low, high] = std::minmax_element(row.begin(), row.end());
    CHECK(*high <= 1);
    CHECK(*high >= real(0.45));
    CHECK(*low == Approx(-*high).margin(0.15));
    int rises = 0;  // through 0: one a period of 8 to 40 steps
    for (std::size_t t = 1; t < 400; ++t) rises += row[t - 1] < 0 && row[t] >= 0;
    CHECK(rises >= 9);
    CHECK(rises <= 51);
  }
  Rng again(1);
  const Array same = sine_series(20, 400, 1, 0, again);
  CHECK(std::equal(same.span().begin(), same.span().end(), one.span().begin()));
  CHECK(sentence_of([&] { sine_series(1, 0, 1, 0, rng); }) ==
        "[sine_series] cannot make 1 of length 0");
}

TEST_CASE("An autoregression has the correlations that its coefficients imply", "[sequences]") {
  Rng rng(2);
  const std::vector<real> one = {real(0.8)}, two = {real(0.5), real(-0.3)};
  const Array first = autoregression(1, 50'000, one, 1, rng);
  CHECK(correlation(first, 1) == Approx(0.8).margin(0.02));
  CHECK(correlation(first, 3) == Approx(0.512).margin(0.03));
  const Array second = autoregression(1, 50'000, two, 2, rng);
  const double expected = 0.5 / 1.3;  // Yule and Walker: r1 = a1 / (1 - a2)
  CHECK(correlation(second, 1) == Approx(expected).margin(0.02));
  CHECK(correlation(second, 2) == Approx(0.5 * expected - 0.3).margin(0.02));
  const std::vector<real> wild = {real(0.7), real(-0.3)};
  CHECK(sentence_of([&] { autoregression(1, 10, wild, 1, rng); }).find("less than 1") !=
        std::string::npos);
}

TEST_CASE("The adding problem's target is the sum of the two marked numbers", "[sequences]") {
  Rng rng(3);
  const Regression set = adding_problem(2000, 7, rng);
  CHECK(set.x.shape() == Shape{2000, 7, 2});
  double error = 0;
  for (std::int64_t i = 0; i < set.size(); ++i) {
    real sum = 0;
    int early = 0, late = 0;
    for (std::int64_t t = 0; t < 7; ++t) {
      const real mark = set.x[(7 * i + t) * 2 + 1];
      sum += mark * set.x[(7 * i + t) * 2];
      (t < 3 ? early : late) += mark == 1;
    }
    CHECK(sum == set.target[i]);
    CHECK((early == 1 && late == 1));
    error += std::pow(static_cast<double>(set.target[i]) - 1, 2) / 2000;
  }
  CHECK(error == Approx(1.0 / 6).margin(0.015));
  CHECK(sentence_of([&] { adding_problem(1, 1, rng); }) ==
        "[adding_problem] cannot make 1 of length 1");
}

TEST_CASE("Sequences of symbols hold the task's solution", "[sequences]") {
  Rng rng(4);
  const auto row = [](const std::vector<std::int32_t>& all, std::int64_t width, std::int64_t i) {
    return std::vector<std::int32_t>(all.begin() + i * width, all.begin() + (i + 1) * width);
  };
  for (const SequenceTask task : {SequenceTask::copy, SequenceTask::reverse, SequenceTask::sort}) {
    const SymbolPairs pairs = symbol_pairs(task, 50, 6, rng, 5);
    CHECK((pairs.symbols == 5 && pairs.input_length == 6 && pairs.target_length == 6));
    std::set<std::int32_t> seen(pairs.input.begin(), pairs.input.end());
    CHECK(seen == std::set<std::int32_t>{0, 1, 2, 3, 4});
    for (std::int64_t i = 0; i < 50; ++i) {
      std::vector<std::int32_t> expected = row(pairs.input, 6, i);
      if (task == SequenceTask::reverse) std::reverse(expected.begin(), expected.end());
      if (task == SequenceTask::sort) std::sort(expected.begin(), expected.end());
      CHECK(row(pairs.target, 6, i) == expected);
    }
  }
  const SymbolPairs sums = symbol_pairs(SequenceTask::add, 200, 3, rng);
  CHECK((sums.symbols == 11 && sums.input_length == 7 && sums.target_length == 4));
  const auto number = [](const std::vector<std::int32_t>& digits, std::size_t first,
                         std::size_t end) {
    int value = 0;
    for (std::size_t i = first; i < end; ++i) value = 10 * value + digits[i];
    return value;
  };
  for (std::int64_t i = 0; i < 200; ++i) {
    const auto input = row(sums.input, 7, i), target = row(sums.target, 4, i);
    CHECK(input[3] == 10);
    CHECK(number(input, 0, 3) + number(input, 4, 7) == number(target, 0, 4));
  }
  CHECK(sentence_of([&] { symbol_pairs(SequenceTask::copy, 1, 3, rng, 1); }) ==
        "[symbol_pairs] 1 symbols are not from 2 to 1000");
}

TEST_CASE("Graphs are simple and have the edges they promise", "[graphs]") {
  Rng rng(5);
  const Graph random = random_graph(200, real(0.1), rng);
  check_simple(random);
  CHECK(static_cast<double>(random.edges.size()) == Approx(1990).margin(170));  // 4 deviations

  const Graph communities = community_graph(90, 4, real(0.3), real(0.02), rng);
  check_simple(communities);
  int within = 0;
  for (const auto& [a, b] : communities.edges)
    within += communities.label[a] == communities.label[b];
  CHECK(within == Approx(0.3 * 979).margin(60));
  CHECK(static_cast<int>(communities.edges.size()) - within == Approx(0.02 * 3026).margin(32));
  for (int community = 0; community < 4; ++community) {
    const auto size = std::count(communities.label.begin(), communities.label.end(), community);
    CHECK((size == 22 || size == 23));
  }

  const Graph growing = growing_graph(300, 2, rng);
  check_simple(growing);
  CHECK(growing.edges.size() == 3 + 2 * 297);
  const std::vector<int> count = degrees(growing);
  CHECK(*std::min_element(count.begin(), count.end()) == 2);
  CHECK(*std::max_element(count.begin(), count.end()) >= 15);  // hubs; in random_graph about 10

  const Graph ring = ring_graph(5), chain = ring_graph(5, false), grid = grid_graph(3, 4);
  for (const Graph* graph : {&ring, &chain, &grid}) check_simple(*graph);
  CHECK(degrees(ring) == std::vector<int>{2, 2, 2, 2, 2});
  CHECK(degrees(chain) == std::vector<int>{1, 2, 2, 2, 1});
  CHECK(degrees(grid) == std::vector<int>{2, 3, 3, 2, 3, 4, 4, 3, 2, 3, 3, 2});
  CHECK(sentence_of([&] { random_graph(3000, 1, rng); }) ==
        "[random_graph] 3000 nodes are not from 1 to 2000");
  CHECK(sentence_of([&] { community_graph(3, 4, 1, 1, rng); }) ==
        "[community_graph] 4 communities of 3 nodes");
  CHECK(sentence_of([&] { growing_graph(3, 0, rng); }).find("at least one edge") !=
        std::string::npos);
}
