#pragma once

#include <array>
#include <string>
#include <string_view>

/// The names of RQ's keys and of ours beside them (`freshet:`). All in the queue database.
namespace freshet::jobs::keys {

inline std::string queue(std::string_view name) {
    return "rq:queue:" + std::string(name);
}
inline std::string intermediate(std::string_view queue_name) {
    return queue(queue_name) + ":intermediate";
}
inline std::string job(std::string_view id) {
    return "rq:job:" + std::string(id);
}
inline std::string dependents(std::string_view id) {
    return job(id) + ":dependents";
}
inline std::string dependencies(std::string_view id) {
    return "rq:job::" + std::string(id) + ":dependencies";
}
inline std::string results(std::string_view id) {
    return "rq:results:" + std::string(id);
}
inline std::string registry(std::string_view state, std::string_view queue_name) {
    return "rq:" + std::string(state) + ":" + std::string(queue_name);
}
inline std::string worker(std::string_view name) {
    return "rq:worker:" + std::string(name);
}
/// Set of the processes that may have offered a slot; see ClaimRequest::process.
inline std::string offers(std::string_view queue_name) {
    return "freshet:offers:" + std::string(queue_name);
}
/// What that process offers.
inline std::string offer(std::string_view process) {
    return "freshet:offer:" + std::string(process);
}
/// List on which it finds the jobs that took its offers up, and channel by which it shows that it lives.
inline std::string handed(std::string_view process) {
    return "freshet:handed:" + std::string(process);
}
/// Present while no job of this queue may start; `suspended` is the same for all queues.
inline std::string paused(std::string_view queue_name) {
    return "freshet:paused:" + std::string(queue_name);
}
/// Set of the ids of a tree's members; see NewJob::tree. Beside it, `:failed` = id of the first that failed.
inline std::string tree(std::string_view root) {
    return "freshet:tree:" + std::string(root);
}
/// Beside a queue's list: the jobs that were set aside until a slot of their kind is free.
inline std::string set_aside(std::string_view queue_name, std::string_view kind) {
    return queue(queue_name) + ":" + std::string(kind);
}
inline constexpr std::array<std::string_view, 2> slot_kinds{"cpu", "io"};
/// Set of the jobs that hold a key; see NewJob::key.
inline std::string key_holders(std::string_view key) {
    return "freshet:key:" + std::string(key);
}
/// List of the queued jobs that wait for it.
inline std::string key_waiting(std::string_view key) {
    return key_holders(key) + ":waiting";
}
/// Set of the keys with such a list.
inline constexpr std::string_view awaited_keys = "freshet:keys";
inline constexpr std::string_view queues = "rq:queues";
inline constexpr std::string_view workers = "rq:workers";
inline constexpr std::string_view suspended = "rq:suspended";
/// Sorted set of `job id:execution id`, scored with the lease's expiry (ms, clock of Redis).
inline constexpr std::string_view leases = "freshet:leases";

} // namespace freshet::jobs::keys
