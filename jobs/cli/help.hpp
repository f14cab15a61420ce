#pragma once

#include "jobs/cli/command_table.hpp"

namespace freshet::jobs::cli {

/// What stands above the options in `freshet --help`: all commands, exit codes.
std::string usage();

/// `freshet <command> --help`: its operands and its own options.
std::string help_of(const CommandSpec& command);

} // namespace freshet::jobs::cli
