#include "worker/programs/model/answers.hpp"

#include "worker/programs/model/line_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>

namespace freshet::model {

namespace {

std::string lower(std::string_view text) {
    std::string result(text);
    std::transform(result.begin(), result.end(), result.begin(),
        [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return result;
}

} // namespace

Answers::Answers(std::istream& input) {
    for (std::string line; std::getline(input, line);) {
        ++lines_;
        const auto answer = trimmed(std::string_view(line).substr(0, line.find('#')));
        if (!answer.empty()) answers_.push_back({lines_, std::string(answer)});
    }
}

void Answers::fail(std::string_view prompt, std::string_view expected, std::string_view found) const {
    const int line = next_ == 0 ? 1 : answers_[next_ - 1].line;
    throw Failure({Errc::bad_input, fmt::format("standard input: line {}: {}: expected {}, found \"{}\"",
                                        line, prompt, expected, found)});
}

std::string Answers::text(std::string_view prompt) {
    if (next_ == answers_.size())
        throw Failure({Errc::bad_input,
            fmt::format("standard input: line {}: {}: expected an answer, found the end of the answers",
                lines_ + 1, prompt)});
    return answers_[next_++].text;
}

int Answers::integer(std::string_view prompt, int low, int high) {
    const auto answer = text(prompt);
    int value = 0;
    const auto [end, error] = std::from_chars(answer.data(), answer.data() + answer.size(), value);
    if (error != std::errc() || end != answer.data() + answer.size() || value < low || value > high)
        fail(prompt, fmt::format("an integer within {} to {}", low, high), answer);
    return value;
}

bool Answers::yes(std::string_view prompt) {
    const auto answer = text(prompt);
    const auto word = lower(answer);
    if (word == "y" || word == "yes") return true;
    if (word == "n" || word == "no") return false;
    fail(prompt, "Yes or No", answer);
}

std::string Answers::output_file(std::string_view output) {
    if (!yes(fmt::format("{} output", output))) return {};
    return text(fmt::format("name of the {} file", output));
}

void Answers::must_be(std::string_view prompt, std::string_view choice, std::string_view meaning) {
    const auto answer = text(prompt);
    const auto word = lower(answer);
    const auto wanted = lower(choice);
    const bool abbreviates = wanted == "yes" && word == "y";
    const bool abbreviates_no = wanted == "no" && word == "n";
    if (word != wanted && !abbreviates && !abbreviates_no)
        fail(prompt, fmt::format("{} ({})", choice, meaning), answer);
}

} // namespace freshet::model
