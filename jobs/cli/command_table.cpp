#include "jobs/cli/command_table.hpp"

#include "jobs/cli/commands.hpp"
#include "rules/message_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace freshet::jobs::cli {
namespace {

using Kind = OptionSpec::Kind;

constexpr std::size_t any = std::numeric_limits<std::size_t>::max();
constexpr auto no_redis = CommandSpec::Redis::not_needed;

} // namespace

std::span<const CommandSpec> all_commands() {
    static const std::vector<CommandSpec> commands{
        {.name = "enqueue",
            .operands = "<task> <run id> | noop|sleep|fail [argument...]",
            .summary = "puts a job on a queue and prints its id",
            .fewest = 1,
            .most = any,
            .options = {"queue", "wait", "json"},
            .words = {"noop", "sleep", "fail"},
            .run = enqueue},
        {.name = "status",
            .operands = "<job id>",
            .summary = "a job in short",
            .fewest = 1,
            .most = 1,
            .options = {"json"},
            .run = status},
        {.name = "job",
            .operands = "<job id>",
            .summary = "everything about a job: fields, tree, results, deaths",
            .fewest = 1,
            .most = 1,
            .options = {"json"},
            .run = job},
        {.name = "jobs",
            .operands = "",
            .summary = "lists jobs by state, queue and run",
            .options = {"state", "queue", "run", "limit", "json"},
            .run = jobs},
        {.name = "info",
            .operands = "",
            .summary = "queues, how many jobs each state holds, and workers",
            .options = {"json", "watch"},
            .run = info},
        {.name = "cancel",
            .operands = "<job id...>",
            .summary = "cancels jobs, each with its tree",
            .fewest = 1,
            .most = any,
            .options = {"json"},
            .run = cancel},
        {.name = "stop",
            .operands = "<job id...>",
            .summary = "stops running jobs",
            .fewest = 1,
            .most = any,
            .options = {"json"},
            .run = stop},
        {.name = "requeue",
            .operands = "<job id...> | all",
            .summary = "puts failed jobs back on their queues; all: those of one queue, or of every queue",
            .fewest = 1,
            .most = any,
            .options = {"queue", "json"},
            .words = {"all"},
            .run = requeue},
        {.name = "delete",
            .operands = "<job id...>",
            .summary = "deletes jobs in any state; running ones are stopped",
            .fewest = 1,
            .most = any,
            .options = {"json"},
            .run = remove},
        {.name = "pause",
            .operands = "[<queue>...]",
            .summary = "no job of these queues starts; without a queue: no job at all (RQ's suspend)",
            .most = any,
            .options = {"for"},
            .run = pause},
        {.name = "resume", .operands = "[<queue>...]", .summary = "ends a pause", .most = any, .run = resume},
        {.name = "drain",
            .operands = "<worker>",
            .summary = "the process of this worker takes no new jobs and ends when its jobs have ended",
            .fewest = 1,
            .most = 1,
            .options = {"json"},
            .run = drain},
        {.name = "purge",
            .operands = "<queue> queued|deferred|scheduled|finished|failed|canceled",
            .summary = "deletes all jobs of a queue that are in one state",
            .fewest = 2,
            .most = 2,
            .options = {"yes", "json"},
            .words = {"queued", "deferred", "scheduled", "finished", "failed", "canceled"},
            .run = purge},
        {.name = "doctor",
            .operands = "",
            .summary = "finds job records that contradict each other; exit code 0 clean or all repaired, 1 "
                       "findings, 2 error",
            .options = {"fix", "json"},
            .run = doctor},
        {.name = "prep",
            .operands = "<run id>",
            .summary = "timestamps, checklist and locks of a run",
            .fewest = 1,
            .most = 1,
            .options = {"json", "watch"},
            .run = prep},
        {.name = "cache",
            .operands = "get|clear|refresh <run id> [<controller>]",
            .summary = "cached controllers of a run as readers see them",
            .fewest = 2,
            .most = 3,
            .options = {"runs-root"},
            .words = {"get", "clear", "refresh"},
            .run = cache},
        {.name = "rules",
            .operands = "check <file> | show <task> | graph",
            .summary = "what the cache invalidation rules say",
            .fewest = 1,
            .most = 2,
            .options = {"rules"},
            .words = {"check", "show", "graph"},
            .run = rules,
            .redis = no_redis},
        {.name = "completion",
            .operands = "bash",
            .summary = "completion for a shell: source <(freshet completion bash)",
            .fewest = 1,
            .most = 1,
            .words = {"bash"},
            .run = completion,
            .redis = no_redis},
    };
    return commands;
}

std::span<const OptionSpec> all_options() {
    static const std::vector<OptionSpec> options{
        {"queue", Kind::text, "", "the queue; enqueue: default unless given, jobs and requeue all: every"},
        {.name = "wait", .help = "wait until the job has ended and print its result"},
        {"state", Kind::text, "", "only jobs in this state; several with commas between; none: every state",
            {"queued", "started", "deferred", "scheduled", "finished", "failed", "stopped", "canceled"}},
        {"run", Kind::text, "", "only jobs of this run"},
        {"limit", Kind::text, "100", "at most so many jobs"},
        {.name = "json", .help = "for programs: one JSON value a line"},
        {.name = "watch", .help = "show it again whenever something changes"},
        {"for", Kind::duration, "0", "ends by itself after this time; 0: never"},
        {.name = "yes", .help = "do it; without this flag nothing is deleted"},
        {.name = "fix", .help = "repair what is found, if it is still so"},
        {"runs-root", Kind::text, ".", "folder of the runs"},
        {"rules", Kind::text, "", "rules file; none: the built-in rules"},
    };
    return options;
}

const CommandSpec& command_named(const std::string& word) {
    std::vector<std::string_view> names;
    for (const auto& command : all_commands()) {
        if (command.name == word) return command;
        names.push_back(command.name);
    }
    const auto meant = rules::nearest(word, names);
    throw Failure({Errc::bad_input,
        fmt::format("unknown command {}{}; 'freshet --help' lists them", rules::quoted(word),
            meant ? fmt::format("; did you mean '{}'?", *meant) : "")});
}

const OptionSpec& option_named(std::string_view name) {
    return *std::ranges::find(all_options(), name, &OptionSpec::name);
}

} // namespace freshet::jobs::cli
