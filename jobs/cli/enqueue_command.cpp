#include "jobs/cli/commands.hpp"
#include "jobs/cli/exit_code.hpp"
#include "jobs/cli/job_text.hpp"
#include "jobs/cli/output.hpp"
#include "jobs/client/producer.hpp"
#include "rules/task_catalogue.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <fmt/format.h>
#include <fmt/ostream.h>

#include <ostream>

namespace freshet::jobs::cli {
namespace {

namespace json = boost::json;

constexpr std::chrono::hours wait_limit{24};

json::value to_argument(const std::string& word) {
    json::error_code error;
    auto value = json::parse(word, error);
    return error ? json::value(word) : value;
}

// Whatever completes as a task of the catalogue, and what enqueues such tasks.
bool works_on_a_run(std::string_view task) {
    return rules::task_named(task) || task == "run_wepp";
}

NewJob job_of(const Context& context) {
    const auto& words = context.words;
    const std::string& task = words[0];
    const std::string queue = context.text("queue").empty() ? "default" : context.text("queue");
    if (works_on_a_run(task)) {
        if (words.size() != 2)
            throw Failure({Errc::bad_input, fmt::format("enqueue {}: expected one run id", task)});
        NewJob job = job_for_run(task, words[1], queue).value();
        job.admission = NewJob::Admission::single;
        return job;
    }
    NewJob job;
    job.call.function = "freshet." + task;
    for (std::size_t i = 1; i < words.size(); ++i)
        job.call.args.push_back(to_argument(words[i]));
    job.queue = queue;
    return job;
}

int print_end(const Ended& ended, const Context& context) {
    if (context.has("json")) {
        auto object = to_json(ended.job);
        object["result"] = ended.value;
        print_json(context.out, object);
    } else {
        print_job(ended.job, context.out);
        if (!ended.value.is_null()) print_field(context.out, "result", json::serialize(ended.value));
    }
    return ended.job.status == "finished" ? ExitCode::success : ExitCode::failed;
}

void print_receipt(const std::string& job_id, const Context& context) {
    if (context.has("json"))
        print_json(context.out, json::object{{"job", job_id}});
    else
        fmt::print(context.out, "{}\n", job_id);
}

awaitable<int> follow(Context& context, std::string id) {
    Producer producer(context.redis);
    const auto ended = co_await producer.wait(std::move(id), wait_limit);
    co_return print_end(ended.value(), context);
}

} // namespace

awaitable<int> enqueue(Context& context) {
    NewJob job = job_of(context);
    Producer producer(context.redis);
    const auto receipt = co_await producer.enqueue(std::move(job));
    if (receipt.value().what == Receipt::What::already_running)
        throw Failure({Errc::conflict, fmt::format("enqueue {}: already queued or running as job {}",
                                           fmt::join(context.words, " "), receipt->job_id)});
    print_receipt(receipt->job_id, context);
    context.out.flush();
    if (!context.has("wait")) co_return ExitCode::success;
    co_return co_await follow(context, receipt->job_id);
}

} // namespace freshet::jobs::cli
