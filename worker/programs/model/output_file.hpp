#pragma once

#include <cstdio>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace freshet::model {

/// A text file that is written piece by piece to `<path>.part` and put in place by commit(), so that a file
/// under its final name is whole; without commit() the part file is removed. An empty path stands for an
/// output that was not asked for: nothing is written. Every function throws Failure (refused) with the
/// system's reason: no such folder, no space left, not allowed.
class OutputFile {
public:
    explicit OutputFile(std::string path);
    ~OutputFile();
    OutputFile(OutputFile&& other) noexcept = default;

    bool wanted() const noexcept { return !path_.empty(); }
    void append(std::string_view text);
    void commit();

private:
    struct Close {
        void operator()(std::FILE* file) const { std::fclose(file); }
    };

    [[noreturn]] void fail(std::string_view action) const;
    std::string part() const { return path_ + ".part"; }

    std::string path_;
    std::unique_ptr<std::FILE, Close> file_;
};

/// Writes a file in one piece.
void write_file(const std::string& path, std::string_view text);

/// A report in the making: the text of the days added since the last clear(), the heading before the first.
/// Those derived from it have add(day).
class DailyText {
public:
    const std::string& text() const noexcept { return text_; }
    void clear() { text_.clear(); }

protected:
    explicit DailyText(std::string heading = {}) : text_(std::move(heading)) {}
    ~DailyText() = default;

    std::string text_;
};

/// A DailyText that goes to its file day by day.
template <class Report>
class ReportFile {
public:
    template <class... Arguments>
    explicit ReportFile(const std::string& path, Arguments&&... arguments)
        : file_(path), report_(std::forward<Arguments>(arguments)...) {}

    template <class Day>
    void add(const Day& day) {
        if (!file_.wanted()) return;
        report_.add(day);
        file_.append(report_.text());
        report_.clear();
    }
    void commit() { file_.commit(); }

private:
    OutputFile file_;
    Report report_;
};

} // namespace freshet::model
