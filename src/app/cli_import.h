#pragma once

// gradschool quiz import: questions from other programs' files.

#include "app/cli_arguments.h"

namespace grad::app {

/// Returns the exit code, as run_command_line().
int import_command(Arguments arguments);

}  // namespace grad::app
