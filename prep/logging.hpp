#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace freshet {

enum class Severity { debug, info, warning, error, critical };

/// "debug" ... "critical"; nothing for any other word.
std::optional<Severity> severity_from(std::string_view word) noexcept;
const char* to_string(Severity severity) noexcept;

/// What a log line is about. Empty fields are left out of the line.
struct LogContext {
    std::string_view run_id;
    std::string_view job_id;
    std::string_view trace_id = {}; ///< W3C Trace Context
};

/// Writes one line to Boost.Log with the attributes Severity, Channel, RunId, JobId and TraceId.
/// Thread-safe. Does not throw.
void log(Severity severity, std::string_view channel, const LogContext& about, std::string_view message) noexcept;

/// A named source of log lines, cheap to copy. One for each role ("puller", "redis").
class Logger {
public:
    explicit Logger(std::string channel) : channel_(std::move(channel)) {}

    void debug(std::string_view message, const LogContext& about = {}) const {
        log(Severity::debug, channel_, about, message);
    }
    void info(std::string_view message, const LogContext& about = {}) const {
        log(Severity::info, channel_, about, message);
    }
    void warning(std::string_view message, const LogContext& about = {}) const {
        log(Severity::warning, channel_, about, message);
    }
    void error(std::string_view message, const LogContext& about = {}) const {
        log(Severity::error, channel_, about, message);
    }

private:
    std::string channel_;
};

/// Sends log lines of at least `threshold` to standard error as
/// `2026-01-31T12:00:00.000Z warning puller run=r1 job=j1 message`. For programs, once, at start; a library that
/// is linked into another program leaves Boost.Log as that program has set it up.
void log_to_stderr(Severity threshold);

} // namespace freshet
