#pragma once

#include "jobs/cli/command_table.hpp"

/// What the rows of the command table run. Each prints to `context.out` and returns an exit code (see
/// exit_code.hpp); errors are thrown as Failure. One family a file.
namespace freshet::jobs::cli {

using boost::asio::awaitable;

// enqueue_command.cpp
awaitable<int> enqueue(Context& context);

// job_commands.cpp
awaitable<int> status(Context& context);
awaitable<int> job(Context& context);
awaitable<int> jobs(Context& context);

// info_command.cpp
awaitable<int> info(Context& context);

// operation_commands.cpp: a line a job, `<id> <what>`; not_found or conflict if any could not be done
awaitable<int> cancel(Context& context);
awaitable<int> stop(Context& context);
awaitable<int> requeue(Context& context);
awaitable<int> remove(Context& context);

// queue_commands.cpp
awaitable<int> pause(Context& context);
awaitable<int> resume(Context& context);
awaitable<int> drain(Context& context);
awaitable<int> purge(Context& context);

// doctor_command.cpp
awaitable<int> doctor(Context& context);

// store_commands.cpp
awaitable<int> prep(Context& context);
awaitable<int> cache(Context& context);
awaitable<int> rules(Context& context);

// completion.cpp
awaitable<int> completion(Context& context);

} // namespace freshet::jobs::cli
