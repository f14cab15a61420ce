#pragma once

#include "worker/runtime/execution.hpp"

#include <deque>
#include <list>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace freshet::worker {

using Executions = std::list<Execution>;

/// The slots of a worker, each for one task at a time, and the line before each. While tasks take less time
/// than Redis takes to hand out the next, their successors are claimed ahead and stand in these lines: so
/// Redis and the tasks are both busy. A line holds no more than should be through within two milliseconds.
/// Where tasks take longer there are no lines; a worker begins without them.
///
/// Plain state, no I/O. Not thread-safe.
class Slots {
public:
    using Clock = Execution::Clock;
    enum class Lines { allowed, none };

    /// `names`: those of RQ's workers, one a slot, all different.
    Slots(std::vector<std::string> names, Lines lines);

    const std::vector<std::string>& names() const { return names_; }

    /// What to claim jobs for.
    struct Wanted {
        std::vector<std::string> slots; ///< names: one for each job, the free slots first
        std::size_t ahead = 0;          ///< how many of them, the last, would stand in a line
        void keep_first(std::size_t most);
    };
    /// Nothing while all slots are taken and the lines are still half full.
    Wanted wanted(Clock::time_point now) const;

    enum class Entered { slot, line };
    /// A job has come that was claimed for the slot that its lease names.
    Entered enter(Executions::iterator execution, Clock::time_point now);
    /// The task in that slot has ended. Returns who has the slot now: the first of its line, if there is one.
    std::optional<Executions::iterator> leave(const std::string& name, Clock::time_point now);

    bool lines_are_empty() const { return in_lines_ == 0; }
    /// Takes those out of the lines that came before `time`. If there are any, lines were a mistake: none
    /// form until tasks have proved short again.
    std::vector<Executions::iterator> take_from_lines(Clock::time_point time);

private:
    struct Waiting {
        Executions::iterator execution;
        Clock::time_point since;
    };
    struct Slot {
        std::optional<Clock::time_point> taken; ///< since when
        std::deque<Waiting> line;
    };

    std::size_t length_of_lines() const;
    void claim_ahead(Wanted& wanted, std::size_t room, Clock::time_point now) const;
    void learn(Clock::duration time);

    std::vector<std::string> names_;
    std::unordered_map<std::string, Slot> slots_;
    Lines lines_;
    std::size_t taken_ = 0; ///< slots
    std::size_t in_lines_ = 0;
    Clock::duration usual_; ///< how long a task has a slot, a running mean
};

} // namespace freshet::worker
