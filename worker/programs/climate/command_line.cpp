#include "worker/programs/climate/command_line.hpp"

#include "worker/programs/climate/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace freshet::climate {

namespace {

constexpr int last_year = 9999;

/// The flags that were given, each at most once, and asked for by name.
class Flags {
public:
    void add(std::string_view flag, std::string_view value) {
        if (!values_.emplace(flag, value).second) throw BadInput(fmt::format("{}: given twice", flag));
    }

    bool has(std::string_view flag) const { return values_.contains(flag); }

    std::string text(std::string_view flag) const {
        const auto found = values_.find(flag);
        if (found == values_.end()) throw BadInput(fmt::format("{}: missing; see --help", flag));
        if (found->second.empty()) throw BadInput(fmt::format("{}: expected a value, found none", flag));
        return found->second;
    }

    int integer(std::string_view flag, int least, int most) const {
        const auto value = parse_integer(text(flag));
        if (!value || *value < least || *value > most)
            throw BadInput(
                fmt::format("{}: expected an integer {}..{}, found \"{}\"", flag, least, most, text(flag)));
        return *value;
    }

    double number(std::string_view flag, double least, double most) const {
        const auto value = parse_number(text(flag));
        if (!value || *value < least || *value > most)
            throw BadInput(
                fmt::format("{}: expected a number {} .. {}, found \"{}\"", flag, least, most, text(flag)));
        return *value;
    }

