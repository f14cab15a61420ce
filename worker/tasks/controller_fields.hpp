#pragma once

#include "prep/store/controller.hpp"

#include <optional>
#include <span>
#include <string_view>

namespace freshet::worker {

/// The fields that a task reads from its controller, by JSON pointer. Each function throws Failure
/// (bad_input) that names the file, the field, what was expected and what was found. Absent and null read as
/// the fallback; without one they are refused.
class ControllerFields {
public:
    /// `controller` outlives this.
    explicit ControllerFields(const prep::Controller& controller) : controller_(controller) {}

    int integer(std::string_view pointer, int least, int most, std::optional<int> fallback = {}) const;
    double number(
        std::string_view pointer, double least, double most, std::optional<double> fallback = {}) const;
    std::string text(std::string_view pointer, std::string_view expected) const;
    /// Which of `words` the field holds, as its index; the first is the fallback.
    std::size_t choice(std::string_view pointer, std::span<const std::string_view> words) const;
    /// A path relative to the run's folder and inside it.
    std::filesystem::path path(std::string_view pointer) const;

    [[noreturn]] void refuse(std::string_view pointer, std::string_view expected) const;

private:
    const prep::Controller& controller_;
};

} // namespace freshet::worker
