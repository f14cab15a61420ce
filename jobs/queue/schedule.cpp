#include "jobs/queue/schedule.hpp"

#include "jobs/queue/ids.hpp"
#include "jobs/queue/scripts.hpp"
#include "jobs/queue/time_text.hpp"

namespace freshet::jobs {

using boost::asio::awaitable;
using Arguments = std::vector<std::string>;

Schedule::Schedule(prep::redis::Connection& redis, std::vector<std::string> queues)
    : redis_(redis), queues_(std::move(queues)), name_("freshet:" + new_execution_id()) {}

awaitable<Result<MovedDue>> Schedule::move_due(std::size_t limit) {
    Arguments arguments{to_rq_text(now()), name_, std::to_string(limit)};
    arguments.insert(arguments.end(), queues_.begin(), queues_.end());
    const auto reply = co_await redis_.run_script(scripts::move_due(), {}, std::move(arguments));
    if (!reply) co_return reply.error();
    MovedDue moved{static_cast<std::size_t>((*reply)[0].integer()), std::nullopt};
    if (!(*reply)[1].text().empty())
        moved.next_due = std::chrono::sys_seconds(std::chrono::seconds((*reply)[1].integer()));
    co_return moved;
}

awaitable<Result<>> Schedule::leave() {
    Arguments arguments{name_};
    arguments.insert(arguments.end(), queues_.begin(), queues_.end());
    const auto reply = co_await redis_.run_script(scripts::leave_schedule(), {}, std::move(arguments));
    if (!reply) co_return reply.error();
    co_return Result<>();
}

} // namespace freshet::jobs
