#include "jobs/doctor/troubles.hpp"

#include "jobs/doctor/scripts/dead_worker.lua.hpp"
#include "jobs/doctor/scripts/deferred_with_met_dependencies.lua.hpp"
#include "jobs/doctor/scripts/dependencies_left_over.lua.hpp"
#include "jobs/doctor/scripts/dependents_left_over.lua.hpp"
#include "jobs/doctor/scripts/ended_without_ttl.lua.hpp"
#include "jobs/doctor/scripts/examine.lua.hpp"
#include "jobs/doctor/scripts/failed_unregistered.lua.hpp"
#include "jobs/doctor/scripts/key_held_by_idle_job.lua.hpp"
#include "jobs/doctor/scripts/key_not_passed_on.lua.hpp"
#include "jobs/doctor/scripts/listed_in_another_state.lua.hpp"
#include "jobs/doctor/scripts/listed_twice.lua.hpp"
#include "jobs/doctor/scripts/listed_without_job.lua.hpp"
#include "jobs/doctor/scripts/nowhere.lua.hpp"
#include "jobs/doctor/scripts/registered_in_another_state.lua.hpp"
#include "jobs/doctor/scripts/registered_without_job.lua.hpp"
#include "jobs/doctor/scripts/results_without_ttl.lua.hpp"
#include "jobs/doctor/scripts/started_without_lease.lua.hpp"
#include "jobs/doctor/scripts/stuck_on_intermediate.lua.hpp"
#include "jobs/doctor/scripts/unknown_key.lua.hpp"
#include "jobs/doctor/scripts/unknown_queue.lua.hpp"
#include "jobs/doctor/scripts/wip_of_idle_job.lua.hpp"
#include "jobs/queue/scripts/job_states.lua.hpp"

#include <array>
#include <list>
#include <string>

namespace freshet::jobs {
namespace {

// What a Script points to, for as long as the program runs.
std::string_view kept(std::string_view source) {
    static std::list<std::string> texts;
    std::string text(job_states_lua);
    text += examine_lua;
    text += source;
    return texts.emplace_back(std::move(text));
}

const auto& table() {
    static const std::array<TroubleDescription, 20> rows{{
        {Trouble::nowhere, "nowhere",
            "The job waits, but no list or registry names it: no worker will ever start it.",
            "put on its queue (a deferred one back into its registry)", 1, {"nowhere", kept(nowhere_lua)}},
        {Trouble::started_without_lease, "started_without_lease",
            "The job is shown as running, but its worker is gone and no janitor knows of it: it never ends.",
            "back to the head of its queue", 1, {"started_without_lease", kept(started_without_lease_lua)}},
        {Trouble::deferred_with_met_dependencies, "deferred_with_met_dependencies",
            "The job waits for others that have all ended or are gone: nothing will release it.",
            "released: queued, or scheduled if its time has not come", 1,
            {"deferred_with_met_dependencies", kept(deferred_with_met_dependencies_lua)}},
        {Trouble::stuck_on_intermediate, "stuck_on_intermediate",
            "A worker took the job off its queue and died before it claimed it.",
            "back to the head of its queue", 2, {"stuck_on_intermediate", kept(stuck_on_intermediate_lua)}},
        {Trouble::key_not_passed_on, "key_not_passed_on",
            "A key is free, but the job that has waited longest for it does not know: it may wait for ever.",
            "it gets the key and goes to the head of its queue", 1,
            {"key_not_passed_on", kept(key_not_passed_on_lua)}},
        {Trouble::key_held_by_idle_job, "key_held_by_idle_job",
            "A job that has ended or is gone still holds a key: others wait for nothing.",
            "taken from it and passed on", 2, {"key_held_by_idle_job", kept(key_held_by_idle_job_lua)}},
        {Trouble::listed_twice, "listed_twice",
            "The queue names the job more than once: its length is wrong, and RQ would run it again.",
            "only the first place is kept", 2, {"listed_twice", kept(listed_twice_lua)}},
        {Trouble::listed_without_job, "listed_without_job",
            "A list of waiting jobs names one that is gone: its length is wrong.", "taken off the list", 2,
            {"listed_without_job", kept(listed_without_job_lua)}},
        {Trouble::listed_in_another_state, "listed_in_another_state",
            "A list of waiting jobs names one that is not queued: RQ would run it again.",
            "taken off the list", 2, {"listed_in_another_state", kept(listed_in_another_state_lua)}},
        {Trouble::registered_without_job, "registered_without_job",
            "A registry names a job that is gone: its count is wrong.", "taken out of the registry", 2,
            {"registered_without_job", kept(registered_without_job_lua)}},
        {Trouble::registered_in_another_state, "registered_in_another_state",
            "A registry names a job that is in another state: it is shown, counted or moved wrongly.",
            "taken out of the registry", 3,
            {"registered_in_another_state", kept(registered_in_another_state_lua)}},
        {Trouble::wip_of_idle_job, "wip_of_idle_job",
            "The job is registered as running, but does not run: RQ's cleaner would fail it or run it again.",
            "taken out of the registry", 2, {"wip_of_idle_job", kept(wip_of_idle_job_lua)}},
        {Trouble::failed_unregistered, "failed_unregistered",
            "The job has failed, but its registry does not name it: it is not shown and cannot be requeued.",
            "put into the registry", 1, {"failed_unregistered", kept(failed_unregistered_lua)}},
        {Trouble::dependents_left_over, "dependents_left_over",
            "The job lists dependents that do not wait any more: if it runs again, RQ runs them again.",
            "taken off its dependents", 1, {"dependents_left_over", kept(dependents_left_over_lua)}},
        {Trouble::dependencies_left_over, "dependencies_left_over",
            "What a job waited for is kept though the job is gone: memory that is never freed.", "deleted", 1,
            {"dependencies_left_over", kept(dependencies_left_over_lua)}},
        {Trouble::results_without_ttl, "results_without_ttl",
            "Results outlive their job: memory that is never freed.",
            "deleted, or given the time that the job has left", 1,
            {"results_without_ttl", kept(results_without_ttl_lua)}},
        {Trouble::ended_without_ttl, "ended_without_ttl",
            "The job has ended but never expires, though it was not to be kept for ever.",
            "given its result TTL or failure TTL from now", 1,
            {"ended_without_ttl", kept(ended_without_ttl_lua)}},
        {Trouble::dead_worker, "dead_worker",
            "A worker is registered, but its heartbeat has expired or never does: counts of workers are "
            "wrong.",
            "taken off the workers; what never expires is given the time of an idle worker", 2,
            {"dead_worker", kept(dead_worker_lua)}},
        {Trouble::unknown_queue, "unknown_queue",
            "A queue has jobs, but RQ's tools do not know it: they neither show nor clean it.",
            "added to rq:queues", 1, {"unknown_queue", kept(unknown_queue_lua)}},
        {Trouble::unknown_key, "unknown_key",
            "Jobs wait for a key that is not among those that janitors look after: if a holder ends unseen, "
            "they wait for ever.",
            "added to freshet:keys", 1, {"unknown_key", kept(unknown_key_lua)}},
    }};
    return rows;
}

} // namespace

std::span<const TroubleDescription> all_troubles() {
    return table();
}

const TroubleDescription& describe(Trouble trouble) {
    return table()[static_cast<std::size_t>(trouble)];
}

} // namespace freshet::jobs
