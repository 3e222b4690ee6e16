// The native program.

#include <string_view>
#include <vector>

#include "app/cli.h"

int main(int count, char** arguments) {
  const std::vector<std::string_view> given(arguments + (count > 0), arguments + count);
  return grad::app::run_command_line(given);
}
