#include "worker/process/success.hpp"

#include "worker/process/file_descriptor.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <fstream>

namespace freshet::worker {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t lines_quoted = 10;

std::string_view without_blanks_at_end(std::string_view line) {
    const auto last = line.find_last_not_of(" \t\r");
    return last == std::string_view::npos ? std::string_view() : line.substr(0, last + 1);
}

/// Looks at lines in turn and remembers the verdict.
class TextSearch {
public:
    explicit TextSearch(const SuccessText& expected) : expected_(expected) {}

    void look_at(std::string_view raw) {
        const std::string_view line = without_blanks_at_end(raw);
        marker_found_ |= line.find(expected_.marker) != std::string_view::npos;
        const auto& endings = expected_.forbidden_endings;
        if (bad_line_.empty() && std::any_of(endings.begin(), endings.end(),
                                     [&](const std::string& ending) { return line.ends_with(ending); }))
            bad_line_ = line;
    }

    Result<> verdict(const fs::path& log_file, std::span<const std::string> last_lines) const {
        if (marker_found_ && bad_line_.empty()) return {};
        const std::string found =
            bad_line_.empty() ? "it is not there" : fmt::format("found the line \"{}\"", bad_line_);
        return Error{Errc::refused,
            fmt::format("{}: expected the text \"{}\"{}, but {}{}", log_file.string(), expected_.marker,
                bad_line_.empty() ? "" : " alone", found, quote_last_lines(last_lines))};
    }

private:
    const SuccessText& expected_;
    bool marker_found_ = false;
    std::string bad_line_;
};

Error bad_output(const fs::path& output, std::string_view what) {
    return {Errc::not_found, fmt::format("expected output {} {}", output.string(), what)};
}

} // namespace

Result<> check_success_text(
    const fs::path& log_file, std::span<const std::string> last_lines, const SuccessText& expected) {
    std::ifstream log(log_file);
    if (!log) return system_error("cannot read the log", log_file, errno);
    TextSearch search(expected);
    for (std::string line; std::getline(log, line);)
        search.look_at(line);
    for (const std::string& line : last_lines)
        search.look_at(line);
    return search.verdict(log_file, last_lines);
}

Result<fs::file_time_type> file_system_time(const fs::path& folder) {
    std::string name = (folder / ".clock-XXXXXX").string();
    const FileDescriptor file(::mkostemp(name.data(), O_CLOEXEC));
    if (!file) return system_error("cannot make a file in", folder, errno);
    std::error_code failed;
    const auto time = fs::last_write_time(name, failed);
    ::unlink(name.c_str());
    if (failed) return system_error("cannot read the modification time of", name, failed.value());
    return time;
}

Result<> check_outputs(std::span<const fs::path> outputs, fs::file_time_type started) {
    for (const fs::path& output : outputs) {
        std::error_code failed;
        const auto status = fs::status(output, failed);
        if (status.type() == fs::file_type::not_found) return bad_output(output, "is missing");
        if (failed) return system_error("cannot look at the expected output", output, failed.value());
        if (!fs::is_regular_file(status)) return bad_output(output, "is not a file");
        const auto size = fs::file_size(output, failed);
        const auto written = fs::last_write_time(output, failed);
        if (failed) return system_error("cannot look at the expected output", output, failed.value());
        if (size == 0) return bad_output(output, "is empty");
        if (written < started)
            return bad_output(output, "is older than the start of the program that should write it");
    }
    return {};
}

std::string quote_last_lines(std::span<const std::string> lines) {
    if (lines.empty()) return "; the log is empty";
    std::string text = "; the log ends with:";
    for (const std::string& line : lines.last(std::min(lines.size(), lines_quoted)))
        text += fmt::format("\n    {}", line);
    return text;
}

} // namespace freshet::worker
