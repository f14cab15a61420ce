#include "prep/async/offload.hpp"
#include "prep/files/atomic_file.hpp"
#include "worker/tasks/model_program.hpp"
#include "worker/wepp/answers.hpp"
#include "worker/wepp/lines.hpp"
#include "worker/wepp/model_run.hpp"
#include "worker/wepp/schedule.hpp"
#include "worker/wepp/summary.hpp"
#include "worker/wepp/task_groups.hpp"

#include <boost/json/serialize.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <fstream>

namespace freshet::worker::wepp {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;
using boost::asio::awaitable;

constexpr const char* log_name = "pw0.err";
constexpr const char* loss_name = "loss_pw0.txt";
const SuccessText success{
    "WEPP COMPLETED WATERSHED SIMULATION SUCCESSFULLY", {"WITH NOTES, CAUTIONS, OR WARNINGS"}};

struct WatershedRun {
    RunInputs inputs;
    HashedProgram program;
    ModelRun run;
    std::vector<std::string> outputs;
};

std::string pass_name(int id) {
    return fmt::format("H{}.pass.dat", id);
}

std::unique_ptr<WatershedRun> prepare(const WeppFolder& folder, const fs::path& run_dir,
    const Program& program, const std::string& execution_id) {
    auto prepared = std::make_unique<WatershedRun>(WatershedRun{load_inputs(run_dir),
        HashedProgram::of(program), ModelRun(folder, execution_id, watershed_input_names()), {}});
    prepared->outputs = files_in_output(prepared->run.answers());
    for (const auto& hillslope : prepared->inputs.watershed.hillslopes) {
        const auto pass = pass_name(hillslope.wepp_id);
        prepared->run.add_earlier_output(pass);
        std::erase(prepared->outputs, pass);
    }
    return prepared;
}

// The settings' limit is for runs of up to twelve hours by the formula; longer ones get the difference too.
std::chrono::milliseconds limit_of(const WatershedRun& watershed) {
    const auto& [inputs, program, run, outputs] = watershed;
    const auto allowance = watershed_time_limit(
        static_cast<std::size_t>(inputs.years.count), inputs.watershed.hillslopes.size());
    return program.program.time_limit + (allowance - watershed_time_limit(0, 0));
}

void check_and_publish(const WeppFolder& folder, const WatershedRun& watershed, const ChildOutcome& outcome,
    const Scratch::LeaseCheck& lease_is_held) {
    const auto& [inputs, program, run, outputs] = watershed;
    run.check(outcome, log_name, success, outputs);
    const auto loss = run.output() / loss_name;
    const int years = years_of_loss_report(prep::read_file(loss).value(), loss_name).value();
    if (years != inputs.years.count)
        throw Failure({Errc::refused, fmt::format("{}: expected an average of {} years, found {}", loss_name,
                                          inputs.years.count, years)});
    const Manifest manifest{
        program.description, program.sha256, run.inputs(), sha256_of(run.output(), outputs).value()};
    run.publish(log_name, outputs, manifest, folder.manifests() / "pw0.json", lease_is_held);
}

awaitable<json::value> run_watershed(TaskContext& context) {
    auto& cpu = context.services().cpu;
    const WeppFolder folder(context.run_dir());
    const auto& program = context.services().settings.programs.wepp_watershed;
    const auto watershed = co_await prep::offload(
        cpu, [&] { return prepare(folder, context.run_dir(), program, context.execution_id()); });
    auto spec = watershed->run.child(watershed->program.program, log_name);
    spec.limits.wall_time = limit_of(*watershed);
    WatchedPrograms programs(context, "wepp");
    const auto outcome = (co_await programs.run(std::move(spec))).value();
    const auto lease_is_held = context.lease_check();
    co_await prep::offload(cpu, [&] {
        check_and_publish(folder, *watershed, outcome, lease_is_held);
        return true;
    });
    Usage usage;
    usage.add(outcome);
    co_return json::object{{"wall_s", usage.wall_s}, {"cpu_s", usage.cpu_s},
        {"peak_memory_kib", usage.peak_memory_kib}, {"program", watershed->program.description},
        {"program_sha256", watershed->program.sha256}};
}

std::vector<HillslopeSummary> summarize(const WeppFolder& folder, const RunInputs& inputs) {
    std::vector<HillslopeSummary> summaries;
    for (const auto& hillslope : inputs.watershed.hillslopes) {
        const auto water = folder.output() / fmt::format("H{}.wat.dat", hillslope.wepp_id);
        const auto pass = folder.output() / pass_name(hillslope.wepp_id);
        summaries.push_back({hillslope, sum_water(prep::read_file(water).value(), water.string()).value(),
            sum_pass(prep::read_file(pass).value(), pass.string()).value()});
    }
    return summaries;
}

void publish_text(TaskContext& context, const std::string& name, const std::string& text,
    const Scratch::LeaseCheck& lease_is_held) {
    const WeppFolder folder(context.run_dir());
    const auto scratch = Scratch::create(folder.root, context.execution_id()).value();
    std::ofstream(scratch.path() / name) << text;
    const Scratch::Output outputs[]{{name, folder.output() / name}};
    scratch.publish(outputs, lease_is_held).value();
}

awaitable<json::value> summarize_hillslopes(TaskContext& context) {
    const auto lease_is_held = context.lease_check();
    co_return co_await prep::offload(context.services().cpu, [&]() -> json::value {
        const auto inputs = load_inputs(context.run_dir());
        const auto summaries = summarize(WeppFolder(context.run_dir()), inputs);
        publish_text(
            context, "hillslopes.csv", hillslopes_table(summaries, inputs.years.count), lease_is_held);
        return json::object{{"hillslopes", summaries.size()}};
    });
}

json::value program_in(const fs::path& manifest_file) {
    const auto manifest = Manifest::from_text(prep::read_file(manifest_file).value()).value();
    return json::object{{"program", manifest.program}, {"sha256", manifest.program_sha256}};
}

json::object summary_of(const WeppFolder& folder, const RunInputs& inputs, const std::string& run_id) {
    const auto summaries = summarize(folder, inputs);
    const auto outlet = outlet_of(prep::read_file(folder.output() / loss_name).value());
    double area_m2 = 0;
    for (const auto& hillslope : inputs.watershed.hillslopes)
        area_m2 += hillslope.area_m2;
    const int years = inputs.years.count;
    return {{"run", run_id}, {"first_year", inputs.years.first}, {"years", years},
        {"hillslopes", summaries.size()}, {"channels", inputs.watershed.channels.size()},
        {"area_ha", area_m2 / 10'000}, {"water_balance_per_year", water_balance(summaries, outlet, years)},
        {"loss_per_year", loss_summary(summaries, outlet, years)},
        {"programs", json::object{{"wepp", program_in(folder.manifest(1))},
                         {"wepp_watershed", program_in(folder.manifests() / "pw0.json")}}}};
}

// The number in p12.slp, H12.loss.dat, H12.json; nothing for any other name.
std::optional<int> hillslope_in(const std::string& name) {
    if (!name.starts_with('p') && !name.starts_with('H')) return std::nullopt;
    return to_integer(std::string_view(name).substr(1, name.find('.') - 1));
}

// What an earlier, larger watershed has left.
std::size_t clean_up(const WeppFolder& folder, std::size_t hillslopes) {
    std::vector<fs::path> old;
    for (const auto& place : {folder.runs(), folder.output(), folder.manifests()})
        for (const auto& entry : fs::directory_iterator(place))
            if (hillslope_in(entry.path().filename().string()).value_or(0) > static_cast<int>(hillslopes))
                old.push_back(entry.path());
    for (const auto& path : old) {
        std::error_code ignored; // gone is fine, and what stays harms nobody
        fs::remove_all(path, ignored);
    }
    return old.size();
}

awaitable<json::value> post(TaskContext& context) {
    const auto lease_is_held = context.lease_check();
    co_await context.confirm_lease();
    co_return co_await prep::offload(context.services().cpu, [&]() -> json::value {
        const WeppFolder folder(context.run_dir());
        const auto inputs = load_inputs(context.run_dir());
        const auto removed = clean_up(folder, inputs.watershed.hillslopes.size());
        auto summary = summary_of(folder, inputs, context.run_id());
        publish_text(context, "summary.json", json::serialize(summary) + "\n", lease_is_held);
        summary["removed"] = removed;
        return summary;
    });
}

} // namespace

void add_watershed_tasks(TaskTable& tasks) {
    tasks.add("run_wepp_watershed", on_run(run_watershed));
    tasks.add("wepp_hillslope_summaries", on_run(summarize_hillslopes));
    tasks.add("wepp_post", on_run(post));
}

} // namespace freshet::worker::wepp
