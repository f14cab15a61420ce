#include "jobs/cli/commands.hpp"
#include "jobs/cli/exit_code.hpp"
#include "jobs/cli/output.hpp"
#include "jobs/cli/queues.hpp"
#include "jobs/queue/operations.hpp"

#include <boost/json/object.hpp>

#include <fmt/ostream.h>

#include <algorithm>

namespace freshet::jobs::cli {
namespace {

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
int print(const std::vector<std::string>& ids, const std::vector<What>& whats, const Context& context) {
    int code = ExitCode::success;
    for (std::size_t i = 0; i < whats.size(); ++i) {
        const Told one = told(whats[i]);
        print_answer(context.out, context.format(), "job", ids[i], one.text);
        if (one.code != ExitCode::success) code = one.code;
    }
    return code;
}

void print_queued(std::size_t jobs, Format format, std::ostream& out) {
    if (format == Format::json)
        print_json(out, boost::json::object{{"queued", jobs}});
    else
        fmt::print(out, "{} jobs queued\n", jobs);
}

} // namespace

awaitable<int> cancel(Context& context) {
    Operations operations(context.redis);
    int code = ExitCode::success;
    for (const std::string& root : context.words) {
        const auto members = co_await operations.cancel_tree(root);
        std::vector<std::string> ids;
        std::vector<Canceled> whats;
        for (const auto& member : members.value()) {
            ids.push_back(member.job_id);
            whats.push_back(member.what);
        }
        code = std::max(code, print(ids, whats, context));
    }
    co_return code;
}

awaitable<int> stop(Context& context) {
    Operations operations(context.redis);
    const auto stopped = co_await operations.stop(context.words);
    co_return print(context.words, stopped.value(), context);
}

awaitable<int> requeue(Context& context) {
    Operations operations(context.redis);
    if (context.words != std::vector<std::string>{"all"}) {
        const auto requeued = co_await operations.requeue(context.words);
        co_return print(context.words, requeued.value(), context);
    }
    auto queues = co_await chosen_queues(context);
    std::size_t jobs = 0;
    for (const std::string& queue : queues) {
        const auto requeued = co_await operations.requeue_all(queue);
        jobs += requeued.value();
    }
    print_queued(jobs, context.format(), context.out);
    co_return ExitCode::success;
}

awaitable<int> remove(Context& context) {
    Operations operations(context.redis);
    const auto removed = co_await operations.remove(context.words);
    co_return print(context.words, removed.value(), context);
}

} // namespace freshet::jobs::cli
