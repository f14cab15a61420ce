#include "worker/tasks/set_outlet.hpp"

#include "prep/async/offload.hpp"
#include "worker/tasks/abstraction_program.hpp"
#include "worker/tasks/folder_swap.hpp"
#include "worker/tasks/run_update.hpp"
#include "worker/tasks/watershed_settings.hpp"

#include <boost/json/serialize.hpp>

#include <fmt/format.h>

#include <array>
#include <limits>
#include <optional>

namespace freshet::worker {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;
using boost::asio::awaitable;

constexpr std::array<std::string_view, 2> inputs{"/outlet", "/channel_network"};
constexpr const char* report_name = "outlet.json";
constexpr const char* log_name = "set_outlet.log";

std::optional<OutletPosition> position_in(const json::object& kwargs) {
    if (kwargs.empty()) return std::nullopt;
    const json::value *x = kwargs.if_contains("x"), *y = kwargs.if_contains("y");
    if (kwargs.size() != 2 || !x || !y || !x->is_number() || !y->is_number())
        throw Failure({Errc::bad_input,
            fmt::format("set_outlet: expected the keyword arguments x and y, numbers, or none, found {}",
                json::serialize(kwargs))});
    return OutletPosition{x->to_number<double>(), y->to_number<double>()};
}

OutletPosition asked_for(const TaskContext& context, prep::Controller controller) {
    if (const auto given = position_in(context.kwargs()))
        controller.document().set("/outlet", json::object{{"x", given->x}, {"y", given->y}}).value();
    return read_outlet_position(controller);
}

// An earlier outlet stays behind: what is found afterwards was made now.
Scratch prepare(const TaskContext& context) {
    const fs::path channels = context.run_dir() / channels_folder;
    restore_folder(channels).value();
    if (!fs::exists(channels / "channels.json"))
        throw Failure({Errc::not_found,
            fmt::format("{} is not there: build_channels comes before set_outlet", channels.string())});
    auto scratch = Scratch::create(channels.parent_path(), context.execution_id()).value();
    link_files(channels, scratch.path() / "channels");
    for (const char* earlier : {report_name, log_name})
        fs::remove(scratch.path() / "channels" / earlier);
    return scratch;
}

AbstractionStep step_for(const OutletPosition& asked, const Scratch& scratch) {
    return {.name = "outlet",
        .panel = "outlet",
        .arguments = {"--dir", "channels", "--x", fmt::format("{}", asked.x), "--y",
            fmt::format("{}", asked.y)},
        .folder = scratch.path(),
        .log = log_name,
        .outputs = {fs::path("channels") / report_name}};
}

json::object checked_outlet(const fs::path& file) {
    constexpr double any = -std::numeric_limits<double>::infinity();
    const json::object report = read_report(file);
    json::object outlet;
    outlet["x"] = number_of(report, "x", any, file);
    outlet["y"] = number_of(report, "y", any, file);
    outlet["drained_area_m2"] = number_of(report, "drained_area_m2", 1e-6, file);
    return outlet;
}

awaitable<json::value> set_outlet(TaskContext& context) {
    const auto controller = co_await load_controller(context, "watershed");
    const auto asked = asked_for(context, *controller);
    std::optional<Scratch> scratch;
    const auto look = [&] {
        scratch = prepare(context);
    };
    co_await in_locked_folder(context, "watershed", look);
    co_await context.tell("outlet", fmt::format("looking for a channel near {}, {}", asked.x, asked.y));

    const auto outcome = co_await run_step(context, step_for(asked, *scratch));

    json::object outlet;
    const PutInPlace put = [&](prep::Document& document, const Scratch::LeaseCheck& lease_is_held) {
        const fs::path made = fs::path("channels") / report_name;
        outlet = checked_outlet(scratch->path() / made);
        outlet["program"] = outcome.program;
        const fs::path folder = context.run_dir() / channels_folder;
        const Scratch::Output outputs[]{{log_name, folder / log_name}, {made, folder / report_name}};
        scratch->publish(outputs, lease_is_held).value();
        if (position_in(context.kwargs()))
            document.set("/outlet", json::object{{"x", asked.x}, {"y", asked.y}}).value();
        document.set("/outlet_found", outlet).value();
    };
    RunUpdate update{.folder = "watershed", .used = controller, .inputs = inputs};
    co_await publish(context, std::move(update), put);
    co_return with_usage(std::move(outlet), outcome);
}

} // namespace

void add_set_outlet(TaskTable& tasks) {
    tasks.add("set_outlet",
        {.scope = TaskDefinition::Scope::on_run, .run = set_outlet, .writes = "watershed", .scratch = "dem"});
}

} // namespace freshet::worker
