#include "worker/programs/model/program.hpp"

#include "rules/error.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <exception>

namespace freshet::model {

int run_program(const ModelProgram& program, int argument_count) {
    if (argument_count > 1) {
        fmt::print(stderr, "usage: {} < ANSWERS\n{}\nStandard input holds the answers, one a line.\n",
            program.name, program.purpose);
        return 2;
    }
    try {
        fmt::print(
            " FRESHET BUILT-IN {} MODEL\n a screening model that reads WEPP's run files\n\n", program.title);
        program.run();
        fmt::print("\n {}\n", program.success);
        if (std::fflush(stdout) != 0) throw Failure({Errc::refused, "standard output: cannot be written"});
        return 0;
    } catch (const std::exception& error) {
        fmt::print(stdout, "\n ***ERROR*** {}\n", error.what());
        fmt::print(stderr, "{}: {}\n", program.name, error.what());
        return 2;
    }
}

} // namespace freshet::model
