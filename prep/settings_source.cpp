#include "prep/settings_source.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>

namespace freshet::prep {
namespace {

constexpr std::string_view prefix = "FRESHET_";
constexpr std::string_view variable_of_the_build_scripts = "FRESHET_BUILD";

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view blanks = " \t\r";
    const auto first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

std::string option_of(std::string_view variable) {
    std::string option(variable.substr(prefix.size()));
    std::ranges::transform(option, option.begin(),
        [](char c) { return c == '_' ? '-' : static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c); });
    return option;
}

} // namespace

std::string variable_of(std::string_view option) {
    std::string variable(prefix);
    for (const char c : option)
        variable += c == '-' ? '_' : static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
    return variable;
}

bool is_service_link(std::string_view variable, std::string_view value) {
    const auto has = [&](std::string_view part) {
        return variable.find(part) != std::string_view::npos;
    };
    return has("_SERVICE_HOST") || has("_SERVICE_PORT") || value.starts_with("tcp://") ||
           value.starts_with("udp://") || (has("_PORT_") && (has("_TCP") || has("_UDP")));
}

const std::vector<std::string>& options_of_all_programs() {
    static const std::vector<std::string> options = [] {
        std::vector<std::string> names{"burst", "callbacks", "command", "concurrency", "drain-limit",
            "embedded", "fix", "for", "function", "io-concurrency", "json", "lease", "limit", "lock-wait",
            "max-jobs", "max-memory", "max-reaped", "pace", "periodic", "queue", "rules", "run", "runs-root",
            "state", "wait", "watch", "yes"};
        for (const std::string program : {"abstract", "cligen", "wepp", "wepp-watershed"})
            for (const auto* part : {"", "-answers", "-arguments", "-cpu", "-limit", "-memory"})
                names.push_back(program + part);
        return names;
    }();
    return options;
}

std::vector<FoundSetting> settings_from_environment(const std::map<std::string, std::string>& environment) {
    std::vector<FoundSetting> found;
    for (const auto& [variable, value] : environment) {
        const bool ours = variable.starts_with(prefix) && variable != variable_of_the_build_scripts;
        if (ours && !value.empty() && !is_service_link(variable, value))
            found.push_back({option_of(variable), value, "environment", variable});
    }
    return found;
}

Result<std::vector<FoundSetting>> settings_from_file(
    const std::string& path, const std::function<bool(const std::string&)>& may_repeat) {
    std::ifstream file(path);
    if (!file) return Error{Errc::not_found, fmt::format("settings file {}: {}", path, std::strerror(errno))};
    std::vector<FoundSetting> found;
    std::map<std::string, int> line_of;
    std::string text;
    for (int number = 1; std::getline(file, text); ++number) {
        const auto line = trimmed(text);
        if (line.empty() || line.starts_with('#')) continue;
        const auto place = fmt::format("settings file {} line {}", path, number);
        const auto equals = line.find('=');
        const std::string name(trimmed(line.substr(0, equals)));
        if (equals == std::string_view::npos || name.empty())
            return Error{Errc::bad_input, fmt::format("{}: expected 'name = value'", place)};
        const auto [earlier, is_new] = line_of.emplace(name, number);
        if (!is_new && !may_repeat(name))
            return Error{Errc::bad_input,
                fmt::format("{}: '{}' is set in line {} already", place, name, earlier->second)};
        found.push_back({name, std::string(trimmed(line.substr(equals + 1))), place, name});
    }
    return found;
}

} // namespace freshet::prep