    void refuse(std::initializer_list<std::string_view> flags, std::string_view because) const {
        for (const auto flag : flags)
            if (has(flag)) throw BadInput(fmt::format("{}: not with {}; see --help", flag, because));
    }

private:
    std::map<std::string, std::string, std::less<>> values_;
};

[[noreturn]] void unknown(std::string_view argument) {
    throw BadInput(fmt::format("{}: unknown flag; see --help", argument));
}

/// CLIGEN's style: the value sticks to the flag.
Flags sticky_flags(const std::vector<std::string>& arguments) {
    static constexpr std::string_view letters = "iotbyrIO";
    static constexpr std::array<std::string_view, 5> storm_flags{
        "--date", "--amount", "--duration", "--time-to-peak", "--peak-ratio"};
    Flags flags;
    for (const std::string_view argument : arguments) {
        const auto name = argument.substr(0, argument.find('='));
        if (argument == "-F") {
            flags.add(argument, "");
        } else if (argument.starts_with("--")) {
            if (name == argument || std::ranges::find(storm_flags, name) == storm_flags.end())
                unknown(argument);
            flags.add(name, argument.substr(name.size() + 1));
        } else if (argument.size() >= 2 && argument[0] == '-' &&
                   letters.find(argument[1]) != std::string_view::npos) {
            flags.add(argument.substr(0, 2), argument.substr(2));
        } else {
            unknown(argument);
        }
    }
    return flags;
}

struct NamedArguments {
    std::string input;
    Flags flags;
};

/// The style of the subcommands: one input file, and each flag followed by its value.
NamedArguments named_arguments(
    const std::vector<std::string>& arguments, std::initializer_list<std::string_view> known) {
    NamedArguments named;
    for (std::size_t i = 1; i < arguments.size(); ++i) {
        const auto& argument = arguments[i];
        if (std::ranges::find(known, argument) != known.end()) {
            if (i + 1 == arguments.size())
                throw BadInput(fmt::format("{}: expected a value, found none", argument));
            named.flags.add(argument, arguments[++i]);
        } else if (argument.starts_with('-') || !named.input.empty()) {
            unknown(argument);
        } else {
            named.input = argument;
        }
    }
    if (named.input.empty())
        throw BadInput(fmt::format("{}: expected an input file; see --help", arguments[0]));
    return named;
}

Date storm_date(const std::string& text) {
    const auto parts = split(text, '/');
    if (parts.size() == 3) {
        const auto month = parse_integer(parts[0]);
        const auto day = parse_integer(parts[1]);
        const auto year = parse_integer(parts[2]);
        if (month && day && year && *year >= 1 && *year <= last_year) {
            const auto date = date_of(*year, static_cast<unsigned>(*month), static_cast<unsigned>(*day));
            if (date.ok()) return date;
        }
    }
    throw BadInput(fmt::format("--date: expected month/day/year, found \"{}\"", text));
}

DesignStorm design_storm(const Flags& flags) {
    return {.date = storm_date(flags.text("--date")),
        .precipitation = flags.number("--amount", least_precipitation, 999.9),
        .duration = flags.number("--duration", 0.01, 24),
        .time_to_peak = flags.number("--time-to-peak", 0, 1),
        .peak_ratio = flags.number("--peak-ratio", 1, 999)};
}

Years simulated_years(const Flags& flags) {
    const Years years{.first = flags.integer("-b", 1, last_year), .count = flags.integer("-y", 1, 1000)};
    if (years.first + years.count - 1 > last_year)
        throw BadInput(fmt::format("-y: expected at most {} years from -b{}, found {}",
            last_year - years.first + 1, years.first, years.count));
    return years;
}

GenerateCommand parse_generate(const std::vector<std::string>& arguments) {
    const auto flags = sticky_flags(arguments);
    GenerateCommand command{.par = flags.text("-i"), .out = flags.text("-o"), .what = {}};
    command.overwrite = flags.has("-F");
    command.options.command_line = fmt::format("{}", fmt::join(arguments, " "));
    if (flags.has("-r")) command.options.seed = flags.integer("-r", 0, 99999);
    if (flags.has("-I"))
        command.options.interpolation = static_cast<Interpolation>(flags.integer("-I", 0, 3));
    const auto type = flags.integer("-t", 4, 6);
    if (type != 4)
        flags.refuse({"--date", "--amount", "--duration", "--time-to-peak", "--peak-ratio"},
            fmt::format("-t{}", type));
    if (type != 5) flags.refuse({"-b", "-y"}, fmt::format("-t{}", type));
    if (type != 6) flags.refuse({"-O"}, fmt::format("-t{}", type));
    if (type == 4) command.what = design_storm(flags);
    if (type == 5) command.what = simulated_years(flags);
    if (type == 6) command.what = std::filesystem::path(flags.text("-O"));
    return command;
}

FitCommand parse_fit(const std::vector<std::string>& arguments) {
    const auto [input, flags] =
        named_arguments(arguments, {"-o", "--station", "--id", "--latitude", "--longitude", "--elevation",
                                       "--storm-type", "--radiation-coefficient", "--dew-point-depression"});
    FitCommand command{.csv = input, .out = flags.text("-o")};
    auto& site = command.site;
    site.latitude = flags.number("--latitude", -90, 90);
    site.longitude = flags.number("--longitude", -180, 180);
    site.elevation = flags.number("--elevation", -500, 9000);
    if (flags.has("--station")) site.name = flags.text("--station");
    if (flags.has("--id")) site.id = flags.text("--id");
    if (site.name.size() > 40) throw BadInput("--station: expected at most 40 characters, found more");
    if (site.id.size() > 8) throw BadInput("--id: expected at most 8 characters, found more");
    if (flags.has("--storm-type")) site.storm_type = flags.integer("--storm-type", 1, 4);
    if (flags.has("--radiation-coefficient"))
        site.radiation_coefficient = flags.number("--radiation-coefficient", 0.05, 0.5);
    if (flags.has("--dew-point-depression"))
        site.dew_point_depression = flags.number("--dew-point-depression", 0, 20);
    return command;
}

PlotCommand parse_plot(const std::vector<std::string>& arguments) {
    const auto [input, flags] = named_arguments(arguments, {"-o", "--station"});
    PlotCommand command{.cli = input, .out = flags.text("-o")};
    if (flags.has("--station")) command.station = flags.text("--station");
    return command;
}

} // namespace

Command parse_command_line(const std::vector<std::string>& arguments) {
    const auto asks_for_help = [](const std::string& a) {
        return a == "--help" || a == "-h" || a == "-?";
    };
    if (arguments.empty() || std::ranges::any_of(arguments, asks_for_help)) return HelpCommand{};
    if (arguments.front() == "fit") return parse_fit(arguments);
    if (arguments.front() == "plot") return parse_plot(arguments);
    return parse_generate(arguments);
}

} // namespace freshet::climate
