#pragma once

#include "prep/redis/script.hpp"

#include <cstddef>
#include <span>
#include <string_view>

namespace freshet::jobs {

/// What can be wrong with job records in Redis. Each has a script under scripts/ that tells whether a subject
/// has the trouble and repairs it in the same step.
enum class Trouble {
    nowhere,
    started_without_lease,
    deferred_with_met_dependencies,
    stuck_on_intermediate,
    key_not_passed_on,
    key_held_by_idle_job,
    listed_twice,
    listed_without_job,
    listed_in_another_state,
    registered_without_job,
    registered_in_another_state,
    wip_of_idle_job,
    failed_unregistered,
    dependents_left_over,
    dependencies_left_over,
    results_without_ttl,
    ended_without_ttl,
    dead_worker,
    unknown_queue,
    unknown_key,
};

struct TroubleDescription {
    Trouble trouble;
    std::string_view name;    ///< the enumerator's
    std::string_view meaning; ///< a sentence for an operator: what comes of it
    std::string_view remedy;  ///< what the repair does
    std::size_t words;        ///< of a subject
    prep::redis::Script script;
};

/// All of them, the worst first, in the order of the enumerators.
std::span<const TroubleDescription> all_troubles();
const TroubleDescription& describe(Trouble trouble);

} // namespace freshet::jobs
