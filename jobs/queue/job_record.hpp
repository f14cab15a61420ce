#pragma once

#include "jobs/queue/call.hpp"
#include "jobs/queue/time_text.hpp"
#include "prep/redis/reply.hpp"

#include <boost/json/value.hpp>

#include <optional>
#include <string>

namespace freshet::jobs {

/// A job as its hash tells it.
struct JobRecord {
    std::string id;
    std::string status; ///< RQ's word: queued, started, finished, ...
    std::string origin; ///< queue
    std::string description;
    std::string worker_name;
    std::string error_text; ///< of a failed job, inflated
    std::optional<Moment> created_at, enqueued_at, started_at, ended_at;
    std::string run_id; ///< that its producer has named, else the first argument if it may be one; or ''

    /// Nothing more will happen to it by itself.
    bool ended() const;
};

/// From the reply of HGETALL; nothing for an empty hash.
std::optional<JobRecord> to_job_record(std::string_view id, prep::redis::ReplyView hash);

} // namespace freshet::jobs
