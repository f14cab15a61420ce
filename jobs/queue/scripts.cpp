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
namespace {

std::string joined(std::initializer_list<std::string_view> parts) {
    std::string whole;
    for (const auto part : parts)
        whole += part;
    return whole;
}

} // namespace

const prep::redis::Script& enqueue() {
    static const std::string source = joined({arguments_lua, job_states_lua, starting_lua, enqueue_lua});
    static const prep::redis::Script script("enqueue", source);
    return script;
}

const prep::redis::Script& enqueue_periodic() {
    static const std::string source = joined({arguments_lua, job_states_lua, starting_lua, periodic_lua, enqueue_lua});
    static const prep::redis::Script script("enqueue_periodic", source);
    return script;
}

const prep::redis::Script& claim() {
    static const std::string source = joined({arguments_lua, job_states_lua, starting_lua, claim_lua});
    static const prep::redis::Script script("claim", source);
    return script;
}

const prep::redis::Script& heartbeat() {
    static const std::string source = joined({arguments_lua, heartbeat_lua});
    static const prep::redis::Script script("heartbeat", source);
    return script;
}

const prep::redis::Script& complete() {
    static const std::string source =
        joined({arguments_lua, job_states_lua, prep::run_effects_lua, complete_lua});
    static const prep::redis::Script script("complete", source);
    return script;
}

const prep::redis::Script& give_back() {
    static const std::string source = joined({arguments_lua, job_states_lua, give_back_lua});
    static const prep::redis::Script script("give_back", source);
    return script;
}

const prep::redis::Script& reap() {
    static const std::string source = joined({job_states_lua, reap_lua});
    static const prep::redis::Script script("reap", source);
    return script;
}

const prep::redis::Script& abandon() {
    static const std::string source = joined({job_states_lua, abandon_lua});
    static const prep::redis::Script script("abandon", source);
    return script;
}

const prep::redis::Script& set_aside() {
    static const std::string source = joined({job_states_lua, set_aside_lua});
    static const prep::redis::Script script("set_aside", source);
    return script;
}

const prep::redis::Script& grant_keys() {
    static const std::string source = joined({job_states_lua, grant_keys_lua});
    static const prep::redis::Script script("grant_keys", source);
    return script;
}

const prep::redis::Script& return_taken() {
    static const prep::redis::Script script("return_taken", return_taken_lua);
    return script;
}

const prep::redis::Script& enqueue_ready() {
    static const std::string source = joined({job_states_lua, enqueue_ready_lua});
    static const prep::redis::Script script("enqueue_ready", source);
    return script;
}

const prep::redis::Script& cancel() {
    static const std::string source = joined({job_states_lua, cancel_lua});
    static const prep::redis::Script script("cancel", source);
    return script;
}

const prep::redis::Script& requeue() {
    static const std::string source = joined({job_states_lua, requeue_lua});
    static const prep::redis::Script script("requeue", source);
    return script;
}

const prep::redis::Script& stop() {
    static const std::string source = joined({job_states_lua, stop_lua});
    static const prep::redis::Script script("stop", source);
    return script;
}

const prep::redis::Script& remove() {
    static const std::string source = joined({job_states_lua, delete_lua});
    static const prep::redis::Script script("delete", source);
    return script;
}

const prep::redis::Script& drain() {
    static const prep::redis::Script script("drain", drain_lua);
    return script;
}

const prep::redis::Script& move_due() {
    static const std::string source = joined({job_states_lua, move_due_lua});
    static const prep::redis::Script script("move_due", source);
    return script;
}

const prep::redis::Script& leave_schedule() {
    static const prep::redis::Script script("leave_schedule", leave_schedule_lua);
    return script;
}

const prep::redis::Script& register_workers() {
    static const std::string source = joined({arguments_lua, register_workers_lua});
    static const prep::redis::Script script("register_workers", source);
    return script;
}

const prep::redis::Script& beat_workers() {
    static const prep::redis::Script script("beat_workers", beat_workers_lua);
    return script;
}

const prep::redis::Script& unregister_workers() {
    static const prep::redis::Script script("unregister_workers", unregister_workers_lua);
    return script;
}

} // namespace freshet::jobs::scripts
