#pragma once

// The commands about questions: checking a bank, drawing its variants, statistics of answers.

#include "app/cli_arguments.h"

namespace grad::app {

/// What `gradschool --help` says about them.
extern const char* const kQuizHelp;

/// gradschool quiz ACTION …: returns the exit code, as run_command_line().
int quiz_command(Arguments arguments);

}  // namespace grad::app
