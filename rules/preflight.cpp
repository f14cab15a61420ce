#include "rules/preflight.hpp"

#include "rules/task_catalogue.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <initializer_list>

namespace freshet::rules {
namespace {

using Time = std::optional<std::int64_t>;

constexpr std::string_view timestamp_prefix = "timestamps:";
constexpr std::string_view lock_prefix = "locked:";
constexpr std::string_view run_wepp = "run_wepp"; // of runs from before WEPP was split in two tasks

Time seconds_of(std::string_view text) {
    std::int64_t seconds = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (error != std::errc{} || end != text.data() + text.size() || seconds < 0) return std::nullopt;
    return seconds;
}

class Run {
public:
    explicit Run(const RunHash& fields) : fields_(fields) {}

    std::string_view value(std::string_view field) const {
        const auto found = fields_.find(field);
        return found == fields_.end() ? std::string_view{} : found->second;
    }

    Time time(std::string_view task) const {
        return seconds_of(value(std::string(timestamp_prefix).append(task)));
    }

    Time newest(std::initializer_list<std::string_view> tasks) const {
        Time latest;
        for (const auto task : tasks)
            latest = std::max(latest, time(task));
        return latest;
    }

    Time wepp() const {
        const auto watershed = time(task::run_wepp_watershed);
        return watershed ? watershed : time(run_wepp);
    }

    template <class F>
    void each_with_prefix(std::string_view prefix, F&& use) const {
        for (auto at = fields_.lower_bound(prefix); at != fields_.end() && at->first.starts_with(prefix);
             ++at)
            use(std::string_view(at->first).substr(prefix.size()), at->second);
    }

private:
    const RunHash& fields_;
};

bool later(Time a, Time b) {
    return a && b && *a > *b;
}

bool after_inputs(const Run& run, Time time) {
    return later(time, run.time(task::build_landuse)) && later(time, run.time(task::build_soils)) &&
           later(time, run.time(task::build_climate));
}

bool after_inputs_and_wepp(const Run& run, std::string_view task) {
    return after_inputs(run, run.time(task)) && later(run.time(task), run.wepp());
}

bool soils_done(const Run& run) {
    const auto soils = run.time(task::build_soils);
    return later(soils, run.time(task::abstract_watershed)) &&
           (later(soils, run.time(task::build_landuse)) ||
               later(soils, run.time(task::build_rangeland_cover)));
}

struct Line {
    std::string_view name;
    bool (*done)(const Run&);
};

// clang-format off
constexpr auto lines = std::to_array<Line>({
    {"sbs_map", [](const Run& run) { return run.value("attrs:has_sbs") == "true"; }},
    {"channels", [](const Run& run) { return run.time(task::build_channels).has_value(); }},
    {"outlet", [](const Run& run) { return later(run.newest({task::set_outlet, task::find_outlet}), run.time(task::build_channels)); }},
    {"subcatchments", [](const Run& run) { return later(run.time(task::abstract_watershed), run.time(task::build_channels)); }},
    {"landuse", [](const Run& run) { return later(run.time(task::build_landuse), run.time(task::abstract_watershed)); }},
    {"soils", soils_done},
    {"rangeland_cover", [](const Run& run) { return run.time(task::build_rangeland_cover).has_value(); }},
    {"climate", [](const Run& run) { return later(run.time(task::build_climate), run.time(task::abstract_watershed)); }},
    {"rap_ts", [](const Run& run) { return later(run.time(task::build_rap_ts), run.time(task::build_climate)); }},
    {"openet_ts", [](const Run& run) { return later(run.time(task::build_openet_ts), run.time(task::build_climate)); }},
    {"wepp", [](const Run& run) { return after_inputs(run, run.wepp()); }},
    {"observed", [](const Run& run) { return after_inputs_and_wepp(run, task::run_observed); }},
    {"debris", [](const Run& run) { return after_inputs_and_wepp(run, task::run_debris); }},
    {"watar", [](const Run& run) { return after_inputs_and_wepp(run, task::run_watar); }},
    {"omni_scenarios", [](const Run& run) { return later(run.time(task::run_omni_scenarios), run.wepp()); }},
    {"run_path_ce", [](const Run& run) { return later(run.time(task::run_path_ce), run.wepp()); }},
    {"rhem", [](const Run& run) { return run.time(task::run_rhem).has_value(); }},
    {"dss_export", [](const Run& run) { return later(run.time(task::dss_export), run.newest({task::run_watar, task::run_wepp_watershed, run_wepp})); }},
});
// clang-format on

Time last_modified_of(const Run& run) {
    if (const auto told = seconds_of(run.value("last_modified"))) return told;
    Time latest;
    run.each_with_prefix(timestamp_prefix,
        [&](std::string_view, std::string_view value) { latest = std::max(latest, seconds_of(value)); });
    return latest;
}

} // namespace

Preflight preflight_of(const RunHash& fields) {
    const Run run(fields);
    Preflight preflight;
    for (const auto& [name, done] : lines)
        preflight.checklist.push_back({name, done(run)});
    run.each_with_prefix(lock_prefix, [&](std::string_view name, std::string_view value) {
        preflight.locks.push_back({std::string(name), value == "true"});
    });
    preflight.last_modified = last_modified_of(run);
    return preflight;
}

} // namespace freshet::rules
