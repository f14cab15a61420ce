#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace freshet::rules {

/// The fields of a run's hash and their values, as Redis gives them.
using RunHash = std::map<std::string, std::string, std::less<>>;

struct Check {
    std::string_view name; ///< static storage
    bool done = false;
};

struct LockStatus {
    std::string name; ///< relative path, e.g. "climate.nodb"
    bool locked = false;
};

/// What the users of a run see of its state.
struct Preflight {
    std::vector<Check> checklist;              ///< every line, always in the same order
    std::vector<LockStatus> locks;             ///< every field `locked:<name>`, by name
    std::optional<std::int64_t> last_modified; ///< Unix seconds
};

/// A step is done if it was stamped later than what it builds on: whole seconds, and equal ones are not
/// later. A timestamp that is no whole number of seconds since 1970 counts as absent, and what is compared
/// with an absent one is not done. `last_modified` is that field, else the newest timestamp, else nothing.
Preflight preflight_of(const RunHash& run);

} // namespace freshet::rules
