#include "worker/process/output.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace freshet::worker {
namespace {

std::string printable(std::string_view line) {
    std::string text(line);
    std::replace_if(
        text.begin(), text.end(), [](char c) { return (c < ' ' || c > '~') && c != '\t'; }, '?');
    return text;
}

} // namespace

LogFile::LogFile(FileDescriptor file, std::filesystem::path path, std::uint64_t limit_bytes)
    : file_(std::move(file)), path_(std::move(path)), limit_(limit_bytes) {}

Result<LogFile> LogFile::create(const std::filesystem::path& path, std::uint64_t limit_bytes) {
    FileDescriptor file(open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOCTTY, 0666));
    if (!file) return system_error("cannot create the log file", path, errno);
    return LogFile(std::move(file), path, limit_bytes);
}

void LogFile::append(std::string_view bytes) {
    const auto room = static_cast<std::size_t>(std::min<std::uint64_t>(limit_ - written_, bytes.size()));
    const std::size_t kept = dropped_ == 0 ? write_out(bytes.substr(0, room)) : 0;
    written_ += kept;
    dropped_ += bytes.size() - kept;
}

void LogFile::finish() {
    if (dropped_ > 0)
        write_out(
            fmt::format("\n[freshet: {} bytes of output dropped after the first {}]\n", dropped_, written_));
    file_ = FileDescriptor();
}

std::size_t LogFile::write_out(std::string_view bytes) {
    std::size_t done = 0;
    while (done < bytes.size() && error_.empty()) {
        const ssize_t count = ::write(file_.get(), bytes.data() + done, bytes.size() - done);
        if (count >= 0)
            done += static_cast<std::size_t>(count);
        else if (errno != EINTR)
            error_ = system_error("cannot write the log file", path_, errno).message;
    }
    return done;
}

void LineSplitter::feed(std::string_view bytes) {
    for (;;) {
        const auto end =
            std::find_if(bytes.begin(), bytes.end(), [](char c) { return c == '\n' || c == '\r'; });
        const auto length = static_cast<std::size_t>(end - bytes.begin());
        if (unfinished_.empty() && end != bytes.end()) {
            give(bytes.substr(0, length));
        } else {
            unfinished_.append(bytes.substr(0, std::min(length, max_bytes_ - unfinished_.size())));
            if (end == bytes.end()) return;
            finish();
        }
        bytes.remove_prefix(length + 1);
    }
}

void LineSplitter::finish() {
    give(unfinished_);
    unfinished_.clear();
}

void LineSplitter::give(std::string_view line) {
    if (line.find_first_not_of(" \t") != std::string_view::npos) sink_(line.substr(0, max_bytes_));
}

void LineHistory::add(std::string_view line, Clock::time_point now) {
    if (ring_.size() < capacity_) {
        ring_.emplace_back(line);
    } else {
        ring_[oldest_].assign(line);
        oldest_ = (oldest_ + 1) % capacity_;
    }
    if (!on_line_) return;
    if (may_pass(now))
        on_line_(printable(line));
    else
        ++not_passed_;
}

bool LineHistory::may_pass(Clock::time_point now) {
    if (now - second_began_ >= std::chrono::seconds(1)) {
        second_began_ = now;
        passed_in_second_ = 0;
    }
    return passed_in_second_++ < lines_per_second_;
}

std::vector<std::string> LineHistory::last_lines() const {
    std::vector<std::string> lines;
    for (std::size_t i = 0; i < ring_.size(); ++i)
        lines.push_back(printable(ring_[(oldest_ + i) % ring_.size()]));
    return lines;
}

} // namespace freshet::worker
