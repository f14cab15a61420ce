#pragma once

#include "prep/redis/settings.hpp"
#include "prep/settings_source.hpp"

#include <boost/program_options/options_description.hpp>

namespace freshet::prep {

/// The --redis-... options.
boost::program_options::options_description redis_options();

/// Redis' own variables (REDIS_URL, or REDIS_HOST and REDIS_PORT; REDIS_PASSWORD or REDIS_PASSWORD_FILE) as
/// settings. Where REDIS_URL is set, REDIS_HOST and REDIS_PORT do not count.
std::vector<FoundSetting> settings_from_redis_variables(
    const std::map<std::string, std::string>& environment);

/// Applies what one source says about Redis to what the weaker sources have said; other settings are passed
/// over. bad_input names the origin: a value out of range, two settings of one source that exclude each
/// other.
Result<> apply_redis_settings(const std::vector<FoundSetting>& source, redis::Settings& settings);

} // namespace freshet::prep
