#pragma once

#include "rules/error.hpp"

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace freshet::worker {

/// What a child may use up. Limits of the kernel (setrlimit) hold for each process of its tree by itself.
struct ChildLimits {
    std::chrono::milliseconds wall_time{60'000};        ///< then TERM, and KILL after the grace
    std::optional<std::chrono::seconds> cpu_time{};     ///< then XCPU, and KILL five seconds of CPU later
    std::optional<std::uint64_t> address_space_bytes{}; ///< beyond it allocations fail
    std::optional<std::uint64_t> file_bytes{}; ///< of each file it writes; then XFSZ. Not for its logs
    std::uint64_t log_bytes = 16U << 20U;      ///< kept of each log file; the rest is read and counted
};

/// A model program to run:
///
///     ChildSpec spec;
///     spec.program = settings.wepp;
///     spec.working_directory = run / "wepp/runs";
///     spec.standard_input = run / "wepp/runs/p1.run";
///     spec.log_file = run / "wepp/runs/p1.err";
///     const auto outcome = co_await run_child(std::move(spec));
///
/// (g++ 12 does not compile a ChildSpec{...} inside the co_await expression.) The program gets no descriptor
/// but the three standard ones, no core files, default signals.
struct ChildSpec {
    std::filesystem::path program{}; ///< relative to the worker's directory; never looked up in PATH
    std::vector<std::string> arguments{};
    std::filesystem::path working_directory{};
    /// Beside PATH=/usr/local/bin:/usr/bin:/bin, LANG=C, TZ=UTC and HOME=<working_directory>, which it may
    /// replace. Nothing comes from the worker's own environment.
    std::map<std::string, std::string> environment{};
    std::optional<std::filesystem::path>
        standard_input{};             ///< a regular file; none: /dev/null, so questions end
    std::filesystem::path log_file{}; ///< standard output and error; replaced if it exists
    std::optional<std::filesystem::path> error_log_file{}; ///< if set, standard error goes here instead
    ChildLimits limits{};
    std::chrono::milliseconds grace{5'000}; ///< from TERM to KILL

    /// Called for lines of output as they come, from the caller's executor, never twice at once. Lines are as
    /// in ChildOutcome::last_lines. At most `lines_per_second` are passed on; the others are counted.
    std::function<void(std::string_view line)> on_line{};
    unsigned lines_per_second = 20;

    /// freshet-supervise; none: beside the running executable, or in the folder `bin` next to its folder.
    std::optional<std::filesystem::path> supervisor{};
};

/// How a child ended and what it used.
struct ChildOutcome {
    enum class Ending {
        exited,    ///< by itself, with `exit_code`
        signaled,  ///< by `signal`: it crashed, broke a limit of the kernel, or someone killed it
        timed_out, ///< ended by us because its wall time was over
        canceled,  ///< ended by us because the coroutine was canceled
    };

    std::string program{}; ///< its file name
    Ending ending = Ending::exited;
    int exit_code = 0;
    int signal = 0;
    bool out_of_memory = false; ///< by SIGKILL, while the kernel's out-of-memory killer was at work
    bool ignored_term = false;  ///< timed_out and canceled: it outlived the grace and was killed
    std::chrono::milliseconds wall_limit{};

    std::chrono::microseconds wall_time{};
    std::chrono::microseconds cpu_time{}; ///< user and system, all its processes
    std::uint64_t peak_memory_kib = 0;    ///< resident, of its largest process

    /// The last 40 lines that are not blank, both streams, oldest first, cut at 400 bytes. A carriage return
    /// ends a line as well; bytes that are not printable ASCII are shown as '?'.
    std::vector<std::string> last_lines{};
    std::uint64_t log_bytes_written = 0; ///< both files
    std::uint64_t log_bytes_dropped = 0; ///< beyond the limit, or not writable
    std::string log_error{};             ///< why a log file could not be written; empty if all went well
    std::uint64_t lines_not_passed = 0;  ///< to on_line, because of its rate

    bool succeeded() const noexcept { return ending == Ending::exited && exit_code == 0; }

    /// "wepp exited with code 2 after 1.31 s (CPU 1.20 s, peak memory 12.4 MiB)".
    std::string describe() const;
};

/// Runs a model program and returns when it and every descendant are gone, also those that left its process
/// group or session. They go too when this worker dies, even by KILL.
///
/// The result is an Error only if the program could not be started (the message names the path and the
/// reason) or the supervisor was lost; everything that a started program does is a ChildOutcome.
///
/// Cancellation of any type that the calling coroutine lets through: TERM to the process group, KILL to the
/// whole tree after the grace, then an outcome `canceled`. It runs on the caller's executor; the start (about
/// a millisecond) and small writes to the log files block it. An exception of on_line ends the child and
/// comes out of here.
///
/// A process that the kernel cannot end (uninterruptible wait on a dead file server) keeps this waiting.
boost::asio::awaitable<Result<ChildOutcome>> run_child(ChildSpec spec);

} // namespace freshet::worker
