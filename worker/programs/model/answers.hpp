#pragma once

#include "rules/error.hpp"

#include <istream>
#include <string>
#include <string_view>
#include <vector>

namespace freshet::model {

/// Answers as an operator would type them, one a line, read from standard input by prompt. What follows a `#`
/// is a comment; blank lines are passed over, so an answer is never blank. Every reader throws Failure
/// (bad_input) that names the answer's line, the prompt, what was expected and what was found.
class Answers {
public:
    /// Reads `input` to its end.
    explicit Answers(std::istream& input);

    std::string text(std::string_view prompt);
    int integer(std::string_view prompt, int low, int high);
    bool yes(std::string_view prompt);
    /// The file of an output that may be asked for: Yes and its name, or No, which gives ''.
    std::string output_file(std::string_view output);
    /// Takes an answer that has to be `choice` (letters in any case), which stands for `meaning`.
    void must_be(std::string_view prompt, std::string_view choice, std::string_view meaning);

private:
    [[noreturn]] void fail(std::string_view prompt, std::string_view expected, std::string_view found) const;

    struct Answer {
        int line;
        std::string text;
    };
    std::vector<Answer> answers_;
    std::size_t next_ = 0;
    int lines_ = 0;
};

} // namespace freshet::model
