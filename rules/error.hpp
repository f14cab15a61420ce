#pragma once

#include <boost/assert/source_location.hpp>
#include <boost/system/result.hpp>

#include <stdexcept>
#include <string>

namespace freshet {

/// What a caller can do about an error. One list for all floors, so that a program can map it to an exit code
/// or an HTTP status in one place.
enum class Errc {
    bad_input,    ///< an argument, a setting, a file or a message breaks its format
    not_found,    ///< no such run, job, file or key
    conflict,     ///< the state forbids it: already running, lock held by another, job not in that registry
    lease_lost,   ///< another execution or the janitor has taken over
    stale,        ///< the file or the object moved under the caller
    unavailable,  ///< Redis or a file system is away for now; nothing was done
    unknown_fate, ///< the connection broke after a command was sent: it may or may not have been executed
    timed_out,    ///< a limit ran out
    canceled,     ///< the caller or an operator stopped it
    refused,      ///< Redis or the operating system answered with an error
    internal,     ///< a broken invariant: a bug
};

/// The enumerator's name, e.g. "bad_input".
const char* to_string(Errc code) noexcept;

/// An error as a value: what kind, and a sentence that says what, where, what was expected and what was
/// found.
struct Error {
    Errc code = Errc::internal;
    std::string message;

    friend bool operator==(const Error&, const Error&) = default;
};

/// An Error as an exception, for what ends a job or a program.
class Failure : public std::runtime_error {
public:
    explicit Failure(Error error) : std::runtime_error(error.message), error_(std::move(error)) {}
    const Error& error() const noexcept { return error_; }

private:
    Error error_;
};

/// Found by boost::system::result::value(): throws Failure.
[[noreturn]] void throw_exception_from_error(const Error& error, const boost::source_location&);

template <class T = void>
using Result = boost::system::result<T, Error>;

} // namespace freshet
