#include "rules/graph.hpp"

#include "rules/task_catalogue.hpp"

#include <fmt/format.h>

#include <iterator>
#include <set>

namespace freshet::rules {

std::string graphviz_of(const CacheRules& rules) {
    std::string text = "digraph cache_invalidation {\n    rankdir=LR;\n";
    const auto out = std::back_inserter(text);

    std::set<std::string_view> stale;
    for (const Rule& rule : rules.all()) {
        fmt::format_to(out, "    \"task {0}\" [shape=box, label=\"{1}\\n{0}\"];\n", rule.task,
            task_stored_as(rule.task)->label);
        stale.insert(rule.controllers.begin(), rule.controllers.end());
    }
    for (const auto controller : controllers())
        if (stale.contains(controller))
            fmt::format_to(out, "    \"controller {0}\" [shape=ellipse, label=\"{0}\"];\n", controller);
    for (const Rule& rule : rules.all())
        for (const auto controller : rule.controllers)
            fmt::format_to(out, "    \"task {}\" -> \"controller {}\";\n", rule.task, controller);
    return text + "}\n";
}

} // namespace freshet::rules
