#pragma once

#include "rules/error.hpp"
#include "worker/process/file_descriptor.hpp"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace freshet::worker {

/// The beginning of a program's output in a file. What comes after the limit is counted, and the file then
/// ends with a line that says how much is missing. Write errors do not stop anything; they are kept for
/// error().
class LogFile {
public:
    static Result<LogFile> create(const std::filesystem::path& path, std::uint64_t limit_bytes);

    void append(std::string_view bytes);
    void finish(); ///< writes the closing line if bytes were dropped; after it nothing is appended

    std::uint64_t written() const noexcept { return written_; }
    std::uint64_t dropped() const noexcept { return dropped_; }
    const std::string& error() const noexcept { return error_; }

private:
    LogFile(FileDescriptor file, std::filesystem::path path, std::uint64_t limit_bytes);
    std::size_t write_out(std::string_view bytes);

    FileDescriptor file_;
    std::filesystem::path path_;
    std::uint64_t limit_;
    std::uint64_t written_ = 0;
    std::uint64_t dropped_ = 0;
    std::string error_;
};

/// Cuts a stream of bytes into lines. A line ends with LF, CR or both; blank lines are left out, and of a
/// long one only the first `max_bytes` are given. Memory is bounded by `max_bytes`.
class LineSplitter {
public:
    using Sink = std::function<void(std::string_view line)>;

    LineSplitter(std::size_t max_bytes, Sink sink) : max_bytes_(max_bytes), sink_(std::move(sink)) {}

    void feed(std::string_view bytes);
    void finish(); ///< gives a last line that has no end

private:
    void give(std::string_view line);

    std::size_t max_bytes_;
    Sink sink_;
    std::string unfinished_;
};

/// Keeps the last lines of a program and passes some of them on as they come.
class LineHistory {
public:
    using Clock = std::chrono::steady_clock;

    /// `on_line` may be empty; it gets at most `lines_per_second` lines in each second, counted from its
    /// first.
    LineHistory(
        std::size_t capacity, std::function<void(std::string_view)> on_line, unsigned lines_per_second)
        : capacity_(capacity), on_line_(std::move(on_line)), lines_per_second_(lines_per_second) {}

    void add(std::string_view line, Clock::time_point now);

    std::vector<std::string> last_lines() const; ///< oldest first, printable ASCII
    std::uint64_t not_passed() const noexcept { return not_passed_; }

private:
    bool may_pass(Clock::time_point now);

    std::size_t capacity_;
    std::function<void(std::string_view)> on_line_;
    unsigned lines_per_second_;
    std::vector<std::string> ring_;
    std::size_t oldest_ = 0;
    Clock::time_point second_began_{};
    unsigned passed_in_second_ = 0;
    std::uint64_t not_passed_ = 0;
};

} // namespace freshet::worker
