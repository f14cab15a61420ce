#include "jobs/queue/claimed_job.hpp"

#include "jobs/queue/time_text.hpp"
#include "prep/redis/reply_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

namespace freshet::jobs {
namespace {

using prep::redis::ReplyView;

// Python writes whole seconds, mostly.
std::chrono::seconds seconds_or(std::string_view text, std::chrono::seconds otherwise) {
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || std::isnan(value)) return otherwise;
    return bounded(std::chrono::seconds(static_cast<std::int64_t>(std::clamp(value, -1.0, 1e12))));
}

} // namespace

ClaimedJob to_claimed_job(ReplyView reply, std::string execution, std::string worker) {
    ClaimedJob job;
    job.data = reply[0].text();
    job.lease = {
        std::string(reply[1].text()), std::string(reply[2].text()), std::move(execution), std::move(worker)};
    const auto limit = seconds_or(reply[3].text(), std::chrono::seconds(180));
    if (limit.count() >= 0) job.time_limit = limit;
    job.result_ttl = seconds_or(reply[4].text(), job.result_ttl);
    job.failure_ttl = seconds_or(reply[5].text(), job.failure_ttl);
    job.meta = reply[6].text();
    job.reaped = static_cast<int>(reply[7].integer());
    job.is_plain = reply.size() <= 8;
    job.retries = to_retries(reply[8].text(), reply[9].text(), reply[10].text());
    job.rate_limit_key = reply[11].text();
    job.key = reply[12].text();
    job.callbacks = {
        std::string(reply[13].text()), std::string(reply[14].text()), std::string(reply[15].text())};
    job.webhooks = reply[16].text();
    return job;
}

Result<ClaimedJob> to_handed_job(std::string_view message) {
    prep::redis::ReplyReader reader;
    reader.feed(message);
    const auto reply = reader.next();
    if (!reply || !*reply || (*reply)->size() != 3 || (**reply)[2].size() < 3)
        return Error{Errc::refused,
            fmt::format("a handed job: expected an execution, a worker and the job's fields, found '{}'",
                message.substr(0, 100))};
    const ReplyView parts = **reply;
    return to_claimed_job(parts[2], std::string(parts[0].text()), std::string(parts[1].text()));
}

} // namespace freshet::jobs
