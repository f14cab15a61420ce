#pragma once

#include "rules/cache_rules.hpp"

#include <iosfwd>
#include <string>

/// `freshet rules`: what the cache invalidation rules say. Exit codes as in exit_code.hpp, errors are
/// thrown as Failure.
namespace freshet::jobs::cli {

/// Checks a rules file: "ok" with the number of rules, or a Failure that names the place of the first fault.
int rules_check(const std::string& file, std::ostream& out);
/// What a task (name or stored value) makes stale, and the keys that are deleted. not_found for what is no
/// task.
int rules_show(const rules::CacheRules& rules, const std::string& task, std::ostream& out);
/// Tasks and controllers as Graphviz text, for `dot -Tsvg`.
int rules_graph(const rules::CacheRules& rules, std::ostream& out);

} // namespace freshet::jobs::cli
