#include "prep/store/locks.hpp"

#include "prep/logging.hpp"
#include "prep/store/scan.hpp"
#include "prep/store/scripts/lock_free.lua.hpp"
#include "prep/store/scripts/lock_leave.lua.hpp"
#include "prep/store/scripts/lock_renew.lua.hpp"
#include "prep/store/scripts/lock_take.lua.hpp"
#include "prep/store/scripts/lock_turns.lua.hpp"
#include "rules/task_catalogue.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <random>

namespace freshet::prep {
namespace {

namespace asio = boost::asio;
namespace json = boost::json;
using asio::awaitable;
using redis::Command;
using redis::Script;
using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

const Logger logger("locks");

constexpr std::array<std::string_view, 4> lockable_roots{"climate", "landuse", "soils", "watershed"};
constexpr std::string_view directory_prefix = "runtime-paths/";
// A lock by somebody who gives no sign when it is freed early is looked at again at its expiry, and at the
// latest then:
constexpr milliseconds longest_look_away{30'000};

std::string directory_name(std::string_view root) {
    return std::string(directory_prefix) + std::string(root);
}

const Script& take_script() {
    static const Script script("lock_take", {lock_turns_lua, lock_take_lua});
    return script;
}

const Script& renew_script() {
    static const Script script("lock_renew", {lock_turns_lua, lock_renew_lua});
    return script;
}

const Script& free_script() {
    static const Script script("lock_free", {lock_turns_lua, lock_free_lua});
    return script;
}

const Script& leave_script() {
    static const Script script("lock_leave", {lock_turns_lua, lock_leave_lua});
    return script;
}

std::string new_token() {
    std::random_device random;
    return fmt::format("{:08x}{:08x}{:08x}{:08x}", random(), random(), random(), random());
}

std::string this_process() {
    std::array<char, 256> host{};
    if (gethostname(host.data(), host.size() - 1) != 0) host.front() = '?';
    return fmt::format("{}:{}", host.data(), getpid());
}

std::string json_text(std::string_view text) {
    return json::serialize(json::string(text));
}

Lock::Part controller_part(const Run& run, const std::string& file, const std::string& token,
    const std::string& owner, std::chrono::seconds ttl) {
    auto payload = fmt::format(
        R"({{"token":"{}","owner":{},"acquired_at":@acquired_at@,"expires_at":@expires_at@,"ttl":{}}})",
        token, json_text(owner), ttl.count());
    return {.key = lock_key(run.id, file), .name = file, .mirrored = file, .payload = std::move(payload)};
}

Lock::Part directory_part(const Run& run, const std::string& root, const std::string& token,
    const std::string& owner, const DirectoryPurpose& purpose, std::chrono::seconds ttl) {
    auto payload = fmt::format(
        R"({{"acquired_at":@acquired_at@,"expires_at":@expires_at@,"owner":{},"purpose":{},"root":{},)"
        R"("rq_execution_id":{},"rq_job_id":{},"runid":{},"scope":"run","scope_token":"{}","token":"{}",)"
        R"("ttl_seconds":{}}})",
        json_text(owner), json_text(purpose.purpose), json_text(root), json_text(purpose.execution_id),
        json_text(purpose.job_id), json_text(run.id), token, token, ttl.count());
    auto name = directory_name(root);
    return {.key = lock_key(run.id, name), .name = name, .mirrored = "", .payload = std::move(payload)};
}

// Every lock of a run that a task may take.
std::vector<std::string> lockable_names() {
    std::vector<std::string> names;
    for (const auto root : lockable_roots)
        names.push_back(directory_name(root));
    for (const auto controller : rules::controllers())
        names.push_back(fmt::format("{}.nodb", controller));
    return names;
}

std::string mirrored_name(std::string_view name) {
    return name.starts_with(directory_prefix) ? std::string() : std::string(name);
}

Error busy(const Lock& lock, std::string_view key, std::string_view value) {
    for (const auto& part : lock.parts())
        if (part.key == key && !value.empty())
            return {Errc::conflict, describe(parse_lock(part.name, value))};
    return {Errc::conflict, fmt::format("{} is about to be locked by another who has waited longer", key)};
}

Error lost(const Lock& lock) {
    return {Errc::lease_lost,
        fmt::format("the lock {} was lost: it expired or was taken away", lock.parts().front().key)};
}

// A script that frees all keys of the lock in one step.
awaitable<Result<>> run_on(const Lock& lock, const Script& script, redis::Connection& runs) {
    std::vector<std::string> keys{lock.run_id()}, arguments{lock.token()};
    for (const auto& part : lock.parts()) {
        keys.push_back(part.key);
        arguments.push_back(part.mirrored);
    }
    const auto reply = co_await runs.run_script(script, std::move(keys), std::move(arguments));
    if (!reply) co_return reply.error();
    co_return Result<>{};
}

// Awaits the end of `work` even in a coroutine that was cancelled, after throw_if_cancelled(false).
awaitable<Result<>> undisturbed(awaitable<Result<>> work) {
    co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
    auto result = co_await std::move(work);
    co_await asio::this_coro::reset_cancellation_state(asio::enable_terminal_cancellation());
    co_await asio::this_coro::throw_if_cancelled(true);
    co_return result;
}

milliseconds until(Clock::time_point deadline) {
    return std::max(milliseconds(0), std::chrono::ceil<milliseconds>(deadline - Clock::now()));
}

} // namespace

Locks::Locks(redis::Connection& runs, LockWakeups& wakeups)
    : runs_(runs), wakeups_(wakeups), owner_(this_process()) {}

awaitable<Result<Lock>> Locks::take(Run run, std::string file, LockOptions options) {
    auto token = options.within ? options.within->token() : new_token();
    auto part = controller_part(run, file, token, owner_, options.ttl);
    std::vector<Lock::Part> parts{std::move(part)};
    Lock lock(run.id, std::move(parts), std::move(token), options.ttl);
    co_return co_await take(std::move(run), std::move(lock), options);
}

awaitable<Result<Lock>> Locks::take_directories(
    Run run, std::vector<std::string> roots, DirectoryPurpose purpose, LockOptions options) {
    std::sort(roots.begin(), roots.end());
    roots.erase(std::unique(roots.begin(), roots.end()), roots.end());
    const auto token = new_token();
    std::vector<Lock::Part> parts;
    for (const auto& root : roots) {
        if (std::ranges::find(lockable_roots, root) == lockable_roots.end())
            co_return Error{
                Errc::bad_input, fmt::format("'{}' is no folder that can be locked: expected one of {}", root,
                                     fmt::join(lockable_roots, ", "))};
        parts.push_back(directory_part(run, root, token, owner_, purpose, options.ttl));
    }
    if (parts.empty()) co_return Error{Errc::bad_input, "no folder to lock was named"};
    Lock lock(run.id, std::move(parts), token, options.ttl);
    co_return co_await take(std::move(run), std::move(lock), options);
}

awaitable<Result<Lock>> Locks::take(Run run, Lock lock, LockOptions options) {
    if (run.is_readonly())
        co_return Error{
            Errc::refused, fmt::format("{}: the run is READONLY; no lock of it is given", run.dir.string())};
    Result<Lock> taken = lost(lock);
    std::exception_ptr failure;
    try {
        taken = co_await take_or_wait(lock, options);
    } catch (...) {
        failure = std::current_exception();
    }
    if (taken) co_return taken;
    co_await asio::this_coro::throw_if_cancelled(false);
    const auto left = co_await undisturbed(give_up(lock));
    if (!left)
        logger.debug("a place in the queue for a lock stays until it expires: " + left.error().message);
    if (failure) std::rethrow_exception(failure);
    co_return taken;
}

awaitable<Result<Lock>> Locks::take_or_wait(Lock lock, LockOptions options) {
    const auto first = co_await attempt(lock, std::chrono::ceil<std::chrono::seconds>(options.wait));
    if (!first) co_return first.error();
    if (first->taken) co_return lock;
    if (options.wait.count() == 0) co_return busy(lock, first->busy_key, first->holder);
    co_return co_await wait_for(std::move(lock), options);
}

// The token is the ticket in the queues too.
awaitable<Result<Lock>> Locks::wait_for(Lock lock, LockOptions options) {
    const auto deadline = Clock::now() + options.wait;
    LockWakeups::Waiter waiter(wakeups_, lock.token(), lock.run_id());
    co_await waiter.listening(options.wait);
    for (;;) {
        const auto left = until(deadline);
        const auto now = co_await attempt(lock, std::chrono::ceil<std::chrono::seconds>(left));
        if (!now) co_return now.error();
        if (now->taken) co_return lock;
        if (left.count() == 0) co_return busy(lock, now->busy_key, now->holder);
        auto next_look = longest_look_away;
        if (now->changes_in.count() >= 0) next_look = std::min(next_look, now->changes_in + milliseconds(1));
        co_await waiter.reason(std::min(left, next_look));
    }
}

awaitable<Result<Locks::Attempt>> Locks::attempt(Lock& lock, std::chrono::seconds wait) {
    std::vector<std::string> keys{lock.run_id()};
    std::vector<std::string> arguments{
        lock.token(), lock.token(), std::to_string(lock.ttl().count()), std::to_string(wait.count())};
    for (const auto& part : lock.parts()) {
        keys.push_back(part.key);
        arguments.push_back(part.payload);
        arguments.push_back(part.mirrored);
    }
    const auto asked_at = Clock::now();
    const auto reply = co_await runs_.run_script(take_script(), std::move(keys), std::move(arguments));
    if (!reply) co_return reply.error();
    if ((*reply)[0].text() == "taken") {
        lock.taken((*reply)[1].integer(), (*reply)[2].integer());
        lock.granted(asked_at);
        co_return Attempt{.taken = true, .busy_key = {}, .holder = {}};
    }
    co_return Attempt{.taken = false,
        .busy_key = std::string((*reply)[1].text()),
        .holder = std::string((*reply)[2].text()),
        .changes_in = milliseconds((*reply)[3].integer())};
}

awaitable<Result<>> Locks::give_up(const Lock& lock) {
    co_return co_await run_on(lock, leave_script(), runs_);
}

awaitable<Result<>> Locks::renew(Lock& lock) {
    std::vector<std::string> arguments{lock.token(), std::to_string(lock.ttl().count())};
    for (const auto& part : lock.parts())
        arguments.push_back(part.payload);
    auto keys = lock.keys();
    const auto asked_at = Clock::now();
    const redis::CallOptions within{.timeout = std::max(milliseconds(1), milliseconds(lock.ttl()) / 3)};
    const auto reply =
        co_await runs_.run_script(renew_script(), std::move(keys), std::move(arguments), within);
    if (!reply) co_return reply.error();
    if (reply->integer() == 0) {
        lock.ended();
        co_return lost(lock);
    }
    lock.granted(asked_at);
    co_return Result<>{};
}

awaitable<Result<>> Locks::release(const Lock& lock) {
    co_return co_await run_on(lock, free_script(), runs_);
}

// Ends when the lock is lost, or when it is cancelled.
awaitable<void> Locks::keep(Lock& lock) {
    asio::steady_timer timer(co_await asio::this_coro::executor);
    const auto pause = milliseconds(lock.ttl()) / 3;
    while (lock.check_lease()) {
        timer.expires_after(pause);
        const auto [cancelled] = co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
        if (cancelled) co_return;
        const auto renewed = co_await renew(lock);
        if (renewed) continue;
        logger.warning(renewed.error().message, {.run_id = lock.run_id(), .job_id = {}});
    }
}

awaitable<Result<>> Locks::hold(Lock lock, Body body) {
    using namespace asio::experimental::awaitable_operators;
    Result<> outcome = lost(lock);
    std::exception_ptr failure;
    const auto guarded = [&]() -> awaitable<void> {
        try {
            outcome = co_await body(lock);
        } catch (...) {
            failure = std::current_exception();
        }
    };
    co_await asio::this_coro::throw_if_cancelled(false);
    const auto ended = co_await (guarded() || keep(lock));
    const auto cancelled = (co_await asio::this_coro::cancellation_state).cancelled();
    const bool was_lost = ended.index() == 1 && cancelled == asio::cancellation_type::none;

    const auto released = co_await undisturbed(release(lock));
    lock.ended();
    if (!released)
        logger.warning("a lock is kept until it expires: " + released.error().message,
            {.run_id = lock.run_id(), .job_id = {}});
    if (was_lost) co_return lost(lock);
    if (failure) std::rethrow_exception(failure);
    co_return outcome;
}

awaitable<Result<std::vector<LockHolder>>> Locks::list(std::string run_id) {
    const auto prefix = lock_key(run_id, "");
    auto names = co_await scan_keys(runs_, glob_escaped(prefix) + "*");
    if (!names) co_return names.error();
    std::sort(names->begin(), names->end());
    std::vector<Command> commands;
    for (const auto& name : *names)
        commands.emplace_back("GET", name);
    const auto values = co_await runs_.call_all(std::move(commands));
    if (!values) co_return values.error();
    std::vector<LockHolder> holders;
    for (std::size_t i = 0; i < names->size(); ++i)
        if (const auto value = (*values)[i].optional_text(); value && !(*values)[i].is_error())
            holders.push_back(parse_lock((*names)[i].substr(prefix.size()), *value));
    co_return holders;
}

awaitable<Result<std::optional<LockHolder>>> Locks::force_unlock(std::string run_id, std::string name) {
    std::vector<std::string> keys{run_id, lock_key(run_id, name)}, arguments{"", mirrored_name(name)};
    const auto reply = co_await runs_.run_script(free_script(), std::move(keys), std::move(arguments));
    if (!reply) co_return reply.error();
    if (reply->size() == 0) co_return std::optional<LockHolder>{};
    auto holder = parse_lock(name, (*reply)[0].text());
    logger.warning("unlocked by force: " + describe(holder), {.run_id = run_id, .job_id = {}});
    co_return std::optional(std::move(holder));
}

awaitable<Result<int>> Locks::release_of_execution(std::string run_id, std::string execution_id) {
    std::vector<Command> looks;
    for (const auto root : lockable_roots)
        looks.emplace_back("GET", lock_key(run_id, directory_name(root)));
    const auto values = co_await runs_.call_all(std::move(looks));
    if (!values) co_return values.error();
    int freed = 0;
    for (const auto& value : *values) {
        const auto holder = parse_lock("", value.optional_text().value_or(""));
        if (execution_id.empty() || holder.execution_id != execution_id) continue;
        std::vector<std::string> keys{run_id}, arguments{holder.token};
        for (const auto& name : lockable_names()) {
            keys.push_back(lock_key(run_id, name));
            arguments.push_back(mirrored_name(name));
        }
        const auto reply = co_await runs_.run_script(free_script(), std::move(keys), std::move(arguments));
        if (!reply) co_return reply.error();
        freed += static_cast<int>(reply->size());
    }
    co_return freed;
}

} // namespace freshet::prep
