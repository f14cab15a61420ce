#include "rules/error.hpp"

namespace freshet {

const char* to_string(Errc code) noexcept {
    switch (code) {
    case Errc::bad_input:
        return "bad_input";
    case Errc::not_found:
        return "not_found";
    case Errc::conflict:
        return "conflict";
    case Errc::lease_lost:
        return "lease_lost";
    case Errc::stale:
        return "stale";
    case Errc::unavailable:
        return "unavailable";
    case Errc::unknown_fate:
        return "unknown_fate";
    case Errc::timed_out:
        return "timed_out";
    case Errc::canceled:
        return "canceled";
    case Errc::refused:
        return "refused";
    case Errc::internal:
        return "internal";
    }
    return "internal";
}

void throw_exception_from_error(const Error& error, const boost::source_location&) {
    throw Failure(error);
}

} // namespace freshet
