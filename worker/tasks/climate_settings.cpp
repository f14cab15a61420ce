#include "worker/tasks/climate_settings.hpp"

#include <boost/json/serialize.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace freshet::worker {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

class Reader {
public:
    Reader(const json::object& controller, std::string_view file) : controller_(controller), file_(file) {}

    Result<std::optional<std::int64_t>> integer(
        std::string_view field, std::int64_t least, std::int64_t most) const {
        const auto* value = controller_.if_contains(field);
        if (!value || value->is_null()) return std::optional<std::int64_t>{};
        json::error_code error;
        const auto number = value->to_number<std::int64_t>(error);
        if (error || number < least || number > most)
            return bad(field, fmt::format("an integer from {} to {}", least, most), value);
        return std::optional(number);
    }

    Result<fs::path> path_inside_the_run(std::string_view field) const {
        constexpr std::string_view expected =
            "the path of a station file, relative to the run's folder and inside it";
        const auto* value = controller_.if_contains(field);
        if (!value || !value->is_string() || value->get_string().empty()) return bad(field, expected, value);
        const auto path = fs::path(std::string_view(value->get_string())).lexically_normal();
        if (path.is_absolute() || *path.begin() == "..") return bad(field, expected, value);
        return path;
    }

    Error bad(std::string_view field, std::string_view expected, const json::value* found) const {
        return {Errc::bad_input, fmt::format("{}: field '{}': expected {}, found {}", file_, field, expected,
                                     found ? json::serialize(*found) : "nothing")};
    }

private:
    const json::object& controller_;
    std::string_view file_;
};

} // namespace

Result<ClimateSettings> read_climate_settings(const json::object& controller, std::string_view file) {
    const Reader reader(controller, file);
    ClimateSettings settings;
    auto station = reader.path_inside_the_run("station");
    if (!station) return station.error();
    settings.station = std::move(*station);

    const auto years = reader.integer("years", 1, 999);
    if (!years) return years.error();
    if (!*years) return reader.bad("years", "an integer from 1 to 999", nullptr);
    settings.years = static_cast<int>(**years);

    const auto first = reader.integer("first_year", 1, 10'000 - settings.years);
    if (!first) return first.error();
    settings.first_year = static_cast<int>(first->value_or(1));

    const auto seed = reader.integer("seed", 0, 999'999'999);
    if (!seed) return seed.error();
    if (*seed) settings.seed = static_cast<std::uint32_t>(**seed);
    return settings;
}

} // namespace freshet::worker
