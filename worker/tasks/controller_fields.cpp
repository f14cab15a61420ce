#include "worker/tasks/controller_fields.hpp"

#include <boost/json/serialize.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace freshet::worker {

int ControllerFields::integer(
    std::string_view pointer, int least, int most, std::optional<int> fallback) const {
    if (const auto value = controller_.integer(pointer, least, most).value()) return static_cast<int>(*value);
    if (!fallback) refuse(pointer, fmt::format("an integer {}..{}", least, most));
    return *fallback;
}

double ControllerFields::number(
    std::string_view pointer, double least, double most, std::optional<double> fallback) const {
    auto value = controller_.number(pointer).value();
    if (!value) value = fallback;
    if (!value || !(*value >= least && *value <= most))
        refuse(pointer, fmt::format("a number from {} to {}", least, most));
    return *value;
}

std::string ControllerFields::text(std::string_view pointer, std::string_view expected) const {
    auto value = controller_.string(pointer).value();
    if (!value || value->empty()) refuse(pointer, expected);
    return std::move(*value);
}

std::size_t ControllerFields::choice(
    std::string_view pointer, std::span<const std::string_view> words) const {
    const auto word = controller_.string(pointer).value();
    if (!word) return 0;
    const auto found = std::find(words.begin(), words.end(), *word);
    if (found == words.end()) refuse(pointer, fmt::format("one of {}", fmt::join(words, ", ")));
    return static_cast<std::size_t>(found - words.begin());
}

std::filesystem::path ControllerFields::path(std::string_view pointer) const {
    auto path = controller_.path_in_run(pointer).value();
    if (!path) refuse(pointer, "a path relative to the run's folder and inside it");
    return std::move(*path);
}

void ControllerFields::refuse(std::string_view pointer, std::string_view expected) const {
    const auto found = controller_.document().find(pointer);
    throw Failure({Errc::bad_input,
        fmt::format("{}: field '{}': expected {}, found {}", controller_.path().string(), pointer, expected,
            found && !found->is_null() ? boost::json::serialize(*found) : "nothing")});
}

} // namespace freshet::worker
