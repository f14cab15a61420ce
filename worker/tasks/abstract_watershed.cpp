#include "worker/tasks/abstract_watershed.hpp"

#include "prep/async/offload.hpp"
#include "prep/store/controller.hpp"
#include "worker/tasks/abstraction_check.hpp"
#include "worker/tasks/abstraction_program.hpp"
#include "worker/tasks/folder_swap.hpp"

#include <fmt/format.h>

namespace freshet::worker {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;
using boost::asio::awaitable;
using prep::Controller;

struct Preparation {
    Controller controller;
    Scratch scratch;
    fs::path made; ///< in the scratch folder
};

Preparation prepare(const fs::path& run_dir, const std::string& execution_id) {
    auto controller = Controller::load(run_dir / "watershed.nodb").value();
    const fs::path channels = run_dir / channels_folder;
    restore_folder(channels).value();
    restore_folder(run_dir / watershed_folder).value();
    if (!fs::exists(channels / "outlet.json"))
        throw Failure(
            {Errc::not_found, fmt::format("{} is not there: set_outlet comes before abstract_watershed",
                                  (channels / "outlet.json").string())});
    auto scratch = Scratch::create(run_dir, execution_id).value();
    const fs::path made = scratch.path() / "watershed";
    fs::create_directory(made);
    return {std::move(controller), std::move(scratch), made};
}

AbstractionStep step_for(const Preparation& preparation, const fs::path& run_dir) {
    AbstractionStep step{.name = "abstract",
        .arguments = {"--dir", (run_dir / channels_folder).string(), "--out", "watershed"},
        .folder = preparation.scratch.path(),
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
    auto preparation = co_await prep::offload(
        cpu, [&] { return std::make_unique<Preparation>(prepare(run_dir, context.execution_id())); });

    const auto outcome = co_await run_step(context, step_for(*preparation, run_dir));

    const auto lease_is_held = context.lease_check();
    auto built = co_await prep::offload(cpu, [&] {
        const auto summary = check_abstraction(preparation->made).value();
        json::object abstraction{{"dir", watershed_folder}, {"hillslopes", summary.hillslopes},
            {"channels", summary.channels}, {"area_m2", summary.area_m2}, {"program", outcome.program}};
        auto& controller = preparation->controller;
        controller.check_unchanged().value();
        publish_folder(preparation->made, run_dir / watershed_folder, lease_is_held).value();
        controller.document().set("/abstraction", abstraction).value();
        controller.save().value();
        return abstraction;
    });
    co_await context.tell(
        "watershed", fmt::format("{} hillslopes, {} channels, {:.2f} km2", built["hillslopes"].as_int64(),
                         built["channels"].as_int64(), built["area_m2"].as_double() / 1e6));
    co_return with_usage(std::move(built), outcome);
}

} // namespace

void add_abstract_watershed(TaskTable& tasks) {
    tasks.add("abstract_watershed", {TaskDefinition::Scope::on_run, abstract_watershed});
}

} // namespace freshet::worker
