#include "jobs/cli/operation_commands.hpp"

#include "jobs/cli/commands.hpp"
#include "jobs/queue/operations.hpp"

#include <fmt/format.h>
#include <fmt/ostream.h>

#include <ostream>

namespace freshet::jobs::cli {
namespace {

using boost::asio::awaitable;
using prep::redis::Connection;

struct Told {
    const char* text;
    int code;
};

Told told(Canceled what) {
    switch (what) {
    case Canceled::canceled:
        return {"canceled", ExitCode::success};
    case Canceled::stopping:
        return {"is running: its worker stops it", ExitCode::success};
    case Canceled::ended:
        return {"had ended before", ExitCode::success};
    case Canceled::gone:
        break;
    }
    return {"there is no such job", ExitCode::not_found};
}

Told told(Stopped what) {
    switch (what) {
    case Stopped::asked:
        return {"its worker stops it", ExitCode::success};
    case Stopped::idle:
        return {"does not run", ExitCode::conflict};
    case Stopped::gone:
        break;
    }
    return {"there is no such job", ExitCode::not_found};
}

Told told(Requeued what) {
    switch (what) {
    case Requeued::queued:
        return {"queued", ExitCode::success};
    case Requeued::absent:
        return {"has not failed", ExitCode::conflict};
    case Requeued::gone:
        break;
    }
    return {"there is no such job", ExitCode::not_found};
}

Told told(Deleted what) {
    switch (what) {
    case Deleted::deleted:
        return {"deleted", ExitCode::success};
    case Deleted::awaited:
        return {"other jobs wait for it", ExitCode::conflict};
    case Deleted::gone:
        break;
    }
    return {"there is no such job", ExitCode::not_found};
}

template <class What>
int print(const std::vector<std::string>& ids, const std::vector<What>& whats, std::ostream& out) {
    int code = ExitCode::success;
    for (std::size_t i = 0; i < whats.size(); ++i) {
        const Told one = told(whats[i]);
        fmt::print(out, "{} {}\n", ids[i], one.text);
        if (one.code != ExitCode::success) code = one.code;
    }
    return code;
}

} // namespace

awaitable<int> cancel(Connection& redis, std::string job_id, std::ostream& out) {
    Operations operations(redis);
    const auto members = co_await operations.cancel_tree(std::move(job_id));
    std::vector<std::string> ids;
    std::vector<Canceled> whats;
    for (const auto& member : members.value()) {
        ids.push_back(member.job_id);
        whats.push_back(member.what);
    }
    co_return print(ids, whats, out);
}

awaitable<int> stop(Connection& redis, std::vector<std::string> ids, std::ostream& out) {
    Operations operations(redis);
    const auto stopped = co_await operations.stop(ids);
    co_return print(ids, stopped.value(), out);
}

awaitable<int> requeue(Connection& redis, std::vector<std::string> ids, std::ostream& out) {
    Operations operations(redis);
    const auto requeued = co_await operations.requeue(ids);
    co_return print(ids, requeued.value(), out);
}

awaitable<int> requeue_all(Connection& redis, std::string queue, std::ostream& out) {
    Operations operations(redis);
    const auto requeued = co_await operations.requeue_all(queue);
    fmt::print(out, "{} jobs queued\n", requeued.value());
    co_return ExitCode::success;
}

awaitable<int> remove(Connection& redis, std::vector<std::string> ids, std::ostream& out) {
    Operations operations(redis);
    const auto removed = co_await operations.remove(ids);
    co_return print(ids, removed.value(), out);
}

} // namespace freshet::jobs::cli
