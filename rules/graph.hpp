#pragma once

#include "rules/cache_rules.hpp"

#include <string>

namespace freshet::rules {

/// The rules as a picture: Graphviz text with an arrow from each task to each controller that it makes stale.
/// Equal rules give equal text. For `dot -Tsvg`.
std::string graphviz_of(const CacheRules& rules);

} // namespace freshet::rules
