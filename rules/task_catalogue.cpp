#include "rules/task_catalogue.hpp"

#include <algorithm>
#include <array>

namespace freshet::rules {
namespace {

// clang-format off
constexpr auto tasks = std::to_array<Task>({
    // name, stored, label, panel, completion event
    {"if_exists_rmtree", "rmtree", "Remove Existing Files", "", ""},
    {"project_init", "project_init", "Initialize Project", "", ""},
    {"fetch_dem", "fetch_dem", "Fetch DEM", "channel_delineation", ""},
    {"build_channels", "build_channels", "Build Channels", "channel_delineation", "BUILD_CHANNELS_TASK_COMPLETED"},
    {"set_outlet", "set_outlet", "Set Outlet", "outlet", "SET_OUTLET_TASK_COMPLETED"},
    {"find_outlet", "find_outlet", "Find Outlet", "outlet", ""},
    {"build_subcatchments", "build_subcatchments", "Build Subcatchments", "subcatchment_delineation", "BUILD_SUBCATCHMENTS_TASK_COMPLETED"},
    {"abstract_watershed", "abstract_watershed", "Abstract Watershed", "watershed", "WATERSHED_ABSTRACTION_TASK_COMPLETED"},
    {"init_sbs_map", "init_sbs_map", "Initialize SBS Map", "watershed", ""},
    {"landuse_map", "landuse_map", "Landuse Map", "landuse", ""},
    {"build_landuse", "build_landuse", "Build Landuse", "landuse", "LANDUSE_BUILD_TASK_COMPLETED"},
    {"build_rangeland_cover", "build_rangeland_cover", "Build Rangeland Cover", "rangeland_cover", "RANGELAND_COVER_BUILD_TASK_COMPLETED"},
    {"build_soils", "build_soils", "Build Soils", "soils", "SOILS_BUILD_TASK_COMPLETED"},
    {"build_treatments", "build_treatments", "Build Treatments", "treatments", "TREATMENTS_BUILD_TASK_COMPLETED"},
    {"build_climate", "build_climate", "Build Climate", "climate", "CLIMATE_BUILD_TASK_COMPLETED"},
    {"fetch_rap_ts", "build_rap_ts", "Build RAP TS", "", ""},
    {"fetch_openet_ts", "build_openet_ts", "Build OpenET TS", "", ""},
    {"fetch_polaris", "build_polaris", "Build POLARIS Layers", "", ""},
    {"build_rusle", "build_rusle", "Build RUSLE", "", ""},
    {"run_wepp_hillslopes", "run_wepp_hillslopes", "Run WEPP Hillslopes", "wepp", ""},
    {"run_wepp_watershed", "run_wepp_watershed", "Run WEPP Watershed", "wepp", ""},
    {"run_observed", "run_observed", "Run Observed", "", ""},
    {"run_debris", "run_debris", "Run Debris", "debris_flow", "DEBRIS_FLOW_RUN_TASK_COMPLETED"},
    {"run_roads", "run_roads", "Run Roads", "", ""},
    {"run_watar", "run_watar", "Run WATAR", "ash", "ASH_RUN_TASK_COMPLETED"},
    {"run_rhem", "run_rhem", "Run RHEM", "rhem", "RHEM_RUN_TASK_COMPLETED"},
    {"run_omni_scenarios", "run_omni_scenarios", "Run OMNI Scenarios", "omni", ""},
    {"run_omni_contrasts", "run_omni_contrasts", "Run OMNI Contrasts", "omni", ""},
    {"run_path_cost_effective", "run_path_ce", "Run PATH Cost-Effective", "", ""},
    {"dss_export", "dss_export", "Export DSS", "", ""},
    {"run_features_export", "run_features_export", "Export Features", "", ""},
    {"set_readonly", "set_readonly", "Set Read-Only", "", ""},
});
// clang-format on

constexpr auto controller_names = std::to_array<std::string_view>({
    "ron",
    "watershed",
    "topaz",
    "landuse",
    "soils",
    "climate",
    "wepp",
    "observed",
    "rangeland_cover",
    "rhem",
    "ash",
    "debris_flow",
    "disturbed",
    "baer",
    "omni",
    "rap_ts",
    "openet_ts",
    "treatments",
    "path_ce",
    "rusle",
    "roads",
});

const Task* first_with(std::string_view Task::*field, std::string_view value) noexcept {
    const auto found = std::ranges::find(tasks, value, field);
    return found == tasks.end() ? nullptr : &*found;
}

} // namespace

std::span<const Task> all_tasks() noexcept {
    return tasks;
}

const Task* task_named(std::string_view name) noexcept {
    return first_with(&Task::name, name);
}

const Task* task_stored_as(std::string_view stored) noexcept {
    return first_with(&Task::stored, stored);
}

std::span<const std::string_view> controllers() noexcept {
    return controller_names;
}

bool is_controller(std::string_view name) noexcept {
    return std::ranges::find(controller_names, name) != controller_names.end();
}

} // namespace freshet::rules
