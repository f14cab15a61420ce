#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace freshet::jobs {

/// How one execution of a job ended without finishing it. A job's hash remembers the last ten
/// (`freshet:deaths`, one JSON object a line, oldest first), also over retries and requeues.
struct Death {
    std::string at; ///< RQ's time text
    std::string execution;
    std::string worker; ///< `<host>.<pid>.<slot>`
    std::string cause;  ///< "freshet-climate was ended by signal 11 (SIGSEGV) after 0.12 s (...)"
    std::string by;     ///< who asked for it; '' nobody, or not known
    std::uint64_t peak_memory_kib = 0; ///< of the child, else of the worker; 0 not known
    std::vector<std::string> log;      ///< its last lines

    /// The worker's name without process and slot.
    std::string host() const;
    /// One line, then the lines of the log, indented.
    std::string describe() const;
};

/// As it stands in the hash, without `by`, which the scripts add. Only the last 10 lines of the log are kept,
/// 200 bytes of each, and 500 of the cause.
std::string to_json(const Death& death);

/// Reads the field; lines that cannot be read are left out.
std::vector<Death> to_deaths(std::string_view field);

} // namespace freshet::jobs
