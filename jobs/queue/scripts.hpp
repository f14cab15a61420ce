#pragma once

#include "prep/redis/script.hpp"

/// The Lua scripts of the queue; each file under scripts/ says what it takes, answers and keeps.
namespace freshet::jobs::scripts {

const prep::redis::Script& enqueue();
const prep::redis::Script& claim();
const prep::redis::Script& heartbeat();
const prep::redis::Script& complete();
const prep::redis::Script& give_back();
const prep::redis::Script& reap();
const prep::redis::Script& return_taken();

} // namespace freshet::jobs::scripts
