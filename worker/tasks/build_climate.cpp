#include "worker/tasks/build_climate.hpp"

#include "prep/async/offload.hpp"
#include "prep/files/atomic_file.hpp"
#include "worker/tasks/answers.hpp"
#include "worker/tasks/cli_check.hpp"
#include "worker/tasks/climate_settings.hpp"
#include "worker/tasks/model_program.hpp"
#include "worker/tasks/run_update.hpp"

#include <fmt/format.h>

#include <map>
#include <string>
#include <variant>

namespace freshet::worker {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;
using namespace std::chrono;
using boost::asio::awaitable;

const Logger logger("build-climate");

// The program works on short fixed names in the scratch folder: CLIGEN cuts long ones without a word.
constexpr const char* station_name = "station.par";
constexpr const char* observed_name = "days.prn";
constexpr const char* output_name = "out.cli";
constexpr const char* answers_name = "answers.txt";
constexpr const char* log_name = "cligen.log";
constexpr const char* plot_name = "climate.svg";
const SuccessText success_text{.marker = "Normal program termination"};

/// A mode as the program is told it, and the days that the .cli must have.
struct Plan {
    std::string summary;
    std::vector<std::string> flags;
    Days days;
    bool has_months = true;                          ///< to draw
    std::map<std::string, std::string> answers = {}; ///< what a template can ask for; empty: not this mode
};

struct Preparation {
    ClimateSettings settings;
    Scratch scratch;
    Plan plan;
};

Days whole_years(year first, year last) {
    return {.first = first / January / 1, .last = last / December / 31};
}

void copy_input(std::string_view what, const fs::path& from, const fs::path& to) {
    std::error_code error;
    if (!fs::copy_file(from, to, error))
        throw Failure({Errc::not_found, fmt::format("{} {}: {}", what, from.string(), error.message())});
}

/// The plan for each mode; puts further inputs into the scratch folder.
struct Planner {
    const fs::path& run_dir;
    const fs::path& scratch;

    Plan operator()(const GeneratedWeather& weather) const {
        const year first(weather.first_year);
        return {.summary = fmt::format("{} years", weather.years),
            .flags = {fmt::format("-b{}", weather.first_year), fmt::format("-y{}", weather.years), "-t5"},
            .days = whole_years(first, first + years(weather.years - 1)),
            .answers = {{"first_year", std::to_string(weather.first_year)},
                {"years", std::to_string(weather.years)}, {"output", output_name}}};
    }

    Plan operator()(const ObservedWeather& weather) const {
        const fs::path file = run_dir / weather.file;
        copy_input("file of observed days", file, scratch / observed_name);
        const Days observed = days_of_prn(file).value();
        return {.summary = fmt::format("days of {}", weather.file.string()),
            .flags = {fmt::format("-O{}", observed_name), "-t6", "-I2"},
            .days = whole_years(year_month_day(observed.first).year(), year_month_day(observed.last).year())};
    }

