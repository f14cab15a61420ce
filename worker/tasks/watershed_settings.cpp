#include "worker/tasks/watershed_settings.hpp"

#include "worker/tasks/controller_fields.hpp"

#include <fmt/format.h>

#include <array>

namespace freshet::worker {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 2> conditionings{"fill", "breach"};
constexpr double largest_area_ha = 1e9, longest_channel_m = 1e7, farthest_m = 1e9;

fs::path elevations_of(const prep::Controller& controller) {
    const fs::path run_dir = controller.path().parent_path();
    std::error_code ignored;
    if (auto given = controller.path_in_run("/dem").value()) {
        if (fs::is_regular_file(run_dir / *given, ignored)) return *given;
        throw Failure({Errc::not_found, fmt::format("{}: field '/dem': there is no file {}",
                                            controller.path().string(), (run_dir / *given).string())});
    }
    for (const char* usual : {"dem/dem.asc", "dem/dem.tif"})
        if (fs::is_regular_file(run_dir / usual, ignored)) return usual;
    throw Failure({Errc::not_found, fmt::format("no elevations: expected dem/dem.asc or dem/dem.tif in {}, "
                                                "or the field 'dem' of {}",
                                        run_dir.string(), controller.path().filename().string())});
}

} // namespace

ChannelSettings read_channel_settings(const prep::Controller& controller) {
    const ControllerFields fields(controller);
    return {
        .dem = elevations_of(controller),
        .csa_ha = fields.number("/csa", 1e-6, largest_area_ha, ChannelSettings{}.csa_ha),
        .mcl_m = fields.number("/mcl", 0, longest_channel_m, ChannelSettings{}.mcl_m),
        .conditioning = conditionings.at(fields.choice("/conditioning", conditionings)),
    };
}

OutletPosition read_outlet_position(const prep::Controller& controller) {
    const ControllerFields fields(controller);
    return {
        .x = fields.number("/outlet/x", -farthest_m, farthest_m),
        .y = fields.number("/outlet/y", -farthest_m, farthest_m),
    };
}

} // namespace freshet::worker
