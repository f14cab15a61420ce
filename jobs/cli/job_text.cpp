#include "jobs/cli/job_text.hpp"

#include "jobs/cli/output.hpp"

#include <string_view>
#include <vector>

namespace freshet::jobs::cli {

std::string shown(const std::optional<Moment>& moment) {
    return moment ? to_rq_text(*moment) : "-";
}

namespace {

struct Field {
    std::string_view name;
    std::string value;
};

std::vector<Field> fields_of(const JobRecord& job) {
    return {{"job", job.id}, {"status", job.status}, {"queue", job.origin}, {"call", job.description},
        {"run", job.run_id}, {"created", shown(job.created_at)}, {"queued", shown(job.enqueued_at)},
        {"started", shown(job.started_at)}, {"ended", shown(job.ended_at)}, {"worker", job.worker_name},
        {"error", job.error_text}};
}

} // namespace

void print_job(const JobRecord& job, std::ostream& out) {
    for (const auto& [name, value] : fields_of(job))
        print_field(out, name, value);
}

boost::json::object to_json(const JobRecord& job) {
    boost::json::object object;
    for (const auto& [name, value] : fields_of(job))
        object[name] = value.empty() || value == "-" ? boost::json::value() : boost::json::value(value);
    return object;
}

} // namespace freshet::jobs::cli
