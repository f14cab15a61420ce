#include "worker/tasks/answers.hpp"

#include <fmt/format.h>

namespace freshet::worker {

Result<std::string> fill_answers(
    std::string_view text, const std::map<std::string, std::string>& values, std::string_view name) {
    std::string filled;
    while (true) {
        const auto open = text.find('{');
        filled += text.substr(0, open);
        if (open == std::string_view::npos) return filled;
        const auto close = text.find('}', open);
        const std::string key(
            text.substr(open + 1, close == std::string_view::npos ? close : close - open - 1));
        const auto value = values.find(key);
        if (close == std::string_view::npos || value == values.end())
            return Error{Errc::bad_input, fmt::format("{}: unknown placeholder '{{{}}}'", name, key)};
        filled += value->second;
        text.remove_prefix(close + 1);
    }
}

} // namespace freshet::worker
