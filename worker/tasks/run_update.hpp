#pragma once

#include "worker/process/publish.hpp"
#include "worker/runtime/task.hpp"

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace freshet::worker {

/// How a task changes its run. All go the same way:
///
///     load_controller     what is asked for; no lock
///     in_locked_folder    a consistent look at what earlier tasks made: milliseconds
///     (the program runs in a scratch folder: minutes, no lock)
///     publish             if it is still what is asked for, results and controller are replaced:
///     milliseconds
///
/// So the run's owner can go on working on it meanwhile, and nothing that was chosen is written over.
///
/// All throw Failure: refused in a run that is READONLY; conflict, which names the owner, for a lock that is
/// not free within Settings::lock_wait.

/// `<name>.nodb` as its file is now.
boost::asio::awaitable<std::shared_ptr<const prep::Controller>> load_controller(
    TaskContext& context, std::string name);

/// Runs `work` on the CPU pool while the execution holds a folder's lock: watershed (dem/channels is of it
/// too), landuse, soils, climate.
boost::asio::awaitable<void> in_locked_folder(
    TaskContext& context, std::string folder, std::function<void()> work);

struct RunUpdate {
    std::string folder;                           ///< what changes; see in_locked_folder()
    std::shared_ptr<const prep::Controller> used; ///< as load_controller() gave it
    std::span<const std::string_view> inputs;     ///< its fields that the work rests on, by JSON pointer
};
/// Puts the results in place by rename, if the check says so, and then sets the fields of the controller that
/// tell of them. Runs on the CPU pool.
using PutInPlace = std::function<void(prep::Document& controller, const Scratch::LeaseCheck& lease_is_held)>;
/// Under the locks of the folder and of the controller: stale (superseded) if an input is not what was used,
/// and then nothing is changed; else `put`, and the controller is written. Its caches and those of what
/// derives from it go with the job's completion.
boost::asio::awaitable<void> publish(TaskContext& context, RunUpdate update, PutInPlace put);

} // namespace freshet::worker
