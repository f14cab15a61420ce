#pragma once

#include "rules/error.hpp"

namespace freshet::jobs::cli {

/// Exit codes of `freshet`, for scripts. `freshet doctor` has three of its own.
struct ExitCode {
    static constexpr int success = 0;
    /// The job ended, but not finished; the doctor found something; an error without a code of its own.
    static constexpr int failed = 1;
    static constexpr int bad_input = 2;
    static constexpr int not_found = 3;
    static constexpr int unavailable = 4;
    static constexpr int conflict = 5;
    static constexpr int timed_out = 6;

    static int of(const Error& error);
};

} // namespace freshet::jobs::cli
