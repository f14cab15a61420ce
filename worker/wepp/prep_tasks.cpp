#include "prep/async/offload.hpp"
#include "prep/files/atomic_file.hpp"
#include "worker/wepp/answers.hpp"
#include "worker/wepp/staging.hpp"
#include "worker/wepp/task_groups.hpp"

#include <fmt/format.h>

#include <functional>

namespace freshet::worker::wepp {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;
using boost::asio::awaitable;

struct Prep {
    fs::path run_dir;
    RunInputs inputs;
    const Programs& programs;
    Staging& staging;
};
using Stage = std::function<void(Prep&)>;

// The given template or the built-in one, filled.
std::string answers(
    const Program& program, std::string_view built_in, const std::map<std::string, std::string>& values) {
    if (program.answers.empty()) return fill_template(built_in, values, "built-in answers").value();
    const auto text = prep::read_file(program.answers).value();
    return fill_template(text, values, program.answers.string()).value();
}

void stage_slopes(Prep& prep) {
    for (const Hillslope& hillslope : prep.inputs.watershed.hillslopes)
        prep.staging.copy(fmt::format("p{}.slp", hillslope.wepp_id),
            prep.run_dir / fmt::format("watershed/slope_files/hillslopes/hill_{}.slp", hillslope.topaz_id));
}

void stage_managements(Prep& prep) {
    const WeppSettings settings(prep.run_dir);
    for (const Hillslope& hillslope : prep.inputs.watershed.hillslopes)
        prep.staging.copy(
            fmt::format("p{}.man", hillslope.wepp_id), settings.management_of(hillslope.topaz_id));
}

void stage_soils(Prep& prep) {
    const WeppSettings settings(prep.run_dir);
    for (const Hillslope& hillslope : prep.inputs.watershed.hillslopes)
        prep.staging.copy(fmt::format("p{}.sol", hillslope.wepp_id), settings.soil_of(hillslope.topaz_id));
}

void stage_climates(Prep& prep) {
    for (const Hillslope& hillslope : prep.inputs.watershed.hillslopes)
        prep.staging.link(fmt::format("p{}.cli", hillslope.wepp_id), prep.inputs.climate);
}

void stage_answers(Prep& prep) {
    const auto years = std::to_string(prep.inputs.years.count);
    for (const Hillslope& hillslope : prep.inputs.watershed.hillslopes) {
        const auto id = std::to_string(hillslope.wepp_id);
        prep.staging.write(fmt::format("p{}.run", id),
            answers(prep.programs.wepp, hillslope_template(), {{"id", id}, {"years", years}}));
    }
}

void stage_watershed(Prep& prep) {
    const auto& [hillslopes, channels, network] = prep.inputs.watershed;
    const WeppSettings settings(prep.run_dir);
    const auto order = upstream_first(network).value();
    const fs::path slopes = prep.run_dir / "watershed/slope_files/channels.slp";
    const fs::path soil = settings.channel_soil();
    prep.staging.write("pw0.str", structure_text(prep.inputs.watershed, order).value());
    prep.staging.write("pw0.chn", channels_text(order, settings.channel_bed()));
    prep.staging.write("pw0.slp",
        slopes_in_order(prep::read_file(slopes).value(), channels, order, slopes.string()).value());
    prep.staging.write(
        "pw0.sol", soils_for_channels(prep::read_file(soil).value(), order.size(), soil.string()).value());
    prep.staging.copy("pw0.man", settings.channel_management());
    prep.staging.link("pw0.cli", prep.inputs.climate);
    prep.staging.write("pw0.run",
        answers(prep.programs.wepp_watershed, watershed_template(),
            {{"hillslopes", std::to_string(hillslopes.size())}, {"passes", pass_lines(hillslopes.size())},
                {"years", std::to_string(prep.inputs.years.count)}}));
}

awaitable<json::value> run_prep(TaskContext& context, std::string name, Stage stage) {
    const auto lease_is_held = context.lease_check();
    const auto written = co_await prep::offload(context.services().cpu, [&] {
        Staging staging(WeppFolder(context.run_dir()), context.execution_id());
        Prep prep{
            context.run_dir(), load_inputs(context.run_dir()), context.services().settings.programs, staging};
        stage(prep);
        return staging.publish(lease_is_held);
    });
    co_await context.tell(
        "wepp", fmt::format("{}: {} files written, the others were up to date", name, written));
    co_return json::object{{"written", written}};
}

void add_prep(TaskTable& tasks, const std::string& name, Stage stage) {
    const auto run = [name, stage](TaskContext& context) {
        return run_prep(context, name, stage);
    };
    tasks.add(name, on_run(run));
}

} // namespace

void add_prep_tasks(TaskTable& tasks) {
    add_prep(tasks, "wepp_prep_slopes", stage_slopes);
    add_prep(tasks, "wepp_prep_managements", stage_managements);
    add_prep(tasks, "wepp_prep_soils", stage_soils);
    add_prep(tasks, "wepp_prep_climates", stage_climates);
    add_prep(tasks, "wepp_prep_remaining", stage_answers);
    add_prep(tasks, "wepp_prep_watershed", stage_watershed);
}

} // namespace freshet::worker::wepp
