#include "jobs/queue/time_text.hpp"
#include "prep/async/offload.hpp"
#include "prep/files/atomic_file.hpp"
#include "prep/store/status_messenger.hpp"
#include "worker/wepp/run_inputs.hpp"
#include "worker/wepp/schedule.hpp"
#include "worker/wepp/task_groups.hpp"
#include "worker/wepp/tasks.hpp"

#include <fmt/format.h>

#include <fstream>

namespace freshet::worker::wepp {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;
using boost::asio::awaitable;

struct Child {
    int order;
    std::string function;
    std::vector<std::string> after; ///< functions
};

const std::vector<Child>& children() {
    static const std::vector<Child> all{
        {0, "wepp_prep_slopes", {}},
        {0, "wepp_prep_managements", {}},
        {0, "wepp_prep_soils", {}},
        {0, "wepp_prep_climates", {}},
        {0, "wepp_prep_remaining",
            {"wepp_prep_slopes", "wepp_prep_managements", "wepp_prep_soils", "wepp_prep_climates"}},
        {1, "wepp_plan_hillslopes", {"wepp_prep_remaining"}},
        {1, "run_wepp_hillslopes", {"wepp_plan_hillslopes"}},
        {2, "wepp_prep_watershed", {"run_wepp_hillslopes"}},
        {2, "wepp_hillslope_summaries", {"run_wepp_hillslopes"}},
        {3, "run_wepp_watershed", {"wepp_prep_watershed"}},
        {4, "wepp_post", {"run_wepp_watershed", "wepp_hillslope_summaries"}},
        {6, "wepp_log_complete", {"wepp_post"}},
    };
    return all;
}

std::vector<jobs::NewJob> jobs_of(const TaskContext& context, const Tree& tree, const RunInputs& inputs) {
    std::vector<jobs::NewJob> all;
    for (const Child& child : children()) {
        auto job = child_job(context, tree, child.function);
        for (const auto& earlier : child.after)
            job.depends_on.push_back(tree.id_of(earlier));
        if (child.function == "run_wepp_watershed")
            job.timeout = watershed_time_limit(
                static_cast<std::size_t>(inputs.years.count), inputs.watershed.hillslopes.size());
        all.push_back(std::move(job));
    }
    return all;
}

void add_children(const Tree& tree, std::size_t hillslopes, json::object& meta) {
    for (const Child& child : children())
        meta[fmt::format("jobs:{},func:{}", child.order, child.function)] = tree.id_of(child.function);
    if (!meta.contains("progress")) meta["progress"] = Progress{.total = hillslopes}.to_json();
}

// What the structure file cannot hold is found now, not after hours of hillslopes.
RunInputs load_and_check(const fs::path& run_dir) {
    auto inputs = load_inputs(run_dir);
    structure_text(inputs.watershed, upstream_first(inputs.watershed.network).value()).value();
    return inputs;
}

awaitable<json::value> run_wepp(TaskContext& context) {
    const auto inputs = co_await prep::offload(context.services().cpu,
        [&] { return std::make_unique<RunInputs>(load_and_check(context.run_dir())); });
    const auto hillslopes = inputs->watershed.hillslopes.size();
    Tree tree(context.services().queue_db, context.job_id());
    const auto add = [&](json::object& meta) {
        add_children(tree, hillslopes, meta);
    };
    (co_await tree.edit_meta(tree.root(), add)).value();
    context.keep_result(Tree::kept);
    auto jobs = jobs_of(context, tree, *inputs);
    (co_await tree.enqueue(std::move(jobs))).value();
    co_await context.tell("wepp", fmt::format("{} hillslopes, {} channels, {} years are queued", hillslopes,
                                      inputs->watershed.channels.size(), inputs->years.count));
    co_return json::object{{"hillslopes", hillslopes}, {"channels", inputs->watershed.channels.size()},
        {"years", inputs->years.count}};
}

// A line once, however often the job runs.
void append_once(const fs::path& log, const std::string& job, const std::string& line) {
    const auto present = prep::read_file(log);
    if (present && present->find(job) != std::string::npos) return;
    std::ofstream(log, std::ios::app) << line << '\n';
}

awaitable<json::value> log_complete(TaskContext& context) {
    const auto tree = tree_of(context);
    co_await context.confirm_lease();
    co_await prep::offload(context.services().cpu, [&] {
        const auto text = fmt::format("rq:{} COMPLETED run_wepp({})", tree.root(), context.run_id());
        append_once(context.run_dir() / "rq.log", text, jobs::to_rq_text(jobs::now()) + " " + text);
        return true;
    });
    prep::StatusMessenger messenger(context.services().runs, context.run_id(), tree.root());
    co_await messenger.trigger("wepp", "WEPP_RUN_TASK_COMPLETED");
    co_return nullptr;
}

} // namespace

TaskDefinition on_run(TaskFunction run) {
    return {
        .scope = TaskDefinition::Scope::on_run, .run = std::move(run), .panel = "wepp", .scratch = "wepp"};
}

Tree tree_of(const TaskContext& context) {
    const auto* root = context.kwargs().if_contains("root");
    if (!root || !root->is_string())
        throw Failure({Errc::bad_input, "argument 'root': expected the id of a run_wepp job, found nothing; "
                                        "this job is made by run_wepp"});
    return {context.services().queue_db, std::string(root->get_string())};
}

jobs::NewJob child_job(const TaskContext& context, const Tree& tree, std::string_view function) {
    auto job = jobs::job_for_run(function, context.run_id(), context.queue()).value();
    job.run_id.clear(); // the receipt of a run is the root's
    job.id = tree.id_of(function);
    job.call.kwargs["root"] = tree.root();
    if (context.trace()) job.meta["traceparent"] = context.trace()->traceparent();
    return job;
}

void add_run_wepp(TaskTable& tasks) {
    tasks.add("run_wepp", on_run(run_wepp));
    tasks.add("wepp_log_complete", on_run(log_complete));
}

} // namespace freshet::worker::wepp

namespace freshet::worker {

void add_wepp_tasks(TaskTable& tasks) {
    wepp::add_run_wepp(tasks);
    wepp::add_prep_tasks(tasks);
    wepp::add_hillslope_tasks(tasks);
    wepp::add_watershed_tasks(tasks);
}

} // namespace freshet::worker
