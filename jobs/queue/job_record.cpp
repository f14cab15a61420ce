#include "jobs/queue/job_record.hpp"

#include "jobs/queue/encoding.hpp"
#include "rules/run_id.hpp"

#include <algorithm>
#include <array>

namespace freshet::jobs {
namespace {

constexpr std::size_t error_text_limit = 1024 * 1024;

std::string inflated_error(std::string_view packed) {
    if (packed.empty()) return {};
    auto text = inflate(packed, error_text_limit);
    return text ? std::move(*text) : std::string(packed);
}

std::string run_that_is_worked_on(std::string_view data) {
    const auto call = decode_call(data);
    if (!call || call->args.empty() || !call->args[0].is_string()) return {};
    const auto run = rules::checked_run_id(std::string_view(call->args[0].get_string()));
    return run ? *run : "";
}

} // namespace

bool JobRecord::ended() const {
    constexpr std::array<std::string_view, 4> words{"finished", "failed", "stopped", "canceled"};
    return std::find(words.begin(), words.end(), status) != words.end();
}

std::optional<JobRecord> to_job_record(std::string_view id, prep::redis::ReplyView hash) {
    if (hash.size() < 2) return std::nullopt;
    JobRecord record;
    record.id = id;
    std::string_view data;
    for (std::size_t i = 0; i + 1 < hash.size(); i += 2) {
        const auto field = hash[i].text(), value = hash[i + 1].text();
        if (field == "status") record.status = value;
        if (field == "origin") record.origin = value;
        if (field == "description") record.description = value;
        if (field == "worker_name") record.worker_name = value;
        if (field == "exc_info") record.error_text = inflated_error(value);
        if (field == "created_at") record.created_at = from_rq_text(value);
        if (field == "enqueued_at") record.enqueued_at = from_rq_text(value);
        if (field == "started_at") record.started_at = from_rq_text(value);
        if (field == "ended_at") record.ended_at = from_rq_text(value);
        if (field == "freshet:run_id") record.run_id = value;
        if (field == "data") data = value;
    }
    if (record.run_id.empty()) record.run_id = run_that_is_worked_on(data);
    return record;
}

} // namespace freshet::jobs
