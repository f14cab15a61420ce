#pragma once

#include <span>
#include <string_view>

namespace freshet::rules {

/// A step of a run that stamps `timestamps:<stored>` in the run hash when it completes.
struct Task {
    std::string_view name;             ///< what code and people call it: "fetch_rap_ts"
    std::string_view stored;           ///< what the run hash and the rules file call it: "build_rap_ts"
    std::string_view label;            ///< for people: "Build RAP TS"
    std::string_view panel;            ///< status channel `<run id>:<panel>`; empty: none of its own
    std::string_view completion_event; ///< of the TRIGGER message; empty: completion triggers nothing
};

/// Every task, in the order of a run's work. Names and stored values are each unique. Static storage.
///
/// `run_wepp` is not among them: runs made before the WEPP run was split in two still carry its timestamp,
/// which the preflight checklist reads, but nothing stamps it any more and no rule may name it.
std::span<const Task> all_tasks() noexcept;

/// The task with that `name` or with that `stored` value; null if there is none.
const Task* task_named(std::string_view name) noexcept;
const Task* task_stored_as(std::string_view stored) noexcept;

/// Every controller of a run, `<run dir>/<name>.nodb`. Static storage.
std::span<const std::string_view> controllers() noexcept;
bool is_controller(std::string_view name) noexcept;

/// Stored values of the tasks that code names.
namespace task {
inline constexpr std::string_view rmtree = "rmtree";
inline constexpr std::string_view project_init = "project_init";
inline constexpr std::string_view fetch_dem = "fetch_dem";
inline constexpr std::string_view build_channels = "build_channels";
inline constexpr std::string_view set_outlet = "set_outlet";
inline constexpr std::string_view find_outlet = "find_outlet";
inline constexpr std::string_view build_subcatchments = "build_subcatchments";
inline constexpr std::string_view abstract_watershed = "abstract_watershed";
inline constexpr std::string_view build_landuse = "build_landuse";
inline constexpr std::string_view build_rangeland_cover = "build_rangeland_cover";
inline constexpr std::string_view build_soils = "build_soils";
inline constexpr std::string_view build_climate = "build_climate";
inline constexpr std::string_view build_rap_ts = "build_rap_ts";
inline constexpr std::string_view build_openet_ts = "build_openet_ts";
inline constexpr std::string_view run_wepp_hillslopes = "run_wepp_hillslopes";
inline constexpr std::string_view run_wepp_watershed = "run_wepp_watershed";
inline constexpr std::string_view run_observed = "run_observed";
inline constexpr std::string_view run_debris = "run_debris";
inline constexpr std::string_view run_watar = "run_watar";
inline constexpr std::string_view run_rhem = "run_rhem";
inline constexpr std::string_view run_omni_scenarios = "run_omni_scenarios";
inline constexpr std::string_view run_path_ce = "run_path_ce";
inline constexpr std::string_view dss_export = "dss_export";
} // namespace task

} // namespace freshet::rules
