#include "worker/tasks/abstract_watershed.hpp"

#include "prep/async/offload.hpp"
#include "worker/tasks/abstraction_check.hpp"
#include "worker/tasks/abstraction_program.hpp"
#include "worker/tasks/folder_swap.hpp"
#include "worker/tasks/run_update.hpp"

#include <fmt/format.h>

#include <array>
#include <optional>

namespace freshet::worker {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;
using boost::asio::awaitable;

constexpr std::array<std::string_view, 2> inputs{"/channel_network", "/outlet_found"};

Scratch prepare(const fs::path& run_dir, const std::string& execution_id) {
    const fs::path channels = run_dir / channels_folder;
    restore_folder(channels).value();
    restore_folder(run_dir / watershed_folder).value();
    if (!fs::exists(channels / "outlet.json"))
        throw Failure(
            {Errc::not_found, fmt::format("{} is not there: set_outlet comes before abstract_watershed",
                                  (channels / "outlet.json").string())});
    auto scratch = Scratch::create(run_dir, execution_id).value();
    link_files(channels, scratch.path() / "channels");
    fs::create_directory(scratch.path() / "watershed");
    return scratch;
}

AbstractionStep step_in(const Scratch& scratch) {
    AbstractionStep step{.name = "abstract",
        .panel = "watershed",
        .arguments = {"--dir", "channels", "--out", "watershed"},
        .folder = scratch.path(),
        .log = "watershed/abstract_watershed.log",
        .outputs = {}};
    for (const char* name :
        {"hillslopes.csv", "hillslopes.geojson", "channels.csv", "channels.geojson", "subwta.asc", "map.svg"})
        step.outputs.push_back(fs::path("watershed") / name);
    return step;
}

awaitable<json::value> abstract_watershed(TaskContext& context) {
    auto& cpu = context.services().cpu;
    const fs::path run_dir = context.run_dir();
    const auto controller = co_await load_controller(context, "watershed");
    std::optional<Scratch> scratch;
    const auto look = [&] {
        scratch = prepare(run_dir, context.execution_id());
    };
    co_await in_locked_folder(context, "watershed", look);

    const auto outcome = co_await run_step(context, step_in(*scratch));

    const fs::path made = scratch->path() / "watershed";
    const auto summary = co_await prep::offload(cpu, [&] { return check_abstraction(made).value(); });
    json::object built{{"dir", watershed_folder}, {"hillslopes", summary.hillslopes},
        {"channels", summary.channels}, {"area_m2", summary.area_m2}, {"program", outcome.program}};
    const PutInPlace put = [&](prep::Document& document, const Scratch::LeaseCheck& lease_is_held) {
        publish_folder(made, run_dir / watershed_folder, lease_is_held).value();
        document.set("/abstraction", built).value();
    };
    RunUpdate update{.folder = "watershed", .used = controller, .inputs = inputs};
    co_await publish(context, std::move(update), put);
    co_await context.tell("watershed", fmt::format("{} hillslopes, {} channels, {:.2f} km2",
                                           summary.hillslopes, summary.channels, summary.area_m2 / 1e6));
    co_return with_usage(std::move(built), outcome);
}

} // namespace

void add_abstract_watershed(TaskTable& tasks) {
    tasks.add("abstract_watershed", {.scope = TaskDefinition::Scope::on_run,
                                        .run = abstract_watershed,
                                        .writes = "watershed",
                                        .scratch = "."});
}

} // namespace freshet::worker
