#include "worker/tasks/abstraction_program.hpp"

#include "prep/files/atomic_file.hpp"

#include <boost/algorithm/string/case_conv.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <fmt/format.h>

#include <cmath>

namespace freshet::worker {

namespace json = boost::json;

boost::asio::awaitable<ChildOutcome> run_step(TaskContext& context, AbstractionStep step) {
    ModelRun run{.child = child_of(context.services().settings.programs.abstract),
        .success = {.marker =
                        fmt::format("WATERSHED {} COMPLETED SUCCESSFULLY", boost::to_upper_copy(step.name))},
        .outputs = std::move(step.outputs)};
    run.child.arguments.push_back(std::move(step.name));
    for (std::string& argument : step.arguments)
        run.child.arguments.push_back(std::move(argument));
    run.child.log_file = step.folder / step.log;
    run.child.working_directory = std::move(step.folder);
    co_return co_await run_model(context, std::move(step.panel), std::move(run));
}

void link_files(const std::filesystem::path& from, const std::filesystem::path& to) {
    std::filesystem::create_directory(to);
    for (const auto& entry : std::filesystem::directory_iterator(from))
        link_or_copy(entry.path(), to / entry.path().filename()).value();
}

json::object read_report(const std::filesystem::path& file) {
    const std::string text = prep::read_file(file).value();
    json::error_code error;
    const json::value report = json::parse(text, error);
    if (error || !report.is_object())
        throw Failure({Errc::bad_input, fmt::format("{}: expected a JSON object, found {}", file.string(),
                                            error ? error.message() : json::serialize(report))});
    return report.get_object();
}

double number_of(
    const json::object& report, std::string_view field, double least, const std::filesystem::path& file) {
    const json::value* value = report.if_contains(field);
    if (value && value->is_number()) {
        const auto number = value->to_number<double>();
        if (std::isfinite(number) && number >= least) return number;
    }
    throw Failure(
        {Errc::bad_input, fmt::format("{}: field '{}': expected a number{}, found {}", file.string(), field,
                              std::isfinite(least) ? fmt::format(" of at least {}", least) : "",
                              value ? json::serialize(*value) : "nothing")});
}

} // namespace freshet::worker
