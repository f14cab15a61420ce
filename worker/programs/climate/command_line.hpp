#pragma once

#include "worker/programs/climate/fit.hpp"
#include "worker/programs/climate/simulation.hpp"

#include <filesystem>
#include <optional>
#include <string_view>
#include <variant>
#include <vector>

namespace freshet::climate {

struct HelpCommand {};

/// CLIGEN's own command line.
struct GenerateCommand {
    std::filesystem::path par;
    std::filesystem::path out;
    /// What to simulate: years (-t5), a storm (-t4), or the years of a file of observations (-t6).
    std::variant<Years, DesignStorm, std::filesystem::path> what;
    SimulationOptions options{};
    bool overwrite = false;
};

struct FitCommand {
    std::filesystem::path csv;
    std::filesystem::path out;
    SiteFacts site{};
};

struct PlotCommand {
    std::filesystem::path cli;
    std::filesystem::path out;
    std::optional<std::filesystem::path> station{};
};

using Command = std::variant<HelpCommand, GenerateCommand, FitCommand, PlotCommand>;

/// The arguments after the program's name. Throws BadInput that names the flag, what was expected and found;
/// unknown flags and flags given twice are errors.
Command parse_command_line(const std::vector<std::string>& arguments);

extern const std::string_view help_text;

} // namespace freshet::climate
