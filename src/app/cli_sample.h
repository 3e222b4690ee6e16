#pragma once

// The command that shows generated pictures.

#include "app/cli_arguments.h"

namespace grad::app {

/// What `gradschool --help` says about it.
extern const char* const kSampleHelp;

/// gradschool sample: returns the exit code, as run_command_line().
int sample_command(Arguments arguments);

}  // namespace grad::app
