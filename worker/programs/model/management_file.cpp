#include "worker/programs/model/management_file.hpp"

#include "worker/programs/model/line_reader.hpp"

#include <fmt/format.h>

#include <vector>

namespace freshet::model {

namespace {

constexpr Range fraction{0, 1};
constexpr double default_rill_spacing_m = 1;

/// A scenario opens with its name and three lines of free text, which may be blank.
void skip_name(LineReader& lines, std::string_view what) {
    lines.peek();
    for (int i = 0; i < 4; ++i)
        lines.raw(what);
}

struct Plant {
    double height_m = 0;
    double root_mass_kgm2 = 0;
};

Plant read_plant(LineReader& lines) {
    skip_name(lines, "a plant's name and description");
    auto landuse = lines.fields("land use of the plant");
    if (const int kind = landuse.integer("land use", 1, 4); kind != 1)
        landuse.fail("land use 1 (cropland format)", fmt::format("{}", kind));
    lines.fields("units of the plant's yield");
    lines.fields("growth of the plant");
    auto shape = lines.fields("height of the plant");
    for (const auto* name : {"dlai", "dropfc", "extnct", "fact", "flivmx", "gddmax", "hi"})
        shape.number(name);
    Plant plant;
    plant.height_m = shape.number("greatest canopy height in m", {0, 150});
    lines.fields("residue of the plant");
    auto roots = lines.fields("roots of the plant");
    for (const auto* name : {"oratea", "orater", "otemp", "pltol", "pltsp", "rdmax", "rsr"})
        roots.number(name);
    plant.root_mass_kgm2 = roots.number("greatest root mass in kg/m2", {0, 100});
    lines.fields("temperatures of the plant");
    return plant;
}

std::vector<Plant> read_plants(LineReader& lines) {
    if (!lines.seek_comment("plant section")) return {};
    const int count = lines.fields("number of plants").integer("number of plants", 0, 1000);
    std::vector<Plant> plants;
    for (int i = 0; i < count; ++i)
        plants.push_back(read_plant(lines));
    return plants;
}

Cover read_scenario(LineReader& lines, const std::vector<Plant>& plants) {
    skip_name(lines, "an initial condition's name and description");
    auto landuse = lines.fields("land use of the initial condition");
    const int kind = landuse.integer("land use", 1, 4);
    if (kind != 1) landuse.fail("land use 1 (cropland format)", fmt::format("{}", kind));

    Cover cover;
    auto canopy = lines.fields("bulk density and canopy cover");
    canopy.number("bulk density", {0, 3});
    cover.canopy = canopy.number("initial canopy cover", fraction);
    cover.days_since_tillage = canopy.number("days since tillage", {0, 1e6});
    canopy.number("days since harvest", {0, 1e6});
    canopy.number("frost depth", {0, 100});
    cover.interrill = canopy.number("initial interrill cover", fraction);

    constexpr int perennial = 2;
    const auto plant = static_cast<std::size_t>(
        lines.fields("residue plant of the initial condition").integer("residue plant", 0, 100000));
    const int system = lines.fields("cropping system").integer("cropping system", 1, 3);
    if (system == perennial && plant >= 1 && plant <= plants.size()) {
        cover.canopy_height_m = plants[plant - 1].height_m;
        cover.live_roots_kgm2 = plants[plant - 1].root_mass_kgm2;
    }

    auto rill = lines.fields("ridge height and rill cover");
    rill.number("rain since tillage in mm", {0, 1e6});
    rill.number("ridge height in m", {0, 10});
    cover.rill = rill.number("initial rill cover", fraction);
    cover.roughness_m = rill.number("roughness in m", {0, 1});
    const double spacing = rill.number("rill spacing in m", {0, 1000});
    cover.rill_spacing_m = spacing > 0 ? spacing : default_rill_spacing_m;

    lines.fields("rill type").integer("rill type", 0, 2);
    auto depths = lines.fields("snow, thaw and tillage depths and rill width");
    for (const auto* name : {"snow depth", "thaw depth", "secondary tillage depth", "primary tillage depth"})
        depths.number(name, {0, 100});
    cover.rill_width_m = depths.number("rill width in m", {0, 100});
    auto masses = lines.fields("root and residue mass");
    cover.dead_roots_kgm2 = masses.number("dead root mass in kg/m2", {0, 100});
    cover.buried_residue_kgm2 = masses.number("buried residue mass in kg/m2", {0, 100});
    return cover;
}

void check_heading(LineReader& lines) {
    auto version = lines.fields("the version of the management file");
    const double number = version.number("version");
    if (number != 98.4) version.fail("management format 98.4", fmt::format("{}", number));
    auto elements = lines.fields("number of overland flow elements");
    const int count = elements.integer("number of overland flow elements", 1, 1000);
    if (count != 1) elements.fail("one overland flow element", fmt::format("{}", count));
}

std::vector<Cover> read_scenarios(LineReader& lines, const std::vector<Plant>& plants) {
    if (!lines.seek_comment("initial condition"))
        throw Failure({Errc::bad_input,
            fmt::format(
                "{}: expected a comment line \"Initial Conditions Section\", found none", lines.source())});
    const int count =
        lines.fields("number of initial conditions").integer("number of initial conditions", 1, 1000);
    std::vector<Cover> covers;
    for (int i = 0; i < count; ++i)
        covers.push_back(read_scenario(lines, plants));
    return covers;
}

/// Which initial condition the element uses; the first when there is only one or no management section to
/// ask.
std::size_t chosen_scenario(LineReader& lines, std::size_t count) {
    if (count == 1 || !lines.seek_comment("management section")) return 0;
    skip_name(lines, "the management's name and description");
    lines.fields("number of overland flow elements").integer("number of overland flow elements", 1, 1);
    return static_cast<std::size_t>(lines.fields("initial condition index")
                                        .integer("initial condition index", 1, static_cast<int>(count)) -
                                    1);
}

} // namespace

Result<Cover> read_cover(const std::filesystem::path& path) {
    return as_result([&] {
        LineReader lines(path);
        check_heading(lines);
        const auto plants = read_plants(lines);
        const auto covers = read_scenarios(lines, plants);
        return covers[chosen_scenario(lines, covers.size())];
    });
}

} // namespace freshet::model
