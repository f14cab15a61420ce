#include "worker/tasks/climate_settings.hpp"

#include "worker/tasks/controller_fields.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <fstream>
#include <string>

namespace freshet::worker {
namespace {

using namespace std::chrono;

enum class Mode { generated, observed, single_storm };
constexpr std::array<std::string_view, 3> modes{"generated", "observed", "single_storm"};

// What the columns of a .cli hold, so what freshet-climate takes.
constexpr int last_of_years = 9'999, most_seed = 99'999;
constexpr double shortest_storm_h = 0.01, most_amount_mm = 999.9, most_peak_ratio = 999;

GeneratedWeather generated_weather(const ControllerFields& fields) {
    const int years = fields.integer("/years", 1, 999);
    return {.years = years, .first_year = fields.integer("/first_year", 1, last_of_years + 1 - years, 1)};
}

year_month_day date_in(const ControllerFields& fields, std::string_view pointer) {
    constexpr const char* expected = "a date like \"2005-06-15\", of the years 1 to 9999";
    const std::string text = fields.text(pointer, expected);
    int year_found = 0, length = 0;
    unsigned month_found = 0, day_found = 0;
    const int found =
        std::sscanf(text.c_str(), "%4d-%2u-%2u%n", &year_found, &month_found, &day_found, &length);
    const year_month_day date{year(year_found), month(month_found), day(day_found)};
    if (found != 3 || static_cast<std::size_t>(length) != text.size() || !date.ok() || year_found < 1)
        fields.refuse(pointer, expected);
    return date;
}

SingleStorm single_storm(const ControllerFields& fields) {
    return {
        .date = date_in(fields, "/date"),
        .amount_mm = fields.number("/amount", 0.3, most_amount_mm),
        .duration_h = fields.number("/duration", shortest_storm_h, 24),
        .time_to_peak = fields.number("/time_to_peak", 0, 1),
        .peak_ratio = fields.number("/peak_ratio", 1, most_peak_ratio),
    };
}

std::optional<year_month_day> date_of_prn_line(const std::string& text) {
    unsigned month_found = 0, day_found = 0;
    int year_found = 0;
    if (std::sscanf(text.c_str(), "%5u%5u%5d", &month_found, &day_found, &year_found) != 3)
        return std::nullopt;
    const year_month_day date{year(year_found), month(month_found), day(day_found)};
    if (!date.ok()) return std::nullopt;
    return date;
}

} // namespace

ClimateSettings read_climate_settings(const prep::Controller& controller) {
    const ControllerFields fields(controller);
    ClimateSettings settings;
    settings.station = fields.path("/station");
    switch (static_cast<Mode>(fields.choice("/mode", modes))) {
    case Mode::generated:
        settings.weather = generated_weather(fields);
        break;
    case Mode::observed:
        settings.weather = ObservedWeather{fields.path("/observed")};
        break;
    case Mode::single_storm:
        settings.weather = single_storm(fields);
        break;
    }
    if (const auto seed = controller.integer("/seed", 0, most_seed).value())
        settings.seed = static_cast<std::uint32_t>(*seed);
    return settings;
}

Result<Days> days_of_prn(const std::filesystem::path& file) {
    std::ifstream in(file);
    if (!in) return Error{Errc::not_found, fmt::format("{}: cannot be read", file.string())};
    std::optional<Days> days;
    int line = 0;
    for (std::string text; std::getline(in, text);) {
        ++line;
        if (text.find_first_not_of(" \t\r") == std::string::npos) continue;
        const auto date = date_of_prn_line(text);
        if (!date)
            return Error{
                Errc::bad_input, fmt::format("{} line {}: expected month, day and year in columns of 5, "
                                             "found '{}'",
                                     file.string(), line, text)};
        const sys_days day = *date;
        days = Days{days ? days->first : day, day};
    }
    if (!days)
        return Error{
            Errc::bad_input, fmt::format("{}: expected a line for each day, found none", file.string())};
    return *days;
}

} // namespace freshet::worker
