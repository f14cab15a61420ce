#pragma once

#include "worker/process/child.hpp"

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace freshet::worker::test {

/// A folder of its own for a test, removed at the end.
class Folder {
public:
    Folder();
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    ~Folder();

    const std::filesystem::path& path() const { return path_; }
    std::filesystem::path operator/(const std::string& name) const { return path_ / name; }

private:
    std::filesystem::path path_;
};

/// Runs the stand-in `badly_behaved` in `folder`, which also gets `log.txt`.
ChildSpec badly_behaved(const Folder& folder, std::vector<std::string> arguments);

/// run_child on an io_context of its own.
Result<ChildOutcome> run(ChildSpec spec);

std::string text_of(const std::filesystem::path& file);
void write(const std::filesystem::path& file, const std::string& text);

/// The process ids that stand-ins have noted in a file.
std::vector<pid_t> pids_in(const std::filesystem::path& file);
bool is_alive(pid_t pid); ///< false also for one that waits only for its parent to take notice

/// Looks again and again until `condition` holds; false if it does not within `deadline`.
bool comes_true(
    const std::function<bool()>& condition, std::chrono::seconds deadline = std::chrono::seconds(20));

} // namespace freshet::worker::test
