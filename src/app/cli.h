#pragma once

// The command line `gradschool`: demos without a window, and checks of quiz banks.

#include <span>
#include <string_view>

namespace grad::app {

/// Carries out one command (arguments without the program's name), writing to stdout. Returns the
/// exit code: 0, 1 when a file is not as it should be or cannot be read, 2 when the command itself
/// makes no sense (unknown command, option, demo, parameter or read-out, a value out of range);
/// then one sentence has gone to stderr.
int run_command_line(std::span<const std::string_view> arguments);

}  // namespace grad::app
