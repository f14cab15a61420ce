#pragma once

#include "rules/error.hpp"

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace freshet::prep {

/// One setting as it was found, not yet understood.
struct FoundSetting {
    std::string option; ///< without dashes in front
    std::string value;
    std::string place; ///< "command line", "environment", "settings file f.conf line 3"
    std::string name;  ///< as it is spelled there: --redis-port, FRESHET_REDIS_PORT, redis-port

    /// For messages: `environment: FRESHET_REDIS_PORT`.
    std::string origin() const { return place + ": " + name; }
};

/// The variable of an option: FRESHET_REDIS_PORT for redis-port.
std::string variable_of(std::string_view option);

/// Whether Kubernetes has put the variable there for a service (`REDIS_PORT=tcp://10.0.0.1:6379`,
/// `FRESHET_SERVICE_HOST`, `FRESHET_PORT_80_TCP`): it is nobody's setting.
bool is_service_link(std::string_view variable, std::string_view value);

/// The options that other programs of Freshet have and that may stand in an environment that they share.
const std::vector<std::string>& options_of_all_programs();

/// The FRESHET_... variables as settings. An empty variable counts as not set, and so does a service link;
/// FRESHET_BUILD belongs to the build scripts.
std::vector<FoundSetting> settings_from_environment(const std::map<std::string, std::string>& environment);

/// `name = value` lines, `#` comment lines and empty lines; blanks around name and value do not count.
/// bad_input names file and line: no '=', a name given twice that may not repeat. not_found if the file
/// cannot be read.
Result<std::vector<FoundSetting>> settings_from_file(
    const std::string& path, const std::function<bool(const std::string& name)>& may_repeat);

} // namespace freshet::prep
