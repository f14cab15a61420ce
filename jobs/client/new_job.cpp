#include "jobs/client/new_job.hpp"

#include "jobs/queue/ids.hpp"
#include "rules/run_id.hpp"

#include <fmt/format.h>

namespace freshet::jobs {
namespace {

constexpr std::chrono::seconds longest_delay = std::chrono::years(100);

} // namespace

Result<NewJob> job_for_run(std::string_view task, std::string_view run_id, std::string queue) {
    auto run = rules::checked_run_id(run_id);
    if (!run) return run.error();
    NewJob job;
    job.call.function = fmt::format("freshet.{}_rq", task);
    job.call.args.emplace_back(*run);
    job.queue = std::move(queue);
    job.run_id = std::move(*run);
    job.timeout = std::chrono::hours(12);
    return job;
}

void add_child(NewJob& parent, NewJob& child, int order) {
    if (child.id.empty()) child.id = new_job_id();
    auto name = fmt::format("jobs:{},func:{}", order, child.call.name());
    if (parent.meta.contains(name)) name += "-" + child.id;
    parent.meta[name] = child.id;
}

Result<> check_job(const NewJob& job) {
    if (auto ok = check_queue_name(job.queue); !ok) return ok.error();
    if (!job.id.empty())
        if (auto ok = check_job_id(job.id); !ok) return ok.error();
    if (!job.run_id.empty())
        if (auto ok = rules::checked_run_id(job.run_id); !ok) return ok.error();
    for (const std::string& dependency : job.depends_on)
        if (auto ok = check_job_id(dependency); !ok)
            return Error{Errc::bad_input, fmt::format("dependency '{}': {}", dependency, ok.error().message)};
    if (job.retries < 0)
        return Error{Errc::bad_input, fmt::format("retries: expected 0 or more, found {}", job.retries)};
    if (job.key.ends_with(":waiting"))
        return Error{Errc::bad_input,
            fmt::format("key '{}': must not end with ':waiting', the list of those that wait does", job.key)};
    if (job.key_limit < 1)
        return Error{Errc::bad_input, fmt::format("key_limit: expected 1 or more, found {}", job.key_limit)};
    if (job.queue_ttl && job.queue_ttl->count() < 1)
        return Error{Errc::bad_input,
            fmt::format("queue_ttl: expected 1 second or more, found {}", job.queue_ttl->count())};
    if (job.delay && (*job.delay < std::chrono::seconds(0) || *job.delay > longest_delay))
        return Error{Errc::bad_input, fmt::format("delay: expected 0 to {} seconds, found {}",
                                          longest_delay.count(), job.delay->count())};
    if (job.due && job.delay)
        return Error{Errc::bad_input, "a job starts at a time (due) or after a while (delay), not both"};
    if (job.call.function.empty()) return Error{Errc::bad_input, "a job needs a function"};
    if (job.admission == NewJob::Admission::single && job.run_id.empty())
        return Error{Errc::bad_input, "single flight needs a run id"};
    return {};
}

} // namespace freshet::jobs
