#include "worker/tasks/build_channels.hpp"

#include "prep/async/offload.hpp"
#include "worker/tasks/abstraction_program.hpp"
#include "worker/tasks/folder_swap.hpp"
#include "worker/tasks/watershed_settings.hpp"

#include <fmt/format.h>

namespace freshet::worker {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;
using boost::asio::awaitable;
using prep::Controller;

struct Preparation {
    Controller controller;
    ChannelSettings settings;
    Scratch scratch;
    fs::path made; ///< in the scratch folder
};

Preparation prepare(const fs::path& run_dir, const std::string& execution_id) {
    auto controller = Controller::load(run_dir / "watershed.nodb").value();
    auto settings = read_channel_settings(controller);
    std::error_code ignored;
    fs::create_directories(run_dir / "dem", ignored);
    restore_folder(run_dir / channels_folder).value();
    auto scratch = Scratch::create(run_dir / "dem", execution_id).value();
    const fs::path made = scratch.path() / "channels";
    fs::create_directory(made);
    return {std::move(controller), std::move(settings), std::move(scratch), made};
}

AbstractionStep step_for(const Preparation& preparation, const fs::path& run_dir) {
    const auto& settings = preparation.settings;
    return {.name = "channels",
        .arguments = {"--dem", (run_dir / settings.dem).string(), "--out", "channels", "--csa",
            fmt::format("{}", settings.csa_ha), "--mcl", fmt::format("{}", settings.mcl_m),
            fmt::format("--{}", settings.conditioning)},
        .folder = preparation.scratch.path(),
        .log = "channels/build_channels.log",
        .outputs = {"channels/channels.json", "channels/channels.geojson", "channels/channels.asc"}};
}

awaitable<json::value> build_channels(TaskContext& context) {
    auto& cpu = context.services().cpu;
    const fs::path run_dir = context.run_dir();
    auto preparation = co_await prep::offload(
        cpu, [&] { return std::make_unique<Preparation>(prepare(run_dir, context.execution_id())); });
    const auto& settings = preparation->settings;
    co_await context.tell("channel_delineation",
        fmt::format("channels of {}: critical source area {} ha, minimum channel length {} m",
            settings.dem.string(), settings.csa_ha, settings.mcl_m));

    const auto outcome = co_await run_step(context, step_for(*preparation, run_dir));

    const auto lease_is_held = context.lease_check();
    co_return co_await prep::offload(cpu, [&]() -> json::value {
        const fs::path report = preparation->made / "channels.json";
        const double cells = number_of(read_report(report), "channel_cells", 1, report);
        json::object built{{"dir", channels_folder}, {"dem", settings.dem.string()},
            {"cells", static_cast<std::int64_t>(cells)}, {"program", outcome.program}};
        auto& controller = preparation->controller;
        controller.check_unchanged().value();
        publish_folder(preparation->made, run_dir / channels_folder, lease_is_held).value();
        controller.document().set("/channel_network", built).value();
        controller.document().erase("/outlet_found");
        controller.save().value();
        return with_usage(std::move(built), outcome);
    });
}

} // namespace

void add_build_channels(TaskTable& tasks) {
    tasks.add("build_channels", {TaskDefinition::Scope::on_run, build_channels});
}

} // namespace freshet::worker
