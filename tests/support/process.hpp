#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace freshet::tests {

/// A new folder under the temporary directory, removed at the end.
class TemporaryFolder {
public:
    TemporaryFolder();
    ~TemporaryFolder();
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    const std::filesystem::path& path() const noexcept { return path_; }

private:
    std::filesystem::path path_;
};

/// A program of ours (build/bin) or any other, as a child of the test. Its output goes to a file. It is
/// killed with the object and when the test dies.
class Process {
public:
    /// `command`: the program (a name without '/' is one of build/bin) and its arguments; nothing of the
    /// test's own FRESHET_ and REDIS_ variables is passed on.
    Process(std::vector<std::string> command, std::filesystem::path output);
    ~Process();
    Process(const Process&) = delete;
    Process& operator=(const Process&) = delete;

    pid_t pid() const noexcept { return pid_; }
    void signal(int number) const;
    /// Waits for its end, at most a minute (then throws): the exit code, or 128 + the signal.
    int wait();
    bool running();
    /// What it has printed so far, both streams.
    std::string output() const;
    /// Waits until that holds `text`, at most a minute; then throws with what it holds.
    void wait_for_output(const std::string& text) const;

private:
    pid_t pid_;
    std::filesystem::path output_;
    int status_ = -1;
};

/// Looks again and again until `holds()`. Throws with `what` after a deadline of a minute.
void eventually(const std::string& what, const std::function<bool()>& holds);

inline bool contains(std::string_view text, std::string_view part) {
    return text.find(part) != std::string_view::npos;
}

std::string text_of(const std::filesystem::path& file);
void write_text(const std::filesystem::path& file, const std::string& text);

} // namespace freshet::tests
