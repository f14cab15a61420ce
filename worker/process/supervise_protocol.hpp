// What a worker and freshet-supervise say to each other over one stream socket. Both are built together; the
// number below is given on the command line, so that a mismatch is noticed and not misread.
#pragma once

#include <cstdint>
#include <type_traits>

namespace freshet::worker::supervise {

inline constexpr char protocol[] = "1";

/// Worker to supervisor, one byte each. The end of the stream means that the worker is gone: kill.
enum class Command : char {
    terminate = 'T', ///< TERM to the program's process group
    kill = 'K',      ///< KILL to every descendant
};

enum class ReportKind : std::int32_t {
    started,     ///< `pid` is the program's process and its process group
    not_started, ///< `stage` failed with `error_number`
    ended,       ///< the program and all its descendants are gone; always the last report
};

enum class Stage : std::int32_t { fork, working_directory, limits, program };

/// Supervisor to worker. Fixed size, host byte order: both ends are on one machine.
struct Report {
    ReportKind kind{};
    Stage stage{};
    std::int32_t error_number = 0;
    std::int32_t pid = 0;
    std::int32_t wait_status = 0; ///< of the program, as waitpid gives it
    std::int32_t unused = 0;
    std::int64_t user_microseconds = 0; ///< of the program and every descendant
    std::int64_t system_microseconds = 0;
    std::int64_t peak_memory_kib = 0; ///< of the largest single process
};
static_assert(std::is_trivially_copyable_v<Report>);

} // namespace freshet::worker::supervise
