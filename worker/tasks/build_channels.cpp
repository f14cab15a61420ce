#include "worker/tasks/build_channels.hpp"

#include "prep/async/offload.hpp"
#include "worker/tasks/abstraction_program.hpp"
#include "worker/tasks/folder_swap.hpp"
#include "worker/tasks/run_update.hpp"
#include "worker/tasks/watershed_settings.hpp"

#include <fmt/format.h>

#include <array>

namespace freshet::worker {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;
using boost::asio::awaitable;

constexpr std::array<std::string_view, 4> inputs{"/dem", "/csa", "/mcl", "/conditioning"};

struct Preparation {
    ChannelSettings settings;
    Scratch scratch;
    fs::path made; ///< in the scratch folder
};

Preparation prepare(
    const fs::path& run_dir, const std::string& execution_id, const prep::Controller& controller) {
    auto settings = read_channel_settings(controller);
    std::error_code ignored;
    fs::create_directories(run_dir / "dem", ignored);
    auto scratch = Scratch::create(run_dir / "dem", execution_id).value();
    const fs::path made = scratch.path() / "channels";
    fs::create_directory(made);
    return {std::move(settings), std::move(scratch), made};
}

AbstractionStep step_for(const Preparation& preparation, const fs::path& run_dir) {
    const auto& settings = preparation.settings;
    return {.name = "channels",
        .panel = "channel_delineation",
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
    const auto controller = co_await load_controller(context, "watershed");
    const auto preparation = co_await prep::offload(cpu,
        [&] { return std::make_unique<Preparation>(prepare(run_dir, context.execution_id(), *controller)); });
    const auto& settings = preparation->settings;
    co_await context.tell("channel_delineation",
        fmt::format("channels of {}: critical source area {} ha, minimum channel length {} m",
            settings.dem.string(), settings.csa_ha, settings.mcl_m));

    const auto outcome = co_await run_step(context, step_for(*preparation, run_dir));

    json::object built{{"dir", channels_folder}, {"dem", settings.dem.string()}, {"cells", 0},
        {"program", outcome.program}, {"execution", context.execution_id()}};
    const PutInPlace put = [&](prep::Document& document, const Scratch::LeaseCheck& lease_is_held) {
        const fs::path report = preparation->made / "channels.json";
        const double cells = number_of(read_report(report), "channel_cells", 1, report);
        built["cells"] = static_cast<std::int64_t>(cells);
        publish_folder(preparation->made, run_dir / channels_folder, lease_is_held).value();
        document.set("/channel_network", built).value();
        document.erase("/outlet_found");
    };
    RunUpdate update{.folder = "watershed", .used = controller, .inputs = inputs};
    co_await publish(context, std::move(update), put);
    co_return with_usage(std::move(built), outcome);
}

} // namespace

void add_build_channels(TaskTable& tasks) {
    tasks.add("build_channels", {.scope = TaskDefinition::Scope::on_run,
                                    .run = build_channels,
                                    .writes = "watershed",
                                    .scratch = "dem"});
}

} // namespace freshet::worker
