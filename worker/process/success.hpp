#pragma once

#include "rules/error.hpp"
#include "worker/process/child.hpp"

#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace freshet::worker {

/// What a program must print to be believed.
struct SuccessText {
    std::string
        marker; ///< exact text, somewhere in a line: "WEPP COMPLETED WATERSHED SIMULATION SUCCESSFULLY"
    /// Texts that turn success into failure where a line ends with one: "WITH NOTES, CAUTIONS, OR WARNINGS".
    std::vector<std::string> forbidden_endings{};
};

/// Whether the log, a whole file and the last lines of which it may lack (the file is cut at a limit), holds
/// the marker and no line with a forbidden ending. Blanks at the end of a line do not count. The error quotes
/// what was expected, what was found instead, and the last lines. Reads the file: not for the I/O thread.
Result<> check_success_text(const std::filesystem::path& log_file, std::span<const std::string> last_lines,
    const SuccessText& expected);

/// The time by the clock of the file system that holds `folder`, which may be a server's and differ from
/// ours: the modification time of a file that is made there and removed. Take it before the program starts.
Result<std::filesystem::file_time_type> file_system_time(const std::filesystem::path& folder);

/// Whether each output exists, is a file, is not empty and was not last written before `started`.
/// The error names the first that is not.
Result<> check_outputs(
    std::span<const std::filesystem::path> outputs, std::filesystem::file_time_type started);

/// `; the log ends with:` and the last of `lines`, each in a line of its own; without lines: "; the log is
/// empty".
std::string quote_last_lines(std::span<const std::string> lines);

} // namespace freshet::worker
