#pragma once

#include "rules/error.hpp"
#include "rules/key_template.hpp"

#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace freshet::rules {

/// Which controllers a task makes stale.
struct Rule {
    std::string_view task; ///< stored value, from the catalogue
    std::string description;
    std::vector<std::string_view> controllers; ///< names from the catalogue, in the file's order, each once
};

/// The rules of a cache_invalidation_rules.json (format: README.md of this folder). Immutable.
class CacheRules {
public:
    /// Errc::bad_input for the first thing that breaks the format; the message names `file`, the place (JSON
    /// pointer, or line and column), what was expected and what was found.
    static Result<CacheRules> parse(std::string_view text, std::string_view file);

    /// What the completion of a task makes stale; nothing for a task without a rule and for what is no task.
    /// Valid as long as this object.
    std::span<const std::string_view> controllers_for(std::string_view stored_task) const noexcept;

    /// Every cache key of a controller of a run. For a controller that the file gives no key, the default
    /// `nodb_cache:{run_id}:{controller}`; for what is no controller, none.
    std::vector<std::string> keys_for(
        std::string_view controller, std::string_view run_id, std::string_view run_dir) const;

    /// All rules, in the catalogue's order of tasks.
    std::span<const Rule> all() const noexcept { return rules_; }

private:
    friend class CacheRulesReader;
    CacheRules() = default;

    std::vector<Rule> rules_;
    std::map<std::string_view, std::vector<KeyTemplate>> keys_;
};

/// The rules of rules/cache_invalidation_rules.json as it was when the library was built, and its text.
std::shared_ptr<const CacheRules> default_cache_rules();
std::string_view default_cache_rules_text() noexcept;

} // namespace freshet::rules
