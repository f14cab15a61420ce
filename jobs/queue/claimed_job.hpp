#pragma once

#include "jobs/queue/retry_policy.hpp"
#include "prep/redis/reply.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace freshet::jobs {

/// The right to run a job, until its lease expires or is given up.
struct Lease {
    std::string queue;
    std::string job_id;
    std::string execution; ///< the fence: names this attempt and no other
    std::string worker;    ///< the slot's worker name
};

/// Python functions that RQ would call when a job has ended; '' none.
struct PythonCallbacks {
    std::string success, failure, stopped;
};

/// A job that this process has claimed, as it stands in its hash.
struct ClaimedJob {
    Lease lease;
    std::string data;                               ///< serialized call, see decode_call()
    std::string meta;                               ///< serialized dictionary, '' none
    std::optional<std::chrono::seconds> time_limit; ///< nothing: no limit
    std::chrono::seconds result_ttl{500};           ///< negative: for ever; 0: drop everything on success
    std::chrono::seconds failure_ttl{31'536'000};   ///< negative: for ever
    int reaped = 0;                                 ///< how many workers it has cost so far
    PythonCallbacks callbacks;
    std::string webhooks;       ///< that RQ 2.10 would call when it ends: JSON; '' none
    std::string rate_limit_key; ///< RQ 3.0; '' none
    std::string key;            ///< that it holds until it ends; '' none
    Retries retries;
    bool is_plain = false; ///< none of retries, callbacks, webhooks, keys, dependencies, repeats
};

/// An element of the reply of claim.lua.
ClaimedJob to_claimed_job(prep::redis::ReplyView reply, std::string execution, std::string worker);

/// A job that enqueue.lua has handed to the slot of an offer, as it stands on jobs::keys::handed().
/// `refused` if it is no such text.
Result<ClaimedJob> to_handed_job(std::string_view message);

} // namespace freshet::jobs
