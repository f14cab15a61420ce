#include "worker/tasks/model_program.hpp"

#include "prep/async/offload.hpp"

namespace freshet::worker {
namespace {

namespace fs = std::filesystem;

struct Expected {
    fs::path folder;
    fs::path log_file;
    SuccessText success;
    std::vector<fs::path> outputs;
    fs::file_time_type started;
};

void check(const Expected& expected, const ChildOutcome& outcome) {
    if (!outcome.succeeded())
        throw Failure({Errc::refused, outcome.describe() + quote_last_lines(outcome.last_lines)});
    check_success_text(expected.log_file, outcome.last_lines, expected.success).value();
    std::vector<fs::path> outputs;
    for (const fs::path& output : expected.outputs)
        outputs.push_back(expected.folder / output);
    check_outputs(outputs, expected.started).value();
}

double seconds(std::chrono::microseconds time) {
    return static_cast<double>(time.count()) / 1e6;
}

} // namespace

ChildSpec child_of(const Program& program) {
    ChildSpec spec;
    spec.program = program.path;
    spec.arguments = program.extra_arguments;
    spec.limits.wall_time = program.time_limit;
    spec.limits.cpu_time = program.cpu_limit;
    spec.limits.address_space_bytes = program.memory_limit_bytes;
    return spec;
}

WatchedPrograms::WatchedPrograms(TaskContext& context, std::string panel)
    : context_(context),
      panel_(std::move(panel)),
      watchers_(context.services().runs, context.run_id(), context.job_id()),
      telling_(context.services().runs.executor()) {}

boost::asio::awaitable<Result<ChildOutcome>> WatchedPrograms::run(ChildSpec spec) {
    spec.on_line = [this](std::string_view line) {
        if (may_tell()) telling_.spawn("line of output", watchers_.line(panel_, std::string(line)));
    };
    std::exception_ptr thrown;
    Result<ChildOutcome> outcome = ChildOutcome{};
    try {
        outcome = co_await context_.run_child(std::move(spec));
    } catch (...) {
        thrown = std::current_exception();
    }
    co_await telling_.join();
    if (thrown) std::rethrow_exception(thrown);
    co_return outcome;
}

bool WatchedPrograms::may_tell() {
    constexpr int most_in_a_second = 20;
    const auto now = std::chrono::steady_clock::now();
    if (now - second_began_ >= std::chrono::seconds(1)) {
        second_began_ = now;
        told_in_second_ = 0;
    }
    return told_in_second_++ < most_in_a_second;
}

boost::asio::awaitable<ChildOutcome> run_model(TaskContext& context, std::string panel, ModelRun run) {
    auto& cpu = context.services().cpu;
    Expected expected{.folder = run.child.working_directory,
        .log_file = run.child.log_file,
        .success = std::move(run.success),
        .outputs = std::move(run.outputs),
        .started = {}};
    expected.started = co_await prep::offload(cpu, [&] { return file_system_time(expected.folder).value(); });
    WatchedPrograms programs(context, std::move(panel));
    auto outcome = co_await programs.run(std::move(run.child));
    if (!outcome) throw Failure(outcome.error());
    co_await prep::offload(cpu, [&] {
        check(expected, *outcome);
        return true;
    });
    co_return std::move(*outcome);
}

boost::json::object with_usage(boost::json::object result, const ChildOutcome& outcome) {
    result["program"] = outcome.program;
    result["wall_s"] = seconds(outcome.wall_time);
    result["cpu_s"] = seconds(outcome.cpu_time);
    result["peak_memory_kib"] = outcome.peak_memory_kib;
    return result;
}

} // namespace freshet::worker
