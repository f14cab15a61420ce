#pragma once

#include "prep/redis/script.hpp"

/// The Lua scripts of the queue; each file under scripts/ says what it takes, answers and keeps.
namespace freshet::jobs::scripts {

const prep::redis::Script& enqueue();
const prep::redis::Script& enqueue_periodic(); ///< periodic.lua in front of enqueue.lua
const prep::redis::Script& claim();
const prep::redis::Script& heartbeat();
const prep::redis::Script& complete();
const prep::redis::Script& give_back();
const prep::redis::Script& reap();
const prep::redis::Script& abandon();
const prep::redis::Script& set_aside();
const prep::redis::Script& grant_keys();
const prep::redis::Script& return_taken();
const prep::redis::Script& enqueue_ready();

const prep::redis::Script& cancel();
const prep::redis::Script& requeue();
const prep::redis::Script& stop();
const prep::redis::Script& remove(); ///< delete.lua
const prep::redis::Script& drain();

const prep::redis::Script& move_due();
const prep::redis::Script& leave_schedule();

const prep::redis::Script& register_workers();
const prep::redis::Script& beat_workers();
const prep::redis::Script& unregister_workers();

} // namespace freshet::jobs::scripts
