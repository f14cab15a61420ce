#pragma once

#include "rules/error.hpp"

#include <filesystem>
#include <string>
#include <string_view>
#include <utility>

namespace freshet::model {

/// The smallest and the largest value that a field may have.
struct Range {
    double low;
    double high;
};

/// The fields of one line, taken from left to right. Blanks and commas separate; 'single quotes' keep blanks
/// together. Every reader throws Failure (bad_input) that names file, line, field, what was expected and what
/// was found.
class Fields {
public:
    Fields(std::string source, int line, std::string_view text)
        : source_(std::move(source)), line_(line), rest_(text) {}

    double number(std::string_view name);
    double number(std::string_view name, Range range);
    int integer(std::string_view name, int low, int high);
    std::string_view word(std::string_view name);
    bool at_end();

    [[noreturn]] void fail(std::string_view expected, std::string_view found) const;

private:
    std::string_view take();

    std::string source_;
    int line_;
    std::string_view rest_;
};

/// Walks the lines of a text file that was read whole. The readers of the run files are built on it.
class LineReader {
public:
    /// Throws Failure (not_found) when the file cannot be opened.
    explicit LineReader(const std::filesystem::path& path);

    /// The next line as it is; past the end throws Failure naming `expected`.
    std::string_view raw(std::string_view expected);
    /// The fields of the next line that holds more than blanks and a `#` comment.
    Fields fields(std::string_view expected);
    /// The fields of the next line, whatever is in it (for formats without comments).
    Fields plain_fields(std::string_view expected);
    /// Passes over blank and comment lines, then returns the next line without reading it; empty at the end.
    std::string_view peek();
    /// True when only blank and comment lines are left.
    bool at_end() { return peek().empty(); }
    /// Moves to the line after the next comment that contains `text` (letters in any case); false and unmoved
    /// if there is none.
    bool seek_comment(std::string_view text);

    const std::string& source() const noexcept { return source_; }
    int line() const noexcept { return line_; }

private:
    bool next(std::string_view& line);

    std::string source_;
    std::string text_;
    std::size_t at_ = 0;
    int line_ = 0;
};

/// Runs a reader that throws Failure and hands its error back as a value.
template <class Read>
auto as_result(Read&& read) -> Result<decltype(read())> {
    try {
        return std::forward<Read>(read)();
    } catch (const Failure& failure) {
        return failure.error();
    }
}

/// `text` without blanks (and carriage returns) at its ends.
std::string_view trimmed(std::string_view text);

} // namespace freshet::model
