// The example programs run as a reader would run them.

#include <array>
#include <catch2/catch_test_macros.hpp>
#include <cstdio>
#include <string>

TEST_CASE("the xor example learns xor", "[examples]") {
  FILE* program = popen("\"" GRAD_XOR_MLP "\"", "r");
  REQUIRE(program);
  std::array<char, 200> output{};
  const std::size_t length = std::fread(output.data(), 1, output.size() - 1, program);
  REQUIRE(pclose(program) == 0);
  double accuracy = 0;
  INFO(std::string(output.data(), length));
  REQUIRE(std::sscanf(output.data(), "test accuracy %lf", &accuracy) == 1);
  CHECK(accuracy > 0.95);
  CHECK(accuracy <= 1);
}