    Plan operator()(const SingleStorm& storm) const {
        return {.summary = fmt::format("a storm of {} mm in {} h", storm.amount_mm, storm.duration_h),
            .flags = {"-t4",
                fmt::format("--date={}/{}/{}", static_cast<unsigned>(storm.date.month()),
                    static_cast<unsigned>(storm.date.day()), static_cast<int>(storm.date.year())),
                fmt::format("--amount={}", storm.amount_mm), fmt::format("--duration={}", storm.duration_h),
                fmt::format("--time-to-peak={}", storm.time_to_peak),
                fmt::format("--peak-ratio={}", storm.peak_ratio)},
            .days = {.first = storm.date, .last = storm.date},
            .has_months = false};
    }
};

// For programs that are told by answers instead of flags.
void write_answers(const Program& program, const Plan& plan, const fs::path& file) {
    if (program.answers.empty()) return;
    const auto name = program.answers.string();
    if (plan.answers.empty())
        throw Failure({Errc::bad_input,
            fmt::format("{}: answers are for generated weather only, found mode '{}'", name, plan.summary)});
    const auto text = prep::read_file(program.answers).value();
    const auto filled = fill_answers(text, plan.answers, name).value();
    prep::write_file_atomically(file, filled).value();
}

Preparation prepare(const fs::path& run_dir, const std::string& execution_id,
    const prep::Controller& controller, const Program& program) {
    auto settings = read_climate_settings(controller);
    std::error_code ignored;
    fs::create_directories(run_dir / "climate", ignored);
    auto scratch = Scratch::create(run_dir / "climate", execution_id).value();
    copy_input("station file", run_dir / settings.station, scratch.path() / station_name);
    auto plan = std::visit(Planner{run_dir, scratch.path()}, settings.weather);
    write_answers(program, plan, scratch.path() / answers_name);
    return {std::move(settings), std::move(scratch), std::move(plan)};
}

ModelRun cligen(const Program& program, const Preparation& on) {
    ModelRun run{.child = child_of(program), .success = success_text, .outputs = {output_name}};
    auto& arguments = run.child.arguments;
    arguments.push_back(fmt::format("-i{}", station_name));
    if (on.settings.seed) arguments.push_back(fmt::format("-r{}", *on.settings.seed));
    if (program.answers.empty()) {
        arguments.push_back(fmt::format("-o{}", output_name));
        arguments.insert(arguments.end(), on.plan.flags.begin(), on.plan.flags.end());
        arguments.push_back("-F");
    } else {
        run.child.standard_input = on.scratch.path() / answers_name;
    }
    run.child.working_directory = on.scratch.path();
    run.child.log_file = on.scratch.path() / log_name;
    return run;
}

/// Why there is no picture, or nothing.
awaitable<std::string> draw(const fs::path& program, const fs::path& folder) {
    ChildSpec spec;
    spec.program = program;
    spec.arguments = {"plot", output_name, "-o", plot_name, "--station", station_name};
    spec.working_directory = folder;
    spec.log_file = folder / "plot.log";
    const auto outcome = co_await run_child(std::move(spec));
    if (!outcome) co_return outcome.error().message;
    if (!outcome->succeeded()) co_return outcome->describe() + quote_last_lines(outcome->last_lines);
    std::error_code error;
    if (fs::file_size(folder / plot_name, error) == 0 || error)
        co_return fmt::format("{} wrote no {}", program.string(), plot_name);
    co_return "";
}

awaitable<bool> plot(TaskContext& context, const Preparation& on) {
    const fs::path program = beside_this_program("freshet-climate");
    if (!on.plan.has_months || !fs::exists(program)) co_return false;
    const std::string reason = co_await draw(program, on.scratch.path());
    if (!reason.empty()) logger.warning("no picture of the climate: " + reason, context.log_context());
    co_return reason.empty();
}

struct Published {
    fs::path cli;
    std::optional<fs::path> plot;
};

Published put_in_place(const Preparation& preparation, const fs::path& run_dir, bool plotted,
    const Scratch::LeaseCheck& lease_is_held) {
    const fs::path folder = "climate";
    const fs::path cli = folder / preparation.settings.station.filename().replace_extension(".cli");
    std::vector<Scratch::Output> outputs{{log_name, run_dir / folder / log_name}};
    if (plotted) outputs.push_back({plot_name, run_dir / folder / plot_name});
    outputs.push_back({output_name, run_dir / cli});
    preparation.scratch.publish(outputs, lease_is_held).value();
    if (plotted) return {cli, folder / plot_name};
    std::error_code ignored;
    fs::remove(run_dir / folder / plot_name, ignored);
    return {cli, std::nullopt};
}

awaitable<json::value> build_climate(TaskContext& context) {
    const auto& services = context.services();
    const fs::path run_dir = context.run_dir();
    const auto controller = co_await load_controller(context, "climate");
    const auto preparation = co_await prep::offload(services.cpu, [&] {
        return std::make_unique<Preparation>(
            prepare(run_dir, context.execution_id(), *controller, services.settings.programs.cligen));
    });
    co_await context.tell("climate",
        fmt::format("{} from station {}", preparation->plan.summary, preparation->settings.station.string()));

    const auto outcome =
        co_await run_model(context, "climate", cligen(services.settings.programs.cligen, *preparation));
    const fs::path output = preparation->scratch.path() / output_name;
    const int days = co_await prep::offload(services.cpu,
        [&] { return check_cli(output, preparation->plan.days.first, preparation->plan.days.last).value(); });
    const bool plotted = co_await plot(context, *preparation);

    json::object result;
    const PutInPlace put = [&](prep::Document& document, const Scratch::LeaseCheck& lease_is_held) {
        const auto published = put_in_place(*preparation, run_dir, plotted, lease_is_held);
        document.set("/cli", json::value(published.cli.string())).value();
        document.set("/cli_days", days).value();
        document.set("/cli_program", json::value(outcome.program)).value();
        result = {{"cli", published.cli.string()}, {"days", days}, {"plot", nullptr}};
        if (published.plot) result["plot"] = published.plot->string();
    };
    RunUpdate update{.folder = "climate", .used = controller, .inputs = climate_inputs};
    co_await publish(context, std::move(update), put);
    co_return with_usage(std::move(result), outcome);
}

} // namespace

void add_build_climate(TaskTable& tasks) {
    tasks.add("build_climate", {.scope = TaskDefinition::Scope::on_run,
                                   .run = build_climate,
                                   .writes = "climate",
                                   .scratch = "climate"});
}

} // namespace freshet::worker
