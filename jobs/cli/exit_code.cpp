#include "jobs/cli/exit_code.hpp"

namespace freshet::jobs::cli {

int ExitCode::of(const Error& error) {
    switch (error.code) {
    case Errc::bad_input:
        return bad_input;
    case Errc::not_found:
        return not_found;
    case Errc::unavailable:
    case Errc::unknown_fate:
        return unavailable;
    case Errc::conflict:
        return conflict;
    case Errc::timed_out:
        return timed_out;
    default:
        return failed;
    }
}

} // namespace freshet::jobs::cli
