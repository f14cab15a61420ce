#include "worker/tasks/set_outlet.hpp"

#include "prep/async/offload.hpp"
#include "worker/tasks/abstraction_program.hpp"
#include "worker/tasks/folder_swap.hpp"
#include "worker/tasks/watershed_settings.hpp"

#include <boost/json/serialize.hpp>

#include <fmt/format.h>

#include <limits>
#include <optional>

namespace freshet::worker {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;
using boost::asio::awaitable;
using prep::Controller;

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

struct Preparation {
    Controller controller;
    OutletPosition asked;
    Scratch scratch;
};

// The program writes beside what it reads: it gets a folder of links, so that nothing of the run is touched.
void link_files(const fs::path& from, const fs::path& to) {
    fs::create_directory(to);
    for (const auto& entry : fs::directory_iterator(from))
        if (const auto name = entry.path().filename(); name != report_name && name != log_name)
            fs::create_symlink(entry.path(), to / name);
}

Preparation prepare(const TaskContext& context) {
    const fs::path channels = context.run_dir() / channels_folder;
    auto controller = Controller::load(context.run_dir() / "watershed.nodb").value();
    if (const auto given = position_in(context.kwargs()))
        controller.document().set("/outlet", json::object{{"x", given->x}, {"y", given->y}}).value();
    const auto asked = read_outlet_position(controller);
    restore_folder(channels).value();
    if (!fs::exists(channels / "channels.json"))
        throw Failure({Errc::not_found,
            fmt::format("{} is not there: build_channels comes before set_outlet", channels.string())});
    auto scratch = Scratch::create(channels.parent_path(), context.execution_id()).value();
    link_files(channels, scratch.path() / "channels");
    return {std::move(controller), asked, std::move(scratch)};
}

AbstractionStep step_for(const Preparation& preparation) {
    return {.name = "outlet",
        .arguments = {"--dir", "channels", "--x", fmt::format("{}", preparation.asked.x), "--y",
            fmt::format("{}", preparation.asked.y)},
        .folder = preparation.scratch.path(),
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
    auto& cpu = context.services().cpu;
    auto preparation =
        co_await prep::offload(cpu, [&] { return std::make_unique<Preparation>(prepare(context)); });
    co_await context.tell("outlet",
        fmt::format("looking for a channel near {}, {}", preparation->asked.x, preparation->asked.y));

    const auto outcome = co_await run_step(context, step_for(*preparation));

    const auto lease_is_held = context.lease_check();
    co_return co_await prep::offload(cpu, [&]() -> json::value {
        const auto& scratch = preparation->scratch;
        const fs::path made = fs::path("channels") / report_name;
        json::object outlet = checked_outlet(scratch.path() / made);
        outlet["program"] = outcome.program;
        auto& controller = preparation->controller;
        controller.check_unchanged().value();
        const fs::path folder = context.run_dir() / channels_folder;
        const Scratch::Output outputs[]{{log_name, folder / log_name}, {made, folder / report_name}};
        scratch.publish(outputs, lease_is_held).value();
        controller.document().set("/outlet_found", outlet).value();
        controller.save().value();
        return with_usage(std::move(outlet), outcome);
    });
}

} // namespace

void add_set_outlet(TaskTable& tasks) {
    tasks.add("set_outlet", {TaskDefinition::Scope::on_run, set_outlet});
}

} // namespace freshet::worker
