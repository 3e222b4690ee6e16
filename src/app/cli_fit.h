#pragma once

// The commands that fit a model to data and judge it.

#include "app/cli_arguments.h"

namespace grad::app {

/// What `gradschool --help` says about them.
extern const char* const kFitHelp;

/// gradschool fit: returns the exit code, as run_command_line().
int fit_command(Arguments arguments);
/// gradschool eval, likewise.
int eval_command(Arguments arguments);

}  // namespace grad::app
