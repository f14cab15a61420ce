#pragma once

#include <string_view>

namespace freshet::model {

/// A model program as WEPP's are driven: answers on standard input, the log on standard output.
struct ModelProgram {
    std::string_view name;    ///< freshet-hillslope
    std::string_view purpose; ///< for the usage: what it does, in sentences
    std::string_view title;   ///< HILLSLOPE, CHANNEL
    std::string_view success; ///< the log's last line
    void (*run)();            ///< throws what went wrong
};

/// main(): runs the program. 0 and the success text mean that every file asked for is whole; else 2, with the
/// reason in the log and on standard error. It takes no arguments.
int run_program(const ModelProgram& program, int argument_count);

} // namespace freshet::model
