#include "jobs/queue/scripts.hpp"

#include "jobs/queue/scripts/abandon.lua.hpp"
#include "jobs/queue/scripts/arguments.lua.hpp"
#include "jobs/queue/scripts/beat_workers.lua.hpp"
#include "jobs/queue/scripts/cancel.lua.hpp"
#include "jobs/queue/scripts/claim.lua.hpp"
#include "jobs/queue/scripts/complete.lua.hpp"
#include "jobs/queue/scripts/delete.lua.hpp"
#include "jobs/queue/scripts/drain.lua.hpp"
#include "jobs/queue/scripts/enqueue.lua.hpp"
#include "jobs/queue/scripts/enqueue_ready.lua.hpp"
#include "jobs/queue/scripts/give_back.lua.hpp"
#include "jobs/queue/scripts/grant_keys.lua.hpp"
#include "jobs/queue/scripts/heartbeat.lua.hpp"
#include "jobs/queue/scripts/job_states.lua.hpp"
#include "jobs/queue/scripts/leave_schedule.lua.hpp"
#include "jobs/queue/scripts/move_due.lua.hpp"
#include "jobs/queue/scripts/periodic.lua.hpp"
#include "jobs/queue/scripts/reap.lua.hpp"
#include "jobs/queue/scripts/register_workers.lua.hpp"
#include "jobs/queue/scripts/requeue.lua.hpp"
#include "jobs/queue/scripts/return_taken.lua.hpp"
#include "jobs/queue/scripts/set_aside.lua.hpp"
#include "jobs/queue/scripts/starting.lua.hpp"
#include "jobs/queue/scripts/stop.lua.hpp"
#include "jobs/queue/scripts/unregister_workers.lua.hpp"
#include "prep/store/scripts/run_effects.lua.hpp"

namespace freshet::jobs::scripts {

using prep::redis::Script;

const Script& enqueue() {
    static const Script script("enqueue", {arguments_lua, job_states_lua, starting_lua, enqueue_lua});
    return script;
}

const Script& enqueue_periodic() {
    static const Script script(
        "enqueue_periodic", {arguments_lua, job_states_lua, starting_lua, periodic_lua, enqueue_lua});
    return script;
}

const Script& claim() {
    static const Script script("claim", {arguments_lua, job_states_lua, starting_lua, claim_lua});
    return script;
}

const Script& heartbeat() {
    static const Script script("heartbeat", {arguments_lua, heartbeat_lua});
    return script;
}

const Script& complete() {
    static const Script script(
        "complete", {arguments_lua, job_states_lua, prep::run_effects_lua, complete_lua});
    return script;
}

const Script& give_back() {
    static const Script script("give_back", {arguments_lua, job_states_lua, give_back_lua});
    return script;
}

const Script& reap() {
    static const Script script("reap", {job_states_lua, reap_lua});
    return script;
}

const Script& abandon() {
    static const Script script("abandon", {job_states_lua, abandon_lua});
    return script;
}

const Script& set_aside() {
    static const Script script("set_aside", {job_states_lua, set_aside_lua});
    return script;
}

const Script& grant_keys() {
    static const Script script("grant_keys", {job_states_lua, grant_keys_lua});
    return script;
}

const Script& return_taken() {
    static const Script script("return_taken", return_taken_lua);
    return script;
}

const Script& enqueue_ready() {
    static const Script script("enqueue_ready", {job_states_lua, enqueue_ready_lua});
    return script;
}

const Script& cancel() {
    static const Script script("cancel", {job_states_lua, cancel_lua});
    return script;
}

const Script& requeue() {
    static const Script script("requeue", {job_states_lua, requeue_lua});
    return script;
}

const Script& stop() {
    static const Script script("stop", {job_states_lua, stop_lua});
    return script;
}

const Script& remove() {
    static const Script script("delete", {job_states_lua, delete_lua});
    return script;
}

const Script& drain() {
    static const Script script("drain", drain_lua);
    return script;
}

const Script& move_due() {
    static const Script script("move_due", {job_states_lua, move_due_lua});
    return script;
}

const Script& leave_schedule() {
    static const Script script("leave_schedule", leave_schedule_lua);
    return script;
}

const Script& register_workers() {
    static const Script script("register_workers", {arguments_lua, register_workers_lua});
    return script;
}

const Script& beat_workers() {
    static const Script script("beat_workers", beat_workers_lua);
    return script;
}

const Script& unregister_workers() {
    static const Script script("unregister_workers", unregister_workers_lua);
    return script;
}

} // namespace freshet::jobs::scripts
