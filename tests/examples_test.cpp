// The example programs run as a reader would run them, and lessons print what they print.

#include <array>
#include <catch2/catch_test_macros.hpp>
#include <cstdio>
#include <fstream>
#include <sstream>
#include <string>

#include "tensor/real.h"

namespace {

std::string output_of(const std::string& program) {
  FILE* pipe = popen(("\"" + program + "\"").c_str(), "r");
  REQUIRE(pipe);
  std::array<char, 2000> output{};
  const std::size_t length = std::fread(output.data(), 1, output.size() - 1, pipe);
  REQUIRE(pclose(pipe) == 0);
  return {output.data(), length};
}

/// The double build prints numbers of its own; lessons quote those of `real` = float.
void check_quoted(const std::string& output, const std::string& lesson) {
  if (sizeof(grad::real) != sizeof(float)) return;
  std::ifstream file(GRAD_SOURCE_DIR "/lessons/" + lesson + "/lesson.md");
  std::ostringstream text;
  text << file.rdbuf();
  INFO(output);
  CHECK(text.str().find("```text\n" + output + "```\n") != std::string::npos);
}

}  // namespace

TEST_CASE("the xor example learns xor", "[examples]") {
  const std::string output = output_of(GRAD_XOR_MLP);
  double accuracy = 0;
  INFO(output);
  REQUIRE(std::sscanf(output.c_str(), "test accuracy %lf", &accuracy) == 1);
  CHECK(accuracy > 0.95);
  CHECK(accuracy <= 1);
  check_quoted(output, "01-01-why-deep-learning");
}

TEST_CASE("the product as a feature lifts the ceiling", "[examples]") {
  const std::string output = output_of(GRAD_PRODUCT_FEATURE);
  double line = 0, line_sd = 0, product = 0, product_sd = 0;
  INFO(output);
  REQUIRE(std::sscanf(output.c_str(), "coordinates %lf ± %lf with product %lf ± %lf", &line,
                      &line_sd, &product, &product_sd) == 4);
  CHECK(line > 0.45);
  CHECK(line < 0.55);
  CHECK(line_sd > 0.05);
  CHECK(product > 0.93);
  CHECK(product_sd < 0.03);
  check_quoted(output, "01-01-why-deep-learning");
}

TEST_CASE("the bake-off example judges five models", "[examples]") {
  const std::string output = output_of(GRAD_BAKE_OFF);
  double logistic = 0, svm = 0;
  INFO(output);
  REQUIRE(std::sscanf(output.c_str(), "LogisticRegression %lf KernelSvm %lf", &logistic, &svm) ==
          2);
  CHECK(logistic > 0.8);
  CHECK(svm > logistic);
  check_quoted(output, "01-03-classical-or-deep");
}

TEST_CASE("the tree's decision explains itself", "[examples]") {
  const std::string output = output_of(GRAD_LOAN_TREE);
  double right = 0;
  INFO(output);
  REQUIRE(std::sscanf(output.c_str(), "right on %lf", &right) == 1);
  CHECK(right > 0.75);
  check_quoted(output, "01-03-classical-or-deep");
}

TEST_CASE("the perceptron example settles within its bound", "[examples]") {
  const std::string output = output_of(GRAD_PERCEPTRON);
  int mistakes = 0, bound = 0;
  INFO(output);
  REQUIRE(std::sscanf(output.c_str(), "%d mistakes, weights %*f %*f %*f margin %*f, so at most %d",
                      &mistakes, &bound) == 2);
  CHECK(mistakes > 0);
  CHECK(mistakes <= bound);
  check_quoted(output, "02-02-perceptron");
}

TEST_CASE("the neuron example nears what is wanted in one update", "[examples]") {
  const std::string output = output_of(GRAD_NEURON);
  double before = 0, after = 0;
  INFO(output);
  REQUIRE(std::sscanf(output.c_str(),
                      "z = %*f, a = %lf gradient %*f %*f %*f, bias %*f z = %*f, a = %lf", &before,
                      &after) == 2);
  CHECK(before > 0.6);
  CHECK(after > before);
  CHECK(after < 1);
  check_quoted(output, "02-01-the-neuron");
}

TEST_CASE("networks written down by hand do what they are to do", "[examples]") {
  const std::string output = output_of(GRAD_FOLDED_PAPER);
  INFO(output);
  CHECK(output ==
        "exclusive or: 0 1 1 0\n"
        "1 rounds: 2 units, 7 parameters, 2 pieces\n"
        "3 rounds: 6 units, 19 parameters, 8 pieces\n"
        "10 rounds: 20 units, 61 parameters, 1024 pieces\n");
  check_quoted(output, "02-03-networks");
}

TEST_CASE("a network written down by hand lets “not” turn what follows", "[examples]") {
  const std::string output = output_of(GRAD_NOT_GOOD);
  INFO(output);
  CHECK(output ==
        "good\n  embedded   0  0  0  0  1  0\n  runs       0  0  0  0  1  0  0  0\n"
        "  strongest  1  0  0  0\n  score      1\n"
        "not good\n  embedded   0  0  0  1  1  0\n  runs       0  0  0  0  0  0  1  0\n"
        "  strongest  0  0  1  0\n  score     -1\n"
        "bad\n  embedded   0  0  0  0 -1  0\n  runs       0  0  0  0  0  1  0  0\n"
        "  strongest  0  1  0  0\n  score     -1\n"
        "not bad\n  embedded   0  0  0  1 -1  0\n  runs       0  0  0  0  0  0  0  1\n"
        "  strongest  0  0  0  1\n  score      1\n");
  check_quoted(output, "01-02-what-is-deep-learning");
}

TEST_CASE("the layers of 1998 have the weights that the lesson compares with the paper",
          "[examples]") {
  const std::string output = output_of(GRAD_LENET);
  INFO(output);
  CHECK(output.ends_with(" 61706         416520\n"));
  check_quoted(output, "01-04-a-short-history");
}
