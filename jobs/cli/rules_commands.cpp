#include "jobs/cli/rules_commands.hpp"

#include "jobs/cli/exit_code.hpp"
#include "prep/files/atomic_file.hpp"
#include "rules/graph.hpp"
#include "rules/message_text.hpp"
#include "rules/task_catalogue.hpp"

#include <fmt/format.h>
#include <fmt/ostream.h>

#include <ostream>

namespace freshet::jobs::cli {
namespace {

const rules::Task& task_of(const std::string& word) {
    if (const auto* task = rules::task_named(word)) return *task;
    if (const auto* task = rules::task_stored_as(word)) return *task;
    std::vector<std::string_view> names;
    for (const auto& task : rules::all_tasks())
        names.push_back(task.name);
    const auto meant = rules::nearest(word, names);
    throw Failure({Errc::not_found, fmt::format("there is no task {}{}", rules::quoted(word),
                                        meant ? fmt::format("; did you mean {}?", *meant) : "")});
}

} // namespace

int rules_check(const std::string& file, std::ostream& out) {
    const auto text = prep::read_file(file, 1 << 20);
    const auto rules = rules::CacheRules::parse(text.value(), file);
    fmt::print(out, "{}: ok, {} rules\n", file, rules.value().all().size());
    return ExitCode::success;
}

int rules_show(const rules::CacheRules& rules, const std::string& word, std::ostream& out) {
    const auto& task = task_of(word);
    const auto stale = rules.controllers_for(task.stored);
    fmt::print(out, "{} ({}), stored as {}: ", task.name, task.label, task.stored);
    if (stale.empty()) fmt::print(out, "no rule, nothing becomes stale\n");
    if (!stale.empty()) fmt::print(out, "{} controllers become stale\n", stale.size());
    for (const auto controller : stale)
        fmt::print(out, "  {:<16} {}\n", controller,
            fmt::join(rules.keys_for(controller, "{run_id}", "{run_dir}"), "  "));
    return ExitCode::success;
}

int rules_graph(const rules::CacheRules& rules, std::ostream& out) {
    out << rules::graphviz_of(rules);
    return ExitCode::success;
}

} // namespace freshet::jobs::cli
