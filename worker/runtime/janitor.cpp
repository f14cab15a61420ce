#include "worker/runtime/janitor.hpp"

#include "jobs/queue/call.hpp"
#include "jobs/queue/keys.hpp"
#include "rules/run_id.hpp"

#include <fmt/format.h>

namespace freshet::worker {
namespace {

using boost::asio::awaitable;
using prep::redis::Command;

const Logger logger("janitor");

constexpr std::size_t leases_a_script = 100;
constexpr int ids_a_look = 1'000;
constexpr std::size_t keys_a_look = 100;
constexpr std::chrono::seconds canceled_are_kept = std::chrono::hours(24 * 365);

/// The run that a job is on, if it is on one.
std::optional<std::string> run_of(std::string_view data) {
    const auto call = jobs::decode_call(data);
    if (!call || call->args.empty() || !call->args[0].is_string()) return std::nullopt;
    const auto run_id = rules::checked_run_id(std::string_view(call->args[0].get_string()));
    return run_id ? std::optional(*run_id) : std::nullopt;
}

void log_reaped(const jobs::Reaped& reaped) {
    const LogContext about{.run_id = {}, .job_id = reaped.job_id};
    if (reaped.what == jobs::Reaped::What::queued)
        logger.warning(fmt::format("execution {} went silent: back on its queue (time {})", reaped.execution,
                           reaped.times),
            about);
    if (reaped.what == jobs::Reaped::What::stopped)
        logger.info("was to be stopped when its worker went silent: ended as stopped", about);
    if (reaped.what == jobs::Reaped::What::failed)
        logger.error(fmt::format("has cost {} workers: given up as failed", reaped.times), about);
}

} // namespace

Janitor::Janitor(
    prep::redis::Connection& queue_db, jobs::WorkQueue& queue, prep::Locks& locks, int most_reaped)
    : redis_(queue_db), queue_(queue), locks_(locks), most_reaped_(most_reaped) {}

awaitable<void> Janitor::run() {
    while (true) {
        co_await prep::pause(queue_.lease() / 2);
        if (!redis_.connected()) continue;
        if (has_been_connected_for_a_lease()) co_await reap_expired_leases();
        const auto granted = co_await queue_.grant_keys(keys_a_look);
        if (!granted) logger.debug("keys not looked at: " + granted.error().message);
        for (const std::string& queue : queue_.queues()) {
            co_await return_stuck_ids(queue);
            co_await enqueue_ready(queue);
            co_await trim_registries(queue);
        }
    }
}

// When Redis was away, nobody could renew: its live owners get the time of one lease to do so.
bool Janitor::has_been_connected_for_a_lease() {
    const auto now = std::chrono::steady_clock::now();
    if (redis_.generation() != connection_) {
        connection_ = redis_.generation();
        connected_at_ = now;
    }
    return now - connected_at_ >= queue_.lease();
}

awaitable<void> Janitor::reap_expired_leases() {
    while (true) {
        const auto reaped = co_await queue_.reap(leases_a_script, most_reaped_);
        if (!reaped) {
            logger.warning("expired leases not looked at: " + reaped.error().message);
            co_return;
        }
        for (const auto& one : *reaped) {
            log_reaped(one);
            co_await free_locks_of(one);
        }
        if (reaped->size() < leases_a_script) co_return;
    }
}

// If this worker dies meanwhile the locks expire by themselves, somewhat later.
awaitable<void> Janitor::free_locks_of(const jobs::Reaped& reaped) {
    const LogContext about{.run_id = {}, .job_id = reaped.job_id};
    Command look("HGET", jobs::keys::job(reaped.job_id), "data");
    const auto data = co_await redis_.call(std::move(look));
    if (!data) co_return logger.warning("its locks stay until they expire: " + data.error().message, about);
    const auto run_id = run_of(data->optional_text().value_or(""));
    if (!run_id) co_return;
    const auto freed = co_await locks_.release_of_execution(*run_id, reaped.execution);
    if (!freed) co_return logger.warning("its locks stay until they expire: " + freed.error().message, about);
    if (*freed > 0) logger.info(fmt::format("{} locks of its lost execution are freed", *freed), about);
}

// An id that was there at the last look already is not on its way to a claim: whoever took it is gone.
awaitable<void> Janitor::return_stuck_ids(const std::string& queue) {
    Command look("LRANGE", jobs::keys::intermediate(queue), 0, ids_a_look - 1);
    const auto listed = co_await redis_.call(std::move(look));
    if (!listed) co_return;
    std::set<std::string> present;
    std::vector<std::string> stuck;
    for (std::size_t i = 0; i < listed->size(); ++i) {
        std::string id((*listed)[i].text());
        if (seen_[queue].contains(id)) stuck.push_back(id);
        present.insert(std::move(id));
    }
    seen_[queue] = std::move(present);
    if (stuck.empty()) co_return;
    const auto returned = co_await queue_.return_taken(queue, std::move(stuck));
    if (returned && *returned > 0)
        logger.warning(fmt::format(
            "{} jobs were stuck on the intermediate list of queue {}: returned", *returned, queue));
}

awaitable<void> Janitor::enqueue_ready(const std::string& queue) {
    const auto queued = co_await queue_.enqueue_ready(queue, ids_a_look);
    if (queued && *queued > 0)
        logger.warning(fmt::format(
            "{} jobs of queue {} were ready but not enqueued by a worker of RQ: queued", *queued, queue));
}

awaitable<void> Janitor::trim_registries(const std::string& queue) {
    const auto now =
        std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()).time_since_epoch().count();
    std::vector<Command> commands;
    for (const std::string_view registry : {"finished", "failed"})
        commands.emplace_back("ZREMRANGEBYSCORE", jobs::keys::registry(registry, queue), "-inf", now - 1);
    // Scored with the time of the cancel: RQ never trims it.
    commands.emplace_back(
        "ZREMRANGEBYSCORE", jobs::keys::registry("canceled", queue), "-inf", now - canceled_are_kept.count());
    const auto trimmed = co_await redis_.call_all(std::move(commands));
    if (!trimmed) logger.debug("registries not trimmed: " + trimmed.error().message);
}

} // namespace freshet::worker
