#include "worker/tasks/run_update.hpp"

#include "prep/async/offload.hpp"

#include <boost/json/serialize.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace freshet::worker {
namespace {

namespace asio = boost::asio;
namespace json = boost::json;
using asio::awaitable;
using prep::Controller;

prep::LockOptions lock_options(const TaskContext& context) {
    return {.wait = context.services().settings.lock_wait};
}

// `build-climate-rq`, as the Python side calls it.
prep::DirectoryPurpose purpose_of(const TaskContext& context) {
    std::string name(context.task());
    std::ranges::replace(name, '_', '-');
    return {.purpose = name + "-rq", .job_id = context.job_id(), .execution_id = context.execution_id()};
}

awaitable<Result<>> hold_folder(TaskContext& context, std::string folder, prep::Locks::Body body) {
    auto& locks = context.services().locks;
    std::vector<std::string> roots;
    roots.push_back(std::move(folder));
    auto taken = co_await locks.take_directories(
        context.run(), std::move(roots), purpose_of(context), lock_options(context));
    if (!taken) co_return taken.error();
    co_return co_await locks.hold(std::move(*taken), std::move(body));
}

std::string shown(const std::optional<json::value>& value) {
    return value ? json::serialize(*value) : "absent";
}

Result<> check_inputs(const TaskContext& context, const RunUpdate& update, const Controller& now) {
    for (const auto pointer : update.inputs) {
        const auto used = update.used->document().find(pointer), present = now.document().find(pointer);
        if (used == present) continue;
        return Error{Errc::stale,
            fmt::format(
                "superseded: field '{}' of {} was {} when {} began and is {} now; nothing is published",
                pointer, now.path().filename().string(), shown(used), context.task(), shown(present))};
    }
    return {};
}

} // namespace

awaitable<std::shared_ptr<const Controller>> load_controller(TaskContext& context, std::string name) {
    co_return (co_await context.services().controllers.load(context.run(), std::move(name))).value();
}

awaitable<void> in_locked_folder(TaskContext& context, std::string folder, std::function<void()> work) {
    const prep::Locks::Body locked = [&](const prep::Lock&) -> awaitable<Result<>> {
        co_return co_await prep::offload(context.services().cpu, [&]() -> Result<> {
            work();
            return {};
        });
    };
    (co_await hold_folder(context, std::move(folder), locked)).value();
}

awaitable<void> publish(TaskContext& context, RunUpdate update, PutInPlace put) {
    const auto& services = context.services();
    co_await context.confirm_lease(); // while Redis is away it waits
    const auto job_is_ours = context.lease_check();

    const prep::Locks::Body in_folder = [&](const prep::Lock& folder) -> awaitable<Result<>> {
        const prep::Controllers::Body change = [&](prep::LockedController& locked) -> awaitable<Result<>> {
            if (auto current = check_inputs(context, update, locked.controller()); !current)
                co_return current;
            // Once the check is passed, results and controller change together: no stop comes between.
            co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
            const Scratch::LeaseCheck all_are_ours = [&] {
                return job_is_ours() && folder.check_lease() && locked.lock().check_lease();
            };
            const auto put_in_place = [&]() -> Result<> {
                put(locked.document(), all_are_ours);
                return {};
            };
            (co_await prep::offload(services.cpu, put_in_place)).value();
            co_return co_await locked.dump_and_unlock();
        };
        prep::Controllers::WriteOptions options{.lock = lock_options(context)};
        options.lock.within = &folder;
        co_return co_await services.controllers.locked(context.run(), update.used->name(), options, change);
    };
    (co_await hold_folder(context, update.folder, in_folder)).value();
}

} // namespace freshet::worker
