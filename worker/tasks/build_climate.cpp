#include "worker/tasks/build_climate.hpp"

#include "prep/async/offload.hpp"
#include "prep/store/controller.hpp"
#include "worker/process/child.hpp"
#include "worker/process/publish.hpp"
#include "worker/process/success.hpp"
#include "worker/tasks/cli_check.hpp"
#include "worker/tasks/climate_settings.hpp"
#include "worker/tasks/model_program.hpp"

#include <fmt/format.h>

namespace freshet::worker {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;
using boost::asio::awaitable;
using prep::Controller;

// The program works on short fixed names in the scratch folder: CLIGEN cuts long ones without a word.
constexpr const char* station_name = "station.par";
constexpr const char* output_name = "out.cli";
constexpr const char* log_name = "cligen.log";
const SuccessText success_text{.marker = "Normal program termination"};

struct Preparation {
    Controller controller;
    ClimateSettings settings;
    Scratch scratch;
    fs::file_time_type started;
};

Preparation prepare(const fs::path& run_dir, const std::string& execution_id) {
    auto controller = Controller::load(run_dir / "climate.nodb").value();
    auto settings = read_climate_settings(controller.document().object(), controller.path().string()).value();
    const fs::path station = run_dir / settings.station, folder = run_dir / "climate";
    std::error_code error;
    fs::create_directories(folder, error);
    auto scratch = Scratch::create(folder, execution_id).value();
    if (!fs::copy_file(station, scratch.path() / station_name, error))
        throw Failure(
            {Errc::not_found, fmt::format("station file {}: {}", station.string(), error.message())});
    const auto started = file_system_time(scratch.path()).value();
    return {std::move(controller), std::move(settings), std::move(scratch), started};
}

ChildSpec cligen(const Program& program, const Preparation& on) {
    ChildSpec spec = child_of(program);
    const auto add = [&](std::string flag) {
        spec.arguments.push_back(std::move(flag));
    };
    add(fmt::format("-i{}", station_name));
    add(fmt::format("-o{}", output_name));
    add(fmt::format("-b{}", on.settings.first_year));
    add(fmt::format("-y{}", on.settings.years));
    add("-t5");
    if (on.settings.seed) add(fmt::format("-r{}", *on.settings.seed));
    add("-F");
    spec.working_directory = on.scratch.path();
    spec.log_file = on.scratch.path() / log_name;
    return spec;
}

// The days written, if the program has really done its work.
int checked_days(const Preparation& preparation, const ChildOutcome& outcome) {
    if (!outcome.succeeded())
        throw Failure({Errc::refused, outcome.describe() + quote_last_lines(outcome.last_lines)});
    const fs::path folder = preparation.scratch.path(), output = folder / output_name;
    check_success_text(folder / log_name, outcome.last_lines, success_text).value();
    check_outputs({&output, 1}, preparation.started).value();
    return check_cli(output, preparation.settings.first_year, preparation.settings.last_year()).value();
}

fs::path publish(
    Preparation& preparation, const fs::path& run_dir, const Scratch::LeaseCheck& lease_is_held) {
    const fs::path name =
        fs::path("climate") / preparation.settings.station.filename().replace_extension(".cli");
    const Scratch::Output outputs[]{
        {log_name, run_dir / "climate" / log_name},
        {output_name, run_dir / name},
    };
    preparation.scratch.publish(outputs, lease_is_held).value();
    return name;
}

awaitable<json::value> build_climate(TaskContext& context) {
    const auto& services = context.services();
    const fs::path run_dir = context.run_dir();
    const auto& program = services.settings.programs.cligen;

    auto preparation = co_await prep::offload(services.cpu,
        [&] { return std::make_unique<Preparation>(prepare(run_dir, context.execution_id())); });
    co_await context.tell("climate", fmt::format("{} years from station {}", preparation->settings.years,
                                         preparation->settings.station.string()));

    auto spec = cligen(program, *preparation);
    const auto outcome = co_await run_child(std::move(spec));
    if (!outcome) throw Failure(outcome.error());

    const auto lease_is_held = context.lease_check();
    co_return co_await prep::offload(services.cpu, [&]() -> json::value {
        const int days = checked_days(*preparation, *outcome);
        preparation->controller.check_unchanged().value();
        const fs::path cli = publish(*preparation, run_dir, lease_is_held);
        auto& document = preparation->controller.document();
        document.set("/cli", json::value(cli.string())).value();
        document.set("/cli_days", days).value();
        document.set("/cli_program", json::value(program.path.filename().string())).value();
        preparation->controller.save().value();
        return json::object{{"cli", cli.string()}, {"days", days},
            {"program", program.path.filename().string()},
            {"wall_s", static_cast<double>(outcome->wall_time.count()) / 1e6},
            {"cpu_s", static_cast<double>(outcome->cpu_time.count()) / 1e6},
            {"peak_memory_kib", outcome->peak_memory_kib}};
    });
}

} // namespace

void add_build_climate(TaskTable& tasks) {
    tasks.add("build_climate", {TaskDefinition::Scope::on_run, build_climate});
}

} // namespace freshet::worker
