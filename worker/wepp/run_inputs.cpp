#include "worker/wepp/run_inputs.hpp"

#include "prep/files/atomic_file.hpp"
#include "prep/store/controller.hpp"
#include "worker/wepp/lines.hpp"

#include <fmt/format.h>

#include <fstream>

namespace freshet::worker::wepp {
namespace {

namespace fs = std::filesystem;
using prep::Controller;

// The heading is enough: a century of days need not be read for it.
std::string heading_of(const fs::path& cli) {
    constexpr int heading_lines = 5;
    std::ifstream in(cli);
    if (!in)
        throw Failure(
            {Errc::not_found, fmt::format("{}: cannot be read; build the climate first", cli.string())});
    std::string text, line;
    for (int i = 0; i < heading_lines && std::getline(in, line); ++i)
        text += line + "\n";
    return text;
}

fs::path climate_of(const fs::path& run_dir) {
    const auto controller = Controller::load(run_dir / "climate.nodb").value();
    const auto cli = controller.path_in_run("/cli").value();
    if (!cli)
        throw Failure({Errc::bad_input,
            fmt::format(
                "{}: field '/cli': expected the path of a .cli file, found nothing; build the climate first",
                controller.path().string())});
    return run_dir / *cli;
}

} // namespace

fs::path WeppFolder::manifest(int id) const {
    return manifests() / fmt::format("H{}.json", id);
}

void WeppFolder::create() const {
    for (const fs::path& folder : {runs(), manifests()}) {
        std::error_code error;
        fs::create_directories(folder, error);
        if (error)
            throw Failure(
                {Errc::refused, fmt::format("cannot make {}: {}", folder.string(), error.message())});
    }
}

std::vector<std::string> input_names(int id) {
    std::vector<std::string> names;
    for (const auto* ending : {"run", "man", "slp", "cli", "sol"})
        names.push_back(fmt::format("p{}.{}", id, ending));
    return names;
}

std::vector<std::string> watershed_input_names() {
    return {"pw0.run", "pw0.str", "pw0.chn", "pw0.man", "pw0.slp", "pw0.cli", "pw0.sol"};
}

Result<Years> years_of_cli(std::string_view text, std::string_view file) {
    constexpr std::size_t line = 5, first = 4, count = 5;
    const auto lines = lines_of(text);
    if (lines.size() < line) return unexpected(file, lines.size() + 1, "the heading of a .cli file", "");
    const auto words = words_of(lines[line - 1]);
    const auto beginning = words.size() > first ? to_integer(words[first]) : std::nullopt;
    const auto years = words.size() > count ? to_integer(words[count]) : std::nullopt;
    if (!beginning || !years || *beginning < 0 || *years < 1 || *years > 9999)
        return unexpected(file, line,
            "latitude, longitude, elevation, observed years, beginning year and years simulated",
            lines[line - 1]);
    return Years{*beginning, *years};
}

Years years_of(const fs::path& cli) {
    return years_of_cli(heading_of(cli), cli.string()).value();
}

RunInputs load_inputs(const fs::path& run_dir) {
    const auto folder = run_dir / "watershed";
    const auto text_of = [&](const char* name) {
        return prep::read_file(folder / name).value();
    };
    const auto name_of = [&](const char* name) {
        return (folder / name).string();
    };
    RunInputs inputs;
    auto& watershed = inputs.watershed;
    watershed.hillslopes = parse_hillslopes(text_of("hillslopes.csv"), name_of("hillslopes.csv")).value();
    watershed.channels = parse_channels(text_of("channels.csv"), name_of("channels.csv")).value();
    watershed.network =
        parse_network(text_of("network.txt"), watershed.channels, name_of("network.txt")).value();
    inputs.climate = climate_of(run_dir);
    inputs.years = years_of(inputs.climate);
    return inputs;
}

struct WeppSettings::Parts {
    Controller controller;
};

WeppSettings::WeppSettings(const fs::path& run_dir)
    : run_dir_(run_dir),
      parts_(std::make_unique<Parts>(Parts{Controller::load(run_dir / "wepp.nodb").value()})) {}

WeppSettings::~WeppSettings() = default;

fs::path WeppSettings::management_of(int topaz_id) const {
    return path_at({fmt::format("/managements/{}", topaz_id), "/management"});
}

fs::path WeppSettings::soil_of(int topaz_id) const {
    return path_at({fmt::format("/soils/{}", topaz_id), "/soil"});
}

fs::path WeppSettings::channel_management() const {
    return path_at({"/channel_management", "/management"});
}

fs::path WeppSettings::channel_soil() const {
    return path_at({"/channel_soil", "/soil"});
}

ChannelBed WeppSettings::channel_bed() const {
    ChannelBed bed;
    const auto read = [&](const char* pointer, double& into) {
        into = parts_->controller.number(pointer).value().value_or(into);
    };
    read("/channel/bank_slope", bed.bank_slope);
    read("/channel/bare_manning", bed.bare_manning);
    read("/channel/total_manning", bed.total_manning);
    read("/channel/erodibility", bed.erodibility);
    read("/channel/critical_shear", bed.critical_shear);
    return bed;
}

// At the first of the pointers that is there.
fs::path WeppSettings::path_at(const std::vector<std::string>& pointers) const {
    for (const auto& pointer : pointers)
        if (const auto path = parts_->controller.path_in_run(pointer).value()) return run_dir_ / *path;
    throw Failure(
        {Errc::bad_input, fmt::format("{}: field '{}': expected the path of a file in the run, found nothing",
                              parts_->controller.path().string(), pointers.back())});
}

} // namespace freshet::worker::wepp
