#include "worker/programs/watershed/arguments.hpp"

#include "worker/programs/watershed/outlet.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <initializer_list>
#include <map>

namespace freshet::watershed {
namespace {

struct Range {
    double least;
    double most;
};
constexpr Range any_number{-1e12, 1e12};
constexpr Range areas_and_lengths{0, 1e9};
constexpr Range positions{0, 2147483647};

Error bad(std::string message) {
    return {Errc::bad_input, std::move(message)};
}

/// The flags of one step. The first thing wrong is kept, so that a step can ask for all its flags and then
/// look.
class Flags {
public:
    Flags(std::span<const std::string_view> arguments, std::initializer_list<std::string_view> with_value,
        std::initializer_list<std::string_view> switches) {
        for (std::size_t i = 0; i < arguments.size(); ++i) {
            const std::string_view flag = arguments[i];
            if (std::ranges::find(switches, flag) != switches.end()) {
                values_[flag] = "";
            } else if (std::ranges::find(with_value, flag) == with_value.end()) {
                fail(fmt::format("unknown argument \"{}\"", flag));
            } else if (i + 1 == arguments.size()) {
                fail(fmt::format("{}: expected a value", flag));
            } else {
                values_[flag] = arguments[++i];
            }
        }
    }

    bool has(std::string_view flag) const { return values_.contains(flag); }

    std::string text(std::string_view flag) {
        if (!has(flag)) fail(fmt::format("{} is missing", flag));
        return std::string(values_[flag]);
    }

    double number(std::string_view flag, const Range& range) {
        const std::string word = text(flag);
        double value = 0;
        const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
        const bool whole = error == std::errc{} && end == word.data() + word.size();
        if (!whole || !(value >= range.least && value <= range.most)) {
            fail(fmt::format(
                "{}: expected a number from {} to {}, found \"{}\"", flag, range.least, range.most, word));
        }
        return value;
    }

    int position(std::string_view flag) {
        const double value = number(flag, positions);
        if (value != std::floor(value))
            fail(fmt::format("{}: expected a whole number, found {}", flag, value));
        return static_cast<int>(value);
    }

    void fail(std::string message) {
        if (error_.empty()) error_ = std::move(message);
    }

    template <class Step>
    Result<Command> give(Step step) const {
        if (!error_.empty()) return bad(error_);
        return Command(std::move(step));
    }

private:
    std::map<std::string_view, std::string_view> values_;
    std::string error_;
};

Result<Command> parse_channels(std::span<const std::string_view> arguments) {
    Flags flags(arguments, {"--dem", "--out", "--csa", "--mcl"}, {"--fill", "--breach", "--metres"});
    ChannelsStep step;
    step.dem = flags.text("--dem");
    step.out = flags.text("--out");
    step.channels.critical_source_area = flags.number("--csa", areas_and_lengths);
    step.channels.min_length = flags.number("--mcl", areas_and_lengths);
    if (flags.has("--fill") && flags.has("--breach"))
        flags.fail("expected one of --fill and --breach, found both");
    if (flags.has("--breach")) step.conditioning = Conditioning::breach;
    if (flags.has("--metres")) step.check = CoordinateCheck::trust_metres;
    return flags.give(std::move(step));
}

Result<Command> parse_outlet(std::span<const std::string_view> arguments) {
    Flags flags(arguments, {"--dir", "--x", "--y", "--row", "--col", "--radius"}, {});
    OutletStep step;
    step.dir = flags.text("--dir");
    const bool by_row = flags.has("--row") || flags.has("--col");
    if (by_row && (flags.has("--x") || flags.has("--y")))
        flags.fail("expected --x and --y, or --row and --col, found both");
    if (by_row) {
        step.row_and_column = {flags.position("--row"), flags.position("--col")};
    } else {
        step.position = {flags.number("--x", any_number), flags.number("--y", any_number)};
    }
    if (flags.has("--radius")) step.radius = flags.number("--radius", areas_and_lengths);
    return flags.give(std::move(step));
}

Result<Command> parse_abstract(std::span<const std::string_view> arguments) {
    Flags flags(arguments, {"--dir", "--out"}, {});
    AbstractStep step;
    step.dir = flags.text("--dir");
    step.out = flags.has("--out") ? std::filesystem::path(flags.text("--out")) : step.dir / "watershed";
    return flags.give(std::move(step));
}

} // namespace

bool asks_for_help(std::span<const std::string_view> arguments) {
    return std::ranges::find(arguments, "--help") != arguments.end();
}

Result<Command> parse_arguments(std::span<const std::string_view> arguments) {
    if (arguments.empty()) return bad("expected a step: channels, outlet or abstract (see --help)");
    const auto rest = arguments.subspan(1);
    if (arguments[0] == "channels") return parse_channels(rest);
    if (arguments[0] == "outlet") return parse_outlet(rest);
    if (arguments[0] == "abstract") return parse_abstract(rest);
    return bad(fmt::format(
        "expected a step: channels, outlet or abstract, found \"{}\" (see --help)", arguments[0]));
}

std::string usage() {
    return fmt::format(
        "freshet-watershed: from an elevation grid to channels and hillslopes for WEPP\n\n"
        "  freshet-watershed channels --dem FILE --out DIR --csa HECTARES --mcl METRES [--fill | --breach] "
        "[--metres]\n"
        "      removes depressions (default: fill), finds flow directions, accumulation and channels\n"
        "      --dem     Arc ASCII grid or GeoTIFF, square cells, metres\n"
        "      --csa     area that must drain through a cell to make it a channel\n"
        "      --mcl     shorter channels at the upper ends are dropped\n"
        "      --metres  coordinates are metres, though they look like degrees\n\n"
        "  freshet-watershed outlet --dir DIR (--x X --y Y | --row ROW --col COL) [--radius METRES]\n"
        "      moves the outlet to the nearest channel within the radius (default: {} cells)\n"
        "      ROW, COL count from 0 in the north-west\n\n"
        "  freshet-watershed abstract --dir DIR [--out DIR]\n"
        "      numbers channels and hillslopes above the outlet, writes tables, slope files, maps\n"
        "      --out     default: DIR/watershed\n\n"
        "Exit: 0 done (last line WATERSHED <STEP> COMPLETED SUCCESSFULLY), 2 bad arguments or input, 1 "
        "otherwise.\n",
        default_snap_cells);
}

} // namespace freshet::watershed
